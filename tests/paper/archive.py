"""Sheets issued one after the other and kept, as a store keeps them."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from pilottask.base.i18n import Lang
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import IssuedSheet, Ledger
from pilottask.paper import kept, series
from pilottask.paper.content import Sheet
from pilottask.paper.kept import KeptSheet
from pilottask.paper.series import Asked
from pilottask.store import files
from pilottask.store.sheet_files import pack


class Archive:
    """What is kept of each sheet, by its number."""

    def __init__(self) -> None:
        self._contents: dict[int, bytes] = {}

    def issue(
        self,
        ledger: Ledger,
        moment: datetime,
        *,
        lang: Lang = Lang.ZH,
        number: int | None = None,
        again: bool = True,
        **asked: Any,  # noqa: ANN401  whatever can be asked
    ) -> Ledger:
        """Return `ledger` with the sheet of this moment issued."""
        new = series.issue(
            ledger,
            Asked(moment=moment, **asked),
            Stamp(moment, "王芳"),
            self.load,
            lang=lang,
            given=frozenset(self._contents),
            number=number,
            again=again,
        )
        self._contents[new.n] = msgspec.json.encode(new)
        record = IssuedSheet(n=new.n, at=new.at, by=new.by, kept=pack(new.n, self._contents[new.n]).digest)
        return msgspec.structs.replace(ledger, sheets=(*ledger.sheets, record))

    def __getitem__(self, n: int) -> KeptSheet:
        return kept.decode(self._contents[n])

    def load(self, record: IssuedSheet) -> KeptSheet:
        """Return what is kept of `record`."""
        return self[record.n]

    def draft(self, ledger: Ledger, moment: datetime, **asked: Any) -> Sheet:  # noqa: ANN401  whatever can be asked
        """Return the sheet of this moment as a draft."""
        return series.draft(ledger, Asked(moment=moment, **asked), self.load)

    def content(self, n: int) -> Any:  # noqa: ANN401  as scripts read it
        """Return the content of an issued sheet."""
        return msgspec.json.decode(self[n].content)

    def put_beside(self, store: Path) -> None:
        """Keep all of it beside the store at this path."""
        files.versions_folder(store).mkdir(exist_ok=True)
        for n, content in self._contents.items():
            packed = pack(n, content)
            (files.versions_folder(store) / packed.name).write_bytes(packed.data)


def draft(ledger: Ledger, moment: datetime, **asked: Any) -> Sheet:  # noqa: ANN401  whatever can be asked
    """Return the sheet of this moment as a draft, of a list no sheet of which is issued."""
    return Archive().draft(ledger, moment, **asked)
