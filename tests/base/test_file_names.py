"""Names of files made of what somebody typed."""

import ntpath
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from pilottask.base.file_names import file_names
from pilottask.base.i18n import Lang, set_language

NAMES = [
    "../../etc/passwd",
    "..",
    ".",
    "",
    " ",
    "C:\\x",
    "a/b",
    "con",
    "NUL.txt",
    "~$x",
    ".hidden",
    "x\0y",
    "a" * 400,
    "长" * 200,
    "CON",
]


def is_reserved(name: str) -> bool:
    """Tell whether Windows keeps this name for itself."""
    newer: Callable[[str], bool] | None = getattr(ntpath, "isreserved", None)  # since Python 3.13
    return newer(name) if newer else PureWindowsPath(name).is_reserved()


@given(st.lists(st.text(max_size=60) | st.sampled_from(NAMES), unique=True, max_size=8), st.sampled_from(Lang))
def test_a_name_is_never_a_path_nor_there_twice(departments: list[str], lang: Lang) -> None:
    set_language(lang)
    names = file_names(departments, "{} slip.docx".format)
    assert list(names) == departments
    assert len({name.casefold() for name in names.values()}) == len(departments)
    for name in names.values():
        assert PurePosixPath(name).name == PureWindowsPath(name).name == name
        assert not is_reserved(name)
        assert name == name.strip(" .")
        assert len(name.encode()) <= 255
        assert name.isprintable() or not any(ord(char) < 32 for char in name)
    set_language(Lang.EN)


def test_twins_are_counted() -> None:
    assert list(file_names(["a/b", "a:b", "A_B"], "{} D.csv".format).values()) == [
        "a_b D.csv",
        "a_b (2) D.csv",
        "A_B (3) D.csv",
    ]
