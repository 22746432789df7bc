"""Ledgers in tables of Word documents, read."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from exchange.books import repacked
from exchange.ledgers import planned, whys
from pilottask.base.errors import UsageFault
from pilottask.exchange.office import workbooks
from pilottask.exchange.office.importing import ImportPlan

HEADS = ("序号", "工作任务", "具体措施", "牵头单位", "完成时限")
Part = str | Sequence[Sequence[str]]


def document(*parts: Part, dress: Callable[[Any], None] = lambda _made: None) -> bytes:
    """Return a document of these paragraphs and tables; `dress` does to it what else is wanted."""
    made = Document()
    for part in parts:
        if isinstance(part, str):
            made.add_paragraph(part)
            continue
        table = made.add_table(len(part), max(map(len, part)))
        for line, cells in zip(table.rows, part, strict=True):
            for cell, text in zip(line.cells, cells, strict=False):
                cell.text = text
    dress(made)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def plan(data: bytes) -> ImportPlan:
    return planned(workbooks.read(data))


def tasks(found: ImportPlan) -> list[tuple[str, str, str | None, str]]:
    assert whys(found) == []
    return [(each.title, each.department, each.aspect, str(each.due)) for each in found.added]


def merged(made: Any) -> None:  # noqa: ANN401  python-docx has few types
    """Merge the cells of the second task down over its measures, and the note at the foot over all columns."""
    table = made.tables[0]
    for column in (0, 1, 3, 4):
        table.cell(2, column).merge(table.cell(3, column))
    table.cell(4, 0).merge(table.cell(4, 4)).text = "填报人：李某"


def test_a_table_with_titles_and_merged_cells() -> None:
    found = plan(
        document(
            "附件2",
            "麒麟区2027年重点任务分解表",
            "根据2025年会议要求，现将任务分解如下。",  # prose, and no title
            [
                HEADS,
                ("1", "夜校", "每月一次", "区教体局", "9月底前"),
                ("2", "技能竞赛", "办赛", "区总工会", "12月底前"),
                ("", "", "表彰", "", ""),
                ("",) * 5,
            ],
            dress=merged,
        )
    )
    assert tasks(found) == [
        ("夜校", "区教体局", None, "2027-09-30"),
        ("技能竞赛", "区总工会", None, "2027-12-31"),
    ]
    assert found.added[1].requirement == "办赛\n表彰"
    assert found.notices == (
        "a merged title makes one task of its rows, their “具体措施” put together: rows 3-4",
        "row 5 is a note under the table, not a task; passed over: “填报人：李某”",
        "days without a year are taken in 2027, as the file says",
    )


def test_tables_under_the_same_headings_are_one() -> None:
    found = plan(
        document(
            [("联系人", "电话"), ("李某", "123")],
            "一、思想引领",
            [HEADS, ("1", "宣讲", "", "区委宣传部", "2026-11-30")],
            "（续表）",
            [HEADS, ("2", "专栏", "", "区融媒体中心", "2026-12-15")],
            "二、技能提升",
            [HEADS, ("3", "竞赛", "", "区总工会", "2026-12-30")],
            "",
            [("4", "夜校", "", "区教体局", "2026-12-31")],  # over the page, without its headings
            "另见联系单",
            [("5", "附注", "", "", "")],
        )
    )
    assert tasks(found) == [
        ("宣讲", "区委宣传部", "思想引领", "2026-11-30"),
        ("专栏", "区融媒体中心", "思想引领", "2026-12-15"),
        ("竞赛", "区总工会", "技能提升", "2026-12-30"),
        ("夜校", "区教体局", "技能提升", "2026-12-31"),
    ]
    assert found.notices[0] == "only “table 2” is read, not “table 1”, “table 3”"


def test_two_ledgers_in_one_document() -> None:
    data = document([HEADS, ("1", "甲", "", "乙局", "")], "附件2", [HEADS[1:], ("丙", "", "丁局", "")])
    with pytest.raises(UsageFault) as caught:
        workbooks.read(data)
    assert caught.value.hint == 'say which one: --sheet "table 1"'
    assert [row.cells[0] for row in workbooks.read(data, sheet="2").rows] == ["附件2", "工作任务", "丙"]


def controlled(made: Any) -> None:  # noqa: ANN401  as above
    """Write a title while changes are tracked, one unit moved away, and the whole table inside a content control."""
    table = made.tables[0]
    table.cell(1, 1)._tc.p_lst[0].append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>与表彰</w:t></w:r></w:ins>')
    )
    table.cell(1, 3)._tc.p_lst[0].append(
        parse_xml(f'<w:moveFrom {nsdecls("w")} w:id="2" w:author="a"><w:r><w:t>区妇联</w:t></w:r></w:moveFrom>')
    )
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    table._tbl.addprevious(control)
    control[0].append(table._tbl)


def test_what_was_inserted_and_what_stands_in_a_control_is_read() -> None:
    found = plan(document([HEADS, ("1", "竞赛", "", "区总工会", "2026-12-30")], dress=controlled))
    assert tasks(found) == [("竞赛与表彰", "区总工会", None, "2026-12-30")]


def commented(made: Any) -> None:  # noqa: ANN401  as above
    made.add_comment(made.tables[0].cell(1, 4).paragraphs[0].runs, text="领导批示：11月底前办结", author="王")


def test_comments_are_told() -> None:
    found = plan(document([HEADS, ("1", "竞赛", "", "区总工会", "2026-12-30")], dress=commented))
    assert found.notices == ("comments on cells are not read: “领导批示：11月底前办结”",)


def test_a_document_with_macros_is_read() -> None:
    plain = document([HEADS, ("1", "竞赛", "", "区总工会", "2026-12-30")])
    found = plan(
        repacked(
            plain,
            {
                "[Content_Types].xml": lambda part: part.replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            },
        )
    )
    assert [task.title for task in found.added] == ["竞赛"]


def packed(**parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (document("一、技能竞赛"), "the document has no table", "put the tasks into a table, or into a spreadsheet"),
        (
            packed(**{"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}),
            "the document is damaged, or is none",
            "open it, save it as .docx and import that",
        ),
    ],
    ids=["no table", "hollow"],
)
def test_what_is_no_ledger(data: bytes, message: str, hint: str) -> None:
    with pytest.raises(UsageFault) as caught:
        workbooks.read(data)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_cell_as_wide_as_can_be_written_is_no_harm() -> None:
    def widened(part: bytes) -> bytes:
        return part.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="999999999"/>', 1)

    data = repacked(document([HEADS, ("1", "竞赛", "", "区总工会", "")]), {"word/document.xml": widened})
    with pytest.raises(UsageFault, match="column 501; no more than 500 are read"):
        workbooks.read(data)
