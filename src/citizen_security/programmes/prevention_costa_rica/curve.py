"""One specification curve: estimator, start, donors and scale, with a placebo p in each cell."""

from collections.abc import Collection
from itertools import product

import pandas as pd

from citizen_security.programmes.country_panels import by_estimator, country_panel
from citizen_security.programmes.prevention_costa_rica.comparisons import in_rates, observed_rate, rates_of
from citizen_security.programmes.prevention_costa_rica.labels import POOL_NAMES, SCALE_NAMES
from citizen_security.programmes.prevention_costa_rica.parameters import POOLS, SCALES, TREATED, PreventionCostaRica
from citizen_security.programmes.prevention_costa_rica.windows import Window


def specification_curve(world: pd.DataFrame, region: Collection[str], parameters: PreventionCostaRica) -> pd.DataFrame:
    """Every combination of estimator, start, donors and scale, up to the last year of the strategy.

    Parameters
    ----------
    world, region, parameters
        As for `comparisons.rates_of`.

    Returns
    -------
    pandas.DataFrame
        One row a cell, from the lowest difference: start, pool, pool_name, outcome, scale_name, estimator,
        estimator_name, difference (per 100,000), p_value, floor, donors, found: fewer homicides than expected, with a
        p-value that is small at the level; able: whether so many donors can give such a p-value.
    """
    tables = []
    for start, pool in product(parameters.starts_at_effort, POOLS):
        window = Window("strategy", start, parameters.last_year)
        rates = rates_of(world, region, window, parameters, pool=pool)
        observed = observed_rate(rates, window)
        for outcome in SCALES:
            found = by_estimator(country_panel(rates, TREATED, start, outcome), parameters.statistic)
            tables.append(
                found.assign(
                    start=start, pool=pool, pool_name=POOL_NAMES[pool], outcome=outcome,
                    scale_name=SCALE_NAMES[outcome],
                    difference=[in_rates(effect, outcome, observed) for effect in found["effect"]],
                )
            )  # fmt: skip
    table = pd.concat(tables, ignore_index=True)
    small = table["p_value"] <= parameters.significance + 1e-9
    return (
        table.assign(found=small & (table["difference"] < 0), able=table["floor"] <= parameters.significance + 1e-9)
        .sort_values("difference", kind="stable", ignore_index=True)
        .drop(columns=["effect", "rmspe_before"])
    )
