"""What must hold before a change lands brings its own programs: once, in one call, and no more than are missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import peers

RUN = Path(__file__).parent.parent / ".ci" / "run"
PROGRAMS = ("chromium", "task", "todo-txt")
INSTALL = "install -y -qq --no-install-recommends"


@pytest.mark.skipif(os.name != "posix" or shutil.which("bash") is None, reason="a script for bash")
@pytest.mark.parametrize("missing", [(), ("task",), ("todo-txt", "chromium"), PROGRAMS], ids="+".join)
def test_what_is_missing_is_installed_in_one_call(tmp_path: Path, missing: tuple[str, ...]) -> None:
    # With only these programs on its way; the first that the script cannot do without ends it.
    said = 'echo "$0 $*" | sed "s|.*/||" >> "$CALLS"'
    fakes = {"apt-get": said, "python3": f"{said}; echo $PILOTTASK_REQUIRE_CHROMIUM $PILOTTASK_REQUIRE_PEERS; exit 3"}
    fakes |= {"fc-list": "echo Noto Sans CJK SC"} | {name: "exit 1" for name in PROGRAMS if name not in missing}
    for name, body in fakes.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    for name in ("bash", "sh", "dirname", "grep", "sed"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    calls = tmp_path / "calls"
    done = subprocess.run(
        ["bash", RUN],
        env={"PATH": str(tmp_path), "CALLS": str(calls)},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "1 1\n", "")
    *apt, python = calls.read_text(encoding="utf-8").splitlines()
    assert python == "python3 -m venv .venv"
    if not missing:
        assert apt == []
        return
    update, install = apt
    assert update == "apt-get update -qq"
    assert install == f"apt-get {INSTALL} chromium fontconfig fonts-noto-cjk taskwarrior todotxt-cli"


@pytest.mark.parametrize(("required", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_program_that_must_be_here_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("PILOTTASK_REQUIRE_PEERS", required)
    with pytest.raises(outcome, match=r"no-such-program.*no-such-package"):
        peers.needed("no-such-program", package="no-such-package")
