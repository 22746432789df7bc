"""The words that people type for statuses, lights, needs and roles, taken in either language at all times."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from pilottask.base import near
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.ledger.lights import Light
from pilottask.ledger.records import Every, InspectionKind, Need, Role, Status

STATUS: Final[Mapping[str, Status]] = {
    "未启动": Status.TODO,
    "未开展": Status.TODO,
    "推进中": Status.DOING,
    "进行中": Status.DOING,
    "正在推进": Status.DOING,
    "待核验": Status.SUBMITTED,
    "待验收": Status.SUBMITTED,
    "申请办结": Status.SUBMITTED,
    "已销号": Status.CLOSED,
    "销号": Status.CLOSED,
    "已完成": Status.CLOSED,
    "完成": Status.CLOSED,
    "办结": Status.CLOSED,
    "已办结": Status.CLOSED,
    "已中止": Status.SUSPENDED,
    "中止": Status.SUSPENDED,
    "暂停": Status.SUSPENDED,
    "已取消": Status.CANCELLED,
    "取消": Status.CANCELLED,
    **{status.value: status for status in Status},
}
LIGHT: Final[Mapping[str, Light]] = {
    "红": Light.RED,
    "红灯": Light.RED,
    "黄": Light.YELLOW,
    "黄灯": Light.YELLOW,
    "绿": Light.GREEN,
    "绿灯": Light.GREEN,
    **{light.value: light for light in Light},
}
NEED: Final[Mapping[str, Need]] = {
    "资金": Need.MONEY,
    "场地": Need.PLACE,
    "人员": Need.STAFF,
    "政策": Need.POLICY,
    "其他": Need.OTHER,
    **{need.value: need for need in Need},
}
ROLE: Final[Mapping[str, Role]] = {
    "办公室": Role.OFFICE,
    "基地": Role.BASE,
    "成员单位": Role.MEMBER,
    "企业": Role.ENTERPRISE,
    "合作企业": Role.ENTERPRISE,
    **{role.value: role for role in Role},
}

EVERY: Final[Mapping[str, Every]] = {
    "每周": Every.WEEK,
    "周": Every.WEEK,
    "每月": Every.MONTH,
    "月": Every.MONTH,
    "每季度": Every.QUARTER,
    "每季": Every.QUARTER,
    "季度": Every.QUARTER,
    "季": Every.QUARTER,
    "每年": Every.YEAR,
    "年": Every.YEAR,
    **{every.value: every for every in Every},
}
INSPECTION: Final[Mapping[str, InspectionKind]] = {
    "联合督查": InspectionKind.JOINT,
    "联合": InspectionKind.JOINT,
    "常规督查": InspectionKind.ROUTINE,
    "常规": InspectionKind.ROUTINE,
    **{kind.value: kind for kind in InspectionKind},
}

_W = TypeVar("_W", bound=StrEnum)


def meant(typed: str, words: Mapping[str, _W], *, what: str) -> _W:
    """Return what `typed` means by `words`. Raises UsageFault with the words that are taken; `what` names the kind."""
    found = words.get(typed.strip().lower())
    if found is not None:
        return found
    taken = _(", ").join(dict.fromkeys(word.value for word in words.values()))
    raise UsageFault(
        _("{text} is no {what}").format(text=quote(typed), what=what),
        hint=near.question(near.matches(typed.strip().lower(), words, most=1))
        or _("taken: {words}").format(words=taken),
    )
