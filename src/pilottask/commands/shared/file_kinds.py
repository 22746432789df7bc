"""What a file is: told by its name, or by how it begins."""

from codecs import BOM_UTF8
from enum import StrEnum
from pathlib import Path
from typing import Final

from pilottask.exchange.office import reading, signatures


class FileKind(StrEnum):
    """What a file is, named as its name ends where that says it."""

    XLSX = "xlsx"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"
    JSON = "json"
    TOML = "toml"
    JSONL = "jsonl"
    TASKWARRIOR = "taskwarrior"
    ICS = "ics"
    TODO = "todo"


class ImportFormat(StrEnum):
    """What `--format` says at import: how the result is written, or what the file is."""

    TABLE = "table"
    JSON = "json"
    XLSX = "xlsx"
    CSV = "csv"
    TSV = "tsv"
    TOML = "toml"
    TASKWARRIOR = "taskwarrior"
    ICS = "ics"
    TODO = "todo"


_OTHER_ENDINGS: Final = {FileKind.JSONL: (".jsonl", ".ndjson"), FileKind.TASKWARRIOR: (), FileKind.TODO: (".txt",)}
ENDINGS: Final = {ending: kind for kind in FileKind for ending in _OTHER_ENDINGS.get(kind, (f".{kind}",))}
"""What the end of a file's name says."""

OFFICE_LEDGERS: Final = frozenset({FileKind.XLSX, FileKind.CSV, FileKind.TSV, FileKind.MD})
"""What an office ledger is."""

_BEGINNING: Final = 4096


def imported_kind(file: str, data: bytes, asked: ImportFormat) -> FileKind | None:
    """Return what a file to be imported is, None for an office ledger: as told, else by its name or how it begins."""
    if asked not in {ImportFormat.TABLE, ImportFormat.JSON}:
        kind = FileKind(asked.value)
        return None if kind in OFFICE_LEDGERS else kind
    named = ENDINGS.get(Path(file).suffix.lower())
    begin = data[:_BEGINNING].removeprefix(BOM_UTF8).lstrip()
    is_text_ledger = named is FileKind.TODO and b"\t" in begin and reading.is_ledger(data)  # saved as “Unicode text”
    if is_text_ledger or signatures.is_workbook(data) or begin.startswith(signatures.DOCUMENTS):
        return None
    if named in {FileKind.JSON, FileKind.JSONL}:
        return _json_kind(begin)
    if named is not None and named not in OFFICE_LEDGERS:
        return named
    if begin[:1] in {b"[", b"{"}:
        return _json_kind(begin)
    return FileKind.ICS if begin.upper().startswith(b"BEGIN:VCALENDAR") else None


def _json_kind(begin: bytes) -> FileKind:
    first = begin.split(b"\n", 1)[0]
    if b'"record"' in first:
        return FileKind.JSONL
    is_taskwarrior = begin.startswith(b"[") and b'"uuid"' in begin
    return FileKind.TASKWARRIOR if is_taskwarrior else FileKind.JSON
