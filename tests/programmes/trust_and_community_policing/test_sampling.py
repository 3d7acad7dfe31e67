"""Limits by sampling: by hand, by simulation, and by a second path."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from citizen_security.programmes.trust_and_community_policing import sampling
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.tables import catalog

PARAMETERS = TrustAndCommunityPolicing(respondents=400, design_effect=1.0)


def test_the_variance_is_binomial():
    found = sampling.sampling_variance(pd.Series([50.0, 20.0]), PARAMETERS)
    assert found == pytest.approx([100**2 * 0.25 / 400, 100**2 * 0.16 / 400])
    clustered = sampling.sampling_variance(pd.Series([50.0]), PARAMETERS.model_copy(update={"design_effect": 2.0}))
    assert clustered == pytest.approx([2 * 6.25])


def test_changes_that_are_only_sampling_lie_beyond_as_often_as_the_level_says():
    generator = np.random.default_rng(7)
    drawn = 100 * generator.binomial(400, 0.35, (4000, 2)) / 400
    rows = pd.DataFrame(
        {
            "iso3": np.repeat(np.arange(4000).astype(str), 2),
            "year": np.tile([2008, 2009], 4000),
            "police": drawn.ravel(),
        }
    )
    changes = sampling.changes_between_waves(rows, PARAMETERS)
    assert len(changes) == 4000
    # Three standard errors of a share of 5% among 4,000.
    assert changes["beyond"].mean() == pytest.approx(0.05, abs=0.0104)


def test_a_missing_wave_breaks_two_changes():
    rows = pd.DataFrame(
        {"iso3": "A", "year": [2008, 2009, 2010, 2011, 2013], "police": [30.0, 31.0, np.nan, 50.0, 40.0]}
    )
    changes = sampling.changes_between_waves(rows, PARAMETERS)
    assert changes[["year", "change", "beyond"]].to_numpy().tolist() == [[2009, 1.0, False], [2013, -10.0, True]]
    summary = sampling.sampling_summary(sampling.figures_with_limits(rows, PARAMETERS), changes, PARAMETERS)
    assert (summary["beyond"], summary["changes"]) == (1, 2)
    assert summary["expected"] == pytest.approx(0.1)
    assert summary["spread"] == pytest.approx(np.std([1, -10], ddof=1))


def test_agreement_is_that_of_scipy():
    pairs = sampling.two_surveys(catalog.load("country_year"), PARAMETERS)
    found = sampling.survey_agreement(pairs, PARAMETERS)
    second = stats.pearsonr(pairs["latinobarometro"], pairs["lapop"])
    ends = second.confidence_interval(0.95)
    assert [found["correlation"], found["lower"], found["upper"]] == pytest.approx([second.statistic, *ends])
    paired = stats.ttest_rel(pairs["lapop"], pairs["latinobarometro"]).confidence_interval(0.95)
    assert [found["difference_lower"], found["difference_upper"]] == pytest.approx(list(paired))
    assert found["beyond"] == (pairs["difference"].abs() > pairs["limit"]).sum()
