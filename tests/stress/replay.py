"""Commands in any order, on any day, with undo and redo among them: the past is what the commands still standing made.

By hand: `python tests/stress/replay.py --count 300`.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import factories
from pilottask import session
from pilottask.history import ledger_as_of
from pilottask.model import Ledger, LogEntry, Status, Task
from pilottask.store.store import Store
from stress.fuzz import alone, ran_here
from stress.office import UNIT, author

_FIELDS: Final = tuple(name for name in Task.__struct_fields__ if name not in {"status", "submitted", "closed", "log"})
_UNITS: Final = (UNIT, "区财政局", "区教体局")


@dataclass(frozen=True)
class Deed:
    """What one command did to one task: the entries that it wrote, the fields that it set, the move that it made."""

    id: int
    log: tuple[LogEntry, ...]
    fields: dict[str, Any]
    begun: bool


@dataclass
class Model:
    """The commands that stand, and those that were taken back, each with what it did."""

    standing: list[list[Deed]] = field(default_factory=list)
    undone: list[list[Deed]] = field(default_factory=list)

    def did(self, before: Ledger, after: Ledger) -> None:
        """Take down what a command did."""
        was = {task.id: task for task in before.tasks}
        deeds = []
        for task in after.tasks:
            old = was.get(task.id)
            if old is not task and old != task:
                fields = {
                    name: getattr(task, name)
                    for name in _FIELDS
                    if old is None or getattr(old, name) != getattr(task, name)
                }
                deeds.append(Deed(task.id, task.log[len(old.log) if old else 0 :], fields, begun=old is None))
        self.standing.append(deeds)
        self.undone.clear()

    def as_of(self, moment: datetime) -> dict[int, Task]:
        """Replay what stands and was recorded up to `moment`, in the order written."""
        deeds = [deed for command in self.standing for deed in command]
        there = {deed.id for deed in deeds if deed.begun and deed.log[0].at <= moment}
        tasks: dict[int, Task] = {}
        lives: dict[int, list[_Life]] = {}
        for deed in deeds:
            if deed.id not in there or deed.log[0].at > moment:
                continue
            task = Task(**deed.fields) if deed.begun else tasks[deed.id]
            tasks[deed.id] = replace_fields(task, {**deed.fields, "log": (*task.log, *deed.log)})
            lived = lives.setdefault(deed.id, [_Life()])
            for entry in deed.log:
                _live(lived, entry)
        return {number: replace_fields(task, vars(lives[number][-1])) for number, task in tasks.items()}


def replace_fields(task: Task, fields: dict[str, Any]) -> Task:
    """Return `task` with these fields."""
    return Task(**{name: fields.get(name, getattr(task, name)) for name in Task.__struct_fields__})


@dataclass(frozen=True)
class _Life:
    status: Status = Status.TODO
    submitted: date | None = None
    closed: date | None = None


def _live(lived: list[_Life], entry: LogEntry) -> None:
    """Make one move; `lived` is what a reopening goes back through, the present state last."""
    now, day, kind = lived[-1], entry.at.date(), type(entry).__name__
    on = getattr(entry, "on", None) or day
    if kind == "Reopen":
        if len(lived) > 1:
            lived.pop()
        else:
            lived[:] = [_Life(Status.DOING)]
    elif kind in {"Start", "Return"}:
        lived[:] = [_Life(Status.DOING)]
    elif kind == "Submit":
        lived[:] = [_Life(Status.SUBMITTED, on)]
    elif kind == "Close":
        lived.append(_Life(Status.CLOSED, now.submitted if now.status is Status.SUBMITTED else on, on))
    elif kind in {"Suspend", "Cancel"}:
        lived.append(_Life(Status.SUSPENDED if kind == "Suspend" else Status.CANCELLED, now.submitted))


def command(rng: random.Random, ids: Sequence[int]) -> list[str]:
    """Return a command that may be open to one of the tasks with these ids."""
    number = str(rng.choice(ids)) if ids else "1"
    which = rng.choice((number, number, f"1-{number}")) if ids else number
    unit, text = rng.choice(_UNITS), rng.choice("甲乙丙丁")
    if not ids or rng.random() < 0.15:
        return ["add", f"任务{text}", "-d", unit, *rng.choice(([], ["-u", "+2w"], ["-o", text, "--set", "列=旧"]))]
    if rng.random() < 0.25:
        return rng.choice((["undo"], ["undo"], ["redo"]))
    return rng.choice(
        (
            ["edit", number, "--owner", rng.choice((text, ""))],
            ["edit", number, "--department", unit, "--support", rng.choice(_UNITS)],
            ["edit", number, "--tag", text, "--set", f"列={rng.choice((text, ''))}", "--target", "8"],
            ["edit", number, "--due", rng.choice(("+1w", "+3w", "none"))],
            ["note", number, text, "--actual", str(rng.randrange(9))],
            ["note", number, text],
            ["start", which],
            ["submit", which],
            ["submit", number, "--on", "昨天"],
            ["close", which],
            ["close", number, "--on", "昨天"],
            ["return", which, "--reason", text],
            ["suspend", which, "--reason", text],
            ["cancel", number, "--reason", text],
            ["reopen", which, "--reason", text],
            ["raise", number, text, "--coordinate"],
            ["settle", number, "1"],
            ["extend", number, rng.choice(("+1m", "+5b")), "--reason", text],
            ["chase", which],
        )
    )


class Clock(datetime):
    """A clock that a test sets."""

    present: datetime = factories.at("2026-11-20")

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ANN401, ARG003  as the real one
        """Return what it was set to."""
        return cls.present


def once(folder: Path, rng: random.Random, steps: int) -> int:
    """Run so many commands; return how many moments were compared. Raises AssertionError."""
    store = Store(folder / "tasks.toml")
    store.create(factories.ledger(departments=dict.fromkeys(_UNITS, ())), author("init"))
    model, ledger, said = Model(), store.read().ledger, []
    real, session.datetime = session.datetime, Clock  # type: ignore[attr-defined]
    try:
        for _step in range(steps):
            Clock.present += timedelta(minutes=rng.choice((0, 1, 7, 600, 1440, -5, -3000)))
            argv = command(rng, [task.id for task in ledger.tasks])
            back = (
                ["--today", str(Clock.present.date() - timedelta(days=rng.randrange(9)))] if rng.random() < 0.3 else []
            )
            with alone(folder):
                ran = ran_here([*argv, *back, "--store", "tasks.toml"])
            said.append((ran.code, argv, back, str(Clock.present)))
            after = store.read().ledger
            if ran.code:
                assert after == ledger, said
            elif argv == ["undo"]:
                model.undone.append(model.standing.pop())
            elif argv == ["redo"]:
                model.standing.append(model.undone.pop())
            elif after != ledger:
                model.did(ledger, after)
            ledger = after
    finally:
        session.datetime = real  # type: ignore[attr-defined]
    moments = {entry.at for task in ledger.tasks for entry in task.log}
    moments |= {moment - timedelta(microseconds=1) for moment in moments}
    moments |= {moment.replace(hour=23, minute=59, second=59) for moment in moments}
    for moment in moments:
        past = {task.id: task for task in ledger_as_of(ledger, moment).tasks}
        assert past == model.as_of(moment), (moment, said, past, model.as_of(moment))
    return len(moments)


def main() -> None:
    """Run as many sequences as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    moments = 0
    for seed in range(wanted.seed, wanted.seed + wanted.count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                moments += once(Path(folder), random.Random(seed), wanted.steps)  # noqa: S311  no secret
            except AssertionError as error:
                print(f"--seed {seed} --count 1: {str(error)[:4000]}")  # noqa: T201  run by hand
    print(f"{wanted.count * wanted.steps} commands, {moments} moments")  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
