"""Cells of units: which one leads and which ones support, as offices write them.

`市应急局牵头，市公安局、市卫健委参加。` No name is guessed from a part of one: what cannot be taken apart stays whole.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from pilottask.base import near, text
from pilottask.exchange.office import values
from pilottask.ledger.records import Department


class Part(Enum):
    """What a cell says that a unit does."""

    LEAD = auto()
    SUPPORT = auto()
    UNSAID = auto()


@dataclass(frozen=True, slots=True)
class Named:
    """A unit that a cell names; `written` is what stands there where the name was put together."""

    name: str
    part: Part = Part.UNSAID
    written: str | None = None


_NUMBERS: Final = re.compile(f"[0-9{text.NUMERALS}]+")
_LEADING: Final = "(?:总|负责|组织)?牵头(?:负责|落实|抓总|组织实施|组织|推进|实施|协调|办理)?"
_LEADS: Final = f"{_LEADING}|主办|主抓|主责|总负责|统筹(?:协调|推进|负责)?"
_SUPPORTS: Final = "负责配合|配合落实|积极配合|共同配合|配合|协办|协同|协助|参加|参与|提供[^、，]{0,8}支持|支持"
_DOES: Final = "具体负责|分别负责|共同负责|分工负责|负责落实|组织实施|具体落实|负责|落实|承办|实施|执行"
_DUTIES: Final = "(?:按照?(?:各自)?(?:职责|职能)(?:分工)?|结合(?:各自)?职责|共同|分别|分头|具体)*"
# These are compiled where they are first needed: lists whose units are known need few.
_ROLE: Final = (
    rf"(?P<name>.+?)(?:等)?(?:(?P<lead>{_DUTIES}(?:{_LEADS}))|(?P<support>{_DUTIES}(?:{_SUPPORTS}))"
    rf"|(?P<does>{_DUTIES}(?:{_DOES})|按照?(?:各自)?(?:职责|职能)分工))"
)
_LABEL: Final = (
    "(?:(?P<lead>(?:牵头|主办|主责)(?:责任)?(?:单位|部门|处室)?)|(?P<support>(?:配合|协办|协同|参与|协助)(?:责任)?(?:单位|部门|处室)?)"
    "|(?P<other>责任(?:单位|部门|处室)|承办(?:单位|部门)?))(?:[:：]|(?<=[位门])为)"
    r"|(?:^|(?<=[\s、，,;；。]))[（(【\["
    r"](?:(?P<lead_in>牵头|主办|主责)|(?P<support_in>配合|协办|参与))(?:单位|部门)?[)）】\]]"
)
_BRACKETED_ROLE: Final = rf"(?P<name>.+?)[（(](?:(?P<lead>{_LEADS})|(?P<support>{_SUPPORTS}))(?:单位|部门)?[）)]"
_NUMBER: Final = (
    r"(?:^|(?<=[\s、，,;；。]))(?:[（(]?[0-9]{1,2}[)）.．、](?![0-9])|[一二三四五六七八九十]、)\s*|[①-⑳]\s*"
    r"|[（(][0-9]{1,2}[)）]\s*(?=[^\W\d_])"
)
_OTHERS: Final = "等(?=(?:各|有关|相关|其他|市直|区直|县直|省直)[^等]*(?:单位|部门|企业|机构)$)"
_BRACKET: Final = r"[（(〔\[【][^（()）〔〕\[\]【】]*[)）〕\]】]"
_ENDS: Final = (
    "(?:局|厅|委员会|(?<!常)委|委办|管委会|办公室|政府办|[改编府信网医金]办|总工会|工会|工商联|[文残侨妇社科]联|中心|公司|集团|学校|学院|大学|"
    "中学|小学|幼儿园|医院|政府|街道|街道办|办事处|银行|支行|分行|联合会|协会|学会|商会|法院|检察院|园区|开发区|专班|指挥部|企业|单位|部门|"
    r"各?县市区|各?区县|站|所|支队|大队|总队|科|处|室|厂|社区|[）)〕])$"
)
"""What the names of units end in, so surely that what follows a blank or a line break is another one."""
_WEAK_ENDS: Final = "(?:(?<!社)会|(?<!城)[乡镇]|办|部|院|馆|队|委|联|组|区|校)$"
_LEVEL: Final = "[省市区县州盟旗镇乡](?![直级内外域属])"
_PARTY: Final = "组织部|宣传部|统战部|社会工作部|政法委|编办|改革办|网信办|巡察办|老干部局|党校"
_BEGINS: Final = "[省市区县州盟旗镇乡团各]|有关|相关|其他"
_OFFICE: Final = ".*(?:局|厅|委|办|委员会|办公室)$"
_SINGLE: Final = (
    "、(?=[局办街镇乡区县委部](?:[，,、;；。]|$))|(?:(?<=^[省市区县州乡镇])|(?<=[、，,；;][省市区县州乡镇]))、"
)
_ROLE_WITHIN: Final = rf"(?<=[^、，,;；/\s])([（(](?:{_LEADS}|{_SUPPORTS})(?:单位|部门)?[）)])(?=[^、，,;；/\s])"
"""A role in brackets with another unit straight behind it."""
_MARKS: Final = values.BLANK + "*★☆▲△"
"""What stands around a name to say something of it under the table."""
_LONGEST_ROLE: Final = 80
"""Characters at the end of an item in which a role is looked for."""
_UNSETTLED: Final = frozenset({"待定", "待明确", "待确定", "未定", "未明确"})
_LAST: Final = 8
"""Words at the end of a name that tell whether it is whole."""
_COLLECTIVE: Final = (
    "(?:[省市州盟县区旗]{0,2}[级直属]*)(?:各|有关|相关|其他|其它).*|(?:全[省市州县区]|领导小组|联席会议)各.*|成员单位"
)
_CLOSE: Final = 0.75
_MOST_COMPARED: Final = 30_000
_LONGEST_NAME: Final = 60
_ASIDE: Final = str.maketrans("、，,;；/。", "\x02\x03\x04\x05\x06\x07\x08")
_RESTORED: Final = {aside: sign for sign, aside in _ASIDE.items()}
"""Separators that part no units, as those inside brackets; no cell with these characters gets so far."""
_QUOTE: Final = "\x01"
_QUOTED: Final = r'(?:^|(?<=[、，,;；/\n]))\s{0,20}"((?:[^"]|"")*)"\s*(?=$|[、，,;；/\n])'


def read(cell: str, known: Callable[[str], str | None]) -> tuple[Named, ...]:
    """Return the units that a cell names, each once, in its order; `known` gives the name of one that is known.

    What stands in quotation marks is taken as it is.
    """
    if name := known(cell.strip(values.BLANK)):
        return (Named(name),)
    quoted: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        quoted.append(found[1].replace('""', '"'))
        return f"{_QUOTE}{len(quoted) - 1}{_QUOTE}"

    if text.fault(cell, line=False):  # to be refused with its row
        return (Named(cell),)
    named: dict[str, Named] = {}
    for part, items in _clauses(re.sub(_QUOTED, put_aside, cell)):
        first = ""
        for item in items:
            if item.startswith(_QUOTE):
                found = [Named(quoted[int(item.strip(_QUOTE))], part)]
            else:
                found = list(_units_in(item, part, first, known))
            for unit in found:
                named.setdefault(text.name_key(unit.name), unit)
                first = first or unit.name
    return tuple(unit for name, unit in named.items() if name)  # invisible characters alone name none


def write(names: Iterable[str]) -> str:
    """Return names as a cell that `read` takes apart again."""
    return values.names_cell(names, _comes_back)


@lru_cache(maxsize=4096)
def _comes_back(name: str) -> bool:
    first, last = ("丙局", "丁局") if text.name_key(name) in {"甲局", "乙局"} else ("甲局", "乙局")  # each is read once
    tried = [unit.name for unit in read(f"{first}、{name}、{last}", lambda _name: None)]
    return tried == [first, name, last] and name not in values.DITTO


def _clauses(cell: str) -> Iterator[tuple[Part, list[str]]]:
    """Yield each part of a cell that says one thing of its units, with the units as they are written."""
    labels = list(re.finditer(_LABEL, cell))
    begins = [(0, Part.UNSAID, 0), *((label.start(), _part(label), label.end()) for label in labels)]
    ends = [*(begin for begin, _part, _end in begins[1:]), len(cell)]
    for (_begin, part, start), end in zip(begins, ends, strict=True):
        for clause in re.split(
            "[，,;；。]|(?<=[^0-9])[.．](?![0-9])",
            _with_separators_aside(re.sub(_ROLE_WITHIN, r"\1、", cell[start:end])),
        ):
            waiting: list[str] = []
            for item in re.split("[、/+＋]", re.sub("以及(?=..)", "、", re.sub("会同(?=.)", "牵头、", clause))):
                role, name = _role(item.strip(values.BLANK))
                waiting += [name] if name else []
                if role is not None:
                    yield part if role is Part.UNSAID else role, waiting
                    waiting = []
            if waiting:
                yield part, waiting


def _part(found: re.Match[str]) -> Part:
    """Return what the words that were found say that units do."""
    said = {name.removesuffix("_in") for name, words in found.groupdict().items() if words}
    return Part.LEAD if "lead" in said else Part.SUPPORT if "support" in said else Part.UNSAID


def _with_separators_aside(cell: str) -> str:
    """Return `cell` with the separators inside brackets, and inside such as 各办、局, put aside."""
    cell = re.sub(_BRACKET, lambda found: found[0].translate(_ASIDE), cell)
    return re.sub(_SINGLE, "、".translate(_ASIDE), re.sub(_NUMBER, "、", cell))


def _role(item: str) -> tuple[Part | None, str]:
    """Return what the end of a unit says that it and those before it do, None where it says nothing, and the rest."""
    before, end = item[:-_LONGEST_ROLE], item[-_LONGEST_ROLE:]
    match = re.fullmatch(_ROLE, end)
    return (_part(match), before + match["name"]) if match else (None, item)


def _units_in(item: str, part: Part, first: str, known: Callable[[str], str | None]) -> Iterator[Named]:
    for piece in _pieces(item.translate(_RESTORED), known):
        name, role = piece, part
        if bracketed := re.fullmatch(_BRACKETED_ROLE, name):
            name, role = bracketed["name"], _part(bracketed)
        name = re.sub("^(?:由|以及|及|和)(?=..)", "", name) if not known(name) else name
        name = re.sub("(?<=..)等(?:[0-9一二三四五六七八九十]*[个家]?(?:部门|单位))?$", "", name).strip(_MARKS)
        if not name or name.casefold() in values.NOTHING or name in _UNSETTLED:
            continue
        if meant := known(name):
            yield Named(meant, role)
        elif (level := re.match(_LEVEL, first)) and _lacks_level(name):
            whole = f"{level[0]}{'委' * bool(re.fullmatch(_PARTY, name))}{name}"
            yield Named(known(whole) or whole, role, name)
        else:
            yield Named(name, role)


def _lacks_level(name: str) -> bool:
    """Tell whether `name` is one of several offices of one level, said of the first alone: 市教育局、财政局."""
    office = re.fullmatch(_OFFICE, name) or re.fullmatch(_PARTY, name)
    return bool(office) and name != "办公室" and not re.search("[省市区县州盟旗镇乡各]", name)


def _pieces(item: str, known: Callable[[str], str | None]) -> list[str]:
    """Return the units that blanks, line breaks and 及 part; what does not end as a unit goes on behind them."""
    whole = values.one_line(item)
    if known(whole) or not re.search(r"\s|[及和与等]", item):
        return [whole]
    pieces: list[list[str]] = []
    for word in filter(None, re.split(rf"[{values.BLANK}\u2028\u2029]+|(?<=.)(?=[及和与])|{_OTHERS}", item)):
        bare = re.sub("^[及和与](?=..)", "", word)
        joins = word[0] in "和与" and not re.match(_BEGINS, bare)
        if pieces and (joins or word[0] in "（(〔" or not _is_end(_one_name(pieces[-1][-_LAST:]), bare, known)):
            pieces[-1].append(word)
        else:
            pieces.append([bare if pieces else word])
    return list(map(_one_name, pieces))


def _one_name(words: list[str]) -> str:
    return values.one_line("\n".join(words))


def _is_end(name: str, following: str, known: Callable[[str], str | None]) -> bool:
    """Tell whether a unit's name is whole, so that what follows a blank is another one."""
    if known(name) or (re.search(_ENDS, name) and not following.startswith(("公室", "员会", "事处", "导小组"))):
        return True
    return bool(re.search(_WEAK_ENDS, name)) and bool(re.match(_BEGINS, following))


class Directory:
    """The departments by name and alias; blanks and invisible characters make no difference."""

    def __init__(self, departments: Iterable[Department]) -> None:
        self._names: dict[str, str] = {}
        for unit in departments:
            for name in (unit.name, *unit.aliases):
                self._names.setdefault(text.name_key(name), unit.name)
        self._spelled: dict[str, str] = {}
        self._compared = 0

    def known(self, name: str) -> str | None:
        """Return the name of the department that `name` is the name or an alias of."""
        return self._names.get(text.name_key(name))

    def spell(self, name: str) -> str:
        """Return how a new unit is written: as where it was first met."""
        return self._spelled.setdefault(text.name_key(name), name)

    def enter(self, name: str) -> bool:
        """Know the name `name` from now on; tell whether that is new."""
        key = text.name_key(name)
        if key in self._names:
            return False
        self._names[key] = name
        return True

    def near(self, name: str) -> str | None:
        """Return a known name that may be the same unit as the new one `name`, or None.

        After so many comparisons as a ledger of 250 units takes, nothing is looked for any more.
        """
        self._compared += len(self._names)
        if self._compared > _MOST_COMPARED or len(name) > _LONGEST_NAME:
            return None
        numbers = _NUMBERS.findall(name)  # the second school is not the first
        names = dict.fromkeys(self._names.values())
        others = [known for known in names if known != name and _NUMBERS.findall(known) == numbers]
        short = [known for known in others if len(name) > 2 and (name in known or known in name)]  # noqa: PLR2004
        return next(iter(short or near.matches(name, others, most=1, least=_CLOSE)), None)


def is_collective(name: str) -> bool:
    """Tell whether a name is that of many units, none of which can lead: 各街道, 有关部门."""
    return re.fullmatch(_COLLECTIVE, name) is not None


def leads(named: Iterable[Named]) -> list[Named]:
    """Return those of the units that may lead: those that are said to, else all that are not said to support."""
    units = list(named)
    lead = [unit for unit in units if unit.part is Part.LEAD]
    return lead or [unit for unit in units if unit.part is Part.UNSAID] or units
