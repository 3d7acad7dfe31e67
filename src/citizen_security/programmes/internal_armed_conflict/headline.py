"""What the notebook `programmes/internal_armed_conflict` records."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.methods.interrupted_series.names import Trend
from citizen_security.methods.interrupted_series.structural import Structural
from citizen_security.methods.interrupted_series.trend_bounds import TrendBounds
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.internal_armed_conflict import sentences as said
from citizen_security.programmes.internal_armed_conflict.parameters import InternalArmedConflict
from citizen_security.values import Value


def nation(
    years: pd.DataFrame,
    within: Mapping[str, float],
    lines: pd.DataFrame,
    found: TrendBounds,
    wandering: Mapping[Trend, Structural],
    parameters: InternalArmedConflict,
) -> list[Value]:
    """Sentences on the nation, and the verdict.

    Parameters
    ----------
    years : pandas.DataFrame
        From `lines.same_months`.
    within : mapping
        From `lines.within_the_year`.
    lines : pandas.DataFrame
        From `lines.by_line`.
    found : TrendBounds
        From `lines.bounds`.
    wandering : mapping
        From `lines.wandering`.
    parameters : InternalArmedConflict

    Returns
    -------
    list of Value
    """
    return _values(
        {
            "answer_sentence": (said.answer_sentence(years, parameters), "The answer"),
            "years_sentence": (said.years_sentence(years), "What the same months did in earlier years"),
            "spike_sentence": (said.spike_sentence(years), "Whether the year before was the highest"),
            "within_sentence": (said.within_sentence(within), "What followed within the year"),
            "lines_sentence": (said.lines_sentence(lines), "What lines of earlier months say"),
            "earlier_dates_sentence": (
                said.earlier_dates_sentence(found, parameters),
                "What the line finds at earlier dates",
            ),
            "wandering_sentence": (said.wandering_sentence(wandering, parameters), "What a level that wanders says"),
            "bounds_sentence": (said.bounds_sentence(found, parameters), "What a bending trend leaves"),
            "verdict": (said.verdict(years, lines, found, parameters), "What the decree can be credited with"),
        }
    ) + at_a_glance.readings(
        raw=said.raw_reading(years),
        beside=said.beside_reading(found),
        choices=said.choices_reading(lines),
    )


def elsewhere(
    changes: pd.DataFrame,
    slopes: pd.DataFrame,
    records: pd.DataFrame,
    countries: pd.DataFrame,
    apart: Mapping[str, float],
    parameters: InternalArmedConflict,
) -> list[Value]:
    """Sentences on the provinces and on other countries.

    Parameters
    ----------
    changes, slopes, records : pandas.DataFrame
        From `provinces`.
    countries : pandas.DataFrame
        From `countries.first_years`.
    apart : mapping
        From `countries.falls_apart`.
    parameters : InternalArmedConflict

    Returns
    -------
    list of Value
    """
    return _values(
        {
            "provinces_sentence": (said.provinces_sentence(changes), "How many provinces fell"),
            "sooner_sentence": (said.sooner_sentence(changes), "Whether the deepest fall began sooner"),
            "height_sentence": (said.height_sentence(slopes), "Whether falls followed height"),
            "records_sentence": (said.records_sentence(records), "What followed records"),
            "countries_sentence": (said.countries_sentence(countries), "First years of three countries"),
            "own_lines_sentence": (said.own_lines_sentence(countries, parameters), "Countries against their own lines"),
            "honduras_reading": (said.honduras_reading(countries), "Whether Honduras left its line"),
            "claim_sentence": (said.claim_sentence(apart), "What it says on the claim"),
        }
    )


def _values(texts: Mapping[str, tuple[str, str]]) -> list[Value]:
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
