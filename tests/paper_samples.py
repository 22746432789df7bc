"""Documents made by hand, for tests of the writers: a sheet as an office would issue it, slips, and hostile text."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from factories import day, ledger, task
from pilottask.base.i18n import Lang
from pilottask.ledger.lights import Light
from pilottask.ledger.queries import Tally
from pilottask.paper.content import Part, Point
from pilottask.paper.document import (
    Align,
    Block,
    Card,
    Cards,
    Cell,
    Column,
    CurveChart,
    Document,
    Field,
    Foot,
    LightsChart,
    Page,
    Paragraph,
    Section,
    Subheading,
    Table,
)
from pilottask.paper.slips import build_notices, notices_document

WORDS = {"红": Light.RED, "黄": Light.YELLOW, "绿": Light.GREEN}

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "]]> <![CDATA[ --> <!--",
    "a|b `c` **d** [/red] &amp; &#60;",
    "\"quoted\" 'single' {braces} %s \\n",
    "مهمة عربية \u202e esrever",
    "bell \x07 null \x00 esc \x1b[31m nonchar \uffff \ufdd0",
    "二\n行 \u2028 𠮷野家 👩‍🔧",
)


def figures(*, red: int = 0, yellow: int = 0, green: int = 0, closed: int = 0) -> Tally:
    lit = red + yellow + green
    return Tally(total=lit + closed, doing=lit, closed=closed, green=green, yellow=yellow, red=red, overdue=red)


def table(
    caption: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]], *, total: bool = False
) -> Table:
    """A table whose short columns are centred, the words of lights marked; with `total` the last row is the sum."""
    made = [tuple(Cell(text, WORDS.get(text)) for text in row) for row in rows]
    return Table(
        caption,
        tuple(Column(label, share, Align.CENTER if share < 8 else Align.LEFT) for label, share in columns),
        tuple(made[:-1] if total else made),
        made[-1] if total else None,
    )


def points(today: date = date(2026, 11, 20)) -> tuple[Point, ...]:
    days = [date(2026, 10, 15) + timedelta(days=step * 7) for step in range(20)]
    return tuple(
        Point(day, due=min(28, place * 2), closed=min(4, place) if day <= today else None)
        for place, day in enumerate(days)
    )


LATE = Card(
    "11. 实训设备采购（麒麟职教集团，逾期12天）",
    Light.RED,
    (
        Field("责任人", "实训处联络员"),
        Field("责任领导", "王立新"),
        Field("时限", "2026-11-01 → 2026-11-08"),
        Field("催办", "2次，最近2026-11-18"),
        Field("最近进展", "招标文件已发布（2026-11-16）"),
        Field("存在问题", "1. 供应商流标一次，需财政重新核定预算（资金，需联席会议协调）\n2. 场地未移交"),
        Field("下一步打算", "重新组织招标，11月30日前完成开标，12月10日前设备进场安装"),
    ),
)

OTHER_LATE = "30. 开展联合督查检查（区产改办，逾期3天）"

ANNEX_COLUMNS = (
    ("序号", 4),
    ("灯", 4),
    ("工作任务", 18),
    ("牵头单位", 12),
    ("配合单位", 12),
    ("责任人", 8),
    ("完成时限", 10),
    ("状态", 6),
    ("进展情况", 20),
)


def annex(rows: int = 30) -> Section:
    lights = list(WORDS)
    return Section(
        Part.ANNEX,
        "附表：任务总表",
        (
            table(
                "全部任务",
                ANNEX_COLUMNS,
                [
                    (
                        str(n),
                        lights[n % 3],
                        "职工职业技能实训基地建设" if n % 2 else "补贴性职业技能培训",
                        "麒麟职教集团",
                        "区教体局、区财政局、合作企业",
                        "实训处联络员",
                        "2026-12-30",
                        "推进中",
                        "土建完成，工位到位120个；安装剩余设备，预计12月中旬完成调试",
                    )
                    for n in range(1, rows + 1)
                ],
            ),
        ),
    )


def sheet(*, annex_rows: int = 30, blocks: tuple[Block, ...] = ()) -> Document:
    """A sheet with every kind of block; `blocks` stand in a section of their own before the foot."""
    groups = (
        ("麒麟职教集团", 1, 1, 2, 1),
        ("区产改办", 1, 0, 1, 2),
        ("区总工会", 0, 4, 6, 0),
        ("区新时代产业工人队伍建设改革协调小组办公室综合协调专班", 0, 1, 1, 0),
        ("区人社局", 0, 1, 4, 0),
    )
    lines = tuple((name, figures(red=r, yellow=y, green=g, closed=c)) for name, r, y, g, c in groups)
    by_department = [
        (name, str(r + y + g + c), str(c), f"{100 * c / (r + y + g + c):.1f}%", str(r), str(y), str(g))
        for name, r, y, g, c in groups
    ]
    sums = [sum(row[n] for row in groups) for n in range(1, 5)]  # type: ignore[misc]  # the figures behind the names
    total = ("合计", str(sum(sums)), str(sums[3]), "13.3%", str(sums[0]), str(sums[1]), str(sums[2]))
    sections = (
        Section(
            Part.TOTALS,
            "一、总体情况",
            (
                Paragraph("全部任务30项，已销号4项，完成率13.3%；在办26项，其中红灯2项、黄灯9项、绿灯15项。"),
                table(
                    "期初与期末对比",
                    (("项目", 12), ("期初", 6), ("增加", 6), ("减少", 6), ("期末", 6)),
                    [("任务总数", "30", "0", "0", "30"), ("已销号", "2", "2", "0", "4"), ("红灯", "0", "2", "0", "2")],
                ),
                CurveChart("到期与销号进度", "到期", "销号", points()),
            ),
        ),
        Section(
            Part.RED,
            "二、红灯任务",
            (Cards((LATE, replace(LATE, heading="30. 开展联合督查检查（区产改办，逾期3天）"))),),
        ),
        Section(
            Part.YELLOW,
            "三、黄灯任务",
            (
                table(
                    "黄灯任务",
                    (("序号", 5), ("工作任务", 26), ("牵头单位", 14), ("完成时限", 11), ("原因", 10)),
                    [("21", "集体协商与集体合同", "区总工会", "2026-11-19", "待核验")] * 6,
                ),
            ),
        ),
        Section(Part.COORDINATION, "四、需联席会议协调事项", (Paragraph("无"),)),
        Section(
            Part.GROUPS,
            "五、分类统计",
            (
                Subheading("（一）按牵头单位"),
                table(
                    "按牵头单位统计",
                    (("牵头单位", 20), ("总数", 6), ("已销号", 7), ("完成率", 7), ("红", 5), ("黄", 5), ("绿", 5)),
                    [*by_department, total],
                    total=True,
                ),
                LightsChart("各单位红黄绿灯", lines),
                Paragraph("注：每项任务只计一次，计入牵头单位。", quiet=True),
            ),
        ),
        *([Section(Part.RESULTS, "六、附加", blocks)] if blocks else []),
    )
    page = Page(
        above="麒麟区产业工人队伍建设改革试点",
        title="工作任务推进情况周报",
        number="第3期",
        left="区产改办",
        right="2026年11月20日",
        remarks=(),
        sections=sections,
        annex=annex(annex_rows) if annex_rows else None,
        foot=Foot(
            (
                Field("填表单位", "区产改办"),
                Field("填表人", ""),
                Field("审核人", ""),
                Field("日期", "2026年11月20日"),
            )
        ),
    )
    return Document(Lang.ZH, "麒麟区产改试点周报 第3期", (page,), wide_ambiguous=False)


def slips(*departments: str) -> Document:
    """Reminder slips, a page for each of `departments`."""
    pages = tuple(
        Page(
            above="麒麟区产业工人队伍建设改革试点",
            title="催办单",
            number=None,
            left=department,
            right="2026年11月20日",
            remarks=(),
            sections=(
                Section(
                    None,
                    "一、逾期任务",
                    (
                        Paragraph("你单位牵头的下列任务已经逾期，请抓紧办理，并于2026年11月25日前书面反馈。"),
                        Cards((LATE,)),
                    ),
                ),
                Section(None, "二、临期任务", (Paragraph("无"),)),
            ),
            annex=None,
            foot=Foot((Field("签收人", ""), Field("日期", ""))),
        )
        for department in departments
    )
    return Document(Lang.ZH, "催办单", pages, wide_ambiguous=False)


def hostile(text: str) -> Document:
    """A sheet that says `text` wherever a writer can be made to put it."""
    columns = tuple(Column(text, 20) for _place in range(4))
    row = tuple(Cell(text) for _place in range(4))
    blocks: tuple[Block, ...] = (
        Paragraph(text),
        Paragraph(text, quiet=True),
        Subheading(text),
        Table(text, columns, (row,), row),
        Cards((Card(text, Light.RED, (Field(text, text),)),)),
        LightsChart(text, ((text, figures(red=1)),)),
        CurveChart(text, text, text, points()),
    )
    section = Section(Part.RED, text, blocks)
    page = Page(
        above=text,
        title=text,
        number=text,
        left=text,
        right=text,
        remarks=(text,),
        sections=(section,),
        annex=section,
        foot=Foot((Field(text, text),)),
    )
    return Document(Lang.EN, text, (page,), wide_ambiguous=False)


def long_slips(*departments: str) -> Document:
    """Return slips of two printed leaves each."""
    tasks = [
        task(id=number, title=f"任务{number}", department=name, due="2026-11-01", requirement="按期完成")
        for number, name in enumerate(name for name in departments for _turn in range(9 + len(name)))
    ]
    return notices_document(
        build_notices(tasks, pilot=ledger().pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=7)
    )


def slips_of(counts: Mapping[str, int]) -> Document:
    """Return slips to departments about so many overdue tasks each."""
    names = [name for name, count in counts.items() for _task in range(count)]
    tasks = [
        task(id=number, title=f"任务{number}", department=name, owner="张三", due="2026-11-01", requirement="30场")
        for number, name in enumerate(names, start=1)
    ]
    return notices_document(
        build_notices(tasks, pilot=ledger().pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=7)
    )
