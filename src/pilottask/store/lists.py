"""The lists of records that a store holds beside its head and `[pilot]`."""

from typing import Final, NamedTuple, get_args, get_origin

import msgspec

from pilottask.ledger.records import Ledger, Record


class RecordList(NamedTuple):
    """One of them: the name of its tables in the file, the ledger's field, and what its records are."""

    name: str
    field: str
    kind: type[Record]


LISTS: Final = tuple(
    RecordList(field.encode_name, field.name, get_args(field.type)[0])
    for field in msgspec.structs.fields(Ledger)
    if get_origin(field.type) is tuple
)
"""All of them, in the order of a new file."""
