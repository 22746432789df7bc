"""How many leaves the body of a full sheet takes on paper, and that what it sums up stands behind it."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

import chromium
import paper_samples as samples
from factories import at, day, ledger, meeting, stamp, task
from paper.archive import draft
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import changes, instructions, meetings, rounds
from pilottask.ledger.records import Decision, Ledger, Need, Raise, Status, Task
from pilottask.paper import agenda
from pilottask.paper.content import Part, Sheet
from pilottask.paper.document import Block, Document, Foot, Paragraph, Section, Type
from pilottask.paper.slips import build_notices, notices_document
from pilottask.paper.weekly import sheet_document
from pilottask.paper.writers import html, markdown, text, word

FRIDAY = at("2026-11-20 17:00")
UNITS = ("区总工会", "区教体局", "区人社局", "麒麟职教集团", "区财政局", "区工信局", "区委宣传部", "区委组织部")
RED = """
区级职工职业技能大赛组织实施|裁判人选未定，铆焊、数控两个工种场地与区教体局技能节冲突|本周内商区人社局确定裁判
产业工人子女入学便利服务清单编制|学位紧张片区名额需与属地街道核实|11月27日前完成摸底
规模以上企业职工技能等级自主评价备案|7家企业申报材料不齐，评价标准缺行业版本|分片上门辅导，月底前备案5家
实训基地数控加工设备采购和安装调试|首次招标流标，供应商报价超预算18%，需区财政局重新核定预算|重新挂网招标，12月5日前开标
企业新型学徒制培训补贴资金兑付|上级资金未到位，本级垫付180万元未列入年度预算|提请区政府常务会议研究
工业园区职工之家改造提升工程|消防验收未通过，需增补喷淋设施，资金缺口42万元|设计单位本周出整改方案
产改试点宣传专栏开设和内容更新||与融媒体中心商定栏目
非公企业产业工人党员发展对象推荐|三家企业党组织换届未完成，推荐程序无法启动|督促换届，月底前完成推荐
劳模和工匠人才创新工作室场地落实|拟用场地产权单位要求另行签订租赁协议|11月24日前与产权单位面商
合作企业共建实训车间协议签订|两家企业对设备产权归属有异议，法律顾问意见未出|11月25日前组织三方会商
"""
"""Of each red task its title, what holds it and what is proposed."""


def _task(n: int) -> Task:
    """Return one of a list in which much is reported: the first ten are red, others yellow, some closed."""
    due = f"2026-11-{n + 1:02}" if n <= 10 else f"2026-11-{n + 10}" if n <= 17 else f"2026-12-{n % 28 + 1:02}"
    red = RED.split()[n - 1].split("|") if n <= 10 else None
    title = red[0] if red else f"校企合作与职工技能提升任务第{n}批"
    one = task(id=n, title=title, department=UNITS[n % 8], due=due, created="2026-11-01")
    one = changes.start(one, stamp("2026-11-02"))
    if n % 2 or red:
        one = changes.note(
            one,
            stamp("2026-11-18"),
            text=f"方案已报分管领导审定，涉及企业{n}家，累计培训职工{n}20人次",
            next_step=red[2] if red else f"本周内组织实施第{n}期，月底前完成验收",
        )
    if red and red[1]:
        held, asked = stamp("2026-11-10"), 4 <= n <= 6
        one = changes.raise_(one, held, text=red[1], need=Need.MONEY if asked else None, coordinate=asked)
    elif n % 3 == 0:
        one = changes.raise_(one, stamp("2026-11-10"), text=f"供应商流标{n}次，需财政重新核定预算", need=Need.MONEY)
    if n == 30:
        one = changes.raise_(one, stamp("2026-11-12"), text="企业出资比例未定，需明确分担办法", coordinate=True)
    return changes.close(one, stamp("2026-11-19")) if n in {41, 42} else one


def full() -> Ledger:
    """Return a list of 50 tasks, ten of them red, of which much is to be said."""
    settings: dict[str, Any] = {"sheet_to": "区委、区政府领导", "sheet_copies": "各成员单位", "sheet_prints": 30}
    list_ = ledger(*map(_task, range(1, 51)), name="麒麟区产业工人队伍建设改革试点", office="区产改办", **settings)
    list_ = rounds.with_new(list_, stamp("2026-11-13"), UNITS, title="11月第3周", due=day("2026-11-18"))
    text = "请各单位月底前报送实训基地建设情况"
    return instructions.with_new(list_, stamp("2026-11-10"), text, leader="陈副区长", reply_by=day("2026-11-15"))


def sheet(list_: Ledger | None = None, **asked: object) -> Sheet:
    return draft(list_ or full(), FRIDAY, **asked)


def pages_of(pdf: Path) -> list[str]:
    texts = (unicodedata.normalize("NFKC", page.extract_text()) for page in PdfReader(pdf).pages)
    return ["".join(text.translate(RADICALS).split()) for text in texts]


RADICALS = str.maketrans("⻩⻬⻔⻋⻅⻓", "黄齐门车见长")
"""What Chromium's files say for characters that look the same."""


@pytest.fixture(params=list(Lang))
def lang(request: pytest.FixtureRequest) -> Lang:
    set_language(request.param)
    lang: Lang = request.param
    return lang


FIRST_PARTS = {
    Lang.ZH: "三、提请领导协调和批示事项(一)红灯任务(四)、(五)、(六)中提请协调的问题。"
    "(二)校企合作与职工技能提升任务第30批(编号30,区委宣传部):企业出资比例未定,需明确分担办法(11月12日提出)。(三)逾期未回复的批示:"
    "陈副区长第1号批示(应于11月15日前回复),请各单位月底前报送实训基地建设情况。",
    Lang.EN: "3.Askedoftheleaders(1)Redtasks(4),(5),(6):whatisaskedforthere.(2)校企合作与职工技能提升任务第30批(no.30,"
    "区委宣传部):企业出资比例未定,需明确分担办法(raised11-12).(3)Instructionswithoutananswer:陈副区长'sno.1,tobeanswered"
    "by11-15:请各单位月底前报送实训基地建设情况.",
}
FIRST_ANNEX = {Lang.ZH: "附件1主要", Lang.EN: "Annex1:Figures"}


def check_leaves(pages: list[str], lang: Lang) -> None:
    """Check that the body takes two leaves, what a leader needs the first, and that no page is empty."""
    (annex,) = (place for place, page in enumerate(pages) if FIRST_ANNEX[lang] in page)
    assert annex == 2
    said = [part for line in unicodedata.normalize("NFKC", RED).split() for part in line.split("|") if part]
    assert [part for part in said if part not in pages[0]] == []
    assert FIRST_PARTS[lang] in pages[0]
    assert "…" not in pages[0]
    assert {Lang.ZH: "区产改办2026年11月20日", Lang.EN: "区产改办2026-11-20"}[lang] in pages[1]
    assert all(len(page) > 30 for page in pages)


def test_chromium_prints_the_body_on_two_leaves(tmp_path: Path, lang: Lang) -> None:
    page = tmp_path / "sheet.html"
    page.write_text(html.write(sheet_document(sheet())), encoding="utf-8")
    check_leaves(pages_of(chromium.printed(page)), lang)


def libreoffice(folder: Path, document: Document) -> Path:
    """Print a Word file with LibreOffice; return the PDF, or skip."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not at hand")
    file = folder / "sheet.docx"
    file.write_bytes(word.write(document, moment=FRIDAY))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return file.with_suffix(".pdf")


def test_libreoffice_prints_it_on_two_leaves_too(tmp_path: Path, lang: Lang) -> None:
    check_leaves(pages_of(libreoffice(tmp_path, sheet_document(sheet()))), lang)


def test_what_leaves_the_body_stands_behind_it_in_full(lang: Lang) -> None:
    list_ = full()
    whole = markdown.write(sheet_document(sheet(list_)))
    said = [
        words
        for one in list_.tasks
        for entry in one.log
        for words in (getattr(entry, "text", None), getattr(entry, "next", None))
        if words and not (one.status is Status.CLOSED and isinstance(entry, Raise))
    ]
    assert len(said) == 82
    assert "供应商流标42次" not in whole  # its task is closed
    assert [words for words in (*said, *(one.title for one in list_.tasks)) if words not in whole] == []
    where = {Lang.ZH: "（见附件5）", Lang.EN: "(see annex 5)"}[lang]
    assert where in whole
    # Without that annex the body points to none.
    assert where not in markdown.write(sheet_document(sheet(without=(Part.DETAILS,))).without((Part.DETAILS,)))


def body(document: Document) -> str:
    sections = document.pages[0].sections
    return "\n".join(block.text for section in sections for block in section.blocks if isinstance(block, Paragraph))


def test_the_type_and_what_is_named_go_by_what_there_is_to_say() -> None:
    few = sheet_document(sheet(ledger(*map(_task, range(1, 3)))))
    assert few.pages[0].type is Type.STANDARD
    more = sheet_document(sheet(ledger(*map(_task, range(1, 6)))))
    assert more.pages[0].type is Type.SMALLER
    assert Part.DETAILS not in {annex.part for annex in (*few.pages[0].annexes, *more.pages[0].annexes)}
    many = sheet_document(sheet())
    assert many.pages[0].type in {Type.SMALLER, Type.SMALLEST}
    assert "…" in body(many)
    assert "…" not in body(few) + body(more)


def test_the_page_of_a_department_is_one_where_that_can_be(tmp_path: Path, lang: Lang) -> None:
    list_ = msgspec.structs.replace(full(), tasks=full().tasks[:24])
    made = sheet_document(sheet(list_, only=("区总工会",)))
    leaves = pages_of(libreoffice(tmp_path, made))
    assert {Lang.ZH: "区产改办2026年11月20日—1—", Lang.EN: "区产改办2026-11-20—1—"}[lang] in leaves[0]


def test_departments_of_which_as_many_tasks_moved_stand_in_one_order_whenever_it_is_printed() -> None:
    set_language(Lang.ZH)
    said = re.search("本期有进展的.*", body(sheet_document(sheet())))
    assert said
    assert re.findall("(区教体局|麒麟职教集团|区工信局|区委组织部|其他单位)([0-9]+)项", said[0]) == [
        ("区教体局", "7"),
        ("区委组织部", "6"),
        ("区工信局", "6"),
        ("麒麟职教集团", "6"),
        ("其他单位", "6"),
    ]


def test_the_text_form_keeps_to_two_pages_too(lang: Lang) -> None:
    pages = text.write(sheet_document(sheet()), form_feed=True).split("\f")
    annex = {Lang.ZH: "附件1　主要", Lang.EN: "Annex 1: Figures"}[lang]
    assert [place for place, page in enumerate(pages) if page.lstrip().startswith(annex)] == [2]
    assert FIRST_PARTS[lang] in "".join(unicodedata.normalize("NFKC", pages[0]).split())
    none = {Lang.ZH: "应报8个单位，均未报送。", Lang.EN: "none of 8 reports due by 11-18 has come."}
    assert none[lang] in " ".join(pages[1].split())
    sent = {
        Lang.ZH: "报：区委、区政府领导\n送：各成员单位\n印数：30份\n",
        Lang.EN: "To: 区委、区政府领导\nCopies: 各成员单位\nNumber printed: 30\n",
    }
    assert sent[lang] in pages[1]


def with_tables(shift: int = 0) -> Document:
    """Return a sheet on which short tables fall anywhere on a leaf, each with a lead-in, a sum and a note."""
    blocks: list[Block] = []
    for n in range(1, 25):
        blocks += [Paragraph(f"第{n}段填充文字。" + "其余文字" * ((n + shift) % 5 * 9))] * ((n + shift) % 4)
        rows = [(f"行{n}甲{row}", "1") for row in range(1, n % 7 + 2)]
        table = samples.table(f"表{n}", [("名目", 20), ("项数", 6)], [*rows, (f"总计{n}完", "9")], total=True)
        blocks += [Paragraph(f"引出{n}表如下："), table, Paragraph(f"注明{n}单位", quiet=True)]
    return samples.sheet(annex_rows=0, blocks=tuple(blocks))


def parted(leaves: list[str]) -> list[int]:
    """Return the numbers of the tables that do not stand on one leaf with their lead-in, sum and note."""
    found = []
    for n in range(1, 25):
        marks = (f"引出{n}表", f"行{n}甲1", f"总计{n}完", f"注明{n}单位")
        on = [[place for place, leaf in enumerate(leaves) if mark in leaf] for mark in marks]
        assert all(on), n
        found += [n] if any(places != on[0] or len(places) != 1 for places in on) else []
    return found


@pytest.mark.parametrize("shift", [0, 1, 14, 17])
def test_no_table_is_parted_from_its_lead_in_its_sum_or_its_note(tmp_path: Path, shift: int) -> None:
    set_language(Lang.ZH)
    page = tmp_path / "tables.html"
    page.write_text(html.write(with_tables(shift)), encoding="utf-8")
    leaves = pages_of(chromium.printed(page))
    assert len(leaves) > 4
    assert parted(leaves) == []
    assert parted(text.write(with_tables(shift), form_feed=True).split("\f")) == []


def test_nor_is_it_in_word(tmp_path: Path) -> None:
    set_language(Lang.ZH)
    leaves = pages_of(libreoffice(tmp_path, with_tables()))
    assert len(leaves) > 4
    assert parted(leaves) == []


def slips_about(n: int) -> Document:
    """Return a slip about so many overdue tasks of which much is to be said."""
    tasks = [
        msgspec.structs.replace(_task(n), department="区总工会", requirement="建成基地1个、工位200个并通过区级验收")
        for n in range(1, n + 1)
    ]
    found = build_notices(tasks, pilot=full().pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=7)
    return notices_document(found)


def test_a_slip_about_five_tasks_takes_two_leaves_the_return_slip_with_the_last_of_them(
    tmp_path: Path, lang: Lang
) -> None:
    for pages in (pages_of(libreoffice(tmp_path, slips_about(5))), printed_slips(tmp_path, slips_about(5))):
        assert len(pages) == 2
        assert {Lang.ZH: "(五)企业新型", Lang.EN: "(5)企业新型"}[lang] in pages[1]
        assert {Lang.ZH: "签收日期", Lang.EN: "Receivedon"}[lang] in pages[1]
    assert len(pages_of(libreoffice(tmp_path, slips_about(2)))) == 1


def slips_at_any_place() -> Document:
    """Return slips of 2 to 11 tasks of 4 to 15 lines, so that tasks and return slips end anywhere on a leaf."""
    tasks = [
        changes.note(
            task(
                id=100 * count + 10 * most + n,
                title=f"始{count}第{n}",
                department=f"{count}项{most}行",
                due="2026-11-01",
            ),
            stamp("2026-11-10"),
            text="按计划推进" * 6 * (1 + (n * 7) % most) + f"终{count}第{n}",
        )
        for count in range(2, 12)
        for most in (3, 7, 12)
        for n in range(count)
    ]
    found = build_notices(tasks, pilot=full().pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=7)
    return notices_document(found)


@pytest.mark.parametrize("printer", ["Word", "HTML"])
def test_no_task_of_a_slip_is_parted_and_no_return_slip_stands_alone(tmp_path: Path, printer: str) -> None:
    set_language(Lang.ZH)
    slips = slips_at_any_place()
    leaves = pages_of(libreoffice(tmp_path, slips)) if printer == "Word" else printed_slips(tmp_path, slips)
    assert len(leaves) > len(slips.pages)
    begun, ended = ([re.findall(f"{mark}[0-9]+第[0-9]+", leaf) for leaf in leaves] for mark in "始终")
    assert sum(map(len, begun)) == 195
    assert [(a, b) for a, b in zip(begun, ended, strict=True) if [x[1:] for x in a] != [x[1:] for x in b]] == []
    assert [leaf for leaf, tasks in zip(leaves, ended, strict=True) if not tasks] == []
    assert sum("签收日期" in leaf for leaf in leaves) == len(slips.pages)


def printed_slips(folder: Path, slips: Document) -> list[str]:
    page = folder / "slips.html"
    page.write_text(html.write(slips), encoding="utf-8")
    return pages_of(chromium.printed(page))


def test_in_text_the_return_slip_has_a_task_above_it() -> None:
    leaves = {n: text.write(slips_about(n), form_feed=True).split("\f") for n in range(4, 9)}
    assert [n for n, said in leaves.items() if len(said) > 1]
    assert [n for n, said in leaves.items() if "Chased before" not in said[-1] or "Received on" not in said[-1]] == []


@pytest.mark.parametrize(("tasks", "leaves"), [(5, 1), (50, 2)])
def test_an_agenda_takes_few_leaves(tmp_path: Path, lang: Lang, tasks: int, leaves: int) -> None:
    list_ = msgspec.structs.replace(full(), tasks=full().tasks[:tasks])
    held = [meeting(id=n, day=day(f"2026-11-0{n}"), decisions=(Decision(n=1, text="制定分担办法"),)) for n in (1, 2)]
    list_ = msgspec.structs.replace(list_, meetings=tuple(held * (leaves - 1)))
    what = meetings.agenda(list_, today=day("2026-11-20"))
    made = agenda.document(what, pilot=list_.pilot, today=day("2026-11-20"))
    end = {Lang.ZH: "区产改办2026年11月20日", Lang.EN: "区产改办2026-11-20"}[lang] + f"—{leaves}—"
    assert end in pages_of(libreoffice(tmp_path, made))[leaves - 1]


def test_a_table_that_fills_its_leaf_begins_no_empty_one(tmp_path: Path) -> None:
    set_language(Lang.ZH)
    rows = {n: [(f"行{n}", "1\n2" if n < 5 else "1") for n in range(n)] for n in range(16, 40)}
    tables = {n: samples.table(f"表{n}", [("名目", 20), ("项数", 6)], rows[n]) for n in rows}
    annexes = tuple(
        Section(None, f"附件{n}{wide}", (table,), wide=wide) for n, table in tables.items() for wide in (False, True)
    )
    whole = samples.sheet(annex_rows=0)
    page = msgspec.structs.replace(whole.pages[0], annexes=annexes)
    leaves = pages_of(libreoffice(tmp_path, msgspec.structs.replace(whole, pages=(page,))))
    assert len(leaves) > len(annexes)
    assert [leaf for leaf in leaves if not leaf.strip("—0123456789")] == []


def test_no_signature_begins_a_leaf(tmp_path: Path) -> None:
    set_language(Lang.ZH)
    annexes = tuple(Section(None, name, (Paragraph(name),), f"附件{name}　") for name in ("甲", "乙"))
    end: dict[str, Any] = {"signature": ("区产改办", "2026年11月20日"), "sent": ("报：区领导",), "annexes": annexes}
    sheets = []
    for lines in range(18, 36):
        body = Section(None, "", (*[Paragraph("一行")] * lines, Paragraph("末段" + "其余文字" * (lines % 3 * 9))))
        whole = samples.sheet(annex_rows=0).pages[0]
        sheets.append(msgspec.structs.replace(whole, sections=(body,), foot=Foot(()), **end))
    page = tmp_path / "ends.html"
    made = msgspec.structs.replace(samples.sheet(), pages=tuple(sheets))
    page.write_text(html.write(made), encoding="utf-8")
    leaves = [leaf for leaf in pages_of(chromium.printed(page)) if "一行" in leaf or "报:区" in leaf or "附件:" in leaf]
    assert len(leaves) > len(sheets)
    marks = ("末段", "附件:1.甲2.乙", "区产改办2026年11月20日报:区领导")
    assert [leaf for leaf in leaves if 0 < sum(mark in leaf for mark in marks) < len(marks)] == []
