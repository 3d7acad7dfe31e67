"""Every municipality: the integrated model against the strongest plain form, and how time and memory grow.

The plain peer is the same model with a level sampled for each place, in nutpie on both cores and at full size; it is
stopped after ten minutes, and what it has by then is the row.
"""

import math
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import nutpie
import pandas as pd
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from benchmarks.chains import ALIKE, ENOUGH, Run, errors_apart, largest_r_hat, say_winner
from benchmarks.comparison import Comparison
from citizen_security import project
from citizen_security.cities.every_municipality.current_risk import fit_current
from citizen_security.cities.every_municipality.current_summaries import current_risks
from citizen_security.cities.every_municipality.forecasts import forecast_scores, judge
from citizen_security.cities.every_municipality.model import (
    MunicipalityPriors,
    build_integrated_model,
    coordinates,
    draw_places,
    fit_municipalities,
    group_and_year_levels,
)
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, simulate_municipalities
from citizen_security.cities.every_municipality.summaries import effective_samples_of_places, place_risks
from citizen_security.cities.every_municipality.table import MunicipalityPanel, build_panel
from citizen_security.figures import theme
from citizen_security.figures.cities.every_municipality import plot_growth
from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.methods.sampling import Gate, Settings, compile_model

SETTINGS = Settings(draws=1_500, tune=500, chains=4, target_acceptance=0.9, seed=5_570)
COUNTRY_SIZE, JUDGED_PLACES = 5_570, 500
SIZES = (500, 1_000, 2_000, 5_570, 20_000)

PEER_SECONDS = 600
PEER_TUNE, PEER_DRAWS, PEER_CHAINS = 500, 3_000, 2
PEER = "nutpie, the same model with every level sampled, partly centred"
# Homicides of all years from which a place's rate is sampled itself: of 5, 20 and 60 the fastest with 300 places.
CENTRED_FROM = 20
UPPER_LEVELS = (
    "overall_log_rate", "group_deviation", "log_group_rate", "place_deviation", "year_deviation", "year_effect",
)  # fmt: skip
# Of some 550 means, the largest distance exceeds five errors once in 3,000 comparisons.
MOST_ERRORS = 5.0


def comparisons() -> Iterator[Comparison]:
    """Seconds at full size against the promises; effective draws and convergence against the plain form; growth."""
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
    yield from _against_plain()
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


def build_plain_model(panel: MunicipalityPanel, priors: MunicipalityPriors) -> pm.Model:
    """The same model with every level sampled and every count observed, in the strongest plain form.

    A place that counted much says more of its level than its group does: its rate is sampled itself (centred). One that
    counted little follows its group: its ratio to the group's mean is sampled (not centred).
    """
    place, year = np.nonzero(panel.exposure)
    much = panel.place_homicides >= CENTRED_FROM
    with pm.Model(coords=coordinates(panel)) as model:
        log_group_rate, year_effect = group_and_year_levels(panel, priors)
        shape = pm.HalfNormal("place_deviation", priors.place_scale) ** -2
        mean = pt.exp(log_group_rate)[panel.group_index]
        rate = pm.Gamma("rate", alpha=shape, beta=shape / mean[much], shape=int(much.sum()))
        ratio = pm.Gamma("ratio", alpha=shape, beta=shape, shape=int((~much).sum()))
        levels = pt.join(0, rate, ratio * mean[~much])  # type: ignore[no-untyped-call]
        level = levels[np.argsort(_much_first(much), kind="stable")]
        expected = panel.exposure[place, year] * level[place] * pt.exp(year_effect)[year]
        pm.Poisson("homicides", expected, observed=panel.homicides[place, year])
    return model


def _much_first(much: Flags) -> Integers:
    """Positions of the places that counted much, then of the others."""
    return np.concatenate([np.flatnonzero(much), np.flatnonzero(~much)])


def _against_plain(places: int = COUNTRY_SIZE, limit: float = PEER_SECONDS) -> Iterator[Comparison]:
    """Effective draws a second and seconds to convergence, each with and without compiling, at full size."""
    panel = build_panel(simulate_municipalities(SimulatedCountry(places=places, seed=5_570))[0])
    ours, peer = fit_integrated(panel), fit_plain(panel, limit)
    r_hat, converged = largest_r_hat(peer.levels), math.isfinite(peer.to_convergence)
    work = f"{places:,} places × 20 years, smallest effective sample size of any level over seconds"
    state = f"peer with {peer.divergences} divergences and an R-hat of {r_hat:.3f} after {peer.seconds:.0f} s"
    if converged:
        apart = max(errors_apart(ours.levels[name], peer.levels[name]) for name in ours.levels)
        if apart > MOST_ERRORS:
            raise AssertionError(f"the posterior means are {apart:.1f} Monte Carlo errors apart")
        state += f"; means at most {apart:.1f} Monte Carlo errors apart"
    sampling = [run.effective / run.seconds for run in (ours, peer)]
    for suffix, compiled, said in (("", 0, "sampling only"), ("_with_compiling", 1, "compiling included")):
        rates = [run.effective / (run.seconds + compiled * run.compiling) for run in (ours, peer)]
        winner = say_winner(sampling[0] / sampling[1], rates[0] / rates[1])
        yield Comparison(
            f"every_municipality_plain{suffix}",
            f"{work}, {said}: {winner}; compiling takes {ours.compiling:.0f} s and {peer.compiling:.0f} s; {state}",
            round(rates[0], 2),
            round(rates[1], 4),
            PEER,
            round(rates[0] / rates[1], 1),
            "effective draws per second",
        )
    reached = peer.to_convergence if converged else peer.seconds
    for suffix, compiled, said in (("", 0, "compiling left out"), ("_with_compiling", 1, "compiling included")):
        mine, theirs = ours.to_convergence + compiled * ours.compiling, reached + compiled * peer.compiling
        winner = say_winner(reached / ours.to_convergence, theirs / mine)
        if not converged:
            winner += f"; peer not converged after so long, R-hat {r_hat:.3f}: the ratio is at least this"
        yield Comparison(
            f"every_municipality_plain_to_convergence{suffix}",
            f"{places:,} places × 20 years, {ENOUGH} effective draws of every level and R-hat below {ALIKE}, "
            f"{said}: {winner}",
            round(mine, 1),
            round(theirs, 1),
            PEER,
            round(theirs / mine, 1),
            "seconds",
        )


def judged_places(panel: MunicipalityPanel) -> Integers:
    """Positions of the places whose levels are judged, drawn at random."""
    return np.sort(np.random.default_rng(1).permutation(len(panel.places))[:JUDGED_PLACES])


def fit_integrated(panel: MunicipalityPanel) -> Run:
    """What the notebook does, the levels of all places drawn."""
    start = time.perf_counter()
    compiled = compile_model(build_integrated_model(panel, MunicipalityPriors()))
    compiling = time.perf_counter() - start
    start = time.perf_counter()
    fit = fit_municipalities("benchmark", compiled, panel, SETTINGS, Gate.FULL)
    place_risks(fit.posterior, panel, 0.9, seed=1)
    seconds = time.perf_counter() - start
    few = panel.of_places(judged_places(panel))
    drawn = np.concatenate([draws.level for draws in draw_places(fit.posterior, few, seed=1)], axis=1)
    levels = drawn.reshape(SETTINGS.chains, SETTINGS.draws, -1)
    return _run(fit.posterior, levels, seconds, compiling, SETTINGS.tune)


def fit_plain(panel: MunicipalityPanel, limit: float) -> Run:
    """The plain form in nutpie on both cores, stopped after so many seconds with what it has."""
    start = time.perf_counter()
    compiled = compile_model(build_plain_model(panel, MunicipalityPriors()))
    compiling = time.perf_counter() - start
    start = time.perf_counter()
    sampler = nutpie.sample(
        compiled, draws=PEER_DRAWS, tune=PEER_TUNE, chains=PEER_CHAINS, cores=PEER_CHAINS, seed=1, target_accept=0.8,
        save_warmup=False, progress_bar=False, blocking=False,
    )  # fmt: skip
    try:
        drawn = sampler.wait(timeout=limit)
    except TimeoutError:
        drawn = sampler.abort()
    seconds = time.perf_counter() - start
    posterior = drawn["posterior"].to_dataset()
    much = panel.place_homicides >= CENTRED_FROM
    mean = np.exp(posterior["log_group_rate"].to_numpy())[:, :, panel.group_index[~much]]
    levels = np.concatenate([posterior["rate"].to_numpy(), posterior["ratio"].to_numpy() * mean], axis=2)
    judged = levels[:, :, np.argsort(_much_first(much), kind="stable")[judged_places(panel)]]
    return _run(drawn, judged, seconds, compiling, PEER_TUNE)


def _run(drawn: xr.DataTree, levels: Floats, seconds: float, compiling: float, tune: int) -> Run:
    upper = drawn["posterior"].to_dataset()[list(UPPER_LEVELS)]
    upper["log_place_rate"] = (("chain", "draw", "place"), np.log(levels))
    # A chain that was stopped has fewer draws than another: those that every chain has are judged.
    there = np.isfinite(upper["overall_log_rate"].to_numpy()).all(axis=0)
    divergences = drawn["sample_stats"]["diverging"].to_numpy()[:, there].astype(bool)
    return Run(upper.isel(draw=there), seconds, compiling, int(divergences.sum()), tune)


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
