"""Two clerks and one list: sync and merge, with git itself."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from pilottask.exchange.git import repository, syncing
from pilottask.exchange.git.repository import Rejected, Repository
from stress import sync as stress

from .conftest import Cli, Ran

CLERKS: Final = ("王敏", "李强")


class Desks(NamedTuple):
    """Two clerks with a folder each, and the repository in which their lists meet."""

    folder: Path
    run: Callable[..., Ran]

    def store(self, who: int) -> Path:
        return self.folder / CLERKS[who] / "tasks.toml"

    @property
    def remote(self) -> Path:
        return self.folder / "share.git"

    def done(self, who: int, *words: str) -> Ran:
        ran = self.run(who, *words)
        assert ran.code == 0, ran.err
        return ran

    def same(self) -> None:
        """Look that both have one list, and that it is sound."""
        assert self.store(0).read_bytes() == self.store(1).read_bytes()
        for who in range(2):
            assert self.run(who, "check").code == 0


def git(*words: str, cwd: Path) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{role}_NAME": "x", f"GIT_{role}_EMAIL": "x@x.example"}
    return subprocess.run(["git", *words], cwd=cwd, env=env, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def desks(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Desks:
    """Return two desks with one list, on which the first has a task."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git("init", "--quiet", "--bare", "--initial-branch", "main", "share.git", cwd=tmp_path)

    def run(who: int, *words: str) -> Ran:
        monkeypatch.setenv("PILOTTASK_USER", CLERKS[who])
        return cli("--store", str(tmp_path / CLERKS[who] / "tasks.toml"), *words)

    made = Desks(tmp_path, run)
    made.done(0, "init", "--name", "麒麟区")
    made.done(0, "add", "共有", "-d", "教体局", "--new-department")
    assert made.done(0, "sync", str(made.remote)).out == "the list is sent for the first time: 1 task\n"
    assert made.done(1, "sync", str(made.remote)).out == "the list is brought: 麒麟区, 1 task\n"
    return made


def both_add(desks: Desks) -> None:
    """Have both clerks enter a task under one number, the second one later, and work on the first."""
    desks.done(0, "--today", "2026-11-21", "add", "早", "-d", "教体局")
    desks.done(1, "--today", "2026-11-22", "add", "晚", "-d", "教体局")
    desks.done(1, "--today", "2026-11-22", "note", "1", "进展")


def test_both_come_to_one_list_and_are_told(desks: Desks) -> None:
    both_add(desks)
    assert desks.done(0, "sync").out == "went: new tasks: 2 早\n"
    told = "both sides had given number 2: what was entered later is task 3 “晚” now\n"
    assert desks.done(1, "sync") == (
        0,
        "came: new tasks: 2 早; tasks changed: 3 晚\nwent: new tasks: 3 晚; tasks changed: 1 共有\n",
        told,
    )
    assert desks.done(0, "sync") == (0, "came: new tasks: 3 晚; tasks changed: 1 共有\n", told)
    desks.same()
    assert desks.done(0, "show", "晚").out.splitlines()[0] == "3 (was 2)  晚"
    assert desks.done(0, "--lang", "zh", "show", "晚").out.splitlines()[0] == "3（原2号）  晚"
    assert desks.done(0, "sync").out == "nothing new on either side\n"


def test_both_are_told_of_what_both_had_changed_and_the_history_goes_on_telling_it(desks: Desks) -> None:
    for who, days in enumerate(("3", "5")):
        desks.done(who, "config", "soon_days", days)
    desks.done(1, "--today", "2026-11-22", "note", "1", "进展")
    desks.done(0, "sync")
    told = "settings: soon_days is “5”; the other side had “3”\n"
    assert desks.done(1, "sync") == (
        0,
        "came: what both sides had otherwise\nwent: tasks changed: 1 共有; settings\n",
        told,
    )
    assert desks.done(0, "sync") == (0, "came: tasks changed: 1 共有; settings\n", told)
    desks.same()
    line = desks.done(0, "history", "--format", "tsv").out.splitlines()[-1]
    assert line == "2026-11-22T09:15:00+08:00\tpilottask\t\t\t\tconflict\t" + told.rstrip()
    assert desks.done(0, "history", "1", "--format", "tsv").out.count("conflict") == 0
    (entry,) = [each for each in desks.done(0, "history", "--format", "json").json if each["kind"] == "conflict"]
    assert (entry["id"], entry["n"], entry["of"], entry["field"]) == (None, None, "pilot", "soon_days")
    assert (entry["old"], entry["new"]) == (3, 5)


def test_undo_stops_at_a_sync(desks: Desks) -> None:
    desks.done(0, "add", "误", "-d", "教体局")
    desks.done(0, "undo")
    before = desks.store(0).read_bytes()
    refused = desks.run(0, "undo")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("error: others have the list as it was on 2026-11-20 09:15, by a sync")
    assert desks.run(0, "undo", "--to", "1").code == 2
    assert desks.store(0).read_bytes() == before
    desks.done(0, "redo")
    assert desks.done(0, "sync").out == "went: new tasks: 2 误\n"


def test_only_what_belongs_to_the_list_is_sent(desks: Desks) -> None:
    desks.store(0).with_name("私.txt").write_text("x", encoding="utf-8")
    desks.done(0, "report", "--issue")
    desks.done(0, "sync")
    desks.done(1, "sync")
    names = git("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "main", cwd=desks.remote).splitlines()
    assert [name.partition("-")[0] for name in names] == [".gitattributes", "tasks.toml", "tasks.toml.versions/sheet"]
    assert desks.done(1, "report", "--sheet", "1").out == desks.done(0, "report", "--sheet", "1").out
    assert git("status", "--short", cwd=desks.store(1).parent) == ""


def test_the_number_of_a_slip_that_was_taken_back_is_not_given_again_at_another_desk(desks: Desks) -> None:
    notice = ("--today", "2026-11-21", "notice", "--format", "json")
    desks.done(0, "--today", "2026-11-20", "edit", "1", "--due", "2026-11-20")
    for number in (1, 2):
        assert f'"number": {number}' in desks.done(0, *notice).out
        desks.done(0, "undo")
    desks.done(0, "sync")
    desks.done(1, "sync")
    assert '"number": 3' in desks.done(1, *notice).out


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there, and folders have none of these")
def test_files_of_the_others_are_not_written_through_a_link_and_are_shared_as_the_list_is(desks: Desks) -> None:
    scan = desks.folder / "证书.pdf"
    scan.write_bytes(b"x")
    desks.done(0, "attach", "1", str(scan))
    desks.done(0, "sync")
    beside, elsewhere = desks.store(1).with_name("tasks.toml.files"), desks.folder / "elsewhere"
    elsewhere.mkdir()
    beside.symlink_to(elsewhere)
    before = desks.store(1).read_bytes()
    refused = desks.run(1, "sync")
    assert (refused.code, refused.out) == (7, "")
    assert refused.err.startswith(f"error: cannot write {beside}/")
    assert refused.err.endswith(": it is a link\n")
    assert (desks.store(1).read_bytes(), list(elsewhere.iterdir())) == (before, [])
    beside.unlink()
    desks.store(1).chmod(0o660)
    desks.done(1, "sync")
    (copy,) = beside.iterdir()
    assert [path.stat().st_mode & 0o777 for path in (beside, copy)] == [0o770, 0o660]
    desks.same()


def test_two_slips_with_one_number_are_told_apart_on_record_and_printed_again_as_they_went_out(desks: Desks) -> None:
    desks.done(0, "add", "另一项", "-d", "人社局", "--new-department", "--due", "2026-11-20")
    desks.done(0, "edit", "1", "--due", "2026-11-20")
    desks.done(0, "sync")
    desks.done(1, "sync")
    sent = [
        desks.done(who, "--today", f"2026-11-2{1 + who}", "--lang", lang, "notice", "-d", unit, "--format", "json").json
        for who, lang, unit in ((0, "en", "教体局"), (1, "zh", "人社局"))
    ]
    assert [slip["number"] for (slip,) in sent] == [1, 1]
    desks.done(0, "sync")
    told = "slip 2026/1 went out twice: that of 李强 to 人社局 on 2026-11-22 is 2026/1-2 now\n"
    assert desks.done(1, "sync").err == told
    assert desks.done(0, "sync").err == told
    desks.same()
    assert desks.done(0, "history", "1").out.splitlines()[-1].endswith("chased: reminder slip no. 2026/1")
    *_others, chased, why = desks.done(0, "--lang", "zh", "history", "2").out.splitlines()
    assert chased.endswith("（已更正）催办：书面催办（提醒单〔2026〕1-2号）")
    assert "两处各编了这一号" in why
    again = desks.done(1, "--today", "2026-11-22", "--lang", "zh", "notice", "-d", "人社局", "--format", "json").json
    assert [slip["number"] for slip in again] == [1]
    third = desks.done(0, "--today", "2026-11-23", "notice", "-d", "人社局", "--format", "json").json
    assert [slip["number"] for slip in third] == [2]


def test_of_two_sheets_with_one_number_both_are_printed_again(desks: Desks) -> None:
    desks.done(0, "--today", "2026-11-21", "report", "--issue")
    desks.done(1, "--today", "2026-11-22", "report", "--issue")
    printed = [desks.done(who, "report", "--sheet", "1").out for who in range(2)]
    desks.done(0, "sync")
    told = "sheet 1 was issued on both sides: the later one is sheet 2 now\n"
    assert desks.done(1, "sync").err == told
    assert desks.done(0, "sync").err == told
    for who in range(2):
        assert desks.done(who, "report", "--sheet", "1").out == printed[0]
        assert desks.done(who, "report", "--sheet", "2") == (
            0,
            printed[1],
            "sheet 2 went out as sheet 1: both sides of the list had issued one\n",
        )
        assert desks.done(who, "check").out.startswith("all is well")
    desks.same()


def test_a_repository_on_another_branch_is_not_sent_beside_the_list_of_the_others(desks: Desks, cli: Cli) -> None:
    here = desks.store(0).parent.with_name("third")
    here.mkdir()
    git("init", "--quiet", "--initial-branch", "master", cwd=here)
    git("commit", "--quiet", "--allow-empty", "--message", "x", cwd=here)
    before = git("show-ref", cwd=desks.remote)
    refused = cli("--store", str(here / "tasks.toml"), "sync", str(desks.remote))
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        f"error: {desks.remote} has no branch master, only main\n"
        "hint: go over to the branch that the others have: git branch --move main\n"
    )
    assert git("show-ref", cwd=desks.remote) == before
    git("branch", "--move", "main", cwd=here)
    assert cli("--store", str(here / "tasks.toml"), "sync", str(desks.remote)).code == 0


def test_git_pull_merges_by_record_too(desks: Desks) -> None:
    both_add(desks)
    desks.done(0, "sync")
    here = desks.store(1).parent
    git("commit", "--quiet", "--all", "--message", "x", cwd=here)
    git("pull", "--quiet", "--no-rebase", "--no-edit", cwd=here)
    pulled = desks.store(1).read_bytes()
    git("reset", "--quiet", "--hard", "HEAD^", cwd=here)
    desks.done(1, "sync")
    assert desks.store(1).read_bytes() == pulled
    desks.done(0, "sync")
    desks.same()


def test_where_somebody_was_quicker_it_is_done_again(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    both_add(desks)
    send, tries = Repository.push, []

    def push(self: Repository, remote: str, branch: str, commit: str) -> None:
        tries.append(commit)
        if len(tries) == 1:
            desks.done(0, "sync")
            monkeypatch.setenv("PILOTTASK_USER", CLERKS[1])
        send(self, remote, branch, commit)

    monkeypatch.setattr(Repository, "push", push)
    desks.done(1, "sync")
    assert len(tries) == 3
    desks.done(0, "sync")
    desks.same()


def test_where_others_are_always_quicker_it_gives_up_in_the_end(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    def push(_self: Repository, _remote: str, _branch: str, _commit: str) -> None:
        raise Rejected

    desks.done(0, "note", "1", "进展")
    with monkeypatch.context() as patched:
        patched.setattr(Repository, "push", push)
        assert desks.run(0, "sync").code == 6
    assert desks.done(0, "sync").out == "went: tasks changed: 1 共有\n"


def test_without_the_remote_or_git_nothing_is_lost(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    both_add(desks)
    before = desks.store(0).read_bytes()
    away = desks.remote.rename(desks.folder / "away.git")
    ran = desks.run(0, "sync")
    assert (ran.code, ran.out) == (7, "")
    assert f"{desks.remote} cannot be reached" in ran.err
    away.rename(desks.remote)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", "")
        assert desks.run(0, "sync") == (
            7,
            "",
            "error: git is not installed, and sync works by it\nhint: install it: https://git-scm.com\n",
        )
    assert desks.store(0).read_bytes() == before
    for who in (0, 1, 0):
        desks.done(who, "sync")
    desks.same()


@pytest.mark.parametrize(
    "lock", ["HEAD", "config", "index", "packed-refs", "refs/heads/main", "refs/remotes/origin/main", "pilottask.index"]
)
def test_a_lock_that_a_git_that_was_stopped_left_does_not_stay(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    monkeypatch.setattr(repository, "PAUSE", 0)
    monkeypatch.setattr(syncing, "PAUSE", 0)
    both_add(desks)
    desks.done(0, "sync")
    own = desks.store(1).parent / ".git"
    (own / f"{lock}.lock").touch()
    config = own / "config"  # so that it is written anew
    config.write_text(config.read_text(encoding="utf-8").replace("pilottask", "x"), encoding="utf-8")
    desks.done(1, "sync")
    desks.done(0, "sync")
    desks.same()


def test_a_list_that_is_gone_is_brought_back_with_what_was_not_sent(desks: Desks) -> None:
    desks.done(0, "note", "1", "未送")
    before = desks.store(0).read_bytes()
    desks.store(0).unlink()
    refused = desks.run(0, "sync")
    assert (refused.code, refused.err) == (
        4,
        (
            f"error: the list at {desks.store(0)} is gone\n"
            f"hint: pilottask --store {desks.store(0)} undo brings it back, then sync\n"
        ),
    )
    desks.done(0, "undo")
    assert desks.store(0).read_bytes() == before
    desks.store(0).unlink()
    shutil.rmtree(desks.store(0).with_name("tasks.toml.versions"))
    desks.done(0, "sync")
    desks.done(1, "note", "1", "进展")
    for who in (1, 0):
        desks.done(who, "sync")
    desks.same()


def test_what_else_stands_in_the_repository_of_either_side_stays(desks: Desks, cli: Cli) -> None:
    here = desks.folder / "third"
    here.mkdir()
    git("init", "--quiet", "--initial-branch", "main", cwd=here)
    (here / "readme").write_text("x", encoding="utf-8")
    (here / ".gitattributes").write_text("*.png binary\n", encoding="utf-8")
    git("add", ".", cwd=here)
    git("commit", "--quiet", "--message", "x", cwd=here)
    assert cli("--store", str(here / "tasks.toml"), "sync", str(desks.remote)).code == 0
    assert (here / "tasks.toml").read_bytes() == desks.store(0).read_bytes()
    other = desks.folder / "fourth"
    other.mkdir()
    shutil.copy(here / "tasks.toml", other)
    git("init", "--quiet", "--initial-branch", "main", cwd=other)
    (other / "notes").write_text("y", encoding="utf-8")
    git("add", ".", cwd=other)
    git("commit", "--quiet", "--message", "y", cwd=other)
    for store in (here, other, here):
        assert cli("--store", str(store / "tasks.toml"), "note", "1", store.name).code == 0
        assert cli("--store", str(store / "tasks.toml"), "sync", str(desks.remote)).code == 0
    for store in (here, other):
        assert git("status", "--short", cwd=store) == ""
    assert [(here / name).read_text(encoding="utf-8") for name in ("readme", "notes")] == ["x", "y"]
    assert (here / ".gitattributes").read_text(encoding="utf-8").startswith("*.png binary\n")


def test_a_first_sync_that_was_stopped_after_git_init_goes_on(desks: Desks, cli: Cli) -> None:
    here = desks.folder / "third"
    here.mkdir()
    git("init", "--quiet", "--initial-branch", "master", cwd=here)
    assert cli("--store", str(here / "tasks.toml"), "sync", str(desks.remote)).code == 0
    assert (here / "tasks.toml").read_bytes() == desks.store(0).read_bytes()


def test_a_git_that_is_too_old_is_called_so(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Repository, "text", lambda _self, *_words: "git version 1.8.3.1")
    assert desks.run(0, "sync") == (
        7,
        "",
        "error: git version 1.8.3.1 is too old: sync needs 2.13 or newer\nhint: install it: https://git-scm.com\n",
    )


def test_git_s_settings_for_other_work_change_nothing(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = desks.folder / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "pre-push", "post-checkout", "reference-transaction"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    (desks.folder / "attributes").write_text("* text eol=crlf\n", encoding="utf-8")
    settings: dict[str, dict[str, object]] = {
        "core": {"autocrlf": "true", "safecrlf": "true", "quotePath": "true", "hooksPath": hooks},
        "commit": {"gpgSign": "true"},
        "push": {"gpgSign": "true", "followTags": "true"},
        "user": {"useConfigOnly": "true", "email": "x@x.example"},
        "init": {"defaultObjectFormat": "sha256"},
    }
    settings["core"]["attributesFile"] = desks.folder / "attributes"
    text = "".join(
        f"[{name}]\n" + "".join(f"{key} = {said}\n" for key, said in keys.items()) for name, keys in settings.items()
    )
    (desks.folder / ".gitconfig").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HOME", str(desks.folder))
    monkeypatch.setenv("GIT_DIR", str(desks.folder / "elsewhere"))
    both_add(desks)
    for who in (0, 1, 0):
        desks.done(who, "sync")
    desks.same()


def test_a_remote_that_takes_nothing_is_told_with_what_to_do(desks: Desks) -> None:
    git("init", "--quiet", "--initial-branch", "main", "worked-in", cwd=desks.folder)
    ran = desks.run(0, "sync", str(desks.folder / "worked-in"))
    assert (ran.code, ran.out) == (7, "")
    assert ran.err == (
        f"error: nothing can be sent to {desks.folder / 'worked-in'}: "
        "refusing to update checked out branch: refs/heads/main\n"
        "hint: git init --bare FOLDER makes one that lists can meet in\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no file there is called so")
def test_a_list_of_any_name_is_merged_by_record_by_git_too(desks: Desks, cli: Cli) -> None:
    store = desks.folder / "other" / '我的 [清单]?\t"x".toml'
    git("init", "--quiet", "--bare", "--initial-branch", "清单", "other.git", cwd=desks.folder)
    assert cli("--store", str(store), "init", "--name", "沾益区").code == 0
    assert cli("--store", str(store), "sync", str(desks.folder / "other.git")).code == 0
    said = git("check-attr", "-z", "merge", "--", store.name, cwd=store.parent)
    assert said.split("\0")[2] == "pilottask"
    git("clone", "--quiet", str(desks.folder / "other.git"), "plain", cwd=desks.folder)
    assert (desks.folder / "plain" / store.name).read_bytes() == store.read_bytes()


def test_what_cannot_be_a_remote_is_refused_with_nothing_changed(desks: Desks, cli: Cli) -> None:
    folder = desks.folder / "other"
    folder.mkdir()
    store = str(folder / "tasks.toml")
    (desks.folder / "plain").mkdir()

    def refused(*words: str) -> tuple[int, str, list[str]]:
        ran = cli("--store", store, *words)
        return ran.code, ran.err.splitlines()[0], sorted(path.name for path in folder.iterdir())

    assert refused("sync") == (2, "error: sync does not know yet where the lists meet", [])
    assert cli("--store", store, "init", "--name", "沾益区").code == 0
    assert cli("--store", store, "add", "乙", "-d", "局", "--new-department").code == 0
    there = ["tasks.toml", "tasks.toml.lock", "tasks.toml.versions"]
    assert refused("sync", str(desks.folder / "plain")) == (
        4,
        f"error: {desks.folder / 'plain'} is no git repository, so nothing was changed",
        there,
    )
    assert refused("sync", str(desks.remote)) == (
        2,
        f"error: at {desks.remote} is another list, of “麒麟区”: none of its tasks (1) are here",
        there,
    )
    git("init", "--quiet", cwd=desks.folder)
    assert refused("sync", str(desks.remote)) == (
        2,
        f"error: {store} stands inside another git repository, {desks.folder}",
        there,
    )


def test_a_list_of_another_name_is_not_taken_for_it(desks: Desks, cli: Cli) -> None:
    other = desks.folder / "third" / "other.toml"
    ran = cli("--store", str(other), "sync", str(desks.remote))
    assert ran.code == 4
    assert ran.err.splitlines() == [
        f"error: {desks.remote} has no list called “other.toml”",
        "hint: it has tasks.toml; --store FILE takes one of that name",
    ]
    assert list(other.parent.iterdir()) == []


def test_markers_that_git_left_are_called_so(desks: Desks) -> None:
    sound = desks.store(0).read_bytes()
    desks.store(0).write_bytes(b"<<<<<<< HEAD\n" + sound + b"=======\n" + sound + b">>>>>>> x\n")
    ran = desks.run(0, "sync")
    assert ran.code == 5
    assert "line 1: git left a conflict here" in ran.err


def test_merge_leaves_the_result_in_ours(desks: Desks, cli: Cli) -> None:
    base, ours, theirs = (desks.folder / name for name in (".merge_file_a", ".merge_file_b", ".merge_file_c"))
    base.write_bytes(desks.store(0).read_bytes())
    both_add(desks)
    ours.write_bytes(desks.store(0).read_bytes())
    theirs.write_bytes(desks.store(1).read_bytes())
    assert cli("merge", str(base), str(ours), str(theirs)) == (
        0,
        "",
        "both sides had given number 2: what was entered later is task 3 “晚” now\n",
    )
    desks.done(0, "sync")
    desks.done(1, "sync")
    assert ours.read_bytes().count(b"[[task]]") == 3
    assert cli("--store", str(ours), "list", "--format", "tsv").out.count("\n") == 4
    assert sorted(ours.read_text(encoding="utf-8")) == sorted(desks.store(1).read_text(encoding="utf-8"))


@pytest.mark.skipif(sys.platform == "win32", reason="kills a group of processes")
def test_syncs_that_are_killed_lose_nothing(tmp_path: Path) -> None:
    assert sum(stress.run(tmp_path, 4).values()) == 4
