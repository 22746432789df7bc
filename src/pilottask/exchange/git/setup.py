"""What a repository needs so that the lists of several clerks meet in it; done anew at each sync, and the same then."""

import shlex
import shutil
import sys
from pathlib import Path
from typing import Final, NamedTuple

from pilottask.base.errors import IoFault, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.exchange.git.repository import DRIVER, REMOTE, Repository
from pilottask.store import files

_BRANCH: Final = "main"


class Place(NamedTuple):
    """The repository beside a store, with its remote and branch; `made` is what was not there before."""

    repository: Repository
    remote: str
    branch: str
    made: tuple[Path, ...]

    def keep_remote(self) -> None:
        """Keep the remote, for later syncs and for git itself."""
        settings = {
            f"remote.{REMOTE}.url": self.remote,
            f"remote.{REMOTE}.fetch": f"+refs/heads/*:refs/remotes/{REMOTE}/*",
            f"branch.{self.branch}.remote": REMOTE,
            f"branch.{self.branch}.merge": f"refs/heads/{self.branch}",
        }
        if self.repository.text("config", "--local", f"remote.{REMOTE}.url") != self.remote:
            for key, value in settings.items():
                self.repository.configure(key, value)

    def take_back(self) -> None:
        """Remove what was made, where a first sync came to nothing."""
        for path in self.made:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def prepare(path: Path, remote: str | None, author: str) -> Place:
    """Return the repository beside the store at `path`, made where there is none.

    Raises UsageFault where no remote is known, or the store stands in another repository; NotFound and IoFault where
    the remote is none or out of reach; each with nothing changed.
    """
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.fault(error, _("cannot make the folder {path}").format(path=folder)) from error
    repository = Repository(folder, author=author)
    top = repository.top()
    if top is not None and top.resolve() != folder.resolve():
        hint = _("keep the list in a folder of its own: pilottask --store FOLDER/tasks.toml sync REMOTE")
        message = _("{path} stands inside another git repository, {top}")
        raise UsageFault(message.format(path=path, top=top), hint=hint)
    known = repository.text("config", "--local", f"remote.{REMOTE}.url") if top else None
    if remote is not None and Path(remote).is_dir():
        remote = str(Path(remote).resolve())
    url = remote or known
    if not url:
        hint = _("name a git repository, as a folder on a share: pilottask sync REMOTE")
        raise UsageFault(_("sync does not know yet where the lists meet"), hint=hint)
    if url.startswith("-"):
        raise UsageFault(_("{remote} cannot be the name of a repository").format(remote=safe(url)))
    heads = repository.heads(url)
    beside = (folder / ".git", folder / ".gitattributes")
    made = tuple(each for each in beside if top is None and not each.exists())
    if top is None:
        repository.git("init", "--quiet")
    if repository.text("rev-parse", "--verify", "--quiet", "HEAD") is None:
        usual = repository.usual_branch(url) or _BRANCH
        branch = heads[0] if len(heads) == 1 else _BRANCH if heads and usual not in heads else usual
        repository.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    branch = repository.text("symbolic-ref", "--short", "--quiet", "HEAD") or ""
    if not branch:
        raise UsageFault(_("the repository beside the list is on no branch"), hint=_("git switch main"))
    if heads and branch not in heads:  # they would each send to a branch of their own, unheard
        message = _("{remote} has no branch {branch}, only {names}")
        hint = _("go over to the branch that the others have: git branch --move {branch}")
        message = message.format(remote=safe(url), branch=safe(branch), names=_(", ").join(map(safe, heads)))
        raise UsageFault(message, hint=hint.format(branch=safe(heads[0])))
    _set_up_driver(repository, path)
    repository.nameless = None in {repository.text("config", key) for key in ("user.name", "user.email")}
    return Place(repository, url, branch, made)


def _set_up_driver(repository: Repository, path: Path) -> None:
    """Have git merge the list by its records, whoever calls it, and leave what stands beside it alone."""
    program = shlex.join([Path(sys.executable).as_posix(), "-m", "pilottask", "merge"])
    driver = f"{program} %O %A %B"
    if repository.text("config", "--local", f"merge.{DRIVER}.driver") != driver:
        repository.configure(f"merge.{DRIVER}.name", "pilottask, by record")
        repository.configure(f"merge.{DRIVER}.driver", driver)
    name = "".join("\\" + letter if letter in "\\*?[]" else letter for letter in f"/{path.name}")
    patterns = {name: f"merge={DRIVER} -text", f"{name}.*/**": "-text"}
    lines = [f"{_attribute_pattern(pattern)} {said}" for pattern, said in patterns.items()]
    _with_lines(path.with_name(".gitattributes"), lines)
    git = repository.folder / ".git"
    if git.is_dir():
        kept = [f"!{name}.versions/{kind}-*" for kind in ("sheet", "slip")]
        beside = [f"{name}.versions/*", *kept, f"{name}*.tmp", f"{name}.lock"]
        _with_lines(git / "info" / "exclude", beside)


def _attribute_pattern(pattern: str) -> str:
    """Return a pattern as .gitattributes takes it: with blanks in it as a string of C."""
    if not any(letter.isspace() for letter in pattern):
        return pattern
    escaped = pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


def _with_lines(path: Path, lines: list[str]) -> None:
    """Put those of `lines` at the end of the file that are not in it. Raises IoFault."""
    try:
        path.parent.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        missing = [line for line in lines if line not in text.splitlines()]
        if missing:
            end = "" if not text or text.endswith("\n") else "\n"
            files.replace(path, (text + end + "\n".join(missing) + "\n").encode(), like=path)
    except (OSError, UnicodeDecodeError) as error:
        raise IoFault(_("cannot write {path}").format(path=path)) from error
