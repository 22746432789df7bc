"""Twenty acts of an office's day, typed into a terminal as a clerk types them, and how many keys each takes.

What is counted stands in the README beside a spreadsheet's count; run this file to write that table anew. A key is a
key or a click of the mouse, Enter among them; a Chinese character is one on both sides, nothing is completed by Tab. In
the spreadsheet the ledger is open at its top, its headings have filters, and an act that changes it ends with saving.
"""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parent.parent
README: Final = ROOT / "README.md"
BEFORE: Final = (
    "pilottask meeting add 推进会 --date 12-3",
    "pilottask meeting decide 2 十二月底前实训师资全部到岗 --task 16",
)
"""What is on record before the day begins, besides the example."""
CTRL_D: Final = "\x04"


class Act(NamedTuple):
    """What is done; the keys in a shell, and in a spreadsheet, where it can be done there; what the program prints.

    Of a spreadsheet, text stands in quotation marks, and each other word is a key or a click. `part`: it prints more
    than that. `file` is written.
    """

    name: str
    shell: str
    sheet: str | None
    printed: str
    part: bool = False
    file: str | None = None

    @property
    def keys(self) -> int:
        """How many keys the shell takes."""
        return len(self.shell)

    @property
    def sheet_keys(self) -> int | None:
        """How many keys and clicks the spreadsheet takes."""
        return (
            None
            if self.sheet is None
            else sum(len(text) or 1 for text in re.findall("“([^”]*)”|[^\\s“”]+", self.sheet))
        )


def found(title: str) -> str:
    """Return how a row of the ledger is found by a part of its title."""
    return f"Ctrl+F “{title}” Enter Esc"


def jotted(title: str, progress: str) -> str:
    """Return how progress is added to a cell that has some, with its day."""
    return f"{found(title)} click F2 Alt+Enter “12.4{progress}” Enter"


def filtered(*wanted: str) -> str:
    return " ".join(f"click “{word}” Enter" for word in wanted)


FILLED: Final = "click drag"
"""A cell carried down to those below it."""
UNFILTERED: Final = "click click"
CALLS: Final = {
    "工匠进企业": "已宣讲12场",
    "主题教育": "方案已发",
    "党员": "名单已报",
    "创新成果": "收到36件",
    "双师型": "两人到岗",
    "项目落地": "三家签约",
}
TITLES: Final = ("设备安装掉试", "实训课程排期", "学员名册核定", "安全制度上墙", "揭牌活动筹备", "耗材采购计划")

ACTS: Final = (
    Act(
        "会后登记六项任务",
        f"pilottask add {' '.join(TITLES)} -d 职教集团 -u 12月底\n",
        " ".join(
            [
                "click",
                *(f"“{title}” Enter" for title in TITLES),
                f"click “麒麟职教集团” Enter {FILLED}",
                f"click “12-31” Enter {FILLED}",
                f"{FILLED} Ctrl+S",
            ]
        ),
        "".join(f"{n} {title}：登记\n" for n, title in enumerate(TITLES, start=32)),
    ),
    Act(
        "改一个错字",
        "pilottask edit 掉试 -w 掉=调\n",
        "Ctrl+H “掉试” Tab “调试” Alt+A Enter Esc Ctrl+S",
        "32 设备安装调试：修改工作任务：设备安装掉试 → 设备安装调试\n",
    ),
    Act(
        "记一条进展",
        "pilottask note 实训设备 合同已签，12月30日到货\n",
        f"{jotted('实训设备', '合同已签，12月30日到货')} Ctrl+S",
        "11 实训设备采购：记进展\n",
    ),
    Act(
        "打完一轮电话，记六条进展",
        "pilottask note -\n" + "".join(f"{title}\t{text}\n" for title, text in CALLS.items()) + CTRL_D,
        " ".join([*(jotted(title, text) for title, text in CALLS.items()), "Ctrl+S"]),
        "2 劳模工匠进企业宣讲：记进展\n3 “中国梦·劳动美”主题教育：记进展\n4 一线产业工人发展党员：记进展\n"
        "7 “五小”创新成果征集：记进展\n16 双师型教师培养：记进展\n13 校企合作项目落地：记进展\n",
    ),
    Act(
        "时限延期",
        "pilottask extend 实训设备 12-18 -r 流标\n",
        f"{found('实训设备')} click “12-18” Enter click F2 “原11-8，流标” Enter Ctrl+S",
        "11 实训设备采购：延期：2026-11-08 → 2026-12-18\n",
    ),
    Act(
        "提出问题，提请协调",
        "pilottask raise 实训设备 预算未批 -c\n",
        f"{found('实训设备')} click F2 Alt+Enter “预算未批” Enter click “是” Enter Ctrl+S",
        "11 实训设备采购：提出问题2\n",
    ),
    Act(
        "催办一个单位",
        "pilottask chase -d 总工会 请周五前报进展\ny\n",
        f"{filtered('总工会', '推进中')} click Ctrl+Shift+Down “12.4催办，请周五前报进展” Ctrl+Enter "
        f"{UNFILTERED} Ctrl+S",
        "2 劳模工匠进企业宣讲：催办\n3 “中国梦·劳动美”主题教育：催办\n6 区级职工职业技能大赛：催办\n"
        "7 “五小”创新成果征集：催办\n8 创建劳模和工匠人才创新工作室：催办\n9 重点项目劳动竞赛：催办\n"
        "22 职工书屋和服务站点建设：催办\n24 非公企业工会组建：催办\n25 新就业形态劳动者入会：催办\n",
    ),
    Act(
        "申请办结",
        "pilottask submit 技能大赛\n",
        f"{found('技能大赛')} click “待核验” Enter Ctrl+S",
        "6 区级职工职业技能大赛：申请办结\n",
    ),
    Act(
        "核验销号",
        "pilottask close 技能大赛\ny\n",
        f"{found('技能大赛')} click “已销号” Enter click Ctrl+; Enter Ctrl+S",
        "6 区级职工职业技能大赛：销号\n",
    ),
    Act(
        "撤销手误",
        "pilottask undo\n",
        "Ctrl+Z Ctrl+S",
        "已撤销：pilottask close 技能大赛（2026-12-04 09:00，王敏）\n",
    ),
    Act(
        "隔了几步，更正进展里的日期",
        "pilottask amend 实训设备 -w 12月30日=1月5日 -r 记错\n",
        f"{found('实训设备')} click Ctrl+H “12月30日” Tab “1月5日” Alt+A Enter Esc Ctrl+S",
        "11 实训设备采购：更正第9条\n",
    ),
    Act(
        "作废记错任务的进展",
        "pilottask void 项目落地 三家 -r 记错任务\n",
        f"{found('项目落地')} click F2 Shift+Home Backspace Backspace Enter Ctrl+S",
        "13 校企合作项目落地：作废第2条\n",
    ),
    Act(
        "查一项任务",
        "pilottask show 服务站点\n",
        found("服务站点"),
        "22  职工书屋和服务站点建设\n",
        part=True,
    ),
    Act(
        "谁两周没有进展",
        "pilottask list --silent 14 --by 单位\n",
        f"click click click “11-20” Enter click click {UNFILTERED}",
        "区财政局\n",
        part=True,
    ),
    Act(
        "一个单位11月以来的变动",
        "pilottask history -d 总工会 --from 11月\n",
        None,
        "2026-11-16 09:10  王敏       6  区级职工职业技能大赛             4  催办\n",
        part=True,
    ),
    Act(
        "某事议定过什么",
        "pilottask meeting list -t 师资\n",
        "click Ctrl+F “师资” Enter Esc",
        "   1  十二月底前实训师资全部到岗  推进中          16  区教体局  2027-02-18  推进中    还有76天\n",
        part=True,
    ),
    Act(
        "一个单位的红灯任务成页",
        "pilottask list -d 总工会 -l 红 -O 红灯.docx\n",
        f"{filtered('总工会', '红')} Ctrl+A Ctrl+C click Ctrl+N “总工会红灯任务” Enter Ctrl+V Ctrl+S “红灯” Enter "
        f"click {UNFILTERED}",
        "",
        file="红灯.docx",
    ),
    Act(
        "逾期单位每家一份催办单",
        "pilottask notice --each 催办单\n",
        None,
        "催办单/区总工会催办单2026-12-04.docx\n",
        part=True,
        file="催办单/区总工会催办单2026-12-04.docx",
    ),
    Act(
        "周五通报，编期号",
        "pilottask report --issue -O 通报.docx\n",
        None,
        "",
        file="通报.docx",
    ),
    Act(
        "11月与上月相比",
        "pilottask report --from 11月 --to 11月\n",
        None,
        "红灯由0项变为6项",
        part=True,
    ),
)


def typed(text: str, folder: Path) -> str:
    """Type into a shell on a terminal; return what stands on standard output."""
    line, _enter, answers = text.partition("\n")
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(
        ["sh", "-c", line], cwd=folder, stdin=terminal, stderr=terminal, stdout=subprocess.PIPE, text=True
    ) as shell:
        os.close(terminal)
        os.write(keyboard, answers.encode())
        assert shell.stdout is not None
        printed = shell.stdout.read()
        told = b"".join(read_all(keyboard))
        os.close(keyboard)
    assert shell.returncode == 0, told.decode()
    return re.sub(r"\d\d:\d\d", "09:00", printed) if "已撤销" in printed else printed


def read_all(keyboard: int) -> Iterator[bytes]:
    with suppress(OSError):  # as Linux ends a terminal that nobody has open any more
        while data := os.read(keyboard, 4096):
            yield data


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_the_day_as_it_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d.toml").write_bytes((ROOT / "examples" / "pilot.toml").read_bytes())
    (tmp_path / "pilottask").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pilottask "$@"\n', encoding="utf-8")
    (tmp_path / "pilottask").chmod(0o755)
    for name, value in {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PILOTTASK_STORE": "d.toml",
        "PILOTTASK_TODAY": "2026-12-04",
        "PILOTTASK_USER": "王敏",
        "PILOTTASK_LANG": "zh",
    }.items():
        monkeypatch.setenv(name, value)
    for line in BEFORE:
        typed(f"{line}\n", tmp_path)
    for one in ACTS:
        printed = typed(one.shell, tmp_path)
        assert one.printed in printed if one.part else printed == one.printed, one.shell
        assert one.file is None or (tmp_path / one.file).stat().st_size, one.shell


def rows() -> list[str]:
    """Return the rows of the README's table: two acts in a row, the fewer keys in bold."""
    cells = []
    for one in ACTS:
        keys, sheet = str(one.keys), "—" if one.sheet_keys is None else str(one.sheet_keys)
        if one.sheet_keys is None or one.keys < one.sheet_keys:
            keys = f"**{keys}**"
        elif one.sheet_keys < one.keys:
            sheet = f"**{sheet}**"
        cells.append(f"{one.name} | {keys} | {sheet}")
    half = len(cells) // 2
    return [f"| {left} | {right} |" for left, right in zip(cells[:half], cells[half:], strict=True)]


MARKED: Final = re.compile("<!-- tests/test_day.py -->\n(.*?)<!-- end -->", re.DOTALL)


def table() -> str:
    """Return the README's table."""
    heading = " | ".join(["事项", "键数", "表格中"] * 2)
    return "\n".join([f"| {heading} |", "|---|--:|--:|---|--:|--:|", *rows(), ""])


def test_the_readme_has_these_numbers() -> None:
    assert MARKED.findall(README.read_text(encoding="utf-8")) == [table()]


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    found_table = MARKED.search(text)
    assert found_table is not None
    README.write_text(text[: found_table.start(1)] + table() + text[found_table.end(1) :], encoding="utf-8")
