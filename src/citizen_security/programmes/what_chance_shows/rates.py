"""False positives and least detectable falls in the panels that are asked for."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.reversion import YearVariance, estimate_variance
from citizen_security.methods.spike_selection.directions import least_fall
from citizen_security.methods.spike_selection.false_positives import false_positive_rates
from citizen_security.methods.spike_selection.names import Rule
from citizen_security.methods.spike_selection.normal_bias import matching_bias
from citizen_security.methods.spike_selection.rules import eligible_places
from citizen_security.programmes.what_chance_shows.labels import DESIGNS, PANELS, RULES
from citizen_security.programmes.what_chance_shows.panels import Places
from citizen_security.programmes.what_chance_shows.parameters import Panel, WhatChanceShows


def put_to_the_test(panels: Mapping[Panel, Places], parameters: WhatChanceShows) -> pd.DataFrame:
    """Every design in every panel, by rule and years before the start.

    Parameters
    ----------
    panels : mapping of str to Places
    parameters : WhatChanceShows

    Returns
    -------
    pandas.DataFrame
        panel, the columns of `false_positive_rates`, and names of panels, rules and designs; effects and falls in
        percent.
    """
    parts = []
    for panel, places in panels.items():
        found = false_positive_rates(
            places.rates,
            rules=parameters.rules,
            designs=parameters.designs,
            before=parameters.years_before,
            after=parameters.years_after,
            donors=parameters.other_places,
            draws=parameters.draws_at_effort,
            seed=parameters.seed,
            significance=parameters.significance,
            power=parameters.power,
            confidence_level=parameters.confidence_level,
        )
        parts.append(found.assign(panel=panel))
    table = pd.concat(parts, ignore_index=True)
    for column in ("effect", "least_fall"):
        table[column] = 100 * np.expm1(table[column])
    table["panel_name"] = table["panel"].map(PANELS)
    table["rule_name"] = table["rule"].map(RULES)
    table["design_name"] = table["design"].map(DESIGNS)
    names = ["panel", "panel_name", "rule", "rule_name", "design", "design_name"]
    return table[[*names, *table.columns.drop(names)]]


def main_rows(table: pd.DataFrame, parameters: WhatChanceShows) -> pd.DataFrame:
    """Rows of the first panel with the most years before the start."""
    first = table["panel"] == parameters.panels[0]
    return table[first & (table["before"] == max(parameters.years_before))].reset_index(drop=True)


def longest(table: pd.DataFrame, parameters: WhatChanceShows) -> pd.DataFrame:
    """Rows of all panels with the most years before the start."""
    return table[table["before"] == max(parameters.years_before)]


def least_falls(rows: pd.DataFrame, parameters: WhatChanceShows) -> dict[str, float]:
    """The least fall that a design without false falls finds, in percent, by what its panel is called."""
    by_panel = rows.groupby("panel_name", sort=False)
    return {str(name): least_fall(own, parameters.significance).fall for name, own in by_panel}


def own_falls(places: Places, parameters: WhatChanceShows) -> pd.DataFrame:
    """How far places change by themselves after each rule would have chosen them, over all years of a panel.

    Parameters
    ----------
    places : Places
    parameters : WhatChanceShows

    Returns
    -------
    pandas.DataFrame
        rule, rule_name, change (percent, from the last two years before the start to the later ones, beside the median
        place), lower, upper (with places drawn again).
    """
    length, after = max(parameters.years_before), parameters.years_after
    values = places.rates - np.median(places.rates, axis=0)
    generator = np.random.default_rng(parameters.seed)
    rows = []
    for rule in parameters.rules:
        total, weight = np.zeros(len(values)), np.zeros(len(values))
        for start in range(values.shape[1] - length - after + 1):
            window = places.rates[:, start : start + length + after]
            chance = eligible_places(window, length, rule)
            moved = values[:, start + length : start + length + after].mean(axis=1)
            moved = moved - values[:, start + length - 2 : start + length].mean(axis=1)
            total, weight = total + chance * moved, weight + chance
        again = generator.integers(len(values), size=(parameters.draws_at_effort * 10, len(values)))
        # A place that was drawn in no sample with weight leaves no mean.
        sums = weight[again].sum(axis=1)
        means = np.divide(total[again].sum(axis=1), sums, out=np.full(len(sums), np.nan), where=sums > 0)
        tail = (1 - parameters.confidence_level) / 2
        lower, upper = np.nanquantile(means, [tail, 1 - tail])
        ends = {"change": total.sum() / weight.sum(), "lower": lower, "upper": upper}
        rows.append(
            {"rule": rule, "rule_name": RULES[rule]} | {name: 100 * np.expm1(end) for name, end in ends.items()}
        )
    return pd.DataFrame(rows)


def closed_form(places: Places, rule: Rule, parameters: WhatChanceShows) -> tuple[float, float, float]:
    """The bias of matching on the last year as theory has it, for places whose level is that of the chosen ones.

    Parameters
    ----------
    places : Places
    rule : str
    parameters : WhatChanceShows

    Returns
    -------
    bias, difference : float
        Log points: what matching finds, and by how much the lasting level of chosen places is above the mean of all.
    persistence : float
        Correlation of deviations from the lasting level, a year apart.
    """
    centred = places.rates - places.rates.mean(axis=0)
    variance = estimate_variance(centred, places.noise)
    persistence = fading(variance)
    chance = eligible_places(places.rates[:, : max(parameters.years_before)], max(parameters.years_before), rule)
    difference = float(chance @ centred.mean(axis=1))
    return matching_bias(difference, persistence), difference, persistence


def fading(variance: YearVariance) -> float:
    """Correlation of deviations from lasting levels a year apart, noise included."""
    passing = variance.within + variance.noise
    return variance.within * variance.persistence / passing if passing > 0 else 0.0
