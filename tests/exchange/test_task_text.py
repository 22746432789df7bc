"""A task as text, what is changed in it, and what that does to the task."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import factories
from factories import TODAY, stamp
from pilottask.base.errors import NotFound, UsageFault
from pilottask.exchange import task_text
from pilottask.ledger import changes
from pilottask.ledger.records import Ledger, Task, replace

UNITS = {"区教体局": ("教体局",), "区总工会": ()}


def made(**over: object) -> Task:
    return factories.task(**{"id": 3, "title": "采购", "due": "2026-12-15", "extra": {"批次": "二"}, **over})


def office(task: Task) -> Ledger:
    return factories.ledger(task, departments=UNITS)


def text(task: Task) -> str:
    return task_text.text(task, office(task).departments, today=TODAY)


def after(typed: str, task: Task, *, now: Task | None = None, new_departments: bool = False) -> Task:
    """Return what the task becomes when `typed` is saved; `now` is how it stands in the store by then."""
    found = task_text.changes_in(task, typed)
    ledger = task_text.apply(office(now or task), task, found, stamp(), new_departments=new_departments)
    return ledger.tasks[0]


def test_the_text() -> None:
    task = changes.note(
        made(support=("区总工会",), target=40, requirement="一\n二"), stamp("2026-11-03"), text="开标\n后"
    )
    assert text(task) == (
        "# Save and close to write what you changed; change nothing, and nothing is written.\n"
        '# "" clears a field. Columns of your own stand under [extra].\n'
        "\n"
        "# Task\n"
        'title = "采购"\n'
        "\n"
        "# Department: 麒麟职教集团, 区总工会, 区教体局\n"
        'department = "麒麟职教集团"\n'
        "\n"
        '# Support: other departments, ["…", "…"]\n'
        "support = [\n"
        '    "区总工会",\n'
        "]\n"
        "\n"
        "# Owner\n"
        'owner = ""\n'
        "\n"
        "# Leader\n"
        'leader = ""\n'
        "\n"
        "# Due: moved by: pilottask extend 3 DATE --reason WHY\n"
        'due = "2026-12-15"\n'
        "\n"
        "# Aspect\n"
        'aspect = ""\n'
        "\n"
        "# Requirement\n"
        'requirement = """\n'
        "一\n"
        '二"""\n'
        "\n"
        "# Target: a number from 0 up\n"
        "target = 40\n"
        "\n"
        "# Unit\n"
        'unit = ""\n'
        "\n"
        "# Actual: a number from 0 up\n"
        'actual = ""\n'
        "\n"
        "# Source\n"
        'source = ""\n'
        "\n"
        "# Project\n"
        'project = ""\n'
        "\n"
        "# Every: week, month, quarter, year\n"
        'every = ""\n'
        "\n"
        '# Tags: ["…", "…"]\n'
        "tags = []\n"
        "\n"
        "# Remark\n"
        'remark = ""\n'
        "\n"
        "# Read only; the status changes by: start, suspend, cancel\n"
        "id = 3\n"
        'uid = "t0000003"\n'
        'status = "todo"\n'
        'created = "2026-10-29"\n'
        'first_due = "2026-12-15"\n'
        "\n"
        "[extra]\n"
        '"批次" = "二"\n'
        "\n"
        "# 2026-10-29 09:15 张三: entered\n"
        "# 2026-11-03 09:15 张三: progress: 开标⏎后\n"
    )


def test_forms_of_dates_are_named_where_the_deadline_can_be_set() -> None:
    forms = "# Due: 2026-12-15, 12月底, fri, +2w …; none where it is open-ended\n"
    assert forms in text(made(due=None))
    assert forms in text(made(created=TODAY))


@pytest.mark.usefixtures("chinese")
def test_the_text_in_chinese() -> None:
    assert "# 牵头单位：麒麟职教集团、区教体局、区总工会\n" in text(made())
    assert "# 完成时限：调整时限用：pilottask extend 3 新时限 --reason 原因\n" in text(made())


def test_text_left_as_it_is_changes_nothing() -> None:
    task = made(support=("区总工会",), tags=("急",), target=1.5, requirement='"""\\\n# x', remark="\u202e \t")
    assert task_text.changes_in(task, text(task)) == {}
    assert task_text.changes_in(task, text(task).replace("\n", "\r\n")) == {}
    assert task_text.changes_in(task, "# only comments moved\n" + text(task)) == {}


LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


@given(
    LINES,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.lists(LINES),
    st.dictionaries(LINES, LINES),
)
def test_any_text_left_as_it_is_changes_nothing(line: str, long: str, tags: list[str], own: dict[str, str]) -> None:
    task = made(owner=line, remark=long, tags=tuple(tags), extra={**own, "x": long})
    assert task_text.changes_in(task, text(task)) == {}


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ('title = "采购"', 'title = "设备采购"', "title", "设备采购"),
        ('owner = ""', "owner = '''李明'''", "owner", "李明"),
        ('department = "麒麟职教集团"', 'department = "教体"', "department", "区教体局"),
        ("support = []", 'support = ["教体局", "总工会"]', "support", ("区教体局", "区总工会")),
        ("support = []", 'support = ["教体局", "区教体局", "职教集团"]', "support", ("区教体局",)),
        ("tags = []", 'tags = ["急", "", "急"]', "tags", ("急",)),
        ('target = ""', "target = 40", "target", 40),
        ('target = ""', 'target = "１，２３４"', "target", 1234),
        ('actual = ""', "actual = 1.5", "actual", 1.5),
        ('every = ""', 'every = "month"', "every", "month"),
        ('"批次" = "二"', '"批次" = 3', "extra", {"批次": "3"}),
        ('"批次" = "二"', '"批次" = 2026-01-02', "extra", {"批次": "2026-01-02"}),
        ('"批次" = "二"', '"批次" = ""', "extra", {}),
        ("[extra]", "", "extra", {}),
    ],
)
def test_a_changed_line_is_a_changed_field(old: str, new: str, field: str, value: object) -> None:
    task = made()
    typed = text(task)
    assert old in typed
    typed = typed.replace(old, new) if new else typed.replace('[extra]\n"批次" = "二"\n', "")
    edited = after(typed, task)
    assert getattr(edited, field) == value
    assert [entry.by for entry in edited.log[1:]] == ["张三"]


def test_a_line_taken_out_clears_its_field() -> None:
    task = made(owner="李明")
    assert after(text(task).replace('owner = "李明"\n', ""), task).owner is None


@pytest.mark.parametrize("typed", ["2026-12-31", "12月底", "年底"])
def test_a_deadline_is_set_where_there_is_none(typed: str) -> None:
    task = made(due=None)
    for form in (f'due = "{typed}"', *(["due = 2026-12-31"] if typed[0] == "2" else [])):
        edited = after(text(task).replace('due = ""', form), task)
        assert (edited.due, edited.first_due) == (factories.day("2026-12-31"), factories.day("2026-12-31"))


def test_a_deadline_of_an_earlier_day_is_moved_on_record_alone() -> None:
    task = made()
    with pytest.raises(UsageFault, match="its deadline is moved on record") as caught:
        after(text(task).replace('\ndue = "2026-12-15"', '\ndue = "2026-12-31"'), task)
    assert caught.value.hint == "pilottask extend 3 DATE --reason WHY"


MISTAKES: dict[str, tuple[Callable[[str], str], str]] = {
    "syntax": (
        lambda typed: typed.replace('owner = ""', "owner = 李明"),
        "line 14, column 9 is not valid TOML: owner = 李明",
    ),
    "twice": (lambda typed: typed + 'title = "x"\ntitle = "y"\n', ""),
    "id": (lambda typed: typed.replace("id = 3", "id = 4"), "id is read only; leave it as it was"),
    "uid": (lambda typed: typed.replace("t0000003", "x"), "uid is read only; leave it as it was"),
    "status": (
        lambda typed: typed.replace('"todo"', '"closed"'),
        "status is read only; it is changed by start, submit, close, return, suspend, cancel, reopen",
    ),
    "first_due": (
        lambda typed: typed.replace('first_due = "2026-12-15"', "first_due = 2026-12-16"),
        "first_due is read only; the first deadline stays on record",
    ),
    "log": (
        lambda typed: "log = []\n" + typed,
        "log is read only; what is on record stays; pilottask note adds to it",
    ),
    "closed": (lambda typed: 'closed = "2026-11-01"\n' + typed, "closed is read only; leave it as it was"),
    "unknown": (
        lambda typed: "onwer = 1\n" + typed,
        "there is no field “onwer”; columns of your own stand under [extra]",
    ),
    "text": (lambda typed: typed.replace('owner = ""', "owner = 5"), "owner: takes a text in quotation marks"),
    "list": (lambda typed: typed.replace("tags = []", 'tags = "急"'), 'tags: takes a list: ["…", "…"]'),
    "list of numbers": (lambda typed: typed.replace("tags = []", "tags = [1]"), 'tags: takes a list: ["…", "…"]'),
    "number": (
        lambda typed: typed.replace('target = ""', 'target = "1,2,3"'),
        "target: takes a number from 0 up, without quotation marks",
    ),
    "negative": (
        lambda typed: typed.replace('target = ""', "target = -1"),
        "target: must be a number from 0 to 9007199254740991",
    ),
    "not a number": (
        lambda typed: typed.replace('target = ""', "target = nan"),
        "target: must be a number from 0 to 9007199254740991",
    ),
    "truth": (
        lambda typed: typed.replace('target = ""', "target = true"),
        "target: takes a number from 0 up, without quotation marks",
    ),
    "every": (
        lambda typed: typed.replace('every = ""', 'every = "day"'),
        "every: takes one of week, month, quarter, year",
    ),
    "extra": (lambda typed: typed.replace('"批次" = "二"', "a.b = 1"), 'extra: takes lines of the form KEY = "VALUE"'),
    "several": (
        lambda typed: typed.replace("id = 3", "id = 4").replace("tags = []", "tags = 1"),
        'id is read only; leave it as it was\ntags: takes a list: ["…", "…"]',
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told(name: str) -> None:
    edit, message = MISTAKES[name]
    task = made()
    with pytest.raises(UsageFault) as caught:
        task_text.changes_in(task, edit(text(task)))
    assert caught.value.message == message or (not message and caught.value.message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "采购"', 'title = " "', "Task: Task must not be empty"),
        ('department = "麒麟职教集团"', 'department = ""', "Department: Department must not be empty"),
        ("support = []", 'support = ["教育局"]', "Support: no department “教育局”\ndid you mean 区教体局?"),
        ('due = ""', 'due = "2026-02-30"', "Due: “2026-02-30” is not a date"),
    ],
)
def test_a_value_that_cannot_be_is_told(old: str, new: str, message: str) -> None:
    task = made(due=None)
    with pytest.raises(UsageFault) as caught:
        after(text(task).replace(old, new), task)
    assert caught.value.message.startswith(message)


def test_new_departments_are_entered_on_wish() -> None:
    task = made()
    typed = text(task).replace("support = []", 'support = ["区科协"]').replace('"麒麟职教集团"', '"区科协"')
    ledger = task_text.apply(office(task), task, task_text.changes_in(task, typed), stamp(), new_departments=True)
    assert ledger.departments[-1].name == "区科协"
    assert (ledger.tasks[0].department, ledger.tasks[0].support) == ("区科协", ())


def test_fields_changed_by_others_meanwhile_stay() -> None:
    task = made()
    now = changes.start(replace(task, owner="王芳", extra={**task.extra, "b": "1"}), stamp())
    edited = after(text(task).replace('leader = ""', 'leader = "陈"'), task, now=now)
    assert (edited.owner, edited.leader, edited.status, edited.extra) == (
        "王芳",
        "陈",
        "doing",
        {"批次": "二", "b": "1"},
    )


@pytest.mark.parametrize(
    ("old", "new", "theirs", "named"),
    [
        ('owner = ""', 'owner = "李明"', {"owner": "王芳"}, "Owner"),
        ('"批次" = "二"', '"批次" = "三"', {"extra": {"批次": "四"}}, "批次"),
    ],
)
def test_the_same_field_changed_by_others_is_refused(old: str, new: str, theirs: dict[str, object], named: str) -> None:
    task = made()
    with pytest.raises(task_text.Conflict, match=f"task 3 “采购” was changed meanwhile, in the same fields: {named}"):
        after(text(task).replace(old, new), task, now=replace(task, **theirs))
    same = {"owner": "李明", "extra": {"批次": "三"}}
    agreed = replace(task, **{key: same[key] for key in theirs})
    assert after(text(task).replace(old, new), task, now=agreed) == agreed


def test_a_task_that_is_gone_is_told() -> None:
    task = made()
    with pytest.raises(NotFound, match="task 3 “采购” was taken off the list meanwhile"):
        after(text(task).replace('owner = ""', 'owner = "李明"'), task, now=made(uid="other"))


def test_what_is_wrong_stands_on_top_once() -> None:
    first = task_text.with_error('title = "x"\n', UsageFault("no\x1b", hint="do\nthis"))
    assert first == '#! no\\u001b\n#! do\n#! this\ntitle = "x"\n'
    assert task_text.with_error(first, UsageFault("again")) == '#! again\ntitle = "x"\n'


def test_a_period_needs_a_deadline() -> None:
    undated = made(due=None)
    typed = text(undated).replace('every = ""', 'every = "month"')
    with pytest.raises(UsageFault, match="needs a deadline"):
        after(typed, undated)
    assert after(typed.replace('due = ""', 'due = "2026-12-31"'), undated).every == "month"
    assert after(text(undated).replace('owner = ""', 'owner = "李四"'), made(due=None, every="month")).owner == "李四"
