"""The smallest fall that the design would have found: falls are put into countries where nothing was done."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from citizen_security.methods.spike_selection.designs import among_placebos
from citizen_security.methods.spike_selection.false_positives import least_fall
from citizen_security.programmes.country_panels import country_panel
from citizen_security.programmes.prevention_costa_rica.comparisons import rates_of
from citizen_security.programmes.prevention_costa_rica.labels import POOL_NAMES, SCALE_NAMES
from citizen_security.programmes.prevention_costa_rica.parameters import POOLS, SCALES, TREATED, PreventionCostaRica
from citizen_security.programmes.prevention_costa_rica.windows import windows

# Shares of the rate by which it falls, of those that are tried.
FALLS = np.linspace(0.0, 0.98, 50)


def least_falls(world: pd.DataFrame, region: Collection[str], parameters: PreventionCostaRica) -> pd.DataFrame:
    """For each scale and pool, the fall that is found in as many donors as `power` asks.

    Parameters
    ----------
    world, region, parameters
        As for `comparisons.rates_of`.

    Returns
    -------
    pandas.DataFrame
        outcome, scale_name, pool, pool_name, donors, floor (of the p-value of a donor among the others), fall (percent
        of the evaluated country's mean rate before the start, below zero; missing where no fall is found so often),
        false_falls (percent of donors in which a fall is found though none was put in).

    Notes
    -----
    Each donor in turn is the treated country among the other donors, with the run's estimator and statistic. In rates
    the same share is put in as in logarithms: that of the evaluated country's mean rate before the start.
    """
    window = windows(parameters)[0]
    design = among_placebos(parameters.estimator, ratio=parameters.statistic == "rmspe_ratio")
    rows = []
    for pool in POOLS:
        rates = rates_of(world, region, window, parameters, pool=pool)
        for outcome in SCALES:
            panel = country_panel(rates, TREATED, window.first, outcome)
            base = float(panel.target[: panel.before].mean())
            shifts = np.log1p(-FALLS) if outcome == "log" else -FALLS * base
            found = np.zeros((len(panel.donors), len(shifts)), dtype=bool)
            for place in range(len(panel.donors)):
                others = np.delete(panel.donor_outcomes, place, axis=0)
                answer = design(np.vstack([panel.donor_outcomes[[place]], others]), panel.before, shifts)
                found[place] = (answer.p_values <= parameters.significance + 1e-9) & (answer.effects < 0)
            least = least_fall(found.mean(axis=0), shifts, parameters.power)
            share = np.expm1(least) if outcome == "log" else least / base
            rows.append(
                {
                    "outcome": outcome, "scale_name": SCALE_NAMES[outcome], "pool": pool, "pool_name": POOL_NAMES[pool],
                    "donors": len(panel.donors), "floor": 1 / len(panel.donors), "fall": 100 * float(share),
                    "false_falls": 100 * float(found[:, 0].mean()),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)
