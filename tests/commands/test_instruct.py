"""Leaders' instructions in commands, on screen and on paper."""

from pathlib import Path

from .conftest import Cli


def test_an_instruction_from_its_giving_to_its_answer(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    ran = cli("--today 2026-11-10 instruct 专题汇报 --leader 王局长 --task 实训设备 --reply-by +3b")
    assert (ran.out, ran.err) == (
        "instruction 1 of 王局长: 专题汇报\n",
        "to be answered by 2026-11-13 Fri; once it is: pilottask answer 1 TEXT\n",
    )
    assert store.read_bytes().startswith(b"schema = 3")
    record = cli("--today 2026-11-10 instruct 报送名单 --leader 李副区长 --reply-by 11-12 --format json").json
    assert (record["n"], record["task"], record["reply_by"]) == (2, None, "2026-11-12")
    late = cli("overdue").out
    assert late.endswith(
        "Instructions not answered in time\n"
        "No.  Leader    Asked for  Task ID  Reply by    Stands\n"
        "---  --------  ---------  -------  ----------  -----------\n"
        "  2  李副区长  报送名单         —  2026-11-12  8 days late\n"
        "  1  王局长    专题汇报         1  2026-11-13  7 days late\n"
    )
    assert [task["id"] for task in cli("overdue --format json").json] == [1]
    assert "报送名单" not in cli("overdue -d 麒麟职教集团").out
    assert "专题汇报" in cli("overdue -d 麒麟职教集团").out
    assert cli("overdue -d 区总工会 --quiet").out == ""
    assert [task["id"] for task in cli("list --instructed --format json").json] == [1]
    assert "逾期未回复的批示：2件\n" in cli("--lang zh").out
    sheet = cli("--lang zh report").out
    assert "报送名单" in sheet
    assert [one["n"] for one in cli("report --format json").json["late_instructions"]] == [2, 1]
    assert cli("report --as-of 2026-11-12 --format json").json["late_instructions"] == []
    assert "逾期未回复的批示（材料见附件" in cli("--lang zh meeting agenda").out
    assert [one["n"] for one in cli("meeting agenda --format json").json["instructions"]] == [2, 1]
    assert "批示1（王局长），2026-11-13前回复：专题汇报" in cli("--lang zh show 1").out
    assert cli("--lang zh answer 1 已汇报").out == "批示1已回复：已汇报\n"
    assert "专题汇报" not in cli("overdue").out
    assert cli("show 1 --format json").json["instructions"][0]["answer"] == "已汇报"
    assert cli("list --instructed --format json").json == []
    assert "报送名单" in cli("list --instructed").out
    assert cli("check").code == 0
    for _each in range(3):
        cli("undo")
    assert store.read_bytes() == before


def test_refusals_change_nothing(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    for words, code, said in (
        ("instruct x", 2, "--leader"),
        ("instruct x --leader y --task 99", 4, "no task 99"),
        ("instruct x --leader y --reply-by 2026-11-19", 2, "--reply-by 2026-11-19 has passed"),
        ("answer 1 x", 4, "no instruction 1"),
    ):
        ran = cli(words)
        assert (ran.code, ran.out) == (code, ""), words
        assert said in ran.err
    assert store.read_bytes() == before
