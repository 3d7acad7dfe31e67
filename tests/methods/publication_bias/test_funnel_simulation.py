"""Simulated worlds: a selection that is not the one stated would judge methods wrongly."""

import numpy as np
import pytest

from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.publication_bias import funnel_simulation
from citizen_security.methods.publication_bias.funnel_simulation import Truth, compare_methods, draw_studies, worlds_at
from citizen_security.methods.publication_bias.funnel_tests import egger_mixed, pet_peese
from citizen_security.methods.publication_bias.selection_models import NotIdentified, NotMaximised, fit_step_selection
from citizen_security.methods.publication_bias.trim_and_fill import trim_and_fill


def test_the_world_with_selection_keeps_the_share_it_says():
    error = np.full(4000, 0.2)
    effect, variance = draw_studies(error, Truth(0.0, 0.0, reported=0.1), np.random.default_rng(1))
    significant = np.mean(effect / np.sqrt(variance) < -1.959964)
    # Of null results 0.025 are significant and 0.0975 of the others reported; three standard errors of 4,000.
    assert significant == pytest.approx(0.025 / (0.025 + 0.975 * 0.1), abs=0.02)


def test_each_method_is_tried_in_each_world():
    worlds = worlds_at(Truth(-0.3, 0.2), reported=0.2, slope=-1.0)
    found = compare_methods(np.linspace(0.1, 0.5, 30), worlds, simulations=4, seed=1).set_index(["world", "method"])
    assert len(found) == 12
    assert found.loc[("significant_reported", "random_effects"), "bias"] < 0
    assert found.loc[("small_studies_differ", "random_effects"), "bias"] < 0
    assert found["coverage"].between(0, 1).all()


@pytest.mark.parametrize("refusal", [NotIdentified("no study in a step."), NotMaximised("no top.")])
def test_a_set_on_which_the_selection_model_has_no_answer_is_left_out_of_its_row_only(refusal, monkeypatch):
    fit, calls = funnel_simulation.fit_step_selection, []

    def sometimes(*given, **named):
        calls.append(1)
        if len(calls) % 3 == 0:
            raise refusal
        return fit(*given, **named)

    monkeypatch.setattr(funnel_simulation, "fit_step_selection", sometimes)
    worlds = {"all_reported": Truth(-0.3, 0.2)}
    found = compare_methods(np.linspace(0.1, 0.5, 30), worlds, simulations=6, seed=1).set_index("method")
    assert found["simulations"].to_dict() == {
        "random_effects": 6,
        "trim_and_fill": 6,
        "pet_peese": 6,
        "three_parameter": 4,
    }


def test_where_all_is_reported_the_errors_are_those_given_in_their_order():
    error = np.array([0.3, 0.1, 0.5, 0.2])
    effect, variance = draw_studies(error, Truth(-0.3, 0.2, slope=2.0), np.random.default_rng(4))
    assert variance == pytest.approx(error**2)
    again = np.random.default_rng(4).normal(-0.3 + 2.0 * error, np.sqrt(error**2 + 0.04))
    assert effect == pytest.approx(again)


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_bias_and_coverage_are_counted_over_the_sets_at_the_level_asked_for(level):
    error, truth = np.linspace(0.1, 0.5, 30), Truth(-0.3, 0.2)
    named = {} if level == 0.95 else {"confidence_level": level}
    found = compare_methods(error, {"all_reported": truth}, simulations=5, seed=3, **named).set_index("method")
    rng = np.random.default_rng(3)
    sets = [draw_studies(error, truth, rng) for _ in range(5)]
    fits = {
        "random_effects": [pool(*one, confidence_level=level) for one in sets],
        "trim_and_fill": [trim_and_fill(*one, side="right", confidence_level=level).pooled for one in sets],
    }
    ends = {name: [(fit.effect, *fit.interval) for fit in each] for name, each in fits.items()}
    lines = [pet_peese(*one, confidence_level=level).result for one in sets]
    ends["pet_peese"] = [(line.limit, line.limit_lower, line.limit_upper) for line in lines]
    models = [fit_step_selection(*one, confidence_level=level, interval="wald") for one in sets]
    ends["three_parameter"] = [(model.effect, model.lower, model.upper) for model in models]
    for method, rows in ends.items():
        effects, lower, upper = np.array(rows).T
        row = found.loc[method]
        assert row["bias"] == pytest.approx(np.mean(effects) + 0.3), method
        assert row["bias_standard_error"] == pytest.approx(np.std(effects, ddof=1) / 5**0.5)
        assert row["coverage"] == np.mean((lower <= -0.3) & (upper >= -0.3))
    assert found["egger_rejects"].tolist() == [np.mean([egger_mixed(*one).p_value < 0.1 for one in sets])] * 4


def test_intervals_reach_as_far_as_the_level_says():
    error, truth = np.linspace(0.1, 0.5, 30), {"all_reported": Truth(-0.3, 0.2)}
    narrow, wide = (
        compare_methods(error, truth, simulations=40, seed=8, confidence_level=level).set_index("method")["coverage"]
        for level in (0.3, 0.99)
    )
    # Of 40 intervals 12 and 39.6 are to hold the truth; three binomial errors of the first are 0.22.
    assert narrow["random_effects"] < 0.6
    assert wide.loc[["random_effects", "three_parameter"]].min() > 0.85
    assert (narrow < wide).all()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Truth(0.1, -0.2), "tau"),
        (lambda: Truth(0.1, 0.2, reported=1.2), "reported"),
        (lambda: compare_methods(np.ones(5), {}, simulations=0, seed=1), "simulations"),
    ],
)
def test_worlds_that_cannot_be_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
