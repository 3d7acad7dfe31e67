"""Count panels drawn from their own model, which the tests of count panels share."""

from dataclasses import replace

import numpy as np

from citizen_security.methods.count_panels.covariances import Deviations, covariances
from citizen_security.methods.count_panels.propagation import CountPanel

TRUE = Deviations(
    place=0.6, place_drift=0.1, wave=0.35, wave_length=2.5, noise=0.2, size_exponent=0.2,
    group=0.5, group_drift=0.08, nation_drift=0.1,
)  # fmt: skip
# A year is missing, as 2020 is from Brazil's table.
TIMES = np.array([2015.0, 2016, 2017, 2019, 2021])


def drawn(places, groups, at, generator, times=TIMES, middling=1.0):
    """A panel drawn from the model, its log rates without noise, and the groups' paths."""
    group = np.arange(places) % groups
    exposure = middling * np.exp(generator.normal(0, 1, places))[:, None] * np.ones(len(times))
    empty = CountPanel(np.zeros_like(exposure), exposure, group, groups, times, np.log(15.0))
    shaped = covariances(at, times, empty.size)
    zeros = np.zeros(len(times))
    nation = generator.multivariate_normal(zeros, shaped.nation)
    paths = nation + generator.multivariate_normal(zeros, shaped.group, groups)
    stable = generator.multivariate_normal(zeros, shaped.stable, places)
    waves = generator.multivariate_normal(zeros, shaped.waves, places) * np.sqrt(shaped.scale)[:, None]
    noise = at.noise * np.sqrt(shaped.scale)[:, None] * generator.standard_normal((places, len(times)))
    signal = np.log(15.0) + paths[group] + stable + waves
    counts = generator.poisson(exposure * np.exp(signal + noise)).astype(float)
    return replace(empty, counts=counts), signal, paths
