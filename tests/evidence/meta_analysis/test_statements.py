"""Each intervention page tells what the table holds: every finding as printed, and what the studies say together."""

import pandas as pd
import pytest
from support import ROOT

from citizen_security.evidence.meta_analysis import statements
from citizen_security.evidence.meta_analysis.statements import findings
from citizen_security.evidence.studies import row_checks
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.tables import catalog
from citizen_security.words import attributed, number_in_words

BOOK = ROOT / "book" / "evidence" / "interventions"


@pytest.fixture(scope="module")
def told(data, coded) -> pd.DataFrame:
    return findings(data["studies"], data["effects"], coded)


def test_a_doubt_stands_under_each_intervention_that_the_study_of_its_row_is_of(data, coded):
    doubtful = row_checks.doubts(
        data["effects"], data["studies"], data["countries"], catalog.load("row_doubts_answered")
    )
    shown = statements.doubts_by_intervention(doubtful, data["effects"], coded)
    of = shown.groupby("intervention")["row"].agg(set)
    assert {"E005", "E006"} <= of["alcohol_restriction"]
    assert of["restorative_justice"] == {"E165", "E167"}
    # A doubt about a row of studies, not of effects.
    assert "braga_weisburd2012" in of["focused_deterrence"]
    assert "E005" not in of["firearm_restriction"]
    study = data["effects"].set_index("effect_id")["study_id"]
    mine = coded.set_index("study_id")["interventions"]
    expected = sum(
        code in mine[study[row] if table == "effects" else row]
        for table, row in zip(doubtful["table"], doubtful["row"], strict=True)
        for code in PAGES
    )
    assert len(shown) == expected
    assert list(shown.columns) == ["intervention", "row", "doubt", "what", "answer", "is_answered"]


def said(told: pd.DataFrame, code: str, study: str) -> str:
    (found,) = told.loc[(told["intervention"] == code) & (told["study"] == study), "found"]
    return found


def test_every_evaluation_and_review_has_a_row_and_trials_of_a_review_are_counted(told, coded):
    for code in PAGES:
        mine = coded[[code in codes for codes in coded["interventions"]]]
        for kind in ("evaluation", "review"):
            names = told.loc[(told["intervention"] == code) & (told["kind"] == kind), "study"].tolist()
            expected = [
                f"{attributed(study['authors'], study['title'])} ({study['year']})"
                for _, study in mine[mine["group"] == kind].iterrows()
            ]
            assert sorted(names) == sorted(expected)
        trials = (mine["group"] == "pooled_trial").sum()
        counted = told.loc[(told["intervention"] == code) & (told["kind"] == "pooled_trial"), "study"].tolist()
        assert counted == ([f"{number_in_words(trials)} studies that a review printed"] if trials else [])


def test_an_official_claim_is_never_told_as_an_estimate(told):
    everything = " ".join(told["found"])
    assert "homicides 2019-2023 raw −58%, an official claim and no estimate" in everything
    assert "CITYWIDE" not in everything  # a correlate is no finding


def test_a_study_without_a_figure_says_so(told):
    assert said(told, "focused_deterrence", "Sumano Rodriguez (2024)") == "no figure read, direction not stated"
    mixed = said(told, "urban_upgrading", "Dias, Friche, Mingoti et al. (2019)")
    assert mixed == "no figure read, direction as stated: mixed"


def test_reviews_are_told_apart_from_studies(told):
    reviews = told[told["kind"] == "review"]
    assert "9 randomised experiments −16%" in " ".join(reviews["found"])
    assert "cash_transfers" not in set(reviews["intervention"])


def test_a_printed_interval_has_its_level(told):
    everything = " ".join(told.loc[told["intervention"] == "alcohol_restriction", "found"])
    assert "ratio 1.15 (90% interval: 1.05 to 1.26)" in everything
    assert "ratio 1.42 (90% interval: 1.26 to 1.61)" in everything
    assert statements._level(float("nan")) == "range, no confidence interval: "


@pytest.mark.parametrize("code", PAGES)
def test_each_page_has_the_honest_line_and_its_own_numbers_and_table(code):
    assert code in INTERVENTIONS
    page = (BOOK / f"{code}.md").read_text(encoding="utf-8")
    for name in (f"{code}_count_sentence", f"{code}_reading"):
        assert f"meta_analysis.ipynb::{name}_text:s`" in page
    assert f"```{{findings}} {code}\n```" in page
