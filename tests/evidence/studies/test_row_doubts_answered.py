"""An answer is to what a row said: with other figures the doubt is open again, and every doubt can be answered."""

import ast
import json
from pathlib import Path

import pandas as pd
import pytest

from citizen_security import project
from citizen_security.evidence.studies import row_checks
from citizen_security.evidence.studies.coding import coding_tables
from citizen_security.tables import catalog


@pytest.fixture
def tables():
    names = ("effects", "studies", "countries", "row_doubts_answered")
    return {name: catalog.load(name).copy() for name in names} | coding_tables()


def described():
    """Kinds of doubt that the description of the table of answers allows."""
    package = json.loads((project.root() / "data" / "datapackage.json").read_text("utf-8"))
    (resource,) = (it for it in package["resources"] if it["name"] == row_checks.ANSWERED)
    (field,) = (it for it in resource["schema"]["fields"] if it["name"] == "doubt")
    return field["constraints"]["enum"]


def raised():
    """First arguments of all calls of `.doubt(` in the checks of rows, as they are written."""
    folder = Path(row_checks.__file__).parent
    for file in (*folder.glob("*_row_checks.py"), folder / "row_checks.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "doubt":
                yield file.stem, ast.unparse(node.args[0])


def test_every_doubt_that_a_check_raises_can_be_answered():
    assert set(described()) == set(row_checks.DOUBTS)
    assert len(set(row_checks.DOUBTS)) == len(row_checks.DOUBTS)
    names = {(module, kind) for module, kind in raised() if kind != "'answer'"}
    assert len(names) >= 18
    modules = {module: getattr(row_checks, module) for module, _ in names}
    assert {getattr(modules[module], kind) for module, kind in names} == set(row_checks.DOUBTS)


def test_every_doubt_is_explained_where_rows_are_added():
    page = (project.root() / "book" / "evidence" / "adding_a_study.md").read_text("utf-8")
    assert [kind for kind in row_checks.DOUBTS if f"| {kind} |" not in page] == []


def doubts(tables):
    return row_checks.doubts(*(tables[name] for name in ("effects", "studies", "countries", row_checks.ANSWERED)))


@pytest.mark.parametrize(
    ("row", "kind", "changes", "now"),
    [
        # The ratio turns into one that says the reverse, and the sign is doubted as before.
        ("E005", "sign and outcome", {"estimate": 1.14, "effect_size": None}, "the sign 1 of rate_ratio 1.14 says"),
        ("E067", "interval without a level", {"confidence_high": 0.45}, "from 0.15 to 0.45"),
        ("E004", "asymmetric interval", {"confidence_high": 0.97}, "halves of the interval"),
        ("E013", "error, interval and p value", {"p_value": 0.02}, "p is 0.02"),
    ],
)
def test_an_answer_lapses_where_a_figure_that_it_is_about_changes(tables, row, kind, changes, now):
    before = doubts(tables).set_index(["row", "doubt"]).loc[(row, kind)]
    assert before["is_answered"]
    for column, value in changes.items():
        tables["effects"].loc[tables["effects"]["effect_id"] == row, column] = value
    after = doubts(tables).set_index(["row", "doubt"]).loc[(row, kind)]
    assert not after["is_answered"]
    assert after["answer"] == "not looked into yet"
    assert now in after["what"]
    found = [it for it in row_checks.findings_of_tables(tables) if not it.is_error]
    assert [it.kind for it in found if it.key == row and it.table == "effects"] == [kind]
    (idle,) = (it for it in found if it.table == row_checks.ANSWERED)
    assert now in idle.given
    assert "look again" in idle.remedy


def test_an_answer_holds_where_other_rows_are_added_or_moved(tables):
    answered = doubts(tables)["is_answered"].sum()
    for name in ("effects", "studies"):
        tables[name] = tables[name].iloc[::-1].reset_index(drop=True)
    assert doubts(tables)["is_answered"].sum() == answered > 5


def test_an_answer_about_an_error_holds_when_one_study_fewer_is_compared_with_it(tables):
    def error():
        found = row_checks.row_findings(tables["effects"], tables["studies"], tables["countries"])
        return next(it for it in found if (it.key, it.kind) == ("E165", "size of the error"))

    before = error()
    tables["effects"] = tables["effects"][tables["effects"]["effect_id"] != "E162"]
    assert error().allowed != before.allowed
    assert error().about == before.about
    assert doubts(tables).set_index(["row", "doubt"]).loc[("E165", "size of the error"), "is_answered"]


def test_two_doubts_of_a_kind_about_one_row_need_two_answers(tables):
    answers = tables[row_checks.ANSWERED]
    one = answers[answers["row"] == "E004"].assign(about="the halves of the interval are 1 and 2")
    tables[row_checks.ANSWERED] = pd.concat([answers[answers["row"] != "E004"], one])
    (left,) = (it for it in row_checks.findings_of_tables(tables) if it.key == "E004" and it.table == "effects")
    assert left.kind == "asymmetric interval"
