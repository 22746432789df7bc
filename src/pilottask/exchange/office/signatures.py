"""How files begin that are no text, and how large one may be: what is known of a file before it is opened."""

from typing import Final

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0"

DOCUMENTS: Final = (b"%PDF", b"{\\rtf")
"""How documents begin that are no ledger, and no text."""

MEGABYTE: Final = 1_000_000
LARGEST: Final = 256 * MEGABYTE
"""Bytes that all parts of a workbook may have once they are unpacked: some 200,000 rows of a ledger."""


def is_workbook(data: bytes) -> bool:
    """Tell whether a file is packed as workbooks are, new or old; what is in it is for `packages.check` to say."""
    return data.startswith((ZIP, OLE))
