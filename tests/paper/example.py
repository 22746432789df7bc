"""An invented pilot of 30 tasks in its fourth week, for the printed sheets to be tested on."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

from factories import at, ledger, stamp
from paper.archive import Archive
from pilottask.base.i18n import language
from pilottask.ledger import changes
from pilottask.ledger.records import Import, Ledger, Need, Status, Task
from pilottask.paper.kept import KeptSheet
from pilottask.paper.series import end_of

FRIDAY: Final = end_of(date(2026, 11, 20), at("2026-11-20"))
"""The moment of the sheet."""

_ROWS: Final = """
思想引领|开设产改试点宣传专栏|区委宣传部|区产改办、区融媒体中心|宣传科联络员|2026-11-17|专栏1个，每月更新不少于4期
思想引领|劳模工匠进企业宣讲|区总工会|区委宣传部、区工商联|经济部联络员|2026-12-14|宣讲12场
思想引领|“中国梦·劳动美”主题教育|区总工会|区委宣传部|经济部联络员|2026-11-25|活动4场、500人次
思想引领|一线产业工人发展党员|区委组织部|区工信局|组织科联络员|2027-01-19|发展党员30名
思想引领|阶段性成果展示|区委宣传部|麒麟职教集团|宣传科联络员|2026-12-04|展板1套、典型案例6个
建功立业|区级职工职业技能大赛|区总工会|区人社局、麒麟职教集团|经济部联络员|2026-11-12|6个工种、300人参赛
建功立业|“五小”创新成果征集|区总工会|区工信局|经济部联络员|2026-12-20|征集60项、表彰10项
建功立业|创建劳模和工匠人才创新工作室|区总工会|区科技局|经济部联络员|2027-01-04|新建3个
建功立业|重点项目劳动竞赛|区总工会|区发改局、区住建局|经济部联络员|2026-11-27|竞赛4场
素质提升|职工职业技能实训基地建设|麒麟职教集团|区教体局、区财政局|实训处联络员|2026-12-30|建成基地1个、工位200个
素质提升|实训设备采购|麒麟职教集团|区财政局|实训处联络员|2026-10-31|设备到位率100%
素质提升|校企合作协议签订|麒麟职教集团|区工商联|实训处联络员|2026-10-31|签约8家
素质提升|校企合作项目落地|区教体局|麒麟职教集团|职成股联络员|2026-12-25|8个项目启动率100%
素质提升|企业新型学徒制培养|区人社局|麒麟职教集团|职建科联络员|2027-01-09|培养300人
素质提升|补贴性职业技能培训|区人社局|区财政局、区总工会|职建科联络员|2026-12-10|培训3000人次
素质提升|双师型教师培养|区教体局|麒麟职教集团|职成股联络员|2027-02-18|占比达到55%
素质提升|编制实训课程与教材|麒麟职教集团||实训处联络员|2026-11-30|课程12门
素质提升|职业技能等级认定|区人社局|麒麟职教集团|职建科联络员|2026-12-23|认定600人
地位提高|提高产业工人代表比例|区委组织部|区总工会|组织科联络员|2027-01-31|形成比例报告1份
地位提高|技能人才薪酬激励指导|区人社局|区工信局、区工商联|职建科联络员|2026-12-18|指导企业20家
地位提高|集体协商与集体合同|区总工会|区人社局、区工商联|经济部联络员|2026-11-19|签订率85%
地位提高|职工书屋和服务站点建设|区总工会|区住建局|经济部联络员|2026-11-23|新建5个
地位提高|劳动争议联合调处|区人社局|区总工会、区法院|职建科联络员||调处率90%
队伍壮大|非公企业工会组建|区总工会|区工商联|经济部联络员|2026-12-08|新建会25家
队伍壮大|新就业形态劳动者入会|区总工会|区市场监管局、区交通局|经济部联络员|2026-12-16|新增会员2000人
队伍壮大|区级产改试点企业培育|区工信局|区产改办|企业股联络员|2027-01-24|培育15家
试点保障|印发试点任务清单|区产改办||综合组联络员|2026-10-21|印发文件1份
试点保障|建立常态化联席会议制度|区产改办||综合组联络员|2026-11-05|每季度1次
试点保障|建立多元投入机制|区财政局|区总工会、区发改局|社保股联络员|2026-11-26|方案1份、到位资金500万元
试点保障|开展联合督查检查|区产改办|区委督查室、区政府督查室|综合组联络员|2026-12-02|督查2轮、问题整改率100%
"""


def _entered(number: int, row: str) -> Task:
    aspect, title, lead, support, owner, due, requirement = row.split("|")
    deadline = date.fromisoformat(due) if due else None
    moment = at("2026-10-29 16:40")
    status = {27: Status.CLOSED, 19: Status.TODO, 1: Status.TODO}.get(number, Status.DOING)
    finished = date(2026, 10, 20) if status is Status.CLOSED else None
    return Task(
        id=number,
        uid=f"t{number:07d}",
        title=title,
        department=lead,
        support=tuple(unit for unit in support.split("、") if unit),
        owner=owner,
        aspect=aspect,
        requirement=requirement,
        due=deadline,
        first_due=deadline,
        status=status,
        created=moment.date(),
        submitted=finished,
        closed=finished,
        log=(Import(at=moment, by="王芳", status=status, submitted=finished, closed=finished),),
    )


class Pilot(NamedTuple):
    """The pilot, and what is kept of its sheets."""

    ledger: Ledger
    archive: Archive


def pilot(**settings: Any) -> Pilot:  # noqa: ANN401  any setting
    """Return the pilot as it stands on Friday 20 November 2026 at noon, its first two sheets issued."""
    archive = Archive()
    tasks = [_entered(number, row) for number, row in enumerate(_ROWS.strip().split("\n"), start=1)]
    list_ = ledger(*tasks, name="麒麟区产业工人队伍建设改革试点", office="区产改办", **settings)

    def on(day: str, number: int, change: Callable[..., Task], **values: object) -> None:
        nonlocal list_
        when = stamp(f"2026-{day} 10:20", by="王芳")
        list_ = changes.apply(list_, [number], lambda task: change(task, when, **values))

    def issued(day: str) -> None:
        nonlocal list_
        list_ = archive.issue(list_, at(f"2026-{day} 17:00"))

    on("10-30", 1, changes.start)
    on("11-02", 12, changes.close, verifier="李主任", on=date(2026, 10, 31))
    on("11-05", 28, changes.close, verifier="李主任")
    on("11-05", 10, changes.note, text="土建完成，工位到位90个", next_step="设备进场")
    issued("11-06")
    on("11-06", 11, changes.note, text="招标文件已发布", next_step="重新组织招标")
    on("11-09", 11, changes.extend, to=date(2026, 11, 8), reason="首次招标流标", approved_by="陈副区长")
    on("11-10", 11, changes.raise_, text="供应商流标一次，需财政重新核定预算", need=Need.MONEY)
    on("11-11", 29, changes.note, text="方案已征求意见", next_step="提交下次联席会议")
    on("11-12", 29, changes.raise_, text="企业出资比例未定，需联席会议协调", need=Need.POLICY, coordinate=True)
    on("11-12", 14, changes.note, text="已招收240人")
    on("11-12", 22, changes.note, text="已建4个")
    issued("11-13")
    on("11-16", 11, changes.chase, text="电话催办")
    on("11-16", 6, changes.note, text="报名和场地已落实", next_step="本周内商区人社局确定裁判")
    on("11-16", 6, changes.raise_, text="裁判人选未定", need=Need.STAFF)
    on("11-17", 1, changes.close, verifier="李主任")
    on("11-17", 15, changes.note, text="已培训2100人次", next_step="12月上旬再开两期")
    on("11-18", 10, changes.note, text="土建完成，工位到位120个", next_step="安装剩余设备")
    on("11-18", 11, changes.chase, text="下发催办单")
    on("11-18", 2, changes.note, text="已宣讲9场")
    on("11-18", 17, changes.extend, to=date(2026, 12, 10), reason="合作企业课程标准未定", approved_by="陈副区长")
    on("11-19", 21, changes.submit, evidence="签订率86%，材料已报")
    on("11-19", 30, changes.note, text="第一轮督查完成", next_step="下发提醒函")
    on("11-19", 30, changes.raise_, text="两个单位未按时反馈")
    on("11-19", 24, changes.note, text="园区工会联合会挂牌，一次建会8家", result=True)
    on("11-20", 16, changes.suspend, reason="并入明年师资计划")
    return Pilot(list_, archive)


def third_sheet() -> KeptSheet:
    """Return the sheet of that Friday as it is issued, in the language in use."""
    list_, archive = pilot()
    archive.issue(list_, FRIDAY, lang=language())
    return archive[3]
