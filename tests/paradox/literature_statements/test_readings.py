"""Sentences on the literature's statements, for verdicts and rows of every kind."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from citizen_security.methods.regression import equivalence
from citizen_security.methods.regression.influence import DecisiveRows
from citizen_security.methods.regression.quoted import QUOTED
from citizen_security.paradox.literature_statements import readings
from citizen_security.paradox.literature_statements.influence import DriverInfluence, Interval
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements

PARAMETERS = LiteratureStatements()
NAMES = pd.Series({"GUY": "Guyana", "CUB": "Cuba"})
EVERY_VERDICT = {value for name, value in vars(equivalence).items() if name.isupper() and isinstance(value, str)}


def by_name(values):
    return {value.name: value.value for value in values}


def test_every_verdict_has_its_words_and_its_closing():
    assert set(readings.VERDICTS) == set(readings.OF_THE_STATEMENT) == EVERY_VERDICT
    assert len(EVERY_VERDICT) == 7
    assert len(set(readings.VERDICTS.values())) == 7


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (equivalence.NEGLIGIBLE, "Held against that bound, this panel carries the statement"),
        (
            equivalence.SMALL_EFFECT,
            "no determinant, and rejects every effect that would matter.",
        ),
        (equivalence.UNDECIDED, "carries neither the statement that poverty is no determinant nor its opposite."),
        (equivalence.ABOVE, "This panel contradicts the statement that poverty is no determinant."),
        (equivalence.BELOW, "and also that poverty raises homicide"),
    ],
)
def test_the_closing_follows_the_verdict_of_the_quoted_errors(verdict, said):
    tests = pd.DataFrame(
        {"method": ["jackknife", QUOTED], "verdict": [equivalence.EFFECT, verdict], "p_value": [0.2, 0.3]}
    )
    values = by_name(readings.poverty_as_determinant(tests, PARAMETERS))
    assert said in values["poverty_determinant_sentence"]
    assert values["poverty_equivalence_verdict"] == readings.VERDICTS[verdict]


@pytest.mark.parametrize(("estimate", "bound"), [(0.35, 0.05), (-0.3, 0.05), (0.02, 0.5), (0.3, 0.29)])
def test_each_verdict_carries_the_p_value_of_its_own_test(estimate, bound):
    test = equivalence.two_one_sided_tests(estimate, 0.1, 9.0, bound, 0.1)
    # Beyond the bound the null is an effect on the bound; within it, the nearer bound decides.
    beyond = t.sf((abs(estimate) - bound) / 0.1, 9.0)
    within = t.sf((bound - abs(estimate)) / 0.1, 9.0)
    said = readings.behind_the_verdict(test.verdict, test.p_value)
    if test.beyond:
        assert said == f"one-sided test against the smallest effect that matters, p = {beyond:.3f}"
        assert beyond < 0.1
    else:
        kind = "two one-sided tests" + ("" if within < 0.1 else " do not reject an effect that would matter")
        assert said == f"{kind}, p {'< 0.001' if within < 0.001 else f'= {within:.3f}'}"


def test_a_verdict_that_cannot_be_had_has_no_p_value():
    assert readings.behind_the_verdict("not estimable: no spread", float("nan")) == "no test can be had"


def test_a_movement_that_two_decimals_print_as_zero_has_significant_digits():
    tiny = readings.fall_in_words(22.8, PARAMETERS.model_copy(update={"smallest_effect": 1e-6}))
    assert "moves homicide by −0.000023 victims" in tiny
    assert "moves homicide by −0.04 victims" in readings.fall_in_words(0.4, PARAMETERS)


def test_the_fall_of_poverty_is_told_with_its_direction():
    assert "Poverty fell by 20.0 points" in readings.fall_in_words(20.0, PARAMETERS)
    rose = readings.fall_in_words(-5.0, PARAMETERS.model_copy(update={"smallest_effect": 0.5}))
    assert "Poverty rose by 5.0 points" in rose
    assert "moves homicide by +2.5 victims" in rose
    (missing,) = readings.fall_of_poverty(float("nan"), PARAMETERS)
    assert missing.names == "poverty_fall_reading"


def attenuations(*ends):
    kinds = [
        ("between countries", "poverty_685"),
        ("within countries", "infant_mortality"),
        ("within countries", "gini"),
    ]
    return pd.DataFrame(
        [
            {
                "comparison": comparison,
                "control": control,
                "without": without,
                "with": beside,
                "change_lower": low,
                "change_upper": high,
            }
            for (comparison, control), (without, beside, low, high) in zip(kinds, ends, strict=False)
        ]
    )


def test_what_poverty_takes_out_is_told_by_each_interval():
    (value,) = readings.what_poverty_takes_out(
        attenuations((0.9, 0.6, 0.1, 0.5), (0.5, 0.6, -0.3, 0.2), (0.5, 0.75, -0.4, -0.1))
    )
    assert value.value == (
        "Inequality's effect comes nearer to zero between countries, with poverty below 6.85 USD held constant. "
        "Inequality's effect goes farther from zero within countries, with inequality held constant. The interval of "
        "the difference includes zero within countries, with infant mortality held constant."
    )
    (alike,) = readings.what_poverty_takes_out(attenuations((0.9, 0.6, -0.1, 0.5), (0.5, 0.6, -0.3, 0.2)))
    assert alike.value == (
        "The interval of the difference includes zero between countries, with poverty below 6.85 USD held constant; "
        "and within countries, with infant mortality held constant."
    )


def test_what_is_held_constant_in_every_comparison_is_said_once():
    everywhere = attenuations((0.9, 0.6, -0.1, 0.5), (0.5, 0.6, -0.3, 0.2))
    both = pd.concat([everywhere.assign(control="poverty_685"), everywhere.assign(control="infant_mortality")])
    (value,) = readings.what_poverty_takes_out(both.reset_index(drop=True))
    assert value.value == (
        "The interval of the difference includes zero between countries and within countries, with poverty below 6.85 "
        "USD or infant mortality held constant."
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        # A negative effect that grows in size: the difference, without less with, is above zero.
        ((-1.152, -1.381, 0.02, 0.4), "inequality's effect goes farther from zero"),
        ((-1.381, -1.152, -0.4, -0.02), "inequality's effect comes nearer to zero"),
        ((0.79, -0.62, 0.3, 2.5), "inequality's effect changes its sign"),
        ((-0.62, 0.79, -2.5, -0.3), "inequality's effect changes its sign"),
        ((0.79, -0.62, -0.3, 2.5), "interval of the difference includes zero"),
    ],
)
def test_the_direction_is_that_of_the_effect_s_size(row, said):
    (value,) = readings.what_poverty_takes_out(attenuations(row))
    assert said in value.value.lower()
    assert value.value.count(".") == 2, "one sentence, with the decimal point of the line"


def test_the_level_of_the_equivalence_intervals_is_said_and_explained():
    at_ninety = PARAMETERS.model_copy(update={"confidence_level": 0.9})
    (value,) = readings.level_of_equivalence(at_ninety)
    assert value.value.startswith(
        "Its intervals are at 80%, narrower than the 90% of the estimate, since each of the two one-sided tests spends "
        "its 10% at one end. An effect is said only where the two-sided test of zero rejects at 10%"
    )
    shown = readings.shown_tests(pd.DataFrame({"lower": [0.00161], "upper": [0.541], "p_of_zero": [0.0911]}), at_ninety)
    assert list(shown.columns) == ["lower, 80%", "upper, 80%", "p_of_zero"]
    assert shown["lower, 80%"].iloc[0] == 0.002


def test_only_drivers_of_the_run_are_named_and_have_their_caveats():
    values = by_name(
        readings.further_drivers(drivers(0.2, 0.3).assign(regressor=["urban_share", "trust_police"]), PARAMETERS)
    )
    assert values["drivers_fitted_sentence"] == (
        "Urban population and trust in the police: each is fitted alone, on whatever country-years it has, with the "
        "same effects held constant."
    )
    assert "rule of law" not in values["further_drivers_reading"]
    one = by_name(readings.further_drivers(drivers(0.2).assign(regressor="convictions_per_homicide"), PARAMETERS))
    assert one["drivers_fitted_sentence"].startswith("Convictions of the year before: it is fitted alone")
    assert "Impunity is measured as convictions per hundred victims" in one["drivers_fitted_sentence"]


def drivers(*p_values, trusted=True):
    table = pd.DataFrame({"regressor": ["rule_of_law", "gini", "trust_police"][: len(p_values)]})
    return table.assign(
        estimate=-9.0, lower=-15.0, upper=-3.0, holm_p_value=list(p_values), trusted=trusted, confidence_level=0.9
    )


def test_chance_is_computed_from_the_number_of_drivers_and_the_level():
    at_ten = PARAMETERS.model_copy(update={"confidence_level": 0.9})
    values = by_name(readings.further_drivers(drivers(0.01, 0.2, 0.3), at_ten))
    # 1 - 0.9³ = 0.271
    assert values["drivers_by_chance_sentence"] == (
        "Three tests at 10%, were they independent, would find something in chance alone 27% of the time."
    )
    assert values["further_drivers_reading"] == (
        "Of three drivers, once their number is reckoned with, rule of law with −9.00 (−15.00 to −3.00) per unit of "
        "the index stands out. An index of the rule of law is partly experts' opinion of violence itself, so that its "
        "effect is in part homicide explained by homicide."
    )


def test_none_several_and_untrusted_drivers_have_their_words():
    none = by_name(readings.further_drivers(drivers(0.2, 0.3), PARAMETERS))
    assert "reckoned with, none stands out." in none["further_drivers_reading"]
    both = by_name(readings.further_drivers(drivers(0.01, 0.02, trusted=False), PARAMETERS))
    assert (
        "stand out. The intervals of rule of law and inequality have fewer than 4 degrees of freedom and are not to be "
        "trusted. An index of the rule of law"
    ) in both["further_drivers_reading"]


def test_drivers_that_cannot_be_estimated_are_named_with_the_reason():
    problem = "no country has the homicide rate and gini in at least two years; errors need 6. Add countries."
    missing = drivers(0.01, 0.02).assign(estimate=[-9.0, np.nan], trusted=[True, np.nan], problem=["", problem])
    values = by_name(readings.further_drivers(missing, PARAMETERS))
    assert values["drivers_by_chance_sentence"] == "One test at 5% would find something in chance alone 5% of the time."
    assert values["further_drivers_reading"] == (
        "The one driver that can be estimated, rule of law with −9.00 (−15.00 to −3.00) per unit of the index, stands "
        "out. Inequality could not be estimated: no country has the homicide rate and it in at least two years. An "
        "index of the rule of law is partly experts' opinion of violence itself, so that its effect is in part "
        "homicide explained by homicide."
    )
    nothing = by_name(readings.further_drivers(missing.assign(estimate=np.nan), PARAMETERS))
    assert nothing["further_drivers_reading"].startswith("No driver can be estimated alone.")
    calm = by_name(readings.further_drivers(missing.assign(holm_p_value=0.4), PARAMETERS))
    assert "The one driver that can be estimated, rule of law, does not stand out." in calm["further_drivers_reading"]


def test_the_gini_s_error_is_told_by_where_it_moves_the_effect():
    text = readings.gini_s_error(pd.Series({"estimate": 0.7}), pd.Series({"estimate": 0.9, "lower": 0.1, "upper": 1.7}))
    assert text == "With the error propagated the effect is farther from zero, and its interval lies above zero."


HOLDS_ZERO = Interval(-0.14, -0.39, 0.10)


def found(everything=HOLDS_ZERO, interval=None, sign=None):
    rows = pd.DataFrame({"iso3": ["CUB", "GUY", "GUY", "GUY"], "year": [1993, 2020, 2021, 2022]})
    decided = interval.rows if interval else ()
    turned = sign.rows if sign else ()
    rows = rows.assign(
        partial_leverage=[0.05, 0.5, 0.05, 0.4],
        change=0.0,
        deciding_interval=rows.index.isin(decided),
        deciding_sign=rows.index.isin(turned),
    )
    countries = pd.DataFrame(
        {
            "iso3": ["CUB", "GUY"],
            "estimate": [-0.1, -0.25],
            "lower": [-0.4, -0.45],
            "upper": [0.1, -0.05],
            "partial_leverage": [0.05, 0.95],
            "change": [0.04, -0.1],
        }
    )
    return DriverInfluence("gdp_growth", everything, rows, countries, interval, sign, None, 10)


def test_the_rows_that_decide_are_named_with_estimate_and_interval_before_and_after():
    values = readings.decisive_rows([found(interval=DecisiveRows((1, 3), -0.24, -0.44, -0.004))], {}, NAMES)
    named = {value.name: value for value in values}
    assert named["decisive_rows_reading"].value == (
        "The effect of GDP growth is −0.14 (−0.39 to +0.10) over 4 country-years. Two country-years decide: without "
        "Guyana 2020 and 2022 it is −0.240 (−0.440 to −0.004), an interval that leaves out zero. No set of "
        "up to ten country-years was found that turns the sign of GDP growth."
    )
    assert named["decisive_rows_sentence"].value == (
        "For GDP growth, Guyana 2020 and 2022 decide whether the interval includes zero."
    )
    assert named["gdp_growth_effect_decisive_rows"].value == "Guyana 2020 and 2022"
    assert named["gdp_growth_effect_without_decisive_rows"].interval == (-0.44, -0.004)
    assert named["gdp_growth_effect_without_decisive_rows"].n == 2
    assert "The leaving of Guyana alone makes the interval leave out zero." in named["leverage_reading"].value


def test_an_interval_that_leaves_out_zero_and_a_sign_that_turns_have_their_words():
    everything = Interval(0.3, 0.1, 0.5)
    influence = found(everything, DecisiveRows((0,), 0.2, -0.1, 0.4), DecisiveRows((0, 3), -0.1, -0.3, 0.2))
    text = by_name(readings.decisive_rows([influence], {}, NAMES)[:3])
    assert text["decisive_rows_sentence"] == "For GDP growth, Cuba 1993 decides whether the interval includes zero."
    assert (
        "One country-year decides: without Cuba 1993 it is +0.20 (−0.10 to +0.40), an interval that includes zero."
        in (text["decisive_rows_reading"])
    )
    assert "The sign of GDP growth turns without Cuba 1993 and Guyana 2022." in text["decisive_rows_reading"]
    assert "The leaving of Cuba alone makes the interval include zero." in text["leverage_reading"]


def test_no_set_and_no_estimate_are_said():
    everything = Interval(-0.3, -0.5, -0.1)
    firm = replace(found(everything), countries=found().countries.assign(upper=-0.01))
    values = readings.decisive_rows([firm], {"gini": "it does not vary"}, NAMES)
    text = values[0].value
    assert "no set of up to ten country-years was found that makes it include zero" in text.lower()
    assert "Inequality cannot be estimated alone: it does not vary." in text
    assert "No country alone makes the interval include zero by leaving." in values[2].value
    assert values[1].value == (
        "For GDP growth, no set of up to ten country-years was found that decides whether the interval includes zero. "
        "Inequality cannot be estimated alone: it does not vary."
    )
    assert {value.names for value in values[3:]} == {
        "gdp_growth_effect_decisive_rows",
        "gdp_growth_effect_without_decisive_rows",
    }
