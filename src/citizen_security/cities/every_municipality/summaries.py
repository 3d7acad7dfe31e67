"""What a fit of all municipalities says: of each place, of groups and years, and of the model itself."""

from typing import TYPE_CHECKING, Any

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr

from citizen_security.cities.every_municipality.model import UpperDraws, draw_places
from citizen_security.cities.every_municipality.simulation import centred_time
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.rows_named import spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHECK_DRAWS = 200

SIZE_CLASSES = 5


def sizes_of_places(panel: MunicipalityPanel) -> pd.DataFrame:
    """Quantiles over places of their homicides and inhabitants.

    Parameters
    ----------
    panel : MunicipalityPanel

    Returns
    -------
    pandas.DataFrame of int, indexed by quantile
    """
    inhabitants = panel.place_exposure * PERSON_YEARS_OF_A_RATE / (panel.exposure > 0).sum(axis=1)
    by_place = pd.DataFrame(
        {"homicides, all years": panel.place_homicides, "inhabitants, mean of the years": inhabitants}
    )
    quantiles = by_place.quantile([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]).rename_axis("quantile of places")
    return quantiles.round().astype(int)


def say_missing(panel: MunicipalityPanel) -> str:
    """How many pairs of place and year are missing, and which years are for all places, as a sentence.

    Parameters
    ----------
    panel : MunicipalityPanel

    Returns
    -------
    str
    """
    missing = panel.missing_place_years
    said = (
        f"{missing:,} {'pair' if missing == 1 else 'pairs'} of a place and a year that other places have "
        f"{'is' if missing == 1 else 'are'} not in the table"
    )
    lacking = sorted(set(range(panel.years[0], panel.years[-1])) - set(panel.years))
    return f"{said}, and no place has a row in {spans(lacking)}." if lacking else f"{said}."


def place_risks(posterior: xr.DataTree, panel: MunicipalityPanel, credible_level: float, seed: int) -> pd.DataFrame:
    """The risk in each place, with its interval, beside the raw rate.

    Parameters
    ----------
    posterior : xarray.DataTree
    panel : MunicipalityPanel
    credible_level : float
        Probability of the intervals, which leave out as much below as above.
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each place in the order of the panel
        `place`, `group`, `years` (that the table has), `homicides`, `person_years`, `raw_rate`, `rate` (posterior
        median), `lower`, `upper` (all per 100,000 person-years), and `pooled_weight`, the weight of the group's mean.
    """
    tails = [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2]
    parts = []
    for draws in draw_places(posterior, panel, seed):
        lower, middle, upper = np.quantile(draws.rate, tails, axis=0)
        weight = draws.pooled_weight.mean(axis=0)
        parts.append(pd.DataFrame({"rate": middle, "lower": lower, "upper": upper, "pooled_weight": weight}))
    return pd.concat([_counted(panel), pd.concat(parts, ignore_index=True)], axis=1)


def effective_samples_of_places(
    posterior: xr.DataTree, panel: MunicipalityPanel, number: int, seed: int
) -> tuple[float, float]:
    """Smallest effective sample size and largest R-hat of the risks of places drawn at random.

    Parameters
    ----------
    posterior : xarray.DataTree
    panel : MunicipalityPanel
    number : int
        How many places are judged; all where there are no more.
    seed : int

    Returns
    -------
    effective_sample : float
        Bulk or tail, the smaller.
    r_hat : float
    """
    judged = np.random.default_rng(seed).permutation(len(panel.places))[:number]
    few = panel.of_places(np.sort(judged))
    chains = posterior["posterior"].sizes["chain"]
    drawn = np.concatenate([draws.rate for draws in draw_places(posterior, few, seed)], axis=1)
    rates = xr.Dataset({"rate": (("chain", "draw", "place"), drawn.reshape(chains, -1, drawn.shape[1]))})
    sizes = [float(az.ess(rates, method=method)["rate"].min()) for method in ("bulk", "tail")]
    return min(sizes), float(az.rhat(rates)["rate"].max())


def upper_levels(posterior: xr.DataTree, credible_level: float) -> pd.DataFrame:
    """Overall rate, and deviations between groups, places and years.

    Parameters
    ----------
    posterior : xarray.DataTree
    credible_level : float

    Returns
    -------
    pandas.DataFrame, one row for each quantity, indexed by its name
        `median`, `lower`, `upper`: `overall_rate` per 100,000 person-years, the deviations as they stand in the model.
    """
    draws = posterior["posterior"].to_dataset()
    quantities = {"overall_rate": np.exp(draws["overall_log_rate"].to_numpy())}
    names = ("group_deviation", "place_deviation", "year_deviation")
    quantities |= {name: draws[name].to_numpy() for name in names if name in draws}
    values = np.column_stack([drawn.ravel() for drawn in quantities.values()])
    return _intervals(values, credible_level).set_axis(list(quantities))


def group_rates(posterior: xr.DataTree, panel: MunicipalityPanel, credible_level: float) -> pd.DataFrame:
    """Mean rate of each group's places, in a year of middling effect.

    Parameters
    ----------
    posterior : xarray.DataTree
    panel : MunicipalityPanel
    credible_level : float

    Returns
    -------
    pandas.DataFrame, one row for each group
        `group`, `places`, `homicides`, `median`, `lower`, `upper` (per 100,000 person-years).
    """
    counted = _counted(panel).groupby("group", sort=True).agg(places=("place", "size"), homicides=("homicides", "sum"))
    rates = _intervals(np.exp(UpperDraws.of(posterior, panel).log_group_rate), credible_level)
    return pd.concat([counted.reset_index(), rates], axis=1)


def year_ratios(posterior: xr.DataTree, panel: MunicipalityPanel, credible_level: float) -> pd.DataFrame:
    """Each year's risk against the years' geometric mean, all places alike.

    Parameters
    ----------
    posterior : xarray.DataTree
    panel : MunicipalityPanel
    credible_level : float

    Returns
    -------
    pandas.DataFrame, one row for each year
        `year`, `median`, `lower`, `upper`.
    """
    ratios = _intervals(np.exp(UpperDraws.of(posterior, panel).year_effect), credible_level)
    return pd.concat([pd.DataFrame({"year": panel.years}), ratios], axis=1)


def recovery_by_size(risks: pd.DataFrame, persons: "pd.Series[float]", true: "NDArray[np.float64]") -> pd.DataFrame:
    """How near raw rates and modelled rates come to the truth of a simulated country, by size of place.

    Parameters
    ----------
    risks : pandas.DataFrame
        One row for each place: `raw_rate`, `rate`, `lower`, `upper`, per 100,000 person-years.
    persons : pandas.Series
        People of each place.
    true : numpy.ndarray, shape (n_places,)
        Rates that these estimate.

    Returns
    -------
    pandas.DataFrame, one row for each fifth of the places, smallest first
        `places`, `persons` (median population), `raw_error` and `model_error` (root mean squared error, per 100,000
        person-years) and `covered` (share of the intervals that hold the truth).
    """
    compared = pd.DataFrame(
        {
            "places": 1,
            "persons": persons,
            "raw_error": (risks["raw_rate"] - true) ** 2,
            "model_error": (risks["rate"] - true) ** 2,
            "covered": (risks["lower"] <= true) & (true <= risks["upper"]),
        }
    )
    means = dict.fromkeys(("raw_error", "model_error", "covered"), "mean")
    classes = compared.groupby(_size_classes(persons)).agg({"places": "sum", "persons": "median", **means})
    return classes.assign(raw_error=np.sqrt(classes["raw_error"]), model_error=np.sqrt(classes["model_error"]))


def _size_classes(persons: "pd.Series[float]") -> "NDArray[np.int64]":
    """Fifth of the places by population, from zero; ranks break ties, so that no class is left empty.

    Parameters
    ----------
    persons : pandas.Series

    Returns
    -------
    numpy.ndarray of int
    """
    classes: NDArray[np.int64] = pd.qcut(persons.rank(method="first"), SIZE_CLASSES, labels=False).to_numpy()
    return classes


def check_model(posterior: xr.DataTree, panel: MunicipalityPanel, seed: int) -> pd.DataFrame:
    """Whether the model reproduces how much places vary from year to year, and how far they drift.

    Two statistics of the table, each near one if the model holds: the mean over places and years of the squared
    difference of count and expectation, over the expectation; and the same of each place's covariance with time.
    They are compared with those of tables that the model itself draws (Gelman, Meng and Stern 1996).

    Parameters
    ----------
    posterior : xarray.DataTree
    panel : MunicipalityPanel
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each statistic (`variation within years`, `drift of places`)
        `observed`, `replicated` (both means over draws) and `probability` that a replicated table has as much.
    """
    generator = np.random.default_rng(seed)
    every = _every(posterior, CHECK_DRAWS)
    upper = UpperDraws.of(posterior, panel, every)
    levels = np.concatenate([draws.level for draws in draw_places(posterior, panel, seed, every=every)], axis=1)
    pairs = []
    for year_effect, level in zip(upper.year_effect, levels, strict=True):
        expected = level[:, np.newaxis] * np.exp(year_effect) * panel.exposure
        replicated = generator.poisson(expected)
        pairs.append([_statistics(panel.homicides, expected), _statistics(replicated, expected)])
    observed, drawn = np.array(pairs).transpose(1, 0, 2)
    return pd.DataFrame(
        {
            "observed": observed.mean(axis=0),
            "replicated": drawn.mean(axis=0),
            "probability": (drawn >= observed).mean(axis=0),
        },
        index=["variation within years", "drift of places"],
    )


def _statistics(
    homicides: "NDArray[np.int64]", expected: "NDArray[np.float64]"
) -> "tuple[np.floating[Any], np.floating[Any]]":
    """Variation within years and drift of places; a year that the table lacks for a place has no expectation."""
    difference = homicides - expected
    time = centred_time(expected.shape[1])
    in_table = expected > 0
    within = (difference[in_table] ** 2 / expected[in_table]).mean()
    # With one year no place can drift: the statistic is zero in every table.
    drift = (difference @ time) ** 2 / np.maximum(expected @ time**2, np.finfo(float).tiny)
    return within, drift.mean()


def _counted(panel: MunicipalityPanel) -> pd.DataFrame:
    exposure = panel.place_exposure
    return panel.places.assign(
        years=(panel.exposure > 0).sum(axis=1),
        homicides=panel.place_homicides,
        person_years=exposure * PERSON_YEARS_OF_A_RATE,
        raw_rate=panel.place_homicides / exposure,
    )


def _intervals(values: "NDArray[np.float64]", credible_level: float) -> pd.DataFrame:
    """Median and ends of the interval of each column of draws."""
    lower, median, upper = np.quantile(values, [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2], axis=0)
    return pd.DataFrame({"median": median, "lower": lower, "upper": upper})


def _every(posterior: xr.DataTree, draws: int) -> int:
    """Step that leaves about so many draws."""
    sizes = posterior["posterior"].sizes
    return max(1, sizes["chain"] * sizes["draw"] // draws)
