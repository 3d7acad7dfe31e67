"""Two codings of the same studies: compared field by field, kept whole, and settled as the table of studies says."""

import math

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.evidence_gap_map import headline, second_coding
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.tables import catalog

QUICK = EvidenceGapMap.from_values({"effort": "quick"})
FIELDS = ("maryland_level", "direction", "outcomes", "interventions", "targets")


def codings(**pairs):
    """A table of codings from pairs of cells, field by field; a blank is a missing cell, as the catalog reads it."""
    rows = [
        {"study_id": f"study{number}", "field": field, "first": first or None, "second": second or None}
        for field in FIELDS
        for number, (first, second) in enumerate(pairs.get(field, pairs["other"]))
    ]
    return pd.DataFrame(rows)


HAND = codings(
    maryland_level=[("4", "3"), ("5", "5"), ("2", "2"), ("3", "3"), ("", "3"), ("4", "4")],
    direction=[
        ("mixed", "beneficial"),
        *[("beneficial", "beneficial")] * 3,
        ("harmful", "harmful"),
        ("mixed", "mixed"),
    ],
    outcomes=[("homicide", "homicide;trust"), *[("homicide", "homicide")] * 4, ("trust", "homicide")],
    interventions=[("cctv", "cctv")] * 5 + [("cctv", "cctv;urban_upgrading")],
    targets=[("people;place", "place;people")] * 3 + [("place", "place")] * 3,
    other=[],
)


@pytest.fixture(scope="module")
def answers():
    return second_coding.agreements(HAND, QUICK)


def test_a_study_that_one_coder_gave_no_level_is_left_out_of_levels_alone(answers):
    assert (answers["level"].agreement.units, answers["level"].agreement.alike) == (5, 4)
    assert (answers["direction"].agreement.units, answers["direction"].agreement.alike) == (6, 5)


def test_kappa_of_the_level_is_weighted_by_the_square_of_the_distance(answers):
    first, second = (4, 5, 2, 3, 4), (3, 5, 2, 3, 4)
    chance = sum((one - other) ** 2 for one in first for other in second) / 25
    assert answers["level"].agreement.kappa == pytest.approx(1 - (1 / 5) / chance, abs=1e-12)


def test_strength_is_the_level_from_four_on(answers):
    # 4 of 5 alike; strong for 3 and 2 of 5: by chance 6/25 + 6/25.
    assert answers["strong"].agreement.kappa == pytest.approx((0.8 - 0.48) / 0.52, abs=1e-12)


def test_the_order_of_codes_is_no_disagreement(answers):
    assert answers["target"].agreement.kappa == pytest.approx(1)
    assert answers["target"].agreement.interval[0] < 0.9


def test_outcomes_are_compared_one_by_one_and_their_overlap_is_a_mean(answers):
    # Of 54 cells 3 differ; 6 are present by the first coder and 7 by the second.
    chance = (6 * 7 + 48 * 47) / 54**2
    assert answers["outcomes"].agreement.kappa == pytest.approx((51 / 54 - chance) / (1 - chance), abs=1e-12)
    assert answers["outcomes"].agreement.alike == 4
    assert answers["outcomes"].overlap == pytest.approx((1 / 2 + 4 + 0) / 6)


def test_one_code_throughout_by_one_coder_says_nothing_beyond_chance(answers):
    assert answers["intervention"].agreement.kappa == pytest.approx(0)
    assert answers["intervention"].overlap == pytest.approx((5 + 1 / 2) / 6)


def test_the_sentence_says_how_many_and_how_sure(answers):
    said = second_coding.agreement_sentence(answers)
    level = answers["level"].agreement
    assert said.startswith(
        "The two codings give 4 of 5 studies the same Maryland level: kappa with quadratic weights 0.91"
    )
    assert f"(95% interval: {level.interval[0]:.2f} to {level.interval[1]:.2f})" in said
    assert "The direction is the same for 5 of 6 studies" in said
    assert "stated by one coder alone" not in said
    for name, named in second_coding.SETS.items():
        # Where one coder gave one code throughout there is a kappa of zero, and no interval.
        ends = "(95%" if np.isfinite(answers[name].agreement.interval[0]) else "without an interval"
        assert f"{named}: kappa {answers[name].agreement.kappa:.2f}" in said
        assert ends in said


def test_a_direction_that_one_coder_did_not_read_is_told_from_a_disagreement():
    pairs = [("mixed", "not_stated"), ("not_stated", "beneficial"), ("mixed", "beneficial"), ("harmful", "harmful")]
    table = codings(maryland_level=[("3", "4")] * 4, direction=pairs, other=[("cctv", "cctv")] * 4)
    answers = second_coding.agreements(table, QUICK)
    assert (answers["direction"].unread, answers["level"].unread) == (2, 0)
    said = second_coding.agreement_sentence(answers)
    assert "2 of 3 directions that differ were stated by one coder alone, who had read more of the study." in said


def test_where_all_are_coded_the_same_kappa_is_said_to_be_undefined():
    same = codings(maryland_level=[("3", "3")] * 4, other=[("cctv", "cctv")] * 4, direction=[("mixed", "mixed")] * 4)
    answers = second_coding.agreements(same, QUICK)
    assert math.isnan(answers["direction"].agreement.kappa)
    assert "all four" not in second_coding.agreement_sentence(answers)
    assert "for all 4 studies: kappa is undefined" in second_coding.agreement_sentence(answers)


def test_changes_are_counted_down_up_and_out():
    fields = ["maryland_level"] * 4 + ["effect_direction", "title"]
    before, after = ["4", "4", "3", "3", "unknown", "x"], ["3", "2", "5", None, "mixed", "y"]
    table = pd.DataFrame({"study_id": list("abcdea"), "field": fields, "before": before, "after": after})
    said = second_coding.recoding_sentence(table)
    assert "changed something in five studies." in said
    assert "Two levels went down, one level up, one level out where the method was not read, and one direction" in said


def test_the_table_holds_both_codings_whole_and_what_was_settled_is_in_the_table_of_studies():
    table = catalog.load("second_coding")
    assert len(table) == 30 * len(FIELDS)
    assert (table.groupby("study_id")["field"].agg(set) == set(FIELDS)).all()
    coded = coded_studies(catalog.load("studies"), catalog.load("countries")).set_index("study_id")
    assert (coded.loc[table["study_id"], "group"] == "evaluation").all()
    for row in table.fillna("").itertuples():
        study = coded.loc[row.study_id]
        level = "" if pd.isna(study["maryland_level"]) else f"{study['maryland_level']:.0f}"
        codes = {"maryland_level": level, "direction": study["direction"]} | {
            name: ";".join(study[name]) for name in ("outcomes", "interventions", "targets")
        }
        assert row.settled == codes[row.field], (row.study_id, row.field)
        if row.first != row.second or row.settled != row.first:
            assert row.reason, (row.study_id, row.field)


def test_each_change_stands_in_the_table_of_studies():
    studies = catalog.load("studies").set_index("study_id")
    recoding = catalog.load("recoding")
    assert not recoding.duplicated(["study_id", "field"]).any()
    for row in recoding.fillna("").itertuples():
        cell = studies.loc[row.study_id, row.field]
        assert ("" if pd.isna(cell) else str(cell)) == row.after != row.before


def test_what_is_recorded_is_the_sentences_and_how_many_were_coded_twice(answers):
    recoding = catalog.load("recoding")
    values = {value.name: value.value for value in headline.coding_values(answers, recoding)}
    assert values["coded_twice"] == 6
    assert values["second_coding_sentence"] == second_coding.agreement_sentence(answers)
    assert values["recoding_sentence"] == second_coding.recoding_sentence(recoding)
