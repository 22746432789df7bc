"""Between bytes and ledgers: the same content in both forms, and every fault of a damaged store by name."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import factories
import strategies
from pilottask.base.errors import BadStore
from pilottask.ledger import history, integrity
from pilottask.ledger.records import PLAIN_SCHEMA, Ledger, LogEntry
from pilottask.store import codec, faults, toml_patch
from pilottask.store.syntax import Syntax, syntax_of

slow = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)


def encoded(ledger: Ledger, form: Syntax) -> bytes:
    return codec.encode_json(ledger) if form is Syntax.JSON else toml_patch.encode(ledger)


@slow
@given(strategies.ledgers())
def test_toml_to_json_and_back_is_the_identity(ledger: Ledger) -> None:
    assert list(integrity.faults(ledger)) == []
    toml = toml_patch.encode(ledger)
    from_toml = codec.decode(toml, Syntax.TOML).ledger
    assert from_toml == ledger
    from_json = codec.decode(codec.encode_json(from_toml), Syntax.JSON).ledger
    assert from_json == ledger
    assert toml_patch.encode(from_json) == toml


@slow
@given(strategies.ledgers())
def test_json_is_canonical(ledger: Ledger) -> None:
    data = codec.encode_json(ledger)
    assert data.endswith(b"}\n")
    assert codec.encode_json(codec.decode(data, Syntax.JSON).ledger) == data
    shuffled = json.dumps(dict(reversed(json.loads(data).items()))).encode()
    assert codec.encode_json(codec.decode(shuffled, Syntax.JSON).ledger) == data


@pytest.mark.parametrize(
    ("name", "form"),
    [("tasks.toml", Syntax.TOML), ("tasks.json", Syntax.JSON), ("TASKS.JSON", Syntax.JSON), ("tasks", Syntax.TOML)],
)
def test_the_name_says_the_form(name: str, form: Syntax) -> None:
    assert syntax_of(Path(name)) is form


@pytest.mark.parametrize("form", Syntax)
def test_a_byte_order_mark_is_passed_over(form: Syntax) -> None:
    ledger = factories.ledger(factories.task())
    assert codec.decode(b"\xef\xbb\xbf" + encoded(ledger, form), form).ledger == ledger


HEAD = 'schema = 2\nnext_id = 9\n[pilot]\n[[department]]\nname = "总工会"\n[[department]]\nname = "教体局"\n'
TASK = (
    '[[task]]\nid = 1\nuid = "u1"\ntitle = "设备"\ndepartment = "总工会"\nstatus = "todo"\ncreated = 2026-10-29\n'
    'due = 2026-12-15\nfirst_due = 2026-12-15\nsupport = ["教体局"]\nowner = "张三"\n'
)
LOG = '[[task.log]]\nkind = "create"\nat = 2026-10-29T09:15:00+08:00\nby = "张三"\n'
STORE = HEAD + TASK + LOG


def with_(was: str, now: str) -> str:
    assert STORE.count(was) == 1, was
    return STORE.replace(was, now)


def entry(text: str) -> str:
    return STORE + '[[task.log]]\nat = 2026-11-01T09:00:00+08:00\nby = "李四"\n' + text


KINDS = ", ".join(kind.__struct_config__.tag for kind in get_args(LogEntry))
MOMENT = "a date with time and UTC offset such as 2026-11-20T09:15:00+08:00"

QUOTED = '; a name in other than Latin letters stands in quotation marks: "文号"'

DAMAGED: dict[str, tuple[str | bytes, list[str], list[str] | None]] = {
    "empty": ("", ["the file is empty"], ["文件为空"]),
    "blank": (" \n\n", ["the file is empty"], None),
    "NULs": (b"\0" * 9, ["line 1, column 1 is not valid TOML: " + r"\u0000" * 9], None),
    "not UTF-8": (b"schema = 2\n# \xff\n", ["line 2 is not UTF-8 text"], ["第2行不是 UTF-8 文本"]),
    "half a string": (
        'schema = 2\nnext_id = "',
        ["line 2: the TOML ends in the middle of something"],
        ["第2行：TOML 到这里中断，内容不完整"],
    ),
    "syntax": (
        with_("id = 1\n", "id == 1\n"),
        ["line 9, column 5 is not valid TOML: id == 1"],
        ["第9行第5列不是有效的 TOML：id == 1"],
    ),
    "a bare name": (
        with_("id = 1\n", 'id = 1\n文号 = "3"\n'),
        ['line 10, column 1 is not valid TOML: 文号 = "3"' + QUOTED],
        ['第10行第1列不是有效的 TOML：文号 = "3"；中文名称须加引号："文号"'],
    ),
    "a bare header": (
        STORE + "[task.extra.文号]\n",
        ["line 23, column 13 is not valid TOML: [task.extra.文号]" + QUOTED],
        None,
    ),
    "a key twice": (with_("id = 1\n", "id = 1\nid = 2\n"), ["line 10, column 7 is not valid TOML: id = 2"], None),
    "no such day": (
        with_("due = 2026-12-15\nf", "due = 2026-02-30\nf"),
        ["line 15, column 7 is not valid TOML: due = 2026-02-30"],
        None,
    ),
    "too many digits": (with_("id = 1\n", f"id = {'9' * 5000}\n"), ["a number in it has too many digits"], None),
    "nested": ("a = " + "[" * 9999, ["it is nested too deeply"], ["内容嵌套层数太多"]),
    "newer": (
        with_("schema = 2", "schema = 7"),
        ["it was written by a newer pilottask (schema 7; this one knows 3)"],
        ["文件由更高版本的 pilottask 写入（格式7，本程序最高支持3）"],
    ),
    "older": (with_("schema = 2", "schema = 0"), ["the store, schema: must be 3"], ["任务清单，schema：应为3"]),
    "another file": (
        'name = "x"\n',
        [
            "the store, schema: is missing",
            "the store, next_id: is missing",
            "the store, name: is not known here",
            "[pilot], -: is missing or not a table",
        ],
        [
            "任务清单，schema：缺失",
            "任务清单，next_id：缺失",
            "任务清单，name：没有这一项",
            "[pilot]，-：缺失，或不是一个表",
        ],
    ),
    "head": (
        with_("schema = 2\nnext_id = 9", "schema = true\nnext_id = 1.5"),
        [
            "the store, schema: must be a whole number, not true",
            "the store, next_id: must be a whole number, not 1.5",
        ],
        None,
    ),
    "settings": (
        with_("[pilot]\n", '[pilot]\nsoon_days = -1\nlock_seconds = nan\nlang = "fr"\nwide_ambiguous = 1\nfoo = 1\n'),
        [
            "[pilot], foo: is not known here",
            "[pilot], wide_ambiguous: must be true or false, not 1",
            "[pilot], soon_days: must be from 0 to 36500",
            "[pilot], lock_seconds: must be from 0 to 36500",
            "[pilot], lang: must be zh or en",
        ],
        None,
    ),
    "one bracket": (
        HEAD + "[task]\nid = 1\n",
        ["the store, task: must be a list: write [[task]]"],
        ["任务清单，task：应为列表，请写成 [[task]]"],
    ),
    "words": (
        with_('status = "todo"', 'status = "完成"\nevery = "day"'),
        [
            "task 1 “设备”, status: must be one of todo, doing, submitted, closed, suspended, cancelled, not “完成”",
            "task 1 “设备”, every: must be one of week, month, quarter, year, not “day”",
        ],
        [
            "任务1“设备”，status：应为 todo、doing、submitted、closed、suspended、cancelled 之一，而不是“完成”",
            "任务1“设备”，every：应为 week、month、quarter、year 之一，而不是“day”",
        ],
    ),
    "kinds of value": (
        with_('owner = "张三"', "owner = 5\nremark = 2026-01-01\ntarget = true\nactual = []\ntags = 'x'\nextra = 3"),
        [
            "task 1 “设备”, owner: must be text, not 5",
            "task 1 “设备”, target: must be a number, not true",
            "task 1 “设备”, actual: must be a number, not a list",
            "task 1 “设备”, tags: must be a list, not “x”",
            "task 1 “设备”, remark: must be text, not 2026-01-01",
            "task 1 “设备”, extra: must be a table, not 3",
        ],
        None,
    ),
    "inside lists and tables": (
        with_('owner = "张三"', "tags = ['a', 1, ['b']]\nextra = {'预算' = 30, '科室' = 'x'}"),
        [
            "task 1 “设备”, tags[2]: must be text, not 1",
            "task 1 “设备”, tags[3]: must be text, not a list",
            "task 1 “设备”, extra.预算: must be text, not 30",
        ],
        None,
    ),
    "a time for a day": (
        with_("created = 2026-10-29", "created = 2026-10-29T09:00:00"),
        ["task 1 “设备”, created: must be a date such as 2026-12-15, not 2026-10-29 09:00:00"],
        ["任务1“设备”，created：应为 2026-12-15 这样的日期，而不是2026-10-29 09:00:00"],
    ),
    "own columns outside": (
        with_('owner = "张三"', "科室 = 'x'\n\"a\\u001bb\" = 1".replace("科室", '"科室"')),
        [
            "task 1 “设备”, 科室: is not known; columns of your own go into “extra”",
            r"task 1 “设备”, a\u001bb: is not known; columns of your own go into “extra”",
        ],
        None,
    ),
    "what must be there": (
        HEAD + "[[task]]\nsupport = ['谁']\n[[department]]\nrole = 'x'\naliases = ['']\n",
        [
            "[[department]] 3, name: is missing",
            "[[department]] 3, role: must be one of office, base, member, enterprise, not “x”",
            "[[task]] 1, id: is missing",
            "[[task]] 1, uid: is missing",
            "[[task]] 1, title: is missing",
            "[[task]] 1, department: is missing",
            "[[task]] 1, created: is missing",
            "[[department]] 3, aliases: must not be empty",
            "[[task]] 1, support: “谁” is not entered as a department",
        ],
        None,
    ),
    "what two sides had otherwise": (
        HEAD + '[[conflict]]\nkind = "conflict"\nwho = "x"\n',
        [
            "[[conflict]] 1, who: is not known here",
            "[[conflict]] 1, at: is missing",
            "[[conflict]] 1, by: is missing",
            "[[conflict]] 1, field: is missing",
            "[[conflict]] 1, of: is missing",
        ],
        None,
    ),
    "of another kind": (
        HEAD + '[[conflict]]\nkind = "edit"\nat = 2026-11-20T09:15:00+08:00\nby = "x"\nfield = "name"\nof = "pilot"\n',
        ["[[conflict]] 1, kind: must be conflict, not “edit”"],
        ["[[conflict]] 1，kind：应为conflict，而不是“edit”"],
    ),
    "records that are none": (
        'schema = 2\nnext_id = 1\ntask = [1]\ndepartment = ["x"]\n[pilot]\n',
        ["[[department]] 1, -: is missing or not a table", "[[task]] 1, -: is missing or not a table"],
        None,
    ),
    "log that is none": (
        with_('owner = "张三"\n' + LOG, "log = 5\n"),
        ["task 1 “设备”, log: must be a list, not 5"],
        None,
    ),
    "log entries": (
        entry("kind = 'jump'\n[[task.log]]\nkind = 'note'\nat = 2026-11-01T09:00:00\ntext = 1\nfoo = 2\n"),
        [
            f"task 1 “设备”, log entry 2, kind: must be one of {KINDS}, not “jump”",
            "task 1 “设备”, log entry 3, foo: is not known here",
            f"task 1 “设备”, log entry 3, at: must be {MOMENT}, not 2026-11-01 09:00:00",
            "task 1 “设备”, log entry 3, by: is missing",
            "task 1 “设备”, log entry 3, text: must be text, not 1",
        ],
        None,
    ),
    "a log entry that is none": (
        STORE.replace(LOG, "log = [1, {}]\n"),
        [
            "task 1 “设备”, log entry 1, -: is missing or not a table",
            f"task 1 “设备”, log entry 2, kind: must be one of {KINDS}, not nothing",
        ],
        None,
    ),
    "edit of what is none": (
        entry("kind = 'edit'\nfield = 'log'\n")
        + "[[task.log]]\nat = 2026-11-01T09:00:00+08:00\nby = ''\nkind = 'edit'\nfield = 'due'\nold = 'donkey'\n"
        + "[[task.log]]\nat = 2026-11-01T09:00:00+08:00\nby = ''\nkind = 'hand'\nfield = 'extra.x'\nnew = 5\n"
        + "[[task.log]]\nat = 2026-11-01T09:00:00+08:00\nby = ''\nkind = 'hand'\nfield = 'target'\nnew = nan\n",
        [
            "task 1 “设备”, log entry 2, field: “log” is not a field of a task",
            "task 1 “设备”, log entry 3, old: is no value of “due”",
            "task 1 “设备”, log entry 4, new: is no value of “extra.x”",
            "task 1 “设备”, log entry 5, new: is no value of “target”",
        ],
        None,
    ),
    "edit with a date": (
        entry("kind = 'edit'\nfield = 'due'\nold = 2026-12-15\n"),
        [
            "task 1 “设备”, log entry 2, old: must be text, a number, true, false or a list of texts, not 2026-12-15",
        ],
        None,
    ),
    "form and content together": (
        STORE.replace('owner = "张三"', "owner = 5")
        .replace('["教体局"]', '["总工会", "谁"]')
        .replace("next_id = 9", "next_id = 1"),
        [
            "task 1 “设备”, owner: must be text, not 5",
            "the store, next_id: 1 is too low; with task 1 the next is 2",
            "task 1 “设备”, support: “总工会” leads this task and cannot support it too",
            "task 1 “设备”, support: “谁” is not entered as a department",
        ],
        None,
    ),
    "a deadline that cannot be read is not said to differ": (
        with_("\ndue = 2026-12-15", "\ndue = 'soon'"),
        ["task 1 “设备”, due: must be a date such as 2026-12-15, not “soon”"],
        None,
    ),
    "numbers out of range": (
        with_('owner = "张三"', f"target = inf\nactual = {'9' * 20}").replace("id = 1\n", f"id = {'9' * 20}\n"),
        [
            "task 99999999999999999999 “设备”, id: must be from 1 to 9007199254740991",
            "task 99999999999999999999 “设备”, target: must be a number from 0 to 9007199254740991",
            "task 99999999999999999999 “设备”, actual: must be a number from 0 to 9007199254740991",
        ],
        None,
    ),
}


def all_lines(data: bytes, form: Syntax) -> list[str]:
    """Return all faults as a person reads them."""
    return [str(fault) for fault in codec.all_faults(data, form)]


@pytest.mark.parametrize(("damaged", "english", "_chinese"), DAMAGED.values(), ids=DAMAGED)
def test_every_fault_is_named_at_once(damaged: str | bytes, english: list[str], _chinese: object) -> None:
    data = damaged if isinstance(damaged, bytes) else damaged.encode()
    assert all_lines(data, Syntax.TOML) == english
    with pytest.raises(BadStore) as caught:
        codec.decode(data, Syntax.TOML)
    assert caught.value.message.split("\n") == english


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("damaged", "chinese_lines"),
    [(damaged, lines) for damaged, _english, lines in DAMAGED.values() if lines],
    ids=[name for name, (_damaged, _english, lines) in DAMAGED.items() if lines],
)
def test_faults_in_chinese(damaged: str | bytes, chinese_lines: list[str]) -> None:
    data = damaged if isinstance(damaged, bytes) else damaged.encode()
    assert all_lines(data, Syntax.TOML) == chinese_lines


def test_the_store_of_these_tests_is_sound() -> None:
    assert codec.all_faults(STORE.encode(), Syntax.TOML) == []
    assert codec.decode(STORE.encode(), Syntax.TOML).ledger.tasks[0].title == "设备"


def test_many_faults_are_counted_in_a_refusal_and_all_listed_by_check() -> None:
    damaged = HEAD + "".join(f"[[task]]\nid = {number}\n" for number in range(1, 8))
    with pytest.raises(BadStore) as caught:
        codec.decode(damaged.encode(), Syntax.TOML)
    lines = caught.value.message.split("\n")
    assert (len(lines), lines[-1]) == (21, "… and 8 more")
    assert len(codec.all_faults(damaged.encode(), Syntax.TOML)) == 28


JSON = codec.encode_json(factories.ledger(factories.task(id=1))).decode()


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        pytest.param("[]", "it does not hold a store: “schema”, “next_id” and “pilot” are missing", id="list"),
        pytest.param('{"a": 1e999}', "the JSON is not valid: Number out of range - at `$[...]`", id="out of range"),
        pytest.param("null", "it does not hold a store: “schema”, “next_id” and “pilot” are missing", id="null"),
        pytest.param(
            JSON.replace('"id": 1,', '"id": 1;'), 'line 12, column 14 is not valid JSON: "id": 1;', id="syntax"
        ),
        pytest.param(JSON[:-20], "line 24, column 1 is not valid JSON: ", id="half"),
        pytest.param("[" * 100_000, "it is nested too deeply", id="nested"),
        pytest.param("[" * 100_000 + "x", "it is nested too deeply", id="nested and wrong"),
        pytest.param(
            JSON.replace("实训设备采购", r"\ud800"), r"line 14: \ud800 is half a character", id="half a letter"
        ),
        pytest.param(
            JSON.replace('"id": 1,', '"id": 1e999,'),
            "the JSON is not valid: Number out of range - at `$[...][0][...]`",
            id="number out of range",
        ),
        pytest.param(
            JSON.replace('"id": 1,', '"id": 1, "id": 1,'),
            "task 1 “实训设备采购”, id: stands there twice; one of the two would be lost",
            id="key twice in a task",
        ),
        pytest.param(
            JSON.replace('"schema": 2,', '"schema": 2, "schema": 2,'),
            "{schema, next_id, pilot, department, task}, schema: stands there twice; one of the two would be lost",
            id="key twice at the top",
        ),
        pytest.param(
            JSON.replace("实训设备采购", r"a\u0000"),
            r"task 1 “a\u0000”, title: control character U+0000 at position 2; remove it",
            id="NUL",
        ),
        pytest.param(
            JSON.replace('"created": "2026-10-29"', '"created": "-001-10-29"'),
            "task 1 “实训设备采购”, created: must be a date such as 2026-12-15, not “-001-10-29”",
            id="before Christ",
        ),
        pytest.param(
            JSON.replace('"created": "2026-10-29"', '"created": "2026-02-30"'),
            "task 1 “实训设备采购”, created: must be a date such as 2026-12-15, not “2026-02-30”",
            id="no such day",
        ),
    ],
)
def test_faults_of_json(damaged: str, message: str) -> None:
    assert damaged != JSON
    assert all_lines(damaged.encode(), Syntax.JSON) == [message]
    with pytest.raises(BadStore) as caught:
        codec.decode(damaged.encode(), Syntax.JSON)
    assert caught.value.message == message


def test_a_store_of_schema_1_is_upgraded() -> None:
    old = STORE.replace("schema = 2", "schema = 1").encode()
    decoded = codec.decode(old, Syntax.TOML)
    assert (decoded.older, decoded.ledger.schema) == (1, PLAIN_SCHEMA)
    assert codec.all_faults(old, Syntax.TOML) == []
    assert codec.decode(toml_patch.encode(decoded.ledger), Syntax.TOML) == codec.Decoded(decoded.ledger)


MADE_UP = """
[[task]]
id = 3
uid = "t0000003"
title = "签约"
department = "A"
status = "closed"
created = 2026-11-01
submitted = 2026-11-10
closed = 2026-11-10

[[task.log]]
kind = "create"
at = 2026-11-01 09:00:00+08:00
by = "王敏"

[[task.log]]
kind = "start"
at = 2026-11-02 09:00:00+08:00
by = "王敏"
{more}
[[task.log]]
kind = "close"
at = 2026-11-10 09:00:00+08:00
by = "王敏"
"""
SUBMIT = """
[[task.log]]
kind = "submit"
at = 2026-11-10 08:00:00+08:00
by = "王敏"
"""
HEAD_1 = """schema = 1
next_id = 4

[pilot]

[[department]]
name = "A"
"""


@pytest.mark.parametrize(("more", "day"), [("", None), (SUBMIT, date(2026, 11, 10))], ids=["made up", "made"])
def test_a_submission_that_schema_1_made_up_is_taken_out(more: str, day: date | None) -> None:
    (found,) = codec.decode((HEAD_1 + MADE_UP.format(more=more)).encode(), Syntax.TOML).ledger.tasks
    assert (found.submitted, found.closed) == (day, date(2026, 11, 10))
    assert history.differences(found) == []


def test_upgrades_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def to_3(raw: dict[str, object]) -> dict[str, object]:
        return {**{key: value for key, value in raw.items() if key != "chief"}, "schema": 3}

    monkeypatch.setitem(codec.UPGRADES, 2, to_3)
    old = STORE.replace("schema = 2\n", 'schema = 1\nchief = "x"\n').encode()
    decoded = codec.decode(old, Syntax.TOML)
    assert (decoded.older, decoded.ledger.schema, decoded.ledger.next_id) == (1, 3, 9)


def test_the_present_schema_needs_no_upgrade() -> None:
    assert codec.decode(STORE.encode(), Syntax.TOML).older is None


# Any bytes at all


def refused_or_sound(data: bytes, form: Syntax) -> None:
    """Hold that `data` decodes, or is refused as a bad store whose faults `check` lists too."""
    found = codec.all_faults(data, form)
    if found:
        with pytest.raises(BadStore) as caught:
            codec.decode(data, form)
        assert "\n".join(map(str, found)).startswith(caught.value.message.split("\n…")[0])
        return
    ledger = codec.decode(data, form).ledger
    for other in Syntax:
        assert codec.decode(encoded(ledger, other), other).ledger == ledger


@slow
@given(st.binary(max_size=60), st.sampled_from(Syntax))
def test_any_bytes(data: bytes, form: Syntax) -> None:
    refused_or_sound(data, form)


WORDS = (
    "[[task]] [task.log] [[task.log]] [pilot] [[department]] schema due extra log kind null true nan -inf 1e400 -1 0x1F"
)
MOMENTS = "09:30:00 2026-11-20T09:00:00 2026-11-20 0001-01-01T00:00:00+23:59 9999-12-31T23:59:59.999999-23:59 2026-13"
SIGNS = r'[ ] { } " \'\'\' """ # = , "\u0000" "\ud800" \'\' "x" {"a":1} {a=1} [1,2]'
PIECES = [
    *f"{WORDS} {MOMENTS} {SIGNS}".split(),
    "9" * 20,
    "9" * 5000,
    "\r",
    "\r\n",
    "\n",
    "\0",
    "\ufeff",
    "\x85",
    "[" * 3000,
]


@st.composite
def mutated(draw: st.DrawFn, text: str) -> bytes:
    """Draw `text` with a few stretches replaced by something else, of its own or that is likely to hurt."""
    for _change in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 12)))
        start = draw(st.integers(0, len(text)))
        own = text[start : start + draw(st.integers(0, 40))]
        text = text[:begin] + draw(st.sampled_from(PIECES) | st.just(own) | st.text(max_size=2)) + text[end:]
    return text.encode(errors="surrogatepass")


RICH = factories.ledger(
    factories.task(id=1, due="2026-12-01", support=("教体局",), target=30, actual=1.5, extra={"预算": "30"}),
    factories.task(id=2, tags=("重点",)),
    departments={"教体局": ("教育局",)},
    name="试点",
)


@settings(slow, max_examples=300)
@given(mutated(toml_patch.encode(RICH).decode()))
@example(b"schema = 2\nnext_id = 1\n[pilot]\n[task.log]\n")
def test_mutated_toml(data: bytes) -> None:
    refused_or_sound(data, Syntax.TOML)


@settings(slow, max_examples=300)
@given(mutated(codec.encode_json(RICH).decode()))
def test_mutated_json(data: bytes) -> None:
    refused_or_sound(data, Syntax.JSON)


_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=3),
        st.dates(),
        st.datetimes(),
        st.times(),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@settings(slow, max_examples=300)
@given(st.data())
def test_any_value_in_any_field(data: st.DataObject) -> None:
    raw = tomllib.loads(toml_patch.encode(RICH).decode())
    where: Any = raw
    while isinstance(where, dict | list) and where and data.draw(st.integers(0, 3)):
        places = list(where) if isinstance(where, dict) else range(len(where))
        place = data.draw(st.sampled_from(places))
        if not isinstance(where[place], dict | list) or not data.draw(st.integers(0, 3)):
            where[place] = data.draw(_VALUES)
            break
        where = where[place]
    found = faults.faults(raw)
    try:
        ledger = msgspec.convert(raw, Ledger)
    except msgspec.ValidationError:
        assert found
    else:
        expected = [*faults.schema_faults(raw), *integrity.faults(ledger)]
        assert [str(fault) for fault in found] == [str(fault) for fault in expected]


TOML_STORE = toml_patch.encode(factories.ledger(factories.task(id=1)))
NUMBERS = {
    "hundreds of digits": b"9" * 400,
    "thousands of digits": b"9" * 5_000,
    "hexadecimal": b"0x" + b"f" * 20_000,
    "infinite": b"1e999",
    "lists in lists": b"[" * 50_000 + b"]" * 50_000,
    "tables in tables": b"{a = " * 2_000 + b"1" + b"}" * 2_000,
}
PLACES = {
    "schema": (b"schema = 2", b"schema = %b"),
    "next_id": (b"next_id = 2", b"next_id = %b"),
    "id": (b"\nid = 1", b"\nid = %b"),
    "target": (b"\nstatus = ", b"\ntarget = %b\nstatus = "),
    "log": (b"[[task.log]]\n", b"[[task.log]]\nn = %b\n"),
}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("place", PLACES)
def test_no_value_is_too_much_for_it(number: str, place: str) -> None:
    was, now = PLACES[place]
    data = TOML_STORE.replace(was, now % NUMBERS[number], 1)
    assert data != TOML_STORE
    with pytest.raises(BadStore):
        codec.decode(data, Syntax.TOML)
    assert codec.all_faults(data, Syntax.TOML)


@pytest.mark.parametrize("text", [b"x" + b".x" * 50_000 + b" = 1\n", b"[x" + b".x" * 50_000 + b"]\n"])
def test_no_key_is_too_long_for_it(text: bytes) -> None:
    data = text + TOML_STORE if b"=" in text else TOML_STORE + text
    with pytest.raises(BadStore):
        codec.decode(data, Syntax.TOML)
    assert codec.all_faults(data, Syntax.TOML)


@pytest.mark.parametrize("number", ["hundreds of digits", "thousands of digits", "infinite", "lists in lists"])
@pytest.mark.parametrize("key", [b'"schema": 2', b'"next_id": 2', b'"id": 1'])
def test_no_value_in_json_is_too_much_for_it(number: str, key: bytes) -> None:
    sound = codec.encode_json(factories.ledger(factories.task(id=1)))
    data = sound.replace(key, key.split(b": ")[0] + b": " + NUMBERS[number], 1)
    assert data != sound
    with pytest.raises(BadStore):
        codec.decode(data, Syntax.JSON)
    assert codec.all_faults(data, Syntax.JSON)
