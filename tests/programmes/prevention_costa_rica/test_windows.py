"""Windows follow each other, and changes and lines are those of other hands."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from citizen_security.programmes.prevention_costa_rica import windows
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica


def test_windows_follow_each_other_to_the_last_year(parameters):
    found = windows.windows(parameters)
    assert [(window.name, window.first, window.last) for window in found] == [
        ("strategy", 2011, 2014), ("after", 2015, 2018), ("since", 2019, 2023),
    ]  # fmt: skip
    assert found[0].years == "2011 to 2014"
    before = windows.year_before(parameters)
    assert (before.first, before.last, before.length, before.years) == (2010, 2010, 1, "2010")


def test_changes_are_ratios_of_sums_against_the_years_before(series, parameters):
    changes = windows.raw_changes(series, parameters).set_index("window")
    sums = series.set_index("year")
    for name, old, new in (
        ("strategy", (2007, 2010), (2011, 2014)),
        ("after", (2011, 2014), (2015, 2018)),
        ("since", (2015, 2018), (2019, 2023)),
    ):
        early, late = sums.loc[old[0] : old[1]].sum(), sums.loc[new[0] : new[1]].sum()
        ratio = late["homicides"] / late["population"] / (early["homicides"] / early["population"])
        assert changes.loc[name, "change"] == pytest.approx(100 * (ratio - 1))
        # Given both, the later count is binomial (Przyborowski and Wilenski), whose exact ends Beta gives.
        total, share = early["homicides"] + late["homicides"], early["population"] / late["population"]
        low = stats.beta.ppf(0.05, late["homicides"], total - late["homicides"] + 1)
        assert changes.loc[name, "lower"] == pytest.approx(100 * (low / (1 - low) * share - 1))
    assert (changes["lower"] < changes["change"]).all()
    assert (changes["change"] < changes["upper"]).all()


def test_the_first_window_has_no_years_before_the_series(series):
    long = PreventionCostaRica(
        start=2003, last_year=2016, after_until=2020, first_year=1995, line_from=1995, curve_starts=[2003]
    )
    first = windows.raw_changes(series[series["year"] >= 1995], long).iloc[0]
    assert (first["before_first"], first["before_last"]) == (1995, 2002)


def test_the_line_is_a_prediction_of_least_squares(series, parameters):
    found = windows.own_line(series, parameters)
    rows = series[series["year"].between(2001, 2010)]
    fit = sm.OLS(np.log(rows["rate"]), sm.add_constant(rows["year"].astype(float))).fit()
    frame = fit.get_prediction([[1.0, 2014.0]]).summary_frame(alpha=0.1)
    expected = np.exp(frame[["mean", "obs_ci_lower", "obs_ci_upper"]].iloc[0])
    assert found["year"].tolist() == [2011, 2012, 2013, 2014]
    assert found.iloc[-1][["line", "lower", "upper"]].tolist() == pytest.approx(list(expected))
    assert found["observed"].tolist() == series.set_index("year")["rate"].loc[2011:2014].tolist()


def test_the_highest_rate_is_that_of_its_year(series):
    year, rate = windows.highest(series)
    assert rate == series["rate"].max()
    assert rate == series.set_index("year")["rate"][year]
