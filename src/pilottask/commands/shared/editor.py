"""A task edited in the user's own editor: the process around `pilottask.exchange.task_text`."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from pilottask.base.errors import Interrupted, NotFound, PilotError, UsageFault
from pilottask.base.folders import cache as user_cache
from pilottask.base.i18n import _
from pilottask.base.text import quote, visible
from pilottask.commands.session import Session
from pilottask.exchange import task_text
from pilottask.store import files
from pilottask.store.reader import Written


def edit_task(session: Session, number: int, *, new_departments: bool) -> Written | None:
    """Let the user edit a task as text, again after a mistake; return what was written, None where nothing changed.

    The store is not locked meanwhile. Text that was changed and cannot be written stays in a file that the error
    names. Raises UsageFault where there is no terminal or no editor, Conflict, and whatever writing raises.
    """
    base = session.task(number)
    command = _command(session, number)
    offered = task_text.text(base, session.ledger.departments, today=session.today)
    with _draft(f"task-{number}.toml", offered, session.warn) as path:
        while True:
            _run(command, path)
            typed = None
            try:
                typed = _read_text(path)
                made = task_text.changes_in(base, typed)
                if not made:
                    return None
                return session.change(
                    partial(task_text.apply, base=base, made=made, stamp=session.stamp, new_departments=new_departments)
                )
            except task_text.Conflict:
                raise
            except (UsageFault, NotFound) as error:
                session.warn(_("error: ") + visible(error.message))
                if error.hint:
                    session.warn(_("hint: ") + visible(error.hint))
                if not session.confirm(_("Edit again?") + " ", default=True):
                    raise UsageFault(_("nothing was changed")) from error
                if typed is not None:
                    _explain(path, typed, error)


def _command(session: Session, number: int) -> list[str]:
    """Return the editor with its arguments. Raises UsageFault where it can't be used or is not known."""
    hint = _("for example: pilottask edit {id} --owner NAME; see pilottask edit -h").format(id=number)
    if not (session.interactive and session.terminal.is_terminal):
        raise UsageFault(_("nothing to change was given, and there is no terminal for an editor"), hint=hint)
    command = editor_command(os.environ, windows=os.name == "nt")
    if not command:
        raise UsageFault(_("no editor is named: set VISUAL or EDITOR"), hint=hint)
    return command


def editor_command(environ: Mapping[str, str], *, windows: bool) -> list[str]:
    """Return the editor that VISUAL or EDITOR names, with its arguments; else Notepad on Windows, nothing elsewhere.

    Raises UsageFault where a quotation mark never closes.
    """
    named = next((value for name in ("VISUAL", "EDITOR") if (value := environ.get(name, "").strip())), "")
    try:
        if not windows:
            return shlex.split(named)
        # Backslashes part folders there, so quotation marks are all that is read.
        return [word.strip('"') for word in shlex.split(named, posix=False)] or ["notepad"]
    except ValueError as error:
        message = _("a quotation mark never closes in the editor's command {command}").format(command=quote(named))
        raise UsageFault(message) from error


@contextmanager
def _draft(name: str, text: str, warn: Callable[[str], None]) -> Iterator[Path]:
    """Give a file with `text` in a private folder, taken away after; kept and named where changed text would be lost.

    Not in the shared folder for temporary files, where others can look; an editor's own copies go the same way.
    """
    above = user_cache()
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="edit-", dir=above))
    path = folder / name
    kept = False
    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8", newline="\n")
        yield path
    except BaseException as error:
        kept = _was_changed(path, text)
        if not kept:
            raise
        where = _("what you typed is kept in {path}").format(path=path)
        if isinstance(error, KeyboardInterrupt | Interrupted):
            raise Interrupted(_("nothing was changed; {where}").format(where=where)) from error
        if isinstance(error, PilotError):
            error.hint = f"{error.hint}\n{where}" if error.hint else where
        else:
            warn(where)
        raise
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _was_changed(path: Path, text: str) -> bool:
    """Tell whether the file no longer holds `text`; where it cannot be read, it may hold something else."""
    try:
        return path.read_bytes() != text.encode()
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise UsageFault(_("the editor left no file")) from error
    except UnicodeDecodeError as error:
        raise UsageFault(_("the text is not in UTF-8; save it in that encoding")) from error


def _explain(path: Path, typed: str, error: PilotError) -> None:
    """Put what is wrong on top of the text."""
    with suppress(OSError):  # what was typed stays as it is
        files.replace(path, task_text.with_error(typed, error).encode(), durable=False)


def _run(command: Sequence[str], path: Path) -> None:
    """Run the editor until it ends; Ctrl-C is its own meanwhile. Raises UsageFault where it can't or fails."""
    shown = quote(shlex.join(command))
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)  # unlike SIG_IGN it ends with this process
    try:
        code = subprocess.call([*command, str(path)])  # noqa: S603  the user's own editor
    except OSError as error:
        message = _("the editor {command} cannot be started: {why}").format(command=shown, why=error.strerror)
        raise UsageFault(message, hint=_("set VISUAL or EDITOR")) from error
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        message = _("the editor {command} ended with code {code}, so nothing was changed")
        raise UsageFault(message.format(command=shown, code=code))
