"""Simulated worlds like the set examined: another truth or other errors would try the methods on something else."""

import numpy as np
import pandas as pd
import pytest
from evidence.analysed_sets import ENOUGH, analysed

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.simulated_worlds import compare_worlds, truth_like
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.publication_bias.funnel_simulation import Truth, compare_methods, worlds_at
from citizen_security.tables import catalog


def test_the_truth_is_half_of_the_effect_and_less_crime():
    pooled = pool([0.6, 0.2, 0.4], [0.01, 0.02, 0.03])
    truth = truth_like(pooled)
    assert truth.effect == pytest.approx(-pooled.effect / 2)
    assert truth.tau**2 == pytest.approx(pooled.tau_squared)


def test_each_world_has_as_many_sets_as_the_effort_allows():
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    sample = sample_of_intervention(harmonised, "restorative_justice")
    parameters = PublicationBias.from_values({"effort": "quick"})
    found = compare_worlds(sample, truth_like(pool(sample.effect, sample.variance)), parameters)
    assert list(found["world"].unique()) == ["all_reported", "significant_reported", "small_studies_differ"]
    assert (found.loc[found["method"] == "random_effects", "simulations"] == 6).all()
    assert np.isfinite(found["bias"]).all()


def test_methods_are_tried_on_the_errors_of_the_studies_at_the_level_of_the_run():
    sample = analysed(ENOUGH)[0]
    truth = Truth(-0.2, 0.1)
    parameters = PublicationBias.from_values({"effort": "quick", "confidence_level": 0.5, "seed": 7})
    found = compare_worlds(sample, truth, parameters)
    # Few results in the unfavoured direction are reported, and small studies find more of a reduction.
    worlds = worlds_at(truth, reported=0.2, slope=-1.0)
    errors = sample.studies["standard_error"].to_numpy()
    pd.testing.assert_frame_equal(found, compare_methods(errors, worlds, simulations=6, seed=7, confidence_level=0.5))
