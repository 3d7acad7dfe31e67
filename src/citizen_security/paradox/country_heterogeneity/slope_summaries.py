"""What fitted slopes say: averages and deviations, shrinkage, checks against the data, and predictive comparison."""

import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy import special, stats

from citizen_security.measures import EFFECTS
from citizen_security.paradox.country_heterogeneity.varying_slopes import (
    SPREAD_CENTRE,
    SPREAD_SCALE,
    Design,
    SlopeFit,
    SlopeSample,
    expand,
    prior_positions,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Draws that the predictive comparisons and checks use: their Monte Carlo error is far below the differences shown, and
# a thousand draws of every country-year are 6 MB.
COMPARED_DRAWS = 1_000

# Log spreads over which an unseen country's own spread is integrated: four prior deviations, in steps well below the
# width that two dozen years leave.
SPREAD_GRID = np.linspace(SPREAD_CENTRE - 4 * SPREAD_SCALE, SPREAD_CENTRE + 4 * SPREAD_SCALE, 241)

# Above this, the tail of the importance weights is too heavy for the estimate to be trusted (Vehtari et al. 2024).
PARETO_LIMIT = 0.7


def average_slopes(fits: Iterable[SlopeFit], level: float) -> pd.DataFrame:
    """Average slope and between-country deviation of several fits, in the units of outcome and driver.

    Parameters
    ----------
    fits : iterable of SlopeFit
    level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame
        fit, driver, estimate (median), lower, upper, deviation, deviation_lower, deviation_upper, positive_share (of
        the countries, median), positive_share_lower, positive_share_upper, new_country_positive (probability that the
        slope of a country drawn from the same distribution is above zero), observations, countries.
    """
    return pd.DataFrame([_average(fit, k, level) for fit in fits for k in range(len(fit.sample.drivers))])


def country_slopes(partial: SlopeFit, alone: SlopeFit, level: float) -> pd.DataFrame:
    """Each country's slope with partial pooling, beside what it would be alone.

    Parameters
    ----------
    partial, alone : SlopeFit
        Of varying slopes and of no pooling, on one sample.
    level : float

    Returns
    -------
    pandas.DataFrame
        iso3, driver, estimate (median), lower, upper, alone (median), alone_lower, alone_upper, least_squares (of the
        country's outcome on its drivers, without year effects), probability_positive, observations, moves (whether the
        driver moves within the country; where it does not, the slope is what the other countries say of it).
    """
    sample = partial.sample
    slopes, unpooled = (fit.draws("slope") * sample.slope_units for fit in (partial, alone))
    ordinary = _least_squares_slopes(sample)
    moving = sample.moving()
    rows = np.bincount(sample.country_index)
    return pd.DataFrame(
        {
            "iso3": iso3,
            "driver": driver,
            **_interval(slopes[:, c, k], level),
            **{f"alone{'' if end == 'estimate' else '_' + end}": value
               for end, value in _interval(unpooled[:, c, k], level).items()},
            "least_squares": ordinary[c, k],
            "probability_positive": float((slopes[:, c, k] > 0).mean()),
            "observations": int(rows[c]),
            "moves": bool(moving[c, k]),
        }
        for k, driver in enumerate(sample.drivers)
        for c, iso3 in enumerate(sample.countries)
    )  # fmt: skip


def compare_years(fits: Mapping[str, SlopeFit]) -> pd.DataFrame:
    """Leave-one-year-out prediction of a country whose other years are known, by PSIS-LOO.

    The density of a year given all the others of its country is known in closed form for normal errors that follow each
    other (Bürkner, Gabry and Vehtari 2021); for independent errors it is the usual one.

    Parameters
    ----------
    fits : mapping
        Name → fit, all on one sample.

    Returns
    -------
    pandas.DataFrame
        One row per fit, best first: fit, elpd, standard_error, difference (from the best), difference_error,
        effective_parameters, largest_pareto, high_pareto (cases above 0.7), cases.

    References
    ----------
    Bürkner, Gabry and Vehtari (2021), Computational Statistics 36; Vehtari, Gelman and Gabry (2017), Statistics and
    Computing 27.
    """
    return _compare({name: _loo(_year_densities(fit), fit) for name, fit in fits.items()})


def compare_countries(fits: Mapping[str, SlopeFit]) -> pd.DataFrame:
    """Leave-one-country-out prediction: every year of a country that the model has never seen, by PSIS.

    The country's level, slopes and spread are integrated over what the model says of countries in general, so that the
    density is that of all its years together and importance weights stay even.

    Parameters
    ----------
    fits : mapping
        Name → fit, all on one sample.

    Returns
    -------
    pandas.DataFrame
        As of `compare_years`; cases are countries.
    """
    return _compare({name: _loo(_country_densities(fit), fit) for name, fit in fits.items()})


def prior_slopes(sample: SlopeSample, design: Design, draws: int, seed: int) -> pd.DataFrame:
    """Slopes that the priors allow, in units of outcome and driver: driver, average, country (one country's slope)."""
    variables = _prior_variables(sample, design, draws, seed)
    averages = np.stack([found["average_slope"] for found in variables]) * sample.slope_units
    deviations = np.stack([found["slope_deviation"] for found in variables]) * sample.slope_units
    slopes = averages + deviations * np.random.default_rng(seed + 1).standard_normal(averages.shape)
    frames = [
        pd.DataFrame({"driver": driver, "average": averages[:, k], "country": slopes[:, k]})
        for k, driver in enumerate(sample.drivers)
    ]
    return pd.concat(frames, ignore_index=True)


def check_replications(fit: SlopeFit, seed: int) -> pd.DataFrame:
    """Discrepancies between data and model, of the data observed and of data drawn from the model.

    Each is of the errors that are left at one draw of the parameters (Gelman, Meng and Stern 1996), in the sample's
    units: `autocorrelation` of errors with those of the country's year before; `spread_ratio`, the largest over the
    median country's deviation of its yearly news; `largest_news`, the largest absolute yearly news in deviations of
    its country; `lowest_outcome` in the outcome's own units.

    Parameters
    ----------
    fit : SlopeFit
    seed : int

    Returns
    -------
    pandas.DataFrame
        discrepancy, observed, replicated: one row per discrepancy and draw.

    References
    ----------
    Gelman, Meng and Stern (1996), Statistica Sinica 6.
    """
    sample, generator = fit.sample, np.random.default_rng(seed)
    chosen = _chosen(fit)
    mean = _means(fit, chosen)
    persistence, deviation = fit.draws("persistence")[chosen], _deviations(fit, chosen)
    replicated = simulate_errors(sample, persistence, deviation, generator)
    found = {
        kind: _discrepancies(sample, errors, mean, persistence, deviation)
        for kind, errors in {"observed": sample.outcome - mean, "replicated": replicated}.items()
    }
    long = {kind: frame.melt(var_name="discrepancy", value_name=kind) for kind, frame in found.items()}
    return long["observed"].assign(replicated=long["replicated"]["replicated"])


def tabulate_checks(replications: pd.DataFrame, level: float) -> pd.DataFrame:
    """Per discrepancy: observed (median), replicated (median, lower, upper), probability_exceeded by replications."""
    rows = []
    for name, group in replications.groupby("discrepancy", sort=False):
        drawn = _interval(group["replicated"].to_numpy(), level)
        rows.append(
            {
                "discrepancy": name,
                "observed": group["observed"].median(),
                "replicated": drawn["estimate"],
                "lower": drawn["lower"],
                "upper": drawn["upper"],
                "probability_exceeded": (group["replicated"] > group["observed"]).mean(),
            }
        )
    return pd.DataFrame(rows)


def simulate_errors(
    sample: SlopeSample,
    persistence: "NDArray[np.float64]",
    deviation: "NDArray[np.float64]",
    generator: np.random.Generator,
) -> "NDArray[np.float64]":
    """Errors of every country-year from the stationary autoregression.

    Parameters
    ----------
    sample : SlopeSample
    persistence : numpy.ndarray, shape (draws,)
    deviation : numpy.ndarray, shape (draws, countries)
        Of a year's news.
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws, rows)
    """
    carried, variance = _moments(sample, persistence)
    news = generator.standard_normal(carried.shape) * np.sqrt(variance) * deviation[:, sample.country_index]
    errors = np.empty_like(news)
    for row in range(sample.rows):
        # A first year carries nothing over, so what stands in the row before does not matter.
        errors[:, row] = news[:, row] + (carried[:, row] * errors[:, row - 1] if row else 0)
    return errors


def slope_values(averages: pd.DataFrame, slopes: pd.DataFrame, unit: str, level: float) -> list[dict[str, Any]]:
    """What the notebook records of varying slopes.

    Parameters
    ----------
    averages : pandas.DataFrame
        Rows of `average_slopes` of the model of varying slopes.
    slopes : pandas.DataFrame
        From `country_slopes`.
    unit : str
        Of the outcome.
    level : float

    Returns
    -------
    list of dict
        Keyword arguments of `citizen_security.values.record`.
    """
    return [value for _, row in averages.iterrows() for value in _driver_values(row, slopes, unit, level)]


def _driver_values(row: "pd.Series[Any]", slopes: pd.DataFrame, unit: str, level: float) -> list[dict[str, Any]]:
    name, said = driver_name(row["driver"]), f"{level:.0%} credible"
    per = f"{unit} per unit of {row['driver']}"
    own = slopes[slopes["driver"] == row["driver"]]
    sure = int(((own["lower"] > 0) | (own["upper"] < 0)).sum())
    common = {"n": int(row["observations"])}
    return [
        {"name": f"average_slope_{name}", "value": row["estimate"], "interval": (row["lower"], row["upper"]),
         "unit": per, "format": ".2f", "label": f"Average slope of {row['driver']}, median; {said}", **common},
        {"name": f"between_country_slope_deviation_{name}", "value": row["deviation"],
         "interval": (row["deviation_lower"], row["deviation_upper"]), "unit": per, "format": ".2f",
         "label": f"Between-country deviation of the slope of {row['driver']}, median; {said}", **common},
        {"name": f"share_of_countries_with_positive_slope_{name}", "value": row["positive_share"],
         "interval": (row["positive_share_lower"], row["positive_share_upper"]), "unit": "share of countries",
         "format": ".0%", "n": int(row["countries"]),
         "label": f"Share of countries whose slope of {row['driver']} is above zero, median; {said}"},
        {"name": f"new_country_positive_slope_{name}", "value": row["new_country_positive"], "unit": "probability",
         "format": ".2f", "n": int(row["countries"]),
         "label": f"Probability that a new country's slope of {row['driver']} is above zero"},
        {"name": f"average_positive_probability_{name}", "value": row["average_positive"], "unit": "probability",
         "format": ".2f", "label": f"Probability that the average slope of {row['driver']} is above zero", **common},
        {"name": f"countries_with_sure_sign_{name}", "value": sure, "unit": "countries", "n": len(own),
         "label": f"Countries whose interval of the slope of {row['driver']} leaves out zero; {said}"},
    ]  # fmt: skip


def driver_name(driver: str) -> str:
    """Name under which the values of a driver are recorded, such as `youth_unemployment`."""
    return EFFECTS[driver].removesuffix("_effect")


def _average(fit: SlopeFit, k: int, level: float) -> dict[str, Any]:
    unit = fit.sample.slope_units[k]
    # Without pooling there is no average that the model estimates, so the mean of the countries' slopes stands for it.
    averages = fit.draws("slope").mean(axis=1) if fit.design.pooling == "no pooling" else fit.draws("average_slope")
    average, deviation = averages[:, k] * unit, fit.draws("slope_deviation")[:, k] * unit
    share = _interval((fit.draws("slope")[:, :, k] > 0).mean(axis=1), level)
    new = np.where(deviation > 0, special.ndtr(average / np.where(deviation > 0, deviation, 1)), average > 0)
    return {
        "fit": fit.name,
        "driver": fit.sample.drivers[k],
        **_interval(average, level),
        **{f"deviation{'' if end == 'estimate' else '_' + end}": value
           for end, value in _interval(deviation, level).items()},
        "positive_share": share["estimate"],
        "positive_share_lower": share["lower"],
        "positive_share_upper": share["upper"],
        "average_positive": float((average > 0).mean()),
        "new_country_positive": float(new.mean()),
        "observations": fit.sample.rows,
        "countries": len(fit.sample.countries),
    }  # fmt: skip


def _interval(draws: "NDArray[np.float64]", level: float) -> dict[str, float]:
    lower, middle, upper = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return {"estimate": float(middle), "lower": float(lower), "upper": float(upper)}


def _least_squares_slopes(sample: SlopeSample) -> "NDArray[np.float64]":
    """Slopes of each country's own least squares, shape (countries, drivers); missing where it has too few years."""
    slopes = np.full((len(sample.countries), len(sample.drivers)), np.nan)
    for c in range(len(sample.countries)):
        rows = sample.country_index == c
        design = np.column_stack([np.ones(rows.sum()), sample.driver_values[rows]])
        if np.linalg.matrix_rank(design) == design.shape[1] < rows.sum():
            slopes[c] = np.linalg.lstsq(design, sample.outcome[rows], rcond=None)[0][1:] * sample.slope_units
    return slopes


def _chosen(fit: SlopeFit) -> "NDArray[np.int64]":
    """Evenly spaced draws, so that every chain is among them."""
    total = len(fit.draws("persistence"))
    return np.linspace(0, total - 1, min(total, COMPARED_DRAWS)).astype(np.int64)


def _means(fit: SlopeFit, chosen: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Fitted means in the model's units, shape (draws, rows)."""
    sample = fit.sample
    own = sample.country_index
    along = np.einsum("drk,rk->dr", fit.draws("slope")[chosen][:, own], sample.driver_values)
    means: NDArray[np.float64] = (
        fit.draws("intercept")[chosen][:, own] + fit.draws("year_effect")[chosen][:, sample.year_index] + along
    )
    return means


def _deviations(fit: SlopeFit, chosen: "NDArray[np.int64]") -> "NDArray[np.float64]":
    deviations: NDArray[np.float64] = np.exp(fit.draws("log_spread")[chosen])
    return deviations


def _moments(
    sample: SlopeSample, persistence: "NDArray[np.float64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """What errors carry over and the variance of the news in yearly ones, each of shape (draws, rows)."""
    carried = np.where(sample.first, 0.0, persistence[:, None] ** np.where(sample.first, 1.0, sample.gap))
    return carried, (1 - carried**2) / (1 - persistence[:, None] ** 2)


def _news(sample: SlopeSample, errors: "NDArray[np.float64]", carried: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """What is new in each error, given the country's last one."""
    return errors - carried * errors[:, sample.previous]


def _discrepancies(
    sample: SlopeSample,
    errors: "NDArray[np.float64]",
    mean: "NDArray[np.float64]",
    persistence: "NDArray[np.float64]",
    deviation: "NDArray[np.float64]",
) -> pd.DataFrame:
    carried, variance = _moments(sample, persistence)
    yearly = _news(sample, errors, carried) / np.sqrt(variance)
    later = ~sample.first
    now, before = errors[:, later], errors[:, sample.previous[later]]
    together = (now * before).sum(axis=1) / np.sqrt((now**2).sum(axis=1) * (before**2).sum(axis=1))
    own = np.stack([yearly[:, sample.country_index == c].std(axis=1) for c in range(len(sample.countries))], axis=1)
    return pd.DataFrame(
        {
            "autocorrelation": together,
            "spread_ratio": own.max(axis=1) / np.median(own, axis=1),
            "largest_news": np.abs(yearly / deviation[:, sample.country_index]).max(axis=1),
            "lowest_outcome": (mean + errors).min(axis=1) * sample.outcome_scale + sample.outcome_centre,
        }
    )


def _year_densities(fit: SlopeFit) -> "NDArray[np.float64]":
    """Log density of each country-year given all others and a draw, shape (draws, rows), in the outcome's own units."""
    sample, chosen = fit.sample, _chosen(fit)
    carried, variance = _moments(sample, fit.draws("persistence")[chosen])
    precision = 1 / (variance * _deviations(fit, chosen)[:, sample.country_index] ** 2)
    weighted = precision * _news(sample, sample.outcome - _means(fit, chosen), carried)
    own, total = precision.copy(), weighted.copy()
    # Each year is also in the news of the year after it.
    later = np.flatnonzero(~sample.first)
    own[:, later - 1] += (carried**2 * precision)[:, later]
    total[:, later - 1] -= (carried * weighted)[:, later]
    density: NDArray[np.float64] = 0.5 * np.log(own / (2 * np.pi)) - 0.5 * total**2 / own - np.log(sample.outcome_scale)
    return density


def _country_densities(fit: SlopeFit) -> "NDArray[np.float64]":
    """Log density of all years of each country, its own effects integrated out, shape (draws, countries)."""
    chosen = _chosen(fit)
    return np.stack([_one_country_density(fit, chosen, c) for c in range(len(fit.sample.countries))], axis=1)


def _one_country_density(fit: SlopeFit, chosen: "NDArray[np.int64]", c: int) -> "NDArray[np.float64]":
    sample = fit.sample
    rows = np.flatnonzero(sample.country_index == c)
    carried, variance = (part[:, rows] for part in _moments(sample, fit.draws("persistence")[chosen]))
    errors, effects, deviation = _unseen(fit, chosen, rows)
    root = np.sqrt(variance)
    # A first year carries nothing over, so that the row before it, of another country, is multiplied by zero.
    white = (errors - carried * np.roll(errors, 1, axis=1)) / root
    columns = (effects[None] - carried[..., None] * np.roll(effects, 1, axis=0)[None]) / root[..., None]
    scaled = columns * deviation[:, None, :]
    values, vectors = np.linalg.eigh(np.einsum("dri,drj->dij", scaled, scaled))
    along = np.einsum("dij,dri,dr->dj", vectors, scaled, white)
    log_spread, weight = _spread_nodes(fit, chosen, c)
    spread_variance = np.exp(2 * log_spread)[..., None]
    added = np.log1p(np.clip(values, 0, None)[:, None, :] / spread_variance).sum(axis=-1)
    explained = (along[:, None, :] ** 2 / (spread_variance + np.clip(values, 0, None)[:, None, :])).sum(axis=-1)
    square = ((white**2).sum(axis=1)[:, None] - explained) / spread_variance[..., 0]
    constant = len(rows) * np.log(2 * np.pi) + np.log(variance).sum(axis=1)[:, None]
    density = -0.5 * (constant + 2 * len(rows) * log_spread + added + square)
    total: NDArray[np.float64] = special.logsumexp(density, axis=1, b=weight) - len(rows) * np.log(sample.outcome_scale)
    return total


def _unseen(
    fit: SlopeFit, chosen: "NDArray[np.int64]", rows: "NDArray[np.int64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]":
    """Errors about what is known of an unseen country, the columns of its own effects, and their deviations."""
    sample, pooled = fit.sample, fit.draws("average_slope")[chosen]
    level = fit.draws("level")[chosen][:, None]
    known = level + fit.draws("year_effect")[chosen][:, sample.year_index[rows]] + pooled @ sample.driver_values[rows].T
    effects = np.column_stack([np.ones(len(rows)), sample.driver_values[rows]])
    own_level = fit.draws("level_deviation")[chosen][:, None]
    return sample.outcome[rows] - known, effects, np.hstack([own_level, fit.draws("slope_deviation")[chosen]])


def _spread_nodes(
    fit: SlopeFit, chosen: "NDArray[np.int64]", c: int
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Log spreads of an unseen country and their weights, each of shape (draws or 1, nodes)."""
    if fit.design.spread == "common":
        return fit.draws("log_spread")[chosen][:, c, None], np.ones((1, 1))
    weight = stats.norm.pdf(SPREAD_GRID, SPREAD_CENTRE, SPREAD_SCALE)
    return SPREAD_GRID[None], (weight / weight.sum())[None]


def _loo(densities: "NDArray[np.float64]", fit: SlopeFit) -> Any:
    """PSIS-LOO of ArviZ for log densities of shape (draws, cases)."""
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset({"persistence": (("chain", "draw"), np.zeros((1, len(densities))))}),
            "log_likelihood": xr.Dataset({"outcome": (("chain", "draw", "case"), densities[None])}),
        }
    )
    with warnings.catch_warnings():
        # The table says how many cases have heavy tails, and how heavy the worst is.
        warnings.filterwarnings("ignore", message="Estimated shape parameter of Pareto distribution")
        # The draws are thinned, so they count as independent ones.
        return az.loo(tree, var_name="outcome", pointwise=True, reff=1.0)


def _compare(found: Mapping[str, Any]) -> pd.DataFrame:
    elements = {name: np.asarray(loo.elpd_i) for name, loo in found.items()}
    best = max(found, key=lambda name: elements[name].sum())
    rows = [
        {
            "fit": name,
            "elpd": float(elements[name].sum()),
            "standard_error": float(np.sqrt(len(elements[name])) * elements[name].std()),
            "difference": float((elements[name] - elements[best]).sum()),
            "difference_error": float(np.sqrt(len(elements[name])) * (elements[name] - elements[best]).std()),
            "effective_parameters": float(loo.p),
            "largest_pareto": float(np.max(loo.pareto_k)),
            "high_pareto": int((np.asarray(loo.pareto_k) > PARETO_LIMIT).sum()),
            "cases": len(elements[name]),
        }
        for name, loo in found.items()
    ]
    return pd.DataFrame(rows).sort_values("elpd", ascending=False, ignore_index=True)


def _prior_variables(
    sample: SlopeSample, design: Design, draws: int, seed: int
) -> "list[dict[str, NDArray[np.float64]]]":
    return [expand(position, sample, design.data()) for position in prior_positions(sample, design, draws, seed)]
