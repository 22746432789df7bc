"""Where printouts go and in which form, declared once for report, notice, agenda and results."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from pilottask.base.errors import IoFault, UsageFault
from pilottask.base.i18n import Lang, _, speaking
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared.files_out import destination, write
from pilottask.ledger import as_json
from pilottask.paper import writers
from pilottask.paper.document import Document
from pilottask.paper.writers import PaperFormat

Plan = list[tuple[Path | None, PaperFormat]]
"""What is to be written; None is standard output."""


class Outputs(Struct, frozen=True):
    """Where a printout goes, and in which form."""

    fmt: Annotated[PaperFormat | None, typer.Option("--format", help=_("The form, where no file's ending says it"))] = (
        None
    )
    output: Annotated[
        list[Path] | None, typer.Option("--output", "-O", help=_("File to write: .txt, .md, .html, .docx, .json"))
    ] = None
    form_feed: Annotated[
        bool, typer.Option("--form-feed", help=_("Text in numbered pages, parted by form feeds for a printer"))
    ] = False
    printer: Annotated[
        str | None,
        typer.Option(
            "--print",
            metavar=_("COMMAND"),
            help=_("Give it to this command, such as lp; nothing goes on record where that fails"),
        ),
    ] = None

    def plan(self, session: Session) -> Plan:
        """Return what is to be written.

        Raises UsageFault for a form or file that cannot be, IoFault for a file that could not be written.
        """
        if not self.output and self.printer is not None:
            return []
        if not self.output:
            form = self.fmt or PaperFormat.TEXT
            if form is PaperFormat.DOCX and sys.stdout.isatty():
                hint = _("name a file: --output sheet.docx")
                raise UsageFault(_("a Word file is nothing to show on a terminal"), hint=hint)
            return [(None, form)]
        plan: Plan = []
        for path in self.output:
            plan.append((path, self._form(path)))
            _check_writable(path, session.path)
        return plan

    def check_none(self, option: str) -> None:
        """Raise UsageFault where it is said where the printout goes, which `option` says already."""
        if self.output or self.printer is not None:
            raise UsageFault(
                _("{option} says where the slips go; it does not go with --output or --print").format(option=option)
            )

    def _form(self, path: Path) -> PaperFormat:
        try:
            return writers.format_of(path)
        except UsageFault:
            if self.fmt is None:
                raise
            return self.fmt

    def encode(self, paper: "Paper") -> list[bytes]:
        """Return the bytes of each planned form, after printing. Raises IoFault where the printer fails."""
        if self.printer is not None:
            _print(self.printer, paper.encode(self.fmt or PaperFormat.TEXT, form_feed=self.form_feed))
        return [paper.encode(form, form_feed=self.form_feed) for _path, form in paper.plan]


class Paper(Struct, frozen=True):
    """Something to print, in the language it is printed in: its content for scripts, and what puts it in words.

    `moment` is when a file that says so was made; with `wide`, characters of ambiguous width take two columns even
    where the document does not say so.
    """

    content: Callable[[], object]
    document: Callable[[], Document]
    moment: datetime
    lang: Lang
    plan: Plan
    wide: bool

    def encode(self, form: PaperFormat, *, form_feed: bool) -> bytes:
        """Return its bytes in this form."""
        if form is PaperFormat.JSON:
            return as_json.json_text(self.content()).encode()
        with speaking(self.lang):
            document = self.document()
            if self.wide:
                document = replace(document, wide_ambiguous=True)
            return writers.write(document, form, moment=self.moment, form_feed=form_feed)


def paper_now(session: Session, content: Callable[[], object], document: Callable[[], Document], plan: Plan) -> Paper:
    """Return what is printed now, in the language and on the console of `session`."""
    return Paper(content, document, session.now, session.lang, plan, session.terminal.wide_ambiguous)


def _check_writable(path: Path, store: Path) -> None:
    """Refuse, before anything is recorded, a file that could not be written."""
    folder = destination(path, store).parent
    cannot = _("cannot write {file}").format(file=quote(str(path)))
    if not folder.is_dir():
        raise IoFault(_("{what}: there is no folder {folder}").format(what=cannot, folder=quote(str(path.parent))))
    if not os.access(folder, os.W_OK):
        raise IoFault(_("{what}: permission denied").format(what=cannot))


def _print(command: str, data: bytes) -> None:
    """Give `data` to a command of the shell. Raises IoFault where it ends in failure."""
    import subprocess  # noqa: PLC0415  only a printer needs it

    done = subprocess.run(command, shell=True, input=data, capture_output=True, check=False)  # noqa: S602  the user's own
    if done.returncode:
        output = done.stderr.decode(errors="replace").strip() or _("exit code {code}").format(code=done.returncode)
        message = _("{command} failed, so nothing went on record: {reason}")
        raise IoFault(message.format(command=quote(command), reason=safe(output)))


def put(session: Session, paper: Paper, data: list[bytes]) -> None:
    """Write each file whole or not at all, and what goes to standard output."""
    for (path, _form), content in zip(paper.plan, data, strict=True):
        if path is None and session.terminal.is_terminal:
            session.page(content.decode())
            continue
        if path is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            continue
        write(path, content)
        session.warn(_("written: {file}").format(file=safe(str(path))))
