"""What the columns of a table hold: where its heading row is, and what stands under each heading."""

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from pilottask.base import dates, formulas, text
from pilottask.base.dates import Deadline
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import statuses, values
from pilottask.exchange.office.headings import (
    HEADINGS,
    IGNORED,
    OWN,
    Column,
    Period,
    classify,
    clean,
    close_matches,
    count_known,
    first_leads,
    fold,
    label,
    period,
    whole_heading,
)
from pilottask.exchange.office.reading import LEAST_KNOWN, SEARCHED_ROWS, Row
from pilottask.ledger.records import Pilot, Status

OWN_COLUMN: Final = "extra"
"""What an answer says of a column that is none of the program's."""
NO_ANSWERS: Final[Mapping[str, str]] = MappingProxyType({})

_LOOKED_AT: Final = 500
"""Rows whose cells say what a column holds that no heading tells."""
_ANY_DAY: Final = date(2000, 1, 1)
_SINGLE: Final = frozenset({Column.TITLE, Column.DEPARTMENT, Column.DUE, Column.STATUS})
"""Columns of which two with one name cannot be told apart."""

_TITLES: Final = (Column.PROJECT, Column.PROBLEM, Column.REQUIREMENT)
"""What names the task where no column is called so, the likeliest first: a list of problems has these to be solved."""
_NEARLY_ALL: Final = 0.8

_UNDER_PERIODS: Final = frozenset({Column.STEP, Column.PROGRESS})
"""What an answer may say of the column of a period."""
_YES_NO: Final = re.compile("是否.*|.*(?:是|否)")
_ORDINAL: Final = re.compile(rf"第?[0-9.．()（）①-⑳\-{text.NUMERALS}、]+[项条号]?")
_PROJECT_AND_CONTENT: Final = "项目名称 (?:项目|工程|主要)?(?:建设|项目|实施)内容"
_OFFICE_INSIDE: Final = re.compile("处室|科室|股室|处|科")
_NO_DEADLINE: Final = re.compile(
    "(?:要求|计划)?(?:上报|报送|反馈|填报|交办|下达|立项|受理|登记|发现|检查|督查|开工|启动|开始|签订|发文|更新|印发|会议|出生).*"
)
_LIKE_DEADLINE: Final = re.compile(".*(?:完成|办结|时限|期限|截止|deadline|due).*")
_LIKE_STATUS: Final = re.compile(".*(?:状态|完成|进度|进展|情况|办结|销号|status|progress).*")
_NOT_NOW: Final = re.compile(".*(?:上[周月次期季年]|去年|同期|计划|目标|预期|季度|评价|评分|考核|自评).*")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A heading that a person can say more about: whether it is that of `guess`.

    Where it is `needed`, nothing is imported without an answer: the column may hold what is on time and what is not.
    The answer holds for `alike` too.
    """

    heading: str
    guess: Column
    needed: bool = False
    alike: tuple[str, ...] = ()


class Unheaded(UsageFault):
    """No heading is known for `column`, without which there are no tasks; `names` are the headings that there are."""

    def __init__(self, message: str, *, hint: str, column: Column, names: Sequence[str]) -> None:
        super().__init__(message, hint=hint)
        self.column = column
        self.names = names


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of a table holds what, by its index.

    `names` are the headings as messages show them, `headings` as they stand in the file, those of two rows as one;
    `supports` are further columns of supporting units, `top` is the index of the row of headings, `below` that of the
    first row of data. `asks_done` tells that the status is the answer to a question (是否完成), `first_lead` that the
    heading says that of several units the first one leads.
    """

    names: tuple[str, ...]
    headings: tuple[str, ...]
    columns: Mapping[Column, int]
    own: Mapping[str, int]
    top: int
    below: int
    supports: tuple[int, ...] = ()
    asks_done: bool = False
    first_lead: bool = False
    doubts: tuple[Doubt, ...] = ()
    notices: tuple[str, ...] = ()
    periods: Mapping[int, Period] = field(default_factory=dict)

    def with_bare_periods(self, rows: Iterable[Row], *, today: date, year: int) -> "Layout":
        """Return it with bare quarters (一季度) as those of a plan, where something stands in one still to come.

        Else nobody knows, and they are own columns.
        """
        bare = {index: each for index, each in self.periods.items() if each.column is None}
        coming = [index for index, each in bare.items() if each.days(year)[0] > today]
        if not bare:
            return self
        names = [quote(self.names[index]) for index in bare]
        if any(values.report_text(row.at(index)) for row in rows for index in coming):
            planned = {index: dataclasses.replace(each, column=Column.STEP) for index, each in bare.items()}
            notices = (*self.notices, _notice_of_steps(names))
            return dataclasses.replace(self, periods={**self.periods, **planned}, notices=notices)
        others = {index: each for index, each in self.periods.items() if index not in bare}
        own = {**self.own, **{self.names[index]: index for index in bare}}
        message = _("nothing says whether {names} hold steps or progress; say which: --map {heading}=step or =progress")
        notice = message.format(names=_(", ").join(names), heading=text.safe(self.names[min(bare)]))
        return dataclasses.replace(self, periods=others, own=own, notices=(*self.notices, notice))

    def repeats(self, row: Iterable[str]) -> bool:
        """Tell whether `row` has nothing but these headings again, as at the top of a printed page."""
        return all(not cell or cell == name for cell, name in zip(map(clean, row), self.names, strict=False))

    def meanings(self) -> Iterator[tuple[str, Column | None]]:
        """Yield each heading, and the column that it is taken for, None for an own one."""
        by_index = dict.fromkeys(self.supports, Column.SUPPORT)
        by_index |= {index: column for column, index in self.columns.items()}
        by_index |= {index: each.column or Column.STEP for index, each in self.periods.items()}
        shown = {*self.own.values(), *by_index}
        for index, name in enumerate(self.names):
            if index in shown:
                yield name, by_index.get(index)
            elif clean(self.headings[index]) and classify(self.headings[index]) in IGNORED:
                yield name, classify(self.headings[index])

    def refusal(self) -> UsageFault | None:
        """Return the error where a column may matter and nobody said what it holds, else None."""
        doubts = [doubt for doubt in self.doubts if doubt.needed]
        if not doubts:
            return None
        message = _("column {heading} may be {guess}: say which")
        lines = [message.format(heading=quote(doubt.heading), guess=quote(label(doubt.guess))) for doubt in doubts]
        hint = _("--map {heading}={field}, or --map {heading}=extra for a column of your own")
        heading, field = text.safe(doubts[0].heading), doubts[0].guess.value
        return UsageFault("\n".join(lines), hint=hint.format(heading=heading, field=field))


NO_COLUMNS: Final = Layout((), (), {}, {}, 0, 0)
"""That of no table."""


def kept_answers(pilot: Pilot) -> dict[str, str]:
    """Return what was said of headings at earlier imports, by heading."""
    return {heading: field for heading, _sign, field in (answer.rpartition("=") for answer in pilot.columns)}


def with_answers(pilot: Pilot, answers: Mapping[str, str]) -> Pilot:
    """Return `pilot` with what was said of headings, for the next file with these."""
    kept = {**kept_answers(pilot), **answers}
    return replace(pilot, columns=tuple(f"{heading}={field}" for heading, field in kept.items()))


def read_answer(typed: str) -> tuple[str, str]:
    """Return the heading and the column of `栏目=FIELD`, as `find_layout` takes them. Raises UsageFault."""
    heading, _sign, field = typed.rpartition("=")
    column = field if field in {*Column, OWN_COLUMN} else classify(field)
    if not heading.strip() or column is None:
        message = _("{typed} does not say which column a heading is").format(typed=quote(typed))
        fields = _(", ").join([*(column for column in Column if column not in IGNORED), OWN_COLUMN])
        raise UsageFault(message, hint=_("write HEADING=FIELD, the field one of {fields}").format(fields=fields))
    return clean(heading), str(column)


def has_headings(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether one of the first rows is like the headings of a ledger."""
    return max(map(count_known, rows[:SEARCHED_ROWS]), default=0) >= LEAST_KNOWN


def find_layout(rows: Sequence[Sequence[str]], *, answers: Mapping[str, str], led: bool = False) -> Layout:
    """Find the heading row of a table and what its columns hold.

    `answers` says for headings which column is meant (`title` …), or `extra` for an own one; `led` that the lead
    department is known without a column. Raises UsageFault where there is no row of cells, where two columns cannot be
    told apart; Unheaded where the title or the lead department has no heading.
    """
    answers = {fold(name): field for name, field in answers.items()}
    top = _heading_row(rows, answers, led=led)
    headings, below = _headings(rows, top)
    sorter = _Sorter(headings, rows[below:], answers)
    result = sorter.layout(top, below)
    sorter.check_needed(led=led)
    return result


def _heading_row(rows: Sequence[Sequence[str]], answers: Mapping[str, str], *, led: bool) -> int:
    head = rows[:SEARCHED_ROWS]
    whole = [_headings(head, place)[0] for place in range(len(head))]
    counts = [count_known(row) + len({fold(cell) for cell in row} & answers.keys()) for row in whole]
    most = max(counts, default=0)
    if most >= LEAST_KNOWN:
        return counts.index(most)
    if not any(cell.strip() for row in rows for cell in row):
        raise UsageFault(_("the file is empty"), hint=_heading_hint())
    message = _("no heading row among the first {count} rows").format(count=len(head))
    likely = [row for row in head if sum(map(bool, map(str.strip, row))) >= LEAST_KNOWN]
    if not likely:
        raise UsageFault(message, hint=_heading_hint())
    row = head[counts.index(most)] if most else likely[0]
    known = {answers.get(fold(cell)) or classify(cell) for cell in row}
    missing = Column.DEPARTMENT if Column.TITLE in known and not led else Column.TITLE
    options = "--map {0}=title --map {0}=department".format(_("HEADING"))
    hint = _("{hint}; if they are called otherwise: {options}").format(hint=_heading_hint(), options=options)
    raise Unheaded(message, hint=hint, column=missing, names=list(filter(None, map(clean, row))))


def _heading_hint() -> str:
    message = _("a ledger has a row of headings, at least {title} and {department}")
    return message.format(title=quote(label(Column.TITLE)), department=quote(label(Column.DEPARTMENT)))


def _headings(rows: Sequence[Sequence[str]], top: int) -> tuple[Sequence[str], int]:
    """Return the headings that begin in the row at `top`, those of several rows as one, and the place of the data."""
    headings, below = rows[top], top + 1
    while below < len(rows) and (joined := _joint_headings(headings, rows[below])):
        headings, below = joined, below + 1
    return headings, below


def _joint_headings(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Return the headings of two rows as one, None where the lower does not only divide headings above it.

    It does where it names columns in each of its cells (责任单位: 牵头单位, 配合单位), or in some and has others under
    nothing but headings that are merged over several columns.
    """
    width = max(len(upper), len(lower)) + 1
    first, second = ([cell.strip() for cell in (*row, *[""] * (width - len(row)))] for row in (upper, lower))
    filled = [index for index, cell in enumerate(second) if cell]
    if not filled or not count_known(cell for cell, below in zip(first, second, strict=True) if not below):
        return None
    over, whole = "", [*upper, *[""] * (width - 1 - len(upper))]
    for index in filled:
        over = first[index] or over  # merged over the columns of a period
        whole[index] = whole_heading(over, lower[index])
    divided = all(not (first[index] and first[index + 1]) for index in filled)
    known = [bool(classify(lower[index]) or period(whole[index])) for index in filled]
    return whole if all(known) or (divided and any(known)) else None


class _Sorter:
    """Sorts the headings of one table into the columns of a layout."""

    def __init__(self, headings: Sequence[str], data: Sequence[Sequence[str]], answers: Mapping[str, str]) -> None:
        self._raw = [formulas.unguard(heading) for heading in headings]
        self._names = [
            clean(heading) or _("column {number}").format(number=index + 1) for index, heading in enumerate(self._raw)
        ]
        self._folded = list(map(fold, self._names))
        self._data = data
        self._answers = answers
        self._columns: dict[Column, int] = {}
        self._supports: list[int] = []
        self._own: dict[str, int] = {}
        self._periods: dict[int, Period] = {}
        self._doubts: list[Doubt] = []
        self._notices: list[str] = []

    def layout(self, top: int, below: int) -> Layout:
        """Return the layout, its headings at the index `top`, its first row of data at the index `below`."""
        alike: defaultdict[Column, list[int]] = defaultdict(list)
        unknown: list[int] = []
        periods, unsaid = self._find_periods()
        for index, heading in enumerate(self._raw):
            answer = self._answers.get(fold(heading)) if clean(heading) else None
            column = classify(heading)
            if index in periods and answer in {None, *_UNDER_PERIODS}:
                said = Column(answer) if answer else periods[index].column or unsaid
                self._periods[index] = dataclasses.replace(periods[index], column=said)
            elif answer in set(Column):  # what a file before this one said, or another version, may be something else
                alike[Column(str(answer))].append(index)
            elif answer == OWN_COLUMN:
                self._keep(self._names[index], index)
            elif heading.startswith(OWN) and heading.removeprefix(OWN).strip():
                self._keep(heading.removeprefix(OWN), index)
            elif column:
                alike[column].append(index)
            elif clean(heading):
                unknown.append(index)
            elif any(index < len(row) and row[index].strip() for row in self._data):
                self._keep(self._names[index], index)
        self._name_tasks(alike)
        self._tell_progress_apart(alike)
        self._tell_deadlines_apart(alike)
        for column, indexes in alike.items():
            self._choose(column, indexes, alike)
        self._settle_periods()
        self._settle_unknown(unknown)
        self._find_missing(unknown)
        status = self._columns.get(Column.STATUS)
        lead = self._columns.get(Column.DEPARTMENT)
        return Layout(
            names=tuple(self._names),
            headings=tuple(
                heading if clean(heading) else name for heading, name in zip(self._raw, self._names, strict=True)
            ),
            columns=self._columns,
            own=self._own,
            top=top,
            below=below,
            supports=tuple(self._supports),
            asks_done=status is not None and bool(_YES_NO.fullmatch(self._folded[status]) or "√" in self._raw[status]),
            first_lead=lead is not None and first_leads(self._raw[lead]),
            doubts=tuple(self._doubts),
            notices=tuple(self._notices),
            periods=self._periods,
        )

    # Columns of periods

    def _find_periods(self) -> tuple[dict[int, Period], Column | None]:
        """Return the columns of periods by their index, and what was said of the bare ones, if it is one thing.

        A plan of a year is one where others are beside it.
        """
        results = {index: each for index, heading in enumerate(self._raw) if (each := period(heading))}
        years = Counter((each.column, each.is_year) for each in results.values())
        periods = {
            index: each
            for index, each in results.items()
            if not each.is_year
            or years[each.column, True] > 1
            or (each.column is Column.PROGRESS and not self._most(index, _is_status))
        }
        bare = (fold(self._raw[index]) for index, each in results.items() if each.column is None)
        answers = {answer for heading in bare if (answer := self._answers.get(heading)) in _UNDER_PERIODS}
        return periods, Column(str(answers.pop())) if len(answers) == 1 else None

    def _settle_periods(self) -> None:
        """Say what is taken of periods; a lone one may be the title, or the status, where there is no other."""
        planned = self._periods_of(Column.STEP)
        if len(planned) == 1 and Column.TITLE not in self._columns:
            self._take(Column.TITLE, planned[0])
        reported = self._periods_of(Column.PROGRESS)
        to_date = [index for index in reported if self._names[index].startswith("截")]  # 截至10月底: not of one quarter
        if len(to_date) == 1 and Column.STATUS not in self._columns and self._most(to_date[0], _is_status):
            self._take(Column.STATUS, to_date[0])
        planned, reported, bare = map(self._periods_of, (Column.STEP, Column.PROGRESS, None))
        if planned:
            self._notices.append(_notice_of_steps([quote(self._names[index]) for index in planned]))
        if reported:
            message = _(
                "{names}: taken as progress on the last day of the period, or today where that is still to come"
            )
            self._notices.append(message.format(names=_(", ").join(quote(self._names[index]) for index in reported)))
        if bare:
            first, *others = (self._names[index] for index in bare)
            self._doubts.append(Doubt(first, Column.STEP, alike=tuple(others)))

    def _periods_of(self, column: Column | None) -> list[int]:
        return [index for index, each in self._periods.items() if each.column is column]

    # Several columns of one kind

    def _unanswered(self, column: Column, alike: Mapping[Column, Sequence[int]]) -> list[int]:
        """Return the columns that are of this kind by their headings, not because somebody said so."""
        return [index for index in alike.get(column, ()) if self._folded[index] not in self._answers]

    def _name_tasks(self, alike: dict[Column, list[int]]) -> None:
        """Find the titles where they are called as something else is: 目标任务, or 项目名称 beside 建设内容."""
        projects = self._unanswered(Column.PROJECT, alike)
        called = [self._folded[index] for index in (*projects, *alike.get(Column.TITLE, ()))]
        if projects and re.fullmatch(_PROJECT_AND_CONTENT, " ".join(called)):
            alike[Column.TITLE] += projects
            del alike[Column.PROJECT]
        asked = alike.get(Column.REQUIREMENT, [])
        named = next((index for index in asked if "任务" in self._names[index]), None)
        if named is not None and Column.TITLE not in alike:
            alike[Column.TITLE] = [named]
            asked.remove(named)
            if not asked:
                del alike[Column.REQUIREMENT]
            self._notices.append(self._notice_of(named, Column.TITLE))

    def _tell_progress_apart(self, alike: dict[Column, list[int]]) -> None:
        """Let the one of several columns of progress that holds statuses be the status, where no other is: 完成进度."""
        reported = alike.get(Column.PROGRESS, [])
        of_status = [index for index in self._unanswered(Column.PROGRESS, alike) if self._most(index, _is_status)]
        if len(of_status) == 1 < len(reported) and Column.STATUS not in alike:
            alike[Column.STATUS] = of_status
            reported.remove(of_status[0])
            self._notices.append(self._notice_of(of_status[0], Column.STATUS))

    def _tell_deadlines_apart(self, alike: dict[Column, list[int]]) -> None:
        """Let a deadline be the first one where another column has those put off: 完成时限, 延期时限."""
        dues = self._unanswered(Column.DUE, alike)
        moved = [index for index in dues if re.search("延期|延长|(?:调整|变更)后", self._folded[index])]
        if len(moved) == 1 == len(dues) - 1 and Column.FIRST_DUE not in alike:
            alike[Column.FIRST_DUE] = [index for index in dues if index not in moved]
            alike[Column.DUE] = moved
            self._notices += [self._notice_of(alike[column][0], column) for column in (Column.FIRST_DUE, Column.DUE)]

    def _choose(self, column: Column, indexes: Sequence[int], alike: Mapping[Column, Sequence[int]]) -> None:
        """Let the best of `indexes` hold `column`, and find a place for the others."""
        best, *others = sorted(indexes, key=lambda index: self._rank(column, index))
        self._columns[column] = best
        if column in IGNORED:
            for index in indexes:
                if column is Column.NUMBER and self._most(index, lambda cell: not _ORDINAL.fullmatch(cell)):
                    self._keep(self._names[index], index)  # 督〔2026〕12号
            return
        for other in others:
            if column in _SINGLE and self._folded[other] == self._folded[best]:
                first, second = sorted((best, other))
                first_name, second_name = (quote(self._names[index]) for index in (first, second))
                message = _("columns {first} {first_name} and {second} {second_name}: both are {column}").format(
                    first=first + 1,
                    first_name=first_name,
                    second=second + 1,
                    second_name=second_name,
                    column=quote(label(column)),
                )
                raise UsageFault(message, hint=_("rename or remove one of the two"))
            self._place(column, best, other, alike)

    def _rank(self, column: Column, index: int) -> tuple[object, ...]:
        name = self._folded[index]
        names = [fold(each) for each in HEADINGS[column].names]
        whole = names.index(name) if name in names else len(names)
        if column is Column.DUE:
            expected = "预计" in name or "拟" in name
            return whole, "时间" in name or "日期" in name, expected, not re.search("计划|要求|规定", name), index
        if column is Column.TITLE:
            return whole, bool(re.search("重点|主要|年度|改革", name)), name.endswith("内容"), index
        if column is Column.STATUS:
            return -sum(map(_is_status, self._cells(index))), whole, index
        if column is Column.DEPARTMENT:
            return not re.search("牵头|主办|主责|lead", name), whole, index
        if column is Column.PROGRESS:  # a share says less than words do
            shares = [re.fullmatch("[0-9.]+[%％]?", cell) is not None for cell in self._cells(index)]
            return 2 * sum(shares) > len(shares), whole, index
        return whole, index

    def _place(self, column: Column, best: int, other: int, alike: Mapping[Column, Sequence[int]]) -> None:
        """Find a place for a second column of one kind, and say which."""
        inside = _OFFICE_INSIDE.search(self._folded[other]) and not _OFFICE_INSIDE.search(self._folded[best])
        seconds = {Column.TITLE: Column.ASPECT if other < best else Column.REQUIREMENT, Column.STATUS: Column.PROGRESS}
        second = seconds.get(column)
        if column is Column.DUE and self._says_when_done(other, alike):
            second = Column.FINISHED
        if column is Column.DEPARTMENT and not inside:
            self._supports.append(other)
            second = Column.SUPPORT
        elif second in alike or second in self._columns:
            second = None
        elif second is not None:
            self._columns[second] = other
        if second is None:
            self._keep(self._names[other], other)
            message = _("{kept} is taken as {column}; {own} is kept as a column of your own")
        else:
            message = _("{kept} is taken as {column}, and {own} as {second}")
        kept, own = (quote(self._names[index]) for index in (best, other))
        under = second and quote(label(second))
        self._notices.append(message.format(kept=kept, own=own, column=quote(label(column)), second=under))

    def _says_when_done(self, index: int, alike: Mapping[Column, Sequence[int]]) -> bool:
        """Tell whether a column (完成时间) has days of what is done alone: those on which it was, no deadlines."""
        if not re.fullmatch(".*完成(?:时间|日期)", self._folded[index]) or Column.STATUS not in alike:
            return False
        status = alike[Column.STATUS][0]
        filled = [row for row in self._data[:_LOOKED_AT] if index < len(row) and values.report_text(row[index])]
        of_rows = [statuses.read(row[status]) if status < len(row) else None for row in filled]
        return bool(of_rows) and all(one and one.status is Status.CLOSED for one in of_rows)

    def _keep(self, key: str, index: int) -> None:
        """Let `index` hold the own column `key`; where another does already, with a number behind it."""
        if wrong := text.fault(key, line=True):
            message = _("heading of column {number}: {wrong}; remove it and try again")
            raise UsageFault(message.format(number=index + 1, wrong=wrong))
        names = (key if n == 1 else f"{key} ({n})" for n in count(1))
        self._own[next(name for name in names if name not in self._own)] = index

    # Headings that are not known

    def _settle_unknown(self, unknown: Iterable[int]) -> None:
        for index in unknown:
            name = self._names[index]
            self._keep(name, index)
            guesses = set() if self._folded[index] in self._answers else close_matches(name) - self._columns.keys()
            if len(guesses) == 1:
                self._doubts.append(Doubt(name, next(iter(guesses))))

    def _find_missing(self, unknown: Sequence[int]) -> None:
        """Look by their cells for the columns without which something late would seem on time, or done undone."""
        if Column.TITLE not in self._columns:
            named = next((column for column in _TITLES if column in self._columns and self._is_filled(column)), None)
            if named:
                self._take(Column.TITLE, self._columns.pop(named))
        if Column.DUE not in self._columns:
            meant = (index for index in unknown if not _NO_DEADLINE.fullmatch(self._folded[index]))
            dated = [index for index in meant if self._holds_deadlines(index)]
            self._find(Column.DUE, dated, _LIKE_DEADLINE)
        if Column.STATUS not in self._columns:
            progress = self._columns.get(Column.PROGRESS)
            if progress is not None and self._most(progress, _is_status):
                self._take(Column.STATUS, self._columns.pop(Column.PROGRESS))
                return
            now = (index for index in unknown if not _NOT_NOW.fullmatch(self._folded[index]))
            of_status = [index for index in now if self._most(index, _is_status)]
            self._find(Column.STATUS, of_status, _LIKE_STATUS)

    def _find(self, column: Column, candidates: Sequence[int], pattern: re.Pattern[str]) -> None:
        """Take the one candidate whose name is like that of `column`; ask about any others."""
        names = {self._names[index] for index in candidates}
        self._doubts = [doubt for doubt in self._doubts if doubt.heading not in names]
        if len(candidates) == 1 and pattern.fullmatch(self._folded[candidates[0]]):
            self._own = {key: index for key, index in self._own.items() if index != candidates[0]}
            self._take(column, candidates[0])
        else:
            self._doubts += [Doubt(self._names[index], column, needed=True) for index in candidates]

    def _take(self, column: Column, index: int) -> None:
        self._columns[column] = index
        self._periods.pop(index, None)
        self._notices.append(self._notice_of(index, column))

    def _notice_of(self, index: int, column: Column) -> str:
        message = _("{heading} is taken as {column}")
        return message.format(heading=quote(self._names[index]), column=quote(label(column)))

    def _is_filled(self, column: Column) -> bool:
        """Tell whether words stand in every row that has a lead, as in a list of problems to be solved."""
        lead = self._columns.get(Column.DEPARTMENT)
        rows = [row for row in self._data[:_LOOKED_AT] if lead is None or (lead < len(row) and row[lead].strip())]
        index = self._columns[column]
        if self._most(index, lambda cell: re.fullmatch(r"\D{0,3}[0-9][0-9,.]*\D{0,2}", cell) is not None):
            return False  # figures: 5,000, ≥80, 2000人次
        return all(index < len(row) and values.report_text(row[index]) for row in rows)

    def _cells(self, index: int) -> Iterator[str]:
        for row in self._data[:_LOOKED_AT]:
            if index < len(row) and (cell := values.report_text(row[index])):
                yield cell

    def _holds_deadlines(self, index: int) -> bool:
        """Tell whether a column holds deadlines: days, among which words may stand that name none."""
        days = any((result := _deadline(cell)) and result.day for cell in self._cells(index))
        return days and self._most(index, lambda cell: _deadline(cell) is not None)

    def _most(self, index: int, test: Callable[[str], bool]) -> bool:
        """Tell whether nearly all cells of a column pass: one that does not is a bad row, and makes no other column."""
        results = list(map(test, self._cells(index)))
        return bool(results) and sum(results) >= _NEARLY_ALL * len(results)

    def check_needed(self, *, led: bool) -> None:
        """Raise Unheaded where the title has no column, or the lead department, unless it is known without (`led`)."""
        for column in (Column.TITLE, Column.DEPARTMENT)[: 1 if led else 2]:
            if column not in self._columns:
                support = self._columns.get(Column.SUPPORT)
                message = _("no column for {column} among the headings: {names}")
                said = support is not None and column is not Column.TITLE
                heading = text.safe(self._names[support or 0]) if said else _("HEADING")
                names = _(", ").join(map(quote, HEADINGS[column].names[:4]))
                hint = _("head it {names}, or say which one it is: --map {heading}={field}")
                raise Unheaded(
                    message.format(column=quote(label(column)), names=_(", ").join(map(text.safe, self._names))),
                    hint=hint.format(names=names, heading=heading, field=column.value),
                    column=column,
                    names=self._names,
                )


def _notice_of_steps(names: Iterable[str]) -> str:
    return _("{names}: taken as steps, each due on the last day of its period").format(names=_(", ").join(names))


def _deadline(cell: str) -> Deadline | None:
    try:
        return dates.parse_deadline(cell, today=_ANY_DAY)
    except UsageFault:
        return None


def _is_status(cell: str) -> bool:
    return statuses.read(cell) is not None
