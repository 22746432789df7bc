"""What each command takes for a task, in lists of several sizes: `python tests/bench/linear.py --help`.

Linear is what takes as long for each task of a long list as of a short one. Taken are seconds of the processor, as
others may use the machine too, and peak memory, less what the same command takes with a list of `_SMALL` tasks.
"""

import argparse
import dataclasses
import json
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

import bench_tasks
from bench_timing import Spent, spent
from pilottask.ledger.records import (
    Decision,
    Finding,
    Fund,
    Inspection,
    InspectionKind,
    Ledger,
    Meeting,
    Note,
    Project,
    Raise,
    Status,
    Task,
)
from pilottask.store import toml_patch

_SMALL: Final = 100
_LIMIT: Final = 1.5
"""How much more a task may take in the longer of two lists."""
_NOISE: Final = Spent(cpu=0.01, peak=1_000_000)
"""Less than this says nothing of how it would grow."""
_BUDGET: Final = 8.0
"""Seconds for the runs of one command; there is one at least."""
_OURS: Final = str(Path(sys.executable).with_name("pilottask"))
_TODAY: Final = date(2026, 11, 20)
_AT: Final = datetime.combine(_TODAY - timedelta(days=3), time(10), timezone(timedelta(hours=8)))
_UNIT, _OTHER = bench_tasks.DEPARTMENTS[:2]


class Case(NamedTuple):
    """A command line; `first` are run before it and not measured, `environ` is added to the environment.

    {doing} and the like stand for the range of all tasks with that status, {one_doing} for one of them.
    """

    line: str
    first: tuple[str, ...] = ()
    environ: Mapping[str, str] = {}


_NEW: Final = "--store new.toml init --name 新试点"
_STEP: Final = ("extend {one_doing} 2027-03-31 --reason 设备未到", "step add {one_doing} 发布公告 --due 2026-11-25")
_TAB: Final = {"_PILOTTASK_COMPLETE": "complete_zsh", "COMP_CWORD": "2"}
CASES: Final = (
    Case(""),
    Case("--help"),
    Case("where"),
    Case("config"),
    Case("config soon_days 10"),
    Case("--store new.toml init --name 新试点"),
    Case("show {one_doing}"),
    Case("list"),
    Case("list --all --format json"),
    Case("list --all --format csv --sort light"),
    Case(f"list -d {_UNIT} --light red --text 任务 --due-before 2026-12-31 --format md"),
    Case("overdue"),
    Case("overdue --limit 40"),
    Case("overdue --within 30 --format json"),
    Case("upcoming --days 30"),
    *(Case(f"summary --by {group}") for group in ("department", "owner", "aspect", "status", "light", "project")),
    Case("timeline"),
    Case("results"),
    Case("results -O results.html"),
    *(Case(f"report --format {form}") for form in ("text", "md", "html", "json")),
    Case("report -O sheet.docx"),
    Case("report --issue"),
    Case("report --sheet 1", ("report --issue", "close {doing}")),
    Case("report --as-of 2026-11-10"),
    Case("notice --format text"),
    Case("notice --no-log --format html"),
    Case("notice --no-log -O notice.docx"),
    Case("history"),
    Case("history {one_doing}"),
    Case("check"),
    Case("check --fix"),
    Case(f"add 新任务 -d {_UNIT} -u 2026-12-20"),
    Case("edit {one_doing} --owner 李明"),
    Case("note {one_doing} 设备到货 --next 安装"),
    Case("raise {one_doing} 缺场地 --need place --coordinate"),
    Case("settle {one_raised} 1 已协调"),
    Case("amend {one_doing} 3 设备已到货 --reason 笔误"),
    Case("void {one_doing} 3 --reason 误记"),
    Case("instruct add 报告招标情况 --leader 王主任 --task {one_doing} --reply-by 2026-12-25"),
    Case("instruct list --all", ("instruct 报告招标情况 --leader 王主任",)),
    Case("instruct edit 1 --reply-by 2026-12-25", ("instruct 报告招标情况 --leader 王主任",)),
    Case("instruct rm 1 --yes", ("instruct 报告招标情况 --leader 王主任",)),
    Case("answer 1 已报告", ("instruct 报告招标情况 --leader 王主任",)),
    Case("extend {one_doing} 2027-03-31 --reason 设备未到"),
    Case("step add {one_doing} 开标 --due 2026-11-25", _STEP),
    *(
        Case(f"step {act} {{one_doing}} 1{rest}", _STEP)
        for act, rest in (("done", ""), ("edit", " --text 招标"), ("rm", ""))
    ),
    Case("attach {one_doing} out.md", ("export out.md",)),
    Case("detach {one_doing} 1", ("export out.md", "attach {one_doing} out.md")),
    Case("start {todo}"),
    Case("submit {doing} --evidence 台账"),
    Case("close {one_doing}"),
    Case("close {doing}"),
    Case("return {submitted} --reason 缺签字页"),
    Case("suspend {doing} --reason 等待批复"),
    Case("cancel {doing} --reason 合并"),
    Case("reopen {closed} --reason 复查"),
    Case("chase {doing} 请于周五前报送"),
    Case("rm {one_doing} --yes"),
    Case("rm {closed} --yes"),
    Case("undo", ("note {one_doing} 一",)),
    Case("undo --list", ("note {one_doing} 一",)),
    Case("redo", ("note {one_doing} 一", "undo")),
    Case("dept add 区财政局"),
    Case("dept list"),
    Case(f"dept edit {_UNIT} --name 区总工会"),
    Case(f"dept merge {_UNIT} {_OTHER}"),
    Case("meeting add 联席会议 --date 2026-12-01"),
    Case(f"meeting decide 1 扩建实训车间 -d {_UNIT} --due 2026-12-31"),
    Case("meeting decide 1 抓紧办理 --task {doing}"),
    Case("meeting edit 1 --place 会议室"),
    Case("meeting show 1"),
    Case("meeting agenda"),
    Case("meeting agenda -O agenda.docx"),
    Case("meeting list"),
    Case("meeting rm 1 --reason 重复登记 --yes"),
    Case("inspect add --kind joint --tasks {doing}"),
    Case("inspect find 1 {one_inspected} 无台账 --fix-by 2026-12-15"),
    Case("inspect fixed 1 1 --evidence 已补"),
    Case("inspect show 1"),
    Case("inspect list"),
    Case("inspect edit 1 --date 2026-11-05 --reason 误记"),
    Case("inspect rm 1 --reason 重复登记 --yes"),
    Case("project add 新项目"),
    Case("project edit 项目0号 --name 项目零号"),
    Case("project fund 项目0号 --source 区财政 --planned 300 --paid 120"),
    Case("project show 项目0号"),
    Case("project list"),
    Case("project rm 项目0号 --yes"),
    Case("help rules"),
    Case("calendar list"),
    Case("calendar import notice.csv"),
    Case(
        "merge base.toml ours.toml theirs.toml",
        ("export base.toml", "export ours.toml", "note {one_doing} 一", "export theirs.toml"),
    ),
    Case("round open --due 2026-12-25"),
    *(Case(f"round {rest}", ("round open",)) for rest in ("show", "list", f"got {_UNIT}", "edit --due 12-25", "close")),
    *(Case(f"export out.{ending}") for ending in ("csv", "tsv", "md", "xlsx", "toml", "json", "jsonl", "ics", "txt")),
    Case("export --format taskwarrior out.json"),
    Case("export --collect out"),
    Case("import rows.csv --dry-run", ("export rows.csv",)),
    Case("import rows.csv --update", ("export rows.csv", "chase {doing}")),
    *(
        Case(f"--store new.toml import rows.{ending}", (f"export rows.{ending}", _NEW))
        for ending in ("csv", "tsv", "xlsx", "toml", "json")
    ),
    Case(f"--store new.toml import rows.ics -d {_UNIT}", ("export rows.ics", f"{_NEW} --office {_UNIT}")),
    Case(f"--store new.toml import rows.txt -d {_UNIT}", ("export rows.txt", f"{_NEW} --office {_UNIT}")),
    Case(
        f"--store new.toml import --format taskwarrior rows.json -d {_UNIT}",
        ("export --format taskwarrior rows.json", f"{_NEW} --office {_UNIT}"),
    ),
    Case("import rows.toml", ("export rows.toml", "note {one_doing} 一")),
    Case("import --collect sheets", ("export --collect sheets",)),
    Case("", environ={**_TAB, "COMP_WORDS": "pilottask\nshow\n1"}),
    Case("", environ={**_TAB, "COMP_WORDS": "pilottask\nlist\n--owner=张"}),
)


class Taken(NamedTuple):
    """What a command takes: at the start, and in a list of each size what each task adds."""

    name: str
    start: Spent
    added: Mapping[int, Spent]
    """Seconds and bytes, of the whole list."""

    def of_a_task(self, size: int) -> Spent:
        """Return what one task of a list adds."""
        added = self.added[size]
        return Spent(added.cpu / (size - _SMALL), added.peak // (size - _SMALL))

    @property
    def growth(self) -> tuple[float, float]:
        """How many times as much of time and of memory a task takes in a longer list, at most."""
        pairs = list(pairwise(sorted(self.added)))
        return (
            max((self._ratio(size, larger, 0) for size, larger in pairs), default=1.0),
            max((self._ratio(size, larger, 1) for size, larger in pairs), default=1.0),
        )

    def _ratio(self, size: int, larger: int, what: int) -> float:
        few, many = (max(self.added[each][what], _NOISE[what]) for each in (size, larger))
        return 1.0 if many == _NOISE[what] else (many / (larger - _SMALL)) / (few / (size - _SMALL))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the commands that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help=f"how many tasks, each more than {_SMALL}")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the least counts")
    parser.add_argument("--only", default="", help="commands whose lines hold one of these words, e.g. close,export")
    parser.add_argument("--out", type=Path, help="folder for linear.json and linear.md")
    options = parser.parse_args(argv)
    sizes = sorted(int(size) for size in options.sizes.split(","))
    words = options.only.split(",")
    cases = [case for case in CASES if any(word in name(case) for word in words)]
    with tempfile.TemporaryDirectory(prefix="pilottask-linear-") as folder:
        found = taken(cases, sizes, runs=options.runs, folder=Path(folder))
    text = markdown(found)
    print(text)  # noqa: T201  the output asked for
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "linear.md").write_text(text, encoding="utf-8")
        (options.out / "linear.json").write_text(as_json(found), encoding="utf-8")
    return 0


def name(case: Case) -> str:
    """Return how the tables call a case."""
    return case.line or case.environ.get("COMP_WORDS", "pilottask").replace("\n", " ") + " ⇥" * bool(case.environ)


def taken(cases: Iterable[Case], sizes: Sequence[int], *, runs: int, folder: Path) -> list[Taken]:
    """Return what the cases take in lists of these sizes; a case that fails is told and left out."""
    offices = {size: Office(folder / str(size), size) for size in (_SMALL, *sizes)}
    found = []
    for case in cases:
        print(name(case), file=sys.stderr)  # noqa: T201  it takes minutes
        try:
            start, *whole = (office.least(case, runs=runs) for office in offices.values())
        except SystemExit as failed:
            print(failed, file=sys.stderr)  # noqa: T201  the others are still worth knowing
            continue
        added = [Spent(one.cpu - start.cpu, one.peak - start.peak) for one in whole]
        found.append(Taken(name(case), start, dict(zip(sizes, added, strict=True))))
    return found


class Office:
    """A list of `size` tasks in `folder`, read once, so that its parsed copy is there."""

    def __init__(self, folder: Path, size: int) -> None:
        self._kept = folder / "kept"
        self._work = folder / "work"
        self._kept.mkdir(parents=True)
        ledger = furnished(size)
        (self._kept / "tasks.toml").write_bytes(toml_patch.encode(ledger))
        (self._kept / "notice.csv").write_text("2027-01-01,off\n2027-05-01,off\n2027-10-01,off\n", encoding="utf-8")
        self._words = dict(_words(ledger))
        spent([_OURS, "summary"], environ=self.environ(self._kept), folder=self._kept)

    def least(self, case: Case, *, runs: int) -> Spent:
        """Return the least of time and of memory that runs of `case` took, each on the list as it was."""
        found: list[Spent] = []
        while len(found) < runs and sum(one.cpu for one in found) < _BUDGET:
            found.append(self._once(case))
        return Spent(min(one.cpu for one in found), min(one.peak for one in found))

    def _once(self, case: Case) -> Spent:
        folder = self.renewed()
        *_before, last = [
            spent(
                [_OURS, *argv],
                environ={**self.environ(folder), **case.environ, "PATH": os.environ["PATH"]},
                folder=folder,
            )
            for argv in self.lines(case)
        ]
        return last

    def renewed(self) -> Path:
        """Return a folder with the list as it was at first."""
        shutil.rmtree(self._work, ignore_errors=True)
        shutil.copytree(self._kept, self._work, copy_function=os.link)  # every file is replaced, none written into
        return self._work

    def lines(self, case: Case) -> list[list[str]]:
        """Return what is run before it, and `case` itself, as words."""
        return [shlex.split(line.format(**self._words)) for line in (*case.first, case.line)]

    @staticmethod
    def environ(folder: Path) -> dict[str, str]:
        """Return the environment of commands on the list in `folder`."""
        return {
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TZ": "Asia/Shanghai",
            "PILOTTASK_STORE": str(folder / "tasks.toml"),
            "PILOTTASK_TODAY": str(_TODAY),
            "PILOTTASK_USER": "王敏",
        }


def furnished(size: int) -> Ledger:
    """Return a list of `size` tasks by status, and meetings, inspections and projects as many as go with them."""
    order = list(Status)
    items = sorted(bench_tasks.items(size, today=_TODAY), key=lambda item: order.index(item.status))
    ledger = bench_tasks.ledger(
        [dataclasses.replace(item, number=number) for number, item in enumerate(items, start=1)]
    )
    late = [task.id for task in ledger.tasks if task.status is Status.DOING]
    return msgspec.structs.replace(
        ledger,
        tasks=tuple(map(_furnished, ledger.tasks)),
        meetings=tuple(_meeting(number, late[number - 1 :: 97]) for number in range(1, 2 + size // 2000)),
        inspections=tuple(_inspection(number, late[number - 1 :: 97]) for number in range(1, 2 + size // 2000)),
        projects=tuple(map(_project, range(1 + size // 1000))),
    )


def _furnished(task: Task) -> Task:
    more: list[Note | Raise] = []
    if task.id % 7 == 0:
        more.append(Note(at=_AT, by="王敏", text="首批学员结业", result=True))
    if task.id % 20 == 0:
        more.append(Raise(at=_AT, by="王敏", n=1, text="缺场地", coordinate=True))
    project = f"项目{task.id // 10 % 100 * 10}号" if task.id % 10 == 0 else None
    return msgspec.structs.replace(task, project=project, log=(*task.log, *more))


def _meeting(number: int, tasks: Sequence[int]) -> Meeting:
    decisions = (Decision(n=n, text=f"议定事项{n}", tasks=(task,)) for n, task in enumerate(tasks[:20], start=1))
    return Meeting(
        id=number, title=f"第{number}次联席会议", day=_AT.date(), attend=(_UNIT, _OTHER), decisions=tuple(decisions)
    )


def _inspection(number: int, tasks: Sequence[int]) -> Inspection:
    findings = (
        Finding(n=n, task=task, text="台账不全", fix_by=_TODAY + timedelta(days=n % 30))
        for n, task in enumerate(tasks[:20], start=1)
    )
    return Inspection(
        id=number, kind=InspectionKind.JOINT, day=_AT.date(), tasks=tuple(tasks[:20]), findings=tuple(findings)
    )


def _project(number: int) -> Project:
    fund = Fund(at=_AT, by="王敏", source="区财政", planned=Decimal(300), paid=Decimal(120))
    return Project(name=f"项目{number * 10}号", funds=(fund,))


def _words(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield what stands for the names in braces."""
    for status in Status:
        ids = [task.id for task in ledger.tasks if task.status is status]
        yield status.value, f"{ids[0]}-{ids[-1]}"
        yield f"one_{status}", str(max(task.id for task in ledger.tasks if task.status is status and task.due))
    yield "one_raised", str(next(task.id for task in ledger.tasks if isinstance(task.log[-1], Raise)))
    yield "one_inspected", str(ledger.inspections[0].tasks[0])


def markdown(found: Sequence[Taken]) -> str:
    """Return the table: what a task takes, and how many times as much in a longer list."""
    sizes = sorted(found[0].added) if found else []
    heads = ["command", "start, ms", *(f"µs a task, {size:,}" for size in sizes), "grows"]
    heads += ["start, MB", *(f"KB a task, {size:,}" for size in sizes), "grows", ""]
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    for one in found:
        tasks = [one.of_a_task(size) for size in sizes]
        time_grows, memory_grows = one.growth
        cells = [f"`{one.name}`", f"{one.start.cpu * 1000:.0f}", *(f"{task.cpu * 1e6:.0f}" for task in tasks)]
        cells += [f"{time_grows:.2f}", f"{one.start.peak / 1e6:.0f}", *(f"{task.peak / 1e3:.1f}" for task in tasks)]
        cells += [f"{memory_grows:.2f}", "not linear" if max(one.growth) > _LIMIT else ""]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def as_json(found: Iterable[Taken]) -> str:
    """Return what was measured: seconds and bytes, of the start and of what each list adds."""
    results = [
        {
            "command": one.name,
            "start": one.start._asdict(),
            "added": {size: added._asdict() for size, added in one.added.items()},
            "growth": dict(zip(("cpu", "peak"), one.growth, strict=True)),
        }
        for one in found
    ]
    return json.dumps({"results": results}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
