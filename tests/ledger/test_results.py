"""Results worth showing, by line of work."""

from factories import day, stamp, task
from pilottask.ledger import changes, results
from pilottask.ledger.records import Task


def noted(number: int, aspect: str | None, *notes: tuple[str, str]) -> Task:
    one = task(id=number, aspect=aspect)
    for when, text in notes:
        one = changes.note(one, stamp(when), text=text, result=text.startswith("*"))
    return one


TASKS = [
    noted(1, "素质提升", ("2026-11-01", "*签约8家"), ("2026-11-02", "推进"), ("2026-11-20", "*结业600人")),
    noted(2, None, ("2026-11-05", "*大赛")),
    noted(3, "思想引领", ("2026-11-20", "*专栏上线")),
    noted(4, "素质提升", ("2026-11-20", "*教材")),
    noted(5, "地位提高", ("2026-11-20", "推进")),
]


def told(since: str | None = None, until: str | None = None) -> list[tuple[str | None, list[str]]]:
    found = results.by_aspect(TASKS, since=day(since) if since else None, until=day(until) if until else None)
    return [(aspect, [one.note.text for one in listed]) for aspect, listed in found]


def test_results_by_line_of_work_the_latest_first() -> None:
    assert told() == [
        ("思想引领", ["*专栏上线"]),
        ("素质提升", ["*结业600人", "*教材", "*签约8家"]),
        (None, ["*大赛"]),
    ]


def test_both_days_of_a_period_count() -> None:
    assert told("2026-11-01", "2026-11-05") == [("素质提升", ["*签约8家"]), (None, ["*大赛"])]
    assert told("2026-11-06", "2026-11-19") == []
