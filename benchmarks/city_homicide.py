"""The model of fifty cities: our grid against nutpie, PyMC's own sampler and Stan, all with one posterior.

The strongest plain peer is nutpie on the model as it is written, countries non-centred (most have one city or a few)
and cities centred (each has hundreds of homicides). Others sample the forms that textbooks recommend, and the
integrated form that only we derive. Each peer may use both cores; the grid uses one, and its own comparison with a
finer grid is in its time.

Two figures are compared, each with and without compiling: the smallest bulk effective sample size of any level over
seconds, and the seconds to convergence (400 effective draws of every level, and R-hat below 1.01; a grid has that when
a finer one has confirmed it and so many independent draws are made). Three seeds; medians. A row is printed only where
the posterior means agree.
"""

import contextlib
import io
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pymc as pm
import xarray as xr

from benchmarks.chains import ALIKE, ENOUGH, Run, errors_apart, say_winner
from benchmarks.comparison import Comparison
from citizen_security.cities.city_homicide.fitting import fit_cities
from citizen_security.cities.city_homicide.model import CityPriors
from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.city_homicide.sample import prepare_sample
from citizen_security.cities.city_homicide.sampled_model import (
    build_city_model,
    build_integrated_city_model,
    draw_country_rates,
)
from citizen_security.cities.samples import CitySample
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.sampling import Settings, compile_model, sample_posterior
from citizen_security.tables import catalog

DRAWS = 8_000
TUNE, CHAIN_DRAWS, CHAINS, CORES = 1_000, 2_000, 4, 2
SEEDS = (1, 2, 3)
# Of independent draws: the smallest of sixty estimates of their effective number is then above what is enough.
INDEPENDENT = 800
LEVELS = ("overall_log_rate", "country_deviation", "city_deviation", "log_country_rate", "log_city_rate")

# Six peers and three seeds make 54 comparisons of what governs the model, of which the largest exceeds four errors once
# in 290 runs, and some thousand of levels, of which it exceeds five once in 1,600.
GOVERNING_ERRORS, LEVEL_ERRORS = 4.0, 5.0

STAN_DATA = """
data {
  int<lower=1> cities; int<lower=1> countries;
  array[cities] int<lower=1, upper=countries> country; array[cities] int<lower=0> homicides;
  vector[cities] log_exposure;
  real centre; real<lower=0> overall_scale; real<lower=0> country_scale; real<lower=0> city_scale;
}
"""

# The textbook's non-centred form: a standard normal for each country and city.
STAN_MODEL = (
    STAN_DATA
    + """parameters {
  real overall_log_rate; real<lower=0> country_deviation; real<lower=0> city_deviation;
  vector[countries] country_departure; vector[cities] city_departure;
}
transformed parameters {
  vector[countries] log_country_rate = overall_log_rate + country_deviation * country_departure;
  vector[cities] log_city_rate = log_country_rate[country] + city_deviation * city_departure;
}
model {
  overall_log_rate ~ normal(centre, overall_scale);
  country_deviation ~ normal(0, country_scale);
  city_deviation ~ normal(0, city_scale);
  country_departure ~ std_normal();
  city_departure ~ std_normal();
  homicides ~ poisson_log(log_exposure + log_city_rate);
}
"""
)

# The same with the levels themselves as parameters.
CENTRED_STAN_MODEL = (
    STAN_DATA
    + """parameters {
  real overall_log_rate; real<lower=0> country_deviation; real<lower=0> city_deviation;
  vector[countries] log_country_rate; vector[cities] log_city_rate;
}
model {
  overall_log_rate ~ normal(centre, overall_scale);
  country_deviation ~ normal(0, country_scale);
  city_deviation ~ normal(0, city_scale);
  log_country_rate ~ normal(overall_log_rate, country_deviation);
  log_city_rate ~ normal(log_country_rate[country], city_deviation);
  homicides ~ poisson_log(log_exposure + log_city_rate);
}
"""
)


def comparisons() -> Iterator[Comparison]:
    """Effective draws a second without and with compiling, against each peer."""
    with tempfile.TemporaryDirectory() as folder, _stan_working_in(Path(folder)):
        yield from _comparisons()


@contextlib.contextmanager
def _stan_working_in(folder: Path) -> Iterator[None]:
    """Let Stan build and keep in a folder of its own: it would find the fits of an earlier benchmark again."""
    kept = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("XDG_CACHE_HOME")
        if kept is not None:
            os.environ["XDG_CACHE_HOME"] = kept


def _comparisons() -> Iterator[Comparison]:
    sample = prepare_sample(catalog.load("city_table"), CityHomicide.from_values({}))
    priors = CityPriors(overall_rate_centre=20.0, overall_scale=1.0, country_scale=1.0, city_scale=0.5)
    # The first call pays for what is loaded once.
    fit_grid(sample, priors, seed=0)
    peers: dict[str, tuple[str, Callable[[int], Run]]] = {
        "nutpie": (
            "nutpie, countries non-centred and cities centred",
            lambda seed: fit_nutpie(build_city_model(sample, priors), seed),
        ),
        "stan": ("Stan, non-centred form", lambda seed: fit_stan(STAN_MODEL, sample, priors, seed)),
        "stan_centred": ("Stan, centred form", lambda seed: fit_stan(CENTRED_STAN_MODEL, sample, priors, seed)),
        "nutpie_integrated": (
            "nutpie, our integrated form",
            lambda seed: fit_nutpie(build_integrated_city_model(sample, priors), seed, sample),
        ),
        "pymc_integrated": (
            "PyMC's NUTS, our integrated form",
            lambda seed: fit_pymc(build_integrated_city_model(sample, priors), seed, sample),
        ),
        "pymc": ("PyMC's NUTS, non-centred form", lambda seed: fit_pymc(build_textbook_model(sample, priors), seed)),
    }
    for name, (peer_name, fit) in peers.items():
        # In turn, so that a drift of the machine's speed meets both sides alike.
        trios = [
            (fit_grid(sample, priors, seed), fit_grid(sample, priors, seed, INDEPENDENT).seconds, fit(seed))
            for seed in SEEDS
        ]
        yield from _rows(name, peer_name, [(ours, peer) for ours, _, peer in trios])
        yield from _convergence_rows(name, peer_name, [(ours, peer) for _, ours, peer in trios])


def fit_grid(sample: CitySample, priors: CityPriors, seed: int, draws: int = DRAWS) -> Run:
    """What the notebook does."""
    start = time.perf_counter()
    fit = fit_cities(sample, priors, draws=draws, seed=seed)
    seconds = time.perf_counter() - start
    if not fit.settled:
        raise AssertionError(f"a finer grid still moves the posterior by {fit.grid_error:.2f}")
    return Run(fit.posterior["posterior"].to_dataset()[list(LEVELS)], seconds, 0.0, 0, 0)


def build_textbook_model(sample: CitySample, priors: CityPriors) -> pm.Model:
    """The non-centred form."""
    with pm.Model(coords={"country": list(sample.countries), "city": list(sample.labels)}) as model:
        overall = pm.Normal("overall_log_rate", np.log(priors.overall_rate_centre), priors.overall_scale)
        country_deviation = pm.HalfNormal("country_deviation", priors.country_scale)
        city_deviation = pm.HalfNormal("city_deviation", priors.city_scale)
        departures = pm.Normal("country_departure", 0, 1, dims="country")
        country = pm.Deterministic("log_country_rate", overall + country_deviation * departures, dims="country")
        own = pm.Normal("city_departure", 0, 1, dims="city")
        city = pm.Deterministic("log_city_rate", country[sample.country_index] + city_deviation * own, dims="city")
        exposure = sample.person_years / PERSON_YEARS_OF_A_RATE
        pm.Poisson("homicides", exposure * pm.math.exp(city), observed=sample.homicides)
    return model


def fit_pymc(model: pm.Model, seed: int, sample: CitySample | None = None) -> Run:
    """PyMC's sampler at its defaults; with a sample, the country levels of the integrated form are drawn afterwards."""
    logging.getLogger("pymc").setLevel(logging.ERROR)
    start = time.perf_counter()
    with model, np.errstate(over="ignore"):
        drawn = pm.sample(
            CHAIN_DRAWS, tune=TUNE, chains=CHAINS, cores=CORES, random_seed=seed, nuts_sampler="pymc",
            progressbar=False, compute_convergence_checks=False,
        )  # fmt: skip
    sampling = float(drawn["posterior"].attrs["sampling_time"])
    compiling = time.perf_counter() - start - sampling
    return _completed(drawn, sample, sampling, compiling, seed)


def fit_nutpie(model: pm.Model, seed: int, sample: CitySample | None = None) -> Run:
    """nutpie at its default acceptance; with a sample, the integrated form's country levels are drawn afterwards."""
    start = time.perf_counter()
    compiled = compile_model(model)
    compiling = time.perf_counter() - start
    start = time.perf_counter()
    drawn = sample_posterior(compiled, Settings(CHAIN_DRAWS, TUNE, CHAINS, target_acceptance=0.8, seed=seed))
    return _completed(drawn, sample, time.perf_counter() - start, compiling, seed)


def _completed(drawn: Any, sample: CitySample | None, seconds: float, compiling: float, seed: int) -> Run:
    start = time.perf_counter()
    completed = draw_country_rates(drawn, sample, seed) if sample else drawn
    seconds += time.perf_counter() - start
    levels = completed["posterior"].to_dataset()[list(LEVELS)]
    return Run(levels, seconds, compiling, int(drawn["sample_stats"]["diverging"].sum()), TUNE)


def fit_stan(code: str, sample: CitySample, priors: CityPriors, seed: int) -> Run:
    """Stan at its defaults, through pystan, with its chains in parallel; its model is compiled at every first seed."""
    import stan

    data = {
        "cities": len(sample.labels), "countries": len(sample.countries),
        "country": (sample.country_index + 1).tolist(), "homicides": sample.homicides.tolist(),
        "log_exposure": np.log(sample.person_years / PERSON_YEARS_OF_A_RATE).tolist(),
        "centre": float(np.log(priors.overall_rate_centre)), "overall_scale": priors.overall_scale,
        "country_scale": priors.country_scale, "city_scale": priors.city_scale,
    }  # fmt: skip
    quiet = contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO())
    # Its compiler leaves a folder where it is called.
    with quiet[0], quiet[1], contextlib.chdir(os.environ["XDG_CACHE_HOME"]):
        start = time.perf_counter()
        built = stan.build(code, data=data, random_seed=seed)
        compiling = time.perf_counter() - start
        start = time.perf_counter()
        fit = built.sample(num_chains=CHAINS, num_samples=CHAIN_DRAWS, num_warmup=TUNE)
        seconds = time.perf_counter() - start
    levels = xr.Dataset({name: _stan_draws(fit, name) for name in LEVELS})
    return Run(levels, seconds, compiling, int(fit["divergent__"].sum()), TUNE)


def _stan_draws(fit: Any, name: str) -> xr.DataArray:
    """Draws by chain: pystan puts the chains of one draw side by side."""
    values = np.asarray(fit[name]).reshape(-1, CHAIN_DRAWS, CHAINS).transpose(2, 1, 0)
    if len(fit[name]) == 1:
        return xr.DataArray(values[:, :, 0], dims=("chain", "draw"))
    return xr.DataArray(values, dims=("chain", "draw", {"log_country_rate": "country"}.get(name, "city")))


def _rows(name: str, peer_name: str, pairs: list[tuple[Run, Run]]) -> Iterator[Comparison]:
    worst = max(farthest(ours, peer) for ours, peer in pairs)
    peers = [peer for _, peer in pairs]
    divergences = "/".join(str(peer.divergences) for peer in peers)
    # A model's build is kept: only the first one is compiled.
    compiling = max(peer.compiling for peer in peers)
    found = f"divergences of the peer {divergences}, of ours none; means at most {worst:.1f} Monte Carlo errors apart"
    ours, sampling = (
        float(np.median([pair[side].effective / pair[side].seconds for pair in pairs])) for side in (0, 1)
    )
    for suffix, extra, said in (
        ("", 0.0, f"sampling only, the peer compiles for {compiling:.0f} s besides and ours for none"),
        ("_with_compiling", compiling, "compiling included"),
    ):
        theirs = float(np.median([peer.effective / (peer.seconds + extra) for peer in peers]))
        winner = say_winner(ours / sampling, ours / theirs)
        yield Comparison(
            f"city_homicide_{name}{suffix}",
            f"50 cities, smallest bulk effective sample over seconds, {said}: {winner}; {found}",
            round(ours, 1),
            round(theirs, 2),
            peer_name,
            round(ours / theirs, 1),
            "effective draws per second",
        )


def _convergence_rows(name: str, peer_name: str, pairs: list[tuple[float, Run]]) -> Iterator[Comparison]:
    """Seconds to convergence; what is gained by not compiling is said beside what is gained by the grid."""
    compiling = max(peer.compiling for _, peer in pairs)
    ours = float(np.median([seconds for seconds, _ in pairs]))
    sampling = float(np.median([peer.to_convergence for _, peer in pairs]))
    for suffix, extra, said in (("", 0.0, "compiling left out"), ("_with_compiling", compiling, "compiling included")):
        theirs = sampling + extra
        winner = say_winner(sampling / ours, theirs / ours)
        yield Comparison(
            f"city_homicide_{name}_to_convergence{suffix}",
            f"50 cities, {ENOUGH} effective draws of every level and R-hat below {ALIKE}, {said}: {winner}",
            round(ours, 2),
            round(theirs, 2),
            peer_name,
            round(theirs / ours, 2),
            "seconds",
        )


def farthest(ours: Run, peer: Run) -> float:
    """Largest distance of two posterior means, in Monte Carlo errors; refused where the posteriors differ."""
    distances = {name: errors_apart(ours.levels[name], peer.levels[name]) for name in LEVELS}
    for name, distance in distances.items():
        allowed = GOVERNING_ERRORS if name in LEVELS[:3] else LEVEL_ERRORS
        if not distance <= allowed:
            raise AssertionError(f"the means of {name} are {distance:.1f} Monte Carlo errors apart")
    return max(distances.values())
