"""Country-years that can be left out of a panel for a reason: small states, doubted rates, a state in collapse.

A small state is one with fewer than a million people in the mean of its years in the table, so that which states are
small does not hang on the last year that is looked at. A rate is doubted where the table's note says that specialists
do not believe it; other notes (a revision, a count and a rate of different sources) say nothing against the rate.
"""

from collections.abc import Callable

import pandas as pd

MILLION = 1_000_000

# What a note of the table says of a rate that specialists do not believe.
DOUBTED = "doubted by specialists"

# The last year of Venezuela's figures that is not one of a state in collapse.
LAST_YEAR_OF_VENEZUELA = 2018


def of_small_states(panel: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a row is of a state with fewer than a million people; needs iso3 and population."""
    people = panel["population"].astype(float).groupby(panel["iso3"]).transform("mean")
    return ~(people >= MILLION)


def with_doubted_rate(panel: pd.DataFrame) -> "pd.Series[bool]":
    """Whether specialists doubt a row's homicide rate; needs homicide_note."""
    noted = panel["homicide_note"].astype("string").str.contains(DOUBTED, regex=False)
    return noted.fillna(value=False).astype(bool)


def of_venezuela_in_collapse(panel: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a row is of Venezuela after 2018; needs iso3 and year."""
    return (panel["iso3"] == "VEN") & (panel["year"] > LAST_YEAR_OF_VENEZUELA)


# Samples by the names of the table `specification_choices`, each with the rows that it leaves out.
LEFT_OUT: dict[str, Callable[[pd.DataFrame], "pd.Series[bool]"]] = {
    "million": of_small_states,
    "undoubted": with_doubted_rate,
    "without_venezuela_after_2018": of_venezuela_in_collapse,
}
