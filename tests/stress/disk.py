"""A disk that is full, read-only, or not ours: exit code 7, the store byte for byte, and all is well afterwards.

By hand: `python tests/stress/disk.py`; each case that this machine does not allow is named.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

from stress.office import PROGRAM, UNIT, Office, Ran

ADD: Final = ("add", "新任务", "-d", UNIT, "--remark", "长" * 40_000)
_SIZE: Final = "256k"
_LIMIT: Final = 100 * 1024
_NOBODY: Final = "65534"


class NotHereError(Exception):
    """This machine does not allow it."""


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Mount a disk of 256 KiB at `place`. Raises NotHereError."""
    place.mkdir()
    if os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        raise NotHereError("mounting takes root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise NotHereError(mounted.stderr)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _bytes_in(office: Office) -> Mapping[str, bytes]:
    """Return all that stands with the store, but for the lock, which has nothing in it."""
    return {
        str(path): path.read_bytes()
        for path in office.folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


def _refused(office: Office, ran: Ran, before: Mapping[str, bytes], *words: str) -> str:
    assert ran.code == 7, ran
    assert "Traceback" not in ran.err
    assert any(word in ran.err for word in words), ran.err
    assert _bytes_in(office) == before
    assert office.litter() == []
    return ran.err.splitlines()[0].replace(str(office.folder), "…")


def full(folder: Path) -> str:
    """Write more than there is room for; then make room."""
    with small_disk(folder / "disk") as disk:
        office = Office(disk, tasks=50)
        before = _bytes_in(office)
        said = _refused(office, office.run(*ADD), before, "the disk is full")
        free = os.statvfs(disk)
        filler = disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            for _block in range(free.f_bavail + 1):
                file.write(bytes(free.f_bsize))
        for argv in (("note", "1", "一句"), ("start", "1-50"), ("config", "name", "新")):
            _refused(office, office.run(*argv), before, "the disk is full")
        for view in ("list", "check", "summary", "report"):
            office.done(view)
        filler.unlink()
        office.done("note", "1", "一句")
        office.done("undo")
        assert office.path.read_bytes() == before[str(office.path)]
    return said


def limited(folder: Path) -> str:
    """Write a file larger than the system lets this process write."""
    try:
        import resource  # noqa: PLC0415  POSIX alone has it
    except ImportError as error:
        raise NotHereError(str(error)) from error
    office = Office(folder, tasks=50)
    before = _bytes_in(office)
    ran = subprocess.run(
        [*PROGRAM, *ADD],
        env=office.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (_LIMIT, _LIMIT)),
    )
    said = _refused(office, Ran(ran.returncode, ran.stdout, ran.stderr), before, "the file would be too large")
    office.done(*ADD)
    return said


def no_output(folder: Path) -> str:
    """Print to a full device."""
    office = Office(folder, tasks=3)
    if not Path("/dev/full").exists():
        raise NotHereError("no /dev/full")
    said = ""
    for argv in (("list",), ("list", "--format", "json"), ("summary",), ("check",), ("report",), ("-h",), ("where",)):
        with open("/dev/full", "wb") as out:  # noqa: PTH123  a device
            ran = subprocess.run(
                [*PROGRAM, *argv],
                env=office.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                check=False,
            )
        assert ran.returncode == 7, (argv, ran)
        said = ran.stderr.splitlines()[0]
    return said


def read_only(folder: Path) -> str:
    """Write to a disk that was made read-only; reading goes on."""
    with small_disk(folder / "disk") as disk:
        office = Office(disk, tasks=5)
        before = _bytes_in(office)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        said = ""
        for argv in (("note", "1", "一句"), ("undo",), ("start", "1"), ("config", "name", "新"), ("check", "--fix")):
            said = _refused(office, office.run(*argv), before, "the disk is read-only")
        for argv in (("list",), ("check",), ("undo", "--list"), ("history",)):
            office.done(*argv)
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        office.done("note", "1", "一句")
    return said


def not_ours(folder: Path) -> str:
    """Read and write the store of another user."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("setpriv") is None:
        raise NotHereError("becoming another user takes root")
    office = Office(folder, tasks=3)
    before = _bytes_in(office)
    for place in (office.folder, office.home):
        place.chmod(0o777)
    for parent in office.folder.parents:
        if (
            parent != Path("/")
            and parent.is_relative_to(tempfile.gettempdir())
            and parent != Path(tempfile.gettempdir())
        ):
            parent.chmod(0o755)
    as_nobody = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups")
    with office.begin("where", program=(*as_nobody, *PROGRAM)) as trial:
        if trial.wait():
            raise NotHereError("another user cannot start this Python")
    said = ""
    for argv in (("list",), ("note", "1", "一句"), ("check",), ("undo", "--list"), ("undo",)):
        with office.begin(*argv, program=(*as_nobody, *PROGRAM)) as process:
            out, err = process.communicate()
        said = _refused(office, Ran(process.returncode, out, err), before, "permission denied")
    office.done("note", "1", "一句")
    return said


def held(folder: Path) -> str:
    """Wait for a lock that another holds."""
    from pilottask.store import lock  # noqa: PLC0415  for this case alone

    office = Office(folder, tasks=3, lock_seconds=1)
    before = _bytes_in(office)
    with lock.hold(office.path, seconds=1, who="李四 (process 4711, since 09:15:00)"):
        ran = office.run("note", "1", "一句")
        assert ran.code == 6, ran
        assert "李四 (process 4711, since 09:15:00)" in ran.err
        office.done("list")
    assert _bytes_in(office) == before
    office.done("note", "1", "一句")
    return ran.err.splitlines()[0]


CASES: Final[tuple[Callable[[Path], str], ...]] = (full, limited, no_output, read_only, not_ours, held)


def main() -> None:
    """Run every case."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                print(f"{case.__name__}: {case(Path(folder).resolve())}")  # noqa: T201  run by hand
            except NotHereError as error:
                print(f"{case.__name__}: not on this machine: {error}")  # noqa: T201


if __name__ == "__main__":
    main()
