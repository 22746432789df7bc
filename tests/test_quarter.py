"""A whole quarter of an invented pilot, told command by command: from the promotion meeting to the stage review."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from pilottask.cli import main


class Office:
    """The reform office's clerk at a terminal: one day after the other, one command after the other."""

    def __init__(self, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        self.today = ""
        self._capture = capfdbinary

    def run(self, command: str) -> tuple[int, str]:
        """Run a command line, its words parted by spaces and quoted as a shell takes them; return code and output."""
        code = main([*shlex.split(command), "--today", self.today])
        done = self._capture.readouterr()
        return code, (done.out if code in {0, 3} else done.err).decode()

    def __call__(self, command: str) -> str:
        """Run what has to succeed."""
        code, said = self.run(command)
        assert code == 0, said
        return said

    def told(self, command: str) -> Any:  # noqa: ANN401  whatever JSON holds
        return json.loads(self(f"{command} --format json"))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Office:
    monkeypatch.setenv("PILOTTASK_STORE", str(tmp_path / "pilot.toml"))
    monkeypatch.chdir(tmp_path)
    return Office(capfdbinary)


def test_a_quarter_of_the_pilot(office: Office, tmp_path: Path) -> None:
    promotion_meeting(office)
    weeks_of_notes(office)
    joint_inspection(office)
    second_joint_meeting(office)
    stage_review(office, tmp_path)


def promotion_meeting(office: Office) -> None:
    """29 October: the promotion meeting gives out the tasks, and a cooperation project is signed."""
    office.today = "2026-10-29"
    office("init --name 麒麟区产改试点 --office 区产改办")
    for unit in ("麒麟职教集团", "区教体局", "区财政局", "区人社局", "区总工会"):
        office(f"dept add {unit}")
    office("dept add 区教育局")
    office("project add 实训基地共建 --with 企业A、企业B --new-department --base 职工职业技能实训基地 --signed 10-29")
    office("project fund 实训 --source 财政 --planned 300 --paid 120")
    office("project fund 实训 --source 企业投入 --planned 150.5")

    office(
        "meeting add 产改试点推进会 --place 麒麟职教集团 --chair 副区长 "
        "--attend 麒麟职教集团、区教体局、区财政局、区人社局 --absent 区总工会"
    )
    office(
        "meeting decide 1 年底前建成实训基地 -d 麒麟职教集团 --due 2026年12月底前 "
        "-s 区财政局 --project 实训基地共建 -a 基地建设"
    )
    office("meeting decide 1 补贴性培训3000人次 -d 区人社局 --due 2026-12-31 --target 3000 --unit 人次 -a 技能培训")
    office("meeting decide 1 采购实训设备 -d 区财政局 --due 11-20 --project 实训基地共建 -a 基地建设")
    office("meeting decide 1 建立常态化联席会议制度")
    office("add 筹备季度联席会议 -d 区教育局 -u 2026-11-24 --every quarter -a 机制建设")
    office("start 1-3")

    standings = [one["standing"] for one in office.told("meeting show 1")["decisions"]]
    assert standings == ["open", "open", "open", "no_task"]
    assert office.run("meeting decide 4 无此会议")[0] == 4


def weeks_of_notes(office: Office) -> None:
    """November: units report week by week; what they can't settle themselves is marked for the joint meeting."""
    office.today = "2026-11-06"
    office("note 1 场地平整完成 --next 设备进场")
    office("note 2 首批开班 --actual 300")
    office("raise 1 供电增容未批 --need policy --coordinate")
    office("dept merge 区教育局 区教体局")  # entered twice: it is one bureau
    office.today = "2026-11-13"
    office("note 2 首批600人结业 --actual 600 --result")
    office("note 1 二号车间封顶 --result")
    office("raise 3 招标流标")
    office("project fund 实训 --source 企业投入 --paid 60")

    office("config behind_percent 3")
    training = office.told("show 2")
    assert (training["light"], training["light_reason"], training["reached"]) == ("yellow", "behind", 0.2)
    assert [one["text"] for one in office.told("list --problems")] == ["供电增容未批", "招标流标"]
    assert office.told("show 4")["department"] == "区教体局"


def joint_inspection(office: Office) -> None:
    """18 November: three units inspect together; what they find has a date of its own."""
    office.today = "2026-11-18"
    office("inspect add --kind joint --by 区总工会,区人社局,区教体局 --tasks 1-3")
    office("inspect find 1 3 招标文件未归档 --fix-by 11-21")
    office("inspect find 1 1 安全通道堵塞 --fix-by 11-25")
    assert [one["id"] for one in office.told("list --not-inspected 30")] == [4]

    office.today = "2026-11-20"
    office("inspect fixed 1 2 --evidence 现场照片")
    office.today = "2026-11-23"
    code, late = office.run("overdue --fail")
    assert code == 3
    assert "采购实训设备" in late
    assert "招标文件未归档" in late
    assert "安全通道堵塞" not in late


def second_joint_meeting(office: Office) -> None:
    """24 November: the agenda writes itself; the meeting decides, and the quarterly task comes round."""
    office("meeting add 第二次联席会议 --date 11-24 --place 区政府 --chair 副区长")
    agenda = office.told("meeting agenda")
    assert agenda["for"] == "2026-11-24"
    assert [one["standing"] for one in agenda["decisions"]] == ["open", "open", "overdue", "no_task"]
    assert [(one["department"], [task["id"] for task in one["tasks"]]) for one in agenda["red"]] == [("区财政局", [3])]
    assert [one["text"] for one in agenda["coordinate"]] == ["供电增容未批"]
    assert [one["id"] for one in agenda["due"]] == [4, 1, 2]

    office.today = "2026-11-24"
    office("settle 1 1 由区发改局牵头，月底前批复")
    office("extend 3 2026-12-10 --reason 流标后重新招标 --approved-by 副区长")
    office("meeting decide 2 设备12月10日前到货 --task 3")
    assert office("close 4 --verifier 区产改办") == "4 筹备季度联席会议\n5 筹备季度联席会议\n"
    assert office.told("show 5")["due"] == "2027-02-24"
    assert office.run("reopen 4 -r 误销号")[0] == 2


def stage_review(office: Office, folder: Path) -> None:
    """31 December: what was asked for is closed, shown and summed up."""
    office.today = "2026-12-08"
    office("inspect fixed 1 1 --evidence 归档清单")
    office("submit 3 --evidence 验收单")
    office("close 3 --verifier 区产改办")
    office("project fund 实训 --source 财政 --paid 300")
    office.today = "2026-12-30"
    office("note 2 全年培训3120人次 --actual 3120 --result")
    office("submit 1-2")
    office.today = "2026-12-31"
    office("close 1-2 --verifier 区产改办")

    assert [one["standing"] for one in office.told("meeting show 1")["decisions"]] == [
        "done",
        "done",
        "done",
        "no_task",
    ]
    total = office.told("summary")["total"]
    assert (total["total"], total["closed"], total["todo"], total["completion_rate"]) == (5, 4, 1, 0.8)
    project = office.told("project show 实训")
    assert (project["planned"], project["paid"], project["paid_share"]) == ("450.50", "360.00", 360 / 450.5)
    assert {one["status"] for one in project["tasks"]} == {"closed"}
    assert office.told("inspect list --open") == []

    office("results --output results.md --output results.html")
    page = (folder / "results.md").read_text(encoding="utf-8")
    assert [text in page for text in ("二号车间封顶", "首批600人结业", "全年培训3120人次")] == [True] * 3
    office("report --issue --output review.txt")
    review = (folder / "review.txt").read_text(encoding="utf-8")
    assert "麒麟区产改试点" in review
    assert "由区发改局牵头，月底前批复" not in review  # settled in an earlier period
    assert office("report --sheet 1") == review
    assert office.run("overdue --fail --quiet") == (0, "")
    assert office("check").startswith("all is well: 5 tasks, 1 of them open")
