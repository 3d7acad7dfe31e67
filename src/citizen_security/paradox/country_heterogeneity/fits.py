"""Slopes that vary by country: one Bayesian model, pooled not at all, completely, or as far as the data say.

Errors of a country follow each other in time. They are modelled as a stationary autoregression of the first order,
written as each year's distribution given the last year that was observed, which is exact for normal errors whatever the
gaps: after a gap of d years the correlation is the persistence to the power d.

Levels and slopes of the countries are integrated out, which for normal ones is exact, and drawn afterwards. Some
countries pin their slope down and others say nothing of it, so that no one way of writing slopes is easy to sample.

The log density and its gradient are written out in `density` and compiled once for every sample, pooling and prior.
The same model in PyMC takes longer to compile than all of the notebook's fits take to sample; a test holds the density
to that of the model on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from nutpie.compiled_pyfunc import from_pyfunc

from citizen_security.methods.sampling import Diagnostics, Gate, Settings, check_convergence, sample_posterior
from citizen_security.paradox.country_heterogeneity.density import Numbers, as_rows, log_density
from citizen_security.paradox.country_heterogeneity.designs import Design
from citizen_security.paradox.country_heterogeneity.positions import (
    DIMENSIONS,
    draw_effects,
    expand,
    positions,
)
from citizen_security.paradox.country_heterogeneity.sample import SlopeSample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity


@dataclass(frozen=True)
class SlopeFit:
    """A converged fit.

    Attributes
    ----------
    name : str
    sample : SlopeSample
    design : Design
    posterior : xarray.DataTree
        Draws in the model's units, whatever the design: `intercept`, `log_spread` (country), `slope` (country, driver),
        `average_slope`, `slope_deviation` (driver), `year_effect` (year), `level`, `level_deviation` and `persistence`.
    diagnostics : Diagnostics
    """

    name: str
    sample: SlopeSample
    design: Design
    posterior: xr.DataTree
    diagnostics: Diagnostics

    def draws(self, name: str) -> "NDArray[np.float64]":
        """Draws of a variable with the chains one after the other, shape (draws, …)."""
        values: NDArray[np.float64] = self.posterior["posterior"][name].to_numpy()
        return values.reshape(-1, *values.shape[2:])


def compile_slopes(sample: SlopeSample, design: Design) -> Any:
    """The model of a sample, ready to be sampled.

    Parameters
    ----------
    sample : SlopeSample
    design : Design
        Another can take its place without compiling again (`fit_slopes` does so).

    Returns
    -------
    nutpie.CompiledModel
    """
    rows = as_rows(sample)

    def density(position: "NDArray[np.float64]", **numbers: float) -> "tuple[float, NDArray[np.float64]]":
        value: tuple[float, NDArray[np.float64]] = log_density(position, rows, Numbers(**numbers))
        return value

    def make_variables(first: int, second: int, chain: int) -> Any:
        generator = np.random.default_rng((first, second, chain))

        def variables(position: "NDArray[np.float64]", **numbers: float) -> "dict[str, NDArray[np.float64]]":
            expanded = expand(position, sample, numbers)
            return expanded | draw_effects(expanded, sample, generator)

        return variables

    start = make_variables(0, 0, 0)(np.zeros(positions(sample)), **design.data())
    return from_pyfunc(
        positions(sample),
        lambda: density,
        make_variables,
        [np.dtype(float)] * len(start),
        [value.shape for value in start.values()],
        list(start),
        coords={
            "country": list(sample.countries),
            "year": list(map(str, sample.years)),
            "driver": list(sample.drivers),
        },
        dims=DIMENSIONS,
        shared_data=design.data(),
        make_initial_point_fn=lambda seed: np.random.default_rng(seed).normal(0, 0.5, positions(sample)),
    )


def sampler_settings(parameters: "CountryHeterogeneity") -> Settings:
    """How the sampler runs, at the effort asked for."""
    settings = Settings(
        draws=parameters.draws,
        tune=parameters.tune,
        chains=parameters.chains,
        target_acceptance=parameters.target_acceptance,
        seed=parameters.seed,
    )
    return settings.at(parameters.effort)


def describe_gate(gate: Gate) -> str:
    """Which bounds of the gate were relaxed, for the page."""
    relaxed = gate.relaxed()
    return f"The gate was relaxed: {'; '.join(relaxed)}" if relaxed else "The full gate was kept."


def fit_slopes(
    name: str, compiled: Any, sample: SlopeSample, design: Design, settings: Settings, gate: Gate
) -> SlopeFit:
    """Sample a design and hold what it estimates to the gate.

    Parameters
    ----------
    name : str
        Name of the fit, for messages and tables.
    compiled : nutpie.CompiledModel
        From `compile_slopes` on the same sample.
    sample : SlopeSample
    design : Design
    settings : Settings
    gate : Gate

    Returns
    -------
    SlopeFit

    Raises
    ------
    NotConverged
        If the fit fails the gate.
    """
    posterior = sample_posterior(compiled, settings, design.data())
    drawn = posterior["posterior"].to_dataset()
    # The first year's effect is zero by definition.
    estimated = drawn.isel(year=slice(1, None)).drop_vars(design.constants)
    diagnostics = check_convergence(name, posterior.assign({"posterior": xr.DataTree(estimated)}), gate)
    return SlopeFit(name, sample, design, posterior, diagnostics)


def fit_designs(
    compiled: Any, sample: SlopeSample, designs: Mapping[str, Design], settings: Settings, gate: Gate
) -> dict[str, SlopeFit]:
    """Fit several designs, each through the gate.

    Returns
    -------
    dict
        Name of the design → fit.

    Raises
    ------
    NotConverged
        If a fit fails the gate.
    """
    return {name: fit_slopes(name, compiled, sample, design, settings, gate) for name, design in designs.items()}
