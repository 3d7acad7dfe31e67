"""The values that `cities/city_homicide` records: the list, ranks, levels, checks, the cut-off, models compared."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.city_homicide import readings, summaries
from citizen_security.cities.city_homicide.cut_off_simulation import WITH, WITHOUT
from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.city_homicide.sample import compared_positions
from citizen_security.cities.samples import CitySample
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.values import Missing, Value
from citizen_security.words import counted

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from citizen_security.cities.city_homicide.level_grid import GridFit
    from citizen_security.cities.city_homicide.model import CityPriors
    from citizen_security.cities.city_homicide.model_comparison import Comparison

# An order is called certain from this probability.
CERTAIN = 0.95
# With fewer simulated lists the shares of their intervals are called rough.
ENOUGH_LISTS = 10
RATE_UNIT = "homicides per 100,000 person-years"
LEVELS = {
    "overall_rate": (".1f", RATE_UNIT, "overall rate of the listed cities"),
    "between_country_deviation": (".2f", "log rate", "standard deviation between countries"),
    "between_city_deviation": (".2f", "log rate", "standard deviation between cities of a country"),
    "country_share_of_variance": (".0%", "", "share of the variance of log rates between countries"),
}


def list_values(table: pd.DataFrame, sample: CitySample, overlapping: float, confidence_level: float) -> list[Value]:
    """What was printed, what of it is analysed, and how far its exact intervals overlap.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_table`.
    sample : CitySample
    overlapping : float
        Of `overlapping_pairs`.
    confidence_level : float
        Of the intervals.

    Returns
    -------
    list of Value
    """
    rows = len(table)
    return [
        Value(name="cities_in_table", value=rows, unit="cities", label="cities in the printed table"),
        Value(
            name="listed_in_lac",
            value=int(table["is_lac"].sum()),
            unit="cities",
            n=rows,
            label="listed cities in Latin America and the Caribbean, Puerto Rico included",
        ),
        Value(name="cities_in_sample", value=len(sample.cities), unit="cities", label="cities analysed"),
        Value(
            name="fewest_homicides",
            value=int(sample.homicides.min()),
            unit="homicides",
            format=",",
            n=len(sample.cities),
            label="fewest homicides of a city analysed",
        ),
        Value(
            name="flagged_rows",
            value=int(table["flags"].notna().sum()),
            unit="rows",
            n=rows,
            label="rows of the printed table with a flag",
        ),
        Value(
            name="overlapping_pairs",
            value=overlapping,
            format=".0%",
            label=f"share of all pairs of cities whose exact {confidence_level:.0%} intervals overlap",
        ),
    ]


def city_values(rates: pd.DataFrame, ranks: pd.DataFrame, parameters: CityHomicide) -> list[Value]:
    """Which city is first, how wide rank intervals are, and how far pooling moves rates.

    Parameters
    ----------
    rates, ranks : pandas.DataFrame
        Of `city_rates` and `city_ranks`.
    parameters : CityHomicide
        `credible_level` and the draws of this effort.

    Returns
    -------
    list of Value
    """
    n, first = len(ranks), ranks.iloc[int(ranks["probability_first"].argmax())]
    return [
        Value(name="top_city", value=first["label"], label="city that most probably has the highest rate"),
        Value(
            name="top_city_probability_said",
            value=summaries.say_probability(first["probability_first"], parameters.draws_at_effort),
            label=f"probability that {first['label']} has the highest rate of the cities analysed, no more certain "
            "than the number of draws",
        ),
        Value(
            name="rank_interval_width_median",
            value=ranks["rank_width"].median(),
            unit="places",
            format="g",
            n=n,
            label=f"median over cities of the width of the {parameters.credible_level:.0%} credible interval of the "
            "rank",
        ),
        Value(
            name="rank_sentence",
            value=readings.say_ranks(ranks["rank_width"]),
            label="to how many places a city's rank is known",
        ),
        Value(
            name="shrinkage_median",
            value=rates["change_percent"].abs().median(),
            unit="%",
            format=".1f",
            n=n,
            label="median over cities of the change from raw to modelled rate, without sign",
        ),
    ]


def level_values(
    levels: pd.DataFrame, sample: CitySample, priors: "CityPriors", credible_level: float
) -> list[Value | Missing]:
    """Overall rate, deviations, the share of the variance between countries, and what they say.

    Parameters
    ----------
    levels : pandas.DataFrame
        Of `upper_levels`.
    sample : CitySample
    priors : CityPriors
    credible_level : float
        Of its intervals.

    Returns
    -------
    list of Value or Missing
        Without what takes two countries where there is one.
    """
    said = readings.say_levels(levels, sample, priors, credible_level)
    reading = Value(
        name="levels_sentence", value=said, label="deviations between countries and cities, and what the priors say"
    )
    one = "this run has one country: it has a level of its own, and nothing is said of other countries"
    found = [
        Value(
            name=name,
            value=levels["median"][name],
            interval=(levels["lower"][name], levels["upper"][name]),
            unit=unit,
            format=digits,
            n=len(sample.cities),
            label=f"{label}, median; {credible_level:.0%} credible interval",
        )
        for name, (digits, unit, label) in LEVELS.items()
        if name in levels.index
    ]
    return [*found, *(Missing(names=name, reason=one) for name in LEVELS if name not in levels.index), reading]


def order_values(
    posterior: "xr.DataTree", sample: CitySample, pairs: pd.DataFrame, certain: float, parameters: CityHomicide
) -> list[Value]:
    """How sure the order of neighbours, of the compared cities and of the highest ones is.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    pairs : pandas.DataFrame
        Of `pairwise_probabilities`.
    certain : float
        Of `order_certainty`.
    parameters : CityHomicide
        `compared_cities`, `credible_level` and the draws of this effort.

    Returns
    -------
    list of Value
    """
    neighbours = summaries.neighbour_probabilities(posterior, sample)
    return [
        Value(
            name="certain_neighbours",
            value=int((neighbours >= CERTAIN).sum()),
            unit="pairs",
            n=len(neighbours),
            label="neighbours in the list whose order has a probability of at least 95%",
        ),
        Value(
            name="neighbours_sentence",
            value=readings.say_neighbours(int((neighbours >= CERTAIN).sum()), len(neighbours)),
            label="for how many neighbours in the list the order is sure",
        ),
        *_pair_values(posterior, sample, parameters),
        Value(name="paired_cities", value=len(pairs), unit="cities", label="cities compared pair by pair"),
        Value(
            name="certain_pairs",
            value=certain,
            format=".0%",
            n=len(pairs) * (len(pairs) - 1) // 2,
            label="share of these pairs whose order has a probability of at least 95%",
        ),
    ]


def _pair_values(posterior: "xr.DataTree", sample: CitySample, parameters: CityHomicide) -> Iterator[Value]:
    one, other = compared_positions(sample, parameters.compared_cities)
    low, ratio, high = summaries.rate_ratio(posterior, one, other, parameters.credible_level)
    higher = summaries.probability_higher(posterior, one, other)
    yield Value(name="pair", value=f"{sample.labels[one]} and {sample.labels[other]}", label="cities compared")
    yield Value(
        name="pair_probability_said",
        value=summaries.say_probability(higher, parameters.draws_at_effort),
        label="probability that the first has the higher rate, no more certain than the number of draws",
    )
    yield Value(
        name="pair_ratio",
        value=ratio,
        interval=(low, high),
        format=".2f",
        label=f"rate of the first over the second, {parameters.credible_level:.0%} credible",
    )


def check_values(
    observed: "pd.Series[float]",
    new_cities: "NDArray[np.int64]",
    covered: "pd.Series[bool]",
    sample: CitySample,
    credible_level: float,
) -> list[Value]:
    """Whether the model reproduces the list.

    Parameters
    ----------
    observed : pandas.Series
        A row of `list_statistics`: the printed list's.
    new_cities : numpy.ndarray of int, shape (n_draws, n_cities)
        Of `replicate_new_cities`.
    covered : pandas.Series of bool
        Of `predictive_intervals`, for replications of the same cities.
    sample : CitySample
    credible_level : float
        Of those intervals.

    Returns
    -------
    list of Value
    """
    lowest = observed["lowest_rate"]
    return [
        Value(
            name="lowest_raw_rate",
            value=lowest,
            unit=RATE_UNIT,
            format=".1f",
            label="lowest rate of the cities analysed",
        ),
        Value(
            name="replicated_below_lowest",
            value=(new_cities / sample.person_years * PERSON_YEARS_OF_A_RATE < lowest).mean(),
            format=".0%",
            label="share of other cities of the same countries that the model puts below the lowest rate analysed",
        ),
        Value(
            name="leave_in_coverage",
            value=covered.mean(),
            format=".0%",
            n=len(sample.cities),
            label=f"share of cities whose count lies in its own {credible_level:.0%} predictive interval",
        ),
    ]


def fit_values(sensitivity: pd.DataFrame, fits: "Iterable[GridFit]", errors: pd.DataFrame, draws: int) -> list[Value]:
    """How far the posterior depends on the priors and on the grid, and the number of draws from it.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
        Of `compare_priors`.
    fits : iterable of GridFit
        All others whose results are shown.
    errors : pandas.DataFrame
        Of `measure_bias`, whose fits are counted too.
    draws : int
        Of the fit of the analysis.

    Returns
    -------
    list of Value
    """
    grid_errors = [*sensitivity["grid_error"], *(fit.grid_error for fit in fits)]
    return [
        Value(
            name="sensitivity_largest_change",
            value=sensitivity["largest_change_percent"].max(),
            unit="%",
            format=".1f",
            label="largest change of any city's rate when the scales of the priors are halved or doubled",
        ),
        Value(
            name="posterior_draws",
            value=draws,
            unit="draws",
            format=",.0f",
            label="independent draws from the posterior",
        ),
        Value(
            name="grid_sentence",
            value=readings.say_grid([*grid_errors, *errors["grid_error"]]),
            label="largest move of a mean or deviation, or of a log probability of the data, on the last finer grid",
        ),
    ]


def simulation_values(cut_off: float, bias: pd.DataFrame, confidence_level: float) -> list[Value]:
    """What ignoring the cut-off does on simulated lists, and what the rule repairs.

    Parameters
    ----------
    cut_off : float
        Lowest rate that is listed (homicides per 100,000 person-years).
    bias : pandas.DataFrame
        Of `summarise_bias`.
    confidence_level : float
        Of its Monte Carlo intervals, and the level of the intervals whose coverage was counted.

    Returns
    -------
    list of Value
    """
    lists = int(bias["lists"].iloc[0])
    return [
        Value(name="cut_off", value=cut_off, unit=RATE_UNIT, format=".1f", label="lowest rate that is listed"),
        Value(name="simulated_lists", value=lists, unit="lists", label="simulated lists"),
        Value(
            name="simulated_lists_reading",
            value=say_lists(lists),
            label="whether the simulated lists are enough to tell shares of intervals",
        ),
        *_bias_values(bias.T[WITHOUT], "without", WITHOUT, confidence_level),
        *_bias_values(bias.T[WITH], "with", WITH, confidence_level),
    ]


def say_lists(lists: int) -> str:
    """Whether simulated lists are enough to tell a share of intervals, as a sentence.

    Parameters
    ----------
    lists : int

    Returns
    -------
    str
    """
    if lists < ENOUGH_LISTS:
        return f"Shares of {counted(lists, 'list')} are rough; full effort draws as many as `simulated_lists` asks for."
    return f"The brackets say what {counted(lists, 'list')} leave open."


def _bias_values(row: "pd.Series[float]", key: str, model: str, confidence_level: float) -> Iterator[Value]:
    lists, said = int(row["lists"]), f"{confidence_level:.0%}"
    lower, middle, upper = np.exp(row[["bias_lower", "bias", "bias_upper"]].to_numpy(float)).tolist()
    yield Value(
        name=f"selection_ratio_{key}",
        value=middle,
        interval=(lower, upper),
        unit="times the true rate",
        format=".2f",
        n=lists,
        label=f"country rates over the true ones on simulated lists, {model}, geometric mean; {said} Monte Carlo "
        "interval",
    )
    yield Value(
        name=f"selection_coverage_{key}",
        value=row["covered"],
        interval=(float(row["covered_lower"]), float(row["covered_upper"])),
        format=".0%",
        n=lists,
        label=f"share of {said} intervals of country levels that hold the truth, {model}; {said} Monte Carlo interval",
    )


def rule_values(
    shift: tuple[float, float, float],
    shifted: pd.DataFrame,
    city_change: float,
    sample: CitySample,
    credible_level: float,
) -> list[Value]:
    """What the rule changes on the printed list.

    Parameters
    ----------
    shift : tuple of float
        Of `mean_country_shift`.
    shifted : pandas.DataFrame
        Of `compare_country_levels`.
    city_change : float
        Of `largest_city_change`.
    sample : CitySample
    credible_level : float
        Of the intervals.

    Returns
    -------
    list of Value
    """
    width = {
        name: np.log(shifted[f"rate_{name}_upper"] / shifted[f"rate_{name}_lower"]) for name in ("with", "without")
    }
    widening = float(np.median(width["with"] / width["without"]))
    return [
        Value(
            name="rule_sentence",
            value=readings.say_rule(shift, widening, 100 * city_change, len(sample.countries)),
            label="what the rule changes on the printed list",
        ),
        Value(
            name="country_interval_widening",
            value=widening,
            format=".1f",
            n=len(sample.countries),
            label=f"median over countries of the width of the level's {credible_level:.0%} interval with the rule over "
            "that without it, on the log scale",
        ),
        Value(
            name="selection_largest_city_change",
            value=100 * city_change,
            unit="%",
            format=".1f",
            n=len(sample.cities),
            label="largest change of a city's rate by the rule",
        ),
    ]


def comparison_values(left_out: "Comparison", spread: pd.DataFrame) -> list[Value]:
    """Which model gives the cities left out the higher probability, and what one count per city can tell apart.

    Parameters
    ----------
    left_out : Comparison
        Of `compare_by_leaving_out`.
    spread : pandas.DataFrame
        Of `identify_spread`.

    Returns
    -------
    list of Value
    """
    scores = left_out.models.set_index("model")
    rows = len(left_out.cities)
    by_city = left_out.cities.pivot(index="city", columns="model", values="elpd")
    return [
        Value(
            name="spread_reading",
            value=say_spread(*spread["narrowing"][["extra_deviation", "total_deviation"]]),
            label="what the counts say of the spread within a year and of all spread together, beside the priors",
        ),
        *_gain_values(by_city, "over_poisson", "error", rule=False),
        *_gain_values(by_city, "with_rule", "with_rule_error", rule=True),
        Value(
            name="left_out_sentence",
            value=readings.say_left_out(
                int(left_out.cities["refitted"].sum()), rows, scores["maximum_pareto_k"].max(), left_out.threshold
            ),
            label="which figures with a city left out rest on importance weights",
        ),
    ]


def say_spread(extra: float, total: float) -> str:
    """What one count per city tells of two kinds of spread and of their sum, as a sentence.

    Parameters
    ----------
    extra, total : float
        How much narrower than the prior's the interval of the extra spread is, and that of both together, as shares;
        negative where it is wider.

    Returns
    -------
    str
    """
    said = [f"{abs(each):.0%} {'narrower' if each >= 0 else 'wider'}" for each in (extra, total)]
    more = "more of the sum than" if total > extra else "no more of the sum than"
    return (
        f"The interval of the extra spread is {said[0]} than the prior's, that of both together {said[1]}: the counts "
        f"say {more} of the split."
    )


def _gain_values(by_city: pd.DataFrame, name: str, error: str, *, rule: bool) -> Iterator[Value]:
    """Negative binomial over Poisson, both with the rule or both without it."""
    suffix = ", with the rule" if rule else ""
    gain = by_city["negative binomial" + suffix] - by_city["Poisson" + suffix]
    yield Value(
        name=f"elpd_negative_binomial_{name}",
        value=gain.sum(),
        format="+.1f",
        n=len(gain),
        label="log predictive density, cities left out: negative binomial over Poisson"
        + (suffix or ", without the rule"),
    )
    yield Value(
        name=f"elpd_negative_binomial_{error}",
        value=np.sqrt(len(gain)) * gain.std(),
        format=".1f",
        n=len(gain),
        label="standard error of this difference",
    )
