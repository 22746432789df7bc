"""Commands in any order, on any day, with undo and redo among them: the past is what the commands still standing made.

Hand edits that `check --fix` puts on record are among them, and removals, which take a task out of the past too.

By hand: `python tests/stress/replay.py --count 300`.
"""

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import factories
from pilottask.base.errors import ExitCode
from pilottask.commands import session
from pilottask.ledger.changes import open_moves
from pilottask.ledger.history import as_of, open_problems
from pilottask.ledger.records import OPEN, Edit, Hand, Ledger, LogEntry, Note, Status, Task
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
class Done:
    """What one command did: its deeds, and the tasks that it removed."""

    deeds: list[Deed] = field(default_factory=list)
    gone: frozenset[int] = frozenset()
    by_hand: bool = False
    """An edit in the file, which is on record only with the `check --fix` after it, and stands or falls with that."""


@dataclass
class Model:
    """The commands that stand, and those that were taken back, each with what it did."""

    standing: list[Done] = field(default_factory=list)
    undone: list[Done] = field(default_factory=list)

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
                log = task.log[len(old.log) if old else 0 :]
                # A figure reported again is set again: it may be of an earlier day than the one that it stands for.
                if any(isinstance(entry, Note) and entry.actual is not None for entry in log):
                    fields["actual"] = task.actual
                deeds.append(Deed(task.id, log, fields, begun=old is None))
        self.standing.append(Done(deeds, frozenset(was).difference(task.id for task in after.tasks)))
        self.undone.clear()

    def as_of(self, moment: datetime) -> dict[int, Task]:
        """Replay what stands and was recorded up to `moment`, in the order written."""
        deeds = [deed for done in self.standing for deed in done.deeds]
        gone = frozenset[int]().union(*(done.gone for done in self.standing))
        there = {deed.id for deed in deeds if deed.begun and deed.log[0].at <= moment} - gone
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
    """Make one move; `lived` is what a reopening goes back through, the present state last.

    Where the moves between are of later days, a task may be put away twice, or reopened when it is open: it is put
    away from where it was open, and stays as it is.
    """
    now, day, kind = lived[-1], entry.at.date(), type(entry).__name__
    on = getattr(entry, "on", None) or day
    if isinstance(entry, Hand) and entry.field == "status":
        state = _Life(Status(str(entry.new)), now.submitted, now.closed)
        left = now if now.status in OPEN else lived[-2] if len(lived) > 1 else _Life(Status.DOING)
        lived[:] = [state] if state.status in OPEN else [_Life(left.status, left.submitted), state]
        return
    if kind in {"Reopen", "Close", "Suspend", "Cancel"}:
        if now.status not in OPEN:
            lived.pop()
        now = lived[-1] = _Life(lived[-1].status, lived[-1].submitted)  # a day of closing may stand there by hand
    if kind in {"Start", "Return"}:
        lived[:] = [_Life(Status.DOING)]
    elif kind == "Submit":
        lived[:] = [_Life(Status.SUBMITTED, on)]
    elif kind == "Close":
        lived.append(_Life(Status.CLOSED, now.submitted, on))
    elif kind in {"Suspend", "Cancel"}:
        lived.append(_Life(Status.SUSPENDED if kind == "Suspend" else Status.CANCELLED, now.submitted))


def command(rng: random.Random, tasks: Sequence[Task], *, undone: bool) -> list[str]:
    """Return a command, most often one that is open to the task that it names; `undone` where there is one to redo."""
    if undone and rng.random() < 0.4:
        return [rng.choice(("undo", "redo", "redo"))]
    unit, text = rng.choice(_UNITS), rng.choice("甲乙丙丁")
    if not tasks or rng.random() < 0.1:
        own = ["-o", text, "--set", "列=旧"]
        return ["add", f"任务{text}", "-d", unit, *rng.choice(([], ["-u", "+2w"], ["-u", "+2w", *own], own))]
    chance = rng.random()
    if chance < 0.12:
        return [rng.choice(("undo", "undo", "undo", "redo"))]
    if chance < 0.2:
        return ["check", "--fix"]
    task = rng.choice(tasks)
    if chance < 0.6:
        return _move(rng, task, text)
    number = str(task.id)
    raised = [["settle", number, str(problem.n)] for problem in open_problems(task)]
    return rng.choice(
        (
            ["edit", number, "--owner", rng.choice((text, ""))],
            ["edit", number, "--department", unit, "--support", rng.choice(_UNITS)],
            ["edit", number, "--tag", text, "--set", f"列={rng.choice((text, ''))}", "--target", "8"],
            ["edit", number, "--due", rng.choice(("+1w", "+3w", "none"))],
            ["note", number, text, "--actual", str(rng.randrange(9))],
            ["note", number, text, "--actual", str(rng.randrange(9))],
            ["note", number, text],
            ["raise", number, text, "--coordinate"],
            *raised,
            ["extend", number, rng.choice(("+1m", "+5b")), "--reason", text],
            ["extend", number, rng.choice(("+2m", "+9b")), "--reason", text],
            rng.choice((["chase", number], ["chase", f"1-{number}"], ["rm", number, "--yes"])),
        )
    )


def _move(rng: random.Random, task: Task, text: str) -> list[str]:
    moves = open_moves(task.status)
    (move,) = rng.choices(moves, [1 if move in {"suspend", "cancel"} else 3 for move in moves])
    argv = [str(move), rng.choice((str(task.id), str(task.id), f"1-{task.id}"))]
    if move in {"return", "suspend", "cancel", "reopen"}:
        return [*argv, "--reason", text]
    return [*argv, "--on", "昨天"] if move != "start" and rng.random() < 0.5 else argv


def edit_by_hand(rng: random.Random, path: Path, tasks: Sequence[Task]) -> bool:
    """Change in the file what a task's log has otherwise, its owner or status; tell whether there was one to change."""
    task = rng.choice(tasks)
    head, *blocks = path.read_text(encoding="utf-8").split("\n[[task]]\n")
    place = tasks.index(task)
    words: dict[str, Sequence[str]] = {"status": [*Status]}
    if any(isinstance(entry, Edit) and entry.field == "owner" for entry in task.log):
        words["owner"] = "甲乙"
    name = rng.choice(list(words))
    new = rng.choice([word for word in words[name] if word != getattr(task, name)])
    blocks[place], count = re.subn(rf'(?m)^{name} = ".+"$', f'{name} = "{new}"', blocks[place], count=1)
    path.write_text("\n[[task]]\n".join((head, *blocks)), encoding="utf-8", newline="\n")
    return count > 0


class Clock(datetime):
    """A clock that a test sets."""

    present: datetime

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ANN401, ARG003  as the real one
        """Return what it was set to."""
        return cls.present

    @classmethod
    def combine(cls, *parts: Any) -> datetime:  # type: ignore[override]  # noqa: ANN401  as the real one
        """Return a plain moment, which alone can be written."""
        return datetime.combine(*parts)


class Run:
    """A run of so many commands in a folder, followed by the model."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        Clock.present = factories.at("2026-11-20")
        self.store = Store(folder / "tasks.toml")
        self.store.create(factories.ledger(departments=dict.fromkeys(_UNITS, ())), author("init"))
        self.model, self.ledger = Model(), self.store.read().ledger
        self.said: list[tuple[object, ...]] = []
        self.kinds: Counter[str] = Counter()

    def step(self) -> None:
        """Run one command. Raises AssertionError."""
        Clock.present += timedelta(minutes=self.rng.choice((0, 1, 7, 600, 1440, -5, -3000)))
        argv = command(self.rng, self.ledger.tasks, undone=bool(self.model.undone))
        by_hand = argv == ["check", "--fix"] and edit_by_hand(self.rng, self.store.path, self.ledger.tasks)
        back = Clock.present.date() - timedelta(days=self.rng.randrange(9))
        code = self._run([*argv, "--today", str(back)] if self.rng.random() < 0.3 else argv)
        if argv in (["undo"], ["redo"]) and not code:
            self._stepped(argv)
        after = self.store.read().ledger
        if code:
            assert after == self.ledger, self.said
        elif argv not in (["undo"], ["redo"]) and after != self.ledger:
            self.model.did(self.ledger, after)
            if by_hand:
                self.model.standing.insert(-1, Done(by_hand=True))
        self.ledger = after

    def _stepped(self, argv: list[str]) -> None:
        """Follow an undo or redo, and another one where it came to stand between a hand edit and its record."""
        left, come = self.model.standing, self.model.undone
        if argv == ["redo"]:
            left, come = come, left
        come.append(left.pop())
        if self.model.standing and self.model.standing[-1].by_hand:
            assert self._run(argv) == ExitCode.DONE, self.said
            come.append(left.pop())

    def _run(self, argv: list[str]) -> ExitCode:
        with alone(self.folder):
            ran = ran_here([*argv, "--store", "tasks.toml"])
        self.said.append((ran.code, argv, str(Clock.present), ran.err))
        assert ran.code != ExitCode.FAULT, self.said
        self.kinds[argv[0]] += not ran.code
        return ExitCode(ran.code)


def once(folder: Path, rng: random.Random, steps: int) -> tuple[int, Counter[str]]:
    """Run so many commands; return how many moments were compared, and the commands that did something by name.

    Raises AssertionError.
    """
    real, session.datetime = session.datetime, Clock  # type: ignore[attr-defined]
    try:
        run = Run(folder, rng)
        for _step in range(steps):
            run.step()
    finally:
        session.datetime = real  # type: ignore[attr-defined]
    moments = {entry.at for task in run.ledger.tasks for entry in task.log}
    moments |= {moment - timedelta(microseconds=1) for moment in moments}
    moments |= {moment.replace(hour=23, minute=59, second=59) for moment in moments}
    for moment in moments:
        past = {task.id: then for task in run.ledger.tasks if (then := as_of(task, moment)) is not None}
        assert past == run.model.as_of(moment), (moment, run.said, past, run.model.as_of(moment))
    return len(moments), run.kinds


def main() -> None:
    """Run as many sequences as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    moments, kinds, failed = 0, Counter[str](), False
    for seed in range(wanted.seed, wanted.seed + wanted.count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                compared, done = once(Path(folder), random.Random(seed), wanted.steps)  # noqa: S311  no secret
            except AssertionError as error:
                failed = True
                print(f"--seed {seed} --count 1: {str(error)[:4000]}")  # noqa: T201  run by hand
            else:
                moments, kinds = moments + compared, kinds + done
    print(f"{wanted.count * wanted.steps} commands, {moments} moments; done: {dict(kinds)}")  # noqa: T201  run by hand
    sys.exit(failed)


if __name__ == "__main__":
    main()
