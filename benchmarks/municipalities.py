"""Every municipality: the integrated model against the plain non-centred one, and how time and memory grow."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import arviz as az
import numpy as np
import pandas as pd
import pymc as pm
import xarray as xr

from benchmarks.comparison import Comparison
from citizen_security import project
from citizen_security.cities.every_municipality.current_risk import fit_current
from citizen_security.cities.every_municipality.current_summaries import current_risks
from citizen_security.cities.every_municipality.forecasts import forecast_scores, judge
from citizen_security.cities.every_municipality.model import (
    MunicipalityPriors,
    build_integrated_model,
    coordinates,
    fit_municipalities,
)
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, simulate_municipalities
from citizen_security.cities.every_municipality.summaries import effective_samples_of_places, place_risks
from citizen_security.cities.every_municipality.table import MunicipalityPanel, build_panel
from citizen_security.figures import theme
from citizen_security.figures.cities.every_municipality import plot_growth
from citizen_security.methods.sampling import Gate, Settings, compile_model

SETTINGS = Settings(draws=1_500, tune=500, chains=4, target_acceptance=0.9, seed=5_570)
COUNTRY_SIZE, HALF_SIZE, JUDGED_PLACES = 5_570, 2_785, 500
SIZES = (500, 1_000, 2_000, 5_570, 20_000)

PEER_SECONDS = 600
PEER_TUNE, PEER_DRAWS, PEER_CHAINS = 1_000, 1_000, 2
PEER = "plain non-centred PyMC, stopped at ten minutes"


def comparisons() -> Iterator[Comparison]:
    """Seconds at full size against the promise; effective draws against the plain model at half the size; growth."""
    seconds, _, effective, r_hat = fit_country(COUNTRY_SIZE)
    yield Comparison(
        "every_municipality_seconds",
        f"{COUNTRY_SIZE:,} places × 20 years, compiling included; R-hat {r_hat:.3f}, effective draws {effective:,.0f}",
        round(seconds, 1),
        60.0,
        "the promise of a minute",
        round(60 / seconds, 2),
        "seconds",
    )
    yield _risk_now()
    yield _against_plain()
    yield from _growth()


def _risk_now() -> Comparison:
    """Seconds of the model of risk now at full size, its years held out, against the two minutes that it may take."""
    country = SimulatedCountry(
        places=COUNTRY_SIZE, extra_variation=0.3, trend_deviation=0.4, wave_deviation=0.3, seed=5_570
    )
    panel, parameters = build_panel(simulate_municipalities(country)[0]), EveryMunicipality.from_values({})
    start = time.perf_counter()
    current = fit_current(panel, parameters)
    current_risks(current, panel, parameters)
    scores = forecast_scores(panel, parameters, current.at.deviations)
    verdict = judge(scores, parameters.credible_level, parameters.seed)
    seconds = time.perf_counter() - start
    gain = (
        f"{verdict.gain:+.3f} log units over {verdict.rival} ({verdict.interval[0]:+.3f} to {verdict.interval[1]:+.3f})"
    )
    return Comparison(
        "every_municipality_risk_now",
        f"{COUNTRY_SIZE:,} places × 20 years, compiling and three years held out included; {gain}",
        round(seconds, 1),
        120.0,
        "the promise of two minutes",
        round(120 / seconds, 2),
        "seconds",
    )


def fit_country(places: int) -> tuple[float, float, float, float]:
    """Seconds, peak memory (megabytes), smallest effective sample size and largest R-hat of a fit and all risks."""
    panel = build_panel(simulate_municipalities(SimulatedCountry(places=places, seed=5_570))[0])
    start = time.perf_counter()
    compiled = compile_model(build_integrated_model(panel, MunicipalityPriors()))
    fit = fit_municipalities("benchmark", compiled, panel, SETTINGS, Gate.FULL)
    place_risks(fit.posterior, panel, 0.9, seed=1)
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    effective, r_hat = effective_samples_of_places(fit.posterior, panel, JUDGED_PLACES, seed=1)
    found = fit.diagnostics
    return seconds, megabytes, min(effective, found.minimum_effective_sample), max(r_hat, found.maximum_r_hat)


def build_plain_model(panel: MunicipalityPanel) -> pm.Model:
    """What a textbook would write: a standard normal for each place, every count observed."""
    with pm.Model(coords=coordinates(panel)) as model:
        overall = pm.Normal("overall_log_rate", np.log(15), 1)
        between = pm.HalfNormal("group_deviation", 1)
        deviation = pm.HalfNormal("place_deviation", 1)
        year = pm.HalfNormal("year_deviation", 0.5) * pm.Normal("year_departure", 0, 1, dims="year")
        group = overall + between * pm.Normal("group_departure", 0, 1, dims="group")
        departure = pm.Normal("place_departure", 0, 1, shape=len(panel.places))
        level = group[panel.group_index] + deviation * departure
        expected = panel.exposure * pm.math.exp(level[:, None] + year)
        pm.Poisson("homicides", expected, observed=panel.homicides)
    return model


def _against_plain() -> Comparison:
    seconds, _, effective, _ = fit_country(HALF_SIZE)
    panel = build_panel(simulate_municipalities(SimulatedCountry(places=HALF_SIZE, seed=5_570))[0])
    peer_seconds, peer_effective, peer_r_hat, finished = _sample_plain(panel)
    outcome = (
        f"peer {'finished' if finished else 'stopped'} after {peer_seconds:.0f} s with an R-hat of {peer_r_hat:.2f}"
    )
    ours, peer = effective / seconds, peer_effective / peer_seconds
    return Comparison(
        "every_municipality_plain",
        f"{HALF_SIZE:,} places × 20 years, smallest effective sample size over seconds; {outcome}",
        round(ours, 2),
        round(peer, 4),
        PEER,
        round(ours / peer, 1),
        "effective draws per second",
    )


def _sample_plain(panel: MunicipalityPanel) -> tuple[float, float, float, bool]:
    """Seconds, smallest effective sample size and largest R-hat of the upper levels, and whether it came to its end."""
    start = time.perf_counter()

    def stop_in_time(trace: object, draw: object) -> None:
        if time.perf_counter() - start > PEER_SECONDS:
            raise KeyboardInterrupt

    with build_plain_model(panel):
        # One core: chains in turn can be stopped in time and keep what they have.
        drawn = pm.sample(
            PEER_DRAWS, tune=PEER_TUNE, chains=PEER_CHAINS, cores=1, random_seed=1, progressbar=False,
            callback=stop_in_time, compute_convergence_checks=False, discard_tuned_samples=False,
        )  # fmt: skip
    seconds = time.perf_counter() - start
    posterior = drawn["posterior"].to_dataset().drop_vars("place_departure")
    whole = posterior.sizes["chain"] == PEER_CHAINS and posterior.sizes["draw"] == PEER_DRAWS
    return seconds, _smallest(posterior), _largest(posterior), whole


def _smallest(draws: xr.Dataset) -> float:
    """Smallest effective sample size; one draw at the least, so that a ratio can be taken."""
    if draws.sizes["draw"] < 4:
        return 1.0
    return max(1.0, min(float(values.min()) for values in az.ess(draws).data_vars.values()))


def _largest(draws: xr.Dataset) -> float:
    if draws.sizes["draw"] < 4:
        return float("inf")
    return max(float(values.max()) for values in az.rhat(draws).data_vars.values())


def _growth() -> Iterator[Comparison]:
    """Each size in a process of its own: peak memory is that of a process's whole life."""
    measured = {places: _apart(places) for places in SIZES}
    _draw(measured)
    first_seconds, first_megabytes = measured[SIZES[0]]
    for places, (seconds, megabytes) in measured.items():
        yield Comparison(
            f"every_municipality_{places}",
            f"{places:,} × 20 against {SIZES[0]:,} × 20; peak {megabytes:,.0f} against {first_megabytes:,.0f} MB",
            round(seconds, 1),
            round(first_seconds, 1),
            f"ourselves with {SIZES[0]:,}",
            round(first_seconds / seconds, 2),
            "seconds",
        )


def _draw(measured: dict[int, tuple[float, float]]) -> None:
    """Time and memory by size as a picture, beside the table of all comparisons."""
    rows = [(places, *figures) for places, figures in measured.items()]
    theme.apply()
    figure = plot_growth(pd.DataFrame(rows, columns=["places", "seconds", "megabytes"]))
    project.results().mkdir(parents=True, exist_ok=True)
    figure.savefig(project.results() / "every_municipality_growth.png", dpi=110)


def _apart(places: int) -> tuple[float, float]:
    code = f"from benchmarks.municipalities import fit_country; print(*fit_country({places})[:2])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split()[-2:])
    return seconds, megabytes
