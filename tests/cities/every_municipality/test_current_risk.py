"""The model of risk now in its room: what it says of places, its gate of prediction, its check, its sentences."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from citizen_security.cities.every_municipality import current_headline, current_risk, forecasts
from citizen_security.cities.every_municipality import current_summaries as now
from citizen_security.cities.every_municipality.forecasts import CONSTANT, MODEL, RIVALS, Verdict
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.replicates import LASTING, SPREAD, check_current
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, simulate_municipalities
from citizen_security.cities.every_municipality.table import build_panel
from citizen_security.methods.count_panels import deviation_draws
from citizen_security.methods.count_panels.covariances import Deviations
from citizen_security.methods.count_panels.deviations import OF_YEARS, START
from citizen_security.methods.count_panels.propagation import CountPanel
from citizen_security.values import Missing, Value
from citizen_security.words import counted

PARAMETERS = EveryMunicipality(credible_level=0.8, threshold_rate=20.0, top_places=10, compared_years=4, origins=2)
MOVING = SimulatedCountry(
    places=300, groups=8, years=9, trend_deviation=0.5, wave_deviation=0.5, extra_variation=0.2, seed=5,
    median_population=40_000,
)  # fmt: skip


def by_name(values):
    return {value.name: value for value in values if isinstance(value, Value)}


def missing(values):
    return {value.names: value.reason for value in values if isinstance(value, Missing)}


@pytest.fixture(scope="module")
def moving():
    table, truth = simulate_municipalities(MOVING)
    # A place lacks the last year, another one in the middle.
    return build_panel(table.drop(index=[8, 13])), truth


@pytest.fixture(scope="module")
def panel(moving):
    return moving[0]


@pytest.fixture(scope="module")
def current(panel):
    return current_risk.fit_current(panel, PARAMETERS)


@pytest.fixture(scope="module")
def risks(current, panel):
    return now.current_risks(current, panel, PARAMETERS)


@pytest.fixture(scope="module")
def scores(panel, current):
    return forecasts.forecast_scores(panel, PARAMETERS, current.at.deviations)


def test_intervals_hold_the_true_risk_of_the_last_year_as_often_as_they_say(risks, panel, moving):
    recovery = now.recovery_now(risks, panel, moving[1])
    assert recovery["places"].tolist() == [60] * 5
    covered = recovery["covered"].mean()
    # 300 intervals at 0.8 have a deviation of 0.023; three of them, and the model is not the simulation's.
    assert covered == pytest.approx(0.8, abs=0.08)
    share, interval = now.covered_now(risks, panel, moving[1], 0.8, 1)
    assert share == pytest.approx(covered)
    assert interval[0] < share < interval[1]
    assert recovery["model_error"].iloc[0] < 0.7 * recovery["raw_error"].iloc[0]


def test_all_that_is_said_of_a_place_comes_from_the_same_draws(risks, current):
    last = current.log_rates[:, 5, now.LAST]
    row = risks.iloc[5]
    # The median of an even number of draws lies between two, and so does that of their exponentials.
    assert row["rate"] == pytest.approx(np.exp(np.median(last)), rel=1e-3)
    assert row["lower"] == pytest.approx(np.exp(np.quantile(last, 0.1)), rel=1e-3)
    assert row["probability_above"] == (last > np.log(20)).mean()
    moved = current.log_rates[:, 5, now.LAST] - current.log_rates[:, 5, now.COMPARED]
    assert row["change_upper"] == pytest.approx(100 * np.expm1(np.quantile(moved, 0.9)), rel=1e-2)
    assert row["probability_fell"] == (moved < 0).mean()
    assert risks["probability_top"].sum() == pytest.approx(10)
    assert (risks["rank_lower"] <= risks["rank"]).all()
    assert current.years == (2020, 2024, 2025)


def test_a_place_without_the_last_year_has_a_risk_and_no_count(risks):
    assert np.isnan(risks.loc[0, "raw_rate"])
    assert risks.loc[0, "rate"] > 0
    width = np.log(risks["upper"] / risks["lower"])
    people = risks["person_years"].rank()
    assert width.corr(people) < -0.5


def test_what_is_to_come_is_less_sure_than_what_was_seen(risks):
    seen, coming = (np.log(risks[f"{name}upper"] / risks[f"{name}lower"]) for name in ("", "next_"))
    assert (coming > seen).mean() > 0.95


def test_groups_and_the_country_are_weighted_by_people(current, panel):
    groups = now.current_groups(current, panel, 0.8)
    assert groups["places"].sum() == 300
    people = now.latest_exposure(panel)
    inside = panel.group_index == 2
    drawn = np.exp(current.log_rates[:, inside, now.LAST]) @ people[inside] / people[inside].sum()
    assert groups.loc[2, "rate"] == pytest.approx(np.median(drawn))
    country = now.country_draws(current, panel)
    assert country[:, now.LAST] == pytest.approx(np.exp(current.log_rates[..., now.LAST]) @ people / people.sum())
    # The place without its last year counts with the people of the year before.
    assert people[0] == panel.exposure[0, -2]


def test_years_are_held_out_from_the_last_one(panel):
    assert forecasts.held_out_years(panel, 3) == [8, 7, 6]
    assert forecasts.held_out_years(panel.until(5), 3) == [4]
    assert forecasts.held_out_years(panel.until(2), 3) == [1]
    assert forecasts.held_out_years(panel.until(1), 3) == []


def test_a_moving_country_is_forecast_better_than_by_any_rival(scores):
    assert set(scores["forecaster"]) == {MODEL, *RIVALS}
    assert sorted(scores["year"].unique()) == [2023, 2024]
    # The place that lacks the last year is not among those forecast for it.
    assert len(scores) == 6 * (300 + 299)
    verdict = forecasts.judge(scores, 0.9, seed=1)
    assert verdict.wins
    assert verdict.interval[0] < verdict.gain < verdict.interval[1]
    table = forecasts.forecast_table(scores, 0.8, 1).set_index("forecaster")
    assert table.loc[MODEL, "covered"] == pytest.approx(0.8, abs=0.06)
    assert table.loc[MODEL, "covered_largest"] == pytest.approx(0.8, abs=0.12)
    assert table.loc[CONSTANT, "covered_largest"] < 0.6
    assert table["crps"].idxmin() == MODEL


def test_every_share_covered_has_the_interval_of_groups_and_years_drawn_again(scores):
    table = forecasts.forecast_table(scores, 0.8, seed=3).set_index("forecaster")
    for name, row in table.iterrows():
        for column, rows in (("covered", scores), ("covered_largest", scores[scores["largest"]])):
            own = rows[rows["forecaster"] == name].reset_index(drop=True)
            inside = own["position"].between(0.1, 0.9).to_numpy(dtype=float)
            share, ends = forecasts.drawn_again(inside, own[["year", "place", "group"]], 0.8, 3)
            assert row[column] == pytest.approx(share)
            found = row[[f"{column}_lower", f"{column}_upper"]].to_numpy(dtype=float)
            # The same groups and years are drawn; in a group without a large place the largest are missing.
            assert found == pytest.approx(ends, abs=0.02), (name, column)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (1, ""),
        (3, "Three groups are too few to be drawn again, so places are"),
        (7, "Places of a group share what comes, and seven groups are few to draw again"),
        (10, ""),
    ],
)
def test_few_groups_are_named_as_what_is_in_doubt(groups, said):
    verdict = Verdict("last value", 0.2, (0.1, 0.3), (2020, 2021), groups)
    assert verdict.said_limit.startswith(said)
    assert (verdict.said_limit != "") == (said != "")
    assert ("this interval" in current_headline.say_verdict(verdict)) == (said != "")


def test_a_verdict_knows_of_how_many_groups_it_is(scores):
    assert forecasts.judge(scores, 0.9, seed=1).groups == 8


def test_a_rival_is_the_known_distribution_of_its_window(panel, scores):
    from scipy import stats

    place, target = 40, 8
    homicides, exposure = panel.homicides[place, 5:8].sum(), panel.exposure[place, 5:8].sum()
    mean = (homicides + 0.5) / exposure * panel.exposure[place, target]
    size = homicides + 0.5
    expected = stats.nbinom.logpmf(panel.homicides[place, target], size, size / (size + mean))
    row = scores.query("forecaster == 'mean of three years' and place == @place and year == 2024")
    assert row["log_score"].item() == pytest.approx(expected)


def test_the_best_rival_is_the_one_that_the_model_is_held_against():
    rows = [
        {"forecaster": name, "place": place, "group": place % 6, "year": 2020, "log_score": score - place / 100}
        for name, score in {MODEL: -2.0, **dict.fromkeys(RIVALS, -3.0), "last value": -1.5}.items()
        for place in range(30)
    ]
    verdict = forecasts.judge(pd.DataFrame(rows), 0.9, seed=1)
    assert verdict.rival == "last value"
    assert verdict.gain == pytest.approx(-0.5)
    assert verdict.loses
    assert not verdict.wins


def test_the_model_makes_tables_like_its_own_and_waves_that_are_left_out_are_seen(current, panel):
    passed = check_current(current, panel, PARAMETERS)
    assert passed["probability"].between(0.005, 0.995).all()
    assert passed.loc[SPREAD].drop("probability").to_numpy() == pytest.approx([1, 1], abs=0.05)
    still = current.at.deviations._replace(place_drift=1e-6, wave=1e-6, noise=1e-6, group_drift=1e-6)
    sample = replace(current.sample, points=(still,), sites=current.sample.sites[:1], weights=np.ones(1))
    failed = check_current(replace(current, sample=sample), panel, PARAMETERS)
    assert (failed["probability"] == 0).all()
    assert failed.loc[LASTING, "observed"] > 0.1
    said = current_headline.say_current_check(failed)
    assert said.startswith("The model of risk now fails its check")
    assert "what it misses in a year is like what it misses in the next" in said
    assert current_headline.say_current_check(passed).startswith("The model of risk now passes its check")


def test_neighbouring_years_across_a_gap_are_no_neighbours(current, panel):
    apart = replace(panel.until(2), years=(2000, 2019))
    two = current_risk.fit_current(apart, PARAMETERS)
    assert list(check_current(two, apart, PARAMETERS).index) == [SPREAD]


@pytest.mark.parametrize(
    ("gain", "interval", "said"),
    [
        (
            0.2,
            (0.1, 0.3),
            "The counts of 2020 and 2021, held out in turn, are forecast better than by the best rival, "
            "last value: +0.200",
        ),
        (-0.2, (-0.3, -0.1), "are forecast worse than by last value: −0.200"),
        (0.0, (-0.1, 0.1), "is undecided: 0.000"),
    ],
)
def test_the_verdict_follows_the_interval(gain, interval, said):
    several = current_headline.say_verdict(Verdict("last value", gain, interval, (2020, 2021), 20))
    assert said in several
    assert forecasts.ONE_YEAR not in several
    one = current_headline.say_verdict(Verdict("last value", gain, interval, (2021,), 20))
    assert "he counts of 2021, the one year held out, are forecast" in one
    assert one.endswith(forecasts.ONE_YEAR)


def test_a_rival_scores_the_same_whatever_the_model_draws(panel, scores, monkeypatch):
    monkeypatch.setattr(forecasts, "expected_counts", lambda given, *_: (np.full((7, len(given.places)), 9.0), START))
    other = forecasts.forecast_scores(panel, PARAMETERS)
    for rival in RIVALS:
        one, same = (each[each["forecaster"] == rival].reset_index(drop=True) for each in (scores, other))
        pd.testing.assert_frame_equal(one, same)


def test_a_model_that_is_beaten_gives_no_forecasts(risks, current, panel, scores):
    beaten = Verdict("last value", -0.2, (-0.3, -0.1), (2021,), 8)
    table, country = forecasts.forecast_table(scores, 0.8, 1), now.country_draws(current, panel)
    values = current_headline.forecast_values(table, beaten, scores, country, current, 0.8, 1)
    assert missing(values)["next_rate*"] == "the model forecasts worse than last value"
    assert not [name for name in current_headline.published(risks, beaten) if name.startswith("next_")]
    answer = current_headline.answer(risks, current, country, beaten, PARAMETERS).value
    assert "this model is not the one to forecast with" in answer
    wins = current_headline.forecast_values(table, replace(beaten, gain=0.2, interval=(0.1, 0.3)), scores, country,
                                            current, 0.8, 1)  # fmt: skip
    assert by_name(wins)["next_rate"].value == pytest.approx(np.median(country[:, now.NEXT]))
    assert by_name(wins)["held_out_years"].value == "2023 and 2024"
    by_model = table.set_index("forecaster").loc[forecasts.MODEL]
    for name, column in (("forecast_covered", "covered"), ("forecast_covered_largest", "covered_largest")):
        share = by_name(wins)[name]
        assert share.value == pytest.approx(by_model[column])
        assert share.interval[0] < share.value < share.interval[1]
    behind = by_name(wins)["constant_gain"]
    scored = table.set_index("forecaster")["log_score"]
    assert behind.value == pytest.approx(scored[forecasts.MODEL] - scored[forecasts.CONSTANT])
    assert behind.interval[0] < behind.value < behind.interval[1]
    assert "next_rate" in current_headline.published(risks, None)


def test_the_answer_counts_what_is_sure(risks, current, panel):
    country = now.country_draws(current, panel)
    said = current_headline.answer(risks, current, country, None, PARAMETERS).value
    above = int((risks["probability_above"] >= 0.95).sum())
    fell, rose = int((risks["probability_fell"] >= 0.95).sum()), int((risks["probability_fell"] <= 0.05).sum())
    assert f"{above} of 300 places surely had more than 20" in said
    assert fell > 1
    assert f"surely fell in {counted(fell, 'place')} and surely rose in {counted(rose, 'place')}" in said
    assert said.endswith("No year could be held out, so the model's forecasts are not tested.")
    values = by_name(current_headline.risk_values(risks, current, PARAMETERS))
    assert values["surely_above"].value == above
    assert values["expected_above"].value == pytest.approx(risks["probability_above"].sum())
    assert (values["surely_fell"].value, values["surely_rose"].value) == (fell, rose)


def test_in_one_year_nothing_moves_and_nothing_is_held_out(panel):
    single = replace(panel.until(1), years=(2016,))
    current = current_risk.fit_current(single, PARAMETERS)
    assert current.years == (2016, 2016, 2017)
    assert forecasts.forecast_scores(single, PARAMETERS).empty
    risks, country = now.current_risks(current, single, PARAMETERS), now.country_draws(current, single)
    assert "surely_fell*" in missing(current_headline.risk_values(risks, current, PARAMETERS))
    assert "country_change*" in missing(current_headline.country_values(current, country, 0.8, 300))
    said = missing(current_headline.forecast_values(pd.DataFrame(), None, pd.DataFrame(), country, current, 0.8, 1))
    assert said["forecast_gain*"] == "no year could be held out"
    assert "Since" not in current_headline.answer(risks, current, country, None, PARAMETERS).value


def test_few_places_have_draws_of_their_deviations_and_many_need_none():
    table, _ = simulate_municipalities(replace(MOVING, places=20, groups=2))
    few = current_risk.fit_current(build_panel(table), PARAMETERS)
    assert few.sample.effective >= deviation_draws.ENOUGH * current_risk.INDEPENDENT_DRAWS
    assert few.log_rates.shape == (1_000, 20, 3)
    said = current_headline.say_sample(few)
    assert said.startswith(
        f"20 places tell little of all deviations. {len(few.sample.points):,} weighted draws stand for"
    )
    assert "intervals may be off" not in said
    for change in ({"effective": 19.0}, {"pareto_k": 0.71}):
        doubtful = replace(few, sample=replace(few.sample, **change))
        assert "intervals may be off" in current_headline.say_sample(doubtful)
    chained = current_headline.say_sample(replace(few, sample=replace(few.sample, r_hat=1.01)))
    assert "R-hat is 1.01. Weighted draws could not be trusted." in chained
    assert "intervals may be off" not in chained
    assert few.diagnostics()["pareto_k"] == few.sample.pareto_k
    assert "r_hat" not in few.diagnostics()
    ends = current_headline.deviation_table(few, 0.8)
    assert (ends["lower"] < ends["upper"]).all()


@pytest.mark.parametrize(
    ("places", "groups", "years", "drawn"),
    [
        (300, 20, 20, {}),
        (300, 1, 20, {}),
        (300, 3, 20, {"group": "three groups", "group_drift": "three groups"}),
        (1_200, 20, 4, {"nation_drift": "four years"}),
        (5_000, 20, 1, {}),
        (300, 20, 9, dict.fromkeys(Deviations._fields, "300 places in nine years")),
        (100, 20, 20, dict.fromkeys(Deviations._fields, "100 places")),
    ],
)
def test_what_is_drawn_follows_what_is_not_known(places, groups, years, drawn):
    times = np.arange(years) + 2000.0
    counts = CountPanel(
        np.ones((places, years)), np.ones((places, years)), np.arange(places) % groups, groups, times, 2.0
    )
    assert current_risk.unknown_deviations(counts) == drawn


def test_with_many_places_and_few_groups_the_deviations_of_groups_are_drawn_alone(monkeypatch):
    monkeypatch.setattr(current_risk, "FEW_PLACES", 30)
    monkeypatch.setattr(current_risk, "FEW_COUNTS", 0)
    monkeypatch.setattr(current_risk, "FEW_STEPS", 0)
    table, _ = simulate_municipalities(replace(MOVING, places=40, groups=2))
    current = current_risk.fit_current(build_panel(table), PARAMETERS)
    shown = current_headline.deviation_table(current, 0.8)
    assert list(shown.index[shown["known_by"] == "draws"]) == ["group", "group drift"]
    assert shown.loc["group", "lower"] < shown.loc["group", "median"] < shown.loc["group", "upper"]
    assert shown.loc["place", "median"] == pytest.approx(current.at.deviations.place)
    assert np.isnan(shown.loc["place", "lower"])
    said = current_headline.say_sample(current)
    assert said.startswith("Two groups tell little of the deviations group and group drift.")
    assert said.endswith("are taken at their most likely values, at which the density of their logs is highest.")


def test_what_one_year_cannot_tell_is_blank_and_the_check_says_that_it_can_hardly_fail():
    table, _ = simulate_municipalities(replace(MOVING, places=20, groups=2, years=1))
    current = current_risk.fit_current(build_panel(table), PARAMETERS)
    shown = current_headline.deviation_table(current, 0.8)
    blank = shown[shown["known_by"] == "one year cannot tell"]
    assert set(blank.index) == {name.replace("_", " ") for name in OF_YEARS}
    assert blank[["median", "lower", "upper"]].isna().all(axis=None)
    checks = check_current(current, build_panel(table), PARAMETERS)
    said = {years: current_headline.current_check_values(checks, years)[0].value for years in (1, 2)}
    assert said[1].endswith(f"{current_headline.HARDLY}.")
    assert current_headline.HARDLY not in said[2]


def test_a_list_of_nearly_all_places_is_said_to_be_one():
    assert current_headline.say_top_by_chance(100, 100, 5_570, 100) == "A list drawn by lot would have 2 of them."
    said = current_headline.say_top_by_chance(100, 100, 106, 100)
    assert said.startswith("A list drawn by lot would have 94 of them. The highest 100 of 106 places are nearly all")


def test_of_few_places_a_tenth_are_the_highest(risks, current, panel):
    asked = PARAMETERS.model_copy(update={"top_places": 300})
    assert [asked.top_of(places) for places in (5_570, 301, 300, 12, 10)] == [300, 300, 30, 1, 1]
    fewer = now.current_risks(current, panel, asked)
    assert fewer["probability_top"].sum() == pytest.approx(30)
    values = by_name(current_headline.risk_values(fewer, current, asked))
    assert values["top_places"].value == 30
    assert values["raw_top_by_chance_sentence"].value.endswith("so the highest are the first tenth of them.")
    # One of a list of twelve is no rounding to none.
    assert current_headline.say_top_by_chance(1, 1, 12, 100).startswith("A list drawn by lot would have 0.1 of them.")


@pytest.mark.slow
def test_with_many_places_draws_of_the_deviations_change_no_forecast(monkeypatch):
    """Noise of single years is in a forecast, so it matters less what of it are waves."""
    monkeypatch.setattr(current_risk, "FEW_COUNTS", 0)
    country = replace(MOVING, places=current_risk.FEW_PLACES + 10, groups=10, years=6, seed=9)
    panel = build_panel(simulate_municipalities(country)[0])
    parameters = PARAMETERS.model_copy(update={"origins": 1})
    alone = forecasts.forecast_scores(panel, parameters)
    monkeypatch.setattr(current_risk, "FEW_PLACES", 10_000)
    sampled = forecasts.forecast_scores(panel, parameters)
    means = [each.loc[each["forecaster"] == MODEL, "log_score"].mean() for each in (alone, sampled)]
    assert means[0] == pytest.approx(means[1], abs=0.02)
