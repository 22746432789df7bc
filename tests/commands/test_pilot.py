"""Meetings, inspections, projects, results and what goes with them, as a user runs them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pilottask.cli import main

TODAY = "2026-11-20"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "tasks.toml"
    monkeypatch.setenv("PILOTTASK_STORE", str(path))
    monkeypatch.setenv("PILOTTASK_TODAY", TODAY)
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture
def run(store: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:  # noqa: ARG001  PILOTTASK_STORE names it
    """Run a command on a list of three tasks: base (1), machines (2, late) and training (3)."""

    def go(*argv: str) -> Ran:
        code = main([*argv])
        sys.stdout.flush()
        done = capfdbinary.readouterr()
        return Ran(code, done.out.decode(), done.err.decode())

    go("init", "--name", "麒麟产改试点", "--office", "区产改办")
    for name in ("麒麟职教集团", "区财政局", "区人社局", "区总工会"):
        go("dept", "add", name)
    go("dept", "edit", "麒麟", "--role", "base")
    go("add", "建成实训基地", "-d", "麒麟职教集团", "-u", "2026-12-31", "--today", "2026-10-29", "-a", "基地建设")
    go("add", "采购设备", "-d", "区财政局", "-u", "2026-11-10", "--today", "2026-10-29", "-a", "基地建设")
    go(
        "add",
        "培训",
        "-d",
        "区人社局",
        "--target",
        "3000",
        "--unit",
        "人次",
        "--today",
        "2026-10-29",
        "-u",
        "2026-12-31",
    )
    return go


@pytest.fixture
def done(run: Run) -> Run:
    """Run what has to succeed."""

    def go(*argv: str) -> Ran:
        ran = run(*argv)
        assert ran.code == 0, ran.err
        return ran

    return go


def told(ran: Ran) -> Any:  # noqa: ANN401  whatever JSON holds
    return json.loads(ran.out)


def kinds(done: Run, number: int) -> list[str]:
    return [entry["kind"] for entry in told(done("show", str(number), "--format", "json"))["log"]]


# Joint meetings


@pytest.fixture
def held(done: Run) -> Run:
    done(
        *("meeting", "add", "第一次联席会议", "--date", "10-29", "--place", "职教集团", "--chair", "李建国"),
        *("--attend", "麒麟、财政局", "--attend", "区人社局", "--absent", "区总工会"),
    )
    return done


def test_a_decision_opens_a_task(held: Run) -> None:
    ran = held("meeting", "decide", "1", "规范资金使用", "-d", "区财政局", "--due", "12-15", "--support", "总工会")
    assert ran == Ran(
        0,
        "4 规范资金使用: entered; decided by meeting 1, no. 1\n",
        "decision 1 of “第一次联席会议”\ndue 2026-12-15 Tue\n",
    )
    one = told(held("show", "4", "--format", "json"))
    assert (one["department"], one["due"], one["source"], one["support"]) == (
        *("区财政局", "2026-12-15", "第一次联席会议"),
        ["区总工会"],
    )
    assert kinds(held, 4) == ["create", "decide"]


def test_a_decision_links_tasks_that_there_are(held: Run) -> None:
    ran = held("meeting", "decide", "1", "加快建设", "--task", "1-2", "--format", "json")
    decision = told(ran)
    assert [decision[key] for key in ("meeting", "n", "text", "standing")] == [1, 1, "加快建设", "overdue"]
    assert [one["id"] for one in decision["tasks"]] == [1, 2]
    assert kinds(held, 1) == kinds(held, 2) == ["create", "decide"]


def test_a_decision_can_stand_alone_and_have_a_title_of_its_own(held: Run) -> None:
    assert held("meeting", "decide", "1", "通过制度").out == "1 第一次联席会议: decision 1: 通过制度\n"
    ran = held("meeting", "decide", "1", "年底前完成\n逾期通报", "--title", "完成建设", "-d", "麒麟")
    assert ran.out == "4 完成建设: entered; decided by meeting 1, no. 2\n"


def test_the_record_of_a_meeting(held: Run) -> None:
    held("meeting", "decide", "1", "加快建设", "--task", "2,1")
    held("meeting", "decide", "1", "通过制度")
    assert held("meeting", "show", "1").out == (
        "1  第一次联席会议\n"
        "Date    2026-10-29 Thu\n"
        "Place   职教集团\n"
        "Chair   李建国\n"
        "Came    麒麟职教集团, 区财政局, 区人社局\n"
        "Absent  区总工会\n"
        "\n"
        "Decisions\n"
        "No.  Decision  Stands   Task ID  Department    Due         Status          Days\n"
        "---  --------  -------  -------  ------------  ----------  ------  ------------\n"
        "  1  加快建设  overdue        2  区财政局      2026-11-10  todo    10 days late\n"
        "                              1  麒麟职教集团  2026-12-31  todo    41 days left\n"
        "  2  通过制度  no task        —  —             —           —                  —\n"
    )
    assert held("meeting", "show", "1", "--format", "csv").out == (
        "n,decision,standing,id,department,due,status,days_left\n"
        "1,加快建设,overdue,2,区财政局,2026-11-10,todo,-10\n"
        "1,加快建设,overdue,1,麒麟职教集团,2026-12-31,todo,41\n"
        "2,通过制度,no_task,,,,,\n"
    )
    record = told(held("meeting", "show", "1", "--format", "json"))
    assert list(record) == ["id", "title", "date", "time", "place", "chair", "attend", "absent", "decisions"]
    assert [one["standing"] for one in record["decisions"]] == ["overdue", "no_task"]


def test_the_list_of_meetings(held: Run) -> None:
    held("meeting", "add", "筹备会", "--date", "9-1")
    held("meeting", "decide", "1", "加快建设", "--task", "2")
    assert held("meeting", "list", "--format", "tsv").out == (
        "id\tdate\ttitle\tchair\tplace\tattend\tabsent\tdecisions\tdone\toverdue\ttime\n"
        "2\t2026-09-01\t筹备会\t\t\t0\t0\t0\t0\t0\t\n"
        "1\t2026-10-29\t第一次联席会议\t李建国\t职教集团\t3\t1\t1\t0\t1\t\n"
    )
    assert held("meeting", "list", "--text", "没有") == (
        0,
        "No meeting fits.\n",
        "no meeting has “没有” in its title or its decisions\n",
    )
    assert [one["id"] for one in told(held("meeting", "list", "--format", "json"))] == [2, 1]


def test_a_meeting_as_json_when_it_is_entered(done: Run) -> None:
    record = told(done("meeting", "add", "会", "--attend", "区教体局", "--new-department", "--format", "json"))
    assert (record["id"], record["date"], record["attend"], record["place"]) == (1, TODAY, ["区教体局"], None)


def test_what_is_entered_a_second_time_is_told(inspected: Run) -> None:
    for day, said in (("11-19", []), ("11-19", ["note: meeting 1 has the same title and day"]), ("11-20", [])):
        ran = inspected("meeting", "add", "联席会议", "--date", day)
        assert ran.err.splitlines()[1:] == said
    for argv, last in (
        (("raise", "1", "缺场地"), "note: no. 1 says the same"),
        (("meeting", "decide", "1", "抓紧推进"), "note: no. 1 says the same"),
        (("inspect", "find", "1", "3", "缺台账", "--fix-by", "12-20"), "note: no. 3 says the same"),
    ):
        assert "says the same" not in inspected(*argv).err
        assert inspected(*argv).err.splitlines()[-1] == last
    again = inspected("inspect", "add", "--kind", "routine", "--date", "11-13", "--tasks", "1")
    assert again.err.splitlines()[1:] == ["note: inspection 2 is of the same kind, day, units and tasks"]


def test_a_planned_meeting_is_held(held: Run, run: Run, store: Path) -> None:
    held("meeting", "add", "第二次联席会议", "--date", "11-24", "--place", "三楼")
    held("meeting", "decide", "2", "通过制度")
    ran = held("meeting", "edit", "2", "--attend", "财政局、总工会", "--absent", "人社局", "--date", "11-19")
    assert ran == Ran(0, "2 第二次联席会议: changed\n", "on 2026-11-19 Thu\n")
    record = told(held("meeting", "show", "2", "--format", "json"))
    assert (record["attend"], record["absent"]) == (["区财政局", "区总工会"], ["区人社局"])
    assert (record["place"], [one["text"] for one in record["decisions"]]) == ("三楼", ["通过制度"])
    record = told(
        held("meeting", "edit", "2", "--absent", "总工会", "--place", "", "--title", "季度会", "--format", "json")
    )
    assert (record["attend"], record["absent"], record["place"]) == (["区财政局"], ["区总工会"], None)
    record = told(held("meeting", "edit", "2", "--attend", "总工会", "--chair", "李建国", "--format", "json"))
    assert (record["title"], record["attend"], record["absent"]) == ("季度会", ["区总工会"], [])
    assert told(held("meeting", "show", "1", "--format", "json"))["title"] == "第一次联席会议"
    before = store.read_bytes()
    for words in ("2", "2 --new-department", "2 --title 　", "2 --date none", "2 --attend 财政局 --absent 财政局"):
        assert (run("meeting", "edit", *words.split(" ")).code, store.read_bytes()) == (2, before)
    assert run("meeting", "edit", "9", "--place", "x").code == 4


def test_the_agenda(held: Run, tmp_path: Path) -> None:
    held("meeting", "decide", "1", "加快建设", "--task", "2")
    held("raise", "1", "场地不足", "--coordinate", "--need", "场地")
    held("meeting", "add", "第二次联席会议", "--date", "11-24")
    text = held("meeting", "agenda").out
    assert "“第一次联席会议” on 2026-10-29 took 1 decision, carried out: 0." in " ".join(text.split())
    assert "\n1. 区财政局: 1 red task" in text
    assert "场地不足" in text
    assert "2 tasks fall due before 2027-02-24." in text
    agenda = told(held("meeting", "agenda", "--format", "json"))
    assert (agenda["for"], agenda["until"], agenda["meeting"], agenda["last_meeting"]) == (
        "2026-11-24",
        "2027-02-24",
        2,
        1,
    )
    assert [one["department"] for one in agenda["red"]] == ["区财政局"]
    assert [(one["id"], one["n"], one["need"]) for one in agenda["coordinate"]] == [(1, 1, "place")]
    assert [one["id"] for one in agenda["due"]] == [1, 3]
    names = [f"agenda.{ending}" for ending in ("md", "html", "docx", "txt", "json")]
    held("meeting", "agenda", "--for", "2026-11-24", *(word for name in names for word in ("--output", name)))
    assert (tmp_path / "agenda.txt").read_text(encoding="utf-8") == text
    assert (
        (tmp_path / "agenda.md").read_text(encoding="utf-8").startswith("# 麒麟产改试点 Agenda of the joint meeting\n")
    )
    assert "<h1>Agenda of the joint meeting</h1>" in (tmp_path / "agenda.html").read_text(encoding="utf-8")
    assert (tmp_path / "agenda.docx").read_bytes().startswith(b"PK")


def test_a_meeting_has_a_time_of_day(held: Run, run: Run, store: Path) -> None:
    ran = held("meeting", "add", "第二次联席会议", "--date", "11-24", "--time", "下午2点半")
    assert ran == Ran(0, "2 第二次联席会议: entered\n", "on 2026-11-24 Tue 14:30\n")
    assert "Time: 2026-11-24 (Tuesday) 14:30\n" in held("meeting", "agenda").out
    assert "2026-11-24 14:30" in held("meeting", "list").out
    assert [one["time"] for one in told(held("meeting", "list", "--format", "json"))] == [None, "14:30"]
    assert re.search("Time +14:30\n", held("meeting", "show", "2").out)
    before = store.read_bytes()
    assert held("meeting", "edit", "2", "--time", "15:00").code == 0
    assert held("undo").code == 0
    assert store.read_bytes() == before
    assert run("meeting", "edit", "2", "--time", "25:00").code == 2
    assert held("meeting", "edit", "2", "--time", "").code == 0
    assert "Time: 2026-11-24 (Tuesday), hour to be set\n" in held("meeting", "agenda").out
    store.write_bytes(before.replace(b'time = "14:30"', b'time = "2pm"'))
    assert "“2pm” is not a time of day as a file has it" in "".join(run("check")[1:])


def test_the_first_agenda_of_all(done: Run) -> None:
    text = done("meeting", "agenda", "--today", "2026-10-01").out
    assert "Time: to be set" in text
    assert "decisions" not in text
    assert "2 tasks fall due" not in text


# Inspections


@pytest.fixture
def inspected(done: Run) -> Run:
    done("inspect", "add", "--kind", "联合督查", "--by", "区总工会,区人社局", "--date", "11-12", "--tasks", "1,2")
    done("inspect", "find", "1", "2", "未归档", "--fix-by", "2026-11-16")
    done("inspect", "find", "1", "3", "无台账", "--fix-by", "12-1")
    done("inspect", "add", "--kind", "routine", "--date", "11-13", "--tasks", "1")
    return done


def test_an_inspection_and_its_findings(inspected: Run) -> None:
    assert inspected("inspect", "list").out == (
        "Inspection  No.  Inspected   Kind                Finding        Task ID  Department  Put right by  "
        "Stands\n"
        "----------  ---  ----------  ------------------  -------------  -------  ----------  ------------  "
        "------------\n"
        "         1    1  2026-11-12  joint inspection    未归档               2  区财政局    2026-11-16    "
        "4 days late\n"
        "         1    2  2026-11-12  joint inspection    无台账               3  区人社局    2026-12-01    "
        "11 days left\n"
        "         2       2026-11-13  routine inspection  nothing found        —  —           —             "
        "—\n"
    )
    ran = inspected("inspect", "fixed", "1", "1", "--evidence", "台账")
    assert ran.out == "2 采购设备: finding 1 of inspection 1 put right\n"
    assert kinds(inspected, 2) == ["create", "inspect", "find", "fixed"]
    assert kinds(inspected, 3) == ["create", "inspect", "find"]
    assert "put right 2026-11-20" in inspected("inspect", "show", "1").out
    assert inspected("inspect", "list", "--open", "--format", "csv").out.splitlines()[1:] == [
        "1,2,2026-11-12,joint,无台账,3,区人社局,2026-12-01,,0"
    ]
    (only,) = told(inspected("inspect", "list", "--open", "--format", "json"))
    assert [one["n"] for one in only["findings"]] == [2]
    assert len(told(inspected("inspect", "list", "--format", "json"))) == 2


def test_an_inspection_as_json(inspected: Run) -> None:
    added = told(inspected("inspect", "add", "--kind", "常规", "--tasks", "1-3", "--format", "json"))
    assert added == {"id": 3, "kind": "routine", "date": TODAY, "by": [], "tasks": [1, 2, 3], "findings": []}
    found = told(inspected("inspect", "find", "3", "1", "x", "--fix-by", "明天", "--format", "json"))
    assert (found["inspection"], found["n"], found["id"], found["fix_by"]) == (3, 1, 1, "2026-11-21")
    fixed = told(inspected("inspect", "fixed", "3", "1", "--format", "json"))
    assert (fixed["fixed"], fixed["days_late"]) == (TODAY, 0)
    assert told(inspected("inspect", "show", "1", "--format", "json"))["findings"][0]["days_late"] == 4
    assert inspected("inspect", "show", "1", "--format", "csv").out.startswith("inspection,n,date,kind,text,")


def test_late_findings_have_a_section_of_their_own(inspected: Run) -> None:
    table, section = inspected("overdue").out.split("\n\n")
    assert table.splitlines()[2].startswith(" 2  采购设备")
    assert section.startswith("Findings of inspections past their date\n")
    assert section.splitlines()[3].split()[5:] == ["未归档", "2", "区财政局", "2026-11-16", "4", "days", "late"]
    assert "未归档" not in inspected("overdue", "-d", "区人社局").out
    assert "未归档" not in inspected("overdue", "--format", "csv").out
    assert len(told(inspected("overdue", "--format", "json"))) == 1


def test_late_findings_alone_neither_speak_nor_fail(inspected: Run, run: Run) -> None:
    inspected("start", "2")
    inspected("close", "2")
    assert run("overdue", "--quiet", "--fail") == Ran(0, "", "")
    assert run("overdue").out.startswith("No task is overdue.\n\nFindings of inspections past their date\n")


def test_findings_on_a_task_that_was_given_up_are_open_nowhere(inspected: Run) -> None:
    inspected("cancel", "2", "-r", "不再采购")
    assert "未归档" not in inspected("overdue").out
    assert [
        one["n"]
        for listed in told(inspected("inspect", "list", "--open", "--format", "json"))
        for one in listed["findings"]
    ] == [2]
    assert told(inspected("inspect", "show", "1", "--format", "json"))["findings"][0]["days_late"] == 0
    assert inspected("inspect", "show", "1").out.splitlines()[-2].endswith("2026-11-16    cancelled")


def test_the_first_screen_tells_late_findings(inspected: Run) -> None:
    inspected("start", "2")
    inspected("close", "2")
    assert "Findings not put right in time: 1\n" in inspected().out
    inspected("inspect", "fixed", "1", "1")
    assert "Findings" not in inspected().out


def test_tasks_not_inspected(inspected: Run) -> None:
    def left(days: int) -> list[int]:
        return [one["id"] for one in told(inspected("list", "--not-inspected", str(days), "--format", "json"))]

    assert left(7) == [2, 3]
    assert left(8) == []


# Problems


def test_problems_by_themselves(done: Run) -> None:
    done("raise", "1", "场地不足", "--coordinate", "--need", "place", "--today", "2026-11-13")
    done("raise", "2", "流标", "--today", "2026-11-01")
    done("settle", "2", "1", "重新招标", "--today", "2026-11-05")
    assert done("list", "--problems").out == (
        "ID  No.  Task          Department    Problem   Asks for                  Raised      Open for\n"
        "--  ---  ------------  ------------  --------  ------------------------  ----------  --------\n"
        " 1    1  建成实训基地  麒麟职教集团  场地不足  place, to be coordinated  2026-11-13    7 days\n"
    )
    assert done("list", "--problems", "--all", "--format", "csv").out.splitlines()[1:] == [
        "1,1,建成实训基地,麒麟职教集团,场地不足,place,true,2026-11-13,7,",
        "2,1,采购设备,区财政局,流标,,false,2026-11-01,4,2026-11-05",
    ]
    (problem,) = told(done("list", "--problems", "--format", "json"))
    assert (problem["id"], problem["n"], problem["days_open"], problem["settled"]) == (1, 1, 7, None)
    assert done("list", "--problems", "-d", "区人社局").out == "No problem is open (区人社局).\n"
    assert done("upcoming", "-d", "区人社局", "--days", "1").out == "No task falls due within 1 day (区人社局).\n"
    assert done("overdue", "--within", "0", "-d", "区人社局", "--text", "无").out == (
        "No task is overdue or falls due today (区人社局, 无).\n"
    )


# Projects


@pytest.fixture
def joined(done: Run) -> Run:
    done("project", "add", "实训基地共建", "--with", "企业A、企业B", "--new-department", "--signed", "10-29")
    done("project", "fund", "基地", "--source", "财政", "--planned", "300", "--paid", "120")
    done("project", "fund", "基地", "--source", "企业", "--planned", "150.5")
    done("edit", "1", "--project", "实训基地共建")
    return done


def test_a_project_with_its_money(joined: Run, store: Path) -> None:
    assert joined("project", "show", "实训").out == (
        "实训基地共建\n"
        "Partners  企业A, 企业B\n"
        "Signed    2026-10-29 Thu\n"
        "\n"
        "Money by source\n"
        "Source of money  Planned  Paid in  Share\n"
        "---------------  -------  -------  -----\n"
        "财政              300.00   120.00  40.0%\n"
        "企业              150.50     0.00   0.0%\n"
        "---------------  -------  -------  -----\n"
        "Total             450.50   120.00  26.6%\n"
        "amounts in 10,000 yuan\n"
        "\n"
        "ID  Light  Task          Department    Owner  Due         Status          Days  Why\n"
        "--  -----  ------------  ------------  -----  ----------  ------  ------------  ---\n"
        " 1  green  建成实训基地  麒麟职教集团  —      2026-12-31  todo    41 days left  —\n"
    )
    record = told(joined("project", "show", "实训", "--format", "json"))
    assert (record["planned"], record["paid"], [one["id"] for one in record["tasks"]]) == ("450.50", "120.00", [1])
    assert record["funds"][0] == {"source": "财政", "planned": "300.00", "paid": "120.00", "paid_share": 0.4}
    assert 'planned = "150.50"' in store.read_text(encoding="utf-8")
    roles = {one["name"]: one["role"] for one in told(joined("dept", "list", "--format", "json"))}
    assert (roles["企业A"], roles["企业B"]) == ("enterprise", "enterprise")
    assert joined("project", "add", "空项目").out == "空项目: entered\n"
    assert joined("project", "show", "空项目").out == (
        "空项目\n\nNo task carries it out yet; pilottask edit ID --project NAME adds one.\n"
    )
    assert joined("project", "show", "实训", "--format", "csv").out.splitlines()[1].startswith("1,green,建成实训基地")


def test_the_list_of_projects(joined: Run) -> None:
    joined("project", "add", "学徒制")
    assert joined("project", "list", "--format", "csv").out == (
        "name,partners,signed,tasks,red,yellow,green,planned,paid,paid_share\n"
        "实训基地共建,企业A、企业B,2026-10-29,1,0,0,1,450.50,120.00,0.2663706992230855\n"
        "学徒制,,,0,0,0,0,0.00,0.00,\n"
    )
    assert "Money by source, over all projects" in joined("project", "list").out
    assert [one["name"] for one in told(joined("project", "list", "--format", "json"))] == ["实训基地共建", "学徒制"]


def test_a_project_is_changed_and_its_tasks_go_along(joined: Run) -> None:
    joined(
        "project",
        "edit",
        "实训",
        "--name",
        "共建",
        "--with",
        "企业A",
        "--base",
        "基地",
        "--signed",
        "",
        "--remark",
        "x",
    )
    record = told(joined("project", "show", "共建", "--format", "json"))
    assert [record[key] for key in ("partners", "base", "signed", "remark")] == [["企业A"], "基地", None, "x"]
    assert [one["project"] for one in record["tasks"]] == ["共建"]
    assert "\n共建,1," in joined("summary", "--by", "project", "--format", "csv").out


def test_more_paid_than_planned_is_said(joined: Run) -> None:
    ran = joined("project", "fund", "实训", "--source", "企业", "--paid", "200")
    assert "more is paid in than planned, 200.00 of 150.50" in ran.err


# Results, targets, recurring work, departments


def test_results(done: Run, tmp_path: Path) -> None:
    done("note", "3", "首批结业", "--actual", "600", "--result")
    done("note", "1", "开工", "--result", "--today", "2026-11-10")
    assert done("results", "--format", "csv").out == (
        "aspect,date,text,id,title,department\n"
        "基地建设,2026-11-10,开工,1,建成实训基地,麒麟职教集团\n"
        ",2026-11-20,首批结业,3,培训,区人社局\n"
    )
    assert [one["actual"] for one in told(done("results", "--from", "11-20", "--format", "json"))] == [600]
    done("results", "--to", "11-10", "-O", "page.md", "-O", "page.html")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "开工" in page
    assert "首批结业" not in page
    assert "Filled in by" not in page
    assert "<h1>Results of the pilot</h1>" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert done("results", "--to", "11-10", "--format", "md").out == page
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert done("results", "--to", "11-10", "--format", "html").out == html
    done("results", "--to", "11-10", "--format", "html", "-O", "page.other")
    assert (tmp_path / "page.other").read_text(encoding="utf-8") == html
    assert done("results", "-d", "区财政局").out.startswith("No result fits;")
    assert "Results of the pilot (区财政局)" in done("results", "-d", "区财政局", "--format", "md").out


def test_a_page_of_results_up_to_a_day_has_none_of_a_later_one(done: Run) -> None:
    done("note", "1", "开工", "--result", "--today", "2026-11-10")
    done("note", "3", "首批结业", "--result")
    assert [one["text"] for one in told(done("results", "--today", "2026-11-12", "--format", "json"))] == ["开工"]
    page = done("results", "--today", "2026-11-12", "--format", "md").out
    assert "Up to 2026-11-12" in page
    assert "首批结业" not in page


def test_a_task_behind_its_target(done: Run) -> None:
    done("note", "3", "推进", "--actual", "600")
    assert told(done("show", "3", "--format", "json"))["light"] == "green"
    assert done("config", "behind_percent", "14").out == "behind_percent = 14\n"
    one = told(done("show", "3", "--format", "json"))
    assert (one["light"], one["light_reason"], one["reached"]) == ("yellow", "behind", 0.2)
    assert "600 of 3000 人次 (20%, time gone 35%)" in done("list").out
    assert done("config", "behind_percent", "").out == "behind_percent = \n"
    assert told(done("show", "3", "--format", "json"))["light"] == "green"


def test_recurring_work(done: Run) -> None:
    done("add", "月调度", "-d", "区财政局", "-u", "2026-10-31", "--every", "每月")
    done("start", "4")
    ran = done("close", "4")
    assert ran == Ran(
        0, "4 月调度: closed\n5 月调度: opened as the next of task 4\n", "next one: task 5, due 2026-11-30 Mon\n"
    )
    said = "task 4 “月调度” comes round, and task 5 “月调度” of the same series is open too\n"
    assert done("reopen", "4", "-r", "误").err == said
    done("start", "5")
    said = "task 5 “月调度” comes round; task 4 “月调度” is open already, so no next one was opened\n"
    assert done("close", "5").err == said
    done("undo")
    assert done("close", "4").err == ""
    assert [one["id"] for one in told(done("close", "5", "--format", "json"))] == [5, 6]
    assert "opened as the next of task 4" in done("history", "6").out
    done("edit", "6", "--every", "")
    done("start", "6")
    assert done("close", "6").out == "6 月调度: closed\n"


def test_rounds_that_had_passed_are_named(done: Run) -> None:
    done("add", "周报", "-d", "区财政局", "-u", "2026-09-04", "--every", "week")
    done("start", "4")
    assert done("close", "4").err == (
        "next one: task 5, due 2026-11-27 Fri\nleft out, being past: 2026-09-11 to 2026-11-20, 11 in all\n"
    )


def test_the_reading_of_a_30th_is_said_and_can_be_changed(done: Run) -> None:
    done("add", "月调度", "-d", "区财政局", "-u", "2026-11-30", "--every", "month")
    done("start", "4")
    assert done("close", "4").err == (
        "next one: task 5, due 2026-12-31 Thu\n"
        "that is the month's end, as 2026-11-30 was; where day 30 of the month is meant, correct it today: "
        "pilottask edit 5 --due 2026-12-30\n"
    )
    assert done("edit", "5", "--due", "2026-12-30").err == (
        "due 2026-12-30 Wed\nfrom here on it comes round on day 30 of the month\n"
    )
    done("start", "5")
    assert done("close", "5").err == ("next one: task 6, due 2027-01-30 Sat\n")


def test_cancelling_one_round_says_whether_the_series_ends(done: Run, run: Run) -> None:
    said = done("add", "月调度", "-d", "区财政局", "-u", "2026-12-31", "--every", "每月").err
    assert said == "due 2026-12-31 Thu\nit comes round on the last day of the month\n"
    assert run("cancel", "4", "-r", "本月不开") == Ran(
        2,
        "",
        "error: task 4 “月调度”: recurring, and the last one open of its series\n"
        "hint: say which is meant: --next opens the next one, --end ends the series\n",
    )
    assert done("cancel", "4", "-r", "本月不开", "--next").err == "next one: task 5, due 2027-01-31 Sun\n"
    removed = "pilottask undo brings it back\ntask 5 “月调度” comes round; its series ends with it\n"
    assert done("rm", "5", "--yes").err == removed
    done("undo")
    assert done("cancel", "5", "-r", "停办", "--end").err == "task 5 “月调度” comes round; its series ends with it\n"


def test_a_recurring_task_without_a_deadline_says_that_none_follows(done: Run, store: Path) -> None:
    done("add", "月调度", "-d", "区财政局", "-u", "2026-11-30", "--every", "每月")
    text = store.read_text(encoding="utf-8")
    store.write_text(re.sub(r"(first_)?due = 2026-11-30\n", "", text), encoding="utf-8")
    done("start", "4")
    ran = done("close", "4")
    assert ran.out == "4 月调度: closed\n"
    assert ran.err.endswith(
        "task 4 “月调度” comes round, but has no deadline to count from, so no next one was opened\n"
    )


def test_a_period_needs_a_deadline_at_edit_too(done: Run, run: Run, store: Path) -> None:
    done("add", "月调度", "-d", "区财政局", "-u", "2026-11-30", "--every", "每月")
    done("add", "宣传", "-d", "区财政局")
    before = store.read_bytes()
    for argv in (("edit", "4", "--due", "none"), ("edit", "5", "--every", "month")):
        ran = run(*argv)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "error: a recurring task needs a deadline, from which the next ones are counted\n"
            "hint: give it a deadline with --due DATE, or no period\n"
        )
    assert store.read_bytes() == before
    assert done("edit", "5", "--every", "month", "--due", "12-31").code == 0
    assert done("edit", "4", "--due", "none", "--every", "").code == 0


def test_departments_are_merged_and_that_is_undone(done: Run, store: Path) -> None:
    before = store.read_bytes()
    ran = done("dept", "merge", "人社", "麒麟")
    assert ran.out == "麒麟职教集团: joined with 区人社局\n"
    assert told(done("show", "3", "--format", "json"))["department"] == "麒麟职教集团"
    assert done("list", "-d", "区人社局", "--format", "csv").out.count("\n") == 3
    done("undo")
    assert store.read_bytes() == before


def test_a_summary_by_role(done: Run) -> None:
    counted = told(done("summary", "--role", "base", "--format", "json"))
    assert [row["department"] for row in counted["rows"]] == ["麒麟职教集团"]
    assert counted["total"]["total"] == 1
    assert told(done("summary", "--role", "基地", "--role", "成员单位", "--format", "json"))["total"]["total"] == 3
    assert told(done("summary", "--role", "企业", "--format", "json"))["total"]["total"] == 0


# What is refused changes nothing


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        ("meeting show 4", 4, "no meeting 4"),
        ("meeting decide 4 甲", 4, "no meeting 4"),
        ("meeting decide 4 甲 -d 区财政局", 4, "no meeting 4"),
        ("meeting decide 1 甲 --task 9", 4, "no task 9"),
        ("meeting decide 1 甲 --task 1 -d 区财政局", 2, "take one of the two"),
        ("meeting decide 1 甲 --task 1 --due 12-1", 2, "take one of the two"),
        ("inspect fixed 1 1 已补备案", 2, "Too many arguments: “已补备案”.\n"),
        ("meeting decide 1 甲 --due 12-1", 2, "a task needs its lead department"),
        ("meeting decide 1 甲 --title 乙", 2, "a task needs its lead department"),
        ("meeting decide 1 甲 -d 没有", 4, "no department “没有”"),
        ("meeting decide 1 \x07", 2, "control character"),
        ("meeting add 会 --attend 没有", 4, "no department “没有”"),
        ("meeting add 会 --attend 财政局 --absent 财政局", 2, "stands among those who came too"),
        ("meeting add 会 --date none", 2, "takes a day"),
        ("inspect find 1 2 缺 --fix-by 12-1", 2, "is cancelled; there is nothing to put right"),
        ("inspect find 9 1 缺 --fix-by 12-1", 4, "no inspection 9"),
        ("inspect find 1 9 缺 --fix-by 12-1", 4, "no task 9"),
        ("inspect find 1 1 缺 --fix-by 2026-11-01", 2, "before the inspection"),
        ("inspect find 1 1 缺 --fix-by 长期坚持", 2, "takes a day"),
        ("inspect fixed 1 1", 4, "no finding 1"),
        ("inspect add --kind joint --tasks 1 --date 2026-11-21", 2, "lies ahead"),
        ("inspect add --kind 突击 --tasks 1", 2, "no kind of inspection"),
        ("inspect add --kind joint --tasks 9", 4, "no task 9"),
        ("project fund 共建 --source 财政 --planned 300.125", 2, "with two decimals at most"),
        ("project fund 共建 --source 财政 --paid=-5", 2, "from 0 up"),
        ("project fund 共建 --source 财政", 2, "nothing to change was given"),
        ("project fund 没有 --source 财政 --paid 5", 4, "no project “没有”"),
        ("project add 共建", 2, "entered already"),
        ("project add 新 --with 没有", 4, "no department “没有”"),
        ("add 会 -d 区财政局 --every month", 2, "needs a deadline"),
        ("meeting decide 1 　", 2, "error: the decision must not be empty"),
        ("inspect find 1 1 　 --fix-by 12-01", 2, "error: the finding must not be empty"),
        ("add 会 -d 区财政局 -u 12-1 --every 天", 2, "is no period"),
        ("dept merge 财政局 财政局", 2, "one department already"),
        ("dept merge 财政局 没有", 4, "no department “没有”"),
        ("config behind_percent 101", 2, "points from 0 to 100"),
        ("config behind_percent 5.5", 2, "points from 0 to 100"),
        ("results --from 11-10 --to 11-1", 2, "lies after"),
        ("results --output page.xyz", 2, "says no form"),
        ("summary --role 什么", 2, "is no role"),
    ],
)
def test_what_is_refused_changes_nothing(done: Run, run: Run, store: Path, argv: str, code: int, said: str) -> None:
    done("meeting", "add", "会")
    done("inspect", "add", "--kind", "joint", "--tasks", "1,2", "--date", "11-12")
    done("project", "add", "共建")
    done("cancel", "2", "-r", "停")
    before = store.read_bytes()
    ran = run(*argv.split(" "))
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert store.read_bytes() == before


def test_exit_codes_of_a_process_of_its_own(done: Run) -> None:
    done("where")

    def code(*argv: str) -> int:
        return subprocess.run([sys.executable, "-m", "pilottask", *argv], capture_output=True, check=False).returncode

    assert code("meeting", "list") == 0
    assert code("meeting", "show", "4") == 4
    assert code("project", "fund", "x", "--source", "y", "--paid", "1.234") == 2


# corrected and removed


def test_a_decision_is_corrected_and_removed_with_what_its_tasks_tell_of_it(held: Run, run: Run) -> None:
    held("meeting", "decide", "1", "加快建没", "--task", "2")
    ran = held("meeting", "edit", "1", "--decision", "1", "--text", "加快建设", "-r", "错字")
    assert (ran.code, ran.out) == (0, "1 第一次联席会议: decision 1: 加快建设\n")
    assert "(amended) decided by meeting 1, no. 1: 加快建设" in held("history", "2").out
    asked = run("meeting", "rm", "1", "1")
    assert (asked.code, asked.err) == (
        2,
        (
            "error: not done without a yes: Remove decision 1 of “第一次联席会议”?\n"
            "These tasks carry it out; they stay:\n  2 采购设备\n"
            "hint: there is nobody to ask; add --yes where it is meant\n"
        ),
    )
    assert held("meeting", "rm", "1", "1", "--yes").code == 0
    assert told(held("meeting", "show", "1", "--format", "json"))["decisions"] == []
    assert "(void) decided by meeting 1, no. 1" in held("history", "2").out
    assert held("check").code == 0


def test_a_meeting_is_removed_with_its_decisions(held: Run) -> None:
    held("meeting", "decide", "1", "加快建设", "--task", "2")
    assert held("meeting", "rm", "1", "-y").out == "1 第一次联席会议: removed\n"
    assert told(held("meeting", "list", "--format", "json")) == []
    assert "(void) decided" in held("history", "2").out
    assert held("check").code == 0
    assert held("undo").code == 0
    assert [one["id"] for one in told(held("meeting", "list", "--format", "json"))] == [1]


def test_an_inspection_is_corrected_and_removed(held: Run, run: Run) -> None:
    held("inspect", "add", "--kind", "joint", "--tasks", "1,2")
    held("inspect", "find", "1", "2", "缺签字", "--fix-by", "2026-12-01")
    assert run("inspect", "edit", "1", "--tasks", "1").err.startswith("error: finding 1 of inspection 1 is on task 2\n")
    ran = held("inspect", "edit", "1", "--tasks", "2,3", "--date", "2026-11-18", "--kind", "routine")
    assert ran.out == "1 routine inspection 2026-11-18: changed\n"
    assert "(void) inspected (inspection 1)" in held("history", "1").out
    assert "  inspected (inspection 1)" in held("history", "3").out
    assert run("inspect", "rm", "1", "7", "-y").code == 4
    assert held("inspect", "rm", "1", "1", "-y").code == 0
    assert "(void) finding 1 of inspection 1" in held("history", "2").out
    assert held("inspect", "rm", "1", "--yes").out == "1 routine inspection 2026-11-18: removed\n"
    assert told(held("inspect", "list", "--format", "json")) == []
    assert held("check").code == 0


def test_a_project_is_removed_and_its_tasks_go_on_naming_it(held: Run, run: Run) -> None:
    held("project", "add", "实训基地")
    held("project", "fund", "实训基地", "--source", "区财政", "--planned", "300")
    held("edit", "1", "--project", "实训基地")
    assert run("project", "rm", "实训基地", "企业", "-y").err.startswith("error: “实训基地” has no money from “企业”\n")
    assert held("project", "rm", "实训基地", "区财政", "-y").code == 0
    assert "These tasks go on naming it:\n  1 " in run("project", "rm", "实训基地").err
    assert held("project", "rm", "实训基地", "-y").out == "实训基地: removed\n"
    assert told(held("show", "1", "--format", "json"))["project"] == "实训基地"
    assert held("check").code == 0


@pytest.mark.parametrize(
    ("argv", "code", "err"),
    [
        (["meeting", "edit", "1", "--decision", "1"], 2, "error: --decision and --text go together\n"),
        (["meeting", "edit", "1", "--decision", "7", "--text", "x"], 4, "error: meeting 1 has no decision 7\n"),
        (["meeting", "rm", "7", "-y"], 4, "error: no meeting 7\n"),
        (["inspect", "edit", "1"], 2, "error: nothing to change was given\n"),
        (["inspect", "rm", "1", "-y"], 4, "error: no inspection 1\n"),
        (["project", "rm", "x", "-y"], 4, "error: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("held")
def test_what_is_not_there_is_not_corrected(run: Run, argv: list[str], code: int, err: str) -> None:
    ran = run(*argv)
    assert (ran.code, ran.err[: len(err)]) == (code, err)


def test_a_table_of_decisions_is_entered_with_its_meeting(held: Run, run: Run, tmp_path: Path) -> None:
    table = tmp_path / "议定.csv"
    table.write_text("工作任务,牵头单位\n建专栏,区总工会\n签协议,区财政局\n", encoding="utf-8")
    held("import", str(table), "--meeting", "1")
    held("import", str(table), "--meeting", "1")
    decisions = told(held("meeting", "show", "1", "--format", "json"))["decisions"]
    assert [(one["text"], [task["id"] for task in one["tasks"]]) for one in decisions] == [
        ("建专栏", [4]),
        ("签协议", [5]),
    ]
    assert run("import", str(table), "--meeting", "7").code == 4
    assert run("import", str(table), "--collect", "--meeting", "1").code == 2
