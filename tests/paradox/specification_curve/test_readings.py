"""What the sentences say follows the run."""

from types import SimpleNamespace

import pandas as pd
import pytest

from citizen_security.paradox.specification_curve import readings


def joint_test(median, share, mean):
    rows = [("median_effect", median), ("share_significant", share), ("mean_t", mean)]
    p_values = pd.DataFrame(rows, columns=["statistic", "p_value"])
    return SimpleNamespace(p_values=p_values, permuted=pd.DataFrame(index=range(19)))


@pytest.mark.parametrize(
    ("p_values", "level", "said"),
    [
        ((0.03, 0.04, 0.02), 0.95, "told from curves of exchanged paths by each statistic"),
        ((0.03, 0.4, 0.2), 0.95, "told from curves of exchanged paths by the median effect, and not by the rest"),
        ((0.6, 0.4, 0.2), 0.95, "is not told from curves of exchanged paths by any statistic"),
        ((0.6, 0.15, 0.2), 0.8, "At the 20% level the curve is told from curves of exchanged paths by the share"),
    ],
)
def test_the_joint_test_tells_by_the_level_of_the_run(p_values, level, said):
    text = readings.test_reading(joint_test(*p_values), level)
    assert said in text
    assert f"p = {p_values[0]:.3f}" in text


def test_a_level_that_so_few_exchanges_cannot_reach_is_named():
    text = readings.test_reading(joint_test(0.05, 0.4, 0.0004), 0.999)
    assert "with 19 exchanges no p-value can be below 0.05, so that none could tell the curve" in text.replace("W", "w")
    assert text.endswith("at the 0.1% level.")
    assert "the mean t statistic p below 0.001" in text
    assert "no p-value can be" not in readings.test_reading(joint_test(0.05, 0.4, 0.2), 0.95)


def test_the_part_of_the_curve_that_is_estimated_is_disclosed():
    assert readings.part_sentence(2_000, 72_704) == (
        "Of 72,704 specifications that the choices allow, a random part of 2,000 is estimated."
    )
    assert readings.part_sentence(720, 720) == "The choices allow 720 specifications, and each is estimated."


def series(medians):
    labels = ["survey years", "line-up", "imputation"][: len(medians)]
    table = pd.DataFrame({"label": labels, "median_effect": medians, "share_positive": 40.0, "estimate": medians})
    table = table.assign(lower=table["median_effect"] - 1, upper=table["median_effect"] + 1, specifications=5)
    return table.assign(
        estimate_lower=table["lower"], estimate_upper=table["upper"], main_observations=300, main_countries=20
    )


@pytest.mark.parametrize(
    ("medians", "said"),
    [
        ([0.2, -0.1, 0.3], "hangs on the series: above zero with survey years and imputation, not with line-up"),
        ([0.2, 0.1, 0.3], "lies above zero with each of them"),
        ([-0.2, -0.1], "lies below zero with each of them"),
        ([0.2], "There is one series"),
    ],
)
def test_whether_the_sign_hangs_on_the_series_is_read_from_the_table(medians, said):
    text = readings.series_sentence(series(medians), "poverty", 0.8)
    assert said in text
    assert "with 80% intervals" in text
    assert f"survey years {'+' if medians[0] > 0 else '−'}0.200" in text
    assert said.replace("median", "estimate") in readings.main_series_sentence(series(medians), 0.8)


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(1.5, "1.50 times as wide as the curve's. The number of intervals that leave out zero is 2 by CRV1 and 1 by CR2"),
     (1.0, "as wide as the curve's. "), (0.9, "0.90 times as wide as the curve's, so narrower")],
)  # fmt: skip
def test_intervals_of_both_kinds_are_compared(ratio, said):
    sample = pd.DataFrame(
        {"half_width": 1.0, "cautious_half_width": ratio, "outside": [True, True, False],
         "cautious_outside": [True, False, False]}
    )  # fmt: skip
    assert said in readings.interval_sentence(sample, 0.9)


def test_estimates_that_one_country_determines_are_counted_apart():
    sample = pd.DataFrame({"half_width": 1.0, "cautious_half_width": [1.5, float("nan")], "outside": True,
                           "cautious_outside": [True, False]})  # fmt: skip
    text = readings.interval_sentence(sample, 0.95)
    assert text.startswith("Of one specification drawn at random the 95% intervals by CR2 are at the median 1.50 times")
    assert text.endswith("For one specification more one country all but determines the estimate: CR2 gives none.")


@pytest.mark.parametrize(
    ("countries", "said"),
    [([10, 10], "every specification has ten countries"), ([8, 26], "specifications have 8 to 26 countries")],
)
def test_countries_are_one_number_or_a_range(countries, said):
    curve = SimpleNamespace(estimates=pd.DataFrame({"countries": countries}))
    assert readings.countries_reading(curve) == said


def test_choices_are_named_where_there_are_some():
    alone = pd.DataFrame({"choice": ["choices together"], "share_of_variance": [1.0]})
    assert readings.choices_sentence(alone).startswith("No choice has more than one option")
    table = pd.DataFrame({"choice": ["year_effects", "choices together"], "share_of_variance": [0.3, 0.55]})
    assert readings.choices_sentence(table) == (
        "The choice that accounts for the largest share of the effects' variance by itself is year effects, 30%. 55% "
        "lies in combinations of choices."
    )


def test_drivers_are_told_alone_and_as_a_family():
    table = pd.DataFrame(
        {"driver": ["poverty", "inequality", "growth"], "permutation_p": [0.5, 0.03, 0.02],
         "holm_p": [0.5, 0.06, 0.06], "permutations": 199}
    )  # fmt: skip
    text = readings.drivers_sentence(table, {"youth_unemployment": "no country has a figure"}, 0.95)
    assert text.startswith("Taken alone, the curves of inequality and growth differ from those of exchanged paths")
    assert "Corrected for three drivers, no curve differs." in text
    assert "Youth unemployment has no curve: no country has a figure." in text
    one = readings.drivers_sentence(table.assign(permutation_p=[0.5, 0.2, 0.02]), {}, 0.95)
    assert "the curve of growth differs from" in one
    few = readings.drivers_sentence(table.assign(permutations=9), {}, 0.95)
    assert "With nine exchanges no p-value can be below 0.1, so that none could" in few
    assert "aken alone" not in few
