"""The printed sheets of a pilot: content worked out once, then written as text, Markdown, HTML or Word."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.paper.document import Document


class PaperFormat(StrEnum):
    """What a sheet or slip is written as; JSON is made of its content, not of its document."""

    TEXT = "text"
    MD = "md"
    HTML = "html"
    DOCX = "docx"
    JSON = "json"


_ENDINGS = {
    ".txt": PaperFormat.TEXT,
    ".text": PaperFormat.TEXT,
    ".md": PaperFormat.MD,
    ".markdown": PaperFormat.MD,
    ".html": PaperFormat.HTML,
    ".htm": PaperFormat.HTML,
    ".docx": PaperFormat.DOCX,
    ".json": PaperFormat.JSON,
}


def format_of(path: Path, taken: Sequence[PaperFormat] = tuple(PaperFormat)) -> PaperFormat:
    """Return the format that the ending of a file's name says. Raises UsageFault where it is none of those `taken`."""
    fmt = _ENDINGS.get(path.suffix.lower())
    if fmt is None or fmt not in taken:
        message = _("{path}: its ending says no form that this can be written in")
        hint = _("endings taken: {endings}").format(endings=_(", ").join(map(ending_of, taken)))
        raise UsageFault(message.format(path=quote(str(path))), hint=hint)
    return fmt


def ending_of(fmt: PaperFormat) -> str:
    """Return the usual ending of a file's name in this format."""
    return next(ending for ending, form in _ENDINGS.items() if form is fmt)


def write(document: Document, fmt: PaperFormat, *, moment: datetime, form_feed: bool = False) -> bytes:
    """Return `document` in this format, text in UTF-8. Raises UsageFault where Word is asked for and not installed.

    `moment` (aware) is when a file that says so was made. `form_feed` is of text alone: pages with their numbers.
    """
    match fmt:
        case PaperFormat.TEXT:
            from pilottask.paper.writers.text import write as write_text  # noqa: PLC0415  of four writers one is needed

            return write_text(document, form_feed=form_feed).encode()
        case PaperFormat.MD:
            from pilottask.paper.writers.markdown import write as write_markdown  # noqa: PLC0415  as above

            return write_markdown(document).encode()
        case PaperFormat.HTML:
            from pilottask.paper.writers.html import write as write_html  # noqa: PLC0415  as above

            return write_html(document).encode()
        case PaperFormat.DOCX:
            try:
                from pilottask.paper.writers.word import write as write_word  # noqa: PLC0415  as above, and an extra
            except ModuleNotFoundError:
                hint = _("install it with: pip install 'pilottask[office]'")
                raise UsageFault(_("Word files need python-docx, which is not installed"), hint=hint) from None
            return write_word(document, moment=moment)
        case PaperFormat.JSON:
            raise ValueError(fmt)
        case _:
            assert_never(fmt)
