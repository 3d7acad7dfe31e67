"""What the literature's statements record: named, and read from the row that is meant."""

import pandas as pd
from paradox.panels import simulated

from citizen_security.methods.regression.equivalence import EFFECT, UNDECIDED
from citizen_security.methods.regression.quoted import QUOTED, quoted
from citizen_security.paradox.literature_statements import headline
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.literature_statements.readings import VERDICTS
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification
from citizen_security.values import NAME

PARAMETERS = LiteratureStatements()


def by_name(values):
    assert all(NAME.fullmatch(value.name) for value in values)
    return {value.name: value for value in values}


def test_inequality_is_recorded_by_comparison_and_control():
    row = {
        f"{model}{end}": number
        for model, numbers in (("without", (2, 1, 3)), ("with", (1, 0, 2)), ("change", (1, 0.5, 1.5)))
        for end, number in zip(("", "_lower", "_upper"), numbers, strict=True)
    }
    rows = [
        {"comparison": comparison, "control": control, "observations": number, "countries": 20, **row}
        for number, (comparison, control) in enumerate(
            (comparison, control)
            for comparison in ("between countries", "within countries")
            for control in ("poverty_685", "infant_mortality")
        )
    ]
    values = by_name(headline.attenuations(pd.DataFrame(rows), PARAMETERS))
    assert len(values) == 8
    assert values["inequality_effect_without_poverty"].value == 2
    assert values["inequality_effect_with_poverty"].interval == (0, 2)
    assert values["inequality_attenuation"].interval == (0.5, 1.5)
    # The plain names are of the chosen measure of poverty within countries, the third row.
    assert values["inequality_attenuation"].n == 2
    assert values["inequality_attenuation_infant_mortality_between"].n == 1


def test_the_effect_of_poverty_is_the_quoted_one():
    specification = Specification("", ("driver",))
    fit = least_squares(estimation_sample(simulated(1), specification), specification)
    values = by_name(headline.poverty_alone(fit, PARAMETERS))
    row = quoted(fit).iloc[0]
    assert values["poverty_effect"].interval == (row["lower"], row["upper"])
    assert values["poverty_effect_countries"].value == fit.clusters


def test_the_verdict_is_that_of_the_errors_that_are_quoted():
    tests = pd.DataFrame(
        {
            "method": ["jackknife", QUOTED],
            "verdict": [EFFECT, UNDECIDED],
            "p_value": [0.1, 0.4],
            "lower": [0.0, -0.05],
            "upper": [1.0, 0.41],
        }
    )
    values = by_name(headline.equivalence(tests, PARAMETERS))
    assert values["poverty_equivalence_verdict"].value == VERDICTS[UNDECIDED]
    assert values["poverty_equivalence_test_reading"].value.endswith("that would matter, p = 0.400")
    assert values["poverty_smallest_effect"].value == 0.1
    assert "equivalence_level_sentence" in values


def test_the_gini_with_error_is_that_of_the_chosen_persistence():
    ends = {"lower": -1.0, "upper": 3.0}
    measured = pd.DataFrame({"error_persistence": [0.0, 0.9, 1.0], "estimate": [0.1, 0.5, 0.7], **ends})
    values = by_name(headline.gini_with_error(pd.Series({"estimate": 0.7, **ends}), measured, 0.3, 694, PARAMETERS))
    assert values["gini_effect_with_error"].value == 0.5
    assert values["gini_effect_as_printed"].value == 0.7
    assert values["gini_reliability"].value == 0.3


def test_robustness_is_of_poverty():
    robust = pd.DataFrame({"regressor": ["gini", "poverty_685"], "robustness_value": [0.3, 0.1]})
    assert headline.robustness_of_poverty(robust, 344, PARAMETERS)[0].value == 0.1
