"""Sentences follow the numbers, those of other runs too."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.programmes.curve_options import decisive
from citizen_security.programmes.prevention_costa_rica import headline
from citizen_security.programmes.prevention_costa_rica import sentences as said
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica

PARAMETERS = PreventionCostaRica()


def changes(first=-13.0, second=26.0):
    rows = [("strategy", 2011, 2014, 2007, 2010, first), ("after", 2015, 2018, 2011, 2014, second)]
    rows += [("since", 2019, 2023, 2015, 2018, 9.0)]
    table = pd.DataFrame(rows, columns=["window", "first", "last", "before_first", "before_last", "change"])
    return table.assign(rate=9.0, before=10.0, lower=table["change"] - 5, upper=table["change"] + 5)


def estimators(p_value=0.5, floor=0.05, difference=-1.5, ends=(-4.0, 1.0)):
    rows = [(outcome, name) for outcome in ("level", "log") for name in ("demeaned", "difference_in_differences")]
    return pd.DataFrame(rows, columns=["outcome", "estimator"]).assign(
        difference=difference, lower=ends[0], upper=ends[1], expected=9.0 - difference, observed=9.0, p_value=p_value,
        floor=floor, donors=19, rmspe_share=[2.0, 13.0, 4.0, 19.0],
    )  # fmt: skip


def cells(found_in_rates, found_in_logs, able=True, number=20):
    found = [*[True] * found_in_rates, *[False] * (number - found_in_rates)]
    found += [*[True] * found_in_logs, *[False] * (number - found_in_logs)]
    return pd.DataFrame(
        {
            "outcome": ["level"] * number + ["log"] * number, "pool": "region", "start": 2011, "estimator": "demeaned",
            "difference": np.linspace(-3, 1, 2 * number), "p_value": np.where(found, 0.02, 0.5), "found": found,
            "able": able, "floor": 0.05 if able else 0.3,
        }
    )  # fmt: skip


def falls(fall=-40.0, floor=0.05):
    rows = [("region", "level", np.nan), ("region", "log", fall)]
    return pd.DataFrame(rows, columns=["pool", "outcome", "fall"]).assign(floor=floor)


def told(curve, least=-40.0):
    return said.verdict(curve, decisive(headline.options_of(curve)), falls(least), PARAMETERS)


@pytest.mark.parametrize(
    ("curve", "part"),
    [
        (cells(0, 0), "is not shown: none of the 40 combinations with enough donors find a fall beyond chance."),
        (cells(3, 0), "is not shown: 3 of 40 combinations with enough donors find a fall beyond chance, 3 in rates and "
         "none in logarithms; at this level chance alone may give 10%"),
        (cells(12, 0), "hangs on the choices: 12 of 40 combinations with enough donors find a fall beyond chance. With "
         "rates 12 of 20 do, with logarithms none of 20"),
        (cells(20, 20), "The finding does not hang on the choices: all 40 combinations"),
        (cells(0, 0, able=False), "So few donors cannot give a p of 0.1"),
    ],
)  # fmt: skip
def test_the_verdict_follows_the_share_that_finds_a_fall(curve, part):
    assert part in told(curve)


def test_a_null_says_what_could_not_have_been_found():
    assert "those under 40% were missed too often" in told(cells(0, 0))
    assert "even the deepest were missed too often" in told(cells(0, 0), np.nan)


@pytest.mark.parametrize(
    ("curve", "first"),
    [
        (cells(0, 0), "That prevention kept Costa Rica peaceful is not shown."),
        (cells(12, 0), "Whether prevention kept Costa Rica peaceful hangs on the choices of whoever compares."),
        (cells(20, 20), "Homicide fell by more than other countries' course gives, under nearly every choice."),
        (cells(0, 0, able=False), "So few countries cannot tell whether prevention kept Costa Rica peaceful."),
    ],
)
def test_the_answer_comes_first_and_agrees_with_the_verdict(curve, first):
    assert said.answer_sentence(changes(), estimators(), curve, PARAMETERS).startswith(first)


def test_the_answer_tells_both_windows_and_the_own_design():
    found = said.answer_sentence(changes(), estimators(), cells(0, 0), PARAMETERS)
    assert "Homicide was 13% lower (−18% to −8%) in 2011 to 2014, the years of the strategy, than in 2007 to" in found
    assert "in 2015 to 2018 it was 26% higher than in 2011 to 2014" in found
    assert "differ by −1.5 homicides per 100,000, within what chance gives (p = 0.500)" in found
    rise = said.answer_sentence(changes(8, -3), estimators(p_value=0.01), cells(0, 0), PARAMETERS)
    assert "8% higher (+3% to +13%)" in rise
    assert "it was 3% lower" in rise
    assert "beyond what chance gives" in rise


def test_a_strategy_of_one_year_is_one():
    year = PreventionCostaRica(start=2011, last_year=2011, curve_starts=[2011])
    found = said.answer_sentence(changes(), estimators(), cells(0, 0), year)
    assert "in 2011, the year of the strategy" in found
    assert "the year of the strategy differs by −1.5" in found


@pytest.mark.parametrize(
    ("first", "second", "part"),
    [
        (-13, 26, "down, then up"),
        (-13, 2, "the fall is there"),
        (3, 26, "the rise after it is there"),
        (3, 2, "Neither"),
    ],
)
def test_the_claim_is_read_by_both_intervals(first, second, part):
    assert part in said.claim_reading(changes(first, second))


def test_expectations_below_zero_are_said_to_be():
    assert said.rate(-1.26) == "less than nothing (−1.3)"
    assert said.rate(8.04) == "8.0"
    parallel = pd.DataFrame(
        {
            "pool": "region", "pool_name": "countries of the region", "years": "2019 to 2023",
            "outcome": ["level", "log"], "expected": [-1.0, 7.0], "observed": 13.0,
        }
    )  # fmt: skip
    found = said.scale_sentence(parallel, PARAMETERS)
    assert "less than nothing (−1.0) per 100,000 in rates and 7.0 in logarithms for 2019 to 2023" in found
    assert "lie apart by 8.0 beside countries of the region" in said.apart_sentence(parallel)
    other = PARAMETERS.model_copy(update={"donors": "world_low"})
    assert "too few" in said.scale_sentence(parallel, other)


def test_a_design_without_interval_says_why():
    assert "(90% by placebos −4.0 to +1.0)" in said.design_sentence(estimators(), PARAMETERS)
    few = estimators(ends=(-np.inf, np.inf), floor=0.2)
    assert "so few countries give no 90% interval" in said.design_sentence(few, PARAMETERS)
    assert "so few countries cannot give a placebo p of 0.1" in said.estimators_sentence(few, PARAMETERS)
    none = estimators(ends=(np.nan, np.nan))
    assert "placebos reject every constant difference" in said.design_sentence(none, PARAMETERS)


def test_estimators_beyond_chance_are_counted_in_words():
    assert "none of the 4 has a placebo p" in said.estimators_sentence(estimators(), PARAMETERS)
    one = estimators(p_value=[0.02, 0.5, 0.5, 0.5])
    assert "one of the 4 has a placebo p" in said.estimators_sentence(one, PARAMETERS)
    assert "four of the 4 have" in said.year_before_sentence(estimators(p_value=0.05), PARAMETERS)


def test_the_fit_names_the_plain_comparison_unless_it_is_the_design():
    assert "leave 13% and 19%" in said.fit_sentence(estimators(), PARAMETERS)
    plain = PARAMETERS.model_copy(update={"estimator": "difference_in_differences"})
    assert said.fit_sentence(estimators(), plain).endswith("13% of the rate in rates and 19% in logarithms.")


def test_a_peak_is_named_where_there_is_one():
    years = np.arange(2001, 2013)
    high = pd.DataFrame({"year": years, "rate": np.where((years >= 2008) & (years <= 2010), 12.0, 8.0)})
    found = said.peak_sentence(high, PARAMETERS)
    assert "stood 50% above" in found
    assert "comes down in part by itself" in found
    assert "since 2001 is 12.0, in 2008" in found
    low = high.assign(rate=20 - high["rate"])
    assert "below" in said.peak_sentence(low, PARAMETERS)
    assert "by itself" not in said.peak_sentence(low, PARAMETERS)


def test_the_line_counts_years_below_it():
    line = pd.DataFrame(
        {"year": [2011, 2012], "observed": [9.0, 9.0], "line": [12.0, 13.0], "lower": [8.0, 10.0],
         "upper": [15.0, 16.0], "slope": 8.0}
    )  # fmt: skip
    found = said.line_sentence(line, PARAMETERS)
    assert "rose by 8% a year along its line; carried on, it gives 13.0 (10.0 to 16.0) for 2012" in found
    assert "1 of 2 years lies below" in found
    assert "The one year lies below" in said.line_sentence(line.tail(1), PARAMETERS)
    assert "No year lies below" in said.line_sentence(line.head(1), PARAMETERS)


def test_earlier_starts_donors_and_predictors():
    earlier = pd.DataFrame({"scale_name": ["rates"] * 3, "difference": [-2.0, 1.0, -1.5], "own": [False, False, True]})
    assert "1 of 2 in rates give" in said.earlier_sentence(earlier)
    without = pd.DataFrame(
        {"outcome": ["log"] * 2, "without": ["A", "B"], "country": ["Aland", "Bland"], "difference": [-2.0, 0.5]}
    )
    assert "from −2.0 without Aland to +0.5 without Bland" in said.donors_sentence(without)
    assert "it is −2.0 without Aland" in said.donors_sentence(without.head(1))
    fits = pd.DataFrame({"scale_name": ["rates", "logarithms"], "lower": [-2.0, -1.0], "upper": [-1.0, -1.0]})
    found = said.predictors_sentence(fits, PARAMETERS)
    assert "between −2.0 and −1.0 in rates and at −1.0 in logarithms" in found


def test_what_can_be_found_is_said_for_each_scale():
    found = said.detectable_sentence(falls(), PARAMETERS)
    assert "in rates none, not even one of nearly the whole rate; in logarithms one of 40% or more" in found
    assert "so few donors give no p of 0.1" in said.detectable_sentence(falls(floor=0.2), PARAMETERS)


def test_options_have_names():
    options = headline.options_of(cells(1, 0))
    names = said.option_names(options)
    assert names["outcome", "log"] == "logarithms"
    assert names["start", "2011"] == "start in 2011"
    assert names["pool", "region"] == "countries of the region"
