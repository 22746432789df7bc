"""What a cell says of where a task stands: a word of ours, one that offices use for it, a share that is done."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pilottask.base.text import name_key
from pilottask.ledger import vocabulary
from pilottask.ledger.records import Status

_LONGEST_WORD: Final = 12
_LONGEST_READ: Final = 60
"""Characters of a cell that may be a word at all, blanks among them."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a word says of a task; `overdue` where it says that the deadline is past, which is no status.

    `reported` where a department sent something in, which does not say that it is done.
    """

    status: Status | None
    overdue: bool = False
    reported: bool = False


_ENDED: Final = "完成|完工|建成|投用|投入使用|关闭|完结|办结|办毕|销号|核销|销账|闭环|达成|达标|竣工|归档|结项|结案"
"""Words that say by themselves that the work is over."""
_DONE: Final = f"{_ENDED}|整改|落实|解决|验收|实现"
"""These and others that say so behind 已 and 未: 整改 alone is what is to be done."""
_TO_THE_END: Final = "(?:任务|整改|到位|完毕|完成|销号|验收|合格|通过)"
_LATE: Final = "逾期|超期|超时限?|过期|超时"
_HOW: Final = (
    "(?:正在?|持续|滚动|动态|有序|积极|稳步|正常|加快|抓紧|扎实|深入|全面|顺利|逐步|常态化?|长期|按期|按?序时|按时序|按计划|部分|基本|"
    "整体|局部|总体)"
)
_WORK: Final = (
    "(?:进行|推进|整改|办理|处理|准备|实施|建设|开展|落实|执行|坚持|完成|达成|销号|解决|研究|起草|施工|协调|对接|"
    "筹备|进度)"
)
_PATTERNS: Final[Mapping[str, Said]] = {
    rf"(?:已|已经|严重|目前)*(?:{_LATE})(?:的|中)?(?:尚?未(?:{_DONE}|反馈|上报|启动|开工))?|overdue"
    rf"|(?:未按[期时]|到期尚?未)(?:{_DONE})": Said(None, overdue=True),
    r"已?(?:上报|反馈|报送|报备|答复|回复)|已提交": Said(Status.DOING, reported=True),
    rf"(?:任务|工作|整改|均)*已经?(?:全部|全面|提前|超额|按[期时]|如[期时]|圆满|顺利)*(?:{_DONE}){_TO_THE_END}*"
    rf"|(?:(?:{_LATE}|延期)已?|任务|工作|整改|正常|全部|全面|提前|超额|按[期时]|如[期时]|圆满|顺利)*(?:{_ENDED}){_TO_THE_END}*"
    r"|(?:整改|落实|解决|验收|办理|实施)+(?:到位|完毕|合格|通过)+"
    r"|已?通过(?:核验|验收|验证)|(?:核验|验收|验证)(?:已?通过|合格|完成)": Said(Status.CLOSED),
    r"(?:已?(?:完成|整改|办结)(?:到位|完毕)?[,、]?)?(?:已?(?:申请|提请|提交)|拟|待|等待|正在|建议)(?:申请)?"
    r"(?:验收|验证|核验|销号|复核|复查|办结)+中?|已(?:完成|整改)(?:到位)?[,、]?尚?未(?:验收|核验|销号)"
    r"|(?:验收|验证|核验|销号|复核|复查)中": Said(Status.SUBMITTED),
    r"(?:尚|还|暂)?未(?:启动|开工|开始|开展|实施|动工|推进|进场|整改|进行|办理|处理)(?:整改|实施|建设|推进)?"
    r"|(?:待|拟|准备|即将)(?:启动|开展|开工|实施|开始|推进)|待(?:办|处理|整改|落实)": Said(Status.TODO),
    rf"(?:尚|还|暂)?未(?:全部|完全)?(?:{_DONE}){_TO_THE_END}*"
    rf"|已?(?:基本|部分|大部分?|初步|阶段性|即将|接近)(?:{_DONE}){_TO_THE_END}*|取得阶段性(?:成效|成果|进展)|(?:已?完成|进度)?已?(?:过半|一半|大半)"
    "|完成(?:部分|阶段性(?:任务|目标|工作))"
    rf"|{_HOW}+{_WORK}中?|{_WORK}中"
    r"|(?:按|达到?|未达到?|超前?|符合|滞后|落后|[快慢低]于)?(?:序时|时序)"
    r"|(?:按|达到?|超|[快慢低]于|符合|[滞落]后于?|未达到?)+(?:序时|时序|计划)*进度(?:推进|正常|[缓较偏]慢|滞后)?"
    r"|(?:推进|进展|进度|工作|整改)?(?:缓慢|较慢|偏慢|滞后|受阻)|(?:推进|进展|进度)(?:正常|顺利)|ontrack"
    r"|已(?:启动|开工|开展|动工|部署|安排|立项|进场)|在(?:办理?|建|施|整改|推进)"
    "|续建|新开工|重新办理|长期任务|常态化": Said(Status.DOING),
    r"(?:已)?(?:挂起|搁置|停工|缓办|暂缓|暂停|中止)(?:实施|推进|办理|建设|整改)?": Said(Status.SUSPENDED),
    r"(?:已)?(?:终止|撤销|作废|取消)(?:实施|办理|推进)?|不再(?:实施|推进)": Said(Status.CANCELLED),
}
"""Whole words, folded; the first that fits counts."""

_SHARE: Final = re.compile(r"(?:已?完成|进度|完成率|约)?[:：]?([0-9]{1,3}(?:\.[0-9]+)?)%(?:完成)?")
_IN_TIME: Final = f"{_LATE}|延期|提前|按[期时]|如[期时]|超额"
_HOW_FAR: Final = "[0-9]|[滞落]后|未达|[缓较偏]慢|[快慢低]于|超|受阻|半$|部分|基本|初步|即将|接近|阶段性"
_BRACKETED: Final = re.compile(r"([^()]+)\(([^()]+)\)")
_WHOLE: Final = 100
_YES: Final = frozenset({"是", "√", "✓", "✔", "☑", "y", "yes", "true", "1"})
_NO: Final = frozenset({"否", "×", "✗", "✘", "☐", "n", "no", "false", "0"})


def fold(cell: str) -> str:
    """Return a word without blanks, invisible characters and a full stop at its end."""
    return name_key(unicodedata.normalize("NFKC", cell)).strip("。.;").casefold()


@lru_cache  # rows share their statuses
def read(cell: str, *, asks_done: bool = False) -> Said | None:
    """Return what a cell says of a task's status, None where it is no such word.

    With `asks_done` the column asks whether it is done, and 是 is an answer.
    """
    if len(cell) > _LONGEST_READ:
        return None
    word = fold(cell)
    if status := vocabulary.STATUS.find(word):
        return Said(status)
    if asks_done and word in _YES | _NO:
        return Said(Status.CLOSED if word in _YES else Status.DOING)
    if share := _SHARE.fullmatch(word):
        done = float(share[1])
        return Said(Status.CLOSED if done >= _WHOLE else Status.DOING if done else Status.TODO)
    if bracketed := _BRACKETED.fullmatch(word):
        return _agreement(*(read(part, asks_done=asks_done) for part in bracketed.groups()))
    return next((said for pattern, said in _PATTERNS.items() if re.fullmatch(pattern, word)), None)


def _agreement(first: Said | None, inside: Said | None) -> Said | None:
    """Return what a word and one in brackets behind it say where that is one thing: 已完成（待验收）."""
    if first and inside and first.status is Status.CLOSED and inside.status is Status.SUBMITTED:
        return inside
    return first if first == inside else None


def is_prose(cell: str) -> bool:
    """Tell whether a cell that is no status tells how the work goes: a sentence, a figure, a longer text."""
    word = fold(cell)
    if word.isdecimal():
        return False
    return len(word) > _LONGEST_WORD or re.search(r"[0-9０-９,，。;；:：、\n]", cell.strip(" 。；;")) is not None


def tells_more(cell: str, status: Status | None) -> bool:
    """Tell whether a word for a status says more: how far the work is (未达序时, 80%), whether it ended in time."""
    more = {Status.DOING: _HOW_FAR, Status.CLOSED: _IN_TIME}.get(status) if status else None
    return more is not None and re.search(more, fold(cell)) is not None
