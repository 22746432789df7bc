"""Rows of a ledger brought in as tasks."""

import time
from datetime import date

import pytest

from exchange.ledgers import DATA, EMPTY, one, only, planned, rows_table, table, whys
from factories import at, ledger, stamp, task
from pilottask.exchange.office import reading
from pilottask.exchange.office.importing import reject_rows
from pilottask.ledger import history, integrity
from pilottask.ledger.records import Department, Every, Extend, Import, Need, Note, Raise, Status

SAMPLE = DATA / "ledger.csv"
HEAD = "工作任务,牵头单位"

# The departments of the sample, listed by hand in the order in which its rows name them: leads before their supporters.
DEPARTMENTS = [
    "区委宣传部",
    "区产改办",
    "区融媒体中心",
    "区总工会",
    "区工商联",
    "区委组织部",
    "区工信局",
    "麒麟职教集团",
    "合作企业",
    "区人社局",
    "区科技局",
    "区发改局",
    "区住建局",
    "区教体局",
    "区财政局",
    "区法院",
    "区市场监管局",
    "区交通局",
    "各成员单位",
    "区委督查室",
    "区政府督查室",
]
LEADS = {
    "区总工会": 10,
    "麒麟职教集团": 4,
    "区人社局": 5,
    "区产改办": 3,
    "区委宣传部": 2,
    "区委组织部": 2,
    "区教体局": 2,
    "区工信局": 1,
    "区财政局": 1,
}
# The deadlines of the sample as the calendar on the wall has them on 2026-11-20.
DUE = [
    "2026-11-17",
    "2026-12-14",
    "2026-11-25",
    "2027-01-19",
    "2026-12-04",
    "2026-11-12",
    "2026-12-20",
    "2027-01-04",
    "2026-11-27",
    "2026-12-30",
    "2026-11-08",
    "2026-10-31",
    "2026-12-25",
    "2027-01-09",
    "2026-12-10",
    "2027-02-18",
    "2026-11-30",
    "2026-12-23",
    "2027-01-31",
    "2026-12-18",
    "2026-11-19",
    "2026-11-23",
    "None",
    "2026-12-08",
    "2026-12-16",
    "2027-01-24",
    "2026-10-21",
    "2026-11-05",
    "2026-11-26",
    "2026-12-02",
]


YEAR = ("days without a year are taken in 2026; another year: --year",)


class TestTheSample:
    plan = planned(SAMPLE)

    def test_thirty_tasks_and_the_year_is_all_there_is_to_say(self) -> None:
        assert len(self.plan.added) == 30
        assert (self.plan.rejected, self.plan.notices, self.plan.layout.doubts, self.plan.changed) == ((), YEAR, (), ())

    def test_ids_follow_the_rows(self) -> None:
        assert [each.id for each in self.plan.added] == list(range(1, 31))
        assert self.plan.ledger.next_id == 31

    def test_departments(self) -> None:
        assert list(self.plan.new_departments) == DEPARTMENTS
        assert [unit.name for unit in self.plan.ledger.departments] == DEPARTMENTS

    def test_leads(self) -> None:
        names = [each.department for each in self.plan.added]
        assert {name: names.count(name) for name in names} == LEADS

    def test_deadlines(self) -> None:
        assert [str(each.due) for each in self.plan.added] == DUE
        assert [each.first_due for each in self.plan.added] == [each.due for each in self.plan.added]

    def test_statuses(self) -> None:
        others = {each.id: each.status.value for each in self.plan.added if each.status is not Status.DOING}
        assert others == {1: "closed", 12: "closed", 19: "todo", 21: "submitted", 27: "closed", 28: "closed"}
        assert all(each.closed is None and each.submitted is None for each in self.plan.added)

    def test_all_of_one_row(self) -> None:
        when, by = at("2026-11-20"), "张三"
        assert self.plan.added[28] == task(
            id=29,
            uid="u29",
            title="建立多元投入机制",
            department="区财政局",
            support=("区总工会", "区发改局"),
            owner="社保股联络员",
            aspect="试点保障",
            requirement="方案1份、到位资金500万元",
            due="2026-11-26",
            status=Status.DOING,
            created="2026-11-20",
            log=(
                Import(at=when, by=by, status=Status.DOING),
                Note(at=when, by=by, text="方案已征求意见", next="提交下次联席会议", imported=True),
                Raise(at=when, by=by, n=1, text="企业出资比例未定，需联席会议协调"),
            ),
        )

    def test_the_log_and_the_fields_agree(self) -> None:
        assert list(integrity.faults(self.plan.ledger)) == []
        assert [history.differences(each) for each in self.plan.added] == [[]] * 30

    def test_the_twin_in_gb18030_is_the_same(self) -> None:
        assert planned(DATA / "ledger-gb18030.csv") == self.plan

    @pytest.mark.parametrize("update", [False, True])
    def test_the_same_file_again_adds_nothing(self, update: bool) -> None:
        again = planned(SAMPLE, self.plan.ledger, update=update, stamp=stamp("2026-11-27"))
        assert (again.added, again.changed, again.rejected, again.notices) == ((), (), (), YEAR)
        assert again.unchanged == self.plan.added
        assert again.ledger == self.plan.ledger

    def test_columns_in_any_order(self) -> None:
        rows = [row.cells for row in reading.read(SAMPLE.read_bytes()).rows]
        turned = rows_table(*(tuple(reversed(row)) for row in rows))
        assert planned(turned).ledger == self.plan.ledger

    def test_below_a_title_and_above_a_foot(self) -> None:
        text = SAMPLE.read_text("utf-8-sig")
        framed = planned(f"麒麟区产改试点任务台账\n（2026年11月20日）\n{text}\n填表人：张三\n")
        assert framed.ledger == self.plan.ledger
        assert framed.notices == (
            "row 35 is a note under the table, not a task; passed over: “填表人：张三”",
            "days without a year are taken in 2026, as the file says",
        )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("", "todo"),
        ("推进中", "doing"),
        (" 推 进 中 ", "doing"),
        ("待核验", "submitted"),
        ("已完成", "closed"),
        ("暂停", "suspended"),
        ("取消", "cancelled"),
    ],
)
def test_statuses(said: str, status: str) -> None:
    found = only(one({"完成情况": said}))
    assert found.status == status
    assert found.log == (Import(at=at("2026-11-20"), by="张三", status=Status(status)),)


@pytest.mark.parametrize(
    ("said", "open_ended"), [("长期坚持", True), ("持续推进", True), ("", False), ("—", False), ("无", False)]
)
def test_no_deadline(said: str, open_ended: bool) -> None:
    found = only(one({"完成时限": said}))
    assert (found.due, found.first_due, found.open_ended) == (None, None, open_ended)


@pytest.mark.parametrize("said", ["2026/12/15 0:00", "2026年12月15日前", "20261215", "12月15日", "2026.12.15"])
def test_deadlines_as_sheets_hold_them(said: str) -> None:
    assert only(one({"完成时限": said})).due == date(2026, 12, 15)


class TestFirstDeadlines:
    def test_a_moved_deadline_is_an_extension_on_record(self) -> None:
        found = only(one({"原时限": "2026-11-01", "完成时限": "2026-12-15"}))
        (extended,) = history.extensions(found)
        assert isinstance(extended, Extend)
        assert (extended.from_, extended.to, extended.reason) == (
            date(2026, 11, 1),
            date(2026, 12, 15),
            "import ledger.csv",
        )
        assert (found.first_due, found.due) == (date(2026, 11, 1), date(2026, 12, 15))
        assert history.differences(found) == []

    def test_alone_it_is_the_deadline(self) -> None:
        found = only(one({"原时限": "2026-11-01", "现时限": ""}))
        assert (found.first_due, found.due) == (date(2026, 11, 1), date(2026, 11, 1))
        assert history.extensions(found) == []

    def test_none_goes_with_none(self) -> None:
        assert whys(one({"原时限": "2026-11-01", "完成时限": "长期坚持"})) == [
            "row 2, column 原时限: a task without a deadline has no first one; leave it blank"
        ]


class TestDaysOfSubmissionAndClosing:
    def test_known_ones_are_kept(self) -> None:
        found = only(one({"完成情况": "已销号", "申请办结日期": "2026-11-10", "办结日期": "11月12日"}))
        assert (found.submitted, found.closed) == (date(2026, 11, 10), date(2026, 11, 12))
        assert history.differences(found) == []

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            (
                {"完成情况": "推进中", "办结日期": "2026-11-10"},
                (
                    "column 办结日期: 2026-11-10 does not go with the status “doing”; correct one of the two; "
                    "where it is the deadline, import with --map 办结日期=due"
                ),
            ),
            (
                {"完成情况": "推进中", "办结日期": "2026-12-10"},
                (
                    "column 办结日期: 2026-12-10 lies ahead; it takes today or a day before; "
                    "where it is the deadline, import with --map 办结日期=due"
                ),
            ),
            (
                {"完成情况": "推进中", "办结日期": "2026-12-10", "完成时限": "2026-12-31"},
                "column 办结日期: 2026-12-10 lies ahead; it takes today or a day before",
            ),
            (
                {"申请办结日期": "2026-11-10"},
                "column 申请办结日期: 2026-11-10 does not go with the status “todo”; correct one of the two",
            ),
            (
                {"完成情况": "已销号", "办结日期": "2026-11-21"},
                "column 办结日期: 2026-11-21 lies ahead; it takes today or a day before",
            ),
            (
                {"完成情况": "已销号", "申请办结日期": "2026-11-12", "办结日期": "2026-11-10"},
                "column 办结日期: 2026-11-10 is before 2026-11-12, when it was submitted",
            ),
        ],
        ids=["doing", "ahead and doing", "with a deadline", "todo", "ahead", "backwards"],
    )
    def test_impossible_ones_are_refused(self, fields: dict[str, str], why: str) -> None:
        assert whys(one(fields)) == [f"row 2, {why}"]


class TestUnits:
    def test_support_is_split_and_the_lead_not_among_it(self) -> None:
        plan = one({"配合单位": "区总工会、区教体局，区人社局/区财政局"})
        assert only(plan).support == ("区总工会", "区人社局", "区财政局")
        assert plan.notices == ("1 row has its lead among the supporting units, where it was left out: row 2",)

    def test_aliases_mean_their_department(self) -> None:
        into = ledger(departments={"区教育体育局": ("区教体局",), "区总工会": ("总工会", "工会")})
        plan = one({"配合单位": "工会、总工会"}, into)
        assert (only(plan).department, only(plan).support) == ("区教育体育局", ("区总工会",))
        assert plan.new_departments == ()
        assert plan.ledger.departments == into.departments

    def test_a_part_of_a_name_is_another_department(self) -> None:
        plan = one({"牵头单位": "教体局"}, ledger(departments={"区教体局": ()}))
        assert plan.new_departments == ("教体局",)
        assert plan.ledger.departments[-1] == Department(name="教体局")

    def test_a_known_name_with_a_separator_is_one_unit(self) -> None:
        into = ledger(departments={"甲/乙公司": (), "丙、丁公司": ()})
        plan = one({"牵头单位": "甲/乙公司", "配合单位": "丙、丁公司"}, into)
        assert (only(plan).department, only(plan).support) == ("甲/乙公司", ("丙、丁公司",))

    def test_a_known_name_broken_over_lines_is_known(self) -> None:
        assert only(one({"牵头单位": "区教\n体局"}, ledger(departments={"区教体局": ()}))).department == "区教体局"

    @pytest.mark.parametrize("lead", ["区总工会、区人社局", "区总工会\n区人社局"])
    def test_two_leads_are_refused(self, lead: str) -> None:
        assert whys(one({"牵头单位": lead, "配合单位": ""})) == [
            (
                f"row 2, column 牵头单位: “{lead.replace(chr(10), '')}” names 2 units; "
                "write the one that leads, and the others under “Support”, or import with --first-lead"
            )
        ]

    def test_a_name_in_quotation_marks_leads(self) -> None:
        assert only(one({"牵头单位": '"甲、乙公司"'})).department == "甲、乙公司"


class TestTexts:
    def test_a_line_break_is_nothing_in_names_and_stays_in_texts(self) -> None:
        found = only(one({"工作任务": "设备\n采购", "责任人": "张\r\n三", "目标要求": "一\n二", "进展情况": "三\n四"}))
        assert (found.title, found.owner, found.requirement) == ("设备采购", "张三", "一\n二")
        note = history.last_note(found)
        assert note is not None
        assert note.text == "三\n四"

    def test_a_next_step_alone_is_a_note_without_text(self) -> None:
        assert history.last_note(only(one({"下一步打算": "招标"}))) == Note(
            at=at("2026-11-20"), by="张三", text="", next="招标", imported=True
        )

    @pytest.mark.parametrize("nothing", ["无", "暂无", "/", "—", "N/A", " "])
    def test_nothing_to_report_is_no_entry(self, nothing: str) -> None:
        found = only(one({"进展情况": nothing, "下一步打算": nothing, "存在问题": nothing, "要素保障": nothing}))
        assert len(found.log) == 1

    def test_problems_and_needs_are_raised(self) -> None:
        found = only(one({"存在问题": "流标", "要素保障": "资金"}))
        assert [(each.n, each.text, each.need, each.coordinate) for each in history.open_problems(found)] == [
            (1, "流标", None, False),
            (2, "资金", Need.MONEY, False),
        ]

    def test_all_other_fields(self) -> None:
        found = only(
            one(
                {
                    "目标值": "1,200",
                    "单位": "人次",
                    "完成值": "30.5",
                    "分管领导": "李四",
                    "任务来源": "推进会",
                    "项目": "实训基地",
                    "周期": "每季度",
                    "标签": "重点、民生",
                    "备注": "x",
                    "经费": "5万",
                }
            )
        )
        assert (found.target, found.unit, found.actual) == (1200, "人次", 30.5)
        assert (found.leader, found.source, found.project) == ("李四", "推进会", "实训基地")
        assert (found.every, found.tags, found.remark) == (Every.QUARTER, ("重点", "民生"), "x")
        assert found.extra == {"经费": "5万"}

    def test_own_columns_are_named(self) -> None:
        assert one({"经费": "5万", "科室": ""}).notices == ("kept as columns of your own: 经费, 科室",)

    def test_what_was_made_harmless_is_read_as_it_was(self) -> None:
        assert only(one({"工作任务": "'=1+1", "备注": "''a"})).title == "=1+1"


@pytest.mark.parametrize(
    ("heading", "cell", "why"),
    [
        ("目标要求", "一\x0b二", "control character U+000B at position 2; remove it"),
        ("配合单位", "甲、乙\x01", "control character U+0001 at position 4; remove it"),
        ("经费", "\x7f5", "control character U+007F at position 1; remove it"),
        ("目标值", "9007199254740992", "must be a number from 0 to 9007199254740991"),
        ("周期", "常常", "“常常” is not a period; those are every week, every month, every quarter, every year"),
    ],
)
def test_cells_that_cannot_be_taken(heading: str, cell: str, why: str) -> None:
    assert whys(one({heading: cell})) == [f"row 2, column {heading}: {why}"]


@pytest.mark.parametrize(("cell", "day"), [("46357", "2026-12-01"), ("36526", "2000-01-01")])
def test_a_day_kept_as_a_number_is_refused_with_that_day(cell: str, day: str) -> None:
    assert whys(one({"完成时限": cell})) == [
        (
            f"row 2, column 完成时限: “{cell}” is no date but a number; if it is {day} as spreadsheets count days, "
            "let the column be shown as dates, or type it"
        )
    ]


@pytest.mark.parametrize("cell", ["00001", "99999", "4635", "463570"])
def test_a_number_that_is_no_day_of_this_century(cell: str) -> None:
    assert "is not a date that can be taken" in whys(one({"完成时限": cell}))[0]


class TestRowsThatAreNoTasks:
    def test_blank_ones(self) -> None:
        assert len(planned(f"{HEAD},备注\na,b,\n,,\n , \u3000,\n\nc,d,\n").added) == 2

    @pytest.mark.parametrize("row", ["合计,,,30", ",合计,,30", "总计：,,,30", "Total,,,3", "小计（思想引领）,,,5"])
    def test_sums(self, row: str) -> None:
        plan = planned(f"序号,工作任务,牵头单位,目标值\n1,a,b,3\n{row}\n")
        assert (len(plan.added), plan.rejected) == (1, ())
        assert plan.notices == ("row 3 is a sum, not a task; passed over",)

    @pytest.mark.parametrize(
        ("row", "aspect"),
        [
            ("一、思想引领,,", "思想引领"),
            ("（十二）素质提升,,", "素质提升"),
            ("(三) 保障,,", "保障"),
            ("二．其他,,", "其他"),
            ("第一部分 宣传引导,,", "宣传引导"),
            (",一、思想引领,", "思想引领"),
            ("一,思想引领,", "思想引领"),
            ("（二）,素质提升,", "素质提升"),
        ],
    )
    def test_headings_between_tasks_are_their_aspect(self, row: str, aspect: str) -> None:
        plan = planned(f"序号,工作任务,牵头单位\n{row}\n1,a,b\n")
        assert ([each.aspect for each in plan.added], plan.rejected) == ([aspect], ())
        assert plan.notices == ("1 heading between tasks, taken as their “Aspect”: row 2",)

    def test_of_headings_on_two_levels_the_upper_one_is_the_aspect(self) -> None:
        rows = "一、甲,,\n（一）乙,,\n1,a,b\n（二）丙,,\n2,c,b\n二、丁,,\n3,d,b\n"
        plan = planned(f"序号,工作任务,牵头单位\n{rows}")
        assert [each.aspect for each in plan.added] == ["甲", "甲", "丁"]

    def test_an_aspect_of_its_own_stays(self) -> None:
        plan = planned("工作方面,工作任务,牵头单位\n一、甲,,\n,a,b\n乙,c,b\n")
        assert [each.aspect for each in plan.added] == ["甲", "乙"]

    @pytest.mark.parametrize(
        "row",
        [
            "第1页　共2页,,",
            "分管领导签字：,,填报人：",
            "填表人：张三,,",
            "（盖章）,,",
            "审核人（签字）：,,日期：2026年11月20日",
        ],
    )
    def test_notes_under_the_table(self, row: str) -> None:
        plan = planned(f"序号,工作任务,牵头单位\n1,a,b\n{row}\n")
        assert (len(plan.added), plan.rejected) == (1, ())
        assert "is a note under the table, not a task; passed over" in plan.notices[0]

    @pytest.mark.parametrize("row", ["一、思想引领,,,x", "十一月,,", "一,,"])
    def test_what_may_be_a_task_without_its_lead_is_refused(self, row: str) -> None:
        assert planned(f"序号,工作任务,牵头单位,备注\n{row}\n").rejected

    def test_a_task_about_sums_is_one(self) -> None:
        assert len(planned(f"{HEAD}\n合计,b\n").added) == 1

    def test_a_row_entered_a_second_time_is_told(self) -> None:
        plan = planned(f"{HEAD}\na,b\na,c\na,b\nd,b\na,b\n")
        assert len(plan.added) == 5
        assert plan.notices == (
            "2 rows have the titles and departments of others above and are entered too: rows 4, 6",
        )

    def test_headings_repeated_on_every_page(self) -> None:
        plan = planned(f"{HEAD}\na,b\n{HEAD}\nc,d\n")
        assert len(plan.added) == 2
        assert plan.notices == ("row 3 repeats the headings; passed over",)


class TestBadRows:
    TEXT = (
        "麒麟区台账\n"
        "序号,工作任务,牵头单位,完成时限,完成情况,目标值,责任人\n"
        '1,"甲\n乙",区教体局,13月2日,推进中,三十名,张三\n'
        "2,,,2026-02-30,搞定,,\n"
        "3,丙,区教体局,12月1日,推进中,5,张\x07三\n"
        "4,丁,区教体局,12月1日,推进中,5,张三\n"
        "5,戊,区教体局,12月1日,推进中,5,张三,多,\n"
    )
    RIGHT = "Right would be 2026-12-15, 12月15日, 2026年12月底前 or 长期坚持."

    def test_all_are_told_at_once(self) -> None:
        statuses = "todo, doing, submitted, closed, suspended, cancelled"
        fault = planned(self.TEXT).refusal()
        assert fault.message.splitlines() == [
            "ledger.csv: 4 rows cannot be imported, so nothing was:",
            f"  row 3, column 完成时限: “13月2日” is not a date: there is no month 13. {self.RIGHT}",
            (
                "  row 3, column 目标值: “三十名” is not a number from 0 up; "
                "write 30 or 30.5, and what is counted under “Unit”"
            ),
            "  row 4 (line 5), column 工作任务: empty; every task has a title and one lead department",
            "  row 4 (line 5), column 牵头单位: empty; every task has a title and one lead department",
            f"  row 4 (line 5), column 完成时限: “2026-02-30” is not a date: February 2026 has 28 days. {self.RIGHT}",
            (
                f"  row 4 (line 5), column 完成情况: “搞定” is not a status; those are {statuses}; "
                "what was done belongs under “Progress”"
            ),
            "  row 5 (line 6), column 责任人: control character U+0007 at position 2; remove it",
            "  row 7 (line 8): 9 cells under 7 headings; put a text that holds the delimiter in quotation marks",
        ]
        assert fault.hint == "mend them and import again, or import the rest with --skip-bad REJECTS.csv"

    def test_a_cell_of_invisible_characters_is_empty(self) -> None:
        head = "工作任务,牵头单位,配合单位\n"
        kept = planned(head + '一,甲局,\u200b\n二,甲局,"乙局、\ufeff"\n')
        assert [each.support for each in kept.added] == [(), ("乙局",)]
        fault = planned("工作任务,牵头单位\n\u200b\ufeff,区教体局\n甲,\u2060\n").refusal()
        assert fault.message.splitlines()[1:] == [
            "  row 2, column 工作任务: empty; every task has a title and one lead department",
            "  row 3, column 牵头单位: empty; every task has a title and one lead department",
        ]

    def test_in_chinese(self, chinese: None) -> None:
        del chinese
        right = "应写作2026-12-15、12月15日、2026年12月底前或长期坚持。"
        assert planned(self.TEXT).refusal().message.splitlines() == [
            "ledger.csv：有4行无法导入，未作任何改动：",
            f"  第3行“完成时限”栏：日期“13月2日”有误：没有13月。{right}",
            "  第3行“目标值”栏：“三十名”不是数字；请只写30或30.5，计量单位写在“单位”栏",
            "  第4行（文本第5行）“工作任务”栏：未填写；每项任务须有名称和一个牵头单位",
            "  第4行（文本第5行）“牵头单位”栏：未填写；每项任务须有名称和一个牵头单位",
            f"  第4行（文本第5行）“完成时限”栏：日期“2026-02-30”有误：2026年2月只有28天。{right}",
            (
                "  第4行（文本第5行）“完成情况”栏：“搞定”不是任务状态，"
                "可填：未启动、推进中、待核验、已销号、已中止、已取消；工作进展请写在“进展情况”栏"
            ),
            "  第5行（文本第6行）“责任人”栏：第2个字符是控制字符U+0007，请删去",
            "  第7行（文本第8行）：该行有9格，表头只有7栏；含分隔符的文字请加引号",
        ]

    def test_the_rest_is_planned(self) -> None:
        plan = planned(self.TEXT)
        assert [each.title for each in plan.added] == ["丁"]
        assert plan.new_departments == ("区教体局",)

    def test_rejects_can_be_mended_and_imported(self) -> None:
        source = table(self.TEXT)
        first = planned(source)
        rows = reject_rows(source, first)
        assert rows[0] == [
            "Why not imported",
            "序号",
            "工作任务",
            "牵头单位",
            "完成时限",
            "完成情况",
            "目标值",
            "责任人",
        ]
        assert [row[1] for row in rows[1:]] == ["1", "2", "3", "5"]
        assert rows[3] == [
            "责任人: control character U+0007 at position 2; remove it",
            *("3", "丙", "区教体局", "12月1日", "推进中", "5", "张\x07三"),
        ]
        assert len({reject.row for reject in planned(rows_table(*rows), first.ledger).rejected}) == 4
        mended = [
            rows[0],
            [*rows[1][:4], "12月2日", "推进中", "30", "张三"],
            [rows[2][0], "2", "己", "区总工会", "", "", "", ""],
            [*rows[3][:7], "张三"],
            rows[4][:8],
        ]
        second = planned(rows_table(*mended), first.ledger)
        assert [each.title for each in second.added] == ["甲乙", "己", "丙", "戊"]
        assert all(each.extra == {} for each in second.added)
        assert second.rejected == ()

    def test_rejects_of_rejects_have_one_reason(self) -> None:
        source = rows_table(["未导入原因", "工作任务", "牵头单位", "完成时限"], ["旧", "a", "b", "x"])
        (head, row) = reject_rows(source, planned(source))
        assert head == ["Why not imported", "工作任务", "牵头单位", "完成时限"]
        assert row[1:] == ["a", "b", "x"]
        assert row[0].startswith("完成时限: ")

    def test_rejects_are_harmless_in_a_spreadsheet(self) -> None:
        source = rows_table(["工作任务", "牵头单位", "=列"], ["=1", "", "'=2"])
        head, row = reject_rows(source, planned(source))
        assert head[1:] == ["工作任务", "牵头单位", "'=列"]
        assert row[1:] == ["'=1", "", "'=2"]

    @pytest.mark.parametrize("uid", [False, True])
    def test_a_mended_row_is_not_taken_for_its_twin(self, uid: bool) -> None:
        head, cells = ["工作任务", "牵头单位", "完成时限"], [["a", "b", "13月2日"], ["a", "b", "12月2日"]]
        if uid:
            head, cells = [*head, "UID"], [[*row, ""] for row in cells]
        source = rows_table(head, *cells)
        first = planned(source)
        assert len(first.added) == 1
        rows = reject_rows(source, first)
        rows[1][rows[0].index("完成时限")] = "12月3日"
        mended = planned(rows_table(*rows), first.ledger)
        assert [str(each.due) for each in mended.added] == ["2026-12-03"]
        assert planned(rows_table(*rows), mended.ledger).added == ()

    def test_a_rejected_twin_of_two_known_tasks_is_the_one_left(self) -> None:
        known = planned(f"{HEAD}\na,b\na,b\n").ledger
        source = table(f"{HEAD},完成时限\na,b,x\na,b,\n")
        plan = planned(source, known)
        assert reject_rows(source, plan)[1][1] == "u2"


class TestTheSameTask:
    def test_twins_are_two_tasks_and_stay_two(self) -> None:
        text = f"{HEAD}\na,b\na,b\n"
        first = planned(text)
        assert len(first.added) == 2
        again = planned(text, first.ledger)
        assert (len(again.added), len(again.unchanged)) == (0, 2)
        assert len(planned(text + "a,b\n", first.ledger).added) == 1

    def test_the_same_title_elsewhere_is_another_task_with_a_word_where_the_first_is_in_no_row(self) -> None:
        known = planned(f"{HEAD}\na,b\n").ledger
        moved, beside = planned(f"{HEAD}\na,c\n", known), planned(f"{HEAD}\na,c\na,b\n", known)
        assert (len(moved.added), len(beside.added)) == (1, 1)
        assert moved.notices == (
            (
                "1 row is entered as new, though an open task in no row has its title and another lead: row 2; "
                "where only the lead is new: pilottask edit ID -d NAME, then import"
            ),
        )
        assert beside.notices == ()

    def test_a_new_title_is_a_new_task_with_a_word_of_those_that_the_file_no_longer_has(self) -> None:
        known = planned(f"{HEAD}\n欠薪清零,b\nx,b\ny,c\n").ledger
        plan = planned(f"{HEAD}\n欠薪动态清零,b\nx,b\n", known, update=True)
        assert [each.title for each in plan.added] == ["欠薪动态清零"]
        assert plan.notices == (
            (
                "1 open task in no row is led by the department of a new one: 1; where only the title is new: "
                "pilottask edit ID --title TITLE, then import"
            ),
        )
        assert planned(f"{HEAD}\n欠薪动态清零,b\n", known).notices == ()

    @pytest.mark.parametrize("cell", ["", "无", "已解决", "暂无问题"])
    def test_a_problem_that_the_file_no_longer_names_stays_open_with_a_word(self, cell: str) -> None:
        known = planned(f"{HEAD},存在问题\na,b,流标\n").ledger
        plan = planned(f"{HEAD},存在问题\na,b,{cell}\n", known, update=True)
        assert plan.changed == ()
        assert plan.notices == (
            "1 task has open problems that its row does not name (1); a settled one: pilottask settle ID N",
        )
        assert planned(f"{HEAD},存在问题\na,b,流标\n", known, update=True).notices == ()

    @pytest.mark.parametrize(("actual", "status"), [("4,236", Status.DOING), ("0", Status.TODO), ("", Status.TODO)])
    def test_what_has_reached_something_is_under_way(self, actual: str, status: Status) -> None:
        plan = planned(f'工作任务,牵头单位,目标值,完成值\na,b,5000,"{actual}"\n')
        assert plan.added[0].status is status
        told = "something is reached and no status given, and the task is taken as under way: row 2"
        assert (told in plan.notices) is (status is Status.DOING)

    def test_what_is_closed_late_for_want_of_a_day_is_told(self) -> None:
        head = "工作任务,牵头单位,完成时限,完成情况,销号日期"
        known = planned(f"{head}\na,b,2026-11-10,推进中,\n").ledger
        plan = planned(f"{head}\na,b,2026-11-10,已完成,\n", known, update=True)
        assert plan.notices == (
            (
                "1 task is closed today and late, as no day is given (1); where it was done before: pilottask undo, "
                "and give the day under “Closed on”"
            ),
        )
        assert planned(f"{head}\na,b,2026-11-10,已完成,2026-11-09\n", known, update=True).notices == ()
        known = planned(f"{head}\na,b,2026-12-10,推进中,\n").ledger
        assert planned(f"{head}\na,b,2026-12-10,已完成,\n", known, update=True).notices == ()

    def test_a_uid_outweighs_the_title(self) -> None:
        known = ledger(task(id=1, uid="x", title="旧名"), task(id=2, uid="y", title="新名"))
        plan = planned("UID,工作任务,牵头单位\nx,新名,麒麟职教集团\n,新名,麒麟职教集团\n", known, update=True)
        assert [each.after.title for each in plan.changed] == ["新名"]
        assert [each.id for each in plan.unchanged] == [2]

    def test_a_uid_of_its_own_is_another_task_with_a_word(self) -> None:
        known = ledger(task(id=1, title="a", department="b"))
        plan = planned("UID,工作任务,牵头单位\nz,a,b\n", known)
        assert [each.uid for each in plan.added] == ["z"]
        assert plan.notices == (
            "1 row has a UID of its own and is entered, though a task has its title and department: row 2",
        )

    def test_a_uid_stands_once(self) -> None:
        assert whys(planned("UID,工作任务,牵头单位\nz,a,b\nz,c,d\n")) == [
            "row 3, column UID: “z” stands in row 2 already; each task has its own"
        ]

    def test_differences_are_named_without_update(self) -> None:
        known = planned(f"{HEAD},备注\na,b,旧\nc,d,旧\n").ledger
        plan = planned(f"{HEAD},备注\na,b,新\nc,d,旧\n", known)
        assert plan.notices == ("1 task differs from the file (1); --update brings the changes in",)
        assert plan.ledger == known

    def test_what_could_not_be_brought_in_differs_too(self) -> None:
        known = planned(f"{HEAD},完成情况\na,b,推进中\n").ledger
        plan = planned(f"{HEAD},完成情况\na,b,未启动\n", known)
        assert plan.notices == ("1 task differs from the file (1); --update brings the changes in",)
        assert (plan.rejected, plan.unchanged) == ((), known.tasks)

    def test_many_differences_are_named_in_part(self) -> None:
        rows = "".join(f"t{n},b,旧\n" for n in range(1, 13))
        known = planned(f"{HEAD},备注\n{rows}").ledger
        (notice,) = planned(f"{HEAD},备注\n{rows.replace('旧', '新')}", known).notices
        assert "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10…)" in notice


def test_merged_cells_are_mentioned() -> None:
    plan = planned("工作方面,工作任务,牵头单位\n思想引领,a,b\n,c,d\n,e,f\n")
    assert plan.notices == ("2 new tasks have no “工作方面”; of merged cells only the first keeps its text",)


def test_nothing_is_changed_in_what_was_there() -> None:
    known = planned(f"{HEAD}\na,b\n").ledger
    plan = planned(f"{HEAD}\nc,d\n", known)
    assert plan.ledger.tasks[0] is known.tasks[0]
    assert plan.ledger.tasks[1].id == 2


def test_rows_take_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        rows = "".join(f"任务{n},单位{n % 40},单位{n % 7}、单位{n % 11},2026-12-15,进展{n}\n" for n in range(count))
        text = f"{HEAD},配合单位,完成时限,进展情况\n{rows}"
        before = time.process_time()
        plan = planned(text, EMPTY)
        again = planned(text, plan.ledger, update=True)
        assert len(again.unchanged) == count
        return time.process_time() - before

    small = min(seconds(400) for _ in range(3))
    assert seconds(4000) < 30 * small


class TestRowsThatGoOn:
    ROWS = (
        "工作任务,牵头单位,具体措施,阶段目标,备注\n"
        "甲,区教体局,一是调研,2026年9月底前完成60%,\n"
        ",,二是总结,2026年12月底前完成100%,\n"
        "乙,区总工会,一是摸底,,\n"
        ",,二是整改,,\n"
    )

    def test_measures_and_steps_without_a_title_are_of_the_task_above(self) -> None:
        found = planned(self.ROWS)
        assert [(each.title, each.requirement, each.aspect) for each in found.added] == [
            ("甲", "一是调研\n二是总结", None),
            ("乙", "一是摸底\n二是整改", None),
        ]
        assert [(step.text, step.due.isoformat()) for step in history.steps(found.added[0])] == [
            ("完成60%", "2026-09-30"),
            ("完成100%", "2026-12-31"),
        ]
        assert "rows 3, 5 have nothing but “具体措施”, “阶段目标”, and go on with the tasks above" in found.notices

    def test_a_row_with_more_than_that_is_no_such_row(self) -> None:
        found = planned(f"{self.ROWS},,三是收尾,,重点\n丙,区总工会,,,\n")
        assert [reject.row for reject in found.rejected] == [6, 6]
        assert found.added[2].aspect is None

    def test_a_note_under_the_table_is_no_measure_of_the_last_task(self) -> None:
        found = planned(f"{self.ROWS},,填表人：张三,,\n")
        assert found.added[1].requirement == "一是摸底\n二是整改"
        assert "row 6 is a note under the table, not a task; passed over: “填表人：张三”" in found.notices

    def test_what_is_refused_is_given_back_whole(self) -> None:
        text = self.ROWS.replace("乙,区总工会", "乙,")
        found = planned(text)
        rows = reject_rows(reading.parse(text), found)
        assert [row[1:4] for row in rows[1:]] == [["乙", "", "一是摸底\n二是整改"]]
