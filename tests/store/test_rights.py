"""Two accounts that share a store: who may read and write it stays as it was, whoever writes."""

import os
import shutil
import stat
import struct
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

import factories
from pilottask.base.errors import IoFault
from pilottask.ledger import changes
from pilottask.ledger.records import Ledger
from pilottask.store import copies, rights
from pilottask.store.reader import Author
from pilottask.store.store import Store

ONE, OTHER, STRANGER, GROUP = 40_001, 40_002, 40_003, 40_009
"""Ids of accounts, each with a group of its own of the same number, and of the group that they share."""
LIST = "system.posix_acl_access"

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can try what several accounts do"
)


def author(name: str) -> Author:
    return Author(factories.at("2026-11-20"), name, "config name", name)


def renamed(name: str) -> Callable[[Ledger], Ledger]:
    return lambda ledger: factories.renamed(ledger, name)


def as_account(number: int, act: Callable[[], object], groups: Sequence[int] = (GROUP,)) -> None:
    """Do it in a process of this account. Raises AssertionError with what was raised there."""
    begun_as(number, act, groups)()


def begun_as(number: int, act: Callable[[], object], groups: Sequence[int] = (GROUP,)) -> Callable[[], None]:
    """Begin it in a process of this account; return what waits for its end, and raises as `as_account` does."""
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        code = 0
        try:
            os.setgroups(list(groups))
            os.setgid(number)
            os.setuid(number)
            os.umask(0o022)
            act()
        except BaseException:  # noqa: BLE001  the parent is told
            os.write(send, traceback.format_exc().encode()[-60_000:])
            code = 1
        os._exit(code)
    os.close(send)

    def end() -> None:
        with os.fdopen(receive, encoding="utf-8") as told:
            text = told.read()
        assert os.waitpid(child, 0)[1] == 0, text

    return end


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder in which both accounts may write, below folders that all may enter."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    shared = made / "shared"
    shared.mkdir()
    os.chown(shared, ONE, GROUP)
    shared.chmod(0o770)
    yield shared
    shutil.rmtree(made)


def shared_store(folder: Path, mode: int = 0o660) -> Store:
    store = Store(folder / "tasks.toml")
    as_account(ONE, lambda: store.create(factories.ledger(factories.task(), name="零"), author("init")))
    os.chown(store.path, ONE, GROUP)
    store.path.chmod(mode)
    return store


def write(store: Store, number: int, name: str) -> None:
    as_account(number, lambda: store.change(renamed(name), author(str(number))))


def who(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)


def test_two_accounts_write_and_undo_in_turn(folder: Path) -> None:
    store = shared_store(folder)
    write(store, ONE, "一")
    for number, name in ((OTHER, "二"), (ONE, "三"), (OTHER, "四")):
        write(store, number, name)
        assert who(store.path) == (number, GROUP, 0o660)
    versions = folder / "tasks.toml.versions"
    assert {who(path)[1:] for path in folder.iterdir() if path.is_file()} == {(GROUP, 0o660)}
    assert who(versions) == (ONE, GROUP, 0o770)
    assert {who(path)[1:] for path in versions.iterdir()} == {(GROUP, 0o660)}
    for number, name in ((ONE, "三"), (OTHER, "二"), (ONE, "一"), (OTHER, "零")):
        as_account(number, lambda: store.undo(author("undo")))
        assert store.read().ledger.pilot.name == name
    as_account(OTHER, lambda: store.redo(author("redo")))
    assert store.version_faults() == []


def test_two_accounts_write_at_once(folder: Path) -> None:
    both_write(folder, 15)


def _with_one_more(ledger: Ledger, uid: str) -> Ledger:
    return changes.with_new(ledger, [factories.task(uid=uid, title=uid)])


def both_write(folder: Path, count: int) -> None:
    """Let two accounts enter so many tasks each, at once. Raises AssertionError where one is lost or refused."""
    store = shared_store(folder)
    write(store, ONE, "一")  # what was private is shared from here on

    def enter(number: int) -> None:
        for each in range(count):
            store.change(partial(_with_one_more, uid=f"{number}-{each}"), author(str(number)))

    for end in [begun_as(number, partial(enter, number)) for number in (ONE, OTHER)]:
        end()
    titles = [task.title for task in store.read().ledger.tasks[1:]]
    assert sorted(titles) == sorted(f"{number}-{each}" for number in (ONE, OTHER) for each in range(count))
    assert who(store.path)[1:] == (GROUP, 0o660)
    assert store.version_faults() == []


def test_two_accounts_attach_files_in_turn(folder: Path) -> None:
    store = shared_store(folder)

    def attach(number: int, text: str) -> None:
        (file := folder / f"{text}.txt").write_text(text, encoding="utf-8")
        file.chmod(0o644)
        source = copies.look_at(file)
        act = partial(store.change, renamed(text), author(str(number)), sources=[source])
        as_account(number, act)

    for number, text in ((ONE, "一"), (OTHER, "二"), (ONE, "三")):
        attach(number, text)
    kept = folder / "tasks.toml.files"
    assert who(kept) == (ONE, GROUP, 0o770)
    assert [who(path)[1:] for path in kept.iterdir()] == [(GROUP, 0o660)] * 3
    as_account(OTHER, lambda: store.remove_stale_files(author("check")))
    assert list(kept.iterdir()) == []


def test_what_was_private_is_shared_once_its_owner_writes(folder: Path) -> None:
    """A list of one account's, given to a group when it had versions already."""
    store = Store(folder / "tasks.toml")
    as_account(ONE, lambda: store.create(factories.ledger(factories.task(), name="零"), author("init")))
    write(store, ONE, "一")
    os.chown(store.path, ONE, GROUP)
    store.path.chmod(0o660)
    write(store, ONE, "二")
    write(store, OTHER, "三")
    for name in ("二", "一", "零"):
        as_account(OTHER, lambda: store.undo(author("undo")))
        assert store.read().ledger.pilot.name == name


def test_one_command_as_root_locks_nobody_out(folder: Path) -> None:
    store = shared_store(folder)
    store.change(renamed("一"), author("root"))
    assert {who(path)[:2] for path in folder.rglob("*")} == {(ONE, GROUP)}
    write(store, ONE, "二")
    write(store, OTHER, "三")


def test_a_group_that_cannot_be_kept_hands_its_rights_to_no_other(folder: Path) -> None:
    """The writer may replace the file, as the folder is his, and is not in its group."""
    store = shared_store(folder, 0o664)
    os.chown(folder, STRANGER, STRANGER)
    folder.chmod(0o777)
    for path in [folder / "tasks.toml.versions", *folder.rglob("*.*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    store.path.chmod(0o664)
    as_account(STRANGER, lambda: store.change(renamed("一"), author("stranger")), groups=())
    assert who(store.path) == (STRANGER, STRANGER, 0o644)


def packed(*entries: tuple[int, int, int]) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NOBODY = 0xFFFFFFFF
LISTED = packed((1, 6, NOBODY), (2, 6, OTHER), (4, 4, NOBODY), (16, 6, NOBODY), (32, 0, NOBODY))
"""Its owner and one other may write, its group may read."""


def with_list(path: Path, entries: bytes) -> None:
    try:
        os.setxattr(path, LIST, entries)
    except OSError:
        pytest.skip("this disk keeps no access lists")


def test_an_access_list_is_kept(folder: Path) -> None:
    store = shared_store(folder)
    with_list(store.path, LISTED)
    write(store, ONE, "一")
    assert os.getxattr(store.path, LIST) == LISTED
    assert who(store.path) == (ONE, GROUP, 0o660)
    version = next((folder / "tasks.toml.versions").glob("000002-*"))
    assert os.getxattr(version, LIST) == LISTED


def test_who_owned_a_file_with_an_access_list_keeps_his_rights(folder: Path) -> None:
    store = shared_store(folder)
    write(store, ONE, "一")
    with_list(store.path, LISTED)
    write(store, ONE, "二")
    write(store, OTHER, "三")
    assert who(store.path)[:2] == (OTHER, GROUP)
    assert os.getxattr(store.path, LIST) == packed(
        (1, 6, NOBODY), (2, 6, ONE), (2, 6, OTHER), (4, 4, NOBODY), (16, 6, NOBODY), (32, 0, NOBODY)
    )
    write(store, ONE, "四")


def test_a_group_with_an_access_list_that_cannot_be_kept_is_named_in_it(folder: Path) -> None:
    path = folder / "file"
    path.write_bytes(b"")
    os.chown(path, ONE, GROUP)
    with_list(path, LISTED)
    made = folder / "made"
    folder.chmod(0o777)

    def take() -> None:
        made.touch(0o600)
        descriptor = os.open(made, os.O_RDWR)
        rights.take(descriptor, path)

    as_account(OTHER, take, groups=())
    assert os.getxattr(made, LIST) == packed(
        (1, 6, NOBODY),
        (2, 6, ONE),
        (2, 6, OTHER),
        (4, 0, NOBODY),
        (8, 4, GROUP),
        (16, 6, NOBODY),
        (32, 0, NOBODY),
    )


def test_a_mask_that_cannot_be_kept_gives_the_group_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shared_store(folder)
    with_list(store.path, LISTED)

    def refuse(*_args: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setxattr", refuse)
    write(store, ONE, "一")
    assert who(store.path) == (ONE, GROUP, 0o600)


def test_what_the_folder_would_give_is_not_taken(folder: Path) -> None:
    store = shared_store(folder, 0o640)
    try:
        os.setxattr(
            folder,
            "system.posix_acl_default",
            packed((1, 7, NOBODY), (2, 7, STRANGER), (4, 5, NOBODY), (16, 7, NOBODY), (32, 0, NOBODY)),
        )
    except OSError:
        pytest.skip("this disk keeps no access lists")
    write(store, ONE, "一")
    assert who(store.path) == (ONE, GROUP, 0o640)
    with pytest.raises(OSError, match="No data"):
        os.getxattr(store.path, LIST)


def test_a_lock_that_has_another_name_is_not_written_into(folder: Path) -> None:
    store = shared_store(folder)
    lock = folder / "tasks.toml.lock"
    lock.unlink()
    (folder / "letter").write_bytes(b"mine")
    lock.hardlink_to(folder / "letter")
    with pytest.raises(IoFault, match="it is a link"):
        store.change(renamed("一"), author("root"))
    assert (folder / "letter").read_bytes() == b"mine"
