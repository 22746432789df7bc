"""Numbers of one store in the entries of a log."""

from types import NoneType
from typing import get_args

import msgspec

from pilottask.exchange.merge.terms import NUMBERED
from pilottask.ledger.records import Correction, LogEntry


def test_every_number_in_an_entry_is_known_to_be_one_of_its_store() -> None:
    numbers = {
        (kind, field.name)
        for kind in get_args(LogEntry)
        for field in msgspec.structs.fields(kind)
        if not issubclass(kind, Correction)  # whose number is the place of an entry in the same log
        and field.name != "size"  # of a file, and no number of a store
        and {int, NoneType} >= set(get_args(field.type) or (field.type,)) >= {int}
    }
    assert numbers == {(kind, name) for kind, names in NUMBERED.items() for name in names}
