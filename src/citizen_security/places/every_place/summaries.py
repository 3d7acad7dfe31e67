"""What the fits say of each place: the four tables that the pages of places are made from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.ranks import rank_from_highest, summarise_ranks
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE, poisson_interval
from citizen_security.places.every_place.fitting import PlaceFit
from citizen_security.places.every_place.observed import BREAKS, PER_RATE, PER_YEAR

if TYPE_CHECKING:
    from citizen_security.places.every_place.parameters import EveryPlace

# Decimals of what is recorded: of rates, counts and percent, and of probabilities.
DIGITS = 3
# Names of the lower end, the median and the upper end of a risk now and in the next year, as rates and as counts.
NOW = {"rates": ("risk_lower", "risk", "risk_upper"), "counts": ("expected_lower", "expected", "expected_upper")}
NEXT = {
    "rates": ("next_lower", "next_risk", "next_upper"),
    "counts": ("next_expected_lower", "next_expected", "next_expected_upper"),
}


@dataclass(frozen=True)
class PlaceTables:
    """The four tables that the pages of places are made from, by the names they are recorded under.

    Attributes
    ----------
    places, years, now, changes : pandas.DataFrame
        Of `place_table`, `year_table`, `now_table` and `change_table`.
    """

    places: pd.DataFrame
    years: pd.DataFrame
    now: pd.DataFrame
    changes: pd.DataFrame


def place_tables(
    rows: pd.DataFrame, fits: Sequence[PlaceFit], judged: pd.DataFrame, parameters: "EveryPlace"
) -> PlaceTables:
    """The four tables.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.
    fits : sequence of PlaceFit
    judged : pandas.DataFrame
        Of `fit_table`.
    parameters : EveryPlace
        `credible_level` and `since`.

    Returns
    -------
    PlaceTables
    """
    level = parameters.credible_level
    return PlaceTables(
        place_table(rows, judged),
        year_table(rows, fits, level),
        now_table(rows, fits, judged, level),
        change_table(rows, fits, level, parameters.since),
    )


def place_table(rows: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Every place with what is counted there and over which years.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.
    judged : pandas.DataFrame
        Of `fit_table`.

    Returns
    -------
    pandas.DataFrame, one row for each place
        `key`, `kind`, `name`, `iso3`, `country`, `parent`, `first_year`, `last_year`, `population` (of the last year;
        missing where the table has none by year), `measure`, `source_table`; and `unit` (of what is modelled), `fit`
        (the places it is fitted and ranked among), `years` (with a figure), `break_year` (from which populations are of
        another census), `model_holds` (whether the fit stands against the simplest rivals), `forecast_covered` (share
        of held-out counts in the interval of their forecast).
    """
    grouped = rows.groupby("key", sort=False)
    first, latest = grouped.first(), grouped.last()
    table = first[["kind", "name", "iso3", "country", "parent"]].assign(
        first_year=grouped["year"].min(),
        last_year=grouped["year"].max(),
        population=latest["population"].astype("Int64"),
        measure=first["measure"],
        source_table=first["source_table"],
        unit=np.where(latest["population"].notna(), PER_RATE, PER_YEAR),
        fit=first["fit"],
        years=grouped["year"].nunique(),
        break_year=_breaks(first),
        model_holds=first["fit"].map(judged.set_index("fit")["model_holds"]),
        forecast_covered=first["fit"].map(judged.set_index("fit")["covered"]).round(DIGITS),
    )
    return table.reset_index()


def year_table(rows: pd.DataFrame, fits: Iterable[PlaceFit], credible_level: float) -> pd.DataFrame:
    """What was published and the risk behind it, year by year from a place's first figure to its last.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.
    fits : iterable of PlaceFit
    credible_level : float
        Of all intervals.

    Returns
    -------
    pandas.DataFrame, one row for each place and year of the calendar, those without a figure too
        `key`, `year`, `homicides`, `population`, `rate`, `rate_lower`, `rate_upper` (published, per 100,000, with the
        exact Poisson interval of its count), `risk`, `risk_lower`, `risk_upper` (underlying, per 100,000). Where there
        is no population, instead of rates `homicides_lower`, `homicides_upper` (exact interval of the mean count) and
        `expected`, `expected_lower`, `expected_upper` (underlying, homicides a year). `rate_release_2024`: the same
        rate in an earlier release; `doubted` and `note`: what is known against a figure.
    """
    published = _published(rows, credible_level)
    risks = pd.concat([_risks_by_year(fit, rows, credible_level) for fit in fits], ignore_index=True)
    table = risks.merge(published, on=["key", "year"], how="left", validate="one_to_one")
    return table.assign(doubted=table["note"].fillna("") != "")[
        ["key", "year", "homicides", "population", "rate", "rate_lower", "rate_upper",
         "risk", "risk_lower", "risk_upper", "homicides_lower", "homicides_upper",
         "expected", "expected_lower", "expected_upper", "rate_release_2024", "doubted", "note"]
    ]  # fmt: skip


def now_table(
    rows: pd.DataFrame, fits: Iterable[PlaceFit], judged: pd.DataFrame, credible_level: float
) -> pd.DataFrame:
    """The risk of every place in the last year of its fit and the next, and its rank.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.
    fits : iterable of PlaceFit
    judged : pandas.DataFrame
        Of `fit_table`.
    credible_level : float

    Returns
    -------
    pandas.DataFrame, one row for each place
        `key`, `year`, `risk`, `risk_lower`, `risk_upper` (per 100,000), `rank` (median; 1 is the highest risk),
        `rank_lower`, `rank_upper`, `ranked` (places among which), `next_risk`, `next_lower`, `next_upper`. Where there
        is no population all these are missing, and `expected`, `expected_lower`, `expected_upper`, `next_expected`,
        `next_expected_lower`, `next_expected_upper` (homicides a year) stand. The next year is missing where a simple
        rival forecasts better. `years_since_figure`: years of the calendar since the place's last figure.
    """
    latest = rows.groupby("key")["year"].max()
    holds = judged.set_index("fit")["model_holds"]
    parts = [_now(fit, rows, latest, credible_level, forecasts=bool(holds[fit.panel.fit])) for fit in fits]
    return pd.concat(parts, ignore_index=True)


def change_table(rows: pd.DataFrame, fits: Iterable[PlaceFit], credible_level: float, since: int) -> pd.DataFrame:
    """The change of the risk to a place's last figure, from each year before that has one.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.
    fits : iterable of PlaceFit
    credible_level : float
    since : int
        Year that is shown first.

    Returns
    -------
    pandas.DataFrame, one row for each place and earlier year
        `key`, `since`, `until`, `change_percent`, `lower`, `upper`, `probability_of_rise`, `more_than_chance` (whether
        the interval leaves out no change); `base` (whether the row is shown first: that of `since`, or of the place's
        next year with a figure), `across_break` (whether populations on both sides are of different censuses).
    """
    table = pd.concat([_changes(fit, rows, credible_level) for fit in fits], ignore_index=True)
    first = table["since"].where(table["since"] >= since).groupby(table["key"]).transform("min")
    broken = table["key"].str[:3].map(BREAKS).where(table["key"].str.len() > len("ISO"))
    across = (table["since"] < broken) & (broken <= table["until"])
    return table.assign(base=table["since"] == first, across_break=across)


def sure_pairs(fit: PlaceFit, credible_level: float) -> tuple[int, int]:
    """How many pairs of places are in an order that the draws are sure of.

    Parameters
    ----------
    fit : PlaceFit
    credible_level : float
        Probability from which an order is sure.

    Returns
    -------
    sure, pairs : int
    """
    risks = fit.log_risks[..., fit.last]
    number = risks.shape[1]
    higher = np.array([(risks[:, [place]] > risks).mean(axis=0) for place in range(number)])
    sure = higher >= credible_level
    return int(sure.sum()), number * (number - 1) // 2


def _breaks(first: pd.DataFrame) -> "pd.Series[int]":
    """Year from which the populations of a state or city are of another census; a country's own series has none."""
    years: pd.Series[int] = first["iso3"].map(BREAKS).where(first["kind"] != "country").astype("Int64")
    return years


def _published(rows: pd.DataFrame, credible_level: float) -> pd.DataFrame:
    """What was published, with exact intervals."""
    limits = poisson_interval(rows["homicides"], rows["exposure"] * PERSON_YEARS_OF_A_RATE, credible_level)
    with_rate = rows["rate"].notna().to_numpy()
    ends = {
        f"{name}_{end}": np.where(there, limits[:, number], np.nan).round(DIGITS)
        for name, there in (("rate", with_rate), ("homicides", ~with_rate))
        for number, end in enumerate(("lower", "upper"))
    }
    kept = rows[["key", "year", "homicides", "population", "rate", "rate_release_2024", "note"]]
    # Years without a figure will stand beside these: whole numbers that may be missing.
    return kept.astype({"homicides": "Int64", "population": "Int64"}).assign(rate=rows["rate"].round(DIGITS), **ends)


def _with_population(fit: PlaceFit, rows: pd.DataFrame) -> bool:
    """Whether the fit's exposure is person-years; all places of a fit have populations or none has."""
    return bool(rows.loc[rows["fit"] == fit.panel.fit, "rate"].notna().all())


def _risks_by_year(fit: PlaceFit, rows: pd.DataFrame, level: float) -> pd.DataFrame:
    spans = rows[rows["fit"] == fit.panel.fit].groupby("key")["year"].agg(["min", "max"]).reindex(list(fit.panel.keys))
    years = np.array(fit.years)
    inside = (years >= spans["min"].to_numpy()[:, np.newaxis]) & (years <= spans["max"].to_numpy()[:, np.newaxis])
    place, year = np.nonzero(inside)
    ends = _interval(np.exp(fit.log_risks), level)[:, inside]
    labels = pd.DataFrame({"key": np.array(fit.panel.keys)[place], "year": years[year]})
    return labels.assign(**_either(ends, with_population=_with_population(fit, rows), **NOW))


def _now(fit: PlaceFit, rows: pd.DataFrame, latest: "pd.Series[int]", level: float, *, forecasts: bool) -> pd.DataFrame:
    keys, year = list(fit.panel.keys), fit.years[fit.last]
    given = _with_population(fit, rows)
    now, following = (_interval(np.exp(fit.log_risks[..., at]), level) for at in (fit.last, fit.last + 1))
    return pd.DataFrame(
        {
            "key": keys,
            "year": year,
            **_either(now, with_population=given, **NOW),
            **_ranks(fit, level, with_population=given),
            **_either(following if forecasts else np.full_like(following, np.nan), with_population=given, **NEXT),
            "years_since_figure": year - latest.reindex(keys).to_numpy(),
        }
    )


def _ranks(fit: PlaceFit, level: float, *, with_population: bool) -> dict[str, Any]:
    """Ranks by the risk of the last year; a rank by the number of homicides would be one by size, and is not given."""
    places = len(fit.panel.keys)
    if not with_population:
        none = pd.array([pd.NA] * places, dtype="Int64")
        return {"rank": none.astype("Float64"), "rank_lower": none, "rank_upper": none, "ranked": none}
    ranked = summarise_ranks(rank_from_highest(fit.log_risks[..., fit.last]), level, 1)
    ends = {name: ranked[name].astype("Int64").array for name in ("rank_lower", "rank_upper")}
    ranks = ranked["rank_median"].astype("Float64").array
    return {"rank": ranks, **ends, "ranked": pd.array([places] * places, dtype="Int64")}


def _changes(fit: PlaceFit, rows: pd.DataFrame, level: float) -> pd.DataFrame:
    calendar = np.searchsorted(fit.years, fit.panel.years)
    seen = fit.panel.seen
    last = seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    log_risks = fit.log_risks[..., calendar]
    moved = np.take_along_axis(log_risks, last[np.newaxis, :, np.newaxis], axis=2) - log_risks
    earlier = seen & (np.arange(seen.shape[1]) < last[:, np.newaxis])
    place, year = np.nonzero(earlier)
    lower, middle, upper = _interval(moved, level)[:, earlier]
    percent = {"change_percent": middle, "lower": lower, "upper": upper}
    return pd.DataFrame(
        {
            "key": np.array(fit.panel.keys)[place],
            "since": fit.panel.years[year],
            "until": fit.panel.years[last[place]],
            **{name: (100 * np.expm1(values)).round(DIGITS) for name, values in percent.items()},
            "probability_of_rise": (moved > 0).mean(axis=0)[earlier].round(DIGITS),
            "more_than_chance": (lower > 0) | (upper < 0),
        }
    )


def _interval(draws: Floats, level: float) -> Floats:
    """Lower end, median and upper end of each column of draws, shape (3, …)."""
    ends: Floats = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    return ends


def _either(ends: Floats, *, with_population: bool, rates: tuple[str, ...], counts: tuple[str, ...]) -> dict[str, Any]:
    """Lower end, median and upper end as rates or as counts, whichever there are; the others are missing."""
    missing = np.full(ends.shape[1:], np.nan)
    of_rates, of_counts = (
        (ends.round(DIGITS), [missing] * 3) if with_population else ([missing] * 3, ends.round(DIGITS))
    )
    columns = dict(zip([*rates, *counts], [*of_rates, *of_counts], strict=True))
    # As they are read: the middle one before its ends.
    return {name: columns[name] for names in (rates, counts) for name in (names[1], names[0], names[2])}
