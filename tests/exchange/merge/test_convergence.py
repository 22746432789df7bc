"""Two and three clerks come to one list, whatever they do and in whatever order; nothing recorded is lost."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from exchange.merge.clerks import ACTS, Clerk, by_uid, entries, start
from factories import at
from pilottask.exchange.merge.ledgers import merge_sides
from pilottask.ledger import history, integrity, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Ledger, replace
from pilottask.store import toml_patch

SYNC, UNDO = -1, -2
Move = tuple[int, int, int, int]
"""Which clerk, which act, on what, how many minutes after the one before, backwards too."""
MOVES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([SYNC, SYNC, SYNC, UNDO, *range(len(ACTS))]),
        st.integers(0, 11),
        st.integers(-3, 60),
    ),
    max_size=24,
)


def sound(ledger: Ledger) -> None:
    assert list(integrity.faults(ledger)) == []
    assert [difference for task in ledger.tasks for difference in history.differences(task)] == []
    assert recurring.open_at_once(ledger) == []


def known(ledger: Ledger) -> list[object]:
    """Return what does not hang on which side is called ours: neither the order nor the numbers of meetings."""
    units = tuple(msgspec.structs.replace(unit, aliases=tuple(sorted(unit.aliases))) for unit in ledger.departments)
    given = tuple(msgspec.structs.replace(one, n=0) for one in ledger.instructions)
    lists = (units, ledger.projects, ledger.rounds, given, ledger.sheets, ledger.calendars)
    tasks = sorted((replace(task, log=()) for task in ledger.tasks), key=lambda task: task.id)
    logs = [sorted(entries(task).items()) for task in sorted(ledger.tasks, key=lambda task: task.id)]
    return [tasks, logs, ledger.pilot, *(sorted(each, key=msgspec.json.encode) for each in lists)]


def checked(base: Ledger, ours: Ledger, theirs: Ledger) -> None:
    """Look at what two sides come to: the same both ways, with all that either recorded."""
    merged = merge_sides(base, ours, theirs).ledger
    if base not in (ours, theirs):
        sound(merged)
    assert known(merge_sides(base, theirs, ours).ledger) == known(merged)
    again = merge_sides(base, merged, theirs).ledger
    assert known(again)[:2] == known(merged)[:2]
    began, here, there, now = map(by_uid, (base, ours, theirs, merged))
    joined = Counter[bytes]()
    for uid in {*here, *there} - now.keys():
        one = here.get(uid) or there[uid]
        alike = [each for each in now.values() if recurring.series(each) == recurring.series(one) != one.id]
        same = [each for each in alike if each.first_due == one.first_due]
        # Taken out by one side, as the other still had it; or the next of a series, which both had opened.
        assert uid in began or any(entries(each) >= entries(one) for each in same)
        joined += entries(one)
    for uid, one in now.items():
        both = [entries(side[uid]) for side in (here, there) if uid in side]
        most = Counter[bytes]()
        for counted in both:
            assert entries(one) >= counted
            most |= counted
        made = {key for key in entries(one) - most - joined if b'"Hand"' not in key}
        assert made == set()


def run(moves: Sequence[Move], count: int) -> None:
    shared = start()
    clerks = [Clerk(name, shared) for name in "甲乙丙"[:count]]
    now = at("2026-11-02 08:00")
    for place, (who, act, k, minutes) in enumerate(moves):
        clerk = clerks[who % count]
        now += timedelta(minutes=minutes)
        if act == SYNC:
            checked(clerk.synced, clerk.recorded() if k % 2 else clerk.ledger, shared)
            shared = clerk.sync(shared)
        elif act == UNDO:
            clerk.undo()
        else:
            clerk.act(ACTS[act], Stamp(now, clerk.name), k, f"文{place}")
    for clerk in (*clerks, *clerks):
        shared = clerk.sync(shared)
    assert len({toml_patch.encode(clerk.ledger) for clerk in clerks}) == 1
    sound(shared)


@given(MOVES)
def test_two_clerks(moves: Sequence[Move]) -> None:
    run(moves, 2)


@given(MOVES)
def test_three_clerks(moves: Sequence[Move]) -> None:
    run(moves, 3)
