"""Small records for tests: say only what the test is about, the rest is plausible and fixed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import msgspec

from pilottask.ledger import changes
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import (
    PLAIN_SCHEMA,
    Create,
    Department,
    Finding,
    Fund,
    Inspection,
    InspectionKind,
    Ledger,
    Meeting,
    Pilot,
    Round,
    Status,
    Task,
)

ZONE: Final = timezone(timedelta(hours=8))
"""The offset in which every time of the tests is given."""

TODAY: Final = date(2026, 11, 20)
"""The day on which the tests stand: a Friday."""

_DATES: Final = frozenset({"due", "first_due", "created", "submitted", "closed"})


def day(text: str) -> date:
    """Return the date written as ISO text."""
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """Return the moment written as ISO text (`2026-11-20 09:15`, or a date, which means its 09:15) in +08:00."""
    moment = datetime.fromisoformat(text if " " in text or "T" in text else f"{text} 09:15")
    return moment.replace(tzinfo=ZONE)


def stamp(when: str = "2026-11-20", by: str = "张三") -> Stamp:
    """Return a stamp for a change; `when` as `at` takes it."""
    return Stamp(at(when), by)


def task(**over: Any) -> Task:  # noqa: ANN401  any field of a task, as its own type or, for dates, as ISO text
    """Return a task entered on 2026-10-29, with `over` set.

    `uid` follows from `id`, `first_due` from `due`, and the log begins with the entry that made it. Fields are the
    present truth: a status given here has no entry behind it; use `pilottask.ledger.changes` where the log matters.
    """
    values: dict[str, Any] = {
        key: day(value) if key in _DATES and isinstance(value, str) else value for key, value in over.items()
    }
    number = values.setdefault("id", 1)
    values.setdefault("uid", f"t{number:07d}")
    values.setdefault("title", "实训设备采购")
    values.setdefault("department", "麒麟职教集团")
    values.setdefault("created", date(2026, 10, 29))
    values.setdefault("first_due", values.get("due"))
    values["status"] = Status(values.get("status", Status.TODO))
    values.setdefault("log", (Create(at=at(values["created"].isoformat()), by="张三"),))
    return Task(**values)


def done(one: Task, on: Stamp) -> Task:
    """Return `one` closed, and started first where it was not: nobody submitted it."""
    return changes.close(changes.start(one, on) if one.status is Status.TODO else one, on)


def pilot(**settings: Any) -> Pilot:  # noqa: ANN401  any setting, as its own type
    """Return a pilot's settings: those promised as defaults, with `settings` set."""
    return Pilot(**settings)


def ledger(*tasks: Task, departments: Mapping[str, tuple[str, ...]] | None = None, **settings: Any) -> Ledger:  # noqa: ANN401  as for `pilot`
    """Return a ledger of `tasks`, its settings `settings`.

    Every unit that leads or supports a task is entered; `departments` adds names with their aliases.
    """
    names = dict.fromkeys(unit for one in tasks for unit in (one.department, *one.support))
    aliases = departments or {}
    return Ledger(
        schema=PLAIN_SCHEMA,
        next_id=1 + max((one.id for one in tasks), default=0),
        pilot=pilot(**settings),
        departments=tuple(Department(name=name, aliases=aliases.get(name, ())) for name in {**names, **aliases}),
        tasks=tasks,
    )


def renamed(before: Ledger, name: str) -> Ledger:
    """Return `before` with its pilot called `name`: the smallest change."""
    return msgspec.structs.replace(before, pilot=msgspec.structs.replace(before.pilot, name=name))


def meeting(**over: Any) -> Meeting:  # noqa: ANN401  any field of a meeting
    """Return the first joint meeting, held on 2026-10-29, with `over` set."""
    values: dict[str, Any] = {"id": 1, "title": "第一次联席会议", "day": date(2026, 10, 29), **over}
    return Meeting(**values)


def inspection(**over: Any) -> Inspection:  # noqa: ANN401  any field of an inspection
    """Return a joint inspection of 2026-11-12, with `over` set."""
    values: dict[str, Any] = {"id": 1, "kind": InspectionKind.JOINT, "day": date(2026, 11, 12), **over}
    return Inspection(**values)


def round_(*asked: str, **over: Any) -> Round:  # noqa: ANN401  any field of a round
    """Return the first round of reports, opened on 2026-11-16 among `asked`, to report by 2026-11-20."""
    values: dict[str, Any] = {"n": 1, "at": at("2026-11-16"), "by": "张三", "due": date(2026, 11, 20), **over}
    return Round(asked=asked, **values)


def finding(**over: Any) -> Finding:  # noqa: ANN401  any field of a finding
    """Return the first finding, on task 1, to be put right by 2026-11-16, with `over` set."""
    values: dict[str, Any] = {"n": 1, "task": 1, "text": "招标文件未归档", "fix_by": date(2026, 11, 16), **over}
    return Finding(**values)


def fund(source: str, planned: str, paid: str, when: str = "2026-10-29") -> Fund:
    """Return an entry of money; `when` as `at` takes it."""
    return Fund(at=at(when), by="张三", source=source, planned=Decimal(planned), paid=Decimal(paid))
