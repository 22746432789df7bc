"""The headings of a ledger: which columns offices keep, what they call them, where the heading row is."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from pilottask.base import formulas, near, text
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, _, language
from pilottask.base.text import quote

OWN: Final = "extra."
"""What the heading of an own column begins with where its bare name would be taken for another column."""

SEARCHED_ROWS: Final = 30
"""How far down a heading row is looked for, below titles and notes."""

_LEAST_KNOWN: Final = 2
_CLOSE: Final = 0.7
_LONGEST: Final = 60


class Column(StrEnum):
    """A column that the program understands; most are named as the task's field."""

    NUMBER = "number"
    WHY = "why"
    UID = "uid"
    ASPECT = "aspect"
    TITLE = "title"
    REQUIREMENT = "requirement"
    TARGET = "target"
    UNIT = "unit"
    ACTUAL = "actual"
    DEPARTMENT = "department"
    SUPPORT = "support"
    LEADER = "leader"
    OWNER = "owner"
    FIRST_DUE = "first_due"
    DUE = "due"
    LIGHT = "light"
    STATUS = "status"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    PROGRESS = "progress"
    NEXT = "next"
    PROBLEM = "problem"
    NEED = "need"
    SOURCE = "source"
    PROJECT = "project"
    EVERY = "every"
    TAGS = "tags"
    REMARK = "remark"


IGNORED: Final = frozenset({Column.NUMBER, Column.LIGHT, Column.WHY})
"""Columns that import passes over: a running number is no id, a light follows from the rest, and the reason of a
refusal is no part of a task."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is called: the label that export writes in each language, and what else offices write.

    These are words of the file format, known in both languages whichever is in use, so they are not
    looked up in the catalogue. Two columns with synonyms of one `many` heading may stand side by side:
    the one named first here is the field, the others are own columns.
    """

    zh: str
    en: str
    also: tuple[str, ...] = ()
    many: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the best first."""
        return (self.zh, self.en, *self.also)


def _words(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


HEADINGS: Final[Mapping[Column, Heading]] = {
    Column.NUMBER: Heading("序号", "No.", _words("编号, 任务编号, 任务序号, no, number, s/n, #, id, ID号")),
    Column.UID: Heading("UID", "UID", _words("唯一标识, 任务标识")),
    Column.ASPECT: Heading(
        "工作方面",
        "Aspect",
        _words("类别, 方面, 工作类别, 任务类别, 板块, 工作板块, 分类, 领域, line of work, category, area"),
    ),
    Column.TITLE: Heading(
        "工作任务",
        "Task",
        _words(
            "任务名称, 事项, 重点任务, 任务, 主要任务, 工作事项, 事项名称, 督办事项, 任务事项, 重点工作, "
            "title, task title, task name, item, work item"
        ),
    ),
    Column.REQUIREMENT: Heading(
        "目标要求",
        "Requirement",
        _words(
            "工作要求, 具体要求, 具体目标, 工作目标, 目标任务, 具体措施, 工作措施, 主要措施, 任务措施, 措施, 工作标准, "
            "requirements, measures"
        ),
        many=True,
    ),
    Column.TARGET: Heading("目标值", "Target", _words("目标数, 目标量, 任务数, 任务量, target value")),
    Column.UNIT: Heading("单位", "Unit", _words("计量单位, 数量单位, unit of measure")),
    Column.ACTUAL: Heading(
        "完成值", "Actual", _words("完成数, 完成量, 实际值, 实际完成值, 已完成数, 已完成量, done so far, achieved")
    ),
    Column.DEPARTMENT: Heading(
        "牵头单位",
        "Department",
        _words(
            "责任单位, 主办单位, 承办单位, 承办部门, 牵头部门, 责任部门, 主办部门, 主责单位, 牵头责任单位, "
            "主要责任单位, 责任单位牵头, 牵头, lead, lead department, lead unit, lead agency, responsible unit, "
            "responsible department"
        ),
    ),
    Column.SUPPORT: Heading(
        "配合单位",
        "Support",
        _words(
            "协办单位, 配合部门, 协办部门, 协同单位, 协助单位, 参与单位, 参加单位, 责任单位配合, 配合, "
            "supporting units, supporting departments, supporting, support units"
        ),
    ),
    Column.LEADER: Heading(
        "责任领导", "Leader", _words("分管领导, 牵头领导, 包保领导, 挂点领导, 包联领导, responsible leader")
    ),
    Column.OWNER: Heading(
        "责任人",
        "Owner",
        _words("联系人, 经办人, 承办人, 负责人, 具体责任人, 具体负责人, person in charge, responsible person, contact"),
    ),
    Column.FIRST_DUE: Heading(
        "原时限",
        "First due",
        _words("原定时限, 原完成时限, 原办理时限, 初始时限, first deadline, original deadline, original due"),
    ),
    Column.DUE: Heading(
        "完成时限",
        "Due",
        _words(
            "办理时限, 截止日期, 完成时间, 时限, 时限要求, 截止时间, 完成期限, 办结时限, 计划完成时间, 现时限, "
            "调整后时限, 延期后时限, deadline, due date, current deadline"
        ),
    ),
    Column.LIGHT: Heading(
        "亮灯", "Light", _words("亮灯情况, 亮灯状态, 红黄绿灯, 灯, 预警, 预警等级, 预警状态, traffic light")
    ),
    Column.STATUS: Heading(
        "完成情况", "Status", _words("办理状态, 状态, 任务状态, 当前状态, 工作状态, 完成状态, state")
    ),
    Column.SUBMITTED: Heading(
        "申请办结日期", "Submitted on", _words("申请办结时间, 提交日期, 提交核验日期, submitted, date submitted")
    ),
    Column.CLOSED: Heading(
        "办结日期", "Closed on", _words("办结时间, 销号日期, 销号时间, 实际完成时间, closed, date closed")
    ),
    Column.PROGRESS: Heading(
        "进展情况",
        "Progress",
        _words("工作进展, 推进情况, 落实情况, 办理情况, 工作进展情况, 进展, 目前进展, 最新进展, progress note"),
    ),
    Column.NEXT: Heading(
        "下一步打算",
        "Next step",
        _words(
            "下一步措施, 下一步计划, 下一步工作, 下一步, 下步打算, 下步措施, 下步计划, 下一步工作打算, "
            "下一步工作安排, 下一步工作计划, next steps, next"
        ),
    ),
    Column.PROBLEM: Heading(
        "存在问题",
        "Problems",
        _words(
            "问题, 存在的问题, 存在困难, 困难问题, 困难和问题, 存在困难和问题, 存在问题及困难, 存在的困难和问题, "
            "problem, issues"
        ),
    ),
    Column.NEED: Heading(
        "要素保障", "Needs", _words("要素保障需求, 保障需求, 需要保障, 需要的保障, need, support needed")
    ),
    Column.SOURCE: Heading("任务来源", "Source", _words("来源, 交办来源, 任务依据, 文件依据")),
    Column.PROJECT: Heading("项目", "Project", _words("项目名称, 合作项目, 所属项目")),
    Column.EVERY: Heading("周期", "Every", _words("任务周期, 频次, recurrence, repeats")),
    Column.TAGS: Heading("标签", "Tags", _words("tag, labels")),
    Column.REMARK: Heading("备注", "Remark", _words("说明, 备注说明, remarks, note, notes, comment, comments")),
    Column.WHY: Heading("未导入原因", "Why not imported"),
}

_NOISE: Final = re.compile(r"[\s_\-.:*、,;]+")
_BRACKETS: Final = re.compile(r"[()\[\]【】〔〕<>〈〉《》「」{}\"“”]+")
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|《[^《》]*》")


def label(column: Column) -> str:
    """Return what `column` is called in the language in use."""
    heading = HEADINGS[column]
    return heading.zh if language() is Lang.ZH else heading.en


@cache
def _known() -> Mapping[str, Column]:
    return {folded(name): column for column, heading in HEADINGS.items() for name in heading.names}


def folded(heading: str) -> str:
    """Return a heading by which two that differ in spaces, brackets, case or width alone are the same."""
    return _BRACKETS.sub("", _NOISE.sub("", unicodedata.normalize("NFKC", heading))).casefold()


def classify(heading: str) -> Column | None:
    """Return the column that `heading` names, or None.

    Spaces, line breaks, brackets around it and case don't matter; what stands in brackets counts where that
    makes a name (责任单位（配合）) and is passed over where it does not (完成时限（年月日）). Names joined by
    a slash (工作方面/类别) are known where they name one column.
    """
    if len(heading) > _LONGEST:
        return None
    known = _known()
    if found := known.get(folded(heading)):
        return found
    plain = _BRACKETED.sub("", unicodedata.normalize("NFKC", heading))
    if found := known.get(folded(plain)):
        return found
    named = {known.get(folded(part)) for part in plain.split("/")}
    return named.pop() if len(named) == 1 else None


def close_matches(heading: str) -> frozenset[Column]:
    """Return the columns with a name much like `heading`, which is none of them itself."""
    known = _known()
    names = near.matches(folded(heading[:_LONGEST]), known, most=5, least=_CLOSE)
    return frozenset(known[name] for name in names) - IGNORED


def own_heading(key: str) -> str:
    """Return the heading under which the own column `key` is exported, so that import finds `key` again."""
    plain = key == _clean(key) and not key.startswith(OWN) and classify(key) is None
    # Only the column that export leaves out where it is empty can be doubted: the others are taken.
    return key if plain and Column.EVERY not in close_matches(key) else OWN + key


@dataclass(frozen=True, slots=True)
class Doubt:
    """A heading that is not known but much like that of one column: a person can say whether it is meant."""

    heading: str
    guess: Column


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of a table holds what. Places count from 0.

    `names` are the headings as messages show them, `headings` as they stand in the file, those of two rows as one;
    `below` is the place of the first row of data.
    """

    names: tuple[str, ...]
    headings: tuple[str, ...]
    columns: Mapping[Column, int]
    own: Mapping[str, int]
    below: int
    doubts: tuple[Doubt, ...] = ()
    notices: tuple[str, ...] = ()

    def repeats(self, row: Iterable[str]) -> bool:
        """Tell whether `row` has nothing but these headings again, as at the top of a printed page."""
        return all(not cell or cell == name for cell, name in zip(map(_clean, row), self.names, strict=False))


def present(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether one of the first rows is like the headings of a ledger."""
    return max(map(known_in, rows[:SEARCHED_ROWS]), default=0) >= _LEAST_KNOWN


def known_in(row: Iterable[str]) -> int:
    """Return how many different columns the cells of `row` name."""
    return len({found for cell in row if cell and (found := classify(cell))})


def find(rows: Sequence[Sequence[str]], *, answers: Mapping[str, str]) -> Layout:
    """Find the heading row of a table and what its columns hold.

    `answers` says for headings that are not known which column is meant (`title` …), or `extra` for an own one.
    Raises UsageFault where there is no heading row, where two columns are the same, or where the title or the
    lead department has none.
    """
    place = _heading_row(rows)
    headings = [*rows[place]]
    below = place + 1
    if below < len(rows) and _is_second_heading(headings, rows[below]):
        width = max(len(headings), len(rows[below]))
        lower = [*rows[below], *[""] * (width - len(rows[below]))]
        upper = [*headings, *[""] * (width - len(headings))]
        headings = [second if second.strip() else first for first, second in zip(upper, lower, strict=True)]
        below += 1
    return _laid_out(headings, rows[below:], below=below, answers=answers)


def _heading_row(rows: Sequence[Sequence[str]]) -> int:
    counts = [known_in(row) for row in rows[:SEARCHED_ROWS]]
    most = max(counts, default=0)
    if most >= _LEAST_KNOWN:
        return counts.index(most)
    if not any(cell.strip() for row in rows for cell in row):
        raise UsageFault(_("the file is empty"), hint=_heading_hint())
    raise UsageFault(
        _("no heading row among the first {count} rows").format(count=min(len(rows), SEARCHED_ROWS)),
        hint=_heading_hint(),
    )


def _heading_hint() -> str:
    return _("a ledger has a row of headings, at least {title} and {department}").format(
        title=quote(label(Column.TITLE)), department=quote(label(Column.DEPARTMENT))
    )


def _is_second_heading(headings: Sequence[str], row: Sequence[str]) -> bool:
    """Tell whether `row` only divides headings above it: 责任单位 into 牵头单位 and 配合单位."""
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    if not filled or not all(classify(row[place]) for place in filled):
        return False
    above = [heading for place, heading in enumerate(headings) if heading.strip() and place not in filled]
    return known_in(above) > 0


def _clean(heading: str) -> str:
    return " ".join(heading.split())


class _Sorter:
    """Sorts headings into the columns of a layout, one place after the other."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.columns: dict[Column, int] = {}
        self.own: dict[str, int] = {}
        self.notices: list[str] = []

    def take(self, column: Column, place: int) -> None:
        """Let `place` hold `column`. Raises UsageFault where another place does already."""
        taken = self.columns.setdefault(column, place)
        if taken == place or column in IGNORED:
            return
        if not HEADINGS[column].many:
            raise self._twice(taken, place, _("both are {column}").format(column=quote(label(column))))
        ranks = [_rank(column, self.names[each]) for each in (taken, place)]
        if ranks[0] == ranks[1]:
            raise self._twice(taken, place, _("both are {column}").format(column=quote(label(column))))
        kept, own = (taken, place) if ranks[0] < ranks[1] else (place, taken)
        self.columns[column] = kept
        self.keep(self.names[own], own)
        self.notices.append(
            _("{kept} is taken as {column}; {own} is kept as a column of your own").format(
                kept=quote(self.names[kept]), own=quote(self.names[own]), column=quote(label(column))
            )
        )

    def keep(self, key: str, place: int) -> None:
        """Let `place` hold the own column `key`. Raises UsageFault where another place does already."""
        if wrong := text.fault(key, line=True):
            raise UsageFault(
                _("heading of column {number}: {wrong}; remove it and try again").format(number=place + 1, wrong=wrong)
            )
        taken = self.own.setdefault(key, place)
        if taken != place:
            raise self._twice(taken, place, _("a heading may stand only once"))

    def _twice(self, first: int, second: int, why: str) -> UsageFault:
        return UsageFault(
            _("columns {first} {first_name} and {second} {second_name}: {why}").format(
                first=first + 1,
                first_name=quote(self.names[first]),
                second=second + 1,
                second_name=quote(self.names[second]),
                why=why,
            ),
            hint=_("rename or remove one of the two"),
        )


def _rank(column: Column, heading: str) -> int:
    """Return how good a name `heading` is for `column`, 0 the best; names that only fit somehow come last."""
    names = [folded(name) for name in HEADINGS[column].names]
    name = folded(heading)
    return names.index(name) if name in names else len(names)


def _laid_out(
    headings: Sequence[str], data: Sequence[Sequence[str]], *, below: int, answers: Mapping[str, str]
) -> Layout:
    raw = [formulas.fused(heading) for heading in headings]
    names = [_clean(heading) or _("column {number}").format(number=place + 1) for place, heading in enumerate(raw)]
    sorter = _Sorter(names)
    unknown: list[int] = []
    for place, heading in enumerate(raw):
        if heading.startswith(OWN) and heading.removeprefix(OWN).strip():
            sorter.keep(heading.removeprefix(OWN), place)
        elif found := classify(heading):
            sorter.take(found, place)
        elif _clean(heading):
            unknown.append(place)
        elif any(place < len(row) and row[place].strip() for row in data):
            sorter.keep(names[place], place)
    doubts = _settle_unknown(sorter, unknown, answers)
    _check_needed(sorter.columns, names)
    return Layout(
        names=tuple(names),
        headings=tuple(heading if _clean(heading) else name for heading, name in zip(raw, names, strict=True)),
        columns=sorter.columns,
        own=sorter.own,
        below=below,
        doubts=tuple(doubts),
        notices=tuple(sorter.notices),
    )


def _settle_unknown(sorter: _Sorter, unknown: Iterable[int], answers: Mapping[str, str]) -> list[Doubt]:
    doubts = []
    for place in unknown:
        name = sorter.names[place]
        answer = answers.get(name)
        if answer is not None and answer in set(Column):
            sorter.take(Column(answer), place)
            continue
        sorter.keep(name, place)
        guesses = close_matches(name) - sorter.columns.keys()
        if answer is None and len(guesses) == 1:
            doubts.append(Doubt(name, next(iter(guesses))))
    return doubts


def _check_needed(columns: Mapping[Column, int], names: Iterable[str]) -> None:
    for column in (Column.TITLE, Column.DEPARTMENT):
        if column not in columns:
            raise UsageFault(
                _("no column for {column} among the headings: {names}").format(
                    column=quote(label(column)), names=_(", ").join(text.safe(name) for name in names)
                ),
                hint=_("head it {names}").format(
                    names=_(", ").join(quote(name) for name in HEADINGS[column].names[:4])
                ),
            )
