"""The Bayesian tables: the chosen prior first, wider priors wider, curves that are densities."""

import numpy as np
import pytest

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.prior_sensitivity import (
    fit_bayesian,
    posterior_curves,
    prior_sensitivity,
    priors,
    shrunken,
)
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention, whatever_the_level
from citizen_security.tables import catalog

DEFAULTS = MetaAnalysis.from_values({})


@pytest.fixture(scope="module")
def alcohol():
    effects = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    return whatever_the_level(sample_of_intervention(effects, "alcohol_restriction"))


def test_the_same_number_means_the_same_on_every_scale(alcohol):
    tau, mu = priors(alcohol, DEFAULTS)
    assert (tau.scale, mu.standard_deviation) == (
        0.5,
        2.0,
    )  # half-normal(0.5) for log ratios, as Röver and others advise


def test_with_two_studies_the_prior_decides_and_the_table_shows_it(alcohol):
    table = prior_sensitivity(alcohol, DEFAULTS).set_index("prior")
    narrow, chosen, wide = (table.loc[f"half-normal, {scale}"] for scale in ("0.25", "0.5", "1"))
    widths = [row["upper"] - row["lower"] for row in (narrow, chosen, wide)]
    assert widths[0] < widths[1] < widths[2]
    assert table.index[0] == "half-normal, 0.5"
    assert len(table) == 5  # the chosen prior is not told twice
    assert ((table["new_lower"] < table["lower"]) & (table["upper"] < table["new_upper"])).all()


def test_the_curves_are_densities(alcohol):
    curves = posterior_curves(fit_bayesian(alcohol, DEFAULTS), 0.95)
    for quantity, curve in curves.groupby("quantity"):
        area = np.trapezoid(curve["density"], curve["value"])
        # Heavy tails of two studies lie beyond what is drawn.
        assert 0.9 < area < 1.01, quantity


def test_studies_are_drawn_towards_the_mean_and_small_ones_more(alcohol):
    found = fit_bayesian(alcohol, DEFAULTS)
    table = shrunken(alcohol, found, 0.95)
    mean = found.mu().mean
    assert (np.abs(table["mean"] - mean) < np.abs(table["effect"] - mean)).all()
    order = table.sort_values("standard_error")
    assert order["shrinkage"].is_monotonic_increasing
