"""Nonsense on the command line and in the file: never a stack trace, never exit code 1, a refusal changes nothing.

By hand: `python tests/stress/fuzz.py --count 10000 --seconds 600`.
"""

import argparse
import contextlib
import io
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import factories
from pilottask.cli import main as pilottask
from pilottask.commands.table import TABLE, Group
from pilottask.ledger import changes
from pilottask.ledger.records import Ledger, Need
from pilottask.store.store import Store
from stress.office import CODES, UNIT, Ran, author

COMMANDS: Final = [
    words
    for name, entry in TABLE.items()
    for words in ([[name, sub] for sub in entry.commands] if isinstance(entry, Group) else [[name]])
]
_OPTIONS: Final = """
--department -d --new-department --support -s --owner -o --leader --due -u --aspect -a --requirement --target
--unit --source --project --tag --remark --set --title --yes -y --on --evidence --verifier --reason --next
--actual --need --coordinate --approved-by --within --fail --quiet --days --status --light --due-before
--due-after --text --all --sort --reverse --limit --by --list --fix --format --today --lang --store --name
--office --dry-run --update --skip-bad --issue --sheet --output --since --reply-by --no-log --alias --role
--contact --version --help -h --debug -- - -x --due= --format=json
"""
OPTIONS: Final = _OPTIONS.split()
_WORDS: Final = """
1 2 3 5-7 3,5 0 -1 99 1-99999999999 9-1 1,,2 １ 1e3 nan inf 1.5 -0 007 3- ,
2026-11-20 2026-02-30 12月底 月底 +2w +999999999d none 长期坚持 donkey 9999-12-31 0001-01-01 fri 今天 2026-13
table json csv tsv md xml todo doing closed green red department owner aspect status light project id due
money place name office soon_days lang zh en lock_seconds wide_ambiguous true 36500 36501
“引号” [/x] [bold] a=b = 职教 新单位 任务1 𠀀𠀀𠀀 %s {id} $HOME ~ ../x -d /dev/null —
"""
_ODD: Final = ("", " ", "\n", "\0", "\t", "\x1b[31m", "\u202e", "\ud800", "\u00e9", "e\u0301", "x" * 5000, UNIT)
WORDS: Final = [*_WORDS.split(), *_ODD]


def sample() -> Ledger:
    """Return a list with a little of everything."""
    done = factories.done(factories.task(id=2, due="2026-11-01"), factories.stamp())
    late = changes.start(factories.task(id=3, due="2026-11-08", support=("区财政局",)), factories.stamp("2026-11-02"))
    late = changes.raise_(late, factories.stamp("2026-11-03"), text="流标\n第二行", need=Need.MONEY, coordinate=True)
    late = changes.extend(late, factories.stamp("2026-11-04"), to=factories.day("2026-11-15"), reason="流标")
    late = changes.note(late, factories.stamp("2026-11-05"), text="已签5家", actual=5)
    own = factories.task(id=5, title="“引号”与 [括号]", tags=("重点",), extra={"文 号": "3号"}, target=8, unit="家")
    return factories.ledger(factories.task(), done, late, own, name="试点", departments={"区教体局": ("教体局",)})


@contextlib.contextmanager
def alone(place: Path) -> Iterator[None]:
    """Stand in `place`, with an environment and a home of its own there."""
    was, here = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(PATH=os.defpath, HOME=str(place), LANG="C.UTF-8", PILOTTASK_USER="王敏", TZ="Asia/Shanghai")
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(was)


def ran_here(argv: list[str]) -> Ran:
    """Run a command in this process, with nobody at its standard input."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _stream in range(2))
    was = sys.stdin
    sys.stdin = io.StringIO("")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = pilottask(argv)
    finally:
        sys.stdin = was
    texts = []
    for stream in (out, err):
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        texts.append(stream.buffer.getvalue().decode())
    return Ran(code, *texts)


def _sound(argv: list[str], ran: Ran) -> None:
    assert ran.code in CODES, (argv, ran)
    assert "Traceback" not in ran.err, (argv, ran)
    if ran.code not in {0, 3}:
        assert ran.err.strip(), (argv, ran)
    else:
        assert not ran.err.startswith("error"), (argv, ran)


def _bytes_in(folder: Path) -> Mapping[str, bytes]:
    return {
        str(path): path.read_bytes() for path in folder.glob("tasks.*") if path.is_file() and path.suffix != ".lock"
    }


_SOUND: Final = (
    f"add 新任务 -d {UNIT} -u 12月底 --support 区财政局 --tag 甲 --set 文号=3 --target 8 --unit 家",
    "edit 1 --owner 张三 --due 月底 --department 区财政局",
    "edit 5 --title 新名 --set 列=值 --remark 备注 --tag 乙",
    "note 3 已签约 --next 再签 --actual 7",
    "start 1 5",
    "submit 3 --evidence 验收单 --on 昨天",
    "close 3 --verifier 李四 --on 2026-11-19",
    "suspend 1,3 --reason 停工",
    "cancel 5 --reason 重复",
    "reopen 2 --reason 误销",
    "raise 3 缺地 --need place --coordinate",
    "settle 3 1 已落实",
    "extend 3 2026-12-31 --reason 流标 --approved-by 李主任",
    "chase 1,3 请反馈",
    "rm 1 --yes",
    "dept add 区人社局 --alias 人社局 --role member",
    "dept edit 教体局 --contact 李四",
    "config soon_days 3",
    "list --department 教体局 --sort due --limit 3 --format tsv",
    "overdue --within 30 --fail --format json",
    "summary --by aspect --format md",
    "report --issue --format md",
    "notice --reply-by +3b --no-log",
    "timeline --all",
    "import tasks.csv --update --skip-bad bad.csv",
    "export out.csv --status doing",
    "history 3 --limit 2",
    "undo",
    "redo",
    "undo --list",
    "check --fix",
    "show 括号",
)


def line(rng: random.Random) -> list[str]:
    """Return a command line: a sound one with a few words changed, or a command with words of any kind."""
    if rng.random() < 0.7:
        argv = rng.choice(_SOUND).split()
        for _word in range(rng.choice((0, 0, 1, 1, 2))):
            at = rng.randrange(1, len(argv) + 1)
            argv[at : at + rng.choice((0, 1))] = [rng.choice(rng.choice((WORDS, WORDS, OPTIONS)))]
        return argv
    argv = list(rng.choice(COMMANDS)) if rng.random() < 0.95 else []
    if rng.random() < 0.7:
        argv.append(rng.choice(("1", "3", "5", "任务", "1-3", "x", "tasks.csv")))
    for _word in range(rng.choice((0, 1, 1, 2, 3, 4, 6))):
        kind = rng.random()
        if kind < 0.45:
            argv += [rng.choice(OPTIONS), rng.choice(WORDS)]
        elif kind < 0.6:
            argv.append(rng.choice(OPTIONS))
        elif kind < 0.9:
            argv.append(rng.choice(WORDS))
        else:
            argv.append(
                "".join(chr(rng.choice((rng.randrange(1, 0x300), rng.randrange(0x4E00, 0xFFFF)))) for _ in "12345")
            )
    if rng.random() < 0.1:
        rng.shuffle(argv)
    return argv


def at_the_command_line(place: Path, rng: random.Random) -> int:
    """Run one command of any words on a sound list; return its exit code. Raises AssertionError."""
    argv = line(rng)
    with alone(place):
        before = _bytes_in(place)
        ran = ran_here([*argv, "--store", "tasks.toml"] if rng.random() < 0.8 else ["--store", "tasks.json", *argv])
        _sound(argv, ran)
        if ran.code not in {0, 3}:
            assert _bytes_in(place) == before, (argv, ran)
    return ran.code


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return `data` damaged as disks, editors and people do."""
    for _time in range(rng.choice((1, 1, 1, 2, 4))):
        data = rng.choice(_DAMAGES)(data, rng)
    return data


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return data
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _pasted(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(_PASTED) + data[at + rng.choice((0, 0, 1, 8)) :]


def _shuffled(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return data
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(4)
    if how == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif how == 1:
        lines.insert(other, lines[one])
    elif how == 2:
        del lines[one]
    else:
        lines[min(one, other) : max(one, other)] = []
    return b"".join(lines)


def _revalued(data: bytes, rng: random.Random) -> bytes:
    """Put one of the file's values, or an odd one, in the place of another."""
    lines = data.split(b"\n")
    sign = b" = " if b" = " in data else b": "
    places = [number for number, text in enumerate(lines) if sign in text]
    if not places:
        return data
    at = rng.choice(places)
    key = lines[at].split(sign)[0]
    value = rng.choice((lines[rng.choice(places)].split(sign, 1)[1], rng.choice(_VALUES)))
    lines[at] = rng.choice((key, lines[rng.choice(places)].split(sign)[0])) + sign + value
    return b"\n".join(lines)


_PASTED: Final = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b'"', b"'''", b'"""', b"[[task]]\n", b"[task.extra]\n", b"#",
    b"\\u0000", b"{", b"]", b"=", b"\xe2\x80\xae", b"[[task.log]]\n", b"x = 1\n", b",", b"[" * 2000, b"9" * 5000,
)  # fmt: skip
_VALUES: Final = (
    b"0", b"-1", b"1e400", b"nan", b"inf", b"99999999999999999999", b'""', b'"\\u0000"', b"[]", b"{}", b"true", b"null",
    b"2026-02-30", b"0001-01-01", b"9999-12-31", b'"9999-12-31"', b"0001-01-01T00:00:00+14:00", b"2026-11-20T09:15:00",
    b'"0001-01-01T00:00:00+23:59"', b'"9999-12-31T23:59:59-23:59"', b"9999-12-31T23:59:59-23:59", b"07:00:00",
    b'"closed"', b'"\\u202e"', b"1.5", b'["a", 1]', b'"x\\ny"', b'"1-99999999:3"', b"36500", b'"extra."', b'"due"',
)  # fmt: skip
_DAMAGES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _cut, _flipped, _flipped, _pasted, _shuffled, _shuffled, _revalued, _revalued, _revalued,
)  # fmt: skip
_ON_THE_FILE: Final = (
    ["list", "--all"], ["check"], ["summary"], ["show", "3"], ["overdue", "--within", "9"], ["history"], ["report"],
    ["timeline"], ["export", "out.csv"], ["add", "新任务", "-d", UNIT], ["note", "3", "进展", "--actual", "6"],
    ["extend", "3", "2026-12-31", "--reason", "流标"], ["close", "1-9"], ["check", "--fix"], ["undo"], ["redo"],
)  # fmt: skip
_FIRST: Final = 4
_THEN: Final = (["undo"], ["list", "--all"])


def in_the_file(place: Path, rng: random.Random) -> int:
    """Damage a store and run commands on it; return the exit code of `check`. Raises AssertionError."""
    path = place / rng.choice(("tasks.toml", "tasks.json"))
    path.write_bytes(mutated(path.read_bytes(), rng))
    codes: dict[str, int] = {}
    with alone(place):
        for words in (["check"], *rng.sample(_ON_THE_FILE, _FIRST), *_THEN):
            argv = [*words, "--store", path.name, "--today", "2026-11-20"]
            before = path.read_bytes()
            ran = ran_here(argv)
            try:
                _sound(argv, ran)
                if ran.code:
                    assert path.read_bytes() == before, (argv, ran)
            except AssertionError:
                Path("damaged").write_bytes(before)
                raise
            codes.setdefault(words[0], ran.code)
    return codes["check"]


KINDS: Final[Mapping[str, Callable[[Path, random.Random], int]]] = {
    "command line": at_the_command_line,
    "file": in_the_file,
}


def template(folder: Path) -> Path:
    """Make a folder with a store of each form, and versions, from which each case has its copy."""
    place = folder / "template"
    place.mkdir()
    for name in ("tasks.toml", "tasks.json"):
        store = Store(place / name)
        store.create(sample(), author("init"))
        store.change(lambda ledger: factories.renamed(ledger, "试点二"), author("config"))
        store.change(lambda ledger: factories.renamed(ledger, "试点三"), author("config"))
        store.undo(author("undo"))
    (place / "tasks.csv").write_text(
        "工作任务,牵头单位,完成时限\n签约,麒麟职教集团,12月底前\n坏,麒麟职教集团,2026-02-30\n", "utf-8"
    )
    return place


def once(kind: str, made: Path, folder: Path, rng: random.Random) -> int:
    """Run one case on a copy of the template `made`; return the exit code that it came to."""
    deep = folder / "case"
    place = deep / "here"
    shutil.copytree(made, place)
    try:
        return KINDS[kind](place, rng)
    finally:
        shutil.rmtree(deep)


def main() -> None:
    """Run as many cases as asked for, in the time given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    codes: Counter[str] = Counter()
    end = time.monotonic() + wanted.seconds
    with tempfile.TemporaryDirectory() as folder:
        made = template(Path(folder))
        for case in range(wanted.seed, wanted.seed + wanted.count):
            kind = list(KINDS)[case % 2]
            try:
                codes[f"{kind}: {once(kind, made, Path(folder), random.Random(case))}"] += 1  # noqa: S311  no secret
            except AssertionError as error:
                print(f"--seed {case} --count 1: {str(error)[:3000]}")  # noqa: T201  run by hand
            if time.monotonic() > end:
                break
    print(sum(codes.values()), dict(sorted(codes.items())))  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
