"""Sentences on the literature's statements, for verdicts and rows of every kind."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

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
    tests = pd.DataFrame({"method": ["jackknife", QUOTED], "verdict": [equivalence.EFFECT, verdict]})
    values = by_name(readings.poverty_as_determinant(tests, PARAMETERS))
    assert said in values["poverty_determinant_sentence"]
    assert values["poverty_equivalence_verdict"] == readings.VERDICTS[verdict]


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
            {"comparison": comparison, "control": control, "change_lower": low, "change_upper": high}
            for (comparison, control), (low, high) in zip(kinds, ends, strict=False)
        ]
    )


def test_what_poverty_takes_out_is_told_by_each_interval():
    (value,) = readings.what_poverty_takes_out(attenuations((0.1, 0.5), (-0.3, 0.2), (-0.4, -0.1)))
    assert value.value == (
        "Holding poverty constant takes something out of inequality's effect between countries with poverty below 6.85 "
        "USD. Holding poverty constant adds to inequality's effect within countries with inequality. The interval of "
        "the difference holds zero within countries with infant mortality."
    )


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
        "the index stands out."
    )


def test_none_several_and_untrusted_drivers_have_their_words():
    none = by_name(readings.further_drivers(drivers(0.2, 0.3), PARAMETERS))
    assert none["further_drivers_reading"].endswith("none stands out.")
    both = by_name(readings.further_drivers(drivers(0.01, 0.02, trusted=False), PARAMETERS))
    assert both["further_drivers_reading"].endswith("(too few effective countries to be trusted) stand out.")
    missing = drivers(0.01, 0.02).assign(estimate=[-9.0, np.nan])
    assert "One test at 5%" in by_name(readings.further_drivers(missing, PARAMETERS))["drivers_by_chance_sentence"]


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
    assert named["gdp_growth_effect_decisive_rows"].value == "Guyana 2020 and 2022"
    assert named["gdp_growth_effect_without_decisive_rows"].interval == (-0.44, -0.004)
    assert named["gdp_growth_effect_without_decisive_rows"].n == 2
    assert "The leaving of Guyana alone makes the interval leave out zero." in named["leverage_reading"].value


def test_an_interval_that_leaves_out_zero_and_a_sign_that_turns_have_their_words():
    everything = Interval(0.3, 0.1, 0.5)
    influence = found(everything, DecisiveRows((0,), 0.2, -0.1, 0.4), DecisiveRows((0, 3), -0.1, -0.3, 0.2))
    text = by_name(readings.decisive_rows([influence], {}, NAMES)[:2])
    assert (
        "One country-year decides: without Cuba 1993 it is +0.20 (−0.10 to +0.40), an interval that holds zero."
        in (text["decisive_rows_reading"])
    )
    assert "The sign of GDP growth turns without Cuba 1993 and Guyana 2022." in text["decisive_rows_reading"]
    assert "The leaving of Cuba alone makes the interval hold zero." in text["leverage_reading"]


def test_no_set_and_no_estimate_are_said():
    everything = Interval(-0.3, -0.5, -0.1)
    firm = replace(found(everything), countries=found().countries.assign(upper=-0.01))
    values = readings.decisive_rows([firm], {"gini": "it does not vary"}, NAMES)
    text = values[0].value
    assert "no set of up to ten country-years was found that makes it hold zero" in text.lower()
    assert "Inequality cannot be estimated alone: it does not vary." in text
    assert "No country alone makes the interval hold zero by leaving." in values[1].value
    assert {value.names for value in values[2:]} == {
        "gdp_growth_effect_decisive_rows",
        "gdp_growth_effect_without_decisive_rows",
    }
