"""Kill syncs at any moment, or take the remote away: the next ones come to one list, with all that was done.

By hand: `python tests/stress/sync.py --count 200`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

from stress.office import kill_by_hand

_CLERKS: Final = ("王敏", "李强", "张三")
_SECONDS: Final = 1.2
"""The longest that a sync is let run before it is killed; most are done by then."""


def pilottask(store: Path, *words: str, by: str, kill_after: float | None = None) -> int:
    """Run a command, killed after some seconds where that is asked for; return its exit code, negative by a signal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "GIT_"))}
    env = kept | {"HOME": str(store.parent.parent), "PILOTTASK_USER": by, "PILOTTASK_LANG": "en"}
    command = [sys.executable, "-m", "pilottask", "--store", str(store), *words]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as running:
        if kill_after is not None:
            time.sleep(kill_after)
            os.killpg(running.pid, signal.SIGKILL)  # with the git that it started
        return running.wait()


def run(folder: Path, count: int) -> Counter[str]:
    """Kill `count` syncs of three clerks; return how they ended. Raises AssertionError where anything was lost."""
    remote = folder / "share.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    stores = {by: folder / by / "tasks.toml" for by in _CLERKS}
    first, *others = stores.values()
    assert pilottask(first, "init", "--name", "麒麟区", by=_CLERKS[0]) == 0
    assert pilottask(first, "add", "共有", "-d", "教体局", "--new-department", by=_CLERKS[0]) == 0
    assert pilottask(first, "sync", str(remote), by=_CLERKS[0]) == 0
    for by, store in stores.items():
        assert pilottask(store, "sync", str(remote), by=by) == 0
    done: list[str] = []
    outcomes: Counter[str] = Counter()
    for turn in range(count):
        for by, store in stores.items():
            text = f"{by}{turn}"
            if pilottask(store, *_act(turn, text), by=by) == 0:
                done.append(text)
            pilottask(store, *random.choice(_others(turn, folder)), by=by)  # noqa: S311  no secret
        by = random.choice(_CLERKS)  # noqa: S311  no secret
        code = pilottask(stores[by], "sync", by=by, kill_after=random.uniform(0.1, _SECONDS))  # noqa: S311
        outcomes["killed" if code < 0 else f"exit {code}"] += 1
        if turn % 10 == 9:
            remote.rename(folder / "away.git")
            assert pilottask(stores[by], "sync", by=by) == 7
            (folder / "away.git").rename(remote)
    for by in (*_CLERKS, *_CLERKS):
        assert pilottask(stores[by], "sync", by=by) == 0
    assert {store.read_bytes() for store in others} == {first.read_bytes()}
    held = first.read_text(encoding="utf-8")
    assert [text for text in done if held.count(f'"{text}"') != 1] == []
    for by, store in stores.items():
        assert pilottask(store, "check", by=by) == 0
    return outcomes


def _act(turn: int, text: str) -> tuple[str, ...]:
    return ("add", text, "-d", "教体局") if turn % 2 else ("note", "1", text)


def _others(turn: int, folder: Path) -> list[tuple[str, ...]]:
    """Return commands of all kinds, of which some are refused."""
    text, file = f"别{turn}", folder / "scan.txt"
    file.write_text(str(turn % 7), encoding="utf-8")
    return [
        ("config", "soon_days", str(turn % 9)),
        ("config", "soon_days", "3"),
        ("meeting", "add", text),
        ("meeting", "edit", "1", "--place", text),
        ("meeting", "rm", "1", "--yes"),
        ("edit", "1", "--owner", text),
        ("raise", "1", text),
        ("step", "add", "1", text, "--due", "12-20"),
        ("extend", "1", "+7d", "--reason", text),
        ("attach", "1", str(file)),
        ("notice", "--within", "99", "--output", str(folder / "slip.txt")),
        ("report", "--issue", "--output", str(folder / "sheet.txt")),
        ("dept", "edit", "教体局", "--contact", text),
        ("dept", "add", text),
        ("instruct", text, "--leader", "王局长", "--task", "1"),
        ("round", "open", "--title", text),
        ("start", "1"),
        ("close", "1"),
        ("void", "1", "2", "--reason", text),
    ]


if __name__ == "__main__":
    kill_by_hand(run, __doc__)
