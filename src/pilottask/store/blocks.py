"""A store in TOML as blocks of text, so that a write touches only the blocks of what it changed.

A block begins at a header such as `[[task]]`, with the comment lines directly above it, and ends where the next
one begins; a task's log and own columns belong to its block. Each block that is rewritten is read back before it is
used: where it does not say what it should, it is written anew, and where the file as a whole cannot be cut safely,
the whole file is.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise, zip_longest
from typing import Final

import msgspec

from pilottask.model import Department, IssuedSheet, Ledger, Pilot, Record, Task

_BOM: Final = b"\xef\xbb\xbf"
_LISTS: Final = {"department": "departments", "task": "tasks", "sheet": "sheets"}
"""Tables that stand once for each record, and the ledger's field for them, in the order of a new file."""
_TASK_PARTS: Final = ("log", "extra")

# What can stand between two headers, so that a bracket inside a string or comment is not taken for one.
_TOKEN: Final = re.compile(
    rb'"""(?:[^\\]|\\.)*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]',
    re.DOTALL,
)
_HEADER: Final = re.compile(rb"[ \t]*(?P<open>\[\[?)[ \t]*(?P<quote>[\"']?)(?P<name>\w+)(?P=quote)[ \t]*\]")
_HEADER_LINE: Final = re.compile(rb"\n\[(?!\[task\.log\]\]|task\.extra\])")
_KEY: Final = re.compile(r"[ \t]*(\w+)[ \t]*=")


_Edit = tuple[int, int, bytes]
"""Bytes from one place to another, and what is to stand there."""


class CutError(Exception):
    """The file cannot be cut into blocks that surely are what they seem."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the file, in bytes: `start` with the comment above it, `header` its first line, to `end`."""

    name: str
    start: int
    header: int
    end: int


@dataclass(slots=True)
class Patched:
    """The new bytes of a store, and what could not be kept as it was: records rewritten anew, or the whole file."""

    data: bytes
    whole: bool = False
    anew: list[str] = field(default_factory=list)


def encode(ledger: Ledger) -> bytes:
    """Return `ledger` as TOML in the form that pilottask gives a new file."""
    parts = [_keys({"schema": ledger.schema, "next_id": ledger.next_id}), "\n[pilot]\n" + _keys(_table(ledger.pilot))]
    for name, attribute in _LISTS.items():
        parts.extend("\n" + _block_text(name, record) for record in getattr(ledger, attribute))
    return "".join(parts).encode()


def patch(data: bytes, old: Ledger, new: Ledger) -> Patched:
    """Return `data`, which holds `old`, changed so that it holds `new` and is otherwise as it was."""
    try:
        return _patch(data, old, new)
    except CutError:
        return Patched(encode(new), whole=True)


def _table(record: Record) -> dict[str, object]:
    table: dict[str, object] = msgspec.to_builtins(record, builtin_types=(date, datetime))
    return table


def _keys(table: Mapping[str, object]) -> str:
    from tomli_w import dumps  # noqa: PLC0415  reading does not need it

    return dumps(table)


def _block_text(name: str, record: Record) -> str:
    table = _table(record)
    if not isinstance(record, Task):
        return f"[[{name}]]\n{_keys(table)}"
    for part in _TASK_PARTS:
        table.pop(part, None)
    extra = f"\n[task.extra]\n{_keys(record.extra)}" if record.extra else ""
    return f"[[task]]\n{_keys(table)}{extra}{_log_text(map(_table, record.log))}"


def _log_text(entries: Iterable[Mapping[str, object]]) -> str:
    return "".join(f"\n[[task.log]]\n{_keys(entry)}" for entry in entries)


def cut(data: bytes, ledger: Ledger) -> list[Block]:
    """Return the blocks of a sound TOML file that holds `ledger`, the part before the first header as one named ``.

    Raises CutError where they don't match the ledger's records one to one.
    """
    plain = b'"""' not in data and b"'''" not in data
    for headers in (_found(data), _scanned(data)) if plain else (_scanned(data),):
        try:
            blocks = _blocks(data, headers)
        except CutError:
            continue
        counts = Counter(block.name for block in blocks[1:])
        if counts == Counter(pilot=1, **{name: len(getattr(ledger, records)) for name, records in _LISTS.items()}):
            return blocks
    raise CutError


def _blocks(data: bytes, headers: Iterable[tuple[str, int]]) -> list[Block]:
    starts = [(name, _with_comments(data, at), at) for name, at in headers]
    begin = len(_BOM) if data.startswith(_BOM) else 0
    marks = [("", begin, begin), *starts, ("", len(data), len(data))]
    return [Block(name, start, at, following[1]) for (name, start, at), following in pairwise(marks)]


def _found(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield name and place of each header in a file without strings over several lines."""
    begin = len(_BOM) if data.startswith(_BOM) else 0
    if data.startswith(b"[", begin):
        yield _header_name(data, begin), begin
    for found in _HEADER_LINE.finditer(data):
        name = _header_name(data, found.start() + 1)
        if name:
            yield name, found.start() + 1


def _header_name(data: bytes, at: int) -> str:
    found = _HEADER.match(data, at)
    if found is None:
        if re.compile(rb"[ \t]*\[\[?[ \t]*[\"']?task").match(data, at):
            return ""
        raise CutError
    return found["name"].decode()


def _scanned(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield name and place of each header, token by token."""
    depth = 0
    line = len(_BOM) if data.startswith(_BOM) else 0
    position = line
    at_start = True
    while True:
        if at_start and depth == 0:
            end = data.find(b"\n", line)
            end = len(data) if end < 0 else end
            if data[line:end].lstrip(b" \t").startswith(b"["):
                if name := _header_name(data, line):
                    yield name, line
                position = end
        found = _TOKEN.search(data, position)
        if found is None:
            return
        token = found[0]
        position = found.end()
        at_start = token == b"\n"
        if at_start:
            line = position
        elif token in {b"[", b"{"}:
            depth += 1
        elif token in {b"]", b"}"}:
            depth -= 1


def _with_comments(data: bytes, at: int) -> int:
    """Return where the comment lines directly above the line at `at` begin."""
    while at > 0:
        above = data.rfind(b"\n", 0, at - 1) + 1
        if not data[above:at].lstrip(b" \t").startswith(b"#"):
            return at
        at = above
    return at


def _patch(data: bytes, old: Ledger, new: Ledger) -> Patched:
    blocks = cut(data, old)
    newline = b"\r\n" if b"\r\n" in data[: data.find(b"\n") + 1] else b"\n"
    result = Patched(b"")
    edits: list[_Edit] = []

    def put(block: Block, text: str) -> None:
        edits.append((block.start, block.end, text.encode().replace(b"\n", newline)))

    head = {"schema": new.schema, "next_id": new.next_id}
    if (old.schema, old.next_id) != (new.schema, new.next_id):
        put(blocks[0], _with_keys(_text(data, blocks[0]), {"schema": old.schema, "next_id": old.next_id}, head))
    if old.pilot != new.pilot:
        (block,) = (block for block in blocks if block.name == "pilot")
        put(block, _rewritten(_text(data, block), "pilot", old.pilot, new.pilot, result))
    for name, attribute in _LISTS.items():
        own = [block for block in blocks if block.name == name]
        added = []
        for place, was, now in _paired(getattr(old, attribute), getattr(new, attribute)):
            if now is None:
                edits.append((own[place].start, _content_end(data, own[place]), b""))
            elif was is None:
                added.append(_block_text(name, now))
            else:
                put(own[place], _rewritten(_text(data, own[place]), name, was, now, result))
        if added:
            edits.append(_insertion(data, blocks, own, name, added, newline))
    result.data = _edited(data, edits)
    return result


def _text(data: bytes, block: Block) -> str:
    return data[block.start : block.end].decode().replace("\r\n", "\n")


def _paired(before: Sequence[Record], after: Sequence[Record]) -> Iterator[tuple[int, Record | None, Record | None]]:
    """Yield place, old and new record of each that changed; None for one that is not there.

    Tasks pair by id. Other records pair by place, or by what names them where some are gone.
    """
    if len(after) >= len(before) and all(_same_record(was, now) for was, now in zip(before, after, strict=False)):
        for place, (was, now) in enumerate(zip_longest(before, after)):
            if was is not now and was != now:
                yield place, was, now
        return
    later = {_identity(record): record for record in after}
    for place, was in enumerate(before):
        now = later.pop(_identity(was), None)
        if was != now:
            yield place, was, now
    for now in later.values():
        yield -1, None, now


def _same_record(was: Record, now: Record) -> bool:
    return was is now or not isinstance(was, Task) or (isinstance(now, Task) and was.id == now.id)


def _identity(record: Record) -> int | str:
    if isinstance(record, Task):
        return record.id
    if isinstance(record, IssuedSheet):
        return record.n
    assert isinstance(record, Department)  # noqa: S101  the only other list
    return record.name


def _insertion(
    data: bytes, blocks: Sequence[Block], own: Sequence[Block], name: str, added: Iterable[str], newline: bytes
) -> _Edit:
    """Return the edit that puts new blocks after the last of their kind, or where the first one belongs."""
    if own:
        at = _content_end(data, own[-1])
    else:
        names = list(_LISTS)
        later = [block.start for block in blocks if block.name in names[names.index(name) + 1 :]]
        at = min(later, default=len(data))
    text = "".join("\n" + block for block in added)
    if at < len(data) and not own:
        text = text.removeprefix("\n") + "\n"
    if at and data[at - 1 : at] != b"\n":
        text = "\n" + text
    return at, at, text.encode().replace(b"\n", newline)


def _content_end(data: bytes, block: Block) -> int:
    """Return where the block's own lines end: before blank lines and comments that stand by themselves."""
    text = data[block.header : block.end]
    end = len(text)
    while True:
        stripped = text[:end].rstrip()
        last = max(stripped.rfind(b"\n\n"), stripped.rfind(b"\n\r\n"))
        paragraph = stripped[last + 1 :].strip()
        alone = paragraph and all(line.lstrip().startswith(b"#") for line in paragraph.split(b"\n"))
        if last < 0 or not alone:
            line_end = text.find(b"\n", len(stripped))
            return block.header + (len(text) if line_end < 0 else line_end + 1)
        end = last + 1


def _edited(data: bytes, edits: list[_Edit]) -> bytes:
    parts = []
    position = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        parts += [data[position:start], text]
        position = end
    parts.append(data[position:])
    return b"".join(parts)


def _rewritten(text: str, name: str, old: Record, new: Record, result: Patched) -> str:
    """Return the block `text` of `old` as one of `new`, touching the lines of what changed and no others."""
    if _read(text, name, type(old)) != old:
        raise CutError
    try:
        if isinstance(old, Task) and isinstance(new, Task):
            patched = _task_block(text, old, new)
        else:
            patched = _with_keys(text, _table(old), _table(new))
    except CutError:
        patched = ""
    if patched and _read(patched, name, type(new)) == new:
        return patched
    head = text[: len(text) - len(text.lstrip())] + "".join(
        line for line in text.lstrip().splitlines(keepends=True)[: _comment_lines(text.lstrip())]
    )
    tail = text[len(text.rstrip()) :]
    if "#" in text[len(head) :]:
        result.anew.append(_shown(new))
    fresh = f"[pilot]\n{_keys(_table(new))}" if isinstance(new, Pilot) else _block_text(name, new)
    anew = head + fresh.rstrip("\n") + (tail or "\n")
    if _read(anew, name, type(new)) != new:
        raise CutError
    return anew


def _comment_lines(text: str) -> int:
    count = 0
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            break
        count += 1
    return count


def _shown(record: Record) -> str:
    return str(_identity(record)) if not isinstance(record, Pilot) else record.name or ""


def _read(text: str, name: str, kind: type[Record]) -> Record | None:
    """Return the one record that `text` holds, or None where it holds none or something beside it."""
    try:
        raw = tomllib.loads(text)
        records = raw.pop(name)
        if raw:
            return None
        if isinstance(records, list):
            (records,) = records
        return msgspec.convert(records, kind)
    except (tomllib.TOMLDecodeError, KeyError, ValueError, msgspec.ValidationError):
        return None


def _task_block(text: str, old: Task, new: Task) -> str:
    """Return a task's block with changed keys changed in their lines and new log entries put at its end."""
    if new.log[: len(old.log)] != old.log or old.extra != new.extra:
        raise CutError
    was, now = _table(old), _table(new)
    for part in _TASK_PARTS:
        was.pop(part, None)
        now.pop(part, None)
    lines = text.splitlines(keepends=True)
    header = _comment_lines(text)
    sub = next(
        (place for place, line in enumerate(lines) if place > header and line.lstrip().startswith("[")), len(lines)
    )
    while sub > header + 1 and (not lines[sub - 1].strip() or lines[sub - 1].lstrip().startswith("#")):
        sub -= 1
    main, rest = "".join(lines[:sub]), "".join(lines[sub:])
    if not main.endswith("\n"):
        main += "\n"
    changed = _with_keys(main, was, now) + rest
    added = new.log[len(old.log) :]
    if not added:
        return changed
    data = changed.encode()
    begin = len("".join(lines[:header]).encode())
    end = _content_end(data, Block("task", 0, begin, len(data)))
    before, after = data[:end].decode(), data[end:].decode()
    return before + ("" if before.endswith("\n") else "\n") + _log_text(map(_table, added)) + after


def _with_keys(text: str, old: Mapping[str, object], new: Mapping[str, object]) -> str:
    """Return `text` with the lines of changed keys changed, dropped or put in. Raises CutError."""
    lines = text.splitlines(keepends=True)
    spans = dict(_key_lines(lines))
    order = list(dict.fromkeys((*new, *old)))
    for key in (key for key in order if old.get(key) != new.get(key)):
        if key in old and key not in spans:
            raise CutError
        value = _keys({key: new[key]}) if key in new else ""
        if key in spans:
            start, end = spans[key]
            lines[start] = _with_comment(value, "".join(lines[start:end])) if value else ""
            lines[start + 1 : end] = [""] * (end - start - 1)
        else:
            before = [spans[known][1] for known in order[: order.index(key)] if known in spans]
            place = before[-1] if before else _first_key_line(lines)
            if place and not lines[place - 1].endswith("\n"):
                lines[place - 1] += "\n"
            if lines[place - 1 : place]:
                lines[place - 1] += value
            else:
                lines.insert(0, value)
                spans = {known: (start + 1, end + 1) for known, (start, end) in spans.items()}
    return "".join(lines)


def _first_key_line(lines: Sequence[str]) -> int:
    """Return the place right after the header, or 0 where there is none."""
    return next((place + 1 for place, line in enumerate(lines) if line.lstrip().startswith("[")), 0)


def _key_lines(lines: Sequence[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each plain key with the lines that it and its value take."""
    place = 0
    while place < len(lines):
        found = _KEY.match(lines[place])
        if found is None:
            place += 1
            continue
        end = place + 1
        while not _is_toml("".join(lines[place:end])):
            end += 1
            if end > len(lines):
                raise CutError
        yield found[1], (place, end)
        place = end


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _with_comment(value: str, was: str) -> str:
    """Return the line `value` with the comment that stood behind the one-line value `was`."""
    if "\n" in was.rstrip("\n") or "#" not in was:
        return value
    for place, char in enumerate(was):
        if char == "#" and _is_toml(was[:place]):
            spaces = len(was[:place]) - len(was[:place].rstrip())
            return value.rstrip("\n") + " " * spaces + was[place:]
    return value
