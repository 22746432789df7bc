"""The git repository beside a store: git is run here and nowhere else, and no tree is touched but by what is said."""

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pilottask.base.errors import IoFault, NotFound
from pilottask.base.i18n import _
from pilottask.base.text import safe

REMOTE: Final = "origin"
"""What git calls the repository that the lists meet in."""
DRIVER: Final = "pilottask"
_OLDEST: Final = (2, 13)
"""The first version of git that knows all that is asked of it here."""
_EMPTY_TREE: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What two sides began with that have no commit in common."""
_NONE: Final = "0" * 40
"""What git takes for no object."""
_KEPT: Final = frozenset({"GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_EXEC_PATH"})
"""Variables that say how to reach a remote; all others would say that another repository is meant."""
_QUICKER: Final = (b"non-fast-forward", b"fetch first", b"cannot lock ref", b"failed to update ref", b"stale info")
"""What git says where somebody else sent something meanwhile, or is just about to."""
_LOCK: Final = re.compile(rb"Unable to create '([^\n]+\.lock)': File exists")
PATIENCE: Final = 10
"""How often a lock of git is met before it is taken for one that was left."""
PAUSE: Final = 0.1
"""Seconds between."""
_CONFIG: Final = {
    "core.autocrlf": "false",
    "core.safecrlf": "false",
    "core.fsync": "committed,reference",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "commit.gpgSign": "false",
    "push.gpgSign": "false",
    "push.followTags": "false",
    "submodule.recurse": "false",
    "gc.autoDetach": "false",
    "protocol.ext.allow": "never",
}
"""What must not be as somebody set it for other work: how bytes are kept, and what runs, is signed or sent besides."""


class Rejected(Exception):
    """Somebody was quicker; `lock` is the file by which git keeps others away, where it met one."""

    def __init__(self, lock: Path | None = None) -> None:
        super().__init__()
        self.lock = lock


class Repository:
    """The repository whose tree is `folder`; `author` is who commits where git knows nobody."""

    def __init__(self, folder: Path, *, author: str) -> None:
        self.folder = folder
        self._author = author
        if shutil.which("git") is None:
            raise IoFault(_("git is not installed, and sync works by it"), hint=_("install it: https://git-scm.com"))
        match = re.search(r"(\d+)\.(\d+)", version := self.text("version") or "")
        if match and (int(match[1]), int(match[2])) < _OLDEST:
            needed = ".".join(map(str, _OLDEST))
            why = _("{version} is too old: sync needs {needed} or newer").format(version=safe(version), needed=needed)
            raise IoFault(why, hint=_("install it: https://git-scm.com"))

    def git(self, *words: str, data: bytes | None = None, index: str | None = None) -> bytes:
        """Return what git says. Raises IoFault with its own words where it fails, Rejected where it met a lock."""
        done = self.try_git(*words, data=data, index=index)
        if done.returncode:
            if lock := _lock_met(done.stderr):
                raise Rejected(lock)
            raise IoFault(_("git {command} failed: {text}").format(command=words[0], text=_last_words(done.stderr)))
        return done.stdout

    def try_git(
        self, *words: str, data: bytes | None = None, index: str | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run git and return how it ended. Raises IoFault where it cannot be run."""
        options = [part for key, value in _CONFIG.items() for part in ("-c", f"{key}={value}")]
        try:
            return subprocess.run(  # noqa: S603  no shell; the words are ours, a remote stands behind --
                ["git", *options, "-c", f"safe.directory={self.folder}", *words],  # noqa: S607
                cwd=self.folder,
                input=data or b"",
                capture_output=True,
                env=self._environment(index),
                check=False,
            )
        except OSError as error:
            raise IoFault(_("git cannot be run: {text}").format(text=error.strerror)) from error

    def _environment(self, index: str | None) -> Mapping[str, str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT}
        env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_CEILING_DIRECTORIES": "", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        env["GIT_DEFAULT_HASH"] = "sha1"  # as those have who made the remote, whatever git makes here otherwise
        if index is not None:
            env["GIT_INDEX_FILE"] = index
        if self.nameless:
            name = self._author.replace("<", "").replace(">", "").strip() or "pilottask"
            env |= {f"GIT_{who}_NAME": name for who in ("AUTHOR", "COMMITTER")}
            env |= {f"GIT_{who}_EMAIL": "pilottask@localhost" for who in ("AUTHOR", "COMMITTER")}
        return env

    nameless = False
    """Set where git has no name and address for who commits."""

    def text(self, *words: str) -> str | None:
        """Return the line that git says, None where it fails."""
        done = self.try_git(*words)
        return None if done.returncode else done.stdout.decode(errors="replace").strip()

    def configure(self, key: str, value: str) -> None:
        """Set a setting of the repository; a lock on them that stays was left by a git that was stopped."""
        lock = self.own_folder() / "config.lock"
        for _time in range(PATIENCE):
            if not self.try_git("config", "--local", key, value).returncode:
                return
            if not lock.exists():
                break
            time.sleep(PAUSE)
        lock.unlink(missing_ok=True)
        self.git("config", "--local", key, value)

    def top(self) -> Path | None:
        """Return the top of the tree in which the folder stands, None where it stands in none."""
        done = self.try_git("-c", "safe.directory=*", "rev-parse", "--show-toplevel")
        return None if done.returncode else Path(done.stdout.decode(errors="surrogateescape").rstrip("\n"))

    # The remote

    def heads(self, remote: str) -> list[str]:
        """Return the branches of a remote. Raises NotFound where it is none, IoFault where it is out of reach."""
        done = self.try_git("ls-remote", *self._over("upload", remote), "--heads", "--", remote)
        if done.returncode == 0:
            lines = done.stdout.decode(errors="replace").splitlines()
            return [line.split("\t")[1].removeprefix("refs/heads/") for line in lines]
        if Path(remote).exists():
            message = _("{remote} is no git repository, so nothing was changed")
            hint = _("git init --bare FOLDER makes one that lists can meet in")
            raise NotFound(message.format(remote=safe(remote)), hint=hint)
        raise self._out_of_reach(remote, done.stderr)

    def usual_branch(self, remote: str) -> str | None:
        """Return the branch that a clone of a remote in a folder would be on, None where it does not tell."""
        words = ("-c", "safe.directory=*", "-C", remote, "symbolic-ref", "--quiet", "--short", "HEAD")
        return self.text(*words) if Path(remote).is_dir() else None

    @staticmethod
    def _out_of_reach(remote: str, said: bytes) -> IoFault:
        why = _("{remote} cannot be reached: {text}").format(remote=safe(remote), text=_last_words(said))
        return IoFault(why, hint=_("what was done here stays; pilottask sync again when it can be reached"))

    def _over(self, pack: str, remote: str) -> list[str]:
        """Return how a folder of another account, as on a share, is read or written without running its hooks."""
        if not Path(remote).is_dir():
            return []
        command = ["git", "-c", "safe.directory=*", "-c", f"core.hooksPath={os.devnull}", f"{pack}-pack"]
        return [f"--{pack}-pack={shlex.join(command)}"]

    def fetch(self, remote: str, branch: str) -> str | None:
        """Bring what the remote has; return its commit, None where it has none yet. Raises IoFault."""
        if branch not in self.heads(remote):
            return None
        ref = f"refs/remotes/{REMOTE}/{branch}"
        words = ("fetch", "--quiet", "--no-tags", *self._over("upload", remote), "--", remote)
        done = self.try_git(*words, f"+refs/heads/{branch}:{ref}")
        if done.returncode:
            if lock := _lock_met(done.stderr):
                raise Rejected(lock)
            raise self._out_of_reach(remote, done.stderr)
        return self.text("rev-parse", "--verify", "--quiet", ref)

    def push(self, remote: str, branch: str, commit: str) -> None:
        """Send a commit. Raises Rejected where the remote has something newer, IoFault where it cannot be sent."""
        words = ("push", "--quiet", "--no-verify", *self._over("receive", remote), "--", remote)
        done = self.try_git(*words, f"{commit}:refs/heads/{branch}")
        said = done.stderr + done.stdout
        if done.returncode == 0:
            self.git("update-ref", f"refs/remotes/{REMOTE}/{branch}", commit)
            return
        if any(word in said for word in _QUICKER):
            raise Rejected(_lock_met(said))
        raise IoFault(
            _("nothing can be sent to {remote}: {text}").format(remote=safe(remote), text=_last_words(said)),
            hint=_("what was done here stays, with what came; pilottask sync again when it takes something")
            if b"checked out branch" not in said
            else _("git init --bare FOLDER makes one that lists can meet in"),
        )

    # Commits

    def files(self, commit: str | None) -> dict[str, str]:
        """Return the blobs of a commit by their paths."""
        if commit is None:
            return {}
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", commit).decode(errors="surrogateescape")
        rows = (row.split("\t", 1) for row in listed.split("\0") if row)
        return {path: head.split()[2] for head, path in rows if head.split()[1] == "blob"}

    def read(self, blob: str) -> bytes:
        """Return the bytes of a blob."""
        return self.git("cat-file", "blob", blob)

    def keep(self, data: bytes) -> str:
        """Keep bytes as a blob, as they are, and return its name."""
        return self.git("hash-object", "-w", "--no-filters", "--stdin", data=data).decode().strip()

    def commit(
        self, parents: list[str], files: Mapping[str, str], message: str, *, base: str | None = None
    ) -> tuple[str, list[str]]:
        """Return a new commit with `files` in the tree of its parents, and which other files both sides changed."""
        index = self._index()
        if len(parents) > 1:
            self.git("read-tree", "-i", "-m", "--aggressive", base or _EMPTY_TREE, *parents, index=index)
        elif parents:
            self.git("read-tree", parents[-1], index=index)
        gone = "".join(f"0 {_NONE}\t{path}\0" for path in files)
        self._fill_index(gone + _rows(files), index=index)
        left = self.git("ls-files", "-u", "-z", index=index).decode(errors="surrogateescape")
        if left:
            return "", sorted({row.split("\t", 1)[1] for row in left.split("\0") if row})
        tree = self.git("write-tree", index=index).decode().strip()
        Path(index).unlink(missing_ok=True)
        if len(parents) == 1 and tree == self.text("rev-parse", f"{parents[0]}^{{tree}}"):
            return parents[0], []
        words = [part for parent in parents for part in ("-p", parent)]
        return self.git("commit-tree", tree, *words, data=message.encode()).decode().strip(), []

    def _fill_index(self, rows: str, *, index: str) -> None:
        self.git("update-index", "-z", "--index-info", data=rows.encode(errors="surrogateescape"), index=index)

    def move(self, branch: str, new: str, old: str | None, files: Mapping[str, str]) -> None:
        """Make `new` the branch's commit, and the tree's other files what it has, where they stand as they did.

        Raises Rejected where the branch has moved meanwhile. What git holds of the tree is put in place whole, so that
        no lock on it is left where this is stopped.
        """
        ref = f"refs/heads/{branch}"
        if new != old and (done := self.try_git("update-ref", ref, new, old or _NONE)).returncode:
            raise Rejected(_lock_met(done.stderr))
        index, present = self._index(), self.own_folder() / "index"
        if old is None or not present.exists():
            self.git("read-tree", new, index=index)
            self.try_git("checkout-index", "--all", "--quiet", index=index)
        else:
            shutil.copyfile(present, index)
            self._fill_index(_rows(files), index=index)
            self.try_git("read-tree", "-m", "-u", old, new, index=index)
        Path(index).replace(present)

    def own_folder(self) -> Path:
        """Return where git keeps what is its own."""
        return Path(self.text("rev-parse", "--absolute-git-dir") or self.folder / ".git")

    def _index(self) -> str:
        """Return the path of an index of our own, with none there yet; one sync at a time works with it."""
        path = self.own_folder() / "pilottask.index"
        for left in (path, path.with_name(f"{path.name}.lock")):
            left.unlink(missing_ok=True)
        return str(path)


def _rows(files: Mapping[str, str]) -> str:
    return "".join(f"100644 {blob} 0\t{path}\0" for path, blob in files.items())


def _lock_met(said: bytes) -> Path | None:
    match = _LOCK.search(said)
    return Path(os.fsdecode(match[1])) if match else None


def _last_words(said: bytes) -> str:
    stripped = (line.strip().removeprefix("remote: ") for line in said.decode(errors="replace").splitlines())
    lines = list(filter(None, stripped))
    wanted = [
        line.removeprefix("fatal: ").removeprefix("error: ") for line in lines if line.startswith(("fatal", "error"))
    ]
    return safe((wanted or lines or ["?"])[0])
