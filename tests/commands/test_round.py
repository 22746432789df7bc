"""Rounds of reports in commands, on screen and on paper."""

from pathlib import Path

from .conftest import Cli

FIRST = "--today 2026-11-16 round open --title 第47周 --due 11-20 -d 区教体局 -d 区总工会 -d 麒麟职教集团"


def test_a_round_from_its_opening_to_its_end(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    assert cli(FIRST).out == "round 1 (第47周) is opened: 3 departments are asked to report by 2026-11-20 Fri\n"
    assert store.read_bytes().startswith(b"schema = 3")
    assert cli("--today 2026-11-18 round got 教体").out == (
        "round 1 (第47周): 1 of 3 reports are in; not yet: 区总工会, 麒麟职教集团\n"
    )
    cli("--today 2026-11-23 round got 区总工会 --on 11-21")
    assert cli("--today 2026-11-23 round").out == (
        "round 1 (第47周), to report by 2026-11-20\n"
        "Department    Report                Came        How\n"
        "------------  --------------------  ----------  -------\n"
        "麒麟职教集团  missing, 3 days late  —           —\n"
        "区总工会      reported, 1 day late  2026-11-21  by word\n"
        "区教体局      reported              2026-11-18  by word\n"
    )
    assert [row["state"] for row in cli("--today 2026-11-23 round show 1 --format json").json["rows"]] == [
        "came",
        "late",
        "missing",
    ]
    assert cli("--today 2026-11-23 round edit --due 11-24 --format json").json["rows"][2]["state"] == "waiting"
    assert cli("--today 2026-11-25 round close").code == 0
    assert [one["n"] for one in cli("round list --format json").json] == [1]
    assert cli("round list --format csv").out == (
        "department,asked,on_time,late,missing,waiting\n"
        "麒麟职教集团,1,0,0,1,0\n区总工会,1,1,0,0,0\n区教体局,1,1,0,0,0\n"
    )
    assert cli("check").code == 0
    for _each in range(5):
        cli("undo")
    assert store.read_bytes() == before


def test_who_is_still_waited_for_is_among_those_asked(cli: Cli, store: Path) -> None:
    assert store.exists()
    cli(FIRST)
    cli("--today 2026-11-18 round got 区教体局")
    assert cli("--today 2026-11-19 round list").out == (
        "Reports by department\n"
        "Department    Asked  On time  Late  Missing  Not in yet\n"
        "------------  -----  -------  ----  -------  ----------\n"
        "区总工会          1        0     0        0           1\n"
        "区教体局          1        1     0        0           0\n"
        "麒麟职教集团      1        0     0        0           1\n"
        "\n"
        "Rounds\n"
        "Round  Title   Opened      Report by   Asked  On time  Late  Missing  Not in yet\n"
        "-----  ------  ----------  ----------  -----  -------  ----  -------  ----------\n"
        "    1  第47周  2026-11-16  2026-11-20      3        1     0        0           2\n"
    )


def test_home_sheet_and_slips_say_who_has_not_reported(cli: Cli, store: Path) -> None:
    assert store.exists()
    cli(FIRST)
    cli("--today 2026-11-18 round got 区教体局")
    home = cli("--today 2026-11-23 --lang zh").out
    assert "第1批报送（第47周），报送时限2026-11-20：2个单位尚未报送\n区总工会      未报，逾期3天\n" in home
    sheet = cli("--today 2026-11-23 --lang zh report").out
    assert "、报送情况\n    第1批报送（第47周），限11月20日前报送：应报3个单位，按时报送1个。" in sheet
    assert "未报2个：区总工会、麒麟职教集团。" in sheet.replace("\n", "")
    record = cli("--today 2026-11-23 report --format json").json
    assert [row["state"] for row in record["rounds"][0]["rows"]] == ["came", "missing", "missing"]
    assert "报送情况" not in cli("--today 2026-11-23 --lang zh report --without reports").out
    assert "报送情况" not in cli("--lang zh report --as-of 2026-11-15").out
    slips = cli("--today 2026-11-23 --lang zh notice --unreported --no-log").out.replace("\n", "")
    assert "第1批报送（第47周）截止时间为2026年11月20日，你单位至今未报。" in slips
    found = cli("--today 2026-11-23 notice --unreported --no-log --format json").json
    assert sorted((slip["department"], slip["unreported"]) for slip in found) == [
        ("区总工会", 1),
        ("麒麟职教集团", 1),
    ]
    cli("--today 2026-11-23 round got 区总工会 麒麟职教集团")
    assert cli("--today 2026-11-23 notice --unreported --no-log").err == "round 1 (第47周): 3 of 3 reports are in\n"


def test_refusals_change_nothing(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    for words, code, said in (
        ("round", 4, "no round of reports was opened yet"),
        ("round got 区教体局", 2, "no round of reports is open"),
        ("round close", 2, "no round of reports is open"),
        ("round edit", 2, "nothing to change was given"),
        ("round open --due 2026-11-19", 2, "--due 2026-11-19 has passed"),
        ("round open -d 谁", 4, "no department"),
        ("round opne", 2, "There is no command “opne”. Did you mean open?"),
        ("notice --unreported", 4, "no round of reports was opened yet"),
        ("import x.csv --on today", 2, "--on goes with --collect"),
    ):
        ran = cli(words)
        assert (ran.code, ran.out) == (code, ""), words
        assert said in ran.err
    assert store.read_bytes() == before
    cli(FIRST)
    opened = store.read_bytes()
    assert cli("round got 谁").code == 4
    assert cli("round got 区教体局 --on 2026-12-01").code == 2
    assert cli("round show 9").code == 4
    assert store.read_bytes() == opened


def test_a_round_alone_takes_options_and_shows_its_help(cli: Cli, store: Path) -> None:
    cli(FIRST)
    assert cli("round --format json").json == cli("round show --format json").json == cli("round 1 --format json").json
    assert cli("round", "--store", str(store), "list", "--format", "json").code == 0
    assert cli("round -h").out.splitlines()[0].startswith("Usage: pilottask round")


def test_several_departments_in_one_word(cli: Cli, store: Path) -> None:
    assert store.exists()
    cli("round", "open", "--due", "2026-11-25", "-d", "教体局、总工会")
    assert cli("round", "got", "教体局，总工会").out.startswith("round 1: 2 of 2 reports are in")
