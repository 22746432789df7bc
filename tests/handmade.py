"""Stores as people write them in an editor: the same content, in any form that TOML allows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from random import Random
from typing import Any, Final

import msgspec
from tomli_w import dumps

from pilottask.ledger.records import (
    CalendarYear,
    Conflict,
    Department,
    Inspection,
    Instruction,
    IssuedSheet,
    Ledger,
    Meeting,
    Pilot,
    Project,
    Record,
    Round,
    Task,
)

_COMMENTS: Final = ("# 备注", "#", '# "', "# don't", "# [[task]]", "# [pilot] = {", "\t# id = 9")
_RARE_COMMENTS: Final = ('# """', "# '''")
_HEADERS: Final = ("[[{}]]", "[[{}]]", "[[ {} ]]", '[["{}"]]', "  [['{}']]", "[[{}]] # [[task]]")


def written(ledger: Ledger, random: Random) -> tuple[list[tuple[Record | None, str]], str]:
    """Return the blocks of `ledger` in a hand-made file, each with its record (None: comments apart), and the file."""
    records = _mixed(ledger, random)
    head = {"schema": ledger.schema, "next_id": ledger.next_id}
    blocks: list[tuple[Record | None, str]] = [(None, _lines(head, random))]
    for record in records:
        blocks.append((None, random.choice(["", "\n", "\n\n", "\n# apart\n\n", " \t\n"])))
        blocks.append((record, _comment_lines(random) + _block(record, random)))
    blocks.append((None, random.choice(["", "\n", "\n# the end\n", "\n\n# the end"])))
    return blocks, "".join(text for _record, text in blocks)


def _mixed(ledger: Ledger, random: Random) -> list[Record]:
    """Return all records, each kind in its own order, the kinds mixed."""
    queues: list[list[Record]] = [
        [ledger.pilot],
        [*ledger.departments],
        [*ledger.tasks],
        [*ledger.meetings],
        [*ledger.inspections],
        [*ledger.projects],
        [*ledger.sheets],
        [*ledger.calendars],
        [*ledger.rounds],
        [*ledger.instructions],
        [*ledger.conflicts],
    ]
    if random.random() < 0.5:
        return [record for queue in queues for record in queue]
    mixed: list[Record] = []
    while queues := [queue for queue in queues if queue]:
        mixed.append(random.choice(queues).pop(0))
    return mixed


def _block(record: Record, random: Random) -> str:
    table = msgspec.to_builtins(record, builtin_types=(date, datetime))
    match record:
        case Pilot():
            return random.choice(["[pilot]", "[ pilot ]", '["pilot"] # "']) + "\n" + _lines(table, random)
        case Department():
            return random.choice(_HEADERS).format("department") + "\n" + _lines(table, random)
        case IssuedSheet():
            return random.choice(_HEADERS).format("sheet") + "\n" + _lines(table, random)
        case CalendarYear() | Instruction() | Conflict():
            name = type(record).__name__.lower().removesuffix("year")
            return random.choice(_HEADERS).format(name) + "\n" + _lines(table, random)
        case Task():
            return random.choice(_HEADERS).format("task") + "\n" + _task(table, random)
        case Meeting() | Inspection() | Project() | Round():
            name = type(record).__name__.lower()
            return random.choice(_HEADERS).format(name) + "\n" + _with_rows(name, table, random)
    raise AssertionError(record)


def _task(table: dict[str, Any], random: Random) -> str:
    extra, log = table.pop("extra", {}), table.pop("log", [])
    text = ""
    if extra and random.random() < 0.2:
        table["extra"] = extra
    elif extra and random.random() < 0.2:
        text += "".join("extra." + dumps({key: value}) for key, value in extra.items())
    elif extra:
        header = random.choice(["[task.extra]", "[ task . extra ]", '\t[task."extra"] # x'])
        text += f"\n{header}\n" + _lines(extra, random)
    if log and random.random() < 0.2:
        table["log"] = log
    else:
        text += _rows("task", "log", log, random)
    return _lines(table, random) + text


def _with_rows(name: str, table: dict[str, Any], random: Random) -> str:
    part = {"meeting": "decision", "inspection": "finding", "project": "fund", "round": "came"}[name]
    rows = table.pop(part, [])
    if rows and random.random() < 0.2:
        table[part] = rows
        rows = []
    return _lines(table, random) + _rows(name, part, rows, random)


def _rows(name: str, part: str, rows: Sequence[Mapping[str, Any]], random: Random) -> str:
    text = ""
    for row in rows:
        header = random.choice(["[[{0}.{1}]]", "[[{0}.{1}]]", "[[ {0}.{1} ]]", "  [['{0}'.{1}]] # y"])
        text += random.choice(["\n", "", "\n# apart\n\n"]) + header.format(name, part) + "\n" + _lines(row, random)
    return text


def _lines(table: Mapping[str, Any], random: Random) -> str:
    items = list(table.items())
    if random.random() < 0.3:
        random.shuffle(items)
    return "".join(_comment_lines(random) + _line(key, value, random) for key, value in items)


def _line(key: str, value: object, random: Random) -> str:
    bare = dumps({key: 0}).split(" = ")[0]
    if bare == key and random.random() < 0.1:
        bare = f'"{key}"'
    equals = random.choice([" = ", " = ", "=", "  =\t"])
    comment = "" if random.random() < 0.7 else "  " + random.choice(_COMMENTS).strip()
    return random.choice(["", "", "  "]) + bare + equals + _value(value, random) + comment + "\n"


def _comment_lines(random: Random) -> str:
    if random.random() < 0.8:
        return ""
    return random.choice(_COMMENTS if random.random() < 0.9 else _RARE_COMMENTS) + "\n"


def _value(value: object, random: Random, *, inline: bool = False) -> str:
    if isinstance(value, dict):
        pairs = (f"{dumps({key: 0})[:-5]} = {_value(inner, random, inline=True)}" for key, inner in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list | tuple):
        return _array(value, random, inline=inline)
    if isinstance(value, str):
        return _string(value, random)
    return dumps({"x": value})[4:-1]


def _array(values: Sequence[object], random: Random, *, inline: bool) -> str:
    parts = [_value(value, random, inline=inline) for value in values]
    if not parts or random.random() < 0.5:
        return "[" + ", ".join(parts) + "]"
    return "[\n" + "".join(f"\t{part}, {random.choice(['', *_COMMENTS])}\n" for part in parts) + "]"


def _string(text: str, random: Random) -> str:
    style = random.random()
    if style < 0.3 and not set(text) & set("'\n\r") and text.isprintable():
        return f"'{text}'"
    if style < 0.6 and "'" not in text and "\r" not in text:
        return f"'''\n{text}'''"
    if style < 0.9:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
        return f'"""\n{escaped}"""'
    return dumps({"x": text})[4:-1]
