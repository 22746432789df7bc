"""Parsed copies: never another store's, never damaged, few and private; looked into, and never what is written."""

import errno
import os
import threading
from collections.abc import Callable, Sequence
from io import FileIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
import strategies
from pilottask.base.errors import Busy, UsageFault
from pilottask.ledger import changes
from pilottask.ledger.records import Department, Ledger, Task
from pilottask.ledger.tasks import Tasks
from pilottask.store import cache, codec, files, toml_patch, versions
from pilottask.store.cache import Blocks, Cache, Copy
from pilottask.store.reader import Author, Snapshot
from pilottask.store.store import Store
from pilottask.store.syntax import Syntax

AUTHOR = Author(factories.at("2026-11-20"), "王敏", "note", "test")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every store for worth a copy."""
    monkeypatch.setattr(cache, "_WORTHWHILE", 0)


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Mark a file by what it holds and by how many marks are in the list, as if no time of change were too fresh."""
    known: list[int] = []
    monkeypatch.setattr(files, "mark", lambda path, **_of: (path.stat().st_size, len(known)))
    return known


def copies(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def ending(folder: Path, end: str) -> Path:
    (path,) = folder.glob(f"*{end}")
    return path


def ledger(name: str = "试点") -> Ledger:
    return factories.ledger(factories.task(), name=name)


def not_parsed() -> Sequence[Task]:
    raise AssertionError


def copy(kept: Cache, digest: str = "key") -> Copy | None:
    return kept.get(digest, parse=not_parsed)


def of_copy(kept: Cache, digest: str = "key") -> Ledger:
    found = copy(kept, digest)
    assert found is not None
    return found[0]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
@given(strategies.ledgers())
def test_a_copy_is_the_ledger_times_and_offsets_and_all(tmp_path_factory: pytest.TempPathFactory, full: Ledger) -> None:
    kept = Cache(tmp_path_factory.mktemp("cache"))
    kept.put("key", full, size=1)
    found = of_copy(kept)
    assert found == full
    assert toml_patch.encode(found) == toml_patch.encode(full)  # equal times can have different offsets


def test_a_copy_spares_parsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    first = store.read()

    def refused(*_args: object, **_options: object) -> None:
        raise AssertionError

    monkeypatch.setattr(codec, "decode", refused)
    again = store.read()
    assert (again.data, again.ledger, again.copied) == (first.data, first.ledger, True)


def test_a_write_keeps_a_copy_of_what_it_wrote(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR)
    assert store.read().ledger == codec.decode(store.path.read_bytes(), Syntax.TOML).ledger == ledger("二")


def test_a_read_after_any_write_parses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger("一"), AUTHOR)
    store.read()
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR)
    store.mend(lambda before: factories.renamed(before, "三"), AUTHOR)
    monkeypatch.setattr(codec, "decode", None)
    assert store.read().ledger == ledger("三")
    for name in ("二", "一"):
        store.undo(AUTHOR)
        assert store.read().ledger == ledger(name)
    store.redo(AUTHOR)
    assert store.read().ledger == ledger("二")


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
@given(st.lists(st.sampled_from(["same size", "by hand", "change", "undo", "damage", "swap", "json"]), max_size=8))
def test_a_store_edited_behind_its_back(
    tmp_path_factory: pytest.TempPathFactory, marks: list[int], edits: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = Store(folder / "tasks.toml", cache=Cache(folder / "cache"))
    store.create(ledger("0"), AUTHOR)
    for place, edit in enumerate(edits):
        name = str(place % 10)
        stat = store.path.stat()
        match edit:
            case "same size":
                store.path.write_bytes(
                    store.path.read_bytes().replace(b'name = "', b'name = "' + name.encode())[:-1] + b" "
                )
                store.path.write_bytes(toml_patch.encode(ledger(name)))
            case "by hand":
                store.path.write_bytes(store.path.read_bytes() + b"# x\n")
            case "change":
                _renamed(store, name + "变")
            case "undo" if store.versions()[0][1:]:
                _undone(store)
            case "damage":
                for copy in copies(folder / "cache") if (folder / "cache").exists() else []:
                    copy.write_bytes(copy.read_bytes()[: place * 40])
            case "swap":
                found = copies(folder / "cache") if (folder / "cache").exists() else []
                for one, other in pairwise(found):
                    other.write_bytes(one.read_bytes()[:4] + other.read_bytes()[4:])
            case _:
                pass
        os.utime(store.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        marks.append(1)
        data = store.path.read_bytes()
        looks = [store.look().ledger for _time in range(3)]  # a copy is made, then noted, then believed unread
        assert looks == [codec.decode(data, Syntax.TOML).ledger] * 3
        assert store.read().data == data


def _renamed(store: Store, name: str) -> None:
    store.change(lambda before: factories.renamed(before, name), AUTHOR)


def _undone(store: Store) -> None:
    versions, present = store.versions()
    if present != versions[0]:
        store.undo(AUTHOR)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _data: b"", id="empty"),
        pytest.param(lambda data: data[:-1], id="cut"),
        pytest.param(lambda data: data[:40] + b"X" + data[41:], id="a byte changed"),
        pytest.param(lambda _data: b"garbage", id="garbage"),
    ],
)
@pytest.mark.parametrize("end", [".ledger", ".lines"])
def test_a_damaged_copy_is_none(tmp_path: Path, damage: Callable[[bytes], bytes], end: str) -> None:
    kept = Cache(tmp_path)
    kept.put("key", ledger(), size=1)
    copy = ending(tmp_path, end)
    copy.write_bytes(damage(copy.read_bytes()))
    assert (found := kept.get("key", parse=lambda: ledger().tasks)) is None or found[0] == ledger()
    kept.put("key", ledger(), size=1)
    assert of_copy(kept) == ledger()


@pytest.mark.parametrize("place", range(1, 1200, 37))
@pytest.mark.parametrize("end", [".ledger", ".lines"])
def test_a_copy_with_any_byte_changed_says_nothing_wrong(tmp_path: Path, place: int, end: str) -> None:
    kept = Cache(tmp_path)
    full = factories.ledger(*(factories.task(id=number) for number in range(1, 4)))
    kept.put("key", full, size=1)
    path = ending(tmp_path, end)
    data = bytearray(path.read_bytes())
    data[-place % len(data)] ^= 1
    path.write_bytes(data)
    found = kept.get("key", parse=lambda: full.tasks)
    assert found is None or found[0] == full


def test_a_damaged_line_is_parsed_and_others_are_not(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    full = factories.ledger(*(factories.task(id=number) for number in range(1, 21)))
    kept.put("key", full, size=1)
    path = ending(tmp_path, ".lines")
    path.write_bytes(path.read_bytes()[:-9] + b"X" + path.read_bytes()[-8:])
    parsed: list[bool] = []

    def parse() -> Sequence[Task]:
        parsed.append(True)
        return full.tasks

    found = kept.get("key", parse=parse)
    assert found is not None
    assert (found[0].tasks[0], parsed) == (full.tasks[0], [])
    assert (found[0].tasks[-1], parsed) == (full.tasks[-1], [True])


def test_a_copy_that_went_away_meanwhile_is_parsed(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put("key", ledger(), size=1)
    found = kept.get("key", parse=lambda: ledger().tasks)
    kept.clear()
    assert found is not None
    assert found[0] == ledger()


def is_believed(kept: Cache) -> bool:
    """Tell whether copy and note are believed, and the line is decoded, not parsed."""
    parsed: list[bool] = []

    def parse() -> Sequence[Task]:
        parsed.append(True)
        return ledger().tasks

    found = kept.get("key", parse=parse)
    assert found is None or found[0] == ledger()
    return found is not None and not parsed and kept.digest_of(MARK) == "key"


MARK: files.Mark = (1, 2, 3, 4, 5)
ENDS = [".ledger", ".lines", ".note"]


@pytest.mark.parametrize("end", ENDS)
def test_only_the_user_s_own_file_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    kept = Cache(tmp_path)
    kept.put("key", ledger(), size=1)
    kept.note(MARK, "key")
    path = ending(tmp_path, end)
    for mode in (0o640, 0o606, 0o620):
        path.chmod(mode)
        assert not is_believed(kept)
    path.chmod(0o600)
    assert is_believed(kept)
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: 12345)
        assert not is_believed(kept)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert not is_believed(kept)
    path.unlink()
    path.mkdir()
    assert not is_believed(kept)


@pytest.mark.parametrize("end", ENDS)
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path, end: str) -> None:
    kept = Cache(tmp_path)
    kept.put("key", ledger(), size=1)
    kept.note(MARK, "key")
    path = ending(tmp_path, end)
    path.unlink()
    os.mkfifo(path, 0o600)
    found: list[bool] = []
    reader = threading.Thread(target=lambda: found.append(is_believed(kept)), daemon=True)
    reader.start()
    reader.join(20)
    assert found == [False]


def test_a_pipe_in_the_place_of_lines_is_not_written_to(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put("key", ledger(), size=1)
    found = of_copy(kept)
    path = ending(tmp_path, ".lines")
    path.unlink()
    os.mkfifo(path, 0o600)
    after = changes.with_tasks(found, [factories.task(title="改")])
    writer = threading.Thread(target=lambda: kept.put("next", after, size=1), daemon=True)
    writer.start()
    writer.join(20)
    assert not writer.is_alive()
    assert copy(kept, "next") is None


def test_copies_are_private_and_few(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "cache"
    kept = Cache(folder)
    folder.parent.mkdir()
    for number in range(8):
        kept.put(str(number), ledger(), size=1)
        kept.note((number,), str(number))
        for path in [path for path in copies(folder) if path.stat().st_mtime > len("01234567")]:
            os.utime(path, (number, number))
    kept.put("9", ledger(), size=1)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in copies(folder)} == {0o600}
    assert [path.name[0] for path in copies(folder) if path.suffix == ".ledger"] == ["5", "6", "7", "9"]
    assert [path.name for path in copies(folder) if path.suffix == ".note"] == [f"{n}.ledger.note" for n in "4567"]
    assert of_copy(kept, "5") == ledger()
    assert len(copies(folder)) == 12


def test_what_a_killed_process_left_goes_with_the_next_copy(tmp_path: Path) -> None:
    left = tmp_path / "x-1.ledger.pilottask.tmp"
    left.write_bytes(b"half")
    other = tmp_path / "not ours"
    other.write_bytes(b"x")
    os.utime(other, (0, 0))
    Cache(tmp_path).put("key", ledger(), size=1)
    assert not left.exists()
    assert other.exists()


def test_what_a_full_disk_has_left_is_not_taken_by_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    class Full(FileIO):
        def write(self, lines: Any) -> int:  # noqa: ANN401  what can be written
            return super().write(memoryview(lines)[1:])

    kept = Cache(tmp_path)
    kept.put("1", ledger(), size=1)
    with monkeypatch.context() as patched:
        patched.setattr(files, "replace", full)
        kept.put("2", ledger(), size=1)
    assert copies(tmp_path) == []

    kept.put("1", ledger(), size=1)
    with monkeypatch.context() as patched:
        patched.setattr(cache, "FileIO", Full)
        kept.put("2", ledger(), size=1)
    assert copies(tmp_path) == []


def test_a_small_store_gets_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_WORTHWHILE", 100)
    kept = Cache(tmp_path / "cache")
    kept.put("key", ledger(), size=99)
    assert not (tmp_path / "cache").exists()
    assert kept.get("key", parse=not_parsed) is None


@pytest.mark.parametrize("made", ["file", "nothing"])
def test_a_folder_that_cannot_be_used_does_no_harm(tmp_path: Path, made: str) -> None:
    folder = tmp_path / "cache"
    if made == "file":
        folder.write_bytes(b"")
    store = Store(tmp_path / "tasks.toml", cache=Cache(folder / "deeper"))
    if made == "nothing":
        folder.mkdir(mode=0o500)
    store.create(ledger(), AUTHOR)
    assert store.read().ledger == ledger()


def test_an_upgraded_store_gets_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.path.write_bytes(toml_patch.encode(ledger()))
    decoded = codec.Decoded(ledger(), older=1)
    monkeypatch.setattr(codec, "decode", lambda *_args: decoded)
    assert store.read().older == 1
    assert not (tmp_path / "cache").exists()


def test_what_is_not_looked_at_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Cache(tmp_path)
    full = factories.ledger(*(factories.task(id=number) for number in range(1, 1001)))
    kept.put("key", full, size=1)
    decoded: list[int] = []
    real = cache._Lines._decode

    def counted(self: cache._Lines, places: Sequence[int]) -> list[Task]:
        decoded.extend(places)
        return real(self, places)

    monkeypatch.setattr(cache._Lines, "_decode", counted)
    found = of_copy(kept)
    after = changes.with_new(changes.with_tasks(found, [factories.task(id=500, title="改")]), [factories.task()])
    kept.put("next", after, size=1)
    again = of_copy(kept, "next")
    assert [again.tasks[place].title for place in (499, 498)] == ["改", full.tasks[498].title]
    assert len(again.tasks) == 1001
    assert decoded == [499, 498]
    assert again == changes.with_new(changes.with_tasks(full, [factories.task(id=500, title="改")]), [factories.task()])


def with_title(full: Ledger, number: int, title: str) -> Ledger:
    return changes.with_tasks(full, [factories.task(id=number, title=title)])


def test_lines_of_what_changed_are_put_behind_the_others(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    full = factories.ledger(*(factories.task(id=number) for number in range(1, 101)))
    kept.put("0", full, size=1)
    before = ending(tmp_path, ".lines").read_bytes()
    kept.put("1", with_title(of_copy(kept, "0"), 7, "改"), size=1)
    after = ending(tmp_path, ".lines").read_bytes()
    assert after.startswith(before)
    assert after.removeprefix(before) == msgspec.json.encode(factories.task(id=7, title="改")) + b"\n"
    assert of_copy(kept, "0") == full
    assert of_copy(kept, "1") == with_title(full, 7, "改")


def test_two_who_write_after_one_copy_have_each_their_own(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    full = factories.ledger(*(factories.task(id=number) for number in range(1, 101)))
    kept.put("0", full, size=1)
    one, other = of_copy(kept, "0"), of_copy(kept, "0")
    kept.put("1", with_title(one, 7, "甲"), size=1)
    kept.put("2", with_title(other, 8, "乙之长"), size=1)
    assert of_copy(kept, "1") == with_title(full, 7, "甲")
    assert of_copy(kept, "2") == with_title(full, 8, "乙之长")


def test_lines_are_written_anew_where_most_are_old(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    full = factories.ledger(*(factories.task(id=number) for number in range(1, 6)))
    kept.put("0", full, size=1)
    for number in range(1, 20):
        full = with_title(full, 3, f"第{number}次")
        kept.put(str(number), with_title(of_copy(kept, str(number - 1)), 3, f"第{number}次"), size=1)
        assert of_copy(kept, str(number)) == full
    lines = sum(len(msgspec.json.encode(task)) + 1 for task in full.tasks)
    assert max(path.stat().st_size for path in tmp_path.glob("*.lines")) < 3.5 * lines


STAMP = changes.Stamp(AUTHOR.at, AUTHOR.by)


def _noted(ledger: Ledger, number: int) -> Ledger:
    place = number % len(ledger.tasks)
    return changes.apply(ledger, [ledger.tasks[place].id], lambda task: changes.note(task, STAMP, text=f"第{number}条"))


def _added(ledger: Ledger, number: int) -> Ledger:
    return changes.with_new(ledger, [factories.task(uid=f"t{ledger.next_id:012x}", title=f"新任务{number}")])


def _without_one(ledger: Ledger, number: int) -> Ledger:
    gone = ledger.tasks[number % len(ledger.tasks)].id
    return changes.without(ledger, [gone]) if len(ledger.tasks) > 1 else ledger


def _with_unit(ledger: Ledger, number: int) -> Ledger:
    unit = Department(name=f"新单位{number}之{len(ledger.departments)}")
    return msgspec.structs.replace(ledger, departments=(*ledger.departments, unit))


_EDITS: dict[str, Callable[[Ledger, int], Ledger]] = {
    "note": _noted,
    "add": _added,
    "add and note": lambda ledger, number: _noted(_added(ledger, number), number),
    "remove": _without_one,
    "unit": _with_unit,
    "name": lambda ledger, number: factories.renamed(ledger, f"名称{number}"),
}
_BY_HAND: dict[str, Callable[[bytes], bytes]] = {
    "title": lambda data: data.replace("设备".encode(), "器材".encode(), 1),
    "comment": lambda data: data.replace(b"\n[[task]]", "\n# 手写\n[[task]]".encode(), 1),
    "no blank lines": lambda data: data.replace(b"\n\n[[task]]", b"\n[[task]]"),
    "windows": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "end": lambda data: data.rstrip(b"\r\n"),
}
_TO_COPIES = ("lose", "forge", "damage")


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from([*_EDITS, *_BY_HAND, "undo", *_TO_COPIES]), st.integers(0, 30)),
        min_size=1,
        max_size=10,
    ),
    st.sampled_from(["toml", "json"]),
)
def test_with_copies_the_same_bytes_are_written_as_without(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int]], ending: str
) -> None:
    folder = tmp_path_factory.mktemp("stores")
    (folder / "plain").mkdir()
    store = Store(folder / f"tasks.{ending}", cache=Cache(folder / "cache"))
    plain = Store(folder / "plain" / f"tasks.{ending}")
    full = factories.ledger(*(factories.task(id=number, uid=f"u{number}") for number in range(1, 6)))
    for one in (store, plain):
        one.create(full, AUTHOR)
    forged = False
    for edit, number in edits:
        if edit in _TO_COPIES:
            forged |= edit == "forge"
            _to_copies(store, edit, number)
        else:
            _to_store(store, edit, number)
            _to_store(plain, edit, number)
        assert store.path.read_bytes() == plain.path.read_bytes()
        if not forged:
            _check_copy(store)


def _to_store(store: Store, edit: str, number: int) -> None:
    if edit in _EDITS:
        store.change(lambda before: _EDITS[edit](before, number), AUTHOR, seen=store.read())
    elif edit == "undo":
        _undone(store)
    elif store.path.suffix == ".toml":
        store.path.write_bytes(_BY_HAND[edit](store.path.read_bytes()))


def _to_copies(store: Store, edit: str, number: int) -> None:
    if edit == "lose":
        store.cache.clear()
    elif edit == "forge":
        _forge(store)
    else:
        for path in (store.path.parent / "cache").glob("*"):
            data = bytearray(path.read_bytes())
            data[number * len(data) // 31] ^= 1
            path.write_bytes(data)


def _check_copy(store: Store) -> None:
    seen = store.read()
    assert seen.ledger == codec.decode(seen.data, store.syntax).ledger
    if seen.blocks is not None:
        known = toml_patch.Cut(seen.data, seen.ledger).known
        assert (seen.blocks.kinds, list(seen.blocks.places)) == (known.kinds, list(known.places))


def _forge(store: Store) -> None:
    """Put a copy in the place of the store's that is sound in itself, and says something else of every task."""
    seen = store.read()
    wrong = tuple(msgspec.structs.replace(task, title="假的", owner="假的") for task in seen.ledger.tasks)
    key = store._key(seen.digest)
    store.cache.put(key, msgspec.structs.replace(seen.ledger, tasks=wrong), size=1, blocks=seen.blocks)


@pytest.mark.parametrize("ending", ["toml", "json"])
def test_a_forged_copy_is_never_written(tmp_path: Path, ending: str) -> None:
    store = Store(tmp_path / f"tasks.{ending}", cache=Cache(tmp_path / "cache"))
    store.create(factories.ledger(*(factories.task(id=number, uid=f"u{number}") for number in (1, 2))), AUTHOR)
    _forge(store)
    assert store.read().ledger.tasks[1].title == "假的"
    store.change(lambda before: _noted(before, 1), AUTHOR)
    assert "假的" not in store.path.read_text(encoding="utf-8")
    assert "第1条" in store.path.read_text(encoding="utf-8")
    store.cache.clear()
    assert {task.title for task in store.read().ledger.tasks} == {factories.task().title}


def test_a_forged_copy_with_wrong_places_is_never_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(factories.ledger(*(factories.task(id=number, uid=f"u{number}") for number in (1, 2, 3))), AUTHOR)
    store.change(lambda before: _noted(before, 1), AUTHOR)
    seen = store.read()
    assert seen.blocks is not None
    wrong = Blocks(seen.blocks.kinds, [*seen.blocks.places[:-1], seen.blocks.places[-1] + 9])
    store.cache.put(store._key(seen.digest), seen.ledger, size=1, blocks=wrong)
    after = store.change(lambda before: _noted(_added(before, 2), 2), AUTHOR).after
    assert codec.decode(store.path.read_bytes(), store.syntax).ledger == after


def test_an_id_or_uid_taken_in_a_copy_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(factories.ledger(*(factories.task(id=number, uid=f"u{number}") for number in (1, 2, 3))), AUTHOR)
    store.read()
    assert isinstance(store.read().ledger.tasks, Tasks)
    with pytest.raises(UsageFault, match="uid"):
        store.change(lambda before: changes.with_new(before, [factories.task(uid="u2")]), AUTHOR)
    with pytest.raises(UsageFault, match="next_id"):
        store.change(lambda before: msgspec.structs.replace(before, next_id=3), AUTHOR)


def test_a_file_is_read_once_where_it_is_surely_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    os.utime(store.path, ns=(1, 1_700_000_000_123_456_789))
    monkeypatch.setattr(files, "_TICKS", -(10**12))  # as if it had been changed long ago
    seen = store.read()
    read: list[Path] = []
    real = Path.read_bytes

    def counted(path: Path) -> bytes:
        read.append(path)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR, seen=seen)
    assert store.path not in read
    seen = store.read()
    store.path.write_bytes(real(store.path).replace("二".encode(), "三".encode()))
    store.change(lambda before: factories.renamed(before, f"{before.pilot.name}四"), AUTHOR, seen=seen)
    assert store.read().ledger.pilot.name == "三四"


def test_a_file_just_changed_or_without_a_sure_time_has_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    assert files.mark(path) is None
    os.utime(path, ns=(1, 1_700_000_000_000_000_000))
    assert files.mark(path) is None  # a file system with coarse times may have given it


def test_a_file_written_before_it_was_last_changed_has_one_at_once(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    before = files.mark(path)
    assert before is not None
    assert files.mark(path, of=path.stat()) == before
    path.write_bytes(b"y")
    os.utime(path, ns=(1, 1_700_000_000_123_456_790))
    assert files.mark(path) != before


def test_a_file_that_another_took_the_place_of_has_no_mark_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    monkeypatch.setattr(files, "_TICKS", -(10**12))  # as if it had been changed long ago
    monkeypatch.setattr(files, "_COARSE", 10**30)  # none is a multiple of it
    first, second = files.replace(path, b"x"), files.replace(path, b"x")
    assert files.mark(path, of=first) is None
    assert files.mark(path, of=second) is not None
    os.utime(path, ns=(1, second.st_mtime_ns + 1))
    assert files.mark(path, of=second) is None


def test_a_store_that_surely_did_not_change_is_not_read_to_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marks: list[int]
) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    store.look()
    store.look()  # a copy that is found is noted
    with monkeypatch.context() as patch:
        patch.setattr(files, "read_marked", None)
        assert store.look().ledger == ledger()
    store.path.write_bytes(store.path.read_bytes().replace("试点".encode(), "示范".encode()))
    marks.append(1)
    assert store.look().ledger == ledger("示范")


@pytest.mark.usefixtures("marks")
def test_what_was_not_read_is_read_before_it_is_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger("一"), AUTHOR)
    store.look()
    store.look()
    seen = store.look()
    assert not isinstance(seen, Snapshot)
    store.path.write_bytes(store.path.read_bytes().replace("一".encode(), "三".encode()))  # and bears the same mark
    store.change(lambda before: factories.renamed(before, f"{before.pilot.name}四"), AUTHOR, seen=seen)
    assert store.read().ledger.pilot.name == "三四"


@pytest.mark.usefixtures("marks")
def test_a_store_that_is_read_for_a_damaged_line_and_changed_meanwhile_is_not_mixed_with_its_copy(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    store.look()
    store.look()
    seen = store.look()
    store.cache.clear()
    store.path.write_bytes(store.path.read_bytes() + b"# x\n")
    with pytest.raises(Busy, match="changed"):
        list(seen.ledger.tasks)


def test_a_store_can_refuse_copies(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    store = Store(tmp_path / "tasks.toml", cache=Cache(folder))
    store.create(ledger(), AUTHOR)
    store.read()
    assert sorted(path.suffix for path in copies(folder)) == [".ledger", ".lines"]
    off = factories.pilot(cache=False)
    store.change(lambda before: msgspec.structs.replace(before, pilot=off), AUTHOR)
    assert copies(folder) == []
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR)
    assert store.read().ledger.pilot.name == "二"
    assert copies(folder) == []


def test_without_a_folder_there_is_nothing_to_clear() -> None:
    Cache(None).clear()
    Cache(lambda: None).clear()


@pytest.fixture
def digested(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Bytes whose digest was worked out."""
    taken: list[bytes] = []
    real = files.digest

    def counted(*parts: bytes) -> str:
        taken.append(b"".join(parts))
        return real(*parts)

    monkeypatch.setattr(files, "digest", counted)
    monkeypatch.setattr(versions, "digest", counted)
    return taken


def test_a_digest_is_worked_out_once(tmp_path: Path, digested: list[bytes]) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    seen = store.read()
    digested.clear()
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR, seen=seen)
    assert digested == [store.path.read_bytes()]


@pytest.mark.usefixtures("marks")
def test_what_was_written_is_known_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digested: list[bytes]
) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger("一"), AUTHOR)
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR)
    digested.clear()
    with monkeypatch.context() as patch:
        patch.setattr(files, "read_marked", None)
        seen = store.look()
    assert seen.ledger == ledger("二")
    store.change(lambda before: factories.renamed(before, "三"), AUTHOR, seen=seen)
    assert digested == [store.path.read_bytes()]
