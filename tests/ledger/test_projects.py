"""Cooperation projects and their money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from factories import fund, ledger, stamp, task
from pilottask.base.errors import NotFound, UsageFault
from pilottask.ledger import integrity, projects
from pilottask.ledger.projects import Money
from pilottask.ledger.records import Edit, Ledger, Project


def money(planned: str, paid: str) -> Money:
    return Money(Decimal(planned), Decimal(paid))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("300", "300.00"),
        (" 300.5 ", "300.50"),
        ("0", "0.00"),
        ("1,200.05", "1200.05"),
        ("1，234，567", "1234567.00"),
        ("３００．５", "300.50"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_amounts(text: str, amount: str) -> None:
    found = projects.amount(text, option="--planned")
    assert (str(found), projects.amount_text(found)) == (amount, amount)


@pytest.mark.parametrize(
    "text",
    ["300.123", "-5", "+5", "", "1e3", "NaN", "Infinity", "1,2,3", "1,20", "12,34,567", "3 00", ".5", "5.", "1" * 13],
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(UsageFault, match="--paid takes an amount") as caught:
        projects.amount(text, option="--paid")
    assert caught.value.hint == "for example 300, or 120.50"


@given(st.integers(0, 10**14 - 1))
def test_amounts_are_exact(cents: int) -> None:
    text = f"{cents // 100}.{cents % 100:02}"
    assert projects.amount_text(projects.amount(text, option="--paid")) == text


def book(*names: str, **over: object) -> Ledger:
    found = ledger(
        task(id=1, project="实训基地共建"), task(id=2), task(id=3, project="实训基地共建"), departments={"企业A": ()}
    )
    for name in names:
        found = projects.with_new(found, Project(name=name, **over))  # type: ignore[arg-type]
    return found


def test_a_project_is_found_by_its_name_or_a_part() -> None:
    both = book("实训基地共建", "实训", "学徒制")
    assert projects.find(both, " 实训 ").name == "实训"
    assert projects.find(both, "基地").name == "实训基地共建"


@pytest.mark.parametrize(
    ("names", "typed", "said", "hint"),
    [
        ((), "甲", "no project “甲”", "pilottask project add"),
        (("乙", "丙"), "甲", "no project “甲”", "there are: 乙, 丙"),
        (("甲一", "甲二"), "甲", "fits several: 甲一, 甲二", "type more"),
        (("甲一",), "", "no project", "there are: 甲一"),
    ],
    ids=["none entered", "another", "several", "nothing typed"],
)
def test_a_project_that_is_not_found(names: tuple[str, ...], typed: str, said: str, hint: str) -> None:
    with pytest.raises(NotFound, match=said) as caught:
        projects.find(book(*names), typed)
    assert hint in (caught.value.hint or "")


def test_a_name_is_taken_once() -> None:
    with pytest.raises(UsageFault, match="entered already"):
        book("甲", "甲")
    two = book("甲", "乙")
    with pytest.raises(UsageFault, match="entered already"):
        projects.with_changed(two, two.projects[1], Project(name="甲"), stamp())


def test_a_new_name_is_carried_through_the_tasks() -> None:
    old = book("实训基地共建")
    new = projects.with_changed(old, old.projects[0], Project(name="共建基地"), stamp())
    assert [one.project for one in new.tasks] == ["共建基地", None, "共建基地"]
    assert new.tasks[0].log[-1] == Edit(at=stamp().at, by="张三", field="project", old="实训基地共建", new="共建基地")
    assert [one.id for one in projects.tasks(new, new.projects[0])] == [1, 3]
    assert not list(integrity.faults(new))


def test_other_changes_leave_the_tasks_alone() -> None:
    old = book("实训基地共建")
    new = projects.with_changed(old, old.projects[0], Project(name="实训基地共建", base="基地"), stamp())
    assert new.tasks == old.tasks
    assert new.projects[0].base == "基地"


def test_money_is_set_by_source_and_its_entries_kept() -> None:
    one = projects.with_fund(Project(name="甲"), "财政", stamp(), planned=Decimal("300.00"), paid=None)
    one = projects.with_fund(one, "企业", stamp(), planned=None, paid=Decimal("5.00"))
    one = projects.with_fund(one, "财政", stamp("2026-11-21"), planned=None, paid=Decimal("120.50"))
    assert [entry.source for entry in one.funds] == ["财政", "企业", "财政"]
    assert projects.by_source(one.funds) == {"财政": money("300.00", "120.50"), "企业": money("0.00", "5.00")}
    again = projects.with_fund(one, "财政", stamp(), planned=Decimal(300), paid=None)
    assert again is one


def test_money_over_projects() -> None:
    first = projects.by_source([fund("财政", "300.00", "120.00"), fund("企业", "150.50", "60.00")])
    second = projects.by_source([fund("企业", "200.00", "0.01"), fund("工会", "0.00", "3.00")])
    over_all = projects.over_all([first, second])
    assert list(over_all) == ["企业", "财政", "工会"]
    assert over_all["企业"] == money("350.50", "60.01")
    assert projects.total(over_all) == money("650.50", "183.01")


@pytest.mark.parametrize(
    ("planned", "paid", "share"),
    [("300.00", "120.00", 0.4), ("100.00", "150.00", 1.5), ("0.00", "5.00", None)],
    ids=["part", "more than planned", "nothing planned"],
)
def test_share_paid_in(planned: str, paid: str, share: float | None) -> None:
    assert money(planned, paid).share == share


AMOUNTS = st.none() | st.integers(0, 10**14 - 1).map(lambda cents: Decimal(cents).scaleb(-2))


@given(st.lists(st.tuples(st.sampled_from(["财政", "企业"]), AMOUNTS, AMOUNTS), max_size=12))
def test_what_was_said_last_of_each_source_stands_and_nothing_is_lost(
    said: list[tuple[str, Decimal | None, Decimal | None]],
) -> None:
    project = Project(name="实训基地共建")
    stands: dict[str, tuple[Decimal, Decimal]] = {}
    for source, planned, paid in said:
        before = project
        project = projects.with_fund(project, source, stamp(), planned=planned, paid=paid)
        known = stands.get(source, (projects.NOTHING, projects.NOTHING))
        stands[source] = (known[0] if planned is None else planned, known[1] if paid is None else paid)
        assert project.funds[: len(before.funds)] == before.funds
    money = projects.by_source(project.funds)
    assert {source: (part.planned, part.paid) for source, part in money.items()} == stands
    assert projects.total(money).planned == sum(planned for planned, _paid in stands.values())
    assert not list(integrity.faults(replace(ledger(), projects=(project,))))
