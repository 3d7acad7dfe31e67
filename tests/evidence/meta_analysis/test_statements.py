"""Each intervention page tells what the table holds: every finding as printed, and what the studies say together."""

import pytest
from support import ROOT

from citizen_security.evidence.meta_analysis import statements
from citizen_security.evidence.meta_analysis.statements import findings, reviews
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.words import attributed

BOOK = ROOT / "book" / "evidence" / "interventions"


def test_every_evaluation_is_told_and_trials_of_a_review_are_counted(data, coded):
    for code in PAGES:
        said = findings(data["studies"], data["effects"], coded, code)
        mine = coded[[code in codes for codes in coded["interventions"]]]
        for _, study in mine[mine["group"] == "evaluation"].iterrows():
            assert f"{attributed(study['authors'], study['title'])} ({study['year']})" in said
        trials = (mine["group"] == "pooled_trial").sum()
        assert (f"{trials} studies that a review printed" in said) == (trials > 0)


def test_an_official_claim_is_never_told_as_an_estimate(data, coded):
    said = findings(data["studies"], data["effects"], coded, "focused_deterrence")
    assert "homicides 2019-2023 raw −58%, an official claim and no estimate" in said
    assert "CITYWIDE" not in said  # a correlate is no finding


def test_a_study_without_a_figure_says_so(data, coded):
    said = findings(data["studies"], data["effects"], coded, "focused_deterrence")
    assert "Sumano Rodriguez (2024), Mexico City, Plateros: no figure read, direction not stated" in said
    said = findings(data["studies"], data["effects"], coded, "urban_upgrading")
    assert "Dias, Friche, Mingoti et al. (2019), Belo Horizonte: no figure read, direction as stated: mixed" in said
    assert "ratio 0.33 (95% interval: 0.18 to 0.61)" in said


def test_reviews_are_told_apart_from_studies(data, coded):
    said = reviews(data["effects"], data["studies"], coded, "focused_deterrence")
    assert "9 randomised experiments −16%" in said
    assert reviews(data["effects"], data["studies"], coded, "cash_transfers").startswith("no review")


@pytest.mark.parametrize("code", PAGES)
def test_each_page_has_the_honest_line_and_its_own_numbers(code):
    assert code in INTERVENTIONS
    page = (BOOK / f"{code}.md").read_text(encoding="utf-8")
    for name in (f"{code}_count_sentence", f"{code}_reading", f"findings_{code}", f"reviews_{code}"):
        assert f"meta_analysis.ipynb::{name}_text:s`" in page


def test_a_printed_interval_has_its_level(data, coded):
    said = findings(data["studies"], data["effects"], coded, "alcohol_restriction")
    assert "ratio 1.15 (90% interval: 1.05 to 1.26)" in said
    assert "ratio 1.42 (90% interval: 1.26 to 1.61)" in said
    assert statements._level(float("nan")) == "interval of unknown level: "
