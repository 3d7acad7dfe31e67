"""Simulated worlds: a selection that is not the one stated would judge methods wrongly."""

import numpy as np
import pytest

from citizen_security.methods.publication_bias import funnel_simulation
from citizen_security.methods.publication_bias.funnel_simulation import Truth, compare_methods, draw_studies, worlds_at
from citizen_security.methods.publication_bias.selection_models import NotIdentified, NotMaximised


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
