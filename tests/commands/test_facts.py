"""summary --facts: the span, the filters, the forms."""

import pytest

from .conftest import Cli

pytestmark = pytest.mark.usefixtures("store")

HEAD = "department\ton_time\tlate\textended\tchased\treturned\treports_due\treports_on_time\treports_late\t"


def test_facts_of_each_department_in_a_span(cli: Cli) -> None:
    cli("round open --due 11-20 -d 教体局 -d 总工会")
    cli("round got 教体局")
    cli("close 3")
    ran = cli("summary --facts --from 10-01 --format tsv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{HEAD}reports_missing\tfindings_late\n"
        "麒麟职教集团\t1\t1\t1\t1\t0\t0\t0\t0\t0\t0\n"
        "区教体局\t0\t0\t0\t0\t0\t1\t1\t0\t0\t0\n"
        "区总工会\t1\t0\t0\t0\t0\t0\t0\t0\t0\t0\n"
    )
    found = cli("summary --facts --from 2026-10-01 --format json --today 2026-11-21").json
    assert list(found) == ["by", "rows", "total"]
    assert (found["by"], found["rows"][2]["department"]) == ("department", "区总工会")
    assert found["rows"][2]["reports_missing"] == found["total"]["reports_missing"] == 1


def test_facts_of_some_departments_and_tasks(cli: Cli) -> None:
    cli("round open --due 11-20 -d 教体局 -d 总工会")
    facts = "summary --facts --from 10-01 --to 11-20 --format json"
    late = f"{facts} --today 2026-11-21"
    assert [row["department"] for row in cli(f"{late} -d 教体局").json["rows"]] == ["区教体局"]
    assert cli(f"{late} -d 教体局").json["total"]["reports_missing"] == 1
    cli("dept edit 麒麟职教集团 --role base")
    base = cli(f"{late} --role base").json["rows"]
    assert [row["department"] for row in base] == ["麒麟职教集团"]
    asked = cli(f"{late} --status closed").json
    assert [row["department"] for row in asked["rows"]] == ["区总工会"]
    assert (asked["total"]["on_time"], asked["total"]["late"]) == (1, 0)


def test_a_void_entry_does_not_count(cli: Cli) -> None:
    facts = "summary --facts --from 11-20 --format json"
    cli("chase 2")
    assert cli(facts).json["total"]["chased"] == 1
    entry = cli("history 2 --format json").json[-1]["n"]
    cli("void", "2", str(entry), "--reason", "误登")
    assert cli(facts).json["total"]["chased"] == 0


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        ("--facts --from 11-10 --to 11-09", "--from 2026-11-10 lies after 2026-11-09, where the period ends"),
        ("--facts --from 2026-11-21 --to 2026-11-30", "--from 2026-11-21 lies ahead of today, 2026-11-20"),
        ("--facts --from donkey", "“donkey”"),
        ("--facts", "--facts takes --from and --to, and counts by department"),
        ("--facts --from 10-01 --by owner", "--facts takes --from and --to, and counts by department"),
        ("--facts --from 10-01 --as-of 11-01", "--facts takes --from and --to, and counts by department"),
        ("--to 11-01", "--facts takes --from and --to, and counts by department"),
    ],
)
def test_a_span_that_is_none_is_refused(cli: Cli, argv: str, err: str) -> None:
    ran = cli(f"summary {argv}")
    assert (ran.code, ran.out) == (2, "")
    assert err in ran.err


def test_a_span_that_goes_on_is_counted_up_to_today(cli: Cli) -> None:
    ran = cli("summary --facts --from 2026-10-01 --to 2026-12-31")
    assert ran.err == "note: --to lies ahead; counted up to today, 2026-11-20\n"
    assert ran.out.startswith("Facts from 2026-10-01 to 2026-11-20\n")
    assert "1 closed without a deadline" not in ran.out
