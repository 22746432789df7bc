"""The working calendar in commands: list, import, and what is counted by it."""

from pathlib import Path

from .conftest import Cli

NOTICE = "2027-01-01,off\n2027-05-01,off\n2027-10-01,off\n2027-01-04,off\n2027-01-09,work\n"


def test_a_notice_is_imported_listed_and_undone(cli: Cli, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(NOTICE, encoding="utf-8")
    before = store.read_bytes()
    record = cli("calendar", "import", str(file), "--format", "json").json
    assert record == {
        "year": 2027,
        "off": ["2027-01-01", "2027-01-04", "2027-05-01", "2027-10-01"],
        "work": ["2027-01-09"],
        "source": "store",
    }
    assert cli("calendar", "list", "--format", "json").json[-1] == record
    assert cli("calendar list --format csv").out.splitlines()[-1] == (
        '2027,"2027-01-01,2027-01-04,2027-05-01,2027-10-01",2027-01-09,store'
    )
    *_years, imported, closing = cli("--lang zh calendar list").out.splitlines()
    assert imported.split() == ["2027", "01-01、01-04、05-01、10-01", "01-09", "导入"]
    assert closing == "未列出的年份按周一至周五为工作日计算（元旦、劳动节、国庆节的固定假日除外）。"
    assert cli("check").code == 0
    assert cli("--today", "2026-12-30", "extend", "1", "+5b", "--reason", "x").err == "due 2027-01-08 Fri\n"
    assert cli("undo").code == cli("undo").code == 0
    assert store.read_bytes() == before
    assert cli("--today", "2026-12-30", "extend", "1", "+5b", "--reason", "x").err == (
        "due 2027-01-07 Thu\n"
        "the holidays of 2027 are not known: Mondays to Fridays are taken for its working days; "
        "pilottask calendar import FILE adds the notice\n"
    )


def test_a_slip_asks_for_no_answer_on_a_holiday(cli: Cli, store: Path) -> None:
    assert store.exists()
    assert cli("--today 2026-09-29 notice --within 60 --no-log --format json").json[0]["reply_by"] == "2026-10-09"
    slips = cli("--today 2026-09-30 notice --within 60 --no-log --reply-by +3b --format json").json
    assert slips[0]["reply_by"] == "2026-10-10"
    assert "2026-10-02 Fri is a day off" in cli("--today 2026-09-29 notice --no-log --reply-by 10-02").err


def test_a_deadline_on_a_day_off_is_taken_with_a_word(cli: Cli, store: Path) -> None:
    assert store.exists()
    added = cli("--today", "2026-09-29", "add", "x", "-d", "区教体局", "-u", "2026-10-02")
    assert (added.code, added.err) == (
        0,
        (
            "due 2026-10-02 Fri\n"
            "2026-10-02 Fri is a day off; the working day before is 2026-09-30 Wed, the one after 2026-10-08 Thu\n"
        ),
    )


def test_what_is_no_notice_changes_nothing(cli: Cli, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("2027-01-01,off\n", encoding="utf-8")
    before = store.read_bytes()
    ran = cli("calendar", "import", str(file))
    assert (ran.code, store.read_bytes()) == (2, before)
    assert cli("calendar import nowhere.csv").code == 4


def test_a_calendar_changed_by_hand_is_checked(cli: Cli, store: Path) -> None:
    store.write_text(store.read_text() + "\n[[calendar]]\nyear = 2027\noff = [2027-01-01, 2028-05-01]\n")
    ran = cli("check")
    assert ran.code == 5
    assert "calendar 2027, off: 2028-05-01 is not of this year" in ran.out + ran.err
    assert "calendar 2027, off: 05-01 is missing" not in ran.out + ran.err
