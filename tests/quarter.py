"""A whole quarter of the example pilot, command by command: from the day the office moves in to the stage review."""

import contextlib
import io
import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from unittest import mock

from pilottask.base.i18n import Lang, set_language
from pilottask.cli import main

EXAMPLES: Final = Path(__file__).parent.parent / "examples"


class Office:
    """The reform office's clerk at a terminal in `folder`: one day after the other, one command after the other."""

    def __init__(self, folder: Path, lang: Lang) -> None:
        self.folder = folder
        self.lang = lang
        self.today = ""

    def run(self, line: str) -> tuple[int, str, str]:
        """Run a command line as a shell takes it; return code, output and messages."""
        words = shlex.split(line)
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _stream in range(2))
        with (
            mock.patch.dict(os.environ, {"PILOTTASK_TODAY": self.today}),
            mock.patch.object(sys, "argv", ["pilottask", *words]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = main(words)
        return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()

    def __call__(self, line: str, *, code: int = 0) -> str:
        """Run a command that ends with `code`; return what it prints, results before messages."""
        ended, output, messages = self.run(line)
        assert ended == code, f"{line}: {messages}"
        return output + messages

    def told(self, line: str) -> Any:  # noqa: ANN401  whatever JSON holds
        """Return what a view says as JSON."""
        code, output, messages = self.run(f"{line} --format json")
        assert code == 0, messages
        return json.loads(output)

    def ids(self, line: str) -> list[int]:
        """Return the ids of the tasks that a view lists."""
        return [one["id"] for one in self.told(line)]


def walk(office: Office) -> None:
    """Go through the quarter."""
    shutil.copytree(EXAMPLES, office.folder / "examples")
    (home := office.folder / "home").mkdir()
    around = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": str(home),
        "LANG": "C.UTF-8",
        "PILOTTASK_STORE": "tasks.toml",
        "PILOTTASK_USER": "王敏",
    }
    with mock.patch.dict(os.environ, around), contextlib.chdir(office.folder):
        try:
            for part in (
                moving_in,
                on_the_phone,
                taken_back,
                meetings_inspections_projects,
                weekly_sheets,
                reports_steps_instructions,
                joint_inspection,
                joint_meeting,
                year_end,
                stage_review,
            ):
                part(office)
        finally:
            set_language(Lang.EN)


@contextlib.contextmanager
def refused(office: Office) -> Iterator[None]:
    """Run what has to leave the list as it is."""
    before = (office.folder / "tasks.toml").read_bytes()
    yield
    assert (office.folder / "tasks.toml").read_bytes() == before


def moving_in(office: Office) -> None:
    """20 November: the office makes its list of the spreadsheet, and looks at it."""
    office.today = "2026-11-20"
    spoken = "" if office.lang is Lang.EN else f"--lang {office.lang} "
    office(f"{spoken}init --name 麒麟区产改试点 --office 区产改办")
    if office.lang is not Lang.EN:
        office(f"config lang {office.lang}")
    office("import examples/ledger.csv")
    office("overdue")
    office("summary")

    assert office.ids("overdue") == [11, 6]
    assert office.told("summary")["total"]["completion_rate"] == 4 / 30


def on_the_phone(office: Office) -> None:
    """The same day: a new task after a meeting, a call about a late one, and one that is done."""
    office('add "召开季度联席会议" -d 产改办 --support 区总工会 -o 综合组联络员 --due 12月10日 --every quarter')
    office("start 31")
    office('note 11 "重新组织招标，11月30日开标" --next 签订合同')
    office("extend 11 12-20 --reason 流标 --approved-by 分管领导")
    office("show 采购")
    office("submit 6 --evidence 成绩册")
    office("close 6 --verifier 区产改办")

    assert office.ids("overdue") == []
    assert office.told("show 11")["first_due"] == "2026-11-08"


def taken_back(office: Office) -> None:
    """The same day: a slip is taken back, and brought back; the week's sheet is looked at before it goes out."""
    office("undo")
    assert office.told("show 6")["status"] == "submitted"
    office("undo --list")
    office("redo")
    office("list -d 职教集团 --light green")
    office("check")
    office("report")

    assert office.told("show 6")["status"] == "closed"


def meetings_inspections_projects(office: Office) -> None:
    """The same day: what the promotion meeting and the first inspection left is put where it belongs."""
    office("list --problems")
    office("meeting add 产改试点推进会 --date 10-29 --chair 副区长 --attend 职教集团、区教体局、区财政局")
    office("meeting decide 1 实训设备年内全部到位 --task 11")
    office("inspect add --kind joint --by 区委督查室、区政府督查室 --tasks 10-11")
    office("inspect find 1 11 招标方案未报备 --fix-by 11-27")
    office("inspect list --open")
    office("project add 实训基地共建 --with 合作企业 --base 职工职业技能实训基地 --signed 10-31")
    office("project fund 实训 --source 财政 --planned 300 --paid 120")
    office("project fund 实训 --source 企业 --planned 200 --paid 60")
    office("edit 10 --project 实训基地共建 --target 200 --unit 个工位")
    office("note 10 设备开始安装 --actual 150 --result")
    office("project show 实训")

    office("edit 11 --project 实训基地共建")
    office("meeting decide 1 全年补贴性培训3000人次 --task 15")
    office("meeting decide 1 建立常态化联席会议制度")
    office("edit 15 --target 3000 --unit 人次")
    office("note 15 已培训2100人次 --actual 2100 --next 12月上旬再开两期")
    office("raise 29 提请联席会议确定企业出资比例 --need money --coordinate")
    office("report --issue --output 第1期.txt")

    assert [one["standing"] for one in office.told("meeting show 1")["decisions"]] == ["open", "open", "no_task"]
    with refused(office):
        office("meeting decide 4 无此会议", code=4)
        office("project fund 实训 --source 财政 --paid 1.005", code=2)


def weekly_sheets(office: Office) -> None:
    """27 November and 4 December: departments report, what is done is closed, and the sheet goes out each Friday."""
    office.today = "2026-11-27"
    office("note 22 第5个站点建成 --result")
    office("submit 22 --evidence 验收表")
    office("close 21-22 --verifier 区产改办")
    office("close 3,9 --verifier 区产改办")
    office("chase 29 请3日内报送方案")
    office("dept add 人社局职建股")
    office("edit 14 --support 人社局职建股")
    office("dept merge 人社局职建股 区人社局")  # entered beside its bureau: it is one
    office("report --issue --output 第2期.txt")

    assert office.told("show 14")["support"] == []
    assert office.ids("overdue") == [29]
    first, second = ((office.folder / f"第{n}期.txt").read_text(encoding="utf-8") for n in (1, 2))
    assert office("report --sheet 1") == first != second

    office.today = "2026-12-04"
    office("suspend 5 --reason 与年终展合并")
    office("close 17 --verifier 区产改办 --on 11-30")
    office("config behind_percent 3")
    office("report --issue --output 第3期.txt")

    assert (office.told("show 17")["closed"], office.ids("list --status suspended")) == ("2026-11-30", [5])
    training = office.told("show 15")
    assert (training["light"], training["reached"]) == ("yellow", 0.7)


def reports_steps_instructions(office: Office) -> None:
    """4 to 7 December: departments are asked to report, a step is missed and made good, a leader is answered."""
    office("round open --title 第49周 --due 12-07 -d 区教体局,区财政局,区总工会")
    office("step add 10 工位验收 --due 12-05")
    office("instruct 专题汇报比例 --leader 区长 --task 29 --reply-by 12-05")
    office("round got 区教体局")

    office.today = "2026-12-07"
    office("round got 区财政局 --on 12-06")
    late = office("overdue")
    assert ("工位验收" in late, "专题汇报比例" in late) == (True, True)
    assert {one["id"]: one["light_reason"] for one in office.told("list")}[10] == "step_late"
    (record,) = office.told("round list")
    assert [row["state"] for row in record["rows"]] == ["came", "came", "waiting"]
    office("step done 10 1")
    (office.folder / "工位验收单.pdf").write_bytes(b"%PDF-1.7")
    office("attach 10 工位验收单.pdf")
    office("answer 1 已专题汇报")
    task = office.told("show 10")
    assert ([one["name"] for one in task["attachments"]], task["silent_days"]) == (["工位验收单.pdf"], 0)

    office.today = "2026-12-08"
    office("round got 区总工会")
    office("round close")
    assert [row["state"] for row in office.told("round")["rows"]] == ["came", "came", "late"]
    assert "工位验收" not in office("overdue")
    assert office.told("show 29")["instructions"][0]["answer"] == "已专题汇报"


def joint_inspection(office: Office) -> None:
    """8 December: units inspect together; what they find has a date of its own, and the old finding is late."""
    office.today = "2026-12-08"
    office("inspect add --kind joint --by 区总工会,区人社局 --tasks 10,13,15")
    office("inspect find 2 10 安全通道堵塞 --fix-by 12-15")
    late = office("overdue --fail", code=3)
    assert "招标方案未报备" in late
    assert "安全通道堵塞" not in late
    assert {10, 13, 15}.isdisjoint(office.ids("list --not-inspected 30"))

    office("inspect fixed 1 1 --evidence 备案回执")
    (inspection,) = office.told("inspect list --open")
    assert [one["text"] for one in inspection["findings"]] == ["安全通道堵塞"]
    office("close 24,30 --verifier 区产改办")


def joint_meeting(office: Office) -> None:
    """10 December: the agenda writes itself; the meeting decides, and the quarterly task comes round."""
    office("meeting add 第二次联席会议 --date 12-10 --place 区政府 --chair 副区长")
    office("meeting agenda --output 议程.md")
    agenda = office.told("meeting agenda")
    assert agenda["for"] == "2026-12-10"
    assert [one["standing"] for one in agenda["decisions"]] == ["open", "open", "no_task"]
    assert [(one["department"], [task["id"] for task in one["tasks"]]) for one in agenda["red"]] == [("区财政局", [29])]
    assert {one["id"] for one in agenda["coordinate"]} == {29}

    office.today = "2026-12-10"
    office("meeting edit 2 --attend 区教体局、区财政局、区总工会 --absent 区人社局")
    office("settle 29 1 联席会议已议定")
    office("settle 29 2 企业按四成出资")
    office("extend 29 2026-12-31 --reason 待联席会议定比例 --approved-by 副区长")
    office("meeting decide 2 企业按四成出资 --task 29")
    office("meeting decide 2 春节前开展安全生产检查 -d 区住建局 --due 2027-01-20 --aspect 试点保障")
    office("close 31 --verifier 区产改办")
    assert [(one["id"], one["due"]) for one in office.told("list --text 季度联席会议")] == [(33, "2027-03-10")]
    office("reopen 31 -r 误销号")  # though the next is open
    office("undo")
    office("report --issue --output 第4期.txt")


def year_end(office: Office) -> None:
    """18 and 31 December: most of the year's tasks are closed, the money is in."""
    office.today = "2026-12-18"
    office("inspect fixed 2 1 --evidence 现场照片")
    office("close 2,7,13,25 --verifier 区产改办")
    office("note 11 设备全部到货 --result")
    office("submit 11 --evidence 验收单")
    office("return 11 --reason 缺两台数控机床的合格证")
    (office.folder / "合格证.pdf").write_bytes(b"%PDF-1.4")
    office("submit 11 --evidence 合格证.pdf")
    office("close 11 --verifier 区产改办")
    office("close 20 --on 12-17")
    office("note 15 全年培训3120人次 --actual 3120 --result")
    office("close 15,18 --verifier 区产改办")

    office.today = "2026-12-31"
    office("note 10 200个工位全部到位 --actual 200 --result")
    office("close 10,29 --verifier 区产改办")
    office("project fund 实训 --source 财政 --paid 300")
    office("project fund 实训 --source 企业 --paid 200")
    project = office.told("project show 实训")
    assert (project["planned"], project["paid"], project["paid_share"]) == ("500.00", "500.00", 1)
    assert {one["status"] for one in project["tasks"]} == {"closed"}
    assert [one["standing"] for one in office.told("meeting show 1")["decisions"]] == ["done", "done", "no_task"]


def stage_review(office: Office) -> None:
    """19 February: the quarter is over; what was asked for is closed, shown and summed up."""
    office.today = "2027-02-19"
    office("start 19,32")
    office("close 4,8,14,16,19,26,32 --verifier 区产改办 --on 2027-02-05")
    office("reopen 5 --reason 年终展已办")
    office("close 5 --verifier 区产改办")
    total = office.told("summary")["total"]
    assert (total["total"], total["closed"], total["todo"], total["doing"]) == (33, 31, 1, 1)
    assert office.ids("list") == [23, 33]  # one that never ends, and the next quarterly meeting

    office("export --dossier 档案")
    kept = sorted(path.parts[-2:] for path in (office.folder / "档案").rglob("*.pdf"))
    assert kept == [("10 职工职业技能实训基地建设", "1 工位验收单.pdf"), ("11 实训设备采购", "1 合格证.pdf")]
    facts = {row["department"]: row for row in office.told("summary --facts --from 2026-11-20 --to 2027-02-19")["rows"]}
    due, timely, late = ("reports_due", "reports_on_time", "reports_late")
    assert {name: (row[due], row[timely], row[late]) for name, row in facts.items() if row[due]} == {
        "区教体局": (1, 1, 0),
        "区财政局": (1, 1, 0),
        "区总工会": (1, 0, 1),
    }
    assert facts["麒麟职教集团"]["returned"] == 1  # task 11, on 18 December

    office("results --from 2026-11-20 --output 成果.md --output 成果.html")
    page = (office.folder / "成果.md").read_text(encoding="utf-8")
    assert [text in page for text in ("200个工位全部到位", "全年培训3120人次", "第5个站点建成")] == [True] * 3
    office("report --issue --output 第5期.txt")
    assert "麒麟区产改试点" in (office.folder / "第5期.txt").read_text(encoding="utf-8")
    assert office("report --sheet 5") == (office.folder / "第5期.txt").read_text(encoding="utf-8")
    assert office("overdue --fail --quiet") == ""
    well = "all is well: 33 tasks, 2 of them open" if office.lang is Lang.EN else "检查无误：任务33项，其中在办2项"
    assert office("check").startswith(well)
