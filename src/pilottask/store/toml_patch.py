"""A store in TOML as blocks of text, so that a write touches only the blocks of what it changed.

A block begins at a header such as `[[task]]`, with the comment lines directly above it, and ends where the next
one begins; a task's log and own columns, a meeting's decisions and the like belong to its block. A block is touched
only where it alone says what its record says, and is read back after; where its lines cannot be changed one by one it
is written anew, and where the file cannot be cut safely, the whole file is.
"""

import re
from bisect import bisect_left
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Final

import msgspec
import tomli
from msgspec import Struct

from pilottask.ledger.records import (
    Conflict,
    Department,
    Inspection,
    Ledger,
    Meeting,
    Pilot,
    Project,
    Record,
    Round,
    Task,
)
from pilottask.ledger.schema import LISTS
from pilottask.ledger.tasks import differences
from pilottask.store.cache import Blocks
from pilottask.store.files import Part

_KINDS: Final = ("pilot", *(each.name for each in LISTS))
"""The names of blocks."""
_TASK: Final = _KINDS.index("task")
_ROWS: Final[Mapping[type[Record], str]] = {
    Task: "log",
    Meeting: "decision",
    Inspection: "finding",
    Project: "fund",
    Round: "came",
}
"""The list of tables with which each of these records ends."""

# Strings and comments, so that what stands inside them is not taken for more. Possessive, so that none is tried twice,
# and atomic within that: Python before 3.11.5 repeats a choice wrongly otherwise.
_STRING: Final = (
    rb'"""(?:(?>[^"\\]++|\\.|"(?!"")))*+"{3,5}|\'\'\'(?:(?>[^\']++|\'(?!\'\')))*+\'{3,5}'
    rb'|"(?:(?>[^"\\\n]++|\\.))*+"|\'[^\'\n]*+\''
)
_COMMENT: Final = rb"#[^\n]*+"
_LINE: Final = re.compile(rb"(?:(?>[^\"'#\n]++|" + _STRING + rb"|" + _COMMENT + rb"))*+\n?", re.DOTALL)
_TOKEN: Final = re.compile(_STRING + rb"|" + _COMMENT + rb"|[\[\]{}]", re.DOTALL)

# Headers but those of a task's parts. No value of a sound store has a line that begins with a bracket.
_PART: Final = rb"\[task\.log\]\]|task\.extra\]"
# These are compiled where they are needed: most writes know where the blocks stand.
_UP_TO_HEADER: Final = (
    rb"(?:(?>[^\"'#\n]++|" + _STRING + rb"|" + _COMMENT + rb"|\n\[(?=" + _PART + rb")|\n(?![ \t]*\[)))*+"
)
_HEADER: Final = rb"[ \t]*\[\[?[ \t]*(?P<quote>[\"']?)(?P<name>\w+)(?P=quote)[ \t]*(?P<after>[\].])"
_NEW_HEADER: Final = rb"\n(?=\[\[?\w+\])"  # of what is written here, where no string goes over a line
_ANY_HEADER: Final = rb"\n[ \t]*\[\[?[ \t]*[\"']?(?P<name>\w*)"

# What is written as it stands, where tomli-w would look at each character.
_BARE_KEY_LINE: Final = re.compile(rb"[ \t]*([A-Za-z0-9_-]+)[ \t]*=").match
_BARE_KEY: Final = cache(re.compile(r"[A-Za-z0-9_-]+").fullmatch)  # of few names, again and again
_MOMENT: Final = lru_cache(lambda moment, _zone: str(moment))  # one for all that is entered together
_NO_ESCAPE: Final = re.compile(r'[^"\\\x00-\x08\x0a-\x1f\x7f]*').fullmatch

_Edit = tuple[int, int, bytes]
"""Bytes from one place to another, and what is to stand there."""


class CutError(Exception):
    """The file cannot be cut into blocks that surely are what they seem."""


class Patched(Struct):
    """The new bytes of a store in parts, and what could not be kept: comments inside records, or the whole layout.

    `blocks` are those of the new bytes, where they follow from the old ones.
    """

    parts: Sequence[Part]
    whole: bool = False
    anew: list[str] = []
    blocks: Blocks | None = None

    @property
    def data(self) -> bytes:
        """The new bytes in one."""
        return b"".join(self.parts)


def encode(ledger: Ledger) -> bytes:
    """Return `ledger` as TOML in the form that pilottask gives a new file."""
    parts = [_keys({"schema": ledger.schema, "next_id": ledger.next_id}), "\n" + _record_text("pilot", ledger.pilot)]
    for each in LISTS:
        parts.extend("\n" + _record_text(each.name, record) for record in getattr(ledger, each.field))
    return "".join(parts).encode()


def patch(data: bytes, old: Ledger, new: Ledger, blocks: Blocks | None = None) -> Patched:
    """Return `data`, which holds `old`, changed so that it holds `new` and is otherwise as it was.

    `blocks` spares looking for them.
    """
    try:
        return _Patching(data, old, new, blocks).result()
    except CutError:
        return Patched([encode(new)], whole=True)


def _split(record: Record) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Return the keys that stand directly under the record's header, and the tables with which it ends."""
    own = msgspec.to_builtins(record, builtin_types=(date, datetime))
    own.pop("extra", None)
    return own, own.pop(_ROWS.get(type(record)), [])


def _keys(table: Mapping[str, object]) -> str:
    """Return a line for each key, as tomli-w writes it; what needs no escape is written here, in half the time."""
    return "".join(
        [
            f"{key} = {shown}\n" if (shown := _plain_value(value)) and _BARE_KEY(key) else _escape(key, value)
            for key, value in table.items()
        ]
    )


def _plain_value(value: object) -> str:
    """Return a value that needs no escape, as it stands in the file; nothing for another."""
    if isinstance(value, str):
        return f'"{value}"' if _NO_ESCAPE(value) else ""
    if isinstance(value, (list, tuple)):
        lines = [f"    {_plain_value(each)},\n" for each in value if isinstance(each, str) and _NO_ESCAPE(each)]
        return f"[\n{''.join(lines)}]" if value and len(lines) == len(value) else ""
    if isinstance(value, datetime):
        return _MOMENT(value, value.tzinfo)  # the same moment is written otherwise in another zone
    return str(value).lower() if isinstance(value, (int, float, date)) else ""  # true and false too


def _escape(key: str, value: object) -> str:
    from tomli_w import dumps  # noqa: PLC0415  few writes need it

    return dumps({key: value})


def _record_text(name: str, record: Record) -> str:
    header = f"[{name}]" if isinstance(record, Pilot) else f"[[{name}]]"
    own, rows = _split(record)
    extra = _extra_text(record.extra) if isinstance(record, Task) else ""
    return f"{header}\n{_keys(own)}{extra}{_rows_text(name, record, rows)}"


def _extra_text(extra: Mapping[str, str]) -> str:
    return f"\n[task.extra]\n{_keys(extra)}" if extra else ""


def _rows_text(name: str, record: Record, rows: Iterable[Mapping[str, object]]) -> str:
    header = f"\n[[{name}.{_ROWS.get(type(record))}]]\n"
    return "".join([header + _keys(row) for row in rows])


class Cut:
    """The places of the blocks of a sound TOML file that holds `ledger`.

    Raises CutError where they don't match the ledger's records one to one.
    """

    def __init__(self, data: bytes, ledger: Ledger, known: Blocks | None = None) -> None:
        self._data = data
        self._begin = len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0
        self.known = known or self._look(ledger)

    def _look(self, ledger: Ledger) -> Blocks:
        self.known = _blocks_at(self._data, _header_places(self._data))
        counts = [1, *(len(getattr(ledger, each.field)) for each in LISTS)]
        if list(map(self.known.kinds.count, range(len(_KINDS)))) != counts:
            raise CutError
        for index, (kind, place) in enumerate(zip(self.known.kinds, self.known.places, strict=True)):
            if kind != _TASK and self._has_foreign_part(_KINDS[kind], place, self.end(index)):
                raise CutError  # a part of the task before, past another block
        return self.known

    def _has_foreign_part(self, name: str, start: int, end: int) -> bool:
        text = self._data[start:end]
        headers = [line for line in _lines(text)[1:] if line.kind == "["]
        names = [re.match(_ANY_HEADER, b"\n" + text[line.start : line.end]) for line in headers]
        return any(found is None or found["name"] != name.encode() for found in names)

    def head(self) -> tuple[int, int]:
        """Return where the part before the first header begins and its own lines end."""
        return self._begin, self._begin + _content_end(_lines(self._data[self._begin : self.start(0)]))

    def blocks(self, *names: str) -> Sequence[int]:
        """Return the numbers of all blocks with these names, in the order of the file."""
        all_kinds, kinds = self.known.kinds, bytes(map(_KINDS.index, names))
        if len(kinds) == 1 and (count := all_kinds.count(kinds)):
            first = all_kinds.index(kinds)
            if all_kinds.rindex(kinds) == first + count - 1:
                return range(first, first + count)
        return [index for index, kind in enumerate(all_kinds) if kind in kinds]

    def start(self, index: int) -> int:
        """Return where block `index` begins, with the comment lines directly above its header."""
        place = self.known.places[index]
        above = self._data.rfind(b"\n", 0, place - 1) + 1
        if not self._data[above:place].lstrip(b" \t").startswith(b"#"):
            return place
        before = self.known.places[index - 1] if index else self._begin
        lines = _lines(self._data[before:place])  # what looks like a comment may be the end of a string
        return before + next(line.end for line in reversed(lines) if line.kind != "#")

    def content(self, index: int) -> tuple[int, int]:
        """Return where block `index` begins and its own lines end, blank lines and comments apart left out."""
        place = self.known.places[index]
        return self.start(index), place + _content_end(_lines(self._data[place : self.end(index)]))

    def end(self, index: int) -> int:
        """Return where block `index` ends, with all that stands before the next."""
        return self.start(index + 1) if index + 1 < len(self.known.places) else len(self._data)


def _blocks_at(data: bytes, places: Iterable[int]) -> Blocks:
    """Return the blocks whose headers stand at these places. Raises CutError."""
    kinds, begins, header = bytearray(), [], re.compile(_HEADER)
    for place in places:
        if data.startswith(b"[[task]]\n", place):  # nearly all are, and to match them would take long
            kinds.append(_TASK)
        else:
            match = header.match(data, place)
            if match is None or (name := match["name"].decode()) not in _KINDS:
                raise CutError
            if match["after"] != b"]":
                continue
            kinds.append(_KINDS.index(name))
        begins.append(place)
    return Blocks(bytes(kinds), begins)


def _header_places(data: bytes) -> Iterator[int]:
    """Yield the place of each line with a header, strings and comments passed over."""
    pattern, at = re.compile(_UP_TO_HEADER, re.DOTALL), 0
    while at >= 0 and (match := pattern.match(data, at)) and match.end() < len(data):
        yield match.end() + 1
        at = data.find(b"\n", match.end() + 1)


class _Line(Struct, frozen=True):
    """A line, or as many as its value takes: `[` for a header, `#` for a comment, `=` for a key, nothing for none."""

    kind: str
    start: int
    end: int


def _lines(text: bytes) -> list[_Line]:
    lines = []
    start = 0
    while start < len(text):
        end = _line_end(text, start)
        first = text[start:end].strip()[:1].decode(errors="replace")
        kind = first if first in {"", "#", "["} else "="
        if kind == "=" and any(bracket in text[start:end] for bracket in (b"[", b"{")):
            depth = _depth(text, start, end)
            while depth > 0 and end < len(text):
                more = _line_end(text, end)
                depth += _depth(text, end, more)
                end = more
        lines.append(_Line(kind, start, end))
        start = end
    return lines


def _line_end(text: bytes, start: int) -> int:
    match = _LINE.match(text, start)
    if match is None or match.end() == start:
        raise CutError
    return match.end()


def _depth(text: bytes, start: int, end: int) -> int:
    """Return how many brackets are opened and not closed from `start` to `end`."""
    brackets = Counter(found[0] for found in _TOKEN.finditer(text, start, end))
    return brackets[b"["] + brackets[b"{"] - brackets[b"]"] - brackets[b"}"]


def comments(text: bytes) -> list[re.Match[bytes]]:
    """Return the comments in a sound TOML file, or in a part of one."""
    return [found for found in _TOKEN.finditer(text) if found[0].startswith(b"#")]


def _content_end(lines: Sequence[_Line]) -> int:
    """Return where the last header or key of `lines` ends, with the comments directly below it."""
    end = 0
    for line in lines:
        if line.kind in {"[", "="} or (line.kind == "#" and line.start == end):
            end = line.end
    return end


class _Patching:
    """The making of one Patched."""

    def __init__(self, data: bytes, old: Ledger, new: Ledger, blocks: Blocks | None) -> None:
        self._data, self._old, self._new = data, old, new
        self._cut = Cut(data, old, blocks)
        self._all_stay = True
        self._newline = b"\r\n" if b"\r\n" in data[: data.find(b"\n") + 1] else b"\n"
        self._anew: list[str] = []

    def result(self) -> Patched:
        edits = [*self._head_edits(), *self._pilot_edits()]
        for each in LISTS:
            edits += self._list_edits(each.name, getattr(self._old, each.field), getattr(self._new, each.field))
        blocks = self._blocks(edits) if self._all_stay else None
        return Patched(_parts(self._data, edits), anew=self._anew, blocks=blocks)

    def _blocks(self, edits: Iterable[_Edit]) -> Blocks:
        """Return the blocks after `edits`, each of which puts in new ones or leaves the header of its own in place."""
        old, kinds, index, shift = self._cut.known, bytearray(), 0, 0
        places: list[int] = []
        for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
            upto = bisect_left(old.places, start if start == end else end, lo=index)
            kinds += old.kinds[index:upto]
            places += map(shift.__add__, old.places[index:upto])
            if start == end:
                added = _blocks_at(b"\n" + text, (found.end() for found in re.finditer(_NEW_HEADER, b"\n" + text)))
                kinds += added.kinds
                places += [place + start + shift - 1 for place in added.places]
            index, shift = upto, shift + len(text) - (end - start)
        kinds += old.kinds[index:]
        return Blocks(bytes(kinds), [*places, *map(shift.__add__, old.places[index:])])

    def _head_edits(self) -> Iterator[_Edit]:
        old, new = ({"schema": ledger.schema, "next_id": ledger.next_id} for ledger in (self._old, self._new))
        if old != new:
            start, end = self._cut.head()
            text = self._data[start:end]
            changed = _apply(text, self._key_edits(text, _lines(text), old, new))
            if _parse(text) != old or _parse(changed) != new:
                raise CutError
            yield start, end, changed

    def _pilot_edits(self) -> Iterator[_Edit]:
        if self._old.pilot != self._new.pilot:
            (index,) = self._cut.blocks("pilot")
            yield self._rewrite(index, "pilot", self._old.pilot, self._new.pilot)

    def _list_edits(self, name: str, before: Sequence[Record], after: Sequence[Record]) -> Iterator[_Edit]:
        if before is after:
            return
        own = self._cut.blocks(name)
        if (changed := _changed_pairs(before, after)) is None:
            yield from self._arrangement(name, before, after)
            return
        added = []
        for place, was, now in changed:
            if was and now:
                yield self._rewrite(own[place], name, was, now)
            elif was:
                yield self._removal(own[place], name, was)
            elif now:
                added.append(self._bytes(_record_text(name, now)))
        if added:
            yield self._insertion(name, added)

    def _arrangement(self, name: str, before: Sequence[Record], after: Sequence[Record]) -> Iterator[_Edit]:
        """Yield the edits that put blocks in another order, each with its comments in the place of another.

        What stands between them stays where it is.
        """
        self._all_stay = False
        own, places = self._cut.blocks(name), {identity(was): place for place, was in enumerate(before)}

        def block(now: Record) -> bytes:
            place = places.get(identity(now))
            text = self._bytes(_record_text(name, now))
            return text if place is None else self._rewrite(own[place], name, before[place], now)[2]

        blocks = list(map(block, after))
        yield from ((*self._cut.content(index), text) for index, text in zip(own, blocks, strict=False))
        left = zip(own[len(blocks) :], before[len(blocks) :], strict=True)
        yield from (self._removal(index, name, was) for index, was in left)
        if added := blocks[len(own) :]:
            yield self._insertion(name, added)

    def _bytes(self, text: str) -> bytes:
        return text.encode().replace(b"\n", self._newline)  # line breaks inside strings are written as \n

    def _removal(self, index: int, name: str, was: Record) -> _Edit:
        start, end = self._cut.content(index)
        if _record(self._data[start:end], name, type(was)) != was:
            raise CutError
        self._all_stay = False
        if end == len(self._data) or self._data.startswith(self._newline, end):
            start = self._before_blank(start)  # the blank line that set it apart goes with it; another stays below
        return start, end, b""

    def _before_blank(self, at: int) -> int:
        """Return where the blank line directly above `at` begins, or `at`."""
        return at - len(self._newline) if self._data.endswith(b"\n" + self._newline, 0, at) else at

    def _insertion(self, name: str, added: Sequence[bytes]) -> _Edit:
        """Return the edit that puts new blocks after the last of their kind, or where the first one belongs."""
        names = [each.name for each in LISTS]
        own = self._cut.blocks(name)
        later = self._cut.blocks(*names[names.index(name) + 1 :])
        if later and not own:
            start = self._cut.start(later[0])
            at = self._before_blank(start)
            return at, at, b"".join(self._newline + block for block in added) + self._newline * (at == start)
        at = self._cut.content(own[-1])[1] if own else len(self._data)
        text = b"".join(self._newline + block for block in added)
        return at, at, text if self._data.endswith(b"\n", 0, at) else self._newline + text

    def _rewrite(self, index: int, name: str, old: Record, new: Record) -> _Edit:
        """Return the edit that makes the block of `old` one of `new`, in the lines of what changed and no others."""
        start, end = self._cut.content(index)
        text = self._data[start:end]
        if _record(text, name, type(old)) != old:
            raise CutError
        if not text.endswith(b"\n"):
            text += self._newline
        changed = self._line_by_line(text, name, old, new)
        lost = len(comments(text)) > len(comments(changed))
        if not changed:
            own = [line for line in _lines(text) if line.kind in {"[", "="}]
            lost = bool(comments(text[own[0].start : own[-1].end]))
            changed = text[: own[0].start] + self._bytes(_record_text(name, new)) + text[own[-1].end :]
        if lost:
            self._anew.append(f"[{name}]" if isinstance(new, Pilot) else str(identity(new)))
        return start, end, changed

    def _line_by_line(self, text: bytes, name: str, old: Record, new: Record) -> bytes:
        """Return the block with the lines of what changed changed, or nothing where they cannot be told apart."""
        try:
            changed = _apply(text, self._record_edits(text, name, old, new))
        except CutError:
            return b""
        return changed if _record(changed, name, type(new)) == new else b""

    def _record_edits(self, text: bytes, name: str, old: Record, new: Record) -> list[_Edit]:
        lines = _lines(text)
        headers = [place for place, line in enumerate(lines) if line.kind == "["]
        parts = [lines[begin:end] for begin, end in zip_longest(headers, headers[1:])]
        (own, was), (new_own, now) = _split(old), _split(new)
        edits = self._key_edits(text, parts[0], own, new_own)
        if isinstance(old, Task) and isinstance(new, Task):
            if old.extra != new.extra:
                edits += self._extra_edits(text, parts, old.extra, new.extra)
            if new.log[: len(old.log)] != old.log:
                raise CutError
        elif type(old) in _ROWS:
            if len(parts) != 1 + len(was) or len(now) < len(was):
                raise CutError
            for part, before, after in zip(parts[1:], was, now, strict=False):
                edits += self._key_edits(text, part, before, after)
        return [*edits, (len(text), len(text), self._bytes(_rows_text(name, new, now[len(was) :])))]

    def _extra_edits(
        self, text: bytes, parts: Sequence[Sequence[_Line]], old: Mapping[str, str], new: Mapping[str, str]
    ) -> list[_Edit]:
        own = [part for part in parts[1:] if _parse(text[part[0].start : part[0].end]) == {"task": {"extra": {}}}]
        if own and new:
            return self._key_edits(text, own[0], old, new)
        if own:
            gone = (line for line in own[0] if line.kind in {"[", "="})
            return [(line.start, line.end, self._with_comment(b"", text[line.start : line.end])) for line in gone]
        if old:
            raise CutError  # an inline table, or keys with dots
        end = _content_end(parts[0])
        return [(end, end, self._bytes(_extra_text(new)))]

    def _key_edits(
        self, text: bytes, lines: Sequence[_Line], old: Mapping[str, object], new: Mapping[str, object]
    ) -> list[_Edit]:
        """Return the edits that change, drop or put in the lines of changed keys. Raises CutError."""
        known = {_key(text[line.start : line.end]): line for line in lines if line.kind == "="}
        last = lines[0].end if lines and lines[0].kind == "[" else 0
        edits = []
        for key in dict.fromkeys((*new, *old)):
            changed = old.get(key) != new.get(key)
            value = self._bytes(_keys({key: new[key]})) if key in new else b""
            if key in known:
                line = known[key]
                last = line.end
                if changed:
                    edits.append((line.start, line.end, self._with_comment(value, text[line.start : line.end])))
            elif changed and key in old:
                raise CutError
            elif changed:
                edits.append((last, last, value))
        return edits

    def _with_comment(self, value: bytes, was: bytes) -> bytes:
        """Return the line `value` with the comment that stood behind the value `was`."""
        line, found = was.rstrip(b"\r\n"), comments(was)
        if not found or found[-1].end() < len(line):
            return value
        at = found[-1].start()
        spaces = line[len(line[:at].rstrip()) : at] if value else b""
        return value.rstrip(b"\r\n") + spaces + line[at:] + self._newline


def _changed_pairs(
    before: Sequence[Record], after: Sequence[Record]
) -> Iterable[tuple[int, Record | None, Record | None]] | None:
    """Return place, old and new record of each that changed, None for one that is not there.

    Tasks pair by id. Others pair by place, or by name or number where some are gone. None where those that stay are in
    another order, or new ones before them.
    """
    if (different := differences(before, after)) is not None:
        return [pair for pair in different if pair[1] != pair[2]]
    if _follow(before, after):
        pairs = enumerate(zip_longest(before, after))
        return [(place, was, now) for place, (was, now) in pairs if was is not now and was != now]
    later = {identity(record): record for record in after}
    stay = [record for record in map(identity, before) if record in later]
    if stay != list(later)[: len(stay)]:
        return None
    left = [(place, was, later.pop(identity(was), None)) for place, was in enumerate(before)]
    return [*(pair for pair in left if pair[1] != pair[2]), *((-1, None, now) for now in later.values())]


def _follow(before: Sequence[Record], after: Sequence[Record]) -> bool:
    """Tell whether each record of `before` has its successor at its place in `after`."""
    pairs = zip(before, after, strict=False)
    moved = [(was, now) for was, now in pairs if was is not now and identity(was) != identity(now)]
    stay = set(map(identity, before)) & set(map(identity, after)) if moved else set()
    return len(after) >= len(before) and all(
        isinstance(was, Department) and stay.isdisjoint(map(identity, (was, now))) for was, now in moved
    )


def identity(record: Record) -> int | str:
    """Return by what a record is known among those of its kind."""
    if isinstance(record, Conflict):
        return msgspec.json.encode(record).decode()
    result: int | str = next(getattr(record, field) for field in ("id", "n", "year", "name") if hasattr(record, field))
    return result


def _apply(data: bytes, edits: Iterable[_Edit]) -> bytes:
    return b"".join(_parts(data, edits))


def _parts(data: bytes, edits: Iterable[_Edit]) -> list[Part]:
    """Return what `edits` make of `data`: what they leave is not copied."""
    whole = memoryview(data)
    parts: list[Part] = []
    position = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        if start < position:
            raise CutError  # two of them touch the same bytes
        parts += [whole[position:start], text]
        position = end
    return [*parts, whole[position:]]


def _parse(text: bytes) -> dict[str, object]:
    try:
        return tomli.loads(text.decode())
    except ValueError as error:
        raise CutError from error


def _key(line: bytes) -> str:
    """Return the key of a line, or of as many as its value takes, of a sound file. Raises CutError."""
    if result := _BARE_KEY_LINE(line):
        return result[1].decode()
    (key,) = _parse(line)
    return key


def _record(text: bytes, name: str, kind: type[Record]) -> Record | None:
    """Return the one record that `text` holds, or None where it holds none or something beside it."""
    try:
        raw = _parse(text)
        result = raw.pop(name)
        if isinstance(result, list):
            (result,) = result
        return None if raw else msgspec.convert(result, kind)
    except (CutError, KeyError, ValueError):
        return None
