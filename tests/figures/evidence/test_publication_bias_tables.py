"""Tables of publication bias show words and digits, never a code, a missing number or an infinity."""

import math

import pandas as pd
import pytest
from evidence.analysed_sets import ENOUGH, FEW, analysed

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects
from citizen_security.evidence.publication_bias.asymmetry import asymmetry_tests
from citizen_security.figures.evidence import publication_bias_tables as tables


@pytest.mark.parametrize("studies", [ENOUGH, FEW])
def test_no_table_shows_a_raw_number(studies):
    _, analysis = analysed(studies)
    adjusted = adjusted_effects(analysis).assign(intervention="One", scale="log_ratio")
    shown = [
        tables.tests_table(asymmetry_tests(analysis)),
        tables.adjusted_table(adjusted),
        tables.inclusion_table(analysis.averaged.inclusion),
        tables.sets_table(adjusted),
    ]
    for table in shown:
        html = table.to_html()
        assert "nan" not in html.lower()
        assert ">inf" not in html
        assert "e+" not in html
    assert "Bayesian average, 8 models" in shown[1].to_html()
    assert "variance between studies" in shown[2].to_html()


def test_odds_beyond_comparison_are_told_by_a_bound():
    inclusion = pd.DataFrame(
        {
            "component": ["effect", "heterogeneity", "selection"],
            "prior_probability": 0.5,
            "posterior_probability": [0.73, 1.0, 0.01],
            "bayes_factor": [2.71828, 1.94e21, math.inf],
        }
    )
    html = tables.inclusion_table(inclusion).to_html()
    assert ">2.72<" in html
    assert html.count("above 1,000") == 2
    assert "below 1/1,000" in tables.inclusion_table(inclusion.assign(bayes_factor=1e-9)).to_html()


def test_the_ensemble_that_was_chosen_is_marked():
    averages = pd.DataFrame(
        {
            "label": ["8 models", "36 models"], "is_chosen": [False, True],
            "effect": [-0.42, -0.14], "lower": [-0.6, -0.46], "upper": [-0.2, 0.0], "no_effect": [0.02, 0.46],
        }
    )  # fmt: skip
    html = tables.averages_table(averages).to_html()
    assert "36 models (chosen)" in html
    assert "8 models (chosen)" not in html
    assert "−0.60 to −0.20" in html
