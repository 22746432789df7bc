"""Copies of attached files beside the store: made whole or not at all, named by digest, kept as long as needed."""

import hashlib
import os
from pathlib import Path

import pytest

import factories
from factories import stamp, task
from pilottask.base.errors import BadStore, IoFault, NotFound, PilotError, UsageFault
from pilottask.ledger import attachments, changes
from pilottask.ledger.records import Ledger
from pilottask.store import copies, files
from pilottask.store.reader import Author
from pilottask.store.store import Store

SCAN = "协议".encode()
DIGEST = hashlib.sha256(SCAN).hexdigest()


def author() -> Author:
    return Author(factories.at("2026-11-20"), "王敏", "attach", "test")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "tasks.toml")
    made.create(factories.ledger(task()), author())
    (tmp_path / "协议.pdf").write_bytes(SCAN)
    return made


def attach(store: Store, name: str = "协议.pdf") -> None:
    source = copies.look_at(store.path.with_name(name))
    store.change(
        lambda ledger: changes.apply_all(ledger, lambda one: attachments.attach(one, stamp(), [source.file])),
        author(),
        sources=[source],
    )


def without_file(ledger: Ledger) -> Ledger:
    return changes.apply_all(ledger, lambda one: attachments.detach(one, stamp(), 1))


def there(store: Store) -> list[str]:
    return sorted(path.name for path in copies.folder_of(store.path).iterdir())


def test_a_copy_is_named_by_its_digest_alone_and_as_private_as_the_store(store: Store) -> None:
    store.path.chmod(0o640)
    attach(store)
    assert there(store) == [DIGEST]
    copy = copies.folder_of(store.path) / DIGEST
    assert copy.read_bytes() == SCAN
    if os.name != "nt":
        assert [path.stat().st_mode & 0o777 for path in (copy.parent, copy)] == [0o750, 0o640]
    assert store.file_faults(store.read().ledger) == []


@pytest.mark.parametrize("name", ["folder", "link", "link to a folder", "pipe", "gone", "large", "a\0b"])
def test_what_is_no_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(copies, "LARGEST", 5 * 1024 * 1024)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link to a folder").symlink_to("folder")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as large:
        large.truncate(5 * 1024 * 1024 + 1)
    expected = {"gone": NotFound, "a\0b": NotFound}.get(name, UsageFault)
    with pytest.raises(PilotError) as refused:
        copies.look_at(tmp_path / name)
    assert type(refused.value) is expected
    if name == "large":
        assert refused.value.message.endswith("is larger than 5 MB")
    if name == "link":
        assert refused.value.message.endswith("is a link, which is not followed")


def test_a_file_of_the_largest_size_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "LARGEST", 3_000_000)
    (tmp_path / "a").write_bytes(b"7" * 3_000_000)
    assert copies.look_at(tmp_path / "a").file.size == 3_000_000


def test_a_link_put_there_after_the_look_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").write_bytes(b"secret")
    (tmp_path / "a").symlink_to("real")
    monkeypatch.setattr(copies, "_check_kind", lambda _mode, _named: None)
    with pytest.raises(IoFault, match="it is a link"):
        copies.look_at(tmp_path / "a")


def test_a_file_that_changes_meanwhile_is_not_attached(store: Store) -> None:
    before = store.path.read_bytes()
    source = copies.look_at(store.path.with_name("协议.pdf"))
    source.path.write_bytes("换了".encode())
    with pytest.raises(UsageFault, match="changed while it was read"):
        store.change(lambda ledger: factories.renamed(ledger, "新"), author(), sources=[source])
    assert (store.path.read_bytes(), there(store)) == (before, [])


def test_what_cannot_be_stored_leaves_no_copy(store: Store) -> None:
    source = copies.look_at(store.path.with_name("协议.pdf"))
    for wrong in (BadStore("no"), OSError(28, "full")):

        def refuse(_ledger: Ledger, wrong: Exception = wrong) -> Ledger:
            raise wrong

        with pytest.raises(type(wrong)):
            store.change(refuse, author(), sources=[source])
    with pytest.raises(UsageFault):  # when the copy was made
        store.change(lambda ledger: factories.renamed(ledger, "\x1b"), author(), sources=[source])
    assert there(store) == []


def test_undo_and_redo_find_the_file_and_so_does_undo_after_its_task_was_removed(store: Store) -> None:
    attach(store)
    store.undo(author())
    store.redo(author())
    assert store.file_faults(store.read().ledger) == []
    store.change(lambda ledger: changes.without(ledger, [1]), author())
    assert store.remove_stale_files(author()) == (0, 0)
    store.undo(author())
    assert store.file_faults(store.read().ledger) == []


def test_a_file_goes_when_no_version_has_it_any_more_and_what_is_not_ours_stays(store: Store) -> None:
    attach(store)
    folder = copies.folder_of(store.path)
    (folder / "说明.txt").write_text("不是我们的")
    store.change(without_file, author())
    assert store.stale_files(store.read().ledger) == set()
    for n in range(49):
        store.change(lambda ledger, n=n: factories.renamed(ledger, str(n)), author())  # type: ignore[misc]
    assert store.stale_files(store.read().ledger) == set()  # the oldest version kept is the one before it was detached
    store.change(lambda ledger: factories.renamed(ledger, "末"), author())
    assert store.stale_files(store.read().ledger) == {DIGEST}
    assert store.remove_stale_files(author()) == (1, len(SCAN))
    assert there(store) == ["说明.txt"]


def test_a_copy_that_is_gone_or_changed_is_said_and_comes_back_when_the_file_is_attached_again(store: Store) -> None:
    attach(store)
    copy = copies.folder_of(store.path) / DIGEST
    copy.write_bytes(b"x")
    (fault,) = store.file_faults(store.read().ledger)
    assert str(fault) == f"task 1 “实训设备采购”, file 1: the copy of “协议.pdf” at {copy} was changed"
    copy.write_bytes(SCAN)
    store.path.write_text(store.path.read_text("utf-8").replace(f"size = {len(SCAN)}", "size = 1"), "utf-8")
    (fault,) = store.file_faults(store.read().ledger)
    assert fault.wrong == f"“协议.pdf” is on record with 1 bytes, and its copy has {len(SCAN)}"
    store.path.write_text(store.path.read_text("utf-8").replace("size = 1", f"size = {len(SCAN)}"), "utf-8")
    copy.unlink()
    (fault,) = store.file_faults(store.read().ledger)
    assert fault.wrong == f"the copy of “协议.pdf” is not at {copy}"
    copy.symlink_to(store.path.with_name("协议.pdf"))
    (fault,) = store.file_faults(store.read().ledger)
    assert fault.wrong.endswith("is a link, which is not followed")
    copy.unlink()
    before = store.path.read_bytes()
    attach(store)
    assert store.path.read_bytes() == before
    assert store.file_faults(store.read().ledger) == []


def test_what_a_killed_writer_left_half_goes_with_the_next_file_or_when_stale_ones_do(store: Store) -> None:
    folder = copies.folder_of(store.path)
    folder.mkdir()
    files.temporary_of(folder / DIGEST).write_bytes(SCAN[:1])
    attach(store)
    assert there(store) == [DIGEST]
    files.temporary_of(folder / ("0" * 64)).write_bytes(SCAN)
    assert store.remove_stale_files(author()) == (0, 0)
    assert there(store) == [DIGEST]


def test_a_link_in_the_place_of_the_folder_is_not_written_through(store: Store, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    copies.folder_of(store.path).symlink_to("elsewhere")
    with pytest.raises(IoFault, match="it is a link"):
        attach(store)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_digest_that_is_none_names_no_file(store: Store) -> None:
    assert copies.find(store.path, "../协议.pdf") is None
