"""todo.txt, in and out: one task a line, as todo.txt's own tools read it.

A line that was written here names its `uid`, and what todo.txt would take for something else or apart, such as a
space in a name, stands in it as `%20`. Other lines are read as they are.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.exchange.office import exporting, units, values
from pilottask.exchange.office.headings import Column, own_heading
from pilottask.exchange.tools.incoming import OF_LOG, Cells, Incoming, as_table, plain_text
from pilottask.ledger import vocabulary
from pilottask.ledger.records import Status, Task

_TEXTS: Final = (
    *(Column.ASPECT, Column.REQUIREMENT, Column.UNIT, Column.LEADER, Column.OWNER, Column.SOURCE, Column.REMARK),
    *OF_LOG,
)
_NUMBERS: Final = (Column.TARGET, Column.ACTUAL)
_DAYS: Final = (Column.DUE, Column.FIRST_DUE, Column.SUBMITTED, Column.CLOSED, Column.CREATED)
_LISTS: Final = {"support": Column.SUPPORT, "tag": Column.TAGS}
_COLUMNS: Final = {
    column.value: column for column in (Column.UID, Column.EVERY, Column.PROJECT, *_TEXTS, *_NUMBERS, *_DAYS)
}
_KEYS: Final = frozenset({*_COLUMNS, *_LISTS, "status", "department", "pri"})
_AS_TYPED: Final = frozenset({Column.EVERY, *_NUMBERS, *_DAYS})
_MARKS: Final = frozenset("@+")
_OWN: Final = "own."
"""What begins the key of a column of the user's own that would be taken for another."""
_PRIORITY: Final = "priority"
_DONE: Final = frozenset({Status.CLOSED, Status.CANCELLED})

_HEAD: Final = re.compile(
    r"(?P<done>x )?(?:\((?P<priority>[A-Z])\) )?(?:(?P<first>\d{4}-\d\d-\d\d) )?"
    r"(?:(?<=x \d{4}-\d\d-\d\d )\((?P<behind>[A-Z])\) )?(?:(?P<second>\d{4}-\d\d-\d\d) )?"
)
# A key begins with a letter and its value not with `//`, so that 12:30 and https://… stay what they are.
_PAIR: Final = re.compile(r"(?P<key>own\.[^\s:]+|(?!own\.)[A-Za-z][A-Za-z0-9_.-]*):(?P<value>(?!//)\S+)")
_APART: Final = re.compile(r"[\s%\x00-\x1f\x7f-\x9f]")
_APART_IN_KEY: Final = re.compile(r"[\s%:\x00-\x1f\x7f-\x9f]")
_MEANT: Final = re.compile(r"[\s%:\x00-\x1f\x7f-\x9f]|\A[+@]")
"""What todo.txt would take apart, or for something else than a word of the title."""
_SPACE_APART: Final = re.compile(r"\A | \Z|(?<= ) ")
"""A space that would be lost: at an end, or beside another."""
_FIRST: Final = re.compile(r"\A.")
_OURS: Final = re.compile(r"(?:^|\s)uid:\S")


# Out ----------------------------------------------------------------------------------------------------------------


def export(tasks: Iterable[Task]) -> bytes:
    """Return `tasks` as lines; of their logs, what a ledger has columns for."""
    return "".join(f"{_line(task)}\n" for task in tasks).encode()


def _line(task: Task) -> str:
    words = []
    if task.status in _DONE:
        words += ["x", *([task.closed.isoformat(), task.created.isoformat()] if task.closed else [])]
    else:
        words += [f"({task.extra[_PRIORITY]})"] if _is_marked(task) else []
        words += [task.created.isoformat()]
    words += [_title(task.title), "@" + _word(task.department)]
    if task.project:
        words.append("+" + _word(task.project))
    words += [f"{key}:{_word(value)}" for key, value in _pairs(task) if value]
    return " ".join(words)


def _is_marked(task: Task) -> bool:
    """Tell whether the line begins with a priority; one that is done keeps it by a key, as todo.txt has it."""
    return task.status not in _DONE and re.fullmatch("[A-Z]", task.extra.get(_PRIORITY, "")) is not None


def _pairs(task: Task) -> Iterator[tuple[str, str | None]]:
    """Yield the keys and values of a line; an empty value says nothing."""
    yield "uid", task.uid
    if task.status not in {Status.TODO, Status.CLOSED}:
        yield "status", task.status.value
    yield "due", "open-ended" if task.open_ended and not task.due else exporting.CELLS[Column.DUE](task)
    yield "submitted", exporting.CELLS[Column.SUBMITTED](task)
    if task.status in _DONE and not task.closed:  # otherwise it stands in front
        yield "created", task.created.isoformat()
    if task.first_due and task.first_due != task.due:
        yield "first_due", task.first_due.isoformat()
    yield from ((column.value, plain_text(task, column)) for column in _TEXTS)
    yield from ((column.value, exporting.CELLS[column](task)) for column in _NUMBERS)
    yield "every", task.every.value if task.every else ""
    yield from (("support", name) for name in task.support)
    yield from (("tag", name) for name in task.tags)
    for name, value in task.extra.items():
        key = _APART_IN_KEY.sub(_code, name)
        if name == _PRIORITY:
            yield "pri", "" if _is_marked(task) else value
        else:
            plain = _PAIR.fullmatch(f"{key}:x") and name not in _KEYS and not name.startswith(_OWN)
            yield key if plain else _OWN + key, value


def _code(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _word(value: str) -> str:
    """Return `value` as one word."""
    return _APART.sub(_code, value)


def _title(title: str) -> str:
    """Return `title` so that every word of it is read as one."""
    text = " ".join(
        _MEANT.sub(_code, word) if word[:1] in {"+", "@"} or _PAIR.fullmatch(word) else _word(word)
        for word in title.split(" ")
    )
    text = _SPACE_APART.sub(_code, text)
    head = _HEAD.match(f"{text} ")
    return _FIRST.sub(_code, text) if head and head.end() else text


# In -----------------------------------------------------------------------------------------------------------------


def read(data: bytes) -> Incoming:
    """Return the tasks of a todo.txt as rows. Raises UsageFault."""
    try:
        text = data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as bad:
        message = _("line {line} is not UTF-8 text")
        hint = _("a todo.txt is in UTF-8")
        raise UsageFault(message.format(line=data.count(b"\n", 0, bad.start) + 1), hint=hint) from bad
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    rows = ((number, number, _cells(line)) for number, line in enumerate(lines, start=1) if line.strip())
    return Incoming(table=as_table(rows))


def _cells(line: str) -> Cells:
    """Return what a line says, as cells of a ledger."""
    ours = _OURS.search(line) is not None
    head = _HEAD.match(line)
    marks = head.groupdict() if head else {}
    title, pairs = _words(line[head.end() if head else 0 :], ours=ours)
    cells = {Column.TITLE: values.report_cell(" ".join(title))} | _pair_cells(pairs, ours=ours)
    if entered := marks.get("second" if marks.get("done") else "first"):
        cells[Column.CREATED] = entered
    if priority := marks.get("priority") or marks.get("behind"):
        cells[own_heading(_PRIORITY)] = priority
    if marks.get("done"):
        told = vocabulary.STATUS.find(cells.get(Column.STATUS, ""))
        status = told if told in _DONE else Status.CLOSED
        cells[Column.STATUS] = vocabulary.STATUS.say(status)
        if status is Status.CLOSED and marks.get("first"):
            cells[Column.CLOSED] = marks["first"]
    return cells


def _words(text: str, *, ours: bool) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the words of the title, and what is marked or has a key, each with that."""
    read = unquote if ours else str
    title: list[str] = []
    pairs: list[tuple[str, str]] = []
    for word in filter(None, text.split(" ")):
        if word[0] in _MARKS and len(word) > 1:
            pairs.append((word[0], read(word[1:])))
        elif pair := _PAIR.fullmatch(word):
            pairs.append((pair["key"], read(pair["value"])))
        else:
            title.append(read(word))
    return title, pairs


def _pair_cells(pairs: Iterable[tuple[str, str]], *, ours: bool) -> Cells:
    """Return the cells of contexts, of which the first is the lead department, of projects and of what has a key.

    What is over becomes a tag.
    """
    lists: dict[Column, list[str]] = {Column.DEPARTMENT: [], Column.SUPPORT: [], Column.TAGS: []}
    cells: Cells = {}
    for key, value in pairs:
        if key == "department" or (key == "@" and not lists[Column.DEPARTMENT]):
            lists[Column.DEPARTMENT] = [value]
        elif key == "+" and Column.PROJECT not in cells:
            cells[Column.PROJECT] = values.report_cell(value)
        elif key in _LISTS or key in _MARKS:
            lists[_LISTS.get(key, Column.TAGS)].append(value)
        elif key == "status":
            cells[Column.STATUS] = value
        elif (column := _COLUMNS.get(key)) in _AS_TYPED:  # two days or numbers are refused with their row
            cells[column] = f"{cells[column]} {value}" if cells.get(column) else value
        elif column:
            cells[column] = values.report_cell(value)
        else:
            name = _PRIORITY if key == "pri" else unquote(key.removeprefix(_OWN)) if ours else key
            cells[own_heading(name)] = values.report_cell(value)
    named: Cells = {column: units.write(lists[column]) for column in (Column.DEPARTMENT, Column.SUPPORT)}
    return {**named, Column.TAGS: values.items_cell(lists[Column.TAGS]), **cells}
