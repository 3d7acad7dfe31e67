"""What the notebook `programmes/state_of_exception` records."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.methods.measurement_bounds import Turning
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.state_of_exception import sentences as said
from citizen_security.programmes.state_of_exception.parameters import StateOfException
from citizen_security.values import Value


def values(
    series_fall: Mapping[str, float],
    changes: pd.DataFrame,
    line: Mapping[str, float],
    countries: pd.DataFrame,
    early: pd.DataFrame,
    turning: Mapping[str, Turning],
    items: pd.DataFrame,
    parameters: StateOfException,
) -> list[Value]:
    """Sentences, and the number of deaths at which the fall would vanish.

    Parameters
    ----------
    series_fall : mapping
        From `effects.fall_before`.
    changes : pandas.DataFrame
        From `effects.raw_changes`.
    line : mapping
        From `effects.own_line`.
    countries : pandas.DataFrame
        From `effects.against_countries`.
    early : pandas.DataFrame
        From `effects.year_before`.
    turning : mapping
        From `effects.turning_points`.
    items : pandas.DataFrame
        `uncounted_deaths`.
    parameters : StateOfException

    Returns
    -------
    list of Value
    """
    texts = {
        "answer_sentence": (said.answer_sentence(series_fall, line, countries, early, parameters), "The answer"),
        "scale_sentence": (said.scale_sentence(series_fall), "How much of the fall came before, on two scales"),
        "raw_sentence": (said.raw_sentence(changes), "Each episode beside the years before"),
        "line_sentence": (said.line_sentence(line, parameters), "The line of the years before"),
        "line_reading": (said.line_reading(series_fall, line), "Whether the year is off its line"),
        "countries_sentence": (said.countries_sentence(countries, parameters), "Each episode beside other countries"),
        "year_before_sentence": (said.year_before_sentence(early, parameters), "What the year before shows"),
        "turning_sentence": (said.turning_sentence(turning), "Deaths that would have to be uncounted"),
        "uncounted_sentence": (said.uncounted_sentence(items, turning), "Deaths that others counted"),
        "verdict": (said.verdict(countries, early, parameters), "What other countries say"),
    }
    glance = at_a_glance.readings(
        raw=said.raw_reading(changes),
        beside=said.beside_reading(countries),
        choices=said.choices_reading(countries, early, parameters),
    )
    return [*(Value(name=name, value=text, label=label) for name, (text, label) in texts.items()), *glance]
