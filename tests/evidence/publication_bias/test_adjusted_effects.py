"""One set under every method: a wrong row would show readers a correction that is none."""

from dataclasses import replace

import numpy as np
import pytest
from evidence.analysed_sets import ENOUGH, FEW, QUICK, analysed

from citizen_security.evidence.publication_bias.adjusted_effects import METHODS, adjusted_effects, statement
from citizen_security.evidence.publication_bias.asymmetry import asymmetry_tests
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.reporting import reporting_weights


@pytest.fixture(scope="module")
def few():
    return analysed(FEW)


@pytest.fixture(scope="module")
def enough():
    return analysed(ENOUGH)


def test_every_method_has_a_row_and_seven_studies_are_told_too_few_for_selection(few):
    adjusted = adjusted_effects(few[1]).set_index("method")
    assert list(adjusted.index) == list(METHODS)
    for method in ("pet", "peese", "pet_peese", "three_parameter", "selection_model", "copas"):
        assert np.isnan(adjusted.loc[method, "effect"])
        assert adjusted.loc[method, "note"].startswith("7 studies; selection can hardly be told from effect")
    for method in ("random_effects", "trim_and_fill", "model_averaged"):
        row = adjusted.loc[method]
        assert row["lower"] <= row["effect"] <= row["upper"]
    assert statement(adjusted.reset_index(), "copas", few[0].measure).startswith("none (7 studies")
    assert len(asymmetry_tests(few[1])) == 3


def test_the_average_is_named_by_its_ensemble(enough):
    labels = adjusted_effects(enough[1]).set_index("method")["label"]
    assert labels["model_averaged"] == "Bayesian average, 8 models"
    other = replace(enough[1], ensemble="steps_and_regressions")
    assert adjusted_effects(other).set_index("method").loc["model_averaged", "label"] == "Bayesian average, 36 models"


def test_ten_studies_have_a_row_from_every_method(enough):
    sample, analysis = enough
    adjusted = adjusted_effects(analysis)
    assert adjusted["effect"].notna().all()
    assert (adjusted["k"] == sample.k).all()
    parameters = PublicationBias.from_values({"intervention": "restorative_justice", **QUICK})
    weights = reporting_weights(sample, analysis, parameters)
    assert weights["studies"].sum() == sample.k
    assert weights["weight"].iloc[0] == 1
    assert ((weights["lower"] <= weights["weight"]) | weights["lower"].isna()).all()
