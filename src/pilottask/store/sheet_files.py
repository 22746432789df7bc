"""What is kept of issued sheets beside the store, for good: each a compressed file, named by its number and digest.

Of slips the numbers alone are kept, as names of empty files. None is ever removed, neither by `undo` nor with old
versions. So a number once given is known for ever.
"""

import re
import zlib
from pathlib import Path
from typing import Final, Generic, TypeVar

from msgspec import Struct

from pilottask.base.errors import BadStore
from pilottask.base.i18n import _
from pilottask.ledger.records import IssuedSheet
from pilottask.store import files

T = TypeVar("T")
NAME: Final = (
    r"sheet-(?P<n>[0-9]+)(-(?P<digest>[0-9a-f]+))?(?P<data>\.json)?\.gz|slip-(?P<year>[0-9]+)-(?P<slip>[0-9]+)"
)
"""What is kept is called; of the first version the store as it was when the sheet was issued, which is no data."""
_GZIP: Final = 16 + zlib.MAX_WBITS
"""The form of a .gz file."""


class SheetFile(Struct, frozen=True):
    """What is kept of a sheet: the name and the bytes of its file, and their digest, which tells it from others."""

    name: str
    data: bytes
    digest: str


class Issue(Struct, Generic[T], frozen=True):
    """What issues a sheet: what is to be kept of it, and what comes of it besides."""

    sheet: SheetFile
    result: T


def _name(n: int, digest: str) -> str:
    return f"sheet-{n}-{digest}.json.gz"


def pack(n: int, content: bytes) -> SheetFile:
    """Return what is to be kept of sheet `n`, which `read` gives back."""
    data = zlib.compress(content, wbits=_GZIP)
    digest = files.digest(data)
    return SheetFile(_name(n, digest), data, digest)


def numbers(folder: Path) -> frozenset[int]:
    """Return the numbers of all sheets of which something is kept in the folder of versions. Raises OSError."""
    return frozenset(int(named["n"]) for named in _files(folder).values() if named["n"])


def slip_name(year: int, n: int) -> str:
    """Return what the file is called that keeps the number of a slip."""
    return f"slip-{year}-{n}"


def highest_slip(folder: Path, year: int) -> int:
    """Return the highest number of a slip that is kept of this year, 0 where none is. Raises OSError."""
    return max((int(named["slip"]) for named in _files(folder).values() if named["year"] == str(year)), default=0)


def copies(folder: Path) -> dict[str, bytes]:
    """Return all that is kept of sheets in the folder of versions, by the names of its files. Raises OSError."""
    return {path.name: path.read_bytes() for path, named in _files(folder).items() if named["n"]}


def _files(folder: Path) -> dict[Path, re.Match[str]]:
    try:
        return {path: named for path in sorted(folder.iterdir()) if (named := re.fullmatch(NAME, path.name))}
    except FileNotFoundError:
        return {}


def read(folder: Path, n: int, digest: str) -> bytes:
    """Return the content kept of sheet `n` under this digest. Raises BadStore where its file is gone or damaged."""
    path = folder / _name(n, digest)
    fault = _("what is kept of sheet {n} in {path} is damaged")
    try:
        if files.digest(data := path.read_bytes()) == digest:
            return zlib.decompress(data, wbits=_GZIP)
    except OSError:
        fault = _("sheet {n} cannot be read: what is kept of it is not at {path}")
    raise BadStore(fault.format(n=n, path=path), hint=_("copy it from beside the store that the sheet was issued in"))


def read_all(folder: Path, n: int) -> list[bytes]:
    """Return the contents that are kept under this number, whatever the store says. Raises BadStore, OSError."""
    return [
        read(folder, n, named["digest"])
        for named in _files(folder).values()
        if named["n"] == str(n) and named["data"] and named["digest"]
    ]


def first_version(folder: Path, sheet: IssuedSheet) -> bytes | None:
    """Return the store kept for a sheet of the first version, None where it is gone or damaged."""
    match = re.fullmatch(r"[0-9]+:([0-9a-f]+)", sheet.digest or "")
    path = folder / (f"sheet-{sheet.n}-{match[1]}.gz" if match else f"sheet-{sheet.n}.gz")
    try:
        return zlib.decompress(path.read_bytes(), wbits=_GZIP)
    except (OSError, zlib.error):
        return None
