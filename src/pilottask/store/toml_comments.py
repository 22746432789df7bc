"""The comments of two TOML files that hold the same, made by two sides of one: what each side wrote stays."""

from collections.abc import Iterator
from typing import Final

from pilottask.ledger.records import Ledger
from pilottask.ledger.schema import LISTS
from pilottask.store.toml_patch import Cut, CutError, Patched, comments, identity

_HEAD: Final = ("", "")

_Key = tuple[str, int | str]
"""Which block it is: the name of its kind, and by what its record is known."""


def with_theirs(data: bytes, patched: Patched, ledger: Ledger, base: bytes, began: Ledger) -> bytes:
    """Return `data` with the comments of what was `patched`, which holds the same `ledger`, where it alone changed any.

    `base`, which holds `began`, is the file that both were made of. `data` stays where one cannot be cut into blocks.
    """
    theirs = patched.data
    if patched.whole:
        return data
    try:
        own, others = dict(_blocks(data, ledger)), dict(_blocks(theirs, ledger))
        before = {key: _comment_texts(base[start:end]) for key, (start, end) in _blocks(base, began)} if base else {}
    except CutError:
        return data
    newline = b"\r\n" if b"\r\n" in data[: data.find(b"\n") + 1] else b"\n"
    for key, (start, end) in sorted(own.items(), key=lambda block: block[1], reverse=True):
        here, there = data[start:end], theirs[slice(*others[key])]
        if _comment_texts(here) == before.get(key, []) != _comment_texts(there) and str(key[1]) not in patched.anew:
            text = there.rstrip().replace(b"\r\n", b"\n").replace(b"\n", newline)
            data = data[:start] + text + here[len(here.rstrip()) :] + data[end:]
    return data


def _comment_texts(text: bytes) -> list[bytes]:
    return [found[0].rstrip() for found in comments(text)]


def _blocks(data: bytes, ledger: Ledger) -> Iterator[tuple[_Key, tuple[int, int]]]:
    """Yield where each block begins and ends, what stands before the first among them. Raises CutError."""
    cut = Cut(data, ledger)
    yield _HEAD, (cut.head()[0], cut.start(0))
    yield ("pilot", "[pilot]"), (cut.start(index := cut.blocks("pilot")[0]), cut.end(index))
    for each in LISTS:
        for index, record in zip(cut.blocks(each.name), getattr(ledger, each.field), strict=True):
            yield (each.name, identity(record)), (cut.start(index), cut.end(index))
