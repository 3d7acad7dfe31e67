"""What each study does to the whole: parts that sum, and rows that say which study they leave out or add."""

import numpy as np
import pytest

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.study_contributions import (
    added_by_year,
    contributions,
    influence_of_each,
    pooled_subsets,
    without_each,
)
from citizen_security.methods.meta_analysis.influence import leave_one_out
from citizen_security.methods.meta_analysis.pooling import pool

DEFAULTS = MetaAnalysis.from_values({})


def test_baujats_parts_sum_to_q_and_agree_with_leaving_each_out(therapy):
    parts = contributions(therapy)
    equal = {"estimator": "equal_effects", "test": "normal"}
    fit = pool(therapy.effect, therapy.variance, **equal)
    assert parts["heterogeneity"].sum() == pytest.approx(fit.q)
    without = leave_one_out(therapy.effect, therapy.variance, **equal)
    expected = (fit.effect - without["effect"]) ** 2 / without["standard_error"] ** 2
    assert parts["influence"].to_numpy() == pytest.approx(expected.to_numpy())


def test_each_row_without_a_study_is_named_after_it(therapy):
    table = without_each(therapy, DEFAULTS)
    place = 7
    kept = np.arange(therapy.k) != place
    assert table["label"].iloc[place] == therapy.studies["label"].iloc[place]
    assert table["effect"].iloc[place] == pytest.approx(pool(therapy.effect[kept], therapy.variance[kept]).effect)


def test_studies_are_added_in_the_order_of_their_years_and_end_with_all(therapy):
    table = added_by_year(therapy, DEFAULTS)
    years = therapy.studies.set_index("label").loc[table["label"], "year"]
    assert years.is_monotonic_increasing
    assert table["effect"].iloc[-1] == pytest.approx(pool(therapy.effect, therapy.variance).effect)


def test_two_studies_have_no_study_to_leave_out_and_no_subsets_and_say_so(alcohol):
    assert "at least 3 are needed" in without_each(alcohol, DEFAULTS)
    assert "at least 3 are needed" in influence_of_each(alcohol, DEFAULTS)
    assert pooled_subsets(alcohol, DEFAULTS) == "2 studies; subsets say something from 3 studies on."


def test_quick_effort_pools_fewer_subsets(therapy):
    assert len(pooled_subsets(therapy, MetaAnalysis.from_values({"effort": "quick"})).table) == 2_000
