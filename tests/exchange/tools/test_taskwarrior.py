"""Taskwarrior's JSON: nothing is lost on the way there and back, and what is changed there is noticed."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import peers
import strategies
from exchange import ledgers
from factories import ZONE, day, ledger, stamp, task
from pilottask.base.errors import PilotError, UsageFault
from pilottask.exchange.office.importing import ImportPlan
from pilottask.exchange.office.layout import NO_COLUMNS
from pilottask.exchange.tools import taskwarrior
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger import changes, history
from pilottask.ledger.records import Create, Department, Ledger, Status, Task, replace
from pilottask.store import codec
from pilottask.store.syntax import Syntax

Record = dict[str, Any]


def decoded(raw: Record) -> Ledger:
    return codec.decode(msgspec.json.encode(raw), Syntax.JSON).ledger


def read(data: bytes) -> Incoming:
    return taskwarrior.read(data, decode=decoded, zone=ZONE)


def brought(
    data: bytes | Sequence[Record], into: Ledger | None = None, *, update: bool = True, department: str | None = None
) -> ImportPlan:
    incoming = read(data if isinstance(data, bytes) else json.dumps(data).encode())
    return ledgers.brought(incoming, into, update=update, department=department, source="tasks.json")


def exported(found: Ledger) -> list[Record]:
    records: list[Record] = json.loads(taskwarrior.export(found, found.tasks))
    return records


def plain(uuid: str = "7b5b1a3e-0b1c-4d2e-8f3a-111111111111", **fields: object) -> Record:
    return {"uuid": uuid, "description": "设备采购", "status": "pending", "entry": "20261101T010000Z", **fields}


# Out


def sample() -> Task:
    one = task(due="2026-11-08", support=("区财政局", "A, B"), owner="张三", tags=("急", "two words"), project="基地")
    one = changes.note(changes.start(one, stamp("2026-11-02")), stamp("2026-11-03"), text="选址 [1] & “甲”")
    return changes.edit(one, stamp("2026-11-04"), {"extra.priority": "H"})


def test_what_taskwarrior_has_a_place_for() -> None:
    (told,) = exported(ledger(sample()))
    assert told.pop("pilottask").startswith('{"task":{"id":1,')
    assert told == {
        "uuid": taskwarrior.uuid_of("t0000001"),
        "status": "pending",
        "description": "实训设备采购",
        "project": "基地",
        "department": "麒麟职教集团",
        "support": '区财政局, "A, B"',
        "owner": "张三",
        "entry": "20261029T011500Z",
        "due": "20261108T155959Z",
        "start": "20261102T011500Z",
        "tags": ["急"],
        "annotations": [{"entry": "20261103T011500Z", "description": "选址 [1] & “甲”"}],
        "priority": "H",
    }


@pytest.mark.parametrize(
    ("change", "status", "end"),
    [
        (lambda one: changes.close(one, stamp("2026-11-06"), on=day("2026-11-05")), "completed", "20261105T155959Z"),
        (lambda one: changes.cancel(one, stamp("2026-11-06"), reason="并"), "deleted", "20261106T011500Z"),
        (lambda one: changes.suspend(one, stamp("2026-11-06"), reason="等"), "pending", None),
    ],
    ids=["closed", "cancelled", "suspended"],
)
def test_a_status_by_the_nearest_of_theirs(change: Callable[[Task], Task], status: str, end: str | None) -> None:
    (told,) = exported(ledger(change(sample())))
    assert (told["status"], told.get("end")) == (status, end)


def test_a_uid_that_is_a_uuid_stays_so() -> None:
    known = "7b5b1a3e-0b1c-4d2e-8f3a-111111111111"
    assert taskwarrior.uuid_of(known) == known
    assert taskwarrior.uuid_of(known.upper()) != known
    assert taskwarrior.uuid_of("a") == taskwarrior.uuid_of("a") != taskwarrior.uuid_of("b")


def test_the_configuration_names_each_attribute_of_our_own() -> None:
    lines = taskwarrior.configuration().splitlines()
    assert "uda.pilottask.type=string" in lines
    known = {line.split(".")[1] for line in lines}
    assert known >= exported(ledger(sample()))[0].keys() - {
        *("uuid", "status", "description", "project", "entry", "due", "start", "tags", "annotations", "priority"),
    }


# There and back


def plain_task(one: Task) -> Task:
    """Return a task without ids: its own, and that of the first of its series."""
    log = tuple(replace_series(entry) if isinstance(entry, Create) else entry for entry in one.log)
    return replace(one, id=0, log=log)


def replace_series(entry: Create) -> Create:
    return msgspec.structs.replace(entry, series=None if entry.series is None else 0)


def same(found: Ledger, into: Ledger) -> bool:
    """Tell whether two ledgers hold the same tasks and departments, whatever the ids."""
    tasks = [plain_task(one) for one in sorted(found.tasks, key=lambda one: one.id)]
    return tasks == [plain_task(one) for one in into.tasks] and found.departments == into.departments


@given(strategies.ledgers(max_tasks=3))
def test_what_goes_out_comes_back(found: Ledger) -> None:
    data = taskwarrior.export(found, found.tasks)
    if not found.tasks:
        assert read(data).store is None
        return
    done = brought(data)
    assert same(found, done.ledger)
    assert not done.layout.names
    again = brought(data, done.ledger)
    assert (again.ledger, again.changed) == (done.ledger, ())


def test_a_part_of_the_tasks_brings_its_departments() -> None:
    one, two = task(id=1, department="甲局"), task(id=2, department="乙局")
    found = msgspec.structs.replace(
        ledger(one, two),
        departments=(Department(name="甲局", aliases=("甲",)), Department(name="乙局"), Department(name="丙局")),
    )
    records = exported(found)
    assert brought(records[1:]).ledger.departments == (Department(name="乙局"),)
    assert brought(records).ledger.departments == found.departments


# Changed there


def changed(records: Sequence[Record], **fields: object) -> list[Record]:
    (one,) = records
    return [{key: value for key, value in {**one, **fields}.items() if value is not None}]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"description": "新名"}, {"title": "新名"}),
        ({"due": "20261219T160000Z"}, {"due": day("2026-12-20")}),
        ({"department": "区工信局"}, {"department": "区工信局"}),
        ({"support": "区财政局"}, {"support": ("区财政局",)}),
        ({"tags": ["新", "急"]}, {"tags": ("新", "急", "two words")}),
        ({"priority": "L"}, {"extra": {"priority": "L"}}),
        ({"effort": 3.5}, {"extra": {"priority": "H", "effort": "3.5"}}),
        ({"status": "completed", "end": "20261118T160000Z"}, {"status": Status.CLOSED, "closed": day("2026-11-19")}),
        ({"status": "deleted"}, {"status": Status.CANCELLED}),
        ({"modified": "20261118T160000Z", "urgency": 8.5, "id": 3}, {}),
        ({"owner": None, "tags": None}, {}),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_was_changed_there_comes_in(fields: Mapping[str, object], expected: Mapping[str, object]) -> None:
    start = replace(sample(), created=day("2026-11-20"))
    found = ledger(start, departments={"区工信局": ()})
    done = brought(changed(exported(found), **fields), found)
    (after,) = done.ledger.tasks
    for name in ("title", "due", "department", "support", "tags", "extra", "status", "closed"):
        assert getattr(after, name) == expected.get(name, getattr(start, name))
    assert history.differences(after) == []
    assert bool(done.changed) == bool(expected)


def test_a_deadline_taken_away_there_stays_and_is_told() -> None:
    found = ledger(sample())
    done = brought(changed(exported(found), due=None), found)
    assert done.ledger == found
    assert [notice.split(": ")[1] for notice in done.notices] == [
        "its deadline was taken away in Taskwarrior and stays here"
    ]


def test_a_word_added_there_is_a_note() -> None:
    found = ledger(sample())
    (record,) = exported(found)
    record["annotations"] += [{"entry": "20261110T000000Z", "description": "批了"}]
    note = history.last_note(brought([record], found).ledger.tasks[0])
    assert note
    assert (note.text, note.at.date(), note.imported) == ("批了", day("2026-11-10"), False)


def test_without_update_it_is_only_said() -> None:
    found = ledger(sample())
    done = brought(changed(exported(found), description="新名"), found, update=False)
    assert done.ledger == found
    assert done.notices == ("1 task differs from the file (1); --update brings the changes in",)


def test_an_older_export_brings_nothing_back() -> None:
    found = ledger(sample())
    records = exported(found)
    later = ledger(changes.edit(sample(), stamp("2026-11-09"), {"title": "新名"}))
    assert brought(records, later).ledger == later


# From there


def test_a_task_of_theirs() -> None:
    done = brought(
        [
            plain(
                due="20261214T160000Z",
                project="基地",
                tags=["急"],
                priority="H",
                depends=["x"],
                start="20261102T000000Z",
                department="区教体局",
                annotations=[{"entry": "20261103T000000Z", "description": "一"}, {"description": "二"}],
            )
        ]
    )
    (one,) = done.added
    assert (one.uid, one.title, one.department, one.due) == (plain()["uuid"], "设备采购", "区教体局", day("2026-12-15"))
    assert (one.status, one.project, one.tags) == (Status.DOING, "基地", ("急",))
    assert one.extra == {"priority": "H", "depends": '["x"]'}
    assert history.last_note(one).text == "一\n二"  # type: ignore[union-attr]
    assert done.new_departments == ("区教体局",)
    assert brought([plain(department="区教体局", due="20261214T160000Z")], done.ledger).added == ()


def test_a_department_for_those_that_name_none() -> None:
    with pytest.raises(UsageFault, match="empty; every task has a title and one lead department"):
        raise brought([plain()]).refusal()
    assert brought([plain()], department="区教体局").added[0].department == "区教体局"


def test_patterns_are_passed_over() -> None:
    done = brought([plain(status="recurring", recur="weekly")], department="甲")
    assert (done.added, done.notices) == (
        (),
        ("“设备采购” is a pattern that Taskwarrior makes tasks of; passed over",),
    )


SAMPLE = "line 1 (“设备采购”, UID 7b5b1a3e-0b1c-4d2e-8f3a-111111111111)"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[\n{", "line 2, column 2 is not valid JSON: {"),
        (b"{}", "line 1: is no task"),
        (b'["\xff"]', "line 1 is not UTF-8 text"),
        (b"[1,\n2]", "line 1: is no task\nline 2: is no task"),
        (b'[{"uuid": "a", "description": 1}]', "line 1 (UID a), description: is missing or no text"),
        ([plain(due="donkey")], SAMPLE + ", due: “donkey” is no moment such as 20261215T155959Z"),
        ([plain(status="odd")], SAMPLE + ", status: is not as Taskwarrior exports it"),
        ([plain(), plain(owner=3)], SAMPLE + ", owner: is no text"),
        ([plain(tags="急")], SAMPLE + ", tags: is not as Taskwarrior exports it"),
        ([plain(annotations=[{}])], SAMPLE + ", annotations: is not as Taskwarrior exports it"),
        ([plain(pilottask="{}")], SAMPLE + ", pilottask: is not as Taskwarrior exports it"),
    ],
    ids=[
        "no json",
        "no line",
        "no utf-8",
        "no tasks",
        "no text",
        "no moment",
        "no status",
        "number",
        "tags",
        "annotations",
        "changed",
    ],
)
def test_what_is_no_export(data: bytes | list[Record], message: str) -> None:
    with pytest.raises(UsageFault) as refused:
        read(data if isinstance(data, bytes) else json.dumps(data).encode())
    assert refused.value.message == message


def test_our_own_record_damaged() -> None:
    (record,) = exported(ledger(sample()))
    record["pilottask"] = record["pilottask"].replace('"due":"2026-11-08"', '"due":"x"')
    with pytest.raises(PilotError, match="due: must be a date such as 2026-12-15, not “x”"):
        read(json.dumps([record]).encode())


# The real one


class Warrior:
    """Taskwarrior with a configuration and data of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        data = folder / "data"
        data.mkdir(parents=True)
        config = f"data.location={data}\nconfirmation=off\n{taskwarrior.configuration()}"
        (folder / "taskrc").write_text(config, encoding="utf-8")
        self._env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "Asia/Shanghai", "HOME": str(folder)}
        self._env |= {"TASKRC": str(folder / "taskrc"), "TASKDATA": str(data)}

    def __call__(self, *argv: str) -> bytes:
        done = subprocess.run(
            ["task", "rc.verbose=nothing", *argv],
            env=self._env,
            cwd=self._folder,
            input=b"",
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout

    def take(self, data: bytes) -> None:
        (self._folder / "in.json").write_bytes(data)
        self("import", "in.json")


@pytest.fixture(scope="module")
def warriors(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Warrior]:
    peers.needed("task", package="taskwarrior")
    return lambda: Warrior(tmp_path_factory.mktemp("warrior") / "home")


@pytest.mark.parametrize("unit", [{}, {"name": [1]}, {"name": 5}], ids=repr)
def test_a_department_that_has_no_name_is_refused(unit: Record) -> None:
    whole = json.dumps({"task": {"uid": "a"}, "departments": {"x": unit}})
    with pytest.raises(PilotError, match="name"):
        read(json.dumps([plain(pilottask=whole)]).encode())


# Not made smaller where it fails: that takes minutes.
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(found=strategies.ledgers(max_tasks=4))
def test_through_the_real_one_nothing_is_lost(warriors: Callable[[], Warrior], found: Ledger) -> None:
    real = warriors()
    real.take(taskwarrior.export(found, found.tasks))
    done = brought(real("export"))
    if found.tasks:
        assert same(found, done.ledger)
        assert not done.layout.names


def test_what_is_done_with_the_real_one_comes_in(warriors: Callable[[], Warrior]) -> None:
    others = [task(id=number, uid=f"u{number}", title=f"任务{number}", due="2026-12-01") for number in (2, 3)]
    found = ledger(sample(), *others)
    real = warriors()
    real.take(taskwarrior.export(found, found.tasks))
    titled = {one.title: taskwarrior.uuid_of(one.uid) for one in found.tasks}
    real(titled["任务2"], "modify", "due:2026-12-20", "+新", "owner:李四")
    real(titled["任务3"], "annotate", "已 报 送")
    real("add", "外来任务", "due:2026-12-05", "department:区总工会")
    done = brought(real("export"), found)
    two, three, new = done.ledger.tasks[1:]
    assert (two.due, two.tags, two.owner) == (day("2026-12-20"), ("新",), "李四")
    assert history.last_note(three).text == "已 报 送"  # type: ignore[union-attr]
    assert (new.title, new.due, new.department) == ("外来任务", day("2026-12-05"), "区总工会")
    assert [each.after.id for each in done.changed] == [2, 3]
    # The next export brings all of that back, over what is there.
    real.take(taskwarrior.export(done.ledger, done.ledger.tasks))
    again = brought(real("export"), done.ledger)
    assert (again.ledger, again.layout) == (done.ledger, NO_COLUMNS)
    assert len(json.loads(real("export"))) == 4
