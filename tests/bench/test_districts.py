"""Many districts' lists as one: the example's query counts as each list does by itself."""

from datetime import date
from pathlib import Path

import pytest

import bench_tasks
import districts
from pilottask.exchange.tools import jsonlines
from pilottask.ledger import queries
from pilottask.ledger.queries import Group

TODAY = date(2026, 11, 20)


def test_the_query_over_several_stores_says_what_each_says_itself(tmp_path: Path) -> None:
    districts.write(tmp_path, districts=3, tasks=40)
    stores = {}
    for number in (1, 2, 3):
        ledger = bench_tasks.ledger(bench_tasks.items(40, today=districts._FIRST))
        today = districts._FIRST.replace(day=1 + number)
        tally = queries.summary(ledger.tasks, Group.STATUS, today=today, pilot=ledger.pilot).total
        stores[f"第{number}区"] = tally
    rows = districts.query(tmp_path)
    assert [row[3] for row in rows] == sorted((row[3] for row in rows), reverse=True)
    assert {str(row[0]): row[1:6] for row in rows} == {
        name: (tally.total, tally.closed, tally.red, tally.yellow, tally.overdue) for name, tally in stores.items()
    }
    for name, *_counts, _late, _problems, rate in rows:
        expected = stores[str(name)].completion_rate
        assert rate == pytest.approx(round(100 * (expected or 0), 1), abs=0.05)


def test_the_generator_says_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert districts.main(["--districts", "2", "--tasks", "10"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("2 districts, 20 tasks, ")
    assert second.startswith("written in ")


def test_logs_money_and_findings_do_not_count_as_tasks(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    ledger = bench_tasks.ledger(bench_tasks.items(3, today=TODAY))
    data = b"".join(jsonlines.lines(ledger, ledger.tasks, today=TODAY))
    extra = b'{"record":"money","pilot":null,"source":"x"}\n{"record":"finding","pilot":null,"uid":"u"}\n'
    (tmp_path / "exports" / "a.jsonl").write_bytes(data + extra)
    assert [row[1] for row in districts.query(tmp_path)] == [3]
