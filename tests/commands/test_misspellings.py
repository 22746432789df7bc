"""A table of misspellings: what is meant is named, nothing is done."""

from pathlib import Path

import pytest

from .conftest import Cli


@pytest.mark.parametrize(
    ("typed", "code", "meant"),
    [
        # commands
        ("ovrdue", 2, "overdue"),
        ("lsit", 2, "list"),
        ("sumary", 2, "summary"),
        ("upcomming", 2, "upcoming"),
        ("histroy", 2, "history"),
        ("exten 1 12-20 -r x", 2, "extend"),
        ("chace 1", 2, "chase"),
        ("retrun 3 -r x", 2, "return"),
        ("dept lst", 2, "list"),
        ("dept eidt 教体局", 2, "edit"),
        # options
        ("list --stauts doing", 2, "--status"),
        ("list --departmnt 教体局", 2, "--department"),
        ("list --duebefore fri", 2, "--due-before"),
        ("overdue --withn 7", 2, "--within"),
        ("add x -d 教体局 --ower 李明", 2, "--owner"),
        ("close 3 --verifer 李明", 2, "--verifier"),
        ("list --quite", 2, ""),
        # departments
        ("add x -d 教育体育局", 4, "区教体局"),
        ("add x -d 麒麟职教集团公司", 4, "麒麟职教集团"),
        ("list -d 总工会会", 4, "区总工会"),
        ("list -s 职教集困", 4, "麒麟职教集团"),
        ("edit 2 -s 区总工全", 4, "区总工会"),
        ("dept edit 区教休局", 4, "区教体局"),
        # words
        ("list --status doign", 2, "doing"),
        ("list --status cancled", 2, "cancelled"),
        ("list --status 推近中", 2, "推进中"),
        ("list --status 已消号", 2, "已销号"),
        ("list --light yelow", 2, "yellow"),
        ("list --light 红登", 2, "红"),
        ("raise 1 x --need mony", 2, "money"),
        ("raise 1 x --need 资斤", 2, "资金"),
        ("dept add x --role ofice", 2, "office"),
        # keys
        ("list --sort departmant", 2, "department"),
        ("list --sort deu", 2, "due"),
        ("summary --by onwer", 2, "owner"),
        ("list --format josn", 2, "json"),
        ("config soondays", 4, "soon_days"),
        ("config Lang", 4, "lang"),
        # values of the list
        ("list -o 李朋", 4, "李明"),
        ("list --tag 签字约", 4, "签约"),
        ("list --project 实训基的", 4, "实训基地"),
        ("list -a 基地建没", 4, "基地建设"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_meant_is_named(cli: Cli, store: Path, typed: str, code: int, meant: str, lang: str) -> None:
    before = store.read_bytes()
    ran = cli(*typed.split(), "--lang", lang)
    assert (ran.code, ran.out) == (code, "")
    if meant:
        asked = {"en": ("Did you mean ", "did you mean "), "zh": ("是否指", "您是不是要用 ")}[lang]
        assert any(f"{words}{meant}" in ran.err for words in asked), ran.err
    assert store.read_bytes() == before


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("typed", "code", "err"),
    [
        ("xyzzy", 2, "error: There is no command “xyzzy”.\nhint: pilottask -h shows how.\n"),
        (
            "list --status xyzzy",
            2,
            "error: “xyzzy” is no status\nhint: taken: todo, doing, submitted, closed, suspended, cancelled\n",
        ),
        (
            "config xyzzy",
            4,
            (
                "error: there is no setting “xyzzy”\n"
                "hint: there are: name, office, sheet_title, sheet_to, sheet_copies, sheet_prints, mail_server, "
                "mail_from, mail_tls, soon_days, stale_days, "
                "behind_percent, lang, lock_seconds, wide_ambiguous, cache\n"
            ),
        ),
        ("list -o xyzzy", 4, "error: no task has owner “xyzzy”\n"),
        (
            "list -d xyzzy",
            4,
            "error: no department “xyzzy”\nhint: see “pilottask dept list”; “pilottask dept add” enters a new one\n",
        ),
    ],
)
def test_where_nothing_is_near_what_there_is_is_named(cli: Cli, typed: str, code: int, err: str) -> None:
    assert cli(typed) == (code, "", err)
