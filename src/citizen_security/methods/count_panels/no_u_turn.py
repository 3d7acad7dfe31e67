"""Draws of the deviations of a count panel by the No-U-Turn sampler, where weighted draws cannot be trusted.

References
----------
Hoffman and Gelman (2014), Journal of Machine Learning Research 15(47).
"""

import arviz as az
import numpy as np
import nutpie
import xarray as xr
from nutpie.compiled_pyfunc import from_pyfunc

from ..arrays import Floats
from .deviations import Density

TUNE, CHAINS, DEEPEST = 100, 2, 6


def draw_chains(
    density: Density, centre: Floats, covariance: Floats, draws: int, seed: int
) -> tuple[Floats, float, float]:
    """Draw the free deviations by two chains that start at the peak.

    Parameters
    ----------
    density : Density
    centre : numpy.ndarray, shape (n_free,)
        The peak of its `plain`.
    covariance : numpy.ndarray, shape (n_free, n_free)
        Roughly that of the draws: they are made in its units.
    draws : int
        Of each chain.
    seed : int

    Returns
    -------
    parts : numpy.ndarray, shape (2 * draws, n_free)
        The free deviations themselves, of either sign.
    effective : float
        Smallest effective sample size of a deviation.
    r_hat : float
        Largest one of a deviation.
    """
    size, root = len(centre), np.linalg.cholesky(covariance)

    def log_density(standard: Floats) -> tuple[float, Floats]:
        value, slopes = density.plain(centre + root @ standard)
        return value, root.T @ slopes

    compiled = from_pyfunc(
        size,
        lambda: log_density,
        lambda *_: lambda standard: {"standard": np.asarray(standard)},
        [np.dtype(np.float64)],
        [(size,)],
        ["standard"],
        make_initial_point_fn=lambda _: np.zeros(size),
    )
    # One core: chains that share the stand-ins they start from would depend on which of them was faster.
    found = nutpie.sample(
        compiled, draws=draws, tune=TUNE, chains=CHAINS, cores=1, seed=seed, progress_bar=False, maxdepth=DEEPEST
    )
    parts = centre + found["posterior"]["standard"].to_numpy() @ root.T
    # The density knows deviations by their squares alone: their signs mean nothing.
    folded = xr.Dataset(
        {"deviation": (("chain", "draw", "which"), np.where(density.signs[density.free], np.abs(parts), parts))}
    )
    effective, r_hat = float(az.ess(folded)["deviation"].min()), float(az.rhat(folded)["deviation"].max())
    return parts.reshape(-1, size), effective, r_hat
