"""Parsed copies: never another store's, never damaged, few and private."""

import os
import zlib
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
import strategies
from pilottask.ledger import history
from pilottask.ledger.records import Ledger, Status, Task
from pilottask.store import cache, codec, files, toml_patch, versions
from pilottask.store.cache import Cache, Copy, Due
from pilottask.store.store import Author, Store
from pilottask.store.syntax import Syntax

AUTHOR = Author(factories.at("2026-11-20"), "王敏", "note", "test")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every store for worth a copy."""
    monkeypatch.setattr(cache, "_WORTHWHILE", 0)


def copies(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def ledger(name: str = "试点") -> Ledger:
    return factories.ledger(factories.task(), name=name)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
@given(strategies.ledgers())
def test_a_copy_is_the_ledger_times_and_offsets_and_all(tmp_path_factory: pytest.TempPathFactory, full: Ledger) -> None:
    kept = Cache(tmp_path_factory.mktemp("cache"))
    kept.put("key", full, size=1)
    found = kept.get("key", size=1)
    assert found == Copy(full, history.last_day(full.tasks))
    assert toml_patch.encode(found.ledger) == toml_patch.encode(full)  # equal times can have different offsets


def test_a_copy_spares_parsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    first = store.read()

    def refused(*_args: object, **_options: object) -> None:
        raise AssertionError

    monkeypatch.setattr(codec, "decode", refused)
    assert store.read() == first


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
def test_a_store_edited_behind_its_back(tmp_path_factory: pytest.TempPathFactory, edits: list[str]) -> None:
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
        data = store.path.read_bytes()
        assert store.read().ledger == codec.decode(data, Syntax.TOML).ledger
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
def test_a_damaged_copy_is_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    kept = Cache(tmp_path)
    kept.put("key", ledger(), size=1)
    (copy,) = copies(tmp_path)
    copy.write_bytes(damage(copy.read_bytes()))
    assert kept.get("key", size=1) is None
    kept.put("key", ledger(), size=1)
    assert kept.get("key", size=1) == Copy(ledger(), history.last_day(ledger().tasks))


def test_a_copy_with_the_right_checksum_but_another_form_is_none(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put("key", ledger(), size=1)
    (copy,) = copies(tmp_path)
    payload = copy.read_bytes()[4:].replace(b'"title"', b'"tiTle"')
    copy.write_bytes(zlib.crc32(payload).to_bytes(4, "big") + payload)
    assert kept.get("key", size=1) is None


def test_copies_are_private_and_few(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "cache"
    kept = Cache(folder)
    folder.parent.mkdir()
    for number in range(8):
        kept.put(str(number), ledger(), size=1)
        os.utime(next(path for path in copies(folder) if path.name.startswith(f"{number}-")), (number, number))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in copies(folder)} == {0o600}
    assert [path.name[0] for path in copies(folder)] == ["4", "5", "6", "7"]


def test_what_a_killed_process_left_goes_with_the_next_copy(tmp_path: Path) -> None:
    left = tmp_path / "x-1.ledger.pilottask.tmp"
    left.write_bytes(b"half")
    other = tmp_path / "not ours"
    other.write_bytes(b"x")
    os.utime(other, (0, 0))
    Cache(tmp_path).put("key", ledger(), size=1)
    assert not left.exists()
    assert other.exists()


def test_a_small_store_gets_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_WORTHWHILE", 100)
    kept = Cache(tmp_path / "cache")
    kept.put("key", ledger(), size=99)
    assert not (tmp_path / "cache").exists()
    assert kept.get("key", size=99) is None


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


NEAR = Due(factories.day("2026-11-20"), frozenset({Status.TODO, Status.DOING}))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
@given(strategies.ledgers(), st.dates(), st.frozensets(st.sampled_from(Status)))
def test_part_of_a_copy_has_the_tasks_asked_for_in_their_order(
    tmp_path_factory: pytest.TempPathFactory, full: Ledger, until: date, statuses: frozenset[Status]
) -> None:
    kept = Cache(tmp_path_factory.mktemp("cache"))
    kept.put("key", full, size=1)
    part = kept.get("key", size=1, only=Due(until, statuses))
    asked = tuple(task for task in full.tasks if _first_day(task) <= until and task.status in statuses)
    assert part == Copy(msgspec.structs.replace(full, tasks=asked), history.last_day(full.tasks))


def test_a_part_is_never_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    far = factories.task(id=2, due="2027-01-01")
    store.create(factories.ledger(factories.task(due="2026-11-01"), far), AUTHOR)
    store.read()
    part = store.read(NEAR)
    assert [task.id for task in part.ledger.tasks] == [1]
    written = store.change(lambda before: factories.renamed(before, "二"), AUTHOR, seen=part)
    assert [task.id for task in written.after.tasks] == [1, 2]
    assert far in store.read().ledger.tasks


def test_only_what_is_asked_for_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Cache(tmp_path)
    tasks = [factories.task(id=number, due="2026-11-01" if number % 10 else "2027-01-01") for number in range(1, 1001)]
    kept.put("key", factories.ledger(*tasks), size=1)
    chosen: list[bytes] = []
    real = cache._choose

    def noted(*given: Any) -> bytes:  # noqa: ANN401  passed on
        chosen.append(real(*given))
        return chosen[-1]

    monkeypatch.setattr(cache, "_choose", noted)
    late = Due(factories.day("2026-11-20"), frozenset(Status))
    part = kept.get("key", size=1, only=late)
    assert part is not None
    assert len(part.ledger.tasks) == len(chosen[0].split(b"\n")) == 900


def test_a_store_can_refuse_copies(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    store = Store(tmp_path / "tasks.toml", cache=Cache(folder))
    store.create(ledger(), AUTHOR)
    store.read()
    assert len(copies(folder)) == 1
    off = factories.pilot(cache=False)
    store.change(lambda before: msgspec.structs.replace(before, pilot=off), AUTHOR)
    assert copies(folder) == []
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR)
    assert store.read().ledger.pilot.name == "二"
    assert copies(folder) == []


def test_without_a_folder_there_is_nothing_to_clear() -> None:
    Cache(None).clear()
    Cache(lambda: None).clear()


def test_a_digest_is_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "tasks.toml", cache=Cache(tmp_path / "cache"))
    store.create(ledger(), AUTHOR)
    seen = store.read()
    taken: list[bytes] = []
    real = files.digest

    def counted(data: bytes) -> str:
        taken.append(data)
        return real(data)

    monkeypatch.setattr(files, "digest", counted)
    monkeypatch.setattr(versions, "digest", counted)
    store.change(lambda before: factories.renamed(before, "二"), AUTHOR, seen=seen)
    assert taken == [store.path.read_bytes()]


def _first_day(task: Task) -> date:
    """Return the first day on which something of the task is due, the last there is where nothing is."""
    steps = [step.due for step in history.steps(task) if step.done is None]
    return min([*steps, *([task.due] if task.due else [])], default=date.max)
