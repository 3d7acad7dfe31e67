"""Everything odd about the printed rows, with the reason and what putting it right would change."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.city_table.published_counts import fold, with_rates
from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


# Words that announce an urban area of several municipalities.
METROPOLITAN_WORDS = ("grande ", "greater ", "gran ", "metropolitan")

# Another city that a printed name may mean: country and code.
OTHER_READINGS = {("MEX", "Victoria"): ("BRA", "3205309")}

ANOMALIES = (
    "out of order",
    "another year",
    "metropolitan unit",
    "count differs",
    "population differs",
    "ambiguous place",
    "tied rates",
    "decimal mark",
    "name differs",
)


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
    anomalies = pd.concat(
        [
            _out_of_order(matched),
            _another_year(matched, parameters.label_year),
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
    placed = _placed(anomalies, matched["homicide_rate"].to_numpy(float))
    kinds = pd.Categorical(placed["anomaly"], ANOMALIES, ordered=True)
    ordered = placed.assign(anomaly=kinds).sort_values(["anomaly", "rank"], ignore_index=True)
    return ordered.astype({"anomaly": str})


def _anomaly(
    anomaly: str, rows: pd.DataFrame, reasons: "pd.Series[str] | str", rate_after: "pd.Series[float] | float"
) -> pd.DataFrame:
    identity = rows[["rank", "label", "homicide_rate", "printed_place"]].rename(
        columns={"homicide_rate": "rate_before"}
    )
    identity.insert(0, "anomaly", anomaly)
    # An empty frame would turn texts and numbers into objects.
    return identity.assign(reason=reasons, rate_after=rate_after).astype({"reason": str, "rate_after": float})


def _placed(anomalies: pd.DataFrame, rates: "NDArray[np.float64]") -> pd.DataFrame:
    """Places by rate before and after; a row out of order is first moved from where it was printed."""
    row = anomalies["printed_place"].to_numpy(int) - 1
    by_rate = rank_from_highest(rates)[row]
    before = np.where(anomalies["anomaly"] == "out of order", anomalies["printed_place"], by_rate)
    after = [
        pd.NA if np.isnan(rate) else place_after(rates, position, rate)
        for position, rate in zip(row, anomalies["rate_after"], strict=True)
    ]
    places = anomalies.assign(place_before=before, place_after=pd.array(after, dtype="Int64"))
    moved = (places["place_after"] - places["place_before"]).abs()
    columns = ["anomaly", "rank", "label", "reason", "rate_before", "rate_after", "place_before", "place_after"]
    return places[columns].assign(places_moved=moved)


def _out_of_order(matched: pd.DataFrame) -> pd.DataFrame:
    rates = matched["homicide_rate"]
    rows = matched.iloc[rows_out_of_order(rates)]
    above, below = rates.shift(1)[rows.index], rates.shift(-1)[rows.index]
    reasons = "printed between " + _written(above, _rate_or_end) + " and " + _written(below, _rate_or_end)
    return _anomaly("out of order", rows, reasons, rows["homicide_rate"])


def _written(values: "pd.Series[Any]", form: Callable[[Any], str]) -> "pd.Series[str]":
    """Numbers as texts; also of no rows, which would else stay numbers."""
    return values.map(form).astype(str)


def _rate_or_end(rate: float) -> str:
    return "the end of the list" if np.isnan(rate) else f"{rate:g}"


def _another_year(matched: pd.DataFrame, label_year: int) -> pd.DataFrame:
    rows = matched[matched["year"] != label_year]
    reasons = "figure of " + rows["year"].astype(str) + f", the title says {label_year}"
    return _anomaly("another year", rows, reasons, rows["label_rate"])


def _metropolitan_unit(matched: pd.DataFrame) -> pd.DataFrame:
    names = matched["city"].map(fold)
    rows = matched[names.map(lambda name: any(word in name for word in METROPOLITAN_WORDS))]
    people = _written(rows["person_years"] / rows["published_population"], "{:.2f}".format)
    victims = _written(rows["homicides"] / rows["published_homicides"], "{:.2f}".format)
    reasons = (
        "named as a metropolitan area: population " + people + " and homicides " + victims + " times the municipality's"
    )
    return _anomaly("metropolitan unit", rows, reasons, rows["published_rate"])


def _count_differs(matched: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    ratio = matched["homicides"] / matched["published_homicides"]
    rows = matched[(ratio - 1).abs() > tolerance]
    published = _written(rows["published_homicides"], "{:.0f}".format)
    difference = _written((ratio[rows.index] - 1) * 100, "{:+.0f}%".format)
    reasons = rows["homicides"].astype(str) + " homicides printed, " + published + " published (" + difference + ")"
    rates = rows["published_homicides"] / rows["person_years"] * PERSON_YEARS_OF_A_RATE
    return _anomaly("count differs", rows, reasons, rates)


def _population_differs(matched: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    ratio = matched["person_years"] / matched["published_population"]
    rows = matched[(ratio - 1).abs() > tolerance]
    implied, published = (_written(rows[name], "{:,.0f}".format) for name in ("person_years", "published_population"))
    difference = _written((ratio[rows.index] - 1) * 100, "{:+.0f}%".format)
    reasons = implied + " people implied, " + published + " published (" + difference + ")"
    rates = rows["homicides"] / rows["published_population"] * PERSON_YEARS_OF_A_RATE
    return _anomaly("population differs", rows, reasons, rates)


def _ambiguous_place(matched: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    readings = [OTHER_READINGS.get(key) for key in zip(matched["iso3"], matched["city"], strict=True)]
    rows = matched[[reading is not None for reading in readings]]
    codes = pd.DataFrame([reading for reading in readings if reading], columns=["iso3", "city_code"], index=rows.index)
    other = codes.assign(year=rows["year"]).merge(with_rates(panel), on=["iso3", "city_code", "year"], how="left")
    reasons = pd.Series("may mean " + other["city"] + " (" + other["iso3"] + ")").set_axis(rows.index)
    return _anomaly("ambiguous place", rows, reasons, other["rate"].set_axis(rows.index))


def _tied_rates(matched: pd.DataFrame) -> pd.DataFrame:
    rows = matched[matched["homicide_rate"].duplicated(keep=False)]
    same = rows.groupby("homicide_rate")["city"].transform("size") - 1
    reasons = (
        "the printed rate is also that of " + same.astype(str) + " other" + _written(same, lambda n: "s" * (n > 1))
    )
    return _anomaly("tied rates", rows, reasons, rows["homicide_rate"])


def _decimal_mark(matched: pd.DataFrame) -> pd.DataFrame:
    point = matched["homicide_rate_as_printed"].str.contains(".", regex=False)
    rows = matched[point] if (~point).any() else matched.head(0)
    as_thousands = rows["homicide_rate_as_printed"].str.replace(".", "").astype(float)
    people = _written(rows["homicides"] / as_thousands * PERSON_YEARS_OF_A_RATE, "{:,.0f}".format)
    reasons = "printed with a point; read as the others, 10 times the rate and " + people + " people"
    return _anomaly("decimal mark", rows, reasons, rows["homicide_rate"])


def _name_differs(matched: pd.DataFrame) -> pd.DataFrame:
    rows = matched[matched["official_city"].notna() & (matched["official_city"] != matched["city"])]
    return _anomaly("name differs", rows, "the register has " + rows["official_city"], rows["homicide_rate"])


def decimal_shifts(matched: pd.DataFrame) -> "pd.Series[int]":
    """Powers of ten between the printed and the published rate of each city that has one; 0 if no decimal slipped."""
    compared = matched.dropna(subset="published_rate")
    tens = np.log10(compared["homicide_rate"].to_numpy() / compared["published_rate"].to_numpy())
    return pd.Series(tens.round().astype(int), index=compared.index)


def say_decimal_shifts(shifts: "pd.Series[int]") -> str:
    """How many rates have a slipped decimal, as a sentence.

    Parameters
    ----------
    shifts : pandas.Series of int
        Of `decimal_shifts`.

    Returns
    -------
    str
    """
    slipped = (shifts != 0).sum()
    return f"Rates with a slipped decimal, of {len(shifts)} that can be held against a published one: {slipped}"


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
