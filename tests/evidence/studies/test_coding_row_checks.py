"""Rows about coding hold codes of the scheme and what the table of studies holds; others are refused."""

import pandas as pd
import pytest

from citizen_security import compendium
from citizen_security.evidence.studies.coding import coding_tables
from citizen_security.evidence.studies.coding_row_checks import findings_of_tables
from citizen_security.tables import catalog
from citizen_security.tables.inspection import Inspection

STUDY = {
    "study_id": "somebody2025", "kind": "primary", "title": "Cameras in Kingston", "is_lac": True, "year": 2025,
    "intervention_category": "CCTV", "target": "place", "maryland_level": 4, "outcome_category": "homicide;robbery",
    "effect_direction": "beneficial", "iso3": "JAM", "doi": "10.1/x.0",
}  # fmt: skip
CODED = {
    "maryland_level": "4", "direction": "beneficial", "outcomes": "robbery_and_theft;homicide", "interventions": "cctv",
    "targets": "place",
}  # fmt: skip


def found(second=(), recoding=()):
    studies = pd.DataFrame([{"study_id": "first2024", "effect_direction": "mixed"}, STUDY])
    columns = ["study_id", "field", "first", "second", "settled", "reason"]
    changed = ["study_id", "field", "before", "after", "reason"]
    tables = {
        "studies": studies,
        "second_coding": pd.DataFrame([dict.fromkeys(columns) | row for row in second], columns=columns),
        "recoding": pd.DataFrame([dict.fromkeys(changed) | row for row in recoding], columns=changed),
    }
    return findings_of_tables(tables | coding_tables())


def coded(field, **cells):
    codes = dict.fromkeys(("first", "second", "settled"), CODED[field])
    return {"study_id": "somebody2025", "field": field} | codes | cells


def test_rows_that_agree_with_the_scheme_and_the_study_are_believed():
    rows = [coded(field) for field in CODED]
    rows += [coded("maryland_level", first="2", second=None, reason="The page says more.")]
    changes = {"maryland_level": ("2", "4"), "iso3": (None, "JAM"), "doi": ("10.1/x", "10.1/x.0")}
    changes |= {"year": ("2024", "2025"), "is_lac": ("false", "true")}
    recoded = [
        {"study_id": "somebody2025", "field": field, "before": before, "after": after, "reason": "Read again."}
        for field, (before, after) in changes.items()
    ]
    assert [it.sentence for it in found(rows, recoded)] == []


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (coded("outcomes", first="homicides", reason="-"), "first", "did you mean 'homicide'"),
        (coded("direction", second="good", reason="-"), "second", "'good'"),
        (coded("maryland_level", first="high", reason="-"), "first", "'high'"),
        (coded("maryland_level", second="6", reason="-"), "second", "'6'"),
        (coded("targets", settled="people_and_places", reason="-"), "settled", "people_and_places"),
        (coded("direction", first="mixed;harmful", reason="-"), "first", "2 codes"),
        (coded("outcomes", first="homicide;homicide", reason="-"), "first", "a code twice"),
        (coded("maryland_level", settled="3", reason="-"), "settled", "settled is 3, and somebody2025 holds 4 (row 3"),
        (coded("interventions", settled=None, reason="-"), "settled", "settled is blank, and somebody2025 holds cctv"),
        (coded("outcomes", settled="homicide", reason="-"), "settled", "holds homicide;robbery_and_theft"),
        (coded("direction", settled="mixed", reason="-"), "settled", "holds beneficial"),
        (coded("maryland_level", second="3"), "reason", "no reason is given"),
        (coded("direction", first="mixed", second="mixed"), "reason", "no reason is given"),
        ({"study_id": "somebody2025", "field": "level"}, "field", "'level'"),
    ],
)
def test_a_second_coding_that_cannot_be_is_refused_with_its_row(row, column, said):
    errors = found([coded("targets"), row])
    assert [(it.table, it.columns, it.is_error) for it in errors] == [("second_coding", (column,), True)]
    assert said in errors[0].sentence
    assert errors[0].sentence.startswith("row 3 (study_id=somebody2025), ")


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ({"field": "maryland_levels", "before": "2", "after": "4"}, "field", "did you mean 'maryland_level'"),
        ({"field": "maryland_level", "before": "two", "after": "4"}, "before", "'two'"),
        ({"field": "maryland_level", "before": "2", "after": "3"}, "after", "after is '3', and maryland_level"),
        ({"field": "title", "before": "Cameras", "after": "CCTV in Kingston"}, "after", "'Cameras in Kingston'"),
        ({"field": "iso3", "before": "ATG"}, "after", "is 'JAM' (row 3 of studies)"),
        ({"field": "is_lac", "before": "true", "after": "false"}, "after", "is 'true'"),
        ({"field": "iso3", "before": "JAM", "after": "JAM"}, "after", "a change"),
    ],
)
def test_a_recoding_that_cannot_be_is_refused_with_its_row(row, column, said):
    errors = found(recoding=[{"study_id": "somebody2025", "reason": "Read again."} | row])
    assert [(it.table, it.columns, it.is_error) for it in errors] == [("recoding", (column,), True)]
    assert said in errors[0].sentence
    assert errors[0].sentence.startswith("row 2 (study_id=somebody2025), ")


def test_the_commands_check_both_tables_and_the_shipped_ones_are_clean():
    (tables, _), *others = [it for it in compendium.row_checks() if "second_coding" in it[0]]
    assert not others
    assert {"recoding", "studies"} < set(Inspection(tables, print).reads)
    assert [it.sentence for it in findings_of_tables({name: catalog.load(name) for name in tables})] == []


def test_nothing_is_asked_of_a_study_that_was_not_read():
    def read(columns):
        studies = pd.DataFrame([STUDY | dict.fromkeys(columns)])
        studies.attrs["unread"] = {0: frozenset(columns)}
        second = [coded("maryland_level"), coded("outcomes"), coded("direction")]
        recoded = [
            {"study_id": "somebody2025", "field": "iso3", "before": None, "after": "JAM", "reason": "Read again."}
        ]
        tables = {"studies": studies, "second_coding": pd.DataFrame(second), "recoding": pd.DataFrame(recoded)}
        return findings_of_tables(tables | coding_tables())

    assert read(["maryland_level", "outcome_category", "effect_direction", "iso3"]) == []
    assert read([]) == []


def test_a_code_that_is_none_is_told_once():
    row = {
        "study_id": "somebody2025",
        "field": "maryland_level",
        "before": "3",
        "after": "high",
        "reason": "Read again.",
    }
    (only,) = found(recoding=[row])
    assert "unknown maryland_level 'high'. Allowed: 1, 2, 3, 4, 5. Write the number of a level" in only.sentence
    (also,) = found(recoding=[row | {"after": "3", "before": "2"}])
    assert "maryland_level of somebody2025 is '4'" in also.sentence
