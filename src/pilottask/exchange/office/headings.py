"""The columns of a ledger: which ones offices keep, and what they call them.

Some keep one for each quarter, half or month: 一季度目标 is a step of the task, 三季度进展 a note of that quarter.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

from pilottask.base import near
from pilottask.base.i18n import Lang, language
from pilottask.base.periods import MONTHS_A_QUARTER, MONTHS_A_YEAR, month_days
from pilottask.base.text import as_digits

OWN: Final = "extra."
"""What the heading of an own column begins with where its bare name would be taken for another column."""

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
    FINISHED = "finished"
    PROGRESS = "progress"
    NOTED = "noted"
    WORKED = "worked"
    STEP = "step"
    NEXT = "next"
    PROBLEM = "problem"
    NEED = "need"
    COORDINATE = "coordinate"
    SOURCE = "source"
    PROJECT = "project"
    EVERY = "every"
    TAGS = "tags"
    CREATED = "created"
    REMARK = "remark"


BEGINNING: Final = (Column.NUMBER, Column.UID, Column.TITLE)
"""With which both sheets of a ledger begin that is exported as a workbook, what is read first and what it continues."""

ONLY_WHERE_FILLED: Final = frozenset({Column.STEP, Column.EVERY, Column.WORKED})
"""Columns that a ledger has only where some task fills them."""

IGNORED: Final = frozenset({Column.NUMBER, Column.LIGHT, Column.WHY})
"""Columns that import passes over: a running number is no id, a light follows from the rest, and the reason of a
refusal is no part of a task."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is called.

    `called` are whole names, parted by commas: first the labels that export writes in Chinese and in English, then what
    else offices write; `like` is a pattern for the many that are made of the same words. Where several columns of a
    table fit, the one with the name that comes first here is meant, or the `best`. These are words of the file format,
    known in both languages whichever is in use, so they are not looked up in the catalogue.
    """

    called: str
    like: str = ""
    best: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All whole names, the best first."""
        return tuple(filter(None, (self.best, *self.called.split(", "))))

    @property
    def label(self) -> str:
        """The label in the language in use."""
        zh, en = self.called.split(", ")[:2]
        return zh if language() is Lang.ZH else en


_LEVEL: Final = "(?:[省市州盟县区旗镇乡]{0,2}[级直]?)"
_WHEN: Final = (
    "(?:[0-9]{4}年?度?|年度|年份|全年|本年度?|(?:截[至止])?目前|当前|最新|现阶段|本[周月期次]|近期|各?部门反馈"
    "|各?单位)?"
)
_ABOUT: Final = (
    "(?:工作|任务|事项|具体|主要|重点|攻坚|整改|处理|改革|推进|落实|项目|隐患|问题|督办|交办|督查|批示|议定|民生|实施|办理|完成|保障|"
    "验收|总体|建设)*"
)
_BODY: Final = "(?:单位|部门|处室|科室|股室|部室|处|科|机构|主体)"
_DAY: Final = "(?:时间|日期)"

HEADINGS: Final[Mapping[Column, Heading]] = {
    Column.NUMBER: Heading(
        "编号, No., 序号, 任务编号, 任务序号, 项目编号, 事项编号, 问题编号, 编码, 代码, 项次, number, s/n, #, id, ID号",
        best="序号",
    ),
    Column.UID: Heading("UID, UID, 唯一标识, 任务标识"),
    Column.ASPECT: Heading(
        "工作方面, Aspect, 方面, 板块, 专项, 工作专项, 维度, 任务分组, 领域, 工作领域, 所属领域, 一级指标, "
        "一级任务, line of work, category, area",
        rf"(?:所属)?{_ABOUT}(?:(?:板块|指标|事项|领域)?(?:类别|分类|类型)|板块|领域)",
    ),
    Column.TITLE: Heading(
        "工作任务, Task, 任务名称, 任务标题, 具体任务, 具体工作, 任务事项, 工作事项, 事项名称, 任务, 事项, "
        "细化任务, 分解任务, 指标名称, 三级指标, 三级任务, 二级指标, 二级任务, 民生实事, 实事项目, 工程名称, 建议名称, "
        "提案名称, 案由, title, task title, task name, item, work item",
        rf"{_WHEN}{_ABOUT}(?:任务|事项|工作|内容)(?:名称|清单|分解|描述|要点|[和及与]内容)?",
    ),
    Column.REQUIREMENT: Heading(
        "目标要求, Requirement, 目标任务, 任务目标, 预期目标, requirements, measures",
        rf"{_WHEN}(?:拟?采取的?)?{_ABOUT}(?:内容)?(?:年度|可?量化)?(?:[和及与]?(?:措施|举措|要求|目标任务|目标|标准))+(?:清单)?|预期(?:成效|效果|成果)|完成标志",
    ),
    Column.TARGET: Heading(
        "目标值, Target, 目标数, 目标量, 任务数, 任务量, 计划数, 计划值, 指标值, 年度目标值, target value",
    ),
    Column.UNIT: Heading("单位, Unit, 计量单位, 数量单位, unit of measure"),
    Column.ACTUAL: Heading(
        "累计完成值, Actual, 完成值, 完成数, 完成量, 实际值, 当前值, 实际完成值, 实际完成数, 已完成数, 已完成量, "
        "累计完成, 累计完成数, done so far, achieved",
    ),
    Column.DEPARTMENT: Heading(
        "牵头单位, Department, 牵头责任单位, 牵头部门, 主办单位, 主责单位, 责任单位牵头, 牵头, 责任单位, 责任部门, "
        "承办单位, lead, lead department, lead unit, lead agency, responsible unit, responsible department",
        rf"{_LEVEL}(?:总?牵头|主要?责任?|责任|分解|主办|承办|承接|承担|办理|负责|归口|管理|主管|整改|实施|落实|执行|建设|任务|"
        rf"项目|主体|具体|第一)+{_BODY}(?:[/及和或]{_BODY})?(?:牵头)?|责任(?:乡镇|镇街|街道|区县|县区|企业|公司|学校|街镇|园区|村居)+",
    ),
    Column.SUPPORT: Heading(
        "配合单位, Support, 配合, supporting units, supporting departments, supporting, support units",
        rf"{_LEVEL}(?:责任)?(?:(?:其他|其它|共同)(?:责任|配合|参与|协办)|(?:配合|协办|协同|协助|参与|参加|协作|合作|支持|会办|联办)+)(?:责任)?{_BODY}"
        rf"(?:[及和、]{_BODY})?|(?:责任|牵头)?{_BODY}配合",
    ),
    Column.LEADER: Heading(
        "责任领导, Leader, 牵头领导, responsible leader",
        rf"(?:[省市州县区旗]委[省市州县区旗]政府)?{_LEVEL}(?:[省市州县区]委|政府|部门|单位|公司|集团|学校)?(?:具体|责任|整改|分管|主管|牵头|包保|包案|包抓|挂牌|挂点|挂帅|总牵头|"
        rf"包联|挂联|联系|挂钩|领衔|督办|主要)*{_LEVEL}"
        r"(?:局|委|厅|班子|[校院所])?(?:主要|分管)?领导(?:同志)?(?:[及和]职务)?|分管副?[省市州盟县区旗镇乡局]长|(?:单位|部门)主要负责人"
        "|[省市州盟县区旗]{1,2}级(?:(?:责任|负责)人|领导)",
    ),
    Column.OWNER: Heading(
        "责任人, Owner, 具体责任人, 负责人, 总负责人, 执行人, 执行者, person in charge, responsible person, "
        "assignee, assigned to, contact",
        "(?:(?:具体|直接|工作|整改|责任|任务|项目|事项|落实|主要|第一|包保)*|单位|部门|[科处]室)(?:责任|负责|联系|联络|经办|主办|承办|办理)(?:人员?|员|同志)(?:姓名)?",
    ),
    Column.FIRST_DUE: Heading(
        "原时限, First due, 原办理时限, 初始时限, first deadline, original deadline, original due",
        rf"(?:原定?|原计划|初定)(?:(?:完成|办结|整改)?(?:时限|期限)|(?:完成|办结){_DAY})",
    ),
    Column.DUE: Heading(
        "完成时限, Due, 时限, 时间要求, 延期至, 延期时限, 延期期限, deadline, due date, current deadline",
        rf"(?:{_ABOUT}|(?:要求|计划|预计|拟|规定|目标|最终|最迟|承诺|[现新]|(?:调整|延期|变更)后)?(?:完成|办结|完结|整改|销号)*)(?:时限|期限|时限要求|截止{_DAY}|最后期限)"
        rf"|(?:计划|预计|拟定?|要求|目标|应|规定|最迟|承诺|(?:调整|延期|变更)后)?(?:完成|办结|完结){_DAY}(?:要求|节点|计划)?|(?:计划|预计|拟)(?:整改|销号){_DAY}|起止{_DAY}|限时|截止{_DAY}|限办{_DAY}|限期|节点{_DAY}|完成年限|计划竣工{_DAY}|责任时限|时间安排|(?:完成|工作)?(?:时间|完成)节点",
    ),
    Column.LIGHT: Heading("亮灯, Light, 红黄绿灯, 灯, 灯号, traffic light", "(?:亮灯|预警)(?:情况|状态|等级|级别)?"),
    Column.STATUS: Heading(
        "完成情况, Status, state",
        rf"{_WHEN}{_ABOUT}(?:验收|当前|销号|办结|进展|进度)?状态|(?:实际|任务|工作|目前|整改|目标)*完成情况"
        "|(?:销号|办结)情况|是否(?:已?(?:完成|销号|办结)(?:整改)?|整改(?:到位|完成))|完成与?否",
    ),
    Column.SUBMITTED: Heading(
        "申请办结日期, Submitted on, 申请办结时间, 申请销号时间, 申请销号日期, 提交日期, 提交核验日期, submitted, "
        "date submitted",
    ),
    Column.CLOSED: Heading("销号日期, Closed on, 办结日期, 办结时间, 销号时间, closed, date closed"),
    Column.FINISHED: Heading(
        "实际完成时间, Finished on", rf"实际(?:完成|办结)(?:{_DAY}|时限)|(?:完成|办结){_DAY}(?:实际|实)"
    ),
    Column.PROGRESS: Heading(
        "进展情况, Progress, progress note",
        rf"{_WHEN}{_ABOUT}(?:措施)?{_WHEN}(?:形象|贯彻|组织|阶段性|工程|施工)?(?:进展|进度|推进|落实|办理|整改|开展|执行|实施)(?:情况|说明|描述)?(?:及成效)?|(?:办理|整改|落实)结果|实际进度",
    ),
    Column.NOTED: Heading(
        "进展日期, Progress on, 更新日期, 反馈日期, 填报日期, date of progress, progress date, updated on, "
        "last updated",
        rf"(?:最新|目前)?(?:进展|进度)(?:更新|情况|反馈|填报)*{_DAY}|(?:进展|情况|最后|最近|最新)?(?:更新|反馈|填报){_DAY}",
    ),
    Column.WORKED: Heading("最近动态日期, Last worked on"),
    Column.NEXT: Heading(
        "下一步打算, Next step, 下一步, 下步, next steps, next",
        rf"{_WHEN}(?:下一?步|下一?阶段|下[周月季]度?|后续)(?:工作|整改|推进)?(?:打算|措施|计划|工作|安排|举措|思路)+|工作打算",
    ),
    Column.PROBLEM: Heading(
        "存在问题, Problems, 具体问题, 问题内容, 问题名称, problem, issues",
        "(?:目前|主要|突出|存在的?|面临的?|巡[察视]|督[察查]|审计|反馈|发现|整改)*(?:[和及或与]?(?:问题|困难|难点|堵点))+(?:清单|描述|事实|表述|表现|[和及](?:原因|建议|意见))?",
    ),
    Column.NEED: Heading(
        "要素保障, Needs, 要素保障需求, 保障需求, 需要保障, 需要的保障, need, support needed",
        "[须需]要?(?:[省市州县区]级?(?:层面)?|上级)?(?:支持|帮助)+(?:解决)?的?(?:问题|事项|困难)",
    ),
    Column.COORDINATE: Heading(
        "需协调事项, To be coordinated, 是否提请协调, 提请协调",
        "(?:是否)?(?:拟|[须需]要?)?(?:提请|提交|报请|申请)?(?:[省市州县区]委?(?:[省市州县区]?政府)?级?(?:层面)?|领导|联席会议|领导小组|上级|部门)?"
        "(?:统筹)?(?:协调|研究)+(?:解决|推进|处理|支持)*的?(?:[和及或与]?(?:问题|事项|困难|情况|内容))*(?:及建议)?",
    ),
    Column.STEP: Heading(
        "阶段目标, Steps, milestones", "(?:分?阶段性?|节点|分步|分期)(?:工作|主要)?(?:目标|任务|计划|安排)+"
    ),
    Column.SOURCE: Heading(
        "任务来源, Source",
        "(?:任务|交办|事项|问题|工作|批示|督办|文件)?(?:来源|出处)(?:及依据|文件)?|(?:任务|文件|工作|政策)?依据",
    ),
    Column.PROJECT: Heading("合作项目, Project, 项目, 所属项目", rf"(?:签约)?{_ABOUT}项目(?:名称)?"),
    Column.EVERY: Heading("周期, Every, recurrence, repeats", "(?:任务|工作|督办|办理)?(?:周期|频次|频率)"),
    Column.TAGS: Heading("标签, Tags, tag, labels"),
    Column.CREATED: Heading(
        "登记日期, Entered on, 登记时间, 创建日期, 创建时间, 录入日期, 录入时间, 任务登记日期, entered, created, "
        "created on",
    ),
    Column.REMARK: Heading("备注, Remark, 说明, 备注说明, 附注, remarks, note, notes, comment, comments"),
    Column.WHY: Heading("未导入原因, Why not imported"),
}

_ANOTHER: Final = re.compile(
    "(?:要求)?(?:上报|报送|反馈|填报|交办|下达|立项|受理|登记|发现|检查|督查|开工|启动|开始|签订|发文).*"
    rf"(?:时间|日期|时限|期限|状态)|整改{_DAY}|办理{_DAY}|(?:上[周月次期]|去年|上年|同期).*|.*(?:评价|评分|考核|自评).*"
)
"""What is made of the same words and is another thing: when a report is due, what was true last week."""

_NOISE: Final = re.compile(r"[\s_\-.:*、,;]+")
_BRACKETS: Final = re.compile(r"[()\[\]【】〔〕<>〈〉《》「」{}\"“”]+")
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|《[^《》]*》")
_HINT: Final = re.compile(
    "[^a-z]?(?:单位|部门|处室|科室|预计|计划|格式|例|如|截至|截止|填|必填|选填|可|多|选|打|用|及|和|或|是|否|每|更新|签[字名]|盖章|已完成|未完成|未启动|推进中|进行中|简述|简要|全称|简称|限|字(?:以?内)?|个|前|后|"
    r"年|月|日|底|周|万|亿|元|人|户|次|家|场|%|[0-9a-z.:/\-—~至、，√×一二三四五六七八九十])*"
)
"""What may stand in brackets without making the heading another one: a format, a unit of measure, a day."""


_FIRST: Final = re.compile(
    "(?:[排列]在?)?(?:首|第一)[位个名]?(?:的|者)?[为是]?(?:总?牵头|主办|主责)(?:责任)?(?:单位|部门)?"
)
"""What may stand there to say that the first of several units leads."""


def first_leads(heading: str) -> bool:
    """Tell whether a heading says that of several units the first one leads: 责任单位（列第一位的为牵头单位）."""
    return any(_FIRST.fullmatch(fold(hint)) for hint in _BRACKETED.findall(unicodedata.normalize("NFKC", heading)))


def label(column: Column) -> str:
    """Return what `column` is called in the language in use."""
    return HEADINGS[column].label


@cache
def _columns_by_name() -> Mapping[str, Column]:
    return {fold(name): column for column, heading in HEADINGS.items() for name in heading.names}


def fold(heading: str) -> str:
    """Return a heading by which two that differ in spaces, brackets, case or width alone are the same."""
    plain = unicodedata.normalize("NFKC", "".join(char for char in heading if unicodedata.category(char) != "Cf"))
    return _BRACKETS.sub("", _NOISE.sub("", plain)).casefold()


def classify(heading: str) -> Column | None:
    """Return the column that `heading` names, or None.

    Spaces, line breaks, brackets around it and case don't matter; what stands in brackets counts (责任（配合）单位),
    but for what only says how to fill it in (完成时限（年月日）). Names joined by a slash (工作方面/类别) are known
    where they name one column.
    """
    return _classify(heading) if len(heading) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _classify(heading: str) -> Column | None:
    if result := _column_named(fold(heading)):
        return result
    plain = unicodedata.normalize("NFKC", heading)
    hints = _BRACKETED.findall(plain)
    bare = _BRACKETED.sub("", plain)
    if hints and all(
        _HINT.fullmatch(fold(hint))
        or _FIRST.fullmatch(fold(hint))
        or _column_named(fold(hint)) is _column_named(fold(bare))
        for hint in hints
    ):
        return _column_named(fold(bare))
    named = {_column_named(fold(part)) for part in plain.split("/")}
    return named.pop() if len(named) == 1 else None


def _column_named(folded: str) -> Column | None:
    """Return the column with this name, folded: a whole one, or one made of the words of a column."""
    if result := _columns_by_name().get(folded):
        return result
    if re.fullmatch(HEADINGS[Column.NOTED].like, folded):
        return Column.NOTED
    if not folded or _ANOTHER.fullmatch(folded):
        return None
    return next((column for column, heading in HEADINGS.items() if re.fullmatch(heading.like, folded)), None)


def close_matches(heading: str) -> frozenset[Column]:
    """Return the columns with a name much like `heading`, which is none of them itself."""
    known = _columns_by_name()
    if _ANOTHER.fullmatch(fold(heading)):
        return frozenset()
    names = near.matches(fold(heading[:_LONGEST]), known, most=5, least=_CLOSE)
    return frozenset(known[name] for name in names) - IGNORED


def count_known(row: Iterable[str]) -> int:
    """Return how many different columns the cells of `row` name, those of periods counted as one."""
    return len(
        {result for cell in row if cell and (result := classify(cell) or (Column.STEP if period(cell) else None))}
    )


def clean(heading: str) -> str:
    """Return a heading as messages show it: on one line."""
    return " ".join(heading.split())


def own_heading(key: str) -> str:
    """Return the heading under which the own column `key` is exported, so that import finds `key` again."""
    plain = key == clean(key) and not key.startswith(OWN) and classify(key) is None
    # Only the columns that export leaves out where they are empty can be doubted: the others are taken.
    return key if plain and ONLY_WHERE_FILLED.isdisjoint(close_matches(key)) else OWN + key


# Columns of periods ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """The months of a heading, both included, with what stands below: STEP, PROGRESS, or None under a bare 一季度.

    `year` is that of the file where it names none, `day` ends it early.
    """

    column: Column | None
    year: int | None
    first: int
    last: int
    day: int | None = None

    def days(self, year: int) -> tuple[date, date]:
        """Return its first and its last day, in `year` where it names none."""
        year = self.year or year
        days = month_days(year, self.last)  # a heading of 29 February in a common year ends on the 28th
        return date(year, self.first, 1), date(year, self.last, min(self.day or days, days))

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.last - self.first == MONTHS_A_YEAR - 1


_MONTH: Final = "[0-9]{1,2}|十[一二]?|[一二三四五六七八九]"
_PERIOD: Final = re.compile(
    rf"(?:截[至止]?到?)?(?:(?P<year>20[0-9]{{2}})年?度?|今年|本年度?)?"
    rf"(?:第?(?P<quarter>[一二三四1-4])季度?|(?P<half>[上下])半年"
    rf"|(?:(?P<first>{_MONTH})月?[-—–~至到])?(?P<month>{_MONTH})月份?(?:(?P<day>[0-9]{{1,2}})[日号])?)?[底末前内]?"
    r"(?P<what>.*)"
)
_PLANNED: Final = (
    "(?:工作|阶段性?|任务|建设|具体|主要|重点|量化|预期|进度|完成|推进)*"
    "(?:目标值?|计划|节点|任务|安排|打算|要求|举措|措施)+(?:任务|清单)?"
)
_REPORTED: Final = (
    "(?:工作|任务|目标|计划|阶段|实际|具体|整改|重点|主要|已)*"
    "(?:进展|进度|完成|落实|推进|执行|实施|开展)(?:情况|说明|及成效)*"
)
_LEAP: Final = 2000
_LONGEST_PERIOD: Final = 30
"""Characters of a heading of a period, blanks among them."""


def whole_heading(upper: str, lower: str) -> str:
    """Return a heading that stands below another one with what that says: 一季度 below 阶段目标, 目标 below 一季度."""
    if period(upper) and period(f"{upper}{lower}"):
        return f"{upper}{lower}"
    what = re.search(f"(?:{_PLANNED}|{_REPORTED})$", upper.strip())
    whole = f"{lower}{what[0]}" if what else lower
    return whole if period(whole) else lower


@lru_cache(maxsize=1024)
def period(heading: str) -> Period | None:
    """Return the period that a heading names, None for other headings."""
    if len(heading) > _LONGEST_PERIOD:
        return None
    match = _PERIOD.fullmatch(re.sub(r"[()\[\]【】:\s]", "", unicodedata.normalize("NFKC", heading)))
    if match is None or not (match["year"] or match["quarter"] or match["half"] or match["month"]):
        return None
    what, part = match["what"], match["quarter"] or match["half"]
    column = Column.STEP if re.fullmatch(_PLANNED, what) else Column.PROGRESS if re.fullmatch(_REPORTED, what) else None
    if column is None and (what or not part):  # a month or a year alone may be anything
        return None
    first, last = 1, MONTHS_A_YEAR
    if match["quarter"]:
        last = _number(part) * MONTHS_A_QUARTER
        first = last - MONTHS_A_QUARTER + 1
    elif match["half"]:
        first, last = (1, 6) if part == "上" else (7, 12)
    elif match["month"]:
        last = _number(match["month"])
        first = _number(match["first"]) if match["first"] else last
    day, year = (int(match[name]) if match[name] else None for name in ("day", "year"))
    sound = 1 <= first <= last <= MONTHS_A_YEAR and (day is None or 1 <= day <= month_days(year or _LEAP, last))
    return Period(column, year, first, last, day) if sound else None


def _number(written: str) -> int:
    return int(re.sub("[一二三四五六七八九十]+", as_digits, written))
