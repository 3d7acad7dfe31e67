"""Places as the recorded tables have them: one object a place, with its years, its rank now and its changes."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# Tables of the run, by the names under which it records them.
TABLES = ("places", "place_years", "place_now", "place_changes")

# What the states of a country are called; elsewhere they are states.
PARTS: Mapping[str, tuple[str, str]] = {"COL": ("department", "departments"), "ECU": ("province", "provinces")}
KINDS: Mapping[str, tuple[str, str]] = {
    "country": ("country", "countries"),
    "state": ("state", "states"),
    "city": ("city", "cities"),
}

TEXTS = ("key", "kind", "name", "iso3", "country", "parent", "measure", "source_table")
# An address is no longer, whatever a name is.
LONGEST_ADDRESS = 60
# Nor is a name on a page.
LONGEST_NAME = 120


@dataclass(frozen=True)
class Interval:
    """A number and the ends of its interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Year:
    """A place in a year, whether or not it has a figure.

    Attributes
    ----------
    year : int
    homicides : int or None
        Counted; None where the year has no figure.
    population : float or None
    rate : Interval or None
        Published, per 100,000, with the interval that its count leaves to chance; None without a population.
    risk : Interval or None
        What a model takes the rate to be: per 100,000, or homicides a year where there is no population.
    note : str
        What is known against the figure; empty where nothing is.
    """

    year: int
    homicides: int | None
    population: float | None
    rate: Interval | None
    risk: Interval | None
    note: str = ""


@dataclass(frozen=True)
class Rank:
    """Where a place stands from the highest risk, among how many."""

    rank: int
    lower: int
    upper: int
    among: int


@dataclass(frozen=True)
class Now:
    """The last year of the model: risk, rank, and what it expects of the next year.

    Attributes
    ----------
    year : int
    risk : Interval
        As in `Year`.
    rank : Rank or None
        None where there is no population: an order by counts would be one by size.
    following : Interval or None
        The risk of the next year.
    """

    year: int
    risk: Interval
    rank: Rank | None
    following: Interval | None


@dataclass(frozen=True)
class Change:
    """How the risk changed between two years with figures, in %.

    Attributes
    ----------
    since, until : int
    percent : Interval
    more_than_chance : bool
        Whether the interval leaves out no change.
    base : bool
        Whether it is the one that is shown first.
    across_break : bool
        Whether the populations of the two years are of different censuses.
    """

    since: int
    until: int
    percent: Interval
    more_than_chance: bool
    base: bool
    across_break: bool


@dataclass(frozen=True)
class Place:
    """A country, a state or a city.

    Attributes
    ----------
    key, kind, name, iso3, country, parent : str
        `kind` is country, state or city; `country` the country's name; `parent` the key of what it lies in.
    called : str
        Its name, and what tells it from others of that name.
    measure, source_table : str
        What is counted, and the shipped table that counts it.
    population : float or None
        In the last year.
    break_year : int or None
        From which its populations are of another census.
    model_holds : bool
        Whether the model of its like foretells no worse than the simplest rules do.
    forecast_covered : float or None
        Share of its like's held-out years that lay in the model's intervals.
    years : tuple of Year
        In order, from the first figure to the last.
    now : Now or None
    changes : tuple of Change
        To the last figure, in the order of the years that they start from.
    """

    key: str
    kind: str
    name: str
    iso3: str
    country: str
    parent: str
    measure: str
    source_table: str
    called: str
    break_year: int | None
    population: float | None
    model_holds: bool
    forecast_covered: float | None
    years: tuple[Year, ...]
    now: Now | None
    changes: tuple[Change, ...]

    @cached_property
    def has_rates(self) -> bool:
        """Whether its figures are rates; without a population they are counts."""
        return any(year.rate for year in self.years)

    @cached_property
    def figures(self) -> tuple[Year, ...]:
        """Years with a figure."""
        return tuple(year for year in self.years if year.homicides is not None)

    @property
    def latest(self) -> Year | None:
        """The last year with a figure."""
        return self.figures[-1] if self.figures else None

    @property
    def base_change(self) -> Change | None:
        """The change that is shown first: the run's choice, or the longest where the run has none."""
        return next((change for change in self.changes if change.base), self.changes[0] if self.changes else None)

    def year(self, year: int) -> Year | None:
        """A year's figures, if it has any."""
        return next((it for it in self.years if it.year == year), None)

    @cached_property
    def address(self) -> str:
        """Name of its page among the pages of places: `hnd`, `bra-sp`, `bra-3550308-sao-paulo`."""
        name = folded(self.name)[:LONGEST_ADDRESS].strip("-") if self.kind == "city" else ""
        return "-".join(filter(None, [folded(self.key), name]))

    @property
    def noun(self) -> tuple[str, str]:
        """What it is, one and several of them: country, state, department, province, city."""
        return PARTS.get(self.iso3, KINDS["state"]) if self.kind == "state" else KINDS[self.kind]

    @cached_property
    def group(self) -> str:
        """What it is ranked among: `countries of the region`, `cities of Brazil`."""
        return f"{self.noun[1]} of {'the region' if self.kind == 'country' else self.country}"


def folded(name: str) -> str:
    """A name in small letters without accents, with hyphens for whatever else is in it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")


def read_places(tables: Mapping[str, "pd.DataFrame"]) -> dict[str, Place]:
    """Places by their keys, in the order of the table of places.

    Parameters
    ----------
    tables : mapping
        The recorded tables by the names of `TABLES`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If two places would have one address.
    """
    years = _by_place(tables["place_years"])
    now = _by_place(tables["place_now"])
    changes = _by_place(tables["place_changes"])
    rows = [{**row, "name": shorten(row["name"])} for row in table_rows(tables["places"])]
    called = _told_apart(rows)
    found = {
        row["key"]: Place(
            **{name: row[name] or "" for name in TEXTS},
            called=called[row["key"]],
            break_year=None if row["break_year"] is None else int(row["break_year"]),
            population=row["population"],
            model_holds=bool(row["model_holds"]),
            forecast_covered=row["forecast_covered"],
            years=tuple(_year(it) for it in sorted(years.get(row["key"], []), key=lambda it: it["year"])),
            now=next((_now(it) for it in now.get(row["key"], [])), None),
            changes=tuple(_change(it) for it in sorted(changes.get(row["key"], []), key=lambda it: it["since"])),
        )
        for row in rows
    }
    addresses = [place.address for place in found.values()]
    if twice := sorted({it for it in addresses if addresses.count(it) > 1}):
        raise ValueError(
            f"several places have the same address: {', '.join(twice)}; their keys must differ when folded"
        )
    return found


def noted(place: Place, notes: Sequence[str]) -> Place:
    """A country whose years say what its table notes of them, such as `SLV 2022: official counts exclude …`.

    Parameters
    ----------
    place : Place
    notes : sequence of str
        Of the table that the place comes from.

    Returns
    -------
    Place
        States and cities as they are: notes that begin with a country's code are about the country.
    """
    if place.kind != "country":
        return place
    dated = re.compile(rf"{place.iso3} (\d{{4}})(?:-(\d{{4}}))?: (.+?)\.?")
    found = [it for it in map(dated.fullmatch, notes) if it]

    def of(year: Year) -> Year:
        own = [it[3] for it in found if int(it[1]) <= year.year <= int(it[2] or it[1])]
        return replace(year, note="; ".join(filter(None, [year.note, *own]))) if own else year

    return replace(place, years=tuple(map(of, place.years)))


def shorten(name: str) -> str:
    """A name as a page can show it: cut where it is longer than any name of a place."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def table_rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Rows with None for what is missing, which compares as nothing does.

    Parameters
    ----------
    frame : pandas.DataFrame
    """
    columns = [str(name) for name in frame]
    values = frame.astype("object").where(frame.notna(), None).to_numpy()
    return [dict(zip(columns, row, strict=True)) for row in values]


def _told_apart(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Names by keys; of places with one name all but one have in brackets what tells them apart."""
    names = {row["key"]: row["name"] for row in rows}
    alike: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(folded(row["name"]), []).append(row)
    return {
        row["key"]: f"{row['name']} ({apart})" if (apart := _apart(row, same, names)) else row["name"]
        for same in alike.values()
        for row in same
    }


def _apart(row: Mapping[str, Any], same: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """What tells a place from others of its name: its state, its country, or that it is a state; empty if nothing."""
    at_home = [it["kind"] for it in same if it["iso3"] == row["iso3"] and it["key"] != row["key"]]
    if row["kind"] == "state" and "city" in at_home:
        return PARTS.get(row["iso3"], KINDS["state"])[0]
    if row["kind"] == "city" and "city" in at_home:
        return names.get(row["parent"], "")
    abroad = any(it["iso3"] != row["iso3"] for it in same)
    return str(row["country"]) if abroad and row["kind"] != "country" else ""


def _by_place(frame: "pd.DataFrame") -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table_rows(frame):
        found.setdefault(row["key"], []).append(row)
    return found


def _year(row: Mapping[str, Any]) -> Year:
    homicides = row["homicides"]
    return Year(
        year=int(row["year"]),
        homicides=None if homicides is None else int(homicides),
        population=row["population"],
        rate=_interval(row, "rate", "rate_lower", "rate_upper"),
        risk=_risk(row),
        note=row["note"] or "",
    )


def _now(row: Mapping[str, Any]) -> Now | None:
    risk = _risk(row)
    if risk is None:
        return None
    following = _interval(row, "next_risk", "next_lower", "next_upper")
    counts = _interval(row, "next_expected", "next_expected_lower", "next_expected_upper")
    return Now(year=int(row["year"]), risk=risk, rank=_rank(row), following=following or counts)


def _rank(row: Mapping[str, Any]) -> Rank | None:
    if row["rank"] is None:
        return None
    # A median of draws may lie between two ranks.
    return Rank(round(row["rank"]), *(int(row[name]) for name in ("rank_lower", "rank_upper", "ranked")))


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        since=int(row["since"]),
        until=int(row["until"]),
        percent=Interval(row["change_percent"], row["lower"], row["upper"]),
        **{name: bool(row[name]) for name in ("more_than_chance", "base", "across_break")},
    )


def _risk(row: Mapping[str, Any]) -> Interval | None:
    """The risk as a rate, or as a count where there is no population."""
    rate = _interval(row, "risk", "risk_lower", "risk_upper")
    return rate or _interval(row, "expected", "expected_lower", "expected_upper")


def _interval(row: Mapping[str, Any], *names: str) -> Interval | None:
    value, lower, upper = (row[name] for name in names)
    return None if value is None or lower is None or upper is None else Interval(value, lower, upper)
