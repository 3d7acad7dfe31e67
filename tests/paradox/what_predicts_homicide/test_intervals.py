"""Prediction intervals: nominal coverage where it is owed, and its loss where exchangeability fails."""

import numpy as np
import pandas as pd
import pytest
from paradox.prediction_rows import BLOCKS, simulated_rows

from citizen_security.paradox.what_predicts_homicide.folds import country_folds
from citizen_security.paradox.what_predicts_homicide.intervals import (
    ALL_COUNTRIES,
    OWN_ERRORS,
    WEIGHTINGS,
    calibration_weights,
    conformal_quantile,
    coverage_by,
    coverage_table,
    cross_conformal,
    next_year_intervals,
    shown_intervals,
    unseen_country_intervals,
    width_in_words,
)
from citizen_security.paradox.what_predicts_homicide.learners import Learning, fit_folds, held_out
from citizen_security.paradox.what_predicts_homicide.predictors import columns_of
from citizen_security.paradox.what_predicts_homicide.questions import NEXT, UNSEEN

SMALL = Learning(trees=10, rounds=15, seed=1)


def forecasts(seed, *, countries=20, years=30, calm=0, change=1.0):
    """Forecasts of zero whose errors are alike, except that `calm` countries err little and later years more."""
    random = np.random.default_rng(seed)
    frame = pd.MultiIndex.from_product([[f"C{n:02d}" for n in range(countries)], range(years)]).to_frame(index=False)
    frame.columns = ["iso3", "year"]
    scale = np.where(frame["iso3"].str[1:].astype(int) < calm, 0.1, 1.0) * np.where(frame["year"] >= 20, change, 1.0)
    target = random.normal(size=len(frame)) * scale
    return frame.assign(target_year=frame["year"] + 1, target=target, model=0.0)


def test_the_quantile_counts_the_row_to_come():
    # Of nine errors and one to come, the ninth is the 90% quantile; 95% needs an error that nobody has seen.
    values = np.arange(1.0, 10)[::-1][None, :]
    weights = calibration_weights(np.arange(9), "country-years alike")
    assert conformal_quantile(values, weights, 0.9)[0] == 9
    assert conformal_quantile(values, weights, 0.5)[0] == 5
    assert np.isinf(conformal_quantile(values, weights, 0.95)[0])


def test_countries_alike_leave_room_for_one_country_more():
    weights = calibration_weights(np.array(["A", "A", "A", "B"]), "countries alike")
    np.testing.assert_allclose(weights, [1 / 9, 1 / 9, 1 / 9, 1 / 3])
    np.testing.assert_allclose(calibration_weights(np.arange(4), "country-years alike"), 1 / 5)


def test_the_quantile_agrees_with_numpy_where_weights_are_equal():
    values = np.random.default_rng(1).normal(size=(4, 199))
    found = conformal_quantile(values, calibration_weights(values[0], "country-years alike"), 0.9)
    # Split conformal: the ceil(0.9 (n + 1))-th smallest.
    np.testing.assert_array_equal(found, np.sort(values, axis=1)[:, int(np.ceil(0.9 * 200)) - 1])
    np.testing.assert_array_equal(found, np.quantile(values, 0.9 * 200 / 199, axis=1, method="inverted_cdf"))


def test_cross_conformal_agrees_with_the_definition_row_by_row():
    rows = simulated_rows(1, effect=1.0, countries=12, years=4)
    train, new = rows[rows["iso3"] < "C10"].reset_index(drop=True), rows[rows["iso3"] >= "C10"]
    columns = columns_of(BLOCKS)
    found = cross_conformal(train, new, columns, "elastic_net", SMALL, 4, [0.8])
    fitted = fit_folds(train, country_folds(train, 4, SMALL.seed), columns, "elastic_net", SMALL)
    residual = (train["target"] - held_out(train, fitted)).abs()
    model_of = {int(row): one for one in fitted for row in one.fold.test}
    rank = int(np.ceil(0.8 * (len(train) + 1)))
    for position in range(len(new)):
        row = new.iloc[[position]]
        ends = [(model_of[index].predict(row)[0], residual[index]) for index in range(len(train))]
        upper = sorted(centre + half for centre, half in ends)[rank - 1]
        lower = sorted((centre - half for centre, half in ends), reverse=True)[rank - 1]
        one = found[found["method"] == WEIGHTINGS[0]].iloc[position]
        assert (one["lower"], one["upper"]) == pytest.approx((lower, upper))


@pytest.mark.slow
def test_intervals_for_new_countries_keep_their_promise_when_countries_come_from_one_urn():
    held = []
    for seed in range(5):
        rows = simulated_rows(seed, effect=1.0, countries=30, years=4)
        intervals = unseen_country_intervals(
            rows, country_folds(rows, 5, seed), columns_of(BLOCKS), "elastic_net", SMALL, [0.8]
        )
        held.append(coverage_table(intervals, 0.95, 99, 1).set_index("method")["coverage"])
    mean = pd.concat(held, axis=1).mean(axis=1)
    # 5 panels of 30 countries: the standard error is about 2.5 points; one unknown country in 25 adds about 3 points.
    assert mean[WEIGHTINGS[0]] == pytest.approx(0.8, abs=0.07)
    assert 0.75 <= mean[WEIGHTINGS[1]] <= 0.91


@pytest.mark.slow
def test_forecast_intervals_keep_their_promise_when_every_year_is_alike():
    tables = [coverage_table(next_year_intervals(forecasts(seed), "model"), 0.95, 99, 1) for seed in range(3)]
    mean = pd.concat(tables).groupby(["method", "level"])["coverage"].mean()
    for level in (0.5, 0.8, 0.9, 0.95):
        # 3 times some 560 forecasts: a Monte Carlo error of about 1.2 points, and calibration sets are shared.
        assert mean[(ALL_COUNTRIES, level)] == pytest.approx(level, abs=0.04)
        # Few errors of one's own are rounded up, never down.
        assert mean[(OWN_ERRORS, level)] >= level - 0.04


def test_a_promise_kept_on_average_is_broken_for_the_turbulent():
    intervals = next_year_intervals(forecasts(1, calm=15), "model", [0.9])
    table = coverage_table(intervals, 0.95, 99, 1).set_index("method")
    assert table.loc[ALL_COUNTRIES, "coverage"] == pytest.approx(0.9, abs=0.04)
    by_country = coverage_by(intervals[intervals["method"] == ALL_COUNTRIES], "iso3").set_index("iso3")["coverage"]
    assert by_country.loc["C15":].mean() < 0.75
    assert by_country.loc[:"C14"].mean() > 0.97
    own = coverage_by(intervals[intervals["method"] == OWN_ERRORS], "iso3").set_index("iso3")["coverage"]
    assert own.loc["C15":].mean() > 0.85


def test_a_break_in_time_is_not_covered_by_the_past():
    intervals = next_year_intervals(forecasts(2, change=4.0), "model", [0.9])
    by_year = coverage_by(intervals[intervals["method"] == ALL_COUNTRIES], "target_year").set_index("target_year")
    assert by_year.loc[21, "coverage"] < 0.6
    assert by_year.loc[:20, "coverage"].mean() == pytest.approx(0.9, abs=0.05)


def test_an_interval_uses_no_error_that_was_unknown_at_its_origin():
    frame = forecasts(3)
    later = frame.copy()
    later.loc[later["target_year"] > 15, "target"] = 1e6
    one, other = (next_year_intervals(table, "model", [0.9]) for table in (frame, later))
    early = one["year"] <= 15
    pd.testing.assert_frame_equal(one.loc[early, ["lower", "upper"]], other.loc[early, ["lower", "upper"]])


def test_too_few_earlier_forecasts_give_no_interval():
    assert next_year_intervals(forecasts(1, countries=2, years=5), "model").empty


def test_unbounded_intervals_are_counted_not_averaged_away():
    intervals = next_year_intervals(forecasts(4, years=8), "model", [0.95])
    table = coverage_table(intervals, 0.95, 99, 1).set_index("method")
    assert table.loc[OWN_ERRORS, "unbounded"] == 1
    assert np.isinf(table.loc[OWN_ERRORS, "median_half_width"])
    assert table.loc[OWN_ERRORS, "coverage"] == 1


def test_widths_are_said_in_the_units_of_the_outcome():
    assert width_in_words(np.log(2), "log_rate") == "2 times more or less than predicted"
    assert width_in_words(5.04, "rate") == "5.0 victims per 100,000 more or less than predicted"
    assert width_in_words(np.inf, "rate") == "without end"


def test_intervals_on_show_are_those_of_one_method_and_coverage_for_each_question():
    table = pd.DataFrame(
        {"method": [WEIGHTINGS[1], WEIGHTINGS[1], ALL_COUNTRIES, OWN_ERRORS], "level": [0.9, 0.5, 0.9, 0.9]}
    )
    shown = shown_intervals({UNSEEN: table, NEXT: table}, 0.9)
    assert shown["method"].tolist() == [WEIGHTINGS[1], ALL_COUNTRIES]
    assert shown["question"].tolist() == [UNSEEN, NEXT]
