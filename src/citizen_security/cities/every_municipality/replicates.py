"""Whether the model of risk now makes tables like the one that it was fitted to: spread and lasting of what it misses.

Counts are held against the expectation that a draw of all risks gives, and so are counts that the draw makes itself
(Gelman, Meng and Stern 1996). A model that takes waves for chance leaves differences that last.
"""

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.every_municipality.current_risk import CurrentRisk, count_panel, shared_out
from citizen_security.cities.every_municipality.table import MunicipalityPanel

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality
    from citizen_security.methods.arrays import Floats

REPLICATES = 100
# Replicates that are held in memory at once, and those that have the same deviations.
AT_ONCE, ALIKE = 20, 5
SPREAD, LASTING = "spread within years", "likeness of neighbouring years"


def check_current(current: CurrentRisk, panel: MunicipalityPanel, parameters: "EveryMunicipality") -> pd.DataFrame:
    """Two statistics of what the model misses, in the table and in tables that the model makes.

    Parameters
    ----------
    current : CurrentRisk
    panel : MunicipalityPanel
    parameters : EveryMunicipality
        `overall_rate_centre` and `seed`.

    Returns
    -------
    pandas.DataFrame, one row for each statistic
        `spread within years`: mean squared difference of count and expectation, over its variance by the model.
        `likeness of neighbouring years`: correlation of such a difference with that of the year before, in places and
        years that both have; absent where no two years follow each other. Columns as those of `check_model`:
        `observed`, `replicated` (both means over draws) and `probability` that a replicated table has as much.
    """
    generator = np.random.default_rng([parameters.seed, REPLICATES])
    counts = count_panel(panel, parameters.overall_rate_centre)
    pairs = []
    for paths, noise, times in shared_out(counts, current.sample, counts.times, REPLICATES, generator, ALIKE):
        deviation = noise[:, np.newaxis]
        excess = np.expm1(deviation**2)
        some = [min(AT_ONCE, times - first) for first in range(0, times, AT_ONCE)]
        for log_rate in chain.from_iterable(paths.draw(number, generator) for number in some):
            expected = panel.exposure * np.exp(log_rate + deviation**2 / 2)
            jumps = deviation * generator.standard_normal(log_rate.shape)
            replicated = generator.poisson(panel.exposure * np.exp(log_rate + jumps))
            pairs.append(
                [
                    _statistics(each.astype(np.float64), expected, excess, counts.times)
                    for each in (panel.homicides, replicated)
                ]
            )
    observed, replicated = np.array(pairs).transpose(1, 0, 2)
    table = pd.DataFrame(
        {
            "observed": observed.mean(axis=0),
            "replicated": replicated.mean(axis=0),
            "probability": (replicated >= observed).mean(axis=0),
        },
        index=[SPREAD, LASTING],
    )
    return table.dropna()


def _statistics(counts: "Floats", expected: "Floats", excess: "Floats", times: "Floats") -> tuple[float, float]:
    seen = expected > 0
    variance = np.where(seen, expected * (1 + excess * expected), 1.0)
    missed = np.where(seen, (counts - expected) / np.sqrt(variance), 0.0)
    follows = np.diff(times) == 1
    both = seen[:, 1:] & seen[:, :-1] & follows
    if not both.any():
        return float((missed[seen] ** 2).mean()), np.nan
    before, after = missed[:, :-1][both], missed[:, 1:][both]
    scale = np.sqrt((before**2).sum() * (after**2).sum())
    return float((missed[seen] ** 2).mean()), float((before * after).sum() / scale) if scale else 0.0
