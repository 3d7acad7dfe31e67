"""Deviations of places, groups and a nation, and the covariances over the calendar that they make.

A place's log rate is the path of its group plus a level of its own, a drift (a random walk), waves that fade (an
Ornstein–Uhlenbeck process, the first-order autoregression on a calendar with gaps) and noise of single years. A group's
path is that of the nation plus a level and a drift; the nation's path has a level and a drift. Where it is known who
borders whom, a part of a place's level is shared with its neighbours (`neighbours`).

References
----------
Harvey (1990), Forecasting, Structural Time Series Models and the Kalman Filter, chapter 2, for the components;
Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, chapter 4, for the covariances.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..arrays import Floats


class Deviations(NamedTuple):
    """Deviations on the scale of log rates.

    Attributes
    ----------
    place : float
        Between the lasting levels of a group's places.
    place_drift : float
        Of a place's random walk, after one year.
    wave : float
        Of the waves of a place of middling size.
    wave_length : float
        Years after which a wave's correlation with itself has fallen to 1/e.
    noise : float
        Between single years of a place of middling size, beyond chance.
    size_exponent : float
        Waves and noise are proportional to size to the power of minus this.
    group, group_drift : float
        Between the levels of groups, and of their random walks after one year.
    nation_drift : float
        Of the nation's random walk after one year.
    mixing : float
        Share of the variance of the lasting levels that neighbours have in common; zero where none are known.
    """

    place: float
    place_drift: float
    wave: float
    wave_length: float
    noise: float
    size_exponent: float
    group: float
    group_drift: float
    nation_drift: float
    mixing: float = 0.0

    def named(self) -> dict[str, float]:
        """Deviations by name, without the share of neighbours where none are known."""
        named: dict[str, float] = self._asdict()
        return named if self.mixing else {name: value for name, value in named.items() if name != "mixing"}


# Deviation of the nation's level about the panel's centre: its prior.
NATION_LEVEL = 1.0


@dataclass(frozen=True)
class Covariances:
    """Covariances over the times of a panel.

    Attributes
    ----------
    stable, passing : numpy.ndarray, shape (n_times, n_times)
        A place's covariance is `stable + scale * passing`, without the level that it shares with its neighbours.
    waves : numpy.ndarray, shape (n_times, n_times)
        The part of `passing` that lasts longer than a year.
    scale : numpy.ndarray, shape (n_places,)
    group, nation : numpy.ndarray, shape (n_times, n_times)
    shared : float
        Variance of the levels that neighbours have in common.
    """

    stable: Floats
    passing: Floats
    waves: Floats
    scale: Floats
    group: Floats
    nation: Floats
    shared: float


def walk(times: Floats) -> Floats:
    """Covariance of a random walk that starts at the first time, shape (n_times, n_times)."""
    since = times - times.min()
    walked: Floats = np.minimum.outer(since, since)
    return walked


def covariances(deviations: Deviations, times: Floats, size: Floats) -> Covariances:
    """Covariances that deviations make.

    Parameters
    ----------
    deviations : Deviations
    times : numpy.ndarray, shape (n_times,)
        In years, in any order; a time may stand twice, as where a year's rate is asked for without its noise.
    size : numpy.ndarray, shape (n_places,)
        Log size of each place relative to a middling one.

    Returns
    -------
    Covariances
    """
    walked = walk(times)
    apart = np.abs(np.subtract.outer(times, times))
    waves = deviations.wave**2 * np.exp(-apart / deviations.wave_length)
    return Covariances(
        stable=deviations.place**2 * (1 - deviations.mixing) + deviations.place_drift**2 * walked,
        passing=waves + deviations.noise**2 * np.eye(len(times)),
        waves=waves,
        scale=np.exp(-2 * deviations.size_exponent * size),
        group=deviations.group**2 + deviations.group_drift**2 * walked,
        nation=NATION_LEVEL**2 + deviations.nation_drift**2 * walked,
        shared=deviations.place**2 * deviations.mixing,
    )
