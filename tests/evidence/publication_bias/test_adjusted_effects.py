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


def test_each_method_has_a_short_name_and_what_it_takes_for_granted():
    names = {name: method.label for name, method in METHODS.items()}
    assert names == {
        "equal_effects": "Equal effects",
        "random_effects": "Random effects",
        "trim_and_fill": "Trim and fill",
        "pet": "PET",
        "peese": "PEESE",
        "pet_peese": "PET-PEESE",
        "three_parameter": "Selection at p = 0.025",
        "selection_model": "Selection, chosen steps",
        "copas": "Copas",
        "model_averaged": "Bayesian average",
    }
    assert all(len(method.assumes) > 30 for method in METHODS.values())


def test_notes_tell_every_weight_and_how_strong_a_selection_was_not_enough(enough):
    analysis = enough[1]
    adjusted = adjusted_effects(analysis).set_index("method")
    weights = [f"{weight:.2f}" for weight in analysis.selection_model.weights[1:]]
    assert len(weights) > 1
    assert adjusted.loc["selection_model", "note"].startswith(f"weights {', '.join(weights)}; no selection: p = ")
    left = analysis.copas.assign(least_precise=np.linspace(0.3, 0.9, len(analysis.copas)), residual_p_value=0.001)
    note = adjusted_effects(replace(analysis, copas=left)).set_index("method").loc["copas", "note"]
    assert note.endswith("even at a probability of 0.3")
