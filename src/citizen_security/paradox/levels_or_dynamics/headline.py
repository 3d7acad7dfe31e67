"""What the notebook `paradox/levels_or_dynamics` records."""

import pandas as pd

from citizen_security.measures import spoken
from citizen_security.paradox.levels_or_dynamics import readings
from citizen_security.paradox.panel.published import PUBLISHED
from citizen_security.values import Missing, Value


def findings(
    series: pd.DataFrame, chance: pd.DataFrame, effects: pd.DataFrame, checks: pd.DataFrame, responses: pd.DataFrame
) -> list[Value | Missing]:
    """Every finding in words, and the comparison with published effects where the run has it.

    Parameters
    ----------
    series, chance, effects, checks, responses : pandas.DataFrame
        From `persistence_of_series`, `tabulate_chance`, `tabulate_effects`, `tabulate_checks`, `tabulate_responses`.

    Returns
    -------
    list of Value or Missing
    """
    level = float(effects["confidence_level"].iloc[0])
    told = {
        "persistence_reading": (readings.persistence_reading(series, level), "How persistent the series are"),
        "by_chance_sentence": (
            readings.by_chance_sentence(chance),
            "How many simulated drivers do as well as the real one",
        ),
        "chance_reading": (readings.chance_reading(chance), "What simulated drivers find by chance"),
        "chance_against_quoted_reading": (
            readings.chance_against_quoted_reading(chance),
            "P-values as quoted beside those by chance",
        ),
        "kept_reading": (readings.kept_reading(effects), "Country-years that the estimators keep"),
        "effects_reading": (readings.effects_reading(effects), "Smallest and largest estimates by driver"),
        "checks_reading": (readings.checks_reading(checks), "Which estimators' errors pass the checks"),
        "levels_or_dynamics_verdict": (
            readings.levels_or_dynamics_verdict(checks),
            "Whether the check of serial correlation speaks for levels or for dynamics",
        ),
        "responses_reading": (readings.responses_reading(responses), "Responses over the years, by local projections"),
    }
    values = [Value(name=name, value=text, label=label) for name, (text, label) in told.items()]
    return [*values, *(_published(effects, checks, driver) for driver in PUBLISHED)]


def _published(effects: pd.DataFrame, checks: pd.DataFrame, driver: str) -> Value | Missing:
    name = f"published_{driver}_reading"
    if driver not in set(effects["regressor"]):
        return Missing(names=name, reason=f"{spoken(driver)} is not among the drivers")
    if effects["outcome"].iloc[0] != "rate":
        return Missing(
            names=name, reason="the published effect is one on the rate, and this run explains its logarithm"
        )
    return Value(
        name=name,
        value=readings.published_reading(effects, checks, driver),
        label=f"Which estimators' intervals hold the published effect of {spoken(driver)}",
    )
