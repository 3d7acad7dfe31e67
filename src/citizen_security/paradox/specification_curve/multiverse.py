"""The specifications of a specification curve, enumerated from a table of choices.

The choices are data: the table `specification_choices` says what has to be chosen, what can be, which options exclude
each other, and why each can be defended. Nothing here knows an option that is not in the table, except the samples,
whose names stand for rules that no column could hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.measures import RELEASES
from citizen_security.methods.arrays import Flags
from citizen_security.paradox.panel.specification import REFERENCE_INCOME
from citizen_security.paradox.panel.subsets import LEFT_OUT
from citizen_security.parameters import unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray


DRIVERS = ("poverty", "inequality", "youth_unemployment", "growth")

# Choices from which a subset is taken; of every other choice exactly one option.
SUBSETS = "controls"
NO_CONTROLS = "none"

# How the effect of a driver is named when its options are spread over several choices of the table.
SERIES = {
    "poverty": ("poverty_line", "poverty_series"),
    "inequality": ("inequality_series",),
    "youth_unemployment": ("youth_unemployment_series",),
    "growth": ("growth_series",),
}

# States that report the rate in every one of these years make up the sample `complete`.
COMPLETE_YEARS = (2000, 2022)


# Rules by which combinations of options are removed.
EXCLUDED = "options that exclude each other"
REPEATED = "the same regression on the same country-years"


class NoSpecification(ValueError):
    """The choices leave nothing to estimate."""


@dataclass(frozen=True)
class Grid:
    """The country panel as one array a column, countries by years; missing figures are nan.

    Attributes
    ----------
    countries : tuple of str
        ISO codes, sorted.
    years : tuple of int
        Consecutive.
    columns : dict of str to numpy.ndarray, shape (countries, years)
        In the units of the table `country_year`; `log_gdp_per_capita` is in log points.
    left_out : dict of str to numpy.ndarray of bool, shape (countries, years)
        Country-years that each sample of `subsets.LEFT_OUT` does without.
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    columns: "dict[str, NDArray[np.float64]]"
    left_out: "dict[str, Flags]"

    @property
    def shape(self) -> tuple[int, int]:
        """Number of countries and of years."""
        return len(self.countries), len(self.years)


@dataclass(frozen=True)
class Multiverse:
    """Specifications and the country-years that each stands on.

    Attributes
    ----------
    driver : str
        Whose effect is estimated.
    specifications : pandas.DataFrame
        One row a specification: one column a choice, `measure` (column of the driver), `controls` (names joined by
        `+`, or `none`), `main`, and `sample_id`, its row of `masks`.
    masks : numpy.ndarray of bool, shape (samples, countries × years)
        Country-years of each distinct sample, countries one after the other.
    fields : dict of str to str
        Column of the panel that each control stands for.
    removed : pandas.DataFrame
        rule, specifications: how many each rule took out.
    """

    driver: str
    specifications: pd.DataFrame
    masks: Flags
    fields: dict[str, str]
    removed: pd.DataFrame


def prepare_grid(country_year: pd.DataFrame, countries: Sequence[str]) -> Grid:
    """Country-years as arrays, with the transformed columns that the choices name.

    Parameters
    ----------
    country_year : pandas.DataFrame
        The table `country_year`.
    countries : sequence of str
        ISO codes kept.

    Returns
    -------
    Grid
    """
    kept = country_year[country_year["iso3"].isin(list(countries))]
    years = range(int(kept["year"].min()), int(kept["year"].max()) + 1)
    index = pd.MultiIndex.from_product([sorted(kept["iso3"].unique()), years], names=["iso3", "year"])
    table = kept.set_index(["iso3", "year"]).reindex(index)
    shape = (len(index.levels[0]), len(years))
    numeric = table.select_dtypes("number").astype("float64")
    columns = {str(name): numeric[name].to_numpy(dtype=float, na_value=np.nan).reshape(shape) for name in numeric}
    columns["log_gdp_per_capita"] = np.log(columns["gdp_per_capita"] / REFERENCE_INCOME)
    rows = table.reset_index()
    left_out = {name: rule(rows).to_numpy(dtype=bool).reshape(shape) for name, rule in LEFT_OUT.items()}
    return Grid(tuple(index.levels[0]), tuple(years), columns, left_out)


def choices_of(choices: pd.DataFrame, driver: str, leave_out: Iterable[str] = ()) -> pd.DataFrame:
    """Options that a driver's curve has, in the order of pictures.

    Parameters
    ----------
    choices : pandas.DataFrame
        The table `specification_choices`.
    driver : str
        One of `DRIVERS`.
    leave_out : iterable of str
        Options to do without, as `choice=option`.

    Returns
    -------
    pandas.DataFrame
        Rows of `choices`.

    Raises
    ------
    NoSpecification
        If an option to leave out is unknown, or a choice is left without an option.
    """
    rows = choices[[driver in _listed(names, DRIVERS) for names in choices["drivers"]]].sort_values("position")
    names = rows["choice"] + "=" + rows["option"]
    left_out = list(leave_out)
    if strangers := [name for name in left_out if name not in set(names)]:
        raise NoSpecification(" ".join(unknown("option", name, names, "leave_out") + "." for name in strangers))
    kept = rows[~names.isin(left_out)]
    emptied = [choice for choice in dict.fromkeys(rows["choice"]) if choice not in {*kept["choice"], SUBSETS}]
    if emptied:
        raise NoSpecification(
            f"leave_out takes every option of {', '.join(emptied)} away. Allowed: at least one option of each choice."
        )
    return kept.reset_index(drop=True)


def enumerate_specifications(options: pd.DataFrame, driver: str) -> tuple[pd.DataFrame, int]:
    """Every combination of options that the table does not exclude.

    Parameters
    ----------
    options : pandas.DataFrame
        From `choices_of`.
    driver : str

    Returns
    -------
    specifications : pandas.DataFrame
        One column a choice, `measure` and `main`.
    excluded : int
        How many combinations a `not_with` of the table took out.
    """
    levels = {
        str(choice): list(rows["option"])
        for choice, rows in options[options["choice"] != SUBSETS].groupby("choice", sort=False)
    }
    controls = list(options.loc[options["choice"] == SUBSETS, "option"])
    subsets = ["+".join(subset) for size in range(len(controls) + 1) for subset in combinations(controls, size)]
    levels[SUBSETS] = [subset or NO_CONTROLS for subset in subsets]
    product = pd.MultiIndex.from_product(list(levels.values()), names=list(levels)).to_frame(index=False)
    kept = product[~_excluded(product, options)].reset_index(drop=True)
    return kept.assign(measure=_measure(kept, options, driver), main=_main(kept, options)), len(product) - len(kept)


def build_multiverse(grid: Grid, choices: pd.DataFrame, driver: str, leave_out: Iterable[str] = ()) -> Multiverse:
    """Specifications of one driver, each with its country-years; what repeats another is removed.

    A specification stands on the country-years in which outcome, driver and its controls are all observed. Countries
    with one such year and years with one such country leave, as in `estimation_sample`. Of specifications that put
    the same columns on the same country-years through the same estimator the first is kept.

    Parameters
    ----------
    grid : Grid
    choices : pandas.DataFrame
        The table `specification_choices`.
    driver : {"poverty", "inequality", "youth_unemployment", "growth"}
    leave_out : iterable of str
        Options to do without, as `choice=option`.

    Returns
    -------
    Multiverse

    Raises
    ------
    NoSpecification
        If the choices leave nothing, or name a column that the panel does not have.
    """
    options = choices_of(choices, driver, leave_out)
    specifications, excluded = enumerate_specifications(options, driver)
    controls = options[options["choice"] == SUBSETS]
    fields = dict(zip(controls["option"].astype(str), controls["field"].astype(str), strict=True))
    located, masks = locate_samples(grid, specifications, fields)
    same = ["outcome", "release", "measure", "controls", "lag", "estimator", "year_effects", "weights", "sample_id"]
    repeated = located.duplicated(same)
    removed = pd.DataFrame(
        {
            "rule": [EXCLUDED, REPEATED],
            "specifications": [excluded, int(repeated.sum())],
        }
    )
    return Multiverse(driver, located[~repeated].reset_index(drop=True), masks, fields, removed)


def locate_samples(grid: Grid, specifications: pd.DataFrame, fields: dict[str, str]) -> tuple[pd.DataFrame, Flags]:
    """Country-years of every specification, each distinct set once.

    Parameters
    ----------
    grid : Grid
    specifications : pandas.DataFrame
        From `enumerate_specifications`.
    fields : dict of str to str
        Column of the panel that each control stands for.

    Returns
    -------
    specifications : pandas.DataFrame
        With `sample_id`.
    masks : numpy.ndarray of bool, shape (samples, countries × years)
    """
    decide = ["release", "estimator", "lag", "period", "sample", "measure", "controls"]
    groups = specifications.groupby(decide, sort=False).ngroup().to_numpy()
    first = specifications.loc[~pd.Series(groups).duplicated().to_numpy(), decide]
    observed: dict[tuple[str, str, str], Flags] = {}
    found: dict[bytes, int] = {}
    masks: list[Flags] = []
    numbers = np.empty(len(first), dtype=int)
    for number, row in enumerate(first.itertuples(index=False)):
        columns = [str(row.measure), *(fields[name] for name in control_names(str(row.controls)))]
        mask = frame_mask(grid, str(row.sample), str(row.period), str(row.release))
        mask = mask & _observed(observed, grid, RELEASES[str(row.release)].column, "0", str(row.estimator))
        for column in columns:
            mask = mask & _observed(observed, grid, column, str(row.lag), str(row.estimator))
        mask = without_singletons(mask).ravel()
        numbers[number] = found.setdefault(mask.tobytes(), len(masks))
        if numbers[number] == len(masks):
            masks.append(mask)
    return specifications.assign(sample_id=numbers[groups]), np.array(masks, dtype=bool)


def column_values(grid: Grid, column: str, lag: str, estimator: str) -> "NDArray[np.float64]":
    """One column as a specification uses it: lagged, and differenced where the estimator asks for it.

    Parameters
    ----------
    grid : Grid
    column : str
        A column of the panel, or `log_` and a column.
    lag : str
        Years back.
    estimator : {"within", "first_differences", "pooled"}

    Returns
    -------
    numpy.ndarray, shape (countries, years)
        nan where it cannot be formed.
    """
    values = grid.columns[column]
    if years := int(lag):
        values = np.concatenate([np.full((len(values), years), np.nan), values[:, :-years]], axis=1)
    if estimator == "first_differences":
        values = np.diff(values, axis=1, prepend=np.nan)
    return values


def outcome_values(grid: Grid, outcome: str, release: str, estimator: str) -> "NDArray[np.float64]":
    """Homicide rate of a release, or its logarithm, as a specification uses it; shape (countries, years)."""
    rate = grid.columns[RELEASES[release].column]
    values = rate if outcome == "rate" else np.log(np.where(rate > 0, rate, np.nan))
    return np.diff(values, axis=1, prepend=np.nan) if estimator == "first_differences" else values


def specification_frame(
    grid: Grid, multiverse: Multiverse, position: int
) -> tuple[pd.DataFrame, list[str], tuple[str, ...]]:
    """Rows, regressors and fixed effects of one specification, as any regression library takes them.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
    position : int
        Row of the specifications.

    Returns
    -------
    frame : pandas.DataFrame
        iso3, year, outcome, driver, the controls and weight (mean one).
    regressors : list of str
        The driver first.
    effects : tuple of str
        Columns whose levels are held constant.
    """
    row = multiverse.specifications.iloc[position]
    mask = multiverse.masks[int(row["sample_id"])]
    lag, estimator = str(row["lag"]), str(row["estimator"])
    names = control_names(str(row["controls"]))
    columns = {"driver": str(row["measure"]), **{name: multiverse.fields[name] for name in names}}
    data: dict[str, Any] = {
        "iso3": np.repeat(grid.countries, len(grid.years))[mask],
        "year": np.tile(grid.years, len(grid.countries))[mask],
        "outcome": outcome_values(grid, str(row["outcome"]), str(row["release"]), estimator).ravel()[mask],
        "weight": sample_weights(grid, str(row["weights"]), mask),
    }
    data |= {name: column_values(grid, column, lag, estimator).ravel()[mask] for name, column in columns.items()}
    effects = ("iso3",) * (estimator == "within") + ("year",) * (row["year_effects"] == "yes")
    return pd.DataFrame(data), list(columns), effects


def sample_weights(grid: Grid, weights: str, mask: Flags) -> "NDArray[np.float64]":
    """Weight of each country-year of a sample, with mean one."""
    if weights == "none":
        return np.ones(int(mask.sum()))
    population = grid.columns["population"].ravel()[mask]
    scaled: NDArray[np.float64] = population / population.mean()
    return scaled


def control_names(controls: str) -> list[str]:
    """Controls of a specification by name; empty where there is none."""
    return [] if controls == NO_CONTROLS else controls.split("+")


def without_singletons(mask: Flags) -> Flags:
    """Country-years without countries seen once and years seen for one country; shape (…, countries, years)."""
    while True:
        kept: Flags = mask & (mask.sum(axis=-1, keepdims=True) > 1) & (mask.sum(axis=-2, keepdims=True) > 1)
        if kept.sum() == mask.sum():
            return kept
        mask = kept


def _listed(names: Any, default: Sequence[str]) -> list[str]:
    return list(default) if pd.isna(names) else str(names).split(";")


def _excluded(product: pd.DataFrame, options: pd.DataFrame) -> Flags:
    excluded = np.zeros(len(product), dtype=bool)
    for row in options.dropna(subset=["not_with"]).itertuples(index=False):
        for other in str(row.not_with).split(";"):
            choice, option = other.split("=")
            if choice in product:
                excluded |= ((product[str(row.choice)] == row.option) & (product[choice] == option)).to_numpy()
    return excluded


def _measure(specifications: pd.DataFrame, options: pd.DataFrame, driver: str) -> pd.Series:
    measure = pd.Series("", index=specifications.index, dtype=str)
    for choice in SERIES[driver]:
        rows = options[options["choice"] == choice]
        fields = dict(zip(rows["option"], rows["field"].fillna(""), strict=True))
        measure = measure + specifications[choice].map(fields).astype(str)
    return measure


def _main(specifications: pd.DataFrame, options: pd.DataFrame) -> Flags:
    main = (specifications[SUBSETS] == NO_CONTROLS).to_numpy()
    for choice, rows in options[options["choice"] != SUBSETS].groupby("choice", sort=False):
        chosen = rows.loc[rows["main"], "option"]
        main = main & specifications[str(choice)].isin(list(chosen)).to_numpy()
    return main


def _observed(known: dict[tuple[str, str, str], Flags], grid: Grid, column: str, lag: str, estimator: str) -> Flags:
    key = (column, lag, estimator)
    if key not in known:
        if column not in grid.columns:
            raise NoSpecification(f"the choices name the column {column}, which the panel does not have.")
        known[key] = np.isfinite(column_values(grid, column, lag, estimator))
    return known[key]


def frame_mask(grid: Grid, sample: str, period: str, release: str) -> Flags:
    """Country-years that a sample and a period allow, whatever is observed; shape (countries, years)."""
    first, last = (int(year) for year in period.split("-"))
    years = np.array(grid.years)
    rows = ~grid.left_out[sample] if sample in LEFT_OUT else _SAMPLES[sample](grid, release)
    mask: Flags = rows & ((years >= first) & (years <= last))[None, :]
    return mask


def _all_states(grid: Grid, release: str) -> Flags:
    return np.ones(grid.shape, dtype=bool)


def _complete(grid: Grid, release: str) -> Flags:
    rate, years = grid.columns[RELEASES[release].column], np.array(grid.years)
    published = np.isfinite(rate).any(axis=0) & (years >= COMPLETE_YEARS[0]) & (years <= COMPLETE_YEARS[1])
    return np.broadcast_to(np.isfinite(rate[:, published]).all(axis=1)[:, None], rate.shape)


# The samples that `LEFT_OUT` has no rule for.
_SAMPLES = {"all": _all_states, "complete": _complete}
