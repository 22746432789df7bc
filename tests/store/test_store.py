"""One store: made, read, changed, stepped back and forward, checked."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
import strategies
from handmade import written
from pilottask.base.errors import BadStore, Busy, IoFault, NotFound, UsageFault
from pilottask.ledger import changes, corrections, history, meetings, schema
from pilottask.ledger.changes import with_new
from pilottask.ledger.records import CalendarYear, Ledger, Note, Task, replace
from pilottask.store import codec, files, lock, toml_patch
from pilottask.store.reader import Author, Written
from pilottask.store.store import Store
from pilottask.store.syntax import Syntax
from pilottask.store.versions import Versions

LEDGER = factories.ledger(factories.task(id=1), factories.task(id=2), name="试点")
BOTH = pytest.mark.parametrize("name", ["tasks.toml", "tasks.json"])


def author(command: str = "note 1") -> Author:
    return Author(factories.at("2026-11-20"), "王敏", command, "王敏 (process 17)")


def noted(ledger: Ledger) -> Ledger:
    return changes.apply(ledger, [1], lambda task: changes.note(task, factories.stamp(), text="已到货"))


def closed(task: Task) -> Task:
    return factories.done(task, factories.stamp())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "tasks.toml")
    made.create(LEDGER, author("init"))
    return made


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@BOTH
def test_a_new_store(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / "deep" / "er" / name)
    store.create(LEDGER, author("init"))
    assert store.read().ledger == LEDGER
    assert store.path.read_bytes() == (codec.encode_json if name.endswith("json") else toml_patch.encode)(LEDGER)
    assert names(store.path.parent) == [name, f"{name}.lock", f"{name}.versions"]
    every = [store.path, *store.path.parent.rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in every if path.is_file()} == {0o600}
    assert store.faults() == []


def test_a_store_is_made_once(store: Store) -> None:
    before = store.path.read_bytes()
    with pytest.raises(UsageFault) as caught:
        store.create(LEDGER, author())
    assert caught.value.message == f"there is a store at {store.path} already; it was left as it is"
    assert store.path.read_bytes() == before


def test_no_store_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(IoFault) as caught:
        Store(tmp_path / "file" / "deep" / "tasks.toml").create(LEDGER, author())
    assert caught.value.message == f"cannot make the folder {tmp_path}/file/deep: part of the path is not a folder"


@pytest.mark.parametrize("act", ["read", "change", "undo", "redo", "faults"])
def test_no_store_yet(tmp_path: Path, act: str) -> None:
    store = Store(tmp_path / "nowhere" / "tasks.toml")
    acts: dict[str, Callable[[], object]] = {
        "read": store.read,
        "change": lambda: store.change(noted, author()),
        "undo": lambda: store.undo(author()),
        "redo": lambda: store.redo(author()),
        "faults": store.faults,
    }
    with pytest.raises(NotFound) as caught:
        acts[act]()
    assert caught.value.message == f"there is no store at {store.path}"
    assert caught.value.hint == "make one: pilottask init --name NAME"
    assert names(tmp_path) == []


def test_a_store_that_is_gone_comes_back_by_undo(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml")
    store.create(LEDGER, author())
    store.path.unlink()
    with pytest.raises(NotFound) as caught:
        store.read()
    assert caught.value.hint == "pilottask undo brings it back"
    store.undo(author())
    assert store.read().ledger == LEDGER


@BOTH
def test_a_change(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / name)
    store.create(LEDGER, author("init"))
    before = store.path.read_bytes()
    assert store.change(noted, author("note 1")) == Written(LEDGER, noted(LEDGER))
    assert store.read().ledger == noted(LEDGER)
    versions, present = store.versions()
    assert [(version.by, version.command) for version in versions] == [("王敏", "init"), ("王敏", "note 1")]
    assert present == versions[-1]
    store.undo(author())
    assert store.path.read_bytes() == before
    store.redo(author())
    assert store.read().ledger == noted(LEDGER)


def test_a_change_that_changes_nothing_writes_nothing(store: Store) -> None:
    before = store.path.stat()
    edits: list[Callable[[Ledger], Ledger]] = [
        lambda ledger: ledger,
        lambda ledger: msgspec.structs.replace(ledger, pilot=msgspec.structs.replace(ledger.pilot)),
    ]
    for edit in edits:
        assert store.change(edit, author()) == Written(LEDGER, LEDGER)
    assert (store.path.stat().st_ino, store.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(store.versions()[0]) == 1


def test_a_refused_change_writes_nothing(store: Store) -> None:
    before = store.path.read_bytes()

    def refused(_ledger: Ledger) -> Ledger:
        raise UsageFault("no")

    with pytest.raises(UsageFault, match=r"^no$"):
        store.change(refused, author())
    assert store.path.read_bytes() == before
    assert names(store.path.parent) == ["tasks.toml", "tasks.toml.lock", "tasks.toml.versions"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        pytest.param(
            lambda ledger: changes.apply(ledger, [1], lambda task: replace(task, title="a\x00b")),
            r"task 1 “a\u0000b”, title: control character U+0000 at position 2; remove it",
            id="control character",
        ),
        pytest.param(
            lambda ledger: changes.apply(ledger, [1], lambda task: replace(task, owner="\udcff")),
            "task 1 “实训设备采购”, owner: control character U+DCFF at position 1; remove it",
            id="half a character",
        ),
        pytest.param(
            lambda ledger: changes.apply(ledger, [1], lambda task: replace(task, target=float("nan"))),
            "task 1 “实训设备采购”, target: must be a number from 0 to 9007199254740991",
            id="no number",
        ),
        pytest.param(
            lambda ledger: changes.apply(ledger, [2], lambda task: replace(task, department="谁")),
            "task 2 “实训设备采购”, department: “谁” is not entered as a department",
            id="unknown department",
        ),
        pytest.param(
            lambda ledger: msgspec.structs.replace(ledger, departments=()),
            "task 1 “实训设备采购”, department: “麒麟职教集团” is not entered as a department\n"
            "task 2 “实训设备采购”, department: “麒麟职教集团” is not entered as a department",
            id="department gone",
        ),
        pytest.param(
            lambda ledger: with_new(ledger, [ledger.tasks[0]]),
            "task 1 “实训设备采购”, uid: “t0000001” stands on several tasks\n"
            "task 3 “实训设备采购”, uid: “t0000001” stands on several tasks",
            id="the same task again",
        ),
        pytest.param(
            lambda ledger: msgspec.structs.replace(ledger, next_id=1),
            "the store, next_id: 1 is too low; with task 2 the next is 3",
            id="next id",
        ),
        pytest.param(
            lambda ledger: factories.renamed(ledger, "a\nb"),
            "[pilot], name: control character U+000A at position 2; remove it",
            id="setting",
        ),
    ],
)
def test_what_could_not_be_read_again_is_refused(store: Store, edit: Callable[[Ledger], Ledger], message: str) -> None:
    before = store.path.read_bytes()
    with pytest.raises(UsageFault) as caught:
        store.change(edit, author())
    assert caught.value.message == message
    assert store.path.read_bytes() == before


def test_a_writer_reads_under_the_lock(store: Store) -> None:
    seen = store.read()
    store.change(noted, author())
    written = store.change(lambda ledger: factories.renamed(ledger, "二"), author(), seen=seen)
    assert written.before == noted(LEDGER)
    assert store.read().ledger == factories.renamed(noted(LEDGER), "二")


def test_a_busy_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml")
    store.create(factories.ledger(factories.task(), lock_seconds=0.1), author())
    before = store.path.read_bytes()
    with lock.hold(store.path, seconds=1, who="李四 · note 3 (process 9)"):
        for act in (lambda: store.change(noted, author()), lambda: store.undo(author())):
            with pytest.raises(Busy) as caught:
                act()
            assert caught.value.message == "the store is in use by 李四 · note 3 (process 9); waited 0.1 s"
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("kept", [0o644, 0o660])
def test_modes_are_kept(store: Store, kept: int) -> None:
    store.path.chmod(kept)
    store.change(noted, author())
    assert stat.S_IMODE(store.path.stat().st_mode) == kept
    store.undo(author())
    assert stat.S_IMODE(store.path.stat().st_mode) == kept


def test_a_link_is_followed_and_stays(store: Store, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "mine.toml"
    link.symlink_to(store.path)
    linked = Store(link)
    linked.change(noted, author())
    assert link.is_symlink()
    assert store.read().ledger == noted(LEDGER)
    linked.undo(author())
    assert store.read().ledger == LEDGER
    assert names(tmp_path / "links") == ["mine.toml"]


def test_nothing_is_put_into_the_shared_temporary_folder(
    store: Store, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path_factory.mktemp("shared")
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    touched: list[str] = []
    real = os.open

    def watched(path: str | Path, *args: int, **options: int) -> int:
        touched.append(str(path))
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", watched)
    store.change(noted, author())
    assert names(shared) == []
    folder = store.path.parent
    assert {path for path in touched if not path.startswith(f"{folder}/tasks.toml")} == {str(folder)}


def test_names_from_the_store_never_become_paths(store: Store) -> None:
    hostile = replace(LEDGER.tasks[0], title="../../evil", uid="../evil", project="/etc/passwd", source="a/b\\c")
    store.change(lambda ledger: changes.with_tasks(ledger, [hostile]), author("../evil"))
    store.undo(author())
    assert names(store.path.parent) == ["tasks.toml", "tasks.toml.lock", "tasks.toml.versions"]
    kept = [f"{version.n:06}-{version.digest[:10]}.toml" for version in store.versions()[0]]
    assert names(store.path.parent / "tasks.toml.versions") == [*kept, "index.json"]


DAMAGE = {
    "empty": b"",
    "half": toml_patch.encode(LEDGER)[:-9],
    "not UTF-8": b"\xff\xfe" + toml_patch.encode(LEDGER),
    "duplicate id": toml_patch.encode(LEDGER).replace(b"\nid = 2", b"\nid = 1"),
    "unknown status": toml_patch.encode(LEDGER).replace(b'"todo"', b'"done"', 1),
    "lead supports": toml_patch.encode(LEDGER).replace(b"status", 'support = ["麒麟职教集团"]\nstatus'.encode(), 1),
    "moved deadline": toml_patch.encode(LEDGER).replace(
        b"status", b"due = 2026-12-01\nfirst_due = 2026-11-01\nstatus", 1
    ),
    "reference to nothing": toml_patch.encode(LEDGER).replace(b"status", 'support = ["谁"]\nstatus'.encode(), 1),
    "next id too low": toml_patch.encode(LEDGER).replace(b"next_id = 3", b"next_id = 2"),
    "newer": toml_patch.encode(LEDGER).replace(b"schema = 2", b"schema = 4"),
}
FIRST_FAULT = {
    "empty": "the file is empty",
    "half": "line 34: the TOML ends in the middle of something",
    "not UTF-8": "line 1 is not UTF-8 text",
    "duplicate id": "task 1, id: 2 tasks have this id; give all but one the ids from 3 on",
    "unknown status": (
        "task 1 “实训设备采购”, status: must be one of todo, doing, submitted, closed, suspended, cancelled, not “done”"
    ),
    "lead supports": "task 1 “实训设备采购”, support: “麒麟职教集团” leads this task and cannot support it too",
    "moved deadline": (
        "task 1 “实训设备采购”, due: 2026-12-01 differs from first_due 2026-11-01 without an extension on record; "
        "set it back and use “pilottask extend 1”, or record it with “pilottask check --fix”"
    ),
    "reference to nothing": "task 1 “实训设备采购”, support: “谁” is not entered as a department",
    "next id too low": "the store, next_id: 2 is too low; with task 2 the next is 3",
    "newer": "it was written by a newer pilottask (schema 4; this one knows 3)",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_store_is_left_and_undo_brings_the_last_good_one_back(store: Store, kind: str) -> None:
    good = store.path.read_bytes()
    store.path.write_bytes(DAMAGE[kind])
    for act in (store.read, lambda: store.change(noted, author())):
        with pytest.raises(BadStore) as caught:
            act()
        assert caught.value.message.split("\n")[:2] == [f"store {store.path}:", FIRST_FAULT[kind]]
        assert caught.value.hint
    assert str(store.faults()[0]) == FIRST_FAULT[kind]
    assert store.path.read_bytes() == DAMAGE[kind]
    store.undo(author())
    assert store.path.read_bytes() == good
    store.redo(author())
    assert store.path.read_bytes() == DAMAGE[kind]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda path: path.mkdir(), "{path} is a folder, not a store", id="folder"),
        pytest.param(
            lambda path: path.symlink_to(path.with_name("gone")),
            "{path} is a link to {path}/../gone, which does not exist",
            id="link to nothing",
        ),
    ],
)
@pytest.mark.parametrize("act", ["read", "create", "change", "undo", "faults"])
def test_what_is_no_file_is_left(tmp_path: Path, make: Callable[[Path], None], said: str, act: str) -> None:
    path = tmp_path / "tasks.toml"
    make(path)
    store = Store(path)
    acts: dict[str, Callable[[], object]] = {
        "read": store.read,
        "create": lambda: store.create(LEDGER, author()),
        "change": lambda: store.change(noted, author()),
        "undo": lambda: store.undo(author()),
        "faults": store.faults,
    }
    with pytest.raises(BadStore) as caught:
        acts[act]()
    assert caught.value.message == said.format(path=path).replace("tasks.toml/../", "")
    assert path.is_dir() or path.is_symlink()


@pytest.mark.parametrize("act", ["read", "change", "undo", "faults", "create"])
def test_a_store_without_permission(store: Store, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    real = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path == store.path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    if act == "create":
        store.path.unlink()
        monkeypatch.setattr(os, "open", _refused_open(os.open, store.path.parent))
    acts: dict[str, Callable[[], object]] = {
        "read": store.read,
        "change": lambda: store.change(noted, author()),
        "undo": lambda: store.undo(author()),
        "faults": store.faults,
        "create": lambda: store.create(LEDGER, author()),
    }
    with pytest.raises(IoFault, match=r"permission denied$"):
        acts[act]()


@pytest.mark.parametrize("act", ["change", "undo"])
@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        pytest.param("000003-{mark}.toml", Path.mkdir, "it is a folder", id="folder for a version"),
        pytest.param("000003-{mark}.toml.pilottask.tmp", Path.mkdir, "it is a folder", id="for its temporary file"),
        pytest.param("index.json", Path.mkdir, "it is a folder", id="folder for the index"),
        pytest.param("index.json.pilottask.tmp", Path.mkdir, "it is a folder", id="folder for the next index"),
        pytest.param("../tasks.toml.pilottask.tmp", Path.mkdir, "it is a folder", id="folder for the next content"),
        pytest.param("", Path.touch, "part of the path is not a folder", id="file for the folder"),
        pytest.param("", lambda path: path.symlink_to("gone"), "it is a link", id="link to nothing"),
    ],
)
def test_what_stands_in_the_place_of_a_file_of_ours_is_named(
    store: Store, name: str, make: Callable[[Path], None], reason: str, act: str
) -> None:
    store.change(noted, author())
    store.path.write_bytes(data := store.path.read_bytes() + "# 手改\n".encode())
    folder = store.path.with_name("tasks.toml.versions")
    place = Path(os.path.normpath(folder / name.format(mark=files.digest(data)[:10])))
    if place.exists():
        place.rename(store.path.with_name("away"))
    make(place)
    with pytest.raises(IoFault) as caught:
        store.undo(author()) if act == "undo" else store.change(noted, author())
    if act == "undo" and name in {"", "index.json"}:
        assert caught.value.message == f"cannot read the versions in {place}: {reason}"
    else:
        assert caught.value.message == f"cannot write {place}, so {store.path} was left as it was: {reason}"
    assert caught.value.hint == "move away what stands there; pilottask keeps files of its own in that place"
    assert store.path.read_bytes() == data
    assert not [path for path in store.path.parent.rglob("*.tmp") if path != place]


@pytest.mark.parametrize("act", ["change", "mend", "undo", "redo", "bring back", "create"])
@pytest.mark.parametrize("meanwhile", ["store", "lock", "gone"])
def test_what_another_program_does_meanwhile_is_not_overwritten(
    store: Store, monkeypatch: pytest.MonkeyPatch, act: str, meanwhile: str
) -> None:
    """As an editor that knows no lock, between our reading and our writing; or somebody who removes the lock."""
    store.change(noted, author())
    store.change(noted, author())
    store.undo(author())
    if act == "create":
        store.path.unlink()
    before = store.path.read_bytes() if act != "create" else None
    other = b"" if before is None else before.replace("实训设备采购".encode(), "实训设备买采".encode(), 1)
    write = files._write
    done: list[Path] = []

    def write_late(path: Path, *args: object, **options: object) -> os.stat_result:
        state = write(path, *args, **options)  # type: ignore[arg-type]
        if path == files.temporary_of(store.path) and not done:
            done.append(path)
            if meanwhile == "lock":
                store.path.with_name("tasks.toml.lock").unlink()
            elif meanwhile == "gone" and before is not None:
                store.path.unlink()
            else:
                store.path.write_bytes(other)
        return state

    monkeypatch.setattr(files, "_write", write_late)
    acts: dict[str, Callable[[], object]] = {
        "change": lambda: store.change(lambda ledger: factories.renamed(ledger, "二"), author()),
        "mend": lambda: store.mend(lambda ledger: factories.renamed(ledger, "二"), author()),
        "undo": lambda: store.undo(author()),
        "redo": lambda: store.redo(author()),
        "bring back": lambda: store.bring_back(1, author()),
        "create": lambda: store.create(LEDGER, author()),
    }
    with pytest.raises(Busy) as caught:
        acts[act]()
    assert caught.value.message == f"another program changed {store.path} meanwhile, so nothing was written"
    left = store.path.read_bytes() if store.path.exists() else None
    assert left == {"lock": before, "gone": other if act == "create" else None, "store": other}[meanwhile]
    assert not list(store.path.parent.rglob("*.tmp"))
    if meanwhile == "store" and act != "create":
        store.change(noted, author())
        store.undo(author())
        assert store.path.read_bytes() == other


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError, ZeroDivisionError])
def test_undo_works_whatever_reading_raises(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    good = store.path.read_bytes()
    store.path.write_bytes(b"?")

    def refuse(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(codec, "decode", refuse)
    store.undo(author())
    assert store.path.read_bytes() == good


def test_undo_puts_in_place_no_version_that_is_no_store(store: Store) -> None:
    good = store.path.read_bytes()
    store.path.write_bytes(b"[pilot")  # typed in an editor, and kept by the next two commands
    store.undo(author())
    store.redo(author())
    assert store.path.read_bytes() == b"[pilot"
    store.path.write_bytes(good + b"# mended\n")
    store.change(noted, author())
    store.undo(author())
    assert store.path.read_bytes() == good + b"# mended\n"
    step = store.undo(author())
    assert (store.path.read_bytes(), [version.n for version in step.damaged]) == (good, [2])


def test_undo_that_comes_to_no_store_leaves_the_present_one(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml")
    store.path.write_bytes(b"[pilot")
    good = toml_patch.encode(LEDGER)
    Versions(store.path).write(b"[pilot", [good], author())
    with pytest.raises(BadStore) as caught:
        store.undo(author())
    assert caught.value.message == "no version before this one is a sound store"
    assert store.path.read_bytes() == good


def test_a_store_of_the_first_pilottask_keeps_its_versions(store: Store) -> None:
    store.change(noted, author())
    folder = store.path.with_name("tasks.toml.versions")
    for version in store.versions()[0]:
        (folder / f"{version.n:06}-{version.digest[:10]}.toml").rename(folder / f"{version.n:06}.toml")
    assert store.version_faults() == []
    store.undo(author())
    assert store.read().ledger == LEDGER


def _refused_open(real: Callable[..., int], folder: Path) -> Callable[..., int]:
    def refused(path: str | Path, *args: int, **options: int) -> int:
        if str(path).startswith(f"{folder}/tasks.toml"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *args, **options)

    return refused


def test_a_layout_that_cannot_be_kept_is_said(store: Store) -> None:
    text = toml_patch.encode(LEDGER).replace(b'[pilot]\nname = "', b'pilot.name = "').decode()
    head, _blank, rest = text.partition("\n\n")
    line, _end, rest = rest.partition("\n\n")
    by_hand = f"{head}\n{line}\n\n{rest}".encode()
    store.path.write_bytes(by_hand)
    written = store.change(noted, author())
    assert written.notices == (
        "the file's layout could not be kept, so it was written anew; pilottask undo brings the old one back",
    )
    assert store.path.read_bytes() == toml_patch.encode(noted(LEDGER))
    store.undo(author())
    assert store.path.read_bytes() == by_hand


def test_comments_that_cannot_be_kept_are_said(store: Store) -> None:
    by_hand = toml_patch.encode(LEDGER).replace(b"status", b"tags = [ # x\n'a']\nstatus", 1)
    store.path.write_bytes(by_hand)
    written = store.change(lambda ledger: changes.apply(ledger, [1], lambda task: replace(task, tags=("b",))), author())
    assert written.notices == (
        "changed by hand in the file and now on record: task 1 “实训设备采购”; pilottask history ID shows it",
        "comments inside these records could not be kept: 1; the version before has them",
    )


def test_a_store_gets_the_schema_of_what_it_holds(store: Store) -> None:
    store.change(noted, author())
    assert store.path.read_bytes().startswith(b"schema = 2")
    holidays = CalendarYear(year=2027, off=tuple(date(2027, month, 1) for month in (1, 5, 10)))
    written = store.change(lambda ledger: msgspec.structs.replace(ledger, calendars=(holidays,)), author())
    assert store.path.read_bytes().startswith(b"schema = 3")
    assert written.notices == ()
    assert store.read().ledger.calendars == (holidays,)


def test_and_that_of_what_its_logs_hold(store: Store) -> None:
    store.change(noted, author())
    stamp = factories.stamp()
    store.change(lambda ledger: corrections.amend(ledger, ledger.tasks[0], 2, stamp, text="x", reason="y"), author())
    assert store.path.read_bytes().startswith(b"schema = 3")


@pytest.mark.parametrize(
    "edit",
    [
        lambda ledger: meetings.with_new(ledger, factories.meeting(time="14:30")),
        lambda ledger: changes.log_on(ledger, [1], Note(at=author().at, by="王敏", text="已到货", imported=True)),
    ],
    ids=["the time of a meeting", "progress of no day that a file told of"],
)
def test_and_that_of_fields_which_schema_2_does_not_know(store: Store, edit: Callable[[Ledger], Ledger]) -> None:
    store.change(edit, author())
    assert store.path.read_bytes().startswith(b"schema = 3")


def test_an_older_store_is_brought_up_by_the_next_write_and_keeps_its_comments(store: Store) -> None:
    old = b"# of the office\n" + store.path.read_bytes().replace(b"schema = 2\n", b"schema = 1  # first\n")
    store.path.write_bytes(old)
    assert store.read().older == 1
    assert store.path.read_bytes() == old
    written = store.change(noted, author())
    assert written.notices == ("the store was brought to the present form; the old version is kept",)
    assert store.path.read_bytes().startswith(b"# of the office\nschema = 2")
    assert store.read().older is None
    store.undo(author())
    assert store.path.read_bytes() == old


def test_a_submission_made_up_by_schema_1_leaves_the_file_with_the_next_write(store: Store) -> None:
    store.change(
        lambda ledger: changes.apply(ledger, [1], lambda task: factories.done(task, factories.stamp())), author()
    )
    sound = store.path.read_bytes()
    old = sound.replace(b"schema = 2\n", b"schema = 1\n")
    old = old.replace(b"closed = 2026-11-20\n", b"submitted = 2026-11-20\nclosed = 2026-11-20  # verified\n")
    store.path.write_bytes(old)
    store.change(lambda ledger: factories.renamed(ledger, "x"), author())
    assert b"submitted" not in store.path.read_bytes()
    assert b"closed = 2026-11-20  # verified\n" in store.path.read_bytes()
    assert [history.differences(task) for task in store.read().ledger.tasks] == [[], []]


def test_mend_takes_what_change_refuses(store: Store) -> None:
    store.path.write_bytes(DAMAGE["next id too low"])
    store.mend(lambda ledger: msgspec.structs.replace(ledger, next_id=3), author("check --fix"))
    assert store.read().ledger == LEDGER
    store.path.write_bytes(DAMAGE["duplicate id"])
    with pytest.raises(BadStore):
        store.mend(lambda ledger: ledger, author("check --fix"))
    assert store.path.read_bytes() == DAMAGE["duplicate id"]

    def renumbered(ledger: Ledger) -> Ledger:
        return msgspec.structs.replace(ledger, tasks=(ledger.tasks[0], replace(ledger.tasks[1], id=2)))

    store.mend(renumbered, author("check --fix"))
    assert store.read().ledger == LEDGER


@BOTH
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)
@given(data=st.data())
def test_any_sequence_of_changes(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    """The store holds what was last written, and undo and redo go through all of it to the exact bytes."""
    store = Store(tmp_path_factory.mktemp("store") / name)
    ledger = data.draw(strategies.ledgers())
    store.create(ledger, author())
    states = [store.path.read_bytes()]
    by_hand: list[bytes] = []  # of several edits by hand between two writes the last is the one that a write meets
    for _step in range(data.draw(st.integers(1, 5))):
        if store.syntax is Syntax.TOML and data.draw(st.booleans()):
            seed = data.draw(st.integers(0, 2**32))
            _parts, text = written(ledger, Random(seed))  # noqa: S311  no secret
            store.path.write_bytes(text.encode())
            by_hand = [text.encode()]
        new = data.draw(_next(ledger))
        new = schema.with_schema(new, new.tasks)  # as a write gives it
        assert store.change(lambda _before, to=new: to, author()).after == new  # type: ignore[misc]
        assert codec.decode(store.path.read_bytes(), store.syntax).ledger == new
        if new != ledger:
            states += [*by_hand, store.path.read_bytes()]
            by_hand = []
        ledger = new
    states += by_hand
    steps = [state for state, before in zip(states, [None, *states], strict=False) if state != before]
    for state in steps[-2::-1]:
        store.undo(author())
        assert store.path.read_bytes() == state
    for state in steps[1:]:
        store.redo(author())
        assert store.path.read_bytes() == state


@st.composite
def _next(draw: st.DrawFn, ledger: Ledger) -> Ledger:
    units = tuple(unit.name for unit in ledger.departments)
    kind = draw(st.sampled_from(["pilot", "add", "edit", "remove"]))
    if kind == "add" and units:
        return with_new(ledger, [_fresh(draw(strategies.tasks(number=ledger.next_id, units=units)))])
    if kind == "edit" and ledger.tasks:
        task = draw(st.sampled_from(ledger.tasks))
        return changes.with_tasks(ledger, [draw(strategies.tasks(number=task.id, units=units))])
    found = {finding.task for inspection in ledger.inspections for finding in inspection.findings}
    found |= {one.task for one in ledger.instructions if one.task is not None}
    removable = [task.id for task in ledger.tasks if task.id not in found]
    if kind == "remove" and removable:
        fewer = changes.without(msgspec.structs.replace(ledger, sheets=()), [draw(st.sampled_from(removable))])
        return msgspec.structs.replace(fewer, sheets=ledger.sheets)
    return msgspec.structs.replace(ledger, pilot=draw(strategies.pilots))


def _fresh(task: Task) -> Task:
    return replace(task, uid=f"u{task.id}")
