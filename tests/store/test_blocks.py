"""Stores in TOML, written block by block."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import msgspec
import pytest
import tomli_w
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import factories
import strategies
from handmade import written
from pilottask.ledger import changes, integrity
from pilottask.ledger.changes import with_new
from pilottask.ledger.records import Department, Ledger, Meeting, Note, Raise, Settle, Task, replace
from pilottask.store import codec, toml_patch
from pilottask.store.syntax import Syntax

_TASK_FIELDS = sorted({field.name for field in msgspec.structs.fields(Task)} - {"id", "uid", "created", "log"})


def decoded(data: bytes) -> Ledger:
    return codec.decode(data, Syntax.TOML).ledger


@st.composite
def _edited(draw: st.DrawFn, task: Task, units: tuple[str, ...]) -> Task:
    other = draw(strategies.tasks(number=task.id, units=units))
    fields = draw(st.lists(st.sampled_from(_TASK_FIELDS), max_size=3, unique=True))
    added = tuple(entry for entry in other.log[1:] if not isinstance(entry, Raise | Settle))
    extra = {**task.extra, **other.extra} if draw(st.booleans()) else other.extra
    values = {name: getattr(other, name) for name in fields} | ({"extra": extra} if "extra" in fields else {})
    return replace(task, **values, log=task.log + added)


@st.composite
def changed(draw: st.DrawFn, ledger: Ledger) -> Ledger:
    """Draw what a few commands could make of `ledger`."""
    units = list(ledger.departments)
    units += [Department(name=name + "新") for name in draw(st.lists(strategies.names, max_size=1))]
    if draw(st.booleans()) and units:
        place = draw(st.integers(0, len(units) - 1))
        units[place] = msgspec.structs.replace(units[place], contact=draw(st.none() | strategies.lines))
    if units and draw(st.integers(0, 4)) == 0:
        units.pop(draw(st.integers(0, len(units) - 1)))
    names = tuple(unit.name for unit in units)
    tasks = list(ledger.tasks)
    if names:
        for place, task in enumerate(tasks):
            if draw(st.booleans()):
                tasks[place] = draw(_edited(task, names))
    if draw(st.booleans()) and tasks:
        tasks.pop(draw(st.integers(0, len(tasks) - 1)))
    added = draw(st.integers(0, 2)) if names else 0
    tasks += [draw(strategies.tasks(number=ledger.next_id + place, units=names)) for place in range(added)]
    if draw(st.integers(0, 3)) == 0:
        tasks, units = draw(st.permutations(tasks)), draw(st.permutations(units))
    sheets = ledger.sheets[: draw(st.integers(0, 3))] or draw(strategies.sheets())
    pilot = draw(strategies.pilots) if draw(st.booleans()) else ledger.pilot
    new = msgspec.structs.replace(
        ledger,
        next_id=ledger.next_id + added,
        pilot=pilot,
        departments=tuple(units) if units != list(ledger.departments) else ledger.departments,
        tasks=tuple(tasks) if tasks != list(ledger.tasks) else ledger.tasks,
        sheets=sheets,
    )
    new = draw(_with_mechanism(new, names, tuple(task.id for task in tasks)))
    assume(not list(integrity.faults(new)))
    return new


@st.composite
def _with_mechanism(draw: st.DrawFn, ledger: Ledger, units: tuple[str, ...], ids: tuple[int, ...]) -> Ledger:
    """Draw what could become of meetings, inspections and projects; what names a unit or task that is gone is new."""
    meetings, inspections, projects = list(ledger.meetings), list(ledger.inspections), list(ledger.projects)
    for place, meeting in enumerate(meetings):
        if draw(st.booleans()) or meeting_is_torn(meeting, units, ids):
            other = draw(strategies.meetings(number=meeting.id, units=units, ids=ids))
            if draw(st.booleans()) and not meeting_is_torn(meeting, units, ids):
                kept = meeting.decisions
                more = [msgspec.structs.replace(one, n=one.n + len(kept)) for one in other.decisions]
                other = msgspec.structs.replace(meeting, place=other.place, decisions=(*kept, *more))
            meetings[place] = other
    for place, inspection in enumerate(inspections):
        if draw(st.booleans()) or not {*inspection.by} <= {*units} or not {*inspection.tasks} <= {*ids}:
            inspections[place] = draw(strategies.inspections(number=inspection.id, units=units, ids=ids))
    for place, project in enumerate(projects):
        if draw(st.booleans()) or not {*project.partners} <= {*units}:
            other_project = draw(strategies.projects(name=project.name, units=units))
            projects[place] = msgspec.structs.replace(other_project, funds=(*project.funds, *other_project.funds))
    if draw(st.booleans()):
        number = 1 + max((meeting.id for meeting in meetings), default=0)
        meetings.append(draw(strategies.meetings(number=number, units=units, ids=ids)))
    return msgspec.structs.replace(
        ledger,
        meetings=tuple(meetings) if meetings != list(ledger.meetings) else ledger.meetings,
        inspections=tuple(inspections) if inspections != list(ledger.inspections) else ledger.inspections,
        projects=tuple(projects) if projects != list(ledger.projects) else ledger.projects,
    )


def meeting_is_torn(meeting: Meeting, units: tuple[str, ...], ids: tuple[int, ...]) -> bool:
    named = {number for decision in meeting.decisions for number in decision.tasks}
    return not {*meeting.attend, *meeting.absent} <= {*units} or not named <= {*ids}


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=50)
@given(st.data())
def test_any_change_to_any_file_touches_only_its_blocks(data: st.DataObject) -> None:
    ledger = data.draw(strategies.ledgers())
    parts, text = written(ledger, Random(data.draw(st.integers(0, 2**32))))  # noqa: S311  no secret
    newline, bom = data.draw(st.sampled_from(["\n", "\r\n"])), data.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    kept = [(record, part.replace("\n", newline).encode().strip()) for record, part in parts[1:]]
    file = bom + text.replace("\n", newline).encode()
    assert decoded(file) == ledger
    for _step in range(2):
        new = data.draw(changed(ledger))
        patched = toml_patch.patch(file, ledger, new)
        assert not patched.whole
        assert decoded(patched.data) == new
        same = {
            id(record)
            for record in (
                *(new.pilot, *new.departments, *new.tasks, *new.meetings, *new.inspections, *new.projects, *new.sheets),
                *new.calendars,
                *new.rounds,
                *new.instructions,
                *new.conflicts,
            )
        }
        kept = [(record, part) for record, part in kept if record is None or id(record) in same]
        assert [part for record, part in kept if part not in patched.data] == []
        assert patched.data.startswith(bom)
        assert newline == "\n" or b"\n" not in patched.data.replace(b"\r\n", b"")
        file, ledger = patched.data, new


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
@given(strategies.ledgers())
def test_the_form_of_a_new_file_is_kept_by_changes(ledger: Ledger) -> None:
    assert decoded(toml_patch.encode(ledger)) == ledger
    names = tuple(unit.name for unit in ledger.departments)
    bumped = msgspec.structs.replace(ledger, pilot=factories.pilot(name="新"))
    assert toml_patch.patch(toml_patch.encode(ledger), ledger, bumped).data == toml_patch.encode(bumped)
    if names:
        added = with_new(ledger, [factories.task(department=names[0])])
        assert toml_patch.patch(toml_patch.encode(ledger), ledger, added).data == toml_patch.encode(added)


STORE = """\
# 麒麟区产改试点台账
schema = 2
next_id = 3

[pilot]
name = "产改试点"  # 第二批

# 牵头单位
[[department]]
name = "总工会"

[[department]]
name = "教体局"

# ---- 重点任务 ----

# 先做这一项
[[task]]
id = 1
uid = "t0000001"
title = "实训设备采购"  # 已询价
department = "总工会"
owner = "张三"       # 电话 123
due = 2026-12-15
first_due = 2026-12-15
status = "todo"
created = 2026-10-29
# 明年再议

[[task.log]]
kind = "create"
at = 2026-10-29T09:15:00+08:00
by = "张三"

[[task]]
id = 2
uid = "t0000002"
title = "师资培训"
department = "教体局"
support = ["总工会"]
status = "todo"
created = 2026-10-29
remark = '''
第一行
[[task]]
# 不是注释'''

[task.extra]
"预算 (万元)" = "30" # 待批

[[task.log]]
kind = "create"
at = 2026-10-29T09:15:00+08:00
by = "张三"

# 台账完
"""
STAMP = factories.stamp("2026-11-20")
NOTE = """
[[task.log]]
kind = "note"
at = 2026-11-20 09:15:00+08:00
by = "张三"
text = "已到货"
"""


def edit(number: int, **values: object) -> Callable[[Ledger], Ledger]:
    """Return the change of fields alone, with no entry in the log."""
    return lambda ledger: changes.apply(ledger, [number], lambda task: replace(task, **values))


def note(number: int) -> Callable[[Ledger], Ledger]:
    return lambda ledger: changes.apply(ledger, [number], lambda task: changes.note(task, STAMP, text="已到货"))


def without(number: int) -> Callable[[Ledger], Ledger]:
    return lambda ledger: changes.without(ledger, [number])


def units(*names: str) -> Callable[[Ledger], Ledger]:
    return lambda ledger: msgspec.structs.replace(ledger, departments=tuple(Department(name=name) for name in names))


STATUS_1 = 'first_due = 2026-12-15\nstatus = "todo"\n'
REMARK_2 = STORE[STORE.index("'''\n第") : STORE.index("\n\n[task.e")]
LOG_2 = 'by = "张三"\n\n# 台账完'
BLOCK_1 = STORE[STORE.index("\n# 先做") : STORE.index("\n[[task]]\nid = 2")]
BLOCK_2 = STORE[STORE.index("\n[[task]]\nid = 2") : STORE.index("\n# 台账完")]


@pytest.mark.parametrize(
    ("change", "was", "now"),
    [
        pytest.param(edit(1, title="设备采购"), '"实训设备采购"', '"设备采购"', id="value changed, its comment kept"),
        pytest.param(edit(1, owner=None), 'owner = "张三"       # 电话', "# 电话", id="value cleared, comment kept"),
        pytest.param(
            edit(1, leader="李四"), "# 电话 123\n", '# 电话 123\nleader = "李四"\n', id="value set, in its place"
        ),
        pytest.param(edit(1, remark="x"), STATUS_1, STATUS_1 + 'remark = "x"\n', id="first text set"),
        pytest.param(edit(1, tags=("重点",)), STATUS_1, STATUS_1 + 'tags = [\n    "重点",\n]\n', id="list set"),
        pytest.param(edit(2, support=()), 'support = ["总工会"]\n', "", id="list cleared"),
        pytest.param(edit(2, remark="好"), REMARK_2, '"好"', id="long text changed"),
        pytest.param(edit(2, extra={"预算 (万元)": "31"}), '"30"', '"31"', id="own column changed"),
        pytest.param(
            edit(2, extra={"预算 (万元)": "30", "x": "y"}), "# 待批\n", '# 待批\nx = "y"\n', id="own column added"
        ),
        pytest.param(
            edit(2, extra={}),
            '[task.extra]\n"预算 (万元)" = "30" # 待批\n',
            "# 待批\n",
            id="last own column gone",
        ),
        pytest.param(
            edit(1, extra={"x": "y"}), "# 明年再议\n", '# 明年再议\n\n[task.extra]\nx = "y"\n', id="first own"
        ),
        pytest.param(note(2), LOG_2, LOG_2.replace("\n", "\n" + NOTE, 1), id="entry at the end"),
        pytest.param(
            note(1), 'by = "张三"\n\n[[task]]', 'by = "张三"\n' + NOTE + "\n[[task]]", id="entry before another task"
        ),
        pytest.param(without(1), BLOCK_1, "", id="first task removed"),
        pytest.param(without(2), BLOCK_2, "", id="last task removed"),
        pytest.param(
            units("总工会", "教体局", "新局"),
            'name = "教体局"\n',
            'name = "教体局"\n\n[[department]]\nname = "新局"\n',
            id="department added",
        ),
        pytest.param(units("总工会", "教育局"), 'name = "教体局"', 'name = "教育局"', id="department renamed"),
        pytest.param(units("教体局"), '\n# 牵头单位\n[[department]]\nname = "总工会"\n', "", id="department removed"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_change_stays_in_its_lines(newline: str, change: Callable[[Ledger], Ledger], was: str, now: str) -> None:
    data = STORE.replace("\n", newline).encode()
    old = decoded(data)
    assert STORE.count(was) == 1
    patched = toml_patch.patch(data, old, change(old))
    assert patched.data.decode() == STORE.replace(was, now).replace("\n", newline)
    assert (patched.whole, patched.anew) == (False, [])


def test_a_comment_set_apart_does_not_come_to_belong_to_what_follows_a_task_that_goes() -> None:
    text = STORE.replace("# 先做这一项\n", "").replace("\n[[task]]\nid = 2", "[[task]]\nid = 2")
    old = decoded(text.encode())
    one_gone = without(1)(old)
    patched = toml_patch.patch(text.encode(), old, one_gone)
    assert "# ---- 重点任务 ----\n\n[[task]]\nid = 2\n" in patched.data.decode()
    both_gone = toml_patch.patch(patched.data, one_gone, without(2)(one_gone))
    assert "# ---- 重点任务 ----\n" in both_gone.data.decode()


DEPARTMENT = '\n[[department]]\nname = "教体局"\n'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(STORE.replace("[[task]]\nid = 2", '[["ta\\u0073k"]]\nid = 2'), id="header in escapes"),
        pytest.param(
            STORE.replace(DEPARTMENT, "").replace("\n[task.extra]", DEPARTMENT + "[task.extra]", 1),
            id="part of a task past another block",
        ),
        pytest.param(
            STORE.replace('[pilot]\nname = "产改试点"  # 第二批\n', "").replace(
                "next_id = 3", 'next_id = 3\npilot.name = "产改试点"'
            ),
            id="keys with dots",
        ),
        pytest.param(
            'next_id = 1\nschema = 2\npilot = {}\ntask = []\n[[department]]\nname = "总工会"\n', id="tables in one line"
        ),
    ],
)
def test_a_file_that_cannot_be_cut_is_written_anew(text: str) -> None:
    old = decoded(text.encode())
    new = with_new(old, [factories.task(department="总工会")])
    assert toml_patch.patch(text.encode(), old, new) == toml_patch.Patched([toml_patch.encode(new)], whole=True)


def test_records_in_another_order_take_their_comments_along() -> None:
    old = decoded(STORE.encode())
    new = msgspec.structs.replace(old, tasks=old.tasks[::-1])
    patched = toml_patch.patch(STORE.encode(), old, new)
    assert (decoded(patched.data), patched.whole, patched.anew) == (new, False, [])
    assert sorted(patched.data.decode().splitlines()) == sorted(STORE.splitlines())


EXTRA = STORE[STORE.index("\n[task.extra]") : STORE.rindex("\n[[task.log]]")]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        pytest.param(
            STORE.replace('support = ["总工会"]', 'support = [ # 商定\n"总工会"]'),
            edit(2, support=()),
            id="comment inside a list",
        ),
        pytest.param(
            STORE.replace(EXTRA, 'extra = { x = "y" } # 备\n'), edit(2, extra={"x": "z"}), id="own columns in one line"
        ),
        pytest.param(
            STORE.replace(EXTRA, 'extra.x = "y" # 备\nextra.z = ""\n'), edit(2, extra={"x": "z"}), id="keys with dots"
        ),
        pytest.param(
            STORE.replace('"总工会"]\n', '"总工会"]  # 协办\n'),
            edit(2, log=(msgspec.structs.replace(factories.task().log[0], by="李四"),)),
            id="log that does not go on",
        ),
        pytest.param(
            STORE.replace(
                '\n[[task.log]]\nkind = "create"\nat = 2026-10-29T09:15:00+08:00\nby = "张三"\n\n# 台',
                'log = [{ kind = "create", at = 2026-10-29T09:15:00+08:00, by = "张三" }] # 记\n# 台',
            ).replace(EXTRA, ""),
            note(2),
            id="log in one line",
        ),
    ],
)
def test_comments_that_are_lost_are_said(text: str, change: Callable[[Ledger], Ledger]) -> None:
    old = decoded(text.encode())
    new = change(old)
    patched = toml_patch.patch(text.encode(), old, new)
    assert decoded(patched.data) == new
    assert (patched.whole, patched.anew) == (False, ["2"])
    untouched = text[: text.index("\n[[task]]\nid = 2")].encode()
    assert patched.data.startswith(untouched)
    assert patched.data.endswith("# 台账完\n".encode())


def test_a_file_without_a_final_line_end() -> None:
    text = STORE[: STORE.index("\n\n# 台账完")]
    old = decoded(text.encode())
    assert toml_patch.patch(text.encode(), old, note(2)(old)).data.decode() == text + "\n" + NOTE
    new = with_new(old, [factories.task(department="总工会", uid="t0000003")])
    added = toml_patch.patch(text.encode(), old, new).data.decode()
    assert added.startswith(text.replace("next_id = 3", "next_id = 4") + "\n\n[[task]]\nid = 3\n")
    assert decoded(added.encode()) == new


def test_the_first_task_and_the_only_one() -> None:
    text = "schema = 2\nnext_id = 1\n\n[pilot]\n"
    empty = decoded(text.encode())
    full = factories.ledger(factories.task())
    grown = toml_patch.patch(text.encode(), empty, full).data
    assert grown == toml_patch.encode(full)
    emptied = msgspec.structs.replace(empty, next_id=2)
    assert toml_patch.patch(grown, full, emptied).data.decode() == text.replace("next_id = 1", "next_id = 2")


def test_the_first_department_stands_before_the_tasks() -> None:
    full = factories.ledger(factories.task())
    tasks_only = msgspec.structs.replace(full, departments=())
    assert toml_patch.patch(toml_patch.encode(tasks_only), tasks_only, full).data == toml_patch.encode(full)
    units_only = msgspec.structs.replace(full, tasks=())
    swapped = toml_patch.patch(toml_patch.encode(tasks_only), tasks_only, units_only)
    assert (swapped.data, swapped.whole, swapped.anew) == (toml_patch.encode(units_only), False, [])


@pytest.mark.parametrize("blank", ["", "\n"], ids=["close", "set apart"])
def test_the_first_department_above_a_task(blank: str) -> None:
    full = factories.ledger(factories.task())
    tasks_only = msgspec.structs.replace(full, departments=())
    text = toml_patch.encode(tasks_only).decode().replace("\n[[task]]\n", f"{blank}[[task]]\n")
    unit = '\n[[department]]\nname = "麒麟职教集团"\n'
    grown = toml_patch.patch(text.encode(), tasks_only, full).data.decode()
    assert grown == text.replace(f"{blank}[[task]]\n", f"{unit}\n[[task]]\n")


@pytest.mark.parametrize("comment", ['# """', "# ''' a", "  # x"])
def test_a_comment_above_a_header_is_told_from_the_end_of_a_string(comment: str) -> None:
    text = STORE.replace("[[task]]\nid = 2", f"{comment}\n[[task]]\nid = 2")
    old = decoded(text.encode())
    assert toml_patch.patch(text.encode(), old, without(1)(old)).data.decode() == text.replace(BLOCK_1, "")
    gone = toml_patch.patch(text.encode(), old, without(2)(old)).data.decode()
    assert gone == STORE.replace(BLOCK_2, "")


def test_the_end_of_a_string_above_a_header_is_no_comment() -> None:
    entry = 'kind = "note"\nat = 2026-11-01T09:00:00+08:00\nby = "张三"\ntext = """\n# no comment"""\n'
    text = STORE.replace("\n[[task]]\nid = 2", f"[[task.log]]\n{entry}[[task]]\nid = 2")
    old = decoded(text.encode())
    assert old.tasks[0].log[-1] == Note(at=factories.at("2026-11-01 09:00"), by="张三", text="# no comment")
    left = text.replace(BLOCK_2.removeprefix("\n"), "")
    assert toml_patch.patch(text.encode(), old, without(2)(old)).data.decode() == left


def test_the_first_block_gone_and_the_head_changed() -> None:
    text = "schema = 2\nnext_id = 1\n\n[[department]]\nname = '甲'\n\n[pilot]\n"
    old = decoded(text.encode())
    new = msgspec.structs.replace(old, next_id=2, departments=())
    assert toml_patch.patch(text.encode(), old, new).data.decode() == "schema = 2\nnext_id = 2\n\n[pilot]\n"


def seconds(act: Callable[[], object]) -> float:
    """Return the least processor time that `act` took of three runs."""
    times = []
    for _run in range(3):
        begin = time.process_time()
        act()
        times.append(time.process_time() - begin)
    return min(times)


@pytest.mark.parametrize("value", ["text", "list"])
def test_a_huge_value_takes_time_by_its_length(value: str) -> None:
    def taken(count: int) -> float:
        if value == "text":
            huge = "remark = '''\n" + '第一行 [[task]] # "\n' * count + "'''"
        else:
            huge = "tags = [\n" + '"重点", # 备\n' * count + "]"
        both = toml_patch.encode(factories.ledger(*(factories.task(id=number) for number in (1, 2)))).decode()
        data = both.replace("\ntitle", f"\n{huge}\ntitle", 1).encode()
        old = decoded(data)
        new = note(1)(note(2)(old))
        patched = toml_patch.patch(data, old, new)
        assert not patched.whole
        assert huge.encode() in patched.data
        return seconds(lambda: toml_patch.patch(data, old, new))

    assert taken(8000) < 20 * taken(1000) + 0.1  # 8 times the length; 64 times, were it by the square


_VALUES = st.one_of(
    st.text(),
    st.text('a"\\\t\n\x7f\x00任务'),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(timezones=st.just(factories.at("2026-11-20").tzinfo)),
    st.lists(st.text(max_size=5), max_size=3),
)


@given(st.dictionaries(st.text("ab-_1 .任\"'", max_size=4), _VALUES, max_size=5))
def test_keys_are_written_as_tomli_w_writes_them(table: dict[str, object]) -> None:
    assert toml_patch._keys(table) == tomli_w.dumps(table)


def test_one_of_many_tasks_takes_far_less_than_all() -> None:
    old = factories.ledger(*(factories.task(id=number, remark="备注" * 20) for number in range(1, 2001)))
    data, new = toml_patch.encode(old), note(1000)(old)
    assert seconds(lambda: toml_patch.patch(data, old, new)) < seconds(lambda: toml_patch.encode(old)) / 2


def test_one_moment_in_two_zones_is_written_as_each_of_them_has_it() -> None:
    nine = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=8)))
    notes = (Note(at=at, by="王敏", text="到货") for at in (nine, nine.astimezone(UTC), nine))
    lines = toml_patch.encode(factories.ledger(factories.task(log=tuple(notes)))).decode().splitlines()
    assert [line for line in lines if line.startswith("at = ")] == [
        "at = 2026-11-20 09:00:00+08:00",
        "at = 2026-11-20 01:00:00+00:00",
        "at = 2026-11-20 09:00:00+08:00",
    ]
