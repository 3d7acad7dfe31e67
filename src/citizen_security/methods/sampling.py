"""Sampling with nutpie, and the gate that no unconverged fit passes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import arviz as az
import numpy as np
import nutpie
import pymc as pm
import xarray as xr
from pytensor.configdefaults import config

from . import require
from .effort import SAMPLER_CORES, Effort
from .gates import MAXIMUM_DIVERGENCE_SHARE, MAXIMUM_R_HAT, MINIMUM_EFFECTIVE_SAMPLE, MINIMUM_ENERGY_FRACTION

# With it, compiled code may add and multiply in another order where functions come from a cache than where they are
# compiled together: draws would differ in their last digits between the first run of a machine and the second.
config.numba__fastmath = False

# Enough for the same code to run and for bounds that show a broken model, in a fraction of the time.
QUICK_DRAWS = 500
QUICK_CHAINS = 2

MORE_DRAWS = "raise draws and tune"
BETTER_SHAPE = "raise target_acceptance (towards 0.999), or write the model in another parameterisation"
NARROWER = "raise tune, or use priors that are less wide"


class NotConverged(RuntimeError):
    """A fit that failed the gate.

    Parameters
    ----------
    name : str
        Name of the fit.
    failures : sequence of str
        One sentence for each failed bound: which parameter, the figure, the bound and the remedy.
    """

    def __init__(self, name: str, failures: list[str]) -> None:
        self.failures = tuple(failures)
        super().__init__(f"{name} did not converge: {'; '.join(failures)}.")


@dataclass(frozen=True)
class Settings:
    """How the sampler is run.

    Attributes
    ----------
    draws, tune, chains : int
        Kept and adapting draws of each chain, and the number of chains.
    target_acceptance : float
        Acceptance statistic that the step size is adapted to.
    seed : int
    """

    draws: int
    tune: int
    chains: int
    target_acceptance: float
    seed: int

    def at(self, effort: Effort) -> "Settings":
        """These settings, or fewer draws and chains at quick effort."""
        require.one_of("effort", effort, Effort)
        if effort == "full":
            return self
        return Settings(
            draws=min(self.draws, QUICK_DRAWS),
            tune=min(self.tune, QUICK_DRAWS),
            chains=min(self.chains, QUICK_CHAINS),
            target_acceptance=self.target_acceptance,
            seed=self.seed,
        )


@dataclass(frozen=True)
class Gate:
    """Bounds that a fit must keep (Vehtari et al. 2021; Betancourt 2016 for the energy); those of the runs: `gates`.

    Attributes
    ----------
    maximum_r_hat : float
        Rank-normalised split R-hat.
    minimum_effective_sample : float
        Bulk and tail effective sample size, each.
    maximum_divergence_share : float
        Divergent transitions over all draws.
    minimum_energy_fraction : float
        Energy fraction of missing information (E-BFMI), in each chain.
    """

    maximum_r_hat: float
    minimum_effective_sample: float
    maximum_divergence_share: float
    minimum_energy_fraction: float

    FULL: ClassVar["Gate"]
    QUICK: ClassVar["Gate"]

    @classmethod
    def at(cls, effort: Effort) -> "Gate":
        """The gate of an effort."""
        require.one_of("effort", effort, Effort)
        return cls.FULL if effort == "full" else cls.QUICK

    def relaxed(self) -> tuple[str, ...]:
        """What this gate allows beyond the full one, in words; empty for the full gate."""
        return tuple(
            f"{name.replace('_', ' ')} {getattr(self, name):g} instead of {getattr(self.FULL, name):g}"
            for name in (field.name for field in fields(self))
            if getattr(self, name) != getattr(self.FULL, name)
        )


def _gate(effort: Effort) -> Gate:
    return Gate(
        maximum_r_hat=MAXIMUM_R_HAT[effort],
        minimum_effective_sample=MINIMUM_EFFECTIVE_SAMPLE[effort],
        maximum_divergence_share=MAXIMUM_DIVERGENCE_SHARE[effort],
        minimum_energy_fraction=MINIMUM_ENERGY_FRACTION[effort],
    )


Gate.FULL, Gate.QUICK = _gate("full"), _gate("quick")


@dataclass(frozen=True)
class Diagnostics:
    """How well the chains explored the posterior: the worst of each figure, and which parameter it belongs to."""

    draws: int
    chains: int
    maximum_r_hat: float
    maximum_r_hat_parameter: str
    minimum_bulk_effective_sample: float
    minimum_bulk_effective_sample_parameter: str
    minimum_tail_effective_sample: float
    minimum_tail_effective_sample_parameter: str
    divergences: int
    minimum_energy_fraction: float

    @property
    def minimum_effective_sample(self) -> float:
        """The smaller of the bulk and tail effective sample sizes."""
        return min(self.minimum_bulk_effective_sample, self.minimum_tail_effective_sample)

    def as_dict(self) -> dict[str, float | int | str]:
        """The figures as plain data."""
        return asdict(self)


def compile_model(model: pm.Model) -> Any:
    """Compile a model's log density and gradient with numba.

    Parameters
    ----------
    model : pymc.Model
        Its mutable data (`pymc.Data`) can be replaced at each sampling without compiling again.

    Returns
    -------
    nutpie.CompiledModel
    """
    return nutpie.compile_pymc_model(model, backend="numba")


def sample_posterior(compiled: Any, settings: Settings, data: Mapping[str, Any] | None = None) -> xr.DataTree:
    """Draw from the posterior with nutpie's No-U-Turn sampler; equal settings and seed give equal draws.

    Parameters
    ----------
    compiled : nutpie.CompiledModel
    settings : Settings
    data : mapping, optional
        Replacements of the model's mutable data, by name and of the same shape.

    Returns
    -------
    xarray.DataTree
        Groups `posterior` and `sample_stats`, with dimensions chain and draw.
    """
    chosen = compiled.with_data(**data) if data else compiled
    tree: xr.DataTree = nutpie.sample(
        chosen,
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        cores=min(SAMPLER_CORES, settings.chains),
        seed=settings.seed,
        target_accept=settings.target_acceptance,
        save_warmup=False,
        progress_bar=False,
    )
    return tree


def diagnose(posterior: xr.DataTree) -> Diagnostics:
    """The worst R-hat, effective sample sizes, divergences and energy fraction of a fit.

    Parameters
    ----------
    posterior : xarray.DataTree
        With groups `posterior` and `sample_stats` (`diverging`, `energy`).

    Returns
    -------
    Diagnostics
        A figure that cannot be computed, as for a chain that never moved, is `nan`.

    References
    ----------
    Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16(2).
    """
    r_hat, r_hat_parameter = _extreme(az.rhat(posterior), highest=True)
    bulk, bulk_parameter = _extreme(az.ess(posterior, method="bulk"), highest=False)
    tail, tail_parameter = _extreme(az.ess(posterior, method="tail"), highest=False)
    statistics = posterior["sample_stats"]
    return Diagnostics(
        draws=posterior["posterior"].sizes["draw"],
        chains=posterior["posterior"].sizes["chain"],
        maximum_r_hat=r_hat,
        maximum_r_hat_parameter=r_hat_parameter,
        minimum_bulk_effective_sample=bulk,
        minimum_bulk_effective_sample_parameter=bulk_parameter,
        minimum_tail_effective_sample=tail,
        minimum_tail_effective_sample_parameter=tail_parameter,
        divergences=int(statistics["diverging"].sum()),
        minimum_energy_fraction=float(az.bfmi(posterior)["energy"].min(skipna=False)),
    )


def check_convergence(name: str, posterior: xr.DataTree, gate: Gate) -> Diagnostics:
    """Diagnose a fit and refuse it if it fails the gate.

    Parameters
    ----------
    name : str
        Name of the fit, for the message.
    posterior : xarray.DataTree
    gate : Gate

    Returns
    -------
    Diagnostics

    Raises
    ------
    NotConverged
        Naming each parameter that failed, the figure, the bound and the remedy.
    """
    diagnostics = diagnose(posterior)
    if failures := list(_failures(diagnostics, gate)):
        raise NotConverged(name, failures)
    return diagnostics


def _failures(found: Diagnostics, gate: Gate) -> Iterator[str]:
    """Sentences for the bounds that are not kept; a figure that is not a number keeps no bound."""
    if not found.maximum_r_hat <= gate.maximum_r_hat:
        figure = f"R-hat of {found.maximum_r_hat_parameter} is {found.maximum_r_hat:.3f}"
        yield f"{figure}, at most {gate.maximum_r_hat:g} is allowed: {MORE_DRAWS}"
    for kind in ("bulk", "tail"):
        size = getattr(found, f"minimum_{kind}_effective_sample")
        if not size >= gate.minimum_effective_sample:
            parameter = getattr(found, f"minimum_{kind}_effective_sample_parameter")
            figure = f"{kind} effective sample of {parameter} is {size:.0f}"
            yield f"{figure}, at least {gate.minimum_effective_sample:g} are needed: {MORE_DRAWS}"
    allowed = gate.maximum_divergence_share * found.draws * found.chains
    if found.divergences > allowed:
        figure = f"divergences of all parameters together are {found.divergences}"
        yield f"{figure}, at most {allowed:.0f} are allowed: {BETTER_SHAPE}"
    if not found.minimum_energy_fraction >= gate.minimum_energy_fraction:
        figure = f"E-BFMI of the energy is {found.minimum_energy_fraction:.2f}"
        yield f"{figure}, at least {gate.minimum_energy_fraction:g} is needed: {NARROWER}"


def _extreme(values: xr.DataTree, *, highest: bool) -> tuple[float, str]:
    """Worst value over every element of every variable, with its name; a value that is not a number is the worst."""
    dataset = values.to_dataset()
    worst, parameter = -np.inf if highest else np.inf, ""
    for name, array in dataset.data_vars.items():
        flat = np.where(np.isnan(array), np.inf if highest else -np.inf, array).ravel()
        position = int(flat.argmax() if highest else flat.argmin())
        if not parameter or (flat[position] > worst if highest else flat[position] < worst):
            worst, parameter = float(flat[position]), _element(str(name), array, position)
    return (worst if np.isfinite(worst) else float("nan")), parameter


def _element(name: str, array: xr.DataArray, position: int) -> str:
    """Name of one element, such as `log_city_rate[Cali (COL)]`."""
    if not array.dims:
        return name
    indices = np.unravel_index(position, array.shape)
    labels = (
        str(array.coords[dim].values[i]) if dim in array.coords else str(i)
        for dim, i in zip(array.dims, indices, strict=True)
    )
    return f"{name}[{', '.join(labels)}]"
