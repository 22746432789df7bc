"""help: the overview, and the page on how things are counted."""

import pytest

from pilottask.base.width import width

from .conftest import Cli


def test_help_alone_is_the_overview(cli: Cli) -> None:
    assert cli("help").out == cli("--help").out


def test_the_rules_are_shown_where_there_is_no_store(cli: Cli) -> None:
    shown = cli("--lang", "zh", "help", "rules")
    assert (shown.code, shown.err) == (0, "")
    assert "soon_days（7）天内到期" in shown.out
    assert shown.out.count("\n\n") == 4


def test_the_forms_of_dates_are_shown_with_the_day_each_means(cli: Cli) -> None:
    shown = cli("--today", "2026-11-20", "help", "dates").out.splitlines()
    assert {"下周五          2026-11-27 Fri", "12月底前        2026-12-31 Thu"} <= {*shown}
    assert shown[-1] == "none            open-ended"
    assert cli("--lang", "zh", "help", "dates").out.splitlines()[-1] == "长期坚持        长期坚持"


def test_a_topic_there_is_not(cli: Cli) -> None:
    for topic, hint in {"rule": "did you mean rules?", "qqq": "there is on rules, dates, init"}.items():
        refused = cli("help", topic)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith(f"error: there is no help on “{topic}”\nhint: {hint}")


@pytest.mark.parametrize("words", [["add"], ["dept", "merge"], ["meeting"], ["help"]], ids=" ".join)
def test_the_help_of_a_command_is_that_of_dash_h(cli: Cli, words: list[str]) -> None:
    assert cli("help", *words) == cli(*words, "-h")
    assert cli("help", *words).out.startswith(f"Usage: pilottask {' '.join(words)} [OPTIONS]")


def test_the_help_of_no_command_of_a_group(cli: Cli) -> None:
    assert cli("help", "dept", "ad").err.startswith("error: There is no command “ad”. Did you mean add?\n")


def test_on_a_terminal_a_page_is_as_wide_as_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert max(width(line) for line in cli("help", "rules").out.splitlines()) <= 60
