"""The specifications of a specification curve, enumerated from a table of choices.

The choices are data: the table `specification_choices` says what has to be chosen, what can be, which options exclude
each other, and why each can be defended. Nothing here knows an option that is not in the table, except the samples,
whose names stand for rules that no column could hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
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

# The option of `dynamics` that puts homicide of the year before among the regressors.
LAGGED_OUTCOME = "lagged_outcome"

# Ending of the columns whose gaps are filled by multiple imputation.
IMPUTED = "_imputed"

# Choices that decide which country-years a specification stands on.
DECIDE = ["release", "estimator", "trends", "dynamics", "lag", "period", "sample", "measure", "controls"]

# What makes two specifications one, together with their country-years.
SAME = [
    *("outcome", "release", "measure", "controls", "lag", "estimator", "trends", "dynamics", "year_effects", "weights"),
    "sample_id",
]

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
    draws : dict of str to numpy.ndarray, shape (draws, countries, years)
        Columns whose gaps are filled by multiple imputation, draw by draw; `columns` has the first.
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    columns: "dict[str, NDArray[np.float64]]"
    left_out: "dict[str, Flags]"
    draws: "dict[str, NDArray[np.float64]]" = field(default_factory=dict)

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
        One column a choice and `measure`, all categorical, and `main`.
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
    sizes = [len(options_of) for options_of in levels.values()]
    # Codes instead of texts: comparing and grouping hundreds of thousands of rows takes a fraction of the time.
    coded = zip(levels, np.indices(sizes).reshape(len(sizes), -1), strict=True)
    every = pd.DataFrame({name: pd.Categorical.from_codes(codes, pd.Index(levels[name])) for name, codes in coded})
    kept = every[~_excluded(every, options)].reset_index(drop=True)
    return kept.assign(measure=_measure(kept, options, driver), main=_main(kept, options)), len(every) - len(kept)


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
    # On country-years without a gap the imputed series is the survey's.
    repeated = located.assign(measure=_without_ending(located["measure"])).duplicated(SAME)
    removed = pd.DataFrame(
        {
            "rule": [EXCLUDED, REPEATED],
            "specifications": [excluded, int(repeated.sum())],
        }
    )
    kept = located[~repeated].reset_index(drop=True)
    texts = {str(name): _as_text(column) for name, column in kept.select_dtypes("category").items()}
    return Multiverse(driver, kept.assign(**texts), masks, fields, removed)


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
    groups = specifications.groupby(DECIDE, sort=False, observed=True).ngroup().to_numpy()
    first = specifications.loc[~pd.Series(groups).duplicated().to_numpy(), DECIDE]
    known: dict[tuple[str, ...], Flags] = {}
    pruned: dict[tuple[bytes, int], int] = {}
    found: dict[bytes, int] = {}
    masks: list[Flags] = []
    numbers = np.empty(len(first), dtype=int)
    for number, row in enumerate(first.itertuples(index=False)):
        mask = _observed_rows(known, grid, row) & _observed_regressors(known, grid, row, fields)
        least = least_years(str(row.estimator), str(row.trends))
        # Far fewer samples than combinations of choices: most are known before singletons leave.
        key = (mask.tobytes(), least)
        if key not in pruned:
            mask = without_singletons(mask, least).ravel()
            pruned[key] = found.setdefault(mask.tobytes(), len(masks))
            if pruned[key] == len(masks):
                masks.append(mask)
        numbers[number] = pruned[key]
    return specifications.assign(sample_id=numbers[groups]), np.array(masks, dtype=bool)


def least_years(estimator: str, trends: str) -> int:
    """Years below which a country says nothing: its own mean takes one, its own trend another."""
    return 3 if trends == "country" and estimator == "within" else 2


def draws_of(grid: Grid, column: str) -> list[Grid]:
    """The grid once for each draw of a column; once where nothing of it is imputed."""
    if column not in grid.draws:
        return [grid]
    return [replace(grid, columns={**grid.columns, column: draw}) for draw in grid.draws[column]]


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


def lagged_outcome_values(grid: Grid, outcome: str, release: str, estimator: str) -> "NDArray[np.float64]":
    """The outcome of the year before, as a regressor; shape (countries, years)."""
    values = outcome_values(grid, outcome, release, estimator)
    return np.concatenate([np.full((len(values), 1), np.nan), values[:, :-1]], axis=1)


def specification_frame(
    grid: Grid, multiverse: Multiverse, position: int
) -> tuple[pd.DataFrame, list[str], tuple[str, ...]]:
    """Rows, regressors and fixed effects of one specification, as any regression library takes them.

    Of an imputed driver the rows have the first draw; `draws_of` gives a grid for each.

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
        The driver first; with country trends, `trend_` and the code of each country but the first last.
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
    regressors = list(columns)
    if row["dynamics"] == LAGGED_OUTCOME:
        lagged = lagged_outcome_values(grid, str(row["outcome"]), str(row["release"]), estimator)
        data["outcome_before"] = lagged.ravel()[mask]
        regressors.append("outcome_before")
    trends = row["trends"] == "country"
    country_effects = estimator == "within" or trends  # a trend of a level is a mean of its changes
    effects = ("iso3",) * country_effects + ("year",) * (row["year_effects"] == "yes")
    frame = pd.DataFrame(data)
    if trends and estimator == "within":
        # With year effects the trends of all countries together are one too many.
        countries = frame["iso3"].unique()[int("year" in effects) :]
        own = {f"trend_{iso3}": (frame["year"] - frame["year"].mean()) * (frame["iso3"] == iso3) for iso3 in countries}
        frame, regressors = frame.assign(**own), [*regressors, *own]
    return frame, regressors, effects


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


def without_singletons(mask: Flags, least: int = 2) -> Flags:
    """Country-years without years seen for one country and countries seen in fewer than some years.

    Parameters
    ----------
    mask : numpy.ndarray of bool, shape (…, countries, years)
    least : int
        Years that a country must have.

    Returns
    -------
    numpy.ndarray of bool, shape (…, countries, years)
    """
    while True:
        kept: Flags = mask & (mask.sum(axis=-1, keepdims=True) >= least) & (mask.sum(axis=-2, keepdims=True) > 1)
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


def _measure(specifications: pd.DataFrame, options: pd.DataFrame, driver: str) -> "pd.Categorical[str]":
    """Column of the driver of each specification: what its series name, put together."""
    combinations = specifications.groupby(list(SERIES[driver]), sort=False, observed=True).ngroup().to_numpy()
    _, first = np.unique(combinations, return_index=True)
    fields = options.set_index(["choice", "option"])["field"].fillna("")
    names = [
        "".join(str(fields[name, getattr(row, name)]) for name in SERIES[driver])
        for row in specifications.iloc[first].itertuples(index=False)
    ]
    return pd.Categorical.from_codes(combinations, pd.Index(names))


def _as_text(column: pd.Series) -> pd.Series:
    """A categorical column as texts, taken by code: converted text by text it takes many times as long."""
    texts = pd.Series(column.cat.categories.astype(str))
    return texts.take(column.cat.codes.to_numpy()).set_axis(column.index)


def _without_ending(measure: pd.Series) -> "pd.Categorical[Any]":
    """Column of the driver without the ending of the imputed series."""
    coded = measure.astype("category").cat
    names = coded.categories.str.removesuffix(IMPUTED)
    codes, present = pd.factorize(names)
    return pd.Categorical.from_codes(codes[coded.codes], present)


def _main(specifications: pd.DataFrame, options: pd.DataFrame) -> Flags:
    main = (specifications[SUBSETS] == NO_CONTROLS).to_numpy()
    for choice, rows in options[options["choice"] != SUBSETS].groupby("choice", sort=False):
        chosen = rows.loc[rows["main"], "option"]
        main = main & specifications[str(choice)].isin(list(chosen)).to_numpy()
    return main


def _observed_rows(known: dict[tuple[str, ...], Flags], grid: Grid, row: Any) -> Flags:
    """Country-years that sample and period allow and in which homicide is observed, in the year before if need be."""
    release, estimator, dynamics = str(row.release), str(row.estimator), str(row.dynamics)
    key = ("rows", str(row.sample), str(row.period), release, estimator, dynamics)
    if key not in known:
        column = RELEASES[release].column
        mask = frame_mask(grid, str(row.sample), str(row.period), release) & _observed(
            known, grid, column, "0", estimator
        )
        known[key] = mask & _observed(known, grid, column, "1", estimator) if dynamics == LAGGED_OUTCOME else mask
    return known[key]


def _observed_regressors(known: dict[tuple[str, ...], Flags], grid: Grid, row: Any, fields: dict[str, str]) -> Flags:
    """Country-years in which the driver and all controls are observed."""
    key = ("regressors", row.measure, row.controls, row.lag, row.estimator)
    if key not in known:
        columns = [str(row.measure), *(fields[name] for name in control_names(str(row.controls)))]
        each = [_observed(known, grid, column, str(row.lag), str(row.estimator)) for column in columns]
        known[key] = np.logical_and.reduce(each)
    return known[key]


def _observed(known: dict[tuple[str, ...], Flags], grid: Grid, column: str, lag: str, estimator: str) -> Flags:
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
