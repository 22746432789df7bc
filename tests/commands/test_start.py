"""init, where, config, and a store that is not there."""

import itertools
import os
import sys
import time
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from factories import at
from pilottask.base.folders import default_store
from pilottask.commands import session

from .conftest import Cli


def test_init_makes_a_store_where_there_is_none(cli: Cli, home: Path) -> None:
    place = default_store()
    assert home in place.parents
    assert cli("where") == (0, f"{place}\n", "")
    assert cli("where --format json").json == {"store": str(place), "exists": False}
    made = cli("init", "--name", "麒麟区产改试点", "--office", "区产改办")
    assert (made.code, made.out) == (0, f"{place}\n")
    assert made.err == "next: pilottask import LEDGER.csv, or pilottask add TITLE -d DEPARTMENT --due DATE\n"
    assert cli("where --format json").json["exists"] is True
    assert cli("dept list --format json").json == [
        {"name": "区产改办", "role": "office", "aliases": [], "contact": None, "mail": None}
    ]
    again = cli("init")
    assert again.code == 2
    assert again.err.startswith(f"error: there is a store at {place} already; it was left as it is\n")


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are text there")
def test_a_store_whose_name_is_no_text_is_told_as_far_as_it_is(cli: Cli, tmp_path: Path) -> None:
    path = f"{tmp_path}/b\udcff.toml"
    told = f"{tmp_path}/b\\udcff.toml"
    made = cli("--store", path, "init", "--format", "json")
    assert (made.code, made.json, made.err) == (0, {"store": told, "exists": True}, "")
    assert cli("--store", path, "where", "--format", "json").json == {"store": told, "exists": True}


@pytest.mark.parametrize(
    "argv",
    [
        "list",
        "overdue",
        "overdue --quiet",
        "summary",
        "add x -d y",
        "start 1",
        "history",
        "check",
        "undo",
        "config",
        "",
    ],
)
def test_without_a_store_every_command_names_init(cli: Cli, argv: str) -> None:
    ran = cli(*argv.split())
    assert (ran.code, ran.out) == (4, "")
    said = f"error: there is no store at {default_store()}\nhint: make one: pilottask init --name NAME\n"
    assert ran.err in {said, "error: there is nothing to undo\n"}
    assert not default_store().parent.exists()


def test_names_are_checked(cli: Cli) -> None:
    assert cli("init", "--name", "a\nb").code == 2
    assert cli("init", "--office", " ") == (2, "", "error: the office must not be empty\n")
    assert not default_store().exists()


@pytest.mark.usefixtures("store")
def test_settings_are_shown_and_set(cli: Cli) -> None:
    assert cli("config").out == (
        "name = 麒麟区产改试点\n"
        "office = \n"
        "sheet_title = \n"
        "sheet_to = \n"
        "sheet_copies = \n"
        "sheet_prints = \n"
        "mail_server = \n"
        "mail_from = \n"
        "mail_tls = starttls\n"
        "soon_days = 7\n"
        "stale_days = 14\n"
        "behind_percent = \n"
        "lang = \n"
        "lock_seconds = 10\n"
        "wide_ambiguous = \n"
        "cache = true\n"
    )
    assert cli("config soon_days") == (0, "7\n", "")
    assert cli("config soon_days 1") == (0, "soon_days = 1\n", "")
    assert cli("show 2 --format json").json["light"] == "green"
    assert cli("config wide_ambiguous 是 --format json").json == {"wide_ambiguous": True}
    assert cli("config", "wide_ambiguous", "", "--format", "json").json == {"wide_ambiguous": None}
    cli("config wide_ambiguous true")
    assert cli("config", "name", "").out == "name = \n"
    assert cli("config --format json").json == {
        "name": None,
        "office": None,
        "sheet_title": None,
        "sheet_to": None,
        "sheet_copies": None,
        "sheet_prints": None,
        "mail_server": None,
        "mail_from": None,
        "mail_tls": "starttls",
        "soon_days": 1,
        "stale_days": 14,
        "behind_percent": None,
        "lang": None,
        "lock_seconds": 10,
        "wide_ambiguous": True,
        "cache": True,
    }


@pytest.mark.usefixtures("store")
def test_the_stores_language_is_spoken(cli: Cli) -> None:
    cli("config lang zh")
    assert cli("overdue --today 2026-11-01").out == "没有逾期任务。\n"
    assert cli("overdue --today 2026-11-01 --lang en").out == "No task is overdue.\n"
    cli("config", "lang", "")
    assert cli("overdue --today 2026-11-01").out == "No task is overdue.\n"


@pytest.mark.parametrize(
    ("key", "value", "err"),
    [
        ("soon_days", "x", "error: soon_days takes a whole number from 0 to 36500, not “x”\n"),
        ("soon_days", "-1", "error: There is no option “-1”."),
        ("soon_days", "36501", "error: soon_days takes a whole number from 0 to 36500, not “36501”\n"),
        ("lock_seconds", "1e3", "error: lock_seconds takes a whole number from 0 to 36500, not “1e3”\n"),
        (
            "wide_ambiguous",
            "maybe",
            (
                "error: wide_ambiguous takes true or false, or nothing for what the console's code page says, "
                "not “maybe”\n"
            ),
        ),
        ("lang", "fr", "error: lang takes zh or en, or nothing for the system's own, not “fr”\n"),
    ],
)
def test_settings_that_cannot_be(cli: Cli, store: Path, key: str, value: str, err: str) -> None:
    before = store.read_bytes()
    ran = cli("config", key, value)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(err)
    assert store.read_bytes() == before


# Global options


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "argv",
    [
        "--today 2026-11-11 --lang zh overdue",
        "overdue --today 2026-11-11 --lang zh",
        "--lang zh overdue --today=2026-11-11",
    ],
)
def test_global_options_stand_before_and_after(cli: Cli, argv: str) -> None:
    assert "逾期1天" in cli(argv).out


def test_the_store_named_on_the_line_outweighs_the_environment(cli: Cli, store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    assert cli(f"init --store {other}").out == f"{other}\n"
    assert cli(f"--store {other} list").out == "No task fits.\n"
    assert cli(f"where --store {store}").out == f"{store}\n"
    assert cli("list", "--store", "") == (2, "", "error: --store: it is empty.\nhint: pilottask list -h shows how.\n")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("text", "said"), [("none", "--today takes a day"), ("2026-13-01", "there is no month 13")])
def test_a_today_that_is_no_day(cli: Cli, text: str, said: str) -> None:
    ran = cli("--today", text, "list")
    assert ran.code == 2
    assert said in ran.err


def test_init_as_json(cli: Cli, tmp_path: Path) -> None:
    place = tmp_path / "x.toml"
    assert cli(f"init --store {place} --format json") == (
        0,
        f'{{\n  "store": "{place}",\n  "exists": true\n}}\n',
        "",
    )


@pytest.mark.skipif(os.name != "posix", reason="the zone of a process can't be set elsewhere")
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("looks", [1, 2, 3])
def test_the_day_does_not_change_in_the_middle_of_a_command(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    before_midnight = [at("2026-11-20 23:59")] * looks
    moments = itertools.chain(before_midnight, itertools.repeat(at("2026-11-21 00:00")))

    class Midnight(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return next(moments).astimezone(tz)

    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    monkeypatch.setattr(session, "datetime", Midnight)
    added = cli("add", "x", "-d", "教体局", "-u", "today", "--format", "json").json
    monkeypatch.delenv("TZ")
    time.tzset()
    day = added["log"][0]["at"][:10]
    assert (added["created"], added["due"], added["days_left"]) == (day, day, 0)


@pytest.mark.usefixtures("store")
def test_a_today_that_is_none_is_named_where_it_may_have_been_said(cli: Cli) -> None:
    ran = cli("--today", "2026-02-30", "list")
    assert ran.code == 2
    assert ran.err.startswith("error: --today, PILOTTASK_TODAY: “2026-02-30” is not a date: February 2026 has 28 days.")
