"""Departments: add, list, edit."""

from pathlib import Path

import pytest

from .conftest import Cli

pytestmark = pytest.mark.usefixtures("store")


def test_add_and_list(cli: Cli) -> None:
    added = cli(
        "dept", "add", "Education Bureau", "--role", "企业", "--alias", "EB", "--alias", " ", "--contact", "张 123"
    )
    assert added == (0, "Education Bureau: entered\n", "")
    assert cli("dept list").out == (
        "Name              Role        Aliases   Contact  Mail\n"
        "----------------  ----------  --------  -------  ----\n"
        "麒麟职教集团      member      职教集团  —        —\n"
        "区教体局          member      教体局    —        —\n"
        "区总工会          member      —         —        —\n"
        "Education Bureau  enterprise  EB        张 123   —\n"
    )
    assert cli("dept list --format json").json[-1] == {
        "name": "Education Bureau",
        "role": "enterprise",
        "aliases": ["EB"],
        "contact": "张 123",
        "mail": None,
    }
    assert cli("add", "x", "-d", "EB", "--format", "json").json["department"] == "Education Bureau"


def test_a_new_name_is_carried_through_every_record(cli: Cli) -> None:
    assert cli("dept edit 职教集团 --name 麒麟职教联盟 --alias 职教联盟") == (0, "麒麟职教联盟: changed\n", "")
    assert {one["department"] for one in cli("list --all --format json").json} == {
        "麒麟职教联盟",
        "区教体局",
        "区总工会",
    }
    assert cli("show 2 --format json").json["support"] == ["麒麟职教联盟"]
    assert cli("check").code == 0
    assert "Department changed: 麒麟职教集团 → 麒麟职教联盟" in cli("history 1").out


def test_aliases_are_added_and_taken_away(cli: Cli) -> None:
    def aliases(*options: str) -> object:
        return cli("dept", "edit", "区教体局", *options, "--format", "json").json["aliases"]

    assert aliases("--alias", "教育局", "--alias", "体育局") == ["教体局", "教育局", "体育局"]
    assert aliases("--alias", "教体局", "--no-alias", "教体局", "--no-alias", "体育局") == ["教育局", "教体局"]
    assert cli("dept", "edit", "区教体局", "--no-alias", "体育局") == (
        4,
        "",
        "error: “区教体局” has no alias “体育局”\nhint: did you mean 教育局, 教体局?\n",
    )


def test_edit_clears(cli: Cli) -> None:
    assert cli("dept", "edit", "教体局", "--alias", "", "--contact", "", "--format", "json").json == {
        "name": "区教体局",
        "role": "member",
        "aliases": [],
        "contact": None,
        "mail": None,
    }


@pytest.mark.parametrize(
    ("argv", "code", "err"),
    [
        (["add", "区教体局"], 2, "error: “区教体局” is already the name or an alias of department “区教体局”\n"),
        (["add", "教体局"], 2, "error: “教体局” is already the name or an alias of department “区教体局”\n"),
        (["add", "x", "--alias", "区总工会"], 2, "error: “区总工会” is already the name or an alias of"),
        (["add", " "], 2, "error: the name must not be empty\n"),
        (["add", "a\tb"], 2, "error: NAME: control character U+0009 at position 2; remove it and try again\n"),
        (["add", "x", "--role", "king"], 2, "error: “king” is no role\n"),
        (["edit", "科协", "--name", "x"], 4, "error: no department “科协”\n"),
        (["edit", "区", "--name", "x"], 4, "error: department “区” fits several: 区教体局, 区总工会\n"),
        (["edit", "教体局", "--name", "区总工会"], 2, "error: “区总工会” is already the name or an alias of"),
        ([], 2, "error: A command is missing: add, list, edit"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_refused(cli: Cli, store: Path, argv: list[str], code: int, err: str) -> None:
    before = store.read_bytes()
    ran = cli("dept", *argv)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(err)
    assert store.read_bytes() == before
