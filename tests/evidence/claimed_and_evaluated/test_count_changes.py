"""Changes of counts: an interval too short, or of the wrong way round, would make noise a success."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from citizen_security.evidence.claimed_and_evaluated.count_changes import raw_change, relative_change


@settings(max_examples=40, deadline=None)  # a busy machine is no failure
@given(before=st.integers(0, 300), after=st.integers(0, 300))
def test_the_interval_of_a_raw_change_holds_it_and_turns_around(before, after):
    found = raw_change(before, after, 1, 1, confidence_level=0.95)
    if before == 0:
        assert np.isnan(found["change"])
        return
    assert found["lower"] <= found["change"] <= found["upper"]
    back = raw_change(after, before, 1, 1, confidence_level=0.95)
    if after:
        assert (1 + found["lower"] / 100) * (1 + back["upper"] / 100) == pytest.approx(1)


def test_the_ends_of_a_raw_change_are_where_the_exact_test_turns():
    found = raw_change(56, 27, 12, 12, confidence_level=0.95)
    lower, upper = (ratio / (1 + ratio) for ratio in (1 + found[end] / 100 for end in ("lower", "upper")))
    assert stats.binom.sf(26, 83, lower) == pytest.approx(0.025, abs=1e-6)
    assert stats.binom.cdf(27, 83, upper) == pytest.approx(0.025, abs=1e-6)


def test_windows_of_unequal_length_are_compared_by_rate():
    assert raw_change(10, 20, 1, 2, confidence_level=0.95)["change"] == pytest.approx(0)


def test_the_relative_change_is_that_of_a_poisson_regression():
    counts = (150, 123, 640, 900)
    design = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0], [1, 0, 1, 0]])
    # Four counts and four parameters: the fit is exact, so the scale is fixed at that of Poisson counts.
    with warnings.catch_warnings(action="ignore"):
        fitted = sm.GLM(np.array(counts), design, family=sm.families.Poisson()).fit()
    found = relative_change(counts, confidence_level=0.95)
    assert found["change"] == pytest.approx(100 * np.expm1(fitted.params[3]), rel=1e-6)
    assert [found["lower"], found["upper"]] == pytest.approx(list(100 * np.expm1(fitted.conf_int()[3])), rel=1e-5)


def test_a_count_of_zero_has_no_relative_change():
    assert np.isnan(relative_change((0, 3, 4, 5), confidence_level=0.95)["change"])
