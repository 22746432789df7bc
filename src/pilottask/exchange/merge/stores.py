"""Three store files made one, as git hands them over: what both sides began with, ours and theirs."""

from codecs import BOM_UTF8
from typing import NamedTuple

from pilottask.base.errors import BadStore
from pilottask.base.i18n import _
from pilottask.exchange.merge.ledgers import EMPTY, merge_sides
from pilottask.ledger import schema
from pilottask.ledger.records import Ledger
from pilottask.store import codec, toml_comments, toml_patch
from pilottask.store.syntax import Syntax
from pilottask.store.toml_patch import Patched


class Merged(NamedTuple):
    """The bytes of the list of both sides, what ours held, what they hold, and what theirs did."""

    data: bytes
    before: Ledger
    after: Ledger
    theirs: Ledger


def merge_stores(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    """Return the list of both sides, written as ours is; an empty base stands for nothing in common.

    Raises BadStore where one of them cannot be read, or is of a newer schema.
    """
    base = base if base.strip() else b""
    began = read(base, _("the list that both sides began with")).ledger if base else EMPTY
    here, there = read(ours, _("the list on this side")), read(theirs, _("the list on the other side"))
    merged = merge_sides(began, here.ledger, there.ledger)
    after = schema.with_schema(merged, merged.tasks)
    codec.check(after)
    data = _rewrite(ours, here, after).data
    if all(syntax_of(side) is Syntax.TOML for side in (base, ours, theirs)):
        data = toml_comments.with_theirs(data, _rewrite(theirs, there, after), after, base, began)
    return Merged(data, here.ledger, after, there.ledger)


def _rewrite(side: bytes, held: codec.Decoded, after: Ledger) -> Patched:
    """Return `side`, which holds something else or the same, changed so that it holds `after`."""
    if after == held.ledger:
        return Patched([side])
    if syntax_of(side) is Syntax.JSON:
        return Patched([codec.encode_json(after)])
    return toml_patch.patch(side, held.ledger if held.older is None else codec.as_written(side, Syntax.TOML), after)


def syntax_of(data: bytes) -> Syntax:
    """Return how a store is written, whatever its file is called."""
    return Syntax.JSON if data.removeprefix(BOM_UTF8).lstrip().startswith(b"{") else Syntax.TOML


def read(data: bytes, what: str) -> codec.Decoded:
    """Return what the bytes of a store hold that messages call `what`. Raises BadStore."""
    try:
        return codec.decode(data, syntax_of(data))
    except BadStore as error:
        raise BadStore(_("{what}:\n{faults}").format(what=what, faults=error.message), hint=error.hint) from error
