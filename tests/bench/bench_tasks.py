"""The tasks that every program is given: invented, the same on every run, dated from the day on which it runs."""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from pilottask.ledger.records import (
    SCHEMA,
    Cancel,
    Close,
    Create,
    Department,
    Ledger,
    LogEntry,
    Note,
    Pilot,
    Role,
    Start,
    Status,
    Submit,
    Suspend,
    Task,
)

_SEED: Final = 20261120
_ZONE: Final = timezone(timedelta(hours=8))
DEPARTMENTS: Final = tuple(
    f"{place}{unit}"
    for place in ("麒麟区", "开发区", "示范区")
    for unit in ("总工会", "教育体育局", "人力资源和社会保障局", "工业和信息化局", "财政局", "发展和改革局", "职教集团")
)
_VERBS: Final = ("组织", "推进", "落实", "完善", "建立", "开展", "修订", "签订")
_OBJECTS: Final = ("实训基地共建协议", "高技能人才培训", "技能等级认定", "校企合作项目", "劳模工作室", "班组长轮训")
_PLACES: Final = ("一厂", "二厂", "东山镇", "越州镇", "三宝街道", "南宁街道", "产业园", "实训中心")
_PEOPLE: Final = ("张伟", "李敏", "王芳", "刘洋", "陈静", "杨帆", "赵磊", "周婷")
_NOTES: Final = ("已召开协调会, 明确分工", "方案已送审", "设备到货, 正在安装", "第一期培训结束", "等待资金拨付")
_MOST_ENTRIES: Final = 4
# A list in the middle of its year: most of it open, a good third of what is open late.
_MIX: Final = {
    Status.TODO: 20,
    Status.DOING: 40,
    Status.SUBMITTED: 5,
    Status.CLOSED: 30,
    Status.SUSPENDED: 3,
    Status.CANCELLED: 2,
}


# One nearly half done, on which nobody wrote a note: there others have least to read.
_BARE_MIX: Final = {**_MIX, Status.TODO: 15, Status.DOING: 30, Status.CLOSED: 45}


@dataclass(frozen=True, slots=True)
class Item:
    """One task in no program's form: `notes` oldest first, each on its day; `ended` where it is closed or cancelled."""

    number: int
    title: str
    department: str
    owner: str
    status: Status
    created: date
    due: date | None
    notes: tuple[tuple[date, str], ...]
    ended: date | None

    def is_overdue(self, *, today: date) -> bool:
        """Tell whether every program should say that it is late."""
        return self.status in {Status.TODO, Status.DOING} and self.due is not None and self.due < today


def items(count: int, *, today: date, bare: bool = False) -> list[Item]:
    """Return `count` tasks, with `bare` 45 % of them closed and none with notes.

    None falls due today, where programs differ on what is late.
    """
    pick = random.Random(_SEED)  # noqa: S311  the same tasks each time
    mix = _BARE_MIX if bare else _MIX
    statuses = pick.choices(list(mix), list(mix.values()), k=count)
    found = [_item(number, status, today, pick) for number, status in enumerate(statuses, start=1)]
    return [replace(item, notes=()) for item in found] if bare else found


def _item(number: int, status: Status, today: date, pick: random.Random) -> Item:
    created = today - timedelta(days=pick.randint(90, 300))
    # What is no longer with its department is late nowhere: programs differ there, so it falls due later.
    earliest = -60 if status in {Status.TODO, Status.DOING} else 1
    due = today + timedelta(days=pick.choice([day for day in range(earliest, 120) if day]))
    noted = sorted(created + timedelta(days=pick.randint(1, 80)) for _ in range(pick.randint(1, 2)))
    return Item(
        number=number,
        title=f"{pick.choice(_VERBS)}{pick.choice(_PLACES)}{pick.choice(_OBJECTS)}第{number}项",
        department=pick.choice(DEPARTMENTS),
        owner=pick.choice(_PEOPLE),
        status=status,
        created=created,
        due=due if pick.random() < 0.95 else None,  # a few are for the long run
        notes=tuple((day, pick.choice(_NOTES)) for day in noted),
        ended=today - timedelta(days=pick.randint(0, 9)) if status in {Status.CLOSED, Status.CANCELLED} else None,
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9, 15), _ZONE)


def ledger(tasks: Sequence[Item]) -> Ledger:
    """Return the tasks as pilottask's records."""
    return Ledger(
        schema=SCHEMA,
        next_id=len(tasks) + 1,
        pilot=Pilot(name="麒麟区产改试点", office="产改办"),
        departments=tuple(Department(name=name, role=Role.MEMBER) for name in DEPARTMENTS),
        tasks=tuple(map(_task, tasks)),
    )


def _task(item: Item) -> Task:
    log: list[LogEntry] = [Create(at=_moment(item.created), by=item.owner)]
    if item.status is not Status.TODO:
        log.append(Start(at=_moment(item.created + timedelta(days=1)), by=item.owner))
    log += [
        Note(at=_moment(day), by=item.owner, text=text)
        for day, text in item.notes[: _MOST_ENTRIES - len(log) - (item.status is Status.CLOSED)]
    ]
    last = item.ended or item.created + timedelta(days=85)
    match item.status:
        case Status.SUBMITTED:
            log[-1] = Submit(at=_moment(last), by=item.owner)
        case Status.CLOSED:
            log[-1] = Submit(at=_moment(last), by=item.owner)
            log.append(Close(at=_moment(last), by=item.owner))
        case Status.SUSPENDED:
            log[-1] = Suspend(at=_moment(last), by=item.owner, reason="等待批复")
        case Status.CANCELLED:
            log[-1] = Cancel(at=_moment(last), by=item.owner, reason="并入他项")
        case _:
            pass
    return Task(
        id=item.number,
        uid=f"{item.number:012x}",
        title=item.title,
        department=item.department,
        owner=item.owner,
        due=item.due,
        first_due=item.due,
        status=item.status,
        created=item.created,
        submitted=last if item.status in {Status.SUBMITTED, Status.CLOSED} else None,
        closed=last if item.status is Status.CLOSED else None,
        log=tuple(log),
    )


def as_csv(tasks: Sequence[Item]) -> str:
    """Return the tasks as the spreadsheet that an office would import."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["序号", "工作任务", "牵头单位", "责任人", "完成时限"])
    for item in tasks:
        writer.writerow([item.number, item.title, item.department, item.owner, item.due or ""])
    return written.getvalue()


def _seconds(day: date) -> str:
    return str(int(datetime.combine(day, time(23, 59, 59), UTC).timestamp()))


def taskwarrior(tasks: Sequence[Item]) -> tuple[str, str]:
    """Return the tasks as Taskwarrior keeps them: what is pending, and what is no longer, which it keeps apart."""
    pending: list[str] = []
    completed: list[str] = []
    for item in tasks:
        fields = {
            "description": item.title,
            "entry": _seconds(item.created),
            "modified": _seconds(item.notes[-1][0] if item.notes else item.created),
            "owner": item.owner,
            "project": item.department,
            "status": "pending",
            "uuid": uuid(item),
        }
        if item.due is not None:
            fields["due"] = _seconds(item.due)
        if item.status in {Status.DOING, Status.SUBMITTED}:
            fields["start"] = _seconds(item.created + timedelta(days=1))
        if item.ended is not None:
            fields["status"] = "completed" if item.status is Status.CLOSED else "deleted"
            fields["end"] = _seconds(item.ended)
        for place, (day, text) in enumerate(item.notes):
            fields[f"annotation_{int(_seconds(day)) + place}"] = text
        line = "[" + " ".join(f'{name}:"{value}"' for name, value in sorted(fields.items())) + "]\n"
        (pending if item.ended is None else completed).append(line)
    return "".join(pending), "".join(completed)


def uuid(item: Item) -> str:
    """Return the name by which Taskwarrior knows the task whatever else changes."""
    return f"a{item.number:07x}-0000-4000-8000-000000000000"  # Taskwarrior takes 0000000d for a duration


def taskwarrior_json(tasks: Sequence[Item]) -> str:
    """Return the tasks as Taskwarrior imports them, with what the spreadsheet says."""
    import json  # noqa: PLC0415  for a peer alone

    lines = []
    for item in tasks:
        fields = {"description": item.title, "project": item.department, "owner": item.owner}
        if item.due is not None:
            fields["due"] = f"{item.due:%Y%m%d}T235959Z"
        lines.append(json.dumps(fields, ensure_ascii=False))
    return "[" + ",\n".join(lines) + "]\n"


def topydo(tasks: Sequence[Item]) -> tuple[str, str]:
    """Return the tasks as lines of todo.txt, what is done apart; notes have no place there."""
    todo, done = [], []
    for item in tasks:
        due = f" due:{item.due}" if item.due else ""
        line = f"{item.created} {item.title} +{item.department} @{item.owner}{due}\n"
        if item.ended is None:
            todo.append(line)
        else:
            done.append(f"x {item.ended} {line}")
    return "".join(todo), "".join(done)
