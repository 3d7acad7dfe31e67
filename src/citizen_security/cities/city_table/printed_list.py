"""The printed list of fifty cities, examined: what is odd about it, what it changes, and what a league table hides.

Three countries publish a count for every city: Brazil, Colombia and Mexico. Their rows can be held against those
counts, and only for them can be said which cities a list leaves out and how much of it is there again a year later.
"""

import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.samples import add_exposure, group_by_country, in_countries, raw_rates
from citizen_security.methods.concentration.chance import draw_risks, fit_gamma_risk
from citizen_security.methods.ranks import rank_from_highest, summarise_ranks
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE, poisson_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

PANEL_COUNTRIES = ("BRA", "COL", "MEX")
MINIMUM_ROWS = 3

# Printed names that no folding of accents turns into the register's.
REGISTER_NAMES = {
    ("MEX", "Chilpancingo de los Bravo (Guerrero)"): "Chilpancingo de los Bravo",
    ("BRA", "Grande Sao Luís"): "São Luís",
    ("BRA", "Aparecida de Goainia"): "Aparecida de Goiânia",
}
# Words that announce an urban area of several municipalities.
METROPOLITAN_WORDS = ("grande ", "greater ", "gran ", "metropolitan")
# Another city that a printed name may mean: country and code.
OTHER_READINGS = {("MEX", "Victoria"): ("BRA", "3205309")}

ANOMALIES = (
    "out of order",
    "earlier year",
    "metropolitan unit",
    "count differs",
    "population differs",
    "ambiguous place",
    "tied rates",
    "decimal mark",
    "name differs",
)


def listed_rows(table: pd.DataFrame, parameters: CityTable) -> pd.DataFrame:
    """The rows of the printed table that are examined, in printed order.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_table`.
    parameters : CityTable

    Returns
    -------
    pandas.DataFrame
        The rows with exposure, raw rate and label, and `printed_place`: 1 to n among the rows kept.
    """
    rows = table[in_countries(table, parameters.countries)].sort_values("rank", ignore_index=True)
    return add_exposure(rows).assign(printed_place=np.arange(1, len(rows) + 1))


def panel_countries(rows: pd.DataFrame) -> tuple[str, ...]:
    """Countries of the rows that have a count for every city."""
    return tuple(country for country in PANEL_COUNTRIES if country in set(rows["iso3"]))


def fold(name: str) -> str:
    """A name without accents and capitals."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


def match_cities(rows: pd.DataFrame, panel: pd.DataFrame, label_year: int) -> pd.DataFrame:
    """The rows beside the published figures of the same city, in the year of the row and in that of the title.

    Parameters
    ----------
    rows : pandas.DataFrame
        `iso3`, `city`, `year` and whatever else is to be kept.
    panel : pandas.DataFrame
        The table `city_year`.
    label_year : int

    Returns
    -------
    pandas.DataFrame
        The rows with `city_code`, `official_city`, `published_homicides`, `published_population`, `published_rate`
        (homicides per 100,000 person-years, in the row's year) and the same three as `label_…` in the year of the
        title; missing for a city without published figures, or whose name two cities of the register share.
    """
    register = panel.drop_duplicates(["iso3", "city_code"])[["iso3", "city_code", "city"]]
    register = register.rename(columns={"city": "official_city"}).assign(key=register["city"].map(fold))
    register = register[~register.duplicated(["iso3", "key"], keep=False)]
    keys = [fold(REGISTER_NAMES.get((iso3, city), city)) for iso3, city in zip(rows["iso3"], rows["city"], strict=True)]
    known = rows.assign(key=keys).merge(register, on=["iso3", "key"], how="left").drop(columns="key")
    in_year = known.merge(_figures(panel, "published"), on=["iso3", "city_code", "year"], how="left")
    at_label = _figures(panel[panel["year"] == label_year], "label").drop(columns="year")
    return in_year.merge(at_label, on=["iso3", "city_code"], how="left")


def _figures(panel: pd.DataFrame, name: str) -> pd.DataFrame:
    columns = {column: f"{name}_{column}" for column in ("homicides", "population", "rate")}
    figures = with_rates(panel)[["iso3", "city_code", "year", "homicides", "population", "rate"]]
    return figures.rename(columns=columns)


def with_rates(panel: pd.DataFrame) -> pd.DataFrame:
    """The panel with `rate`, homicides per 100,000 person-years."""
    return panel.assign(rate=panel["homicides"] / panel["population"] * PERSON_YEARS_OF_A_RATE)


def rows_out_of_order(rates: "ArrayLike") -> "NDArray[np.int64]":
    """Positions to take out so that the rest never rises: the fewest that do it.

    Parameters
    ----------
    rates : array_like, shape (n,)
        In printed order.

    Returns
    -------
    numpy.ndarray of int
        What is left over by a longest sequence that never rises (Fredman 1975, Discrete Mathematics 11(1), treats the
        problem; here by the plain quadratic recursion).
    """
    values = np.asarray(rates, dtype=float)
    lengths, previous = np.ones(len(values), dtype=int), np.full(len(values), -1)
    for here in range(len(values)):
        before = np.flatnonzero(values[:here] >= values[here])
        if len(before):
            previous[here] = before[lengths[before].argmax()]
            lengths[here] = lengths[previous[here]] + 1
    kept, position = [], int(lengths.argmax()) if len(values) else -1
    while position >= 0:
        kept.append(position)
        position = int(previous[position])
    return np.setdiff1d(np.arange(len(values)), kept)


def place_after(rates: "NDArray[np.float64]", row: int, rate: float) -> int:
    """Place of a row when its rate alone is replaced.

    Parameters
    ----------
    rates : numpy.ndarray, shape (n,)
    row : int
    rate : float

    Returns
    -------
    int
        From 1, the highest; n + 1 below every listed rate, where the city would not have been listed.
    """
    others = np.delete(rates, row)
    if rate < rates.min():
        return len(rates) + 1
    return int((others > rate).sum()) + 1


def find_anomalies(matched: pd.DataFrame, panel: pd.DataFrame, parameters: CityTable) -> pd.DataFrame:
    """Everything odd about the rows, with the reason and what putting it right would change.

    Each correction is tried by itself, all other rows as printed.

    Parameters
    ----------
    matched : pandas.DataFrame
        As of `match_cities`.
    panel : pandas.DataFrame
        The table `city_year`.
    parameters : CityTable

    Returns
    -------
    pandas.DataFrame, one row for each anomaly
        `anomaly` (one of `ANOMALIES`), `rank`, `label`, `reason`, `rate_before`, `rate_after` (missing where no
        published figure says what would be right), `place_before`, `place_after` (n + 1: would not be listed) and
        `places_moved` (missing with the rate). Rates per 100,000 person-years.
    """
    found = pd.concat(
        [
            _out_of_order(matched),
            _earlier_year(matched, parameters.label_year),
            _metropolitan_unit(matched),
            _count_differs(matched, parameters.count_tolerance),
            _population_differs(matched, parameters.population_tolerance),
            _ambiguous_place(matched, panel),
            _tied_rates(matched),
            _decimal_mark(matched),
            _name_differs(matched),
        ],
        ignore_index=True,
    )
    placed = _placed(found, matched["homicide_rate"].to_numpy(float))
    kinds = pd.Categorical(placed["anomaly"], ANOMALIES, ordered=True)
    ordered = placed.assign(anomaly=kinds).sort_values(["anomaly", "rank"], ignore_index=True)
    return ordered.astype({"anomaly": str})


def _found(
    anomaly: str, rows: pd.DataFrame, reasons: "pd.Series[str] | str", rate_after: "pd.Series[float] | float"
) -> pd.DataFrame:
    identity = rows[["rank", "label", "homicide_rate", "printed_place"]].rename(
        columns={"homicide_rate": "rate_before"}
    )
    identity.insert(0, "anomaly", anomaly)
    # An empty frame would turn texts and numbers into objects.
    return identity.assign(reason=reasons, rate_after=rate_after).astype({"reason": str, "rate_after": float})


def _placed(found: pd.DataFrame, rates: "NDArray[np.float64]") -> pd.DataFrame:
    """Places by rate before and after; a row out of order is first moved from where it was printed."""
    row = found["printed_place"].to_numpy(int) - 1
    by_rate = rank_from_highest(rates)[row]
    before = np.where(found["anomaly"] == "out of order", found["printed_place"], by_rate)
    after = [
        pd.NA if np.isnan(rate) else place_after(rates, position, rate)
        for position, rate in zip(row, found["rate_after"], strict=True)
    ]
    places = found.assign(place_before=before, place_after=pd.array(after, dtype="Int64"))
    moved = (places["place_after"] - places["place_before"]).abs()
    columns = ["anomaly", "rank", "label", "reason", "rate_before", "rate_after", "place_before", "place_after"]
    return places[columns].assign(places_moved=moved)


def _out_of_order(matched: pd.DataFrame) -> pd.DataFrame:
    rates = matched["homicide_rate"]
    rows = matched.iloc[rows_out_of_order(rates)]
    above, below = rates.shift(1)[rows.index], rates.shift(-1)[rows.index]
    reasons = "printed between " + _written(above, _rate_or_end) + " and " + _written(below, _rate_or_end)
    return _found("out of order", rows, reasons, rows["homicide_rate"])


def _written(values: "pd.Series[Any]", form: Callable[[Any], str]) -> "pd.Series[str]":
    """Numbers as texts; also of no rows, which would else stay numbers."""
    return values.map(form).astype(str)


def _rate_or_end(rate: float) -> str:
    return "the end of the list" if np.isnan(rate) else f"{rate:g}"


def _earlier_year(matched: pd.DataFrame, label_year: int) -> pd.DataFrame:
    rows = matched[matched["year"] != label_year]
    reasons = "figure of " + rows["year"].astype(str) + f", the title says {label_year}"
    return _found("earlier year", rows, reasons, rows["label_rate"])


def _metropolitan_unit(matched: pd.DataFrame) -> pd.DataFrame:
    names = matched["city"].map(fold)
    rows = matched[names.map(lambda name: any(word in name for word in METROPOLITAN_WORDS))]
    people = _written(rows["person_years"] / rows["published_population"], "{:.2f}".format)
    victims = _written(rows["homicides"] / rows["published_homicides"], "{:.2f}".format)
    reasons = (
        "named as a metropolitan area: population " + people + " and homicides " + victims + " times the municipality's"
    )
    return _found("metropolitan unit", rows, reasons, rows["published_rate"])


def _count_differs(matched: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    ratio = matched["homicides"] / matched["published_homicides"]
    rows = matched[(ratio - 1).abs() > tolerance]
    published = _written(rows["published_homicides"], "{:.0f}".format)
    difference = _written((ratio[rows.index] - 1) * 100, "{:+.0f}%".format)
    reasons = rows["homicides"].astype(str) + " homicides printed, " + published + " published (" + difference + ")"
    rates = rows["published_homicides"] / rows["person_years"] * PERSON_YEARS_OF_A_RATE
    return _found("count differs", rows, reasons, rates)


def _population_differs(matched: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    ratio = matched["person_years"] / matched["published_population"]
    rows = matched[(ratio - 1).abs() > tolerance]
    implied, published = (_written(rows[name], "{:,.0f}".format) for name in ("person_years", "published_population"))
    difference = _written((ratio[rows.index] - 1) * 100, "{:+.0f}%".format)
    reasons = implied + " people implied, " + published + " published (" + difference + ")"
    rates = rows["homicides"] / rows["published_population"] * PERSON_YEARS_OF_A_RATE
    return _found("population differs", rows, reasons, rates)


def _ambiguous_place(matched: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    readings = [OTHER_READINGS.get(key) for key in zip(matched["iso3"], matched["city"], strict=True)]
    rows = matched[[reading is not None for reading in readings]]
    codes = pd.DataFrame([reading for reading in readings if reading], columns=["iso3", "city_code"], index=rows.index)
    other = codes.assign(year=rows["year"]).merge(with_rates(panel), on=["iso3", "city_code", "year"], how="left")
    reasons = pd.Series("may mean " + other["city"] + " (" + other["iso3"] + ")").set_axis(rows.index)
    return _found("ambiguous place", rows, reasons, other["rate"].set_axis(rows.index))


def _tied_rates(matched: pd.DataFrame) -> pd.DataFrame:
    rows = matched[matched["homicide_rate"].duplicated(keep=False)]
    same = rows.groupby("homicide_rate")["city"].transform("size") - 1
    reasons = (
        "the printed rate is also that of " + same.astype(str) + " other" + _written(same, lambda n: "s" * (n > 1))
    )
    return _found("tied rates", rows, reasons, rows["homicide_rate"])


def _decimal_mark(matched: pd.DataFrame) -> pd.DataFrame:
    point = matched["homicide_rate_as_printed"].str.contains(".", regex=False)
    rows = matched[point] if (~point).any() else matched.head(0)
    as_thousands = rows["homicide_rate_as_printed"].str.replace(".", "").astype(float)
    people = _written(rows["homicides"] / as_thousands * PERSON_YEARS_OF_A_RATE, "{:,.0f}".format)
    reasons = "printed with a point; read as the others, 10 times the rate and " + people + " people"
    return _found("decimal mark", rows, reasons, rows["homicide_rate"])


def _name_differs(matched: pd.DataFrame) -> pd.DataFrame:
    rows = matched[matched["official_city"].notna() & (matched["official_city"] != matched["city"])]
    return _found("name differs", rows, "the register has " + rows["official_city"], rows["homicide_rate"])


def decimal_shifts(matched: pd.DataFrame) -> "pd.Series[int]":
    """Powers of ten between the printed and the published rate of each city that has one; 0 if no decimal slipped."""
    compared = matched.dropna(subset="published_rate")
    tens = np.log10(compared["homicide_rate"].to_numpy() / compared["published_rate"].to_numpy())
    return pd.Series(tens.round().astype(int), index=compared.index)


def summarise_anomalies(anomalies: pd.DataFrame) -> pd.DataFrame:
    """How many rows each anomaly touches and how far its corrections move a city.

    Parameters
    ----------
    anomalies : pandas.DataFrame
        As of `find_anomalies`.

    Returns
    -------
    pandas.DataFrame, one row for each kind found
        `anomaly`, `rows`, `corrected` (rows for which a published figure says what is right), `moved` (of these, those
        that change place), `most_places_moved`.
    """
    groups = anomalies.groupby("anomaly", sort=False)
    return groups.agg(
        rows=("rank", "size"),
        corrected=("rate_after", "count"),
        moved=("places_moved", lambda places: int((places > 0).sum())),
        most_places_moved=("places_moved", "max"),
    ).reset_index()


def shares(rows: pd.DataFrame, countries: pd.DataFrame, by: str) -> pd.DataFrame:
    """Listed cities and homicides by country or region.

    Parameters
    ----------
    rows : pandas.DataFrame
        As of `listed_rows`.
    countries : pandas.DataFrame
        The table `countries`.
    by : {"name", "subregion"}

    Returns
    -------
    pandas.DataFrame, one row for each group, most cities first
        The group, `cities`, `share_of_cities`, `homicides`, `share_of_homicides`; places outside the region are
        `elsewhere`.
    """
    named = rows.merge(countries[["iso3", "name", "subregion"]], on="iso3").fillna({"subregion": "elsewhere"})
    groups = named.groupby(by).agg(cities=("city", "size"), homicides=("homicides", "sum")).reset_index()
    table = groups.assign(
        share_of_cities=groups["cities"] / len(rows), share_of_homicides=groups["homicides"] / rows["homicides"].sum()
    )
    ordered = table.sort_values(["cities", "homicides"], ascending=False, ignore_index=True)
    return ordered[[by, "cities", "share_of_cities", "homicides", "share_of_homicides"]]


def rank_uncertainty(rows: pd.DataFrame, level: float, draws: int, seed: int) -> pd.DataFrame:
    """What the counts say about rates and places, if deaths are independent.

    Parameters
    ----------
    rows : pandas.DataFrame
        As of `listed_rows`.
    level : float
        Confidence.
    draws : int
        Simulated years.
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each city
        The columns of `raw_rates`; `overlapping` (other cities whose exact interval overlaps this one's);
        `rank_median`, `rank_lower`, `rank_upper`, `rank_width` (of the place in a simulated year with Poisson counts
        about those printed); `set_lower`, `set_upper` (places that the exact comparisons cannot exclude).
    """
    rates = raw_rates(group_by_country(rows), level)
    lower, upper = rates["raw_rate_lower"].to_numpy(), rates["raw_rate_upper"].to_numpy()
    overlap = (lower[:, np.newaxis] <= upper) & (lower <= upper[:, np.newaxis])
    counts = np.random.default_rng(seed).poisson(rates["homicides"].to_numpy(), (draws, len(rates)))
    simulated = summarise_ranks(rank_from_highest(counts / rates["person_years"].to_numpy()), level, 1)
    kept = simulated[["rank_median", "rank_lower", "rank_upper", "rank_width"]]
    sets = rank_confidence_sets(rates["homicides"], rates["person_years"], level)
    return rates.assign(
        # Rounded populations would break the ties of printed rates.
        raw_rank=rank_from_highest(rates["homicide_rate"]),
        overlapping=overlap.sum(axis=1) - 1, **kept, set_lower=sets[:, 0], set_upper=sets[:, 1]
    )  # fmt: skip


def comparison_probability(count: "ArrayLike", person_years: "ArrayLike") -> "NDArray[np.float64]":
    """Exact test of each pair of Poisson rates.

    The probability of so many deaths or more in the first city, were both rates equal. Given the sum of two Poisson
    counts, the first is binomial.

    Parameters
    ----------
    count, person_years : array_like, shape (n,)

    Returns
    -------
    numpy.ndarray, shape (n, n)
        One-sided: near 0 where the city of the row has the higher rate.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31(3/4).
    """
    events, exposure = np.asarray(count), np.asarray(person_years, dtype=float)
    both = events[:, np.newaxis] + events
    share = exposure[:, np.newaxis] / (exposure[:, np.newaxis] + exposure)
    tail: NDArray[np.float64] = stats.binom.sf(events[:, np.newaxis] - 1, both, share)
    return tail


def rank_confidence_sets(count: "ArrayLike", person_years: "ArrayLike", level: float) -> "NDArray[np.int64]":
    """Places that each city may have, at the stated confidence for each.

    A place is excluded by the number of cities that are surely higher or surely lower: two-sided exact comparisons with
    all others, each at the error divided by their number (Bonferroni).

    Parameters
    ----------
    count, person_years : array_like, shape (n,)
    level : float

    Returns
    -------
    numpy.ndarray of int, shape (n, 2)
        Highest and lowest place.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91(1).
    """
    higher = comparison_probability(count, person_years)
    places = len(higher)
    sure = higher < (1 - level) / 2 / max(places - 1, 1)
    np.fill_diagonal(sure, False)
    return np.stack([1 + sure.sum(axis=0), places - sure.sum(axis=1)], axis=1)


def overlapping_neighbours(ranked: pd.DataFrame) -> "NDArray[np.bool_]":
    """Whether the intervals of each two neighbours by rate overlap.

    Parameters
    ----------
    ranked : pandas.DataFrame
        As of `rank_uncertainty`.

    Returns
    -------
    numpy.ndarray of bool, shape (n − 1,)
    """
    ordered = ranked.sort_values("raw_rate", ascending=False, kind="stable")
    lower, upper = ordered["raw_rate_lower"].to_numpy(), ordered["raw_rate_upper"].to_numpy()
    touching: NDArray[np.bool_] = upper[1:] >= lower[:-1]
    return touching


def eligible_cities(panel: pd.DataFrame, countries: tuple[str, ...], minimum_population: int) -> pd.DataFrame:
    """Cities and years of the panel that a list of large cities would look at, with `rate`.

    Parameters
    ----------
    panel : pandas.DataFrame
        The table `city_year`.
    countries : tuple of str
    minimum_population : int
        In the year itself.

    Returns
    -------
    pandas.DataFrame
    """
    return with_rates(panel[panel["iso3"].isin(countries) & (panel["population"] >= minimum_population)])


def unlisted_cities(eligible: pd.DataFrame, matched: pd.DataFrame, parameters: CityTable) -> pd.DataFrame:
    """Cities that are not on the list though their published rate reaches its lowest.

    Parameters
    ----------
    eligible : pandas.DataFrame
        As of `eligible_cities`.
    matched : pandas.DataFrame
        As of `match_cities`.
    parameters : CityTable

    Returns
    -------
    pandas.DataFrame, highest rate first
        `label`, `iso3`, `homicides`, `population`, `rate`, `lower`, `upper` (per 100,000 person-years, exact) and
        `surely_above` (the lower limit too reaches the list's lowest rate).
    """
    cut_off = matched["homicide_rate"].min()
    listed = pd.MultiIndex.from_frame(matched[["iso3", "city_code"]])
    rows = eligible[(eligible["year"] == parameters.label_year) & (eligible["rate"] >= cut_off)]
    rows = rows[~pd.MultiIndex.from_frame(rows[["iso3", "city_code"]]).isin(listed)]
    limits = poisson_interval(rows["homicides"], rows["population"], parameters.confidence_level)
    named = rows.assign(
        label=rows["city"] + " (" + rows["iso3"] + ")",
        lower=limits[:, 0],
        upper=limits[:, 1],
        surely_above=limits[:, 0] >= cut_off,
    )
    columns = ["label", "iso3", "homicides", "population", "rate", "lower", "upper", "surely_above"]
    ordered: pd.DataFrame = named.sort_values("rate", ascending=False, ignore_index=True)[columns]
    return ordered


def rebuild_list(eligible: pd.DataFrame, matched: pd.DataFrame, parameters: CityTable) -> pd.DataFrame:
    """The list as published counts of the title's year would have made it, of the same length.

    Cities of countries without a panel stay as printed: whom they left out, nobody can say from these tables.

    Parameters
    ----------
    eligible, matched : pandas.DataFrame
    parameters : CityTable

    Returns
    -------
    pandas.DataFrame, highest rate first
        `label`, `iso3`, `rate`, `place` (missing of a city that drops out) and `printed_place` (missing of one that
        comes in). The rate of a city that drops out is missing too if it is below the smallest population.
    """
    inside = matched["iso3"].isin(set(eligible["iso3"]))
    keys = ["iso3", "city_code"]
    published = eligible.loc[eligible["year"] == parameters.label_year, [*keys, "city", "rate"]]
    joined = published.merge(matched.loc[inside, [*keys, "label", "printed_place"]], on=keys, how="outer")
    joined["label"] = joined["label"].fillna(joined["city"] + " (" + joined["iso3"] + ")")
    others = matched[~inside].rename(columns={"homicide_rate": "rate"})
    columns = ["label", "iso3", "rate", "printed_place"]
    ordered = pd.concat([joined[columns], others[columns]]).sort_values("rate", ascending=False, ignore_index=True)
    listed = (ordered.index < len(matched)) & ordered["rate"].notna()
    places = pd.Series(rank_from_highest(ordered["rate"].fillna(-1.0)), ordered.index, dtype="Int64")
    numbered = ordered.assign(place=places.where(listed), printed_place=ordered["printed_place"].astype("Int64"))
    return numbered[listed | numbered["printed_place"].notna()].reset_index(drop=True)


def list_length(rows: pd.DataFrame) -> int:
    """Number of listed cities in countries with a panel: the length of the yearly lists."""
    return int(rows["iso3"].isin(PANEL_COUNTRIES).sum())


def years_in_all(panel: pd.DataFrame, countries: tuple[str, ...], first_year: int, last_year: int) -> list[int]:
    """Years with figures of every one of the countries."""
    chosen = panel[panel["iso3"].isin(countries) & panel["year"].between(first_year, last_year)]
    seen = chosen.groupby("year")["iso3"].nunique()
    return [int(year) for year in seen.index[seen == len(countries)]]


def consecutive(years: list[int]) -> list[tuple[int, int]]:
    """Pairs of a year and the next, where both are there."""
    return [(year, year + 1) for year in years if year + 1 in years]


def top_cities(rates: "ArrayLike", length: int) -> "NDArray[np.bool_]":
    """Whether each city is among the highest rates.

    Parameters
    ----------
    rates : array_like, shape (…, n)
    length : int
        At most n.

    Returns
    -------
    numpy.ndarray of bool, shape (…, n)
        True for exactly `length` along the last axis; of equal rates, the first.
    """
    values = np.asarray(rates, dtype=float)
    order = np.argsort(-values, axis=-1, kind="stable")[..., :length]
    chosen = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(chosen, order, True, axis=-1)
    return chosen


def turnover(before: "NDArray[np.bool_]", after: "NDArray[np.bool_]") -> "NDArray[np.float64]":
    """Share of a list that was not on the one before.

    Parameters
    ----------
    before, after : numpy.ndarray of bool, shape (…, n)

    Returns
    -------
    numpy.ndarray, shape (…)
    """
    replaced: NDArray[np.float64] = (after & ~before).sum(axis=-1) / after.sum(axis=-1)
    return replaced


def turnover_by_year(
    eligible: pd.DataFrame, years: list[tuple[int, int]], length: int, draws: int, seed: int
) -> pd.DataFrame:
    """How much of a list of the highest rates is new each year, and how much chance alone would renew.

    For chance each city's risk is held: drawn given the count of the first year, its country's gamma distribution of
    risk being the prior, and two years of Poisson counts are drawn from the same risk.

    Parameters
    ----------
    eligible : pandas.DataFrame
        As of `eligible_cities`.
    years : list of tuple of int
        As of `consecutive`.
    length : int
        Length of the list.
    draws, seed : int

    Returns
    -------
    pandas.DataFrame, one row for each pair of years and draw
        `year` (the later), `draw`, `observed` and `chance` (shares of the list).
    """
    generator = np.random.default_rng(seed)
    parts = []
    for first, second in years:
        pair = _both_years(eligible, first, second)
        observed = turnover(*(top_cities(pair[f"rate_{year}"], length) for year in (first, second)))
        chance = _chance_turnover(pair, first, second, length, draws, generator)
        parts.append(
            pd.DataFrame({"year": second, "draw": range(draws), "observed": float(observed), "chance": chance})
        )
    return pd.concat(parts, ignore_index=True)


def _both_years(eligible: pd.DataFrame, first: int, second: int) -> pd.DataFrame:
    """Cities that are eligible in both years, sorted by country."""
    wide = eligible[eligible["year"].isin((first, second))].pivot(
        index=["iso3", "city_code"], columns="year", values=["homicides", "population", "rate"]
    )
    wide.columns = wide.columns.map("{0[0]}_{0[1]}".format)
    return wide.dropna().sort_index()


def _chance_turnover(
    pair: pd.DataFrame, first: int, second: int, length: int, draws: int, generator: np.random.Generator
) -> "NDArray[np.float64]":
    expected = np.hstack(
        [
            draw_risks(fit_gamma_risk(rows[f"homicides_{first}"], rows[f"population_{first}"]), draws, generator)
            for _, rows in pair.groupby(level="iso3")
        ]
    )
    growth = (pair[f"population_{second}"] / pair[f"population_{first}"]).to_numpy()
    lists = [
        top_cities(generator.poisson(mean) / pair[f"population_{year}"].to_numpy(), length)
        for year, mean in ((first, expected), (second, expected * growth))
    ]
    return turnover(*lists)


def summarise_turnover(renewed: pd.DataFrame, level: float) -> pd.DataFrame:
    """Observed and chance turnover of each year.

    Parameters
    ----------
    renewed : pandas.DataFrame
        As of `turnover_by_year`.
    level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each year
        `year`, `observed`, `chance` (mean), `chance_lower`, `chance_upper`.
    """
    groups, tail = renewed.groupby("year"), (1 - level) / 2
    table = groups.agg(observed=("observed", "first"), chance=("chance", "mean"))
    ends = {"chance_lower": groups["chance"].quantile(tail), "chance_upper": groups["chance"].quantile(1 - tail)}
    return table.assign(**ends).reset_index()


def list_problems(table: pd.DataFrame, panel: pd.DataFrame, parameters: CityTable) -> Iterator[str]:
    """Why the parameters leave nothing to examine; nothing if they do.

    Parameters
    ----------
    table, panel : pandas.DataFrame
        The tables `city_table` and `city_year`; every country of the parameters is in the first.
    parameters : CityTable

    Yields
    ------
    str
    """
    rows = listed_rows(table, parameters)
    countries = panel_countries(rows)
    if len(rows) < MINIMUM_ROWS:
        yield f"countries = {parameters.countries!r} leave {len(rows)} rows; at least {MINIMUM_ROWS} are needed."
    if not countries:
        yield (
            f"countries = {parameters.countries!r} hold none with a count for every city. "
            f"Add one of {', '.join(PANEL_COUNTRIES)}."
        )
        return
    years = years_in_all(panel, countries, parameters.first_year, parameters.last_year)
    if not consecutive(years):
        yield (
            f"first_year = {parameters.first_year} to last_year = {parameters.last_year} hold no two successive years "
            f"with figures of {', '.join(countries)}. Widen them: Colombia begins in 2003, Brazil lacks 2020."
        )
        return
    yield from _panel_problems(eligible_cities(panel, countries, parameters.panel_minimum_population), rows, parameters)


def _panel_problems(eligible: pd.DataFrame, rows: pd.DataFrame, parameters: CityTable) -> Iterator[str]:
    countries = panel_countries(rows)
    if not years_in_all(eligible, countries, parameters.label_year, parameters.label_year):
        yield (
            f"label_year = {parameters.label_year} lacks figures of one of {', '.join(countries)}. "
            "Choose a year that all have: Brazil lacks 2020."
        )
    span = eligible[eligible["year"].between(parameters.first_year, parameters.last_year)]
    fewest, needed = int(span.groupby("year").size().min()) if len(span) else 0, 2 * list_length(rows)
    if fewest < needed:
        yield (
            f"panel_minimum_population = {parameters.panel_minimum_population:,} leaves {fewest} cities in some year, "
            f"fewer than twice the {list_length(rows)} of the list, which would then not choose. Lower it."
        )
