"""Draws of one side of a comparison: effective draws, seconds to convergence, whether two found one posterior."""

from dataclasses import dataclass

import arviz as az
import numpy as np
import xarray as xr

ENOUGH, ALIKE = 400, 1.01
# Draws of a chain with which its halves can be compared.
FEWEST = 4
PREFIXES = (100, 150, 200, 300, 400, 600, 800, 1_200, 1_600, 2_400, 3_200)


@dataclass(frozen=True)
class Run:
    """One side's draws: of every level, with the seconds that they and the warm-up took, and those of compiling."""

    levels: xr.Dataset
    seconds: float
    compiling: float
    divergences: int
    tune: int

    @property
    def effective(self) -> float:
        """Smallest bulk effective sample size of any level."""
        return smallest_effective(self.levels)

    @property
    def to_convergence(self) -> float:
        """Seconds until there are enough effective draws of every level: the warm-up, and a part of the draws.

        Infinite where all draws are not enough.
        """
        made = self.levels.sizes["draw"]
        for draws in (*(prefix for prefix in PREFIXES if prefix < made), made):
            first = self.levels.isel(draw=slice(draws))
            if smallest_effective(first) >= ENOUGH and largest_r_hat(first) < ALIKE:
                return self.seconds * (self.tune + draws) / (self.tune + made)
        return float("inf")


def say_winner(without_compiling: float, ratio: float) -> str:
    """Who wins, and whether ours does by compile time alone.

    Parameters
    ----------
    without_compiling, ratio : float
        Times that ours is better where compiling is left out, and in the row that this is said of.

    Returns
    -------
    str
    """
    if ratio <= 1:
        return "the peer wins"
    return "ours wins, by compile time alone" if without_compiling <= 1 else "ours wins"


def smallest_effective(levels: xr.Dataset) -> float:
    """Smallest bulk effective sample size; one where there are too few draws to say, so that a ratio can be taken."""
    if levels.sizes["draw"] < FEWEST:
        return 1.0
    return min(float(values.min()) for values in az.ess(levels, method="bulk").data_vars.values())


def largest_r_hat(levels: xr.Dataset) -> float:
    """Largest R-hat; infinite where there are too few draws to say."""
    if levels.sizes["draw"] < FEWEST:
        return float("inf")
    return max(float(values.max()) for values in az.rhat(levels).data_vars.values())


def errors_apart(one: xr.DataArray, other: xr.DataArray) -> float:
    """Largest distance of two posterior means, in Monte Carlo errors."""
    means, errors = zip(
        *((draws.mean(("chain", "draw")), draws.var(("chain", "draw")) / az.ess(draws, method="mean"))
          for draws in (one.drop_vars(list(one.coords)), other.drop_vars(list(other.coords)))),
        strict=True,
    )  # fmt: skip
    return float((abs(means[0] - means[1]) / np.sqrt(errors[0] + errors[1])).max())
