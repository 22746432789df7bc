"""The Chinese catalogue: nothing missing, nothing stale, and compiled as it stands.

Run this file to bring the catalogue up to date: messages that are new in the source are entered without a translation,
those that left it are dropped, and the whole is compiled. Run it again after translating.
"""

import io
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

import pilottask

SOURCE = Path(pilottask.__file__).parent
FOLDER = SOURCE / "locale" / "zh" / "LC_MESSAGES"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "counted": (2, 3), "pgettext": ((1, "c"), 2)}
Key = tuple[str | tuple[str, ...], str | None]


def in_source() -> set[Key]:
    found = extract_from_dir(SOURCE, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=())
    return {
        (tuple(message) if isinstance(message, list | tuple) else message, context)
        for _file, _line, message, _comments, context in found
    }


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "pilottask.po").open("rb") as file:
        return read_po(file, locale="zh")


def key(message: Message) -> Key:
    return (tuple(message.id) if isinstance(message.id, list | tuple) else message.id, message.context)


def texts(value: object) -> tuple[str, ...]:
    """Return the forms of a message or a translation, one or several."""
    return tuple(str(form or "") for form in value) if isinstance(value, list | tuple) else (str(value or ""),)


def translations(message: Message) -> tuple[str, ...]:
    return texts(message.string)


def test_no_message_is_missing(catalogue: Catalog) -> None:
    translated = {key(message) for message in catalogue if message.id and all(translations(message))}
    assert in_source() - translated == set()


def test_no_message_is_stale(catalogue: Catalog) -> None:
    assert {key(message) for message in catalogue if message.id} - in_source() == set()


def test_translations_keep_the_placeholders(catalogue: Catalog) -> None:
    def names(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}

    def differs(message: Message) -> bool:
        return any(names(string) != names(texts(message.id)[-1]) for string in translations(message))

    assert [message.id for message in catalogue if message.id and "{" in str(message.id) and differs(message)] == []


def test_chinese_is_written_with_chinese_punctuation(catalogue: Catalog) -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:?!](?!\w)")
    assert [message.id for message in catalogue if message.id and half.search("".join(translations(message)))] == []


def test_the_compiled_catalogue_is_that_of_the_source(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    with (FOLDER / "pilottask.mo").open("rb") as file:
        shipped = read_mo(file)
    compiled.seek(0)
    fresh = read_mo(compiled)
    assert {key(m): m.string for m in shipped if m.id} == {key(m): m.string for m in fresh if m.id}


def test_bringing_it_up_to_date_keeps_every_translation(catalogue: Catalog) -> None:
    fresh = read_po(io.BytesIO(updated(catalogue)), locale="zh")
    assert {key(m): m.string for m in fresh if m.id and any(translations(m))} == {
        key(m): m.string for m in catalogue if m.id
    }


def updated(catalogue: Catalog) -> bytes:
    """Return the catalogue with the messages of the source, in order, and the translations that there are."""
    head, blank, _messages = (FOLDER / "pilottask.po").read_bytes().partition(b"\n\n")
    fresh = Catalog(locale="zh")
    for message, context in in_source():
        one = message[0] if isinstance(message, tuple) else message
        translated = catalogue.get(one, context)
        fresh.add(message, translated.string if translated else None, context=context)
    out = io.BytesIO()
    write_po(out, fresh, width=0, sort_output=True, omit_header=True)
    return head + blank + out.getvalue().rstrip(b"\n") + b"\n"


if __name__ == "__main__":
    with (FOLDER / "pilottask.po").open("rb") as source:
        text = updated(read_po(source, locale="zh"))
    (FOLDER / "pilottask.po").write_bytes(text)
    with (FOLDER / "pilottask.mo").open("wb") as target:
        write_mo(target, read_po(io.BytesIO(text), locale="zh"))
