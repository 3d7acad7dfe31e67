"""What the notebook `programmes/what_chance_shows` records."""

import pandas as pd

from citizen_security.methods.spike_selection.directions import worst
from citizen_security.methods.spike_selection.names import Rule
from citizen_security.programmes.what_chance_shows import sentences as said
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows
from citizen_security.programmes.what_chance_shows.rates import main_rows
from citizen_security.values import Value


def values(
    table: pd.DataFrame, falls: pd.DataFrame, form: tuple[float, float, float], parameters: WhatChanceShows
) -> list[Value]:
    """Sentences and the worst share.

    Parameters
    ----------
    table : pandas.DataFrame
        From `put_to_the_test`.
    falls : pandas.DataFrame
        From `own_falls`.
    form : tuple of float
        From `closed_form`, of `closed_rule`.
    parameters : WhatChanceShows

    Returns
    -------
    list of Value
    """
    rows = main_rows(table, parameters)
    most = worst(table[table["before"] == max(parameters.years_before)], "fall")
    texts = {
        "answer_sentence": (said.answer_sentence(table, parameters), "The answer"),
        "rules_sentence": (said.rules_sentence(rows, parameters), "Designs that find too much, by rule"),
        "structural_sentence": (said.structural_sentence(table, parameters), "Whether a Bayesian model is too sure"),
        "own_fall_sentence": (said.own_fall_sentence(falls, parameters), "How far places change by themselves"),
        "length_sentence": (said.length_sentence(table, parameters), "Years before the start"),
        "least_fall_sentence": (said.least_fall_sentence(table, parameters), "The least fall that is detected"),
        "panels_sentence": (said.panels_sentence(table, parameters), "The panels beside each other"),
        "closed_form_sentence": (said.closed_form_sentence(form, closed_rule(parameters)), "Matching, in theory"),
    }
    return [
        Value(
            name="worst_share",
            value=100 * most["found_fall"],
            interval=(100 * most["fall_lower"], 100 * most["fall_upper"]),
            n=int(most["draws"]),
            format=".0f",
            unit="%",
            label="Share of draws in which the worst design and rule find a fall where nothing was done",
        ),
        *(Value(name=name, value=text, label=label) for name, (text, label) in texts.items()),
    ]


def closed_rule(parameters: WhatChanceShows) -> Rule:
    """The rule that theory is asked of: that by level, if it is among those tried."""
    return "high" if "high" in parameters.rules else parameters.rules[0]
