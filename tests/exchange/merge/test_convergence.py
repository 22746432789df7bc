"""Two and three clerks come to one list, whatever they do and in whatever order; nothing recorded is lost."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from exchange.merge.clerks import ACTS, Clerk, by_uid, entries, start
from factories import at
from pilottask.exchange.merge.ledgers import merge_sides
from pilottask.exchange.merge.stores import merge_stores
from pilottask.ledger import history, integrity, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Ledger
from pilottask.paper.slips import Slip, slip_of
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
    makers: dict[Slip, tuple[object, str]] = {}
    for task in ledger.tasks:
        for entry in history.chases(task):
            if slip := slip_of(entry):
                assert makers.setdefault(slip, (entry.at, entry.by)) == (entry.at, entry.by)


def checked(base: Ledger, ours: Ledger, theirs: Ledger) -> None:
    """Look at what two sides come to: the same both ways, with all that either recorded."""
    merged = merge_sides(base, ours, theirs)
    if base not in (ours, theirs):
        sound(merged)
    assert merge_sides(base, theirs, ours) == merged
    files = [toml_patch.encode(side) for side in (base, ours, theirs)]
    assert merge_stores(*files).data == merge_stores(files[0], files[2], files[1]).data
    assert merge_sides(base, merged, theirs).tasks == merged.tasks
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


class Commits:
    """What clerks without a place to meet in have committed, each with what it was made of."""

    def __init__(self, began: Ledger) -> None:
        self._ledgers = [began]
        self._parents: list[tuple[int, ...]] = [()]

    def add(self, ledger: Ledger, *parents: int) -> int:
        self._ledgers.append(ledger)
        self._parents.append(parents)
        return len(self._ledgers) - 1

    def of(self, commit: int) -> Ledger:
        return self._ledgers[commit]

    def known(self, commit: int) -> set[int]:
        """Return a commit and all that it came from."""
        return {commit}.union(*map(self.known, self._parents[commit]))

    def merged(self, ours: int, theirs: int) -> int:
        """Return the commit that git makes of two; of several that they began with it makes one first."""
        if theirs in self.known(ours) or ours in self.known(theirs):
            return max(ours, theirs)
        common = self.known(ours) & self.known(theirs)
        first, *more = (
            one for one in sorted(common) if not any(one in self.known(other) - {other} for other in common)
        )
        for other in more:
            first = self.merged(first, other)
        base, here, there = map(self.of, (first, ours, theirs))
        if base not in (here, there):
            sound(merge_sides(base, here, there))
        assert merge_sides(base, there, here) == merge_sides(base, here, there)
        return self.add(merge_sides(base, here, there), ours, theirs)


class Desks:
    """Clerks who pull from each other."""

    def __init__(self, count: int) -> None:
        self._commits = Commits(start())
        self.clerks = [Clerk(name, start()) for name in "甲乙丙"[:count]]
        self.heads = [0] * count

    def commit(self, who: int) -> None:
        recorded, head = self.clerks[who].recorded(), self.heads[who]
        if recorded != self._commits.of(head):
            self.heads[who] = self._commits.add(recorded, head)

    def pull(self, who: int, theirs: int) -> None:
        self.commit(who)
        self.heads[who] = self._commits.merged(self.heads[who], theirs)
        self.clerks[who] = Clerk(self.clerks[who].name, self._commits.of(self.heads[who]))

    def all_at_once(self) -> None:
        for who in range(len(self.heads)):
            self.commit(who)
        seen = list(self.heads)
        for who in range(len(self.heads)):
            for theirs in seen:
                self.pull(who, theirs)


@given(MOVES, st.integers(2, 3))
def test_clerks_who_pull_from_each_other(moves: Sequence[Move], count: int) -> None:
    desks = Desks(count)
    now = at("2026-11-02 08:00")
    for place, (number, act, k, minutes) in enumerate(moves):
        who = number % count
        now += timedelta(minutes=minutes)
        if act == SYNC:
            other = (who + 1 + k % (count - 1)) % count
            theirs, ours = desks.heads[other], desks.heads[who]
            desks.pull(who, theirs)
            if k % 3 == 0:  # the other one at the same time
                desks.pull(other, ours)
        elif act == UNDO:
            desks.clerks[who].undo()
        else:
            desks.clerks[who].act(ACTS[act], Stamp(now, desks.clerks[who].name), k, f"文{place}")
    for _round in range(2):
        desks.all_at_once()
    assert len({toml_patch.encode(clerk.ledger) for clerk in desks.clerks}) == 1
    sound(desks.clerks[0].ledger)
