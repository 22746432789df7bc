"""What is kept of issued sheets beside the store."""

import gzip
from pathlib import Path

import pytest

from factories import at
from pilottask.base.errors import BadStore
from pilottask.ledger.records import IssuedSheet
from pilottask.store import sheet_files
from pilottask.store.sheet_files import pack


def put(folder: Path, n: int, content: str) -> str:
    packed = pack(n, content.encode())
    (folder / packed.name).write_bytes(packed.data)
    return packed.digest


def test_a_sheet_is_kept_as_a_gzip_file_named_by_number_and_digest(tmp_path: Path) -> None:
    digest = put(tmp_path, 12, "第12期")
    assert len(digest) == 40
    assert gzip.decompress((tmp_path / f"sheet-12-{digest}.json.gz").read_bytes()).decode() == "第12期"
    assert sheet_files.read(tmp_path, 12, digest).decode() == "第12期"


def test_numbers_are_those_of_all_that_is_kept(tmp_path: Path) -> None:
    assert sheet_files.numbers(tmp_path / "none") == frozenset()
    for n in (3, 3, 11):
        put(tmp_path, n, f"{n}")
    for name in ("sheet-4.gz", "sheet-5-0123456789abcdef.gz", "sheet-6.gz.tmp", "sheet-.gz", "index.json", "x-7.gz"):
        (tmp_path / name).write_bytes(b"")
    assert sheet_files.numbers(tmp_path) == {3, 4, 5, 11}


def test_the_highest_slip_is_that_of_its_year(tmp_path: Path) -> None:
    assert sheet_files.highest_slip(tmp_path / "none", 2026) == 0
    put(tmp_path, 40, "第40期")
    for year, n in ((2026, 3), (2026, 11), (2025, 70)):
        (tmp_path / sheet_files.slip_name(year, n)).write_bytes(b"")
    assert (sheet_files.highest_slip(tmp_path, 2026), sheet_files.highest_slip(tmp_path, 2027)) == (11, 0)
    assert sheet_files.numbers(tmp_path) == {40}


@pytest.mark.parametrize(
    ("damaged", "said"),
    [(None, "sheet 2 cannot be read: what is kept of it is not at "), (b"", "what is kept of sheet 2 in ")],
)
def test_what_is_gone_or_damaged_is_said(tmp_path: Path, damaged: bytes | None, said: str) -> None:
    digest = put(tmp_path, 2, "第2期")
    file = tmp_path / f"sheet-2-{digest}.json.gz"
    if damaged is None:
        file.unlink()
    else:
        file.write_bytes(damaged)
    with pytest.raises(BadStore) as refused:
        sheet_files.read(tmp_path, 2, digest)
    assert refused.value.message.startswith(said)
    assert str(file) in refused.value.message
    assert refused.value.hint == "copy it from beside the store that the sheet was issued in"


def test_all_that_is_kept_under_a_number(tmp_path: Path) -> None:
    for content in ("甲的第1期", "乙的第1期"):
        put(tmp_path, 1, content)
    put(tmp_path, 11, "第11期")
    (tmp_path / "sheet-1.gz").write_bytes(gzip.compress(b"a store"))
    assert sorted(content.decode() for content in sheet_files.read_all(tmp_path, 1)) == ["乙的第1期", "甲的第1期"]
    assert sheet_files.read_all(tmp_path, 2) == []


@pytest.mark.parametrize(
    ("digest", "name"),
    [("2:0123456789abcdef", "sheet-2-0123456789abcdef.gz"), (None, "sheet-2.gz"), ("1:../x", "sheet-2.gz")],
)
def test_the_store_kept_for_a_sheet_of_the_first_version(tmp_path: Path, digest: str | None, name: str) -> None:
    sheet = IssuedSheet(n=2, at=at("2026-11-20"), by="王敏", digest=digest)
    assert sheet_files.first_version(tmp_path, sheet) is None
    (tmp_path / name).write_bytes(gzip.compress("清单".encode()))
    assert sheet_files.first_version(tmp_path, sheet) == "清单".encode()
    for damaged in (b"", b"\x1f\x8b", b"damaged"):
        (tmp_path / name).write_bytes(damaged)
        assert sheet_files.first_version(tmp_path, sheet) is None
