"""The words for statuses, lights, needs, roles and periods, as people type them and as files hold them.

What each is called, in either language by the catalogue, and what else is taken for it. All are taken whatever language
is in use, spaces and case apart.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final, Generic, TypeVar

from pilottask.base import near
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import N_, Lang, _, language, speaking
from pilottask.base.text import quote
from pilottask.ledger import fields
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.queries import Group, Sort
from pilottask.ledger.records import Every, InspectionKind, Need, Role, Status

K = TypeVar("K", bound=StrEnum)


class Vocabulary(Generic[K]):
    """The words for the members of an enum: `labels` are what they are called, `others` what else is said."""

    def __init__(self, labels: Mapping[K, str], others: Mapping[K, str] | None = None) -> None:
        self.labels = labels
        self._others = others or {}

    @classmethod
    def of(cls, table: Mapping[K, tuple[str, str]]) -> "Vocabulary[K]":
        """Return the words of a table: for each member what it is called, and what else is said, parted by `/`."""
        return cls(
            {key: label for key, (label, _said) in table.items()}, {key: said for key, (_label, said) in table.items()}
        )

    @cached_property
    def names(self) -> Mapping[str, K]:
        """What each member is called: its own value, and its label in both languages."""
        names: dict[str, K] = {key.value: key for key in self.labels}
        for lang in Lang:
            with speaking(lang):
                names |= {_fold(_(label)): key for key, label in self.labels.items()}
        return names

    @cached_property
    def by_word(self) -> Mapping[str, K]:
        """What each word means: what the members are called, and what else is said."""
        others = {_fold(word): key for key, words in self._others.items() for word in words.split("/")}
        return {**self.names, **others}

    def say(self, key: K) -> str:
        """Return what `key` is called in the language in use."""
        return _(self.labels[key])

    def in_words(self) -> str:
        """Return what all are called, for a message that says what is taken."""
        return _(", ").join(map(self.say, self.labels))

    def choices(self) -> str:
        """Return the words of the language in use as help shows the choices of an option."""
        return "|".join(key.value if language() is Lang.EN else self.say(key) for key in self.labels)

    def find(self, text: str) -> K | None:
        """Return what `text` means, None where it is none of the words."""
        typed = _fold(text)
        # Members' own values, which scripts use, are found without the catalogue of the other language.
        return next((key for key in self.labels if key.value == typed), None) or self.by_word.get(typed)

    def parse(self, typed: str, *, what: str) -> K:
        """Return what `typed` means. Raises UsageFault with the words that are taken; `what` names the kind."""
        result = self.find(typed)
        if result is not None:
            return result
        taken = _("taken: {words}").format(words=_(", ").join(self.choices().split("|")))
        hint = near.question(near.matches(_fold(typed), self.names, most=1)) or taken
        raise UsageFault(_("{text} is no {what}").format(text=quote(typed), what=what), hint=hint)


def _fold(text: str) -> str:
    return "".join(text.split()).casefold()


STATUS: Final = Vocabulary.of(
    {
        Status.TODO: (N_("todo"), "未开展/未开始/待启动/待开展/尚未启动/to do/not started/pending"),
        Status.DOING: (
            N_("doing"),
            "进行中/正在推进/正在进行/正在办理/办理中/实施中/已启动/in progress/ongoing/started",
        ),
        Status.SUBMITTED: (N_("submitted"), "待验收/申请办结/已申请办结/待销号/待核实/to be verified/in review"),
        Status.CLOSED: (N_("closed"), "销号/已完成/完成/办结/已办结/完成销号/done/complete/completed/finished"),
        Status.SUSPENDED: (N_("suspended"), "中止/暂停/已暂停/暂缓/paused/on hold"),
        Status.CANCELLED: (N_("cancelled"), "取消/canceled/given up"),
    }
)
LIGHT: Final = Vocabulary(
    {Light.RED: N_("red"), Light.YELLOW: N_("yellow"), Light.GREEN: N_("green")},
    {Light.RED: "红灯", Light.YELLOW: "黄灯", Light.GREEN: "绿灯"},
)
REASON: Final = Vocabulary(
    {
        Reason.OVERDUE: N_("overdue"),
        Reason.SUBMITTED: N_("to be verified"),
        Reason.DUE_SOON: N_("due soon"),
        Reason.STEP_LATE: N_("a step is late"),
        Reason.COORDINATION: N_("to be coordinated"),
        Reason.STALE: N_("no movement"),
        Reason.BEHIND: N_("behind its target"),
    }
)
NEED: Final = Vocabulary(
    {
        Need.MONEY: N_("money"),
        Need.PLACE: N_("place"),
        Need.STAFF: N_("staff"),
        Need.POLICY: N_("policy"),
        Need.OTHER: N_("other"),
    }
)
ROLE: Final = Vocabulary(
    {Role.OFFICE: N_("office"), Role.BASE: N_("base"), Role.MEMBER: N_("member"), Role.ENTERPRISE: N_("enterprise")},
    {Role.OFFICE: "办公室", Role.BASE: "基地", Role.ENTERPRISE: "企业"},
)
EVERY: Final = Vocabulary.of(
    {
        Every.WEEK: (N_("every week"), "周/weekly"),
        Every.MONTH: (N_("every month"), "月/monthly"),
        Every.QUARTER: (N_("every quarter"), "季/季度/每季/quarterly"),
        Every.YEAR: (N_("every year"), "年/yearly/annually"),
    }
)
GROUP: Final = Vocabulary(
    {group: N_("Light") if group is Group.LIGHT else fields.BY_NAME[group.value].label for group in Group},
    {Group.DEPARTMENT: "单位/部门", Group.ASPECT: "方面", Group.STATUS: "状态", Group.LIGHT: "灯"},
)
SORT: Final = Vocabulary(
    {
        **{sort: fields.BY_NAME[sort.value].label for sort in Sort if sort.value in fields.BY_NAME},
        Sort.LIGHT: N_("Light"),
        Sort.MOVED: N_("Last moved"),
    },
    {Sort.DUE: "时限", Sort.DEPARTMENT: "单位/部门", Sort.TITLE: "名称", Sort.STATUS: "状态", Sort.ASPECT: "方面"},
)
INSPECTION: Final = Vocabulary(
    {InspectionKind.JOINT: N_("joint inspection"), InspectionKind.ROUTINE: N_("routine inspection")},
    {InspectionKind.JOINT: "联合", InspectionKind.ROUTINE: "常规"},
)
