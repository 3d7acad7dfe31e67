"""What the notebook `paradox/poverty_and_violence` records."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from scipy import stats

from citizen_security.measures import subjects
from citizen_security.paradox.poverty_and_violence import readings
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.region import countries_with_figures, latest_surveyed_year
from citizen_security.paradox.poverty_and_violence.reversion import Reversion
from citizen_security.paradox.poverty_and_violence.revisions import count_revisions, largest_revisions
from citizen_security.regional import BoundedValue, compare_with_world, percent_change, window_mean
from citizen_security.values import Missing, Value

BOUNDS = "bounds for countries without a figure"
RATE = "victims per 100,000 people"
SHARE = "% of the world's homicides"

# Endings of the names of what is recorded of each window.
ENDINGS = {"before": "early", "after": "late"}

# What is recorded of each subject.
RECORDED = {
    "homicide": ("early", "late", "change_percent"),
    "poverty": ("early", "late", "change_percent"),
    "gini": ("early", "late"),
}

# The countries and the year of published shares of the world's homicides (Muggah 2017; Muggah and Aguirre 2018).
FOUR_COUNTRIES = ("BRA", "COL", "MEX", "VEN")
PUBLISHED_YEAR = 2016

# Thresholds of revisions that are recorded, in % of the earlier figure.
REVISED = {"rates_revised": 0.0, "rates_revised_by_one_percent": 1.0, "rates_revised_by_five_percent": 5.0}

NINETIES = (1990, 1999)

# What labels call the two series of poverty, and the quantities that are correlated over countries.
SERIES = {"survey": "by surveys", "lineup": "by the interpolated series"}
CORRELATED = {
    "change_correlation": "Changes of homicide and of poverty",
    "change_correlation_surveyed": "Changes of homicide and of poverty, countries with frequent surveys",
    "homicide_persistence": "Homicide in the two windows (logs)",
}


def regional_values(
    series: Mapping[str, pd.DataFrame], panel: pd.DataFrame, place: str, parameters: PovertyAndViolence
) -> list[Value]:
    """Each subject of the region in the two windows, and its change between them.

    Parameters
    ----------
    series : mapping of pandas.DataFrame
        From `regional_series`, by subject.
    panel : pandas.DataFrame
        Rows of `country_year` for the countries of the region.
    place : str
        Name of the region.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
        `<subject>_early`, `<subject>_late` and, of homicide and poverty, `<subject>_change_percent`, with bounds for
        countries without figures.
    """
    return [
        value
        for subject, endings in RECORDED.items()
        if subject in series
        for value in _of_subject(subject, series[subject], panel, place, parameters)
        if value.name.removeprefix(f"{subject}_") in endings
    ]


def without_gaps(homicide: pd.DataFrame, parameters: PovertyAndViolence) -> list[Value]:
    """Homicide in the two windows over the countries with figures alone.

    Parameters
    ----------
    homicide : pandas.DataFrame
        From `regional_series`.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
    """
    left_out = homicide.assign(value=homicide["left_out"])
    return [
        Value(
            name=f"homicide_{ENDINGS[window]}_left_out",
            value=window_mean(left_out, *years).value,
            unit=RATE,
            label="Countries with figures only",
            format=".1f",
        )
        for window, years in parameters.windows.items()
    ]


def poverty_over_time(
    poverty: pd.DataFrame, panel: pd.DataFrame, place: str, parameters: PovertyAndViolence
) -> list[Value | Missing]:
    """Poverty in the 1990s and in the latest year that rests on surveys; what has no figure is missing.

    Parameters
    ----------
    poverty : pandas.DataFrame
        From `regional_series`.
    panel : pandas.DataFrame
        Rows of `country_year` for the countries of the region.
    place : str
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
    """
    subject = subjects(parameters.poverty_line)["poverty"]
    latest = latest_surveyed_year(panel, parameters.poverty_line, parameters.last_year)
    periods = {
        "poverty_1990s": (NINETIES, f"mean of {NINETIES[0]} to {NINETIES[1]}"),
        "poverty_latest": ((latest, latest), str(latest)),
    }
    means = {name: window_mean(poverty, *years) for name, (years, _) in periods.items()}
    return [
        Value(
            name="poverty_latest_year",
            value=latest,
            label="Latest year in which countries with half of the people held a survey, or as many as ever did",
        ),
        *(
            Value(
                name=name,
                value=means[name].value,
                unit=subject.unit,
                interval=means[name].interval,
                n=countries_with_figures(panel, subject.column, *years),
                label=f"{subject.short}, {words}; {place}; {BOUNDS}",
                format=subject.number,
            )
            for name, (years, words) in periods.items()
            if pd.notna(means[name].value)
        ),
        *(
            Missing(names=name, reason=f"no country has a figure of poverty in the {words}")
            for name, (_, words) in periods.items()
            if pd.isna(means[name].value)
        ),
    ]


def against_the_world(latest: "pd.Series[Any]", place: str) -> list[Value]:
    """The region's ratio to the world and its share of the world's homicides and people, in the latest year.

    Parameters
    ----------
    latest : pandas.Series
        Row of `compare_with_world` of the latest year with enough coverage.
    place : str

    Returns
    -------
    list of Value
    """
    reporting = int(latest["region_countries"] + latest["rest_countries"])
    year = Value(name="lac_world_year", value=int(latest["year"]), label="Latest year with enough coverage")
    quantities = (
        ("lac_world_ratio", "ratio", "times the world's rate", 1, ".1f", "Homicide rate"),
        ("lac_homicide_share", "homicide_share", SHARE, 100, ".0f", "Homicides"),
    )
    found = [year]
    for name, column, unit, scale, form, what in quantities:
        found += [
            Value(
                name=name,
                value=scale * latest[column],
                unit=unit,
                interval=(scale * latest[f"{column}_lower"], scale * latest[f"{column}_upper"]),
                n=reporting,
                label=f"{what}, {latest['year']:.0f}; {place}; {BOUNDS}; n: countries with a figure",
                format=form,
            ),
        ]
    return [*found, _share_of_people(latest)]


def gaps_in_the_world(gaps: pd.DataFrame, names: "pd.Series[str]") -> list[Value | Missing]:
    """Countries without a figure in the year quoted, their people, and the one that matters most.

    Parameters
    ----------
    gaps : pandas.DataFrame
        From `effect_of_gaps`.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    list of Value
    """
    found: list[Value | Missing] = [
        Value(
            name="lac_world_missing",
            value=len(gaps),
            unit="countries and territories",
            label="Without a homicide figure in the year quoted",
        ),
        Value(
            name="lac_world_missing_people",
            value=100 * gaps["people"].sum(),
            unit="% of the world's people",
            format=".0f",
        ),
    ]
    if gaps.empty:
        return [*found, Missing(names="lac_world_largest_gap*", reason="every country has a figure in the year quoted")]
    return [
        *found,
        Value(
            name="lac_world_largest_gap",
            value=str(names[gaps["iso3"].iloc[0]]),
            label="Country whose gap moves the ratio most",
        ),
        Value(
            name="lac_world_largest_gap_span",
            value=float(gaps["span"].iloc[0]),
            unit="times the world's rate",
            format=".2f",
        ),
    ]


def published_shares(world: pd.DataFrame, compared: pd.DataFrame, parameters: PovertyAndViolence) -> list[Value]:
    """Shares of the world's homicides that were published, as they are found here, and whether they agree.

    Parameters
    ----------
    world : pandas.DataFrame
        The table `world_homicide`.
    compared : pandas.DataFrame
        From `compare_with_world` of the region, all years.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
    """
    frames = {
        "four_countries_share": compare_with_world(world, FOUR_COUNTRIES),
        f"lac_homicide_share_{PUBLISHED_YEAR}": compared,
    }
    whose = dict(zip(frames, ("Brazil, Colombia, Mexico and Venezuela", "the region"), strict=True))
    rows = {name: frame[frame["year"] == PUBLISHED_YEAR].iloc[0] for name, frame in frames.items()}
    bounds = {
        side: BoundedValue(*(100 * row[f"homicide_share{end}"] for end in ("", "_lower", "_upper")))
        for side, row in zip(("four", "region"), rows.values(), strict=True)
    }
    found = [value for name, row in rows.items() for value in _published_share(name, row, whose[name])]
    return [*found, *readings.published_shares(bounds, parameters)]


def countries_before_and_after(changes: pd.DataFrame) -> list[Value]:
    """In how many countries poverty fell, and homicide rose.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `before_and_after`.

    Returns
    -------
    list of Value
    """
    fell = changes["poverty_change"] < 0
    counts = {
        "countries_poverty_fell": fell,
        "countries_poverty_fell_homicide_rose": fell & (changes["homicide_change"] > 0),
        "countries_poverty_fell_homicide_rose_by_one": fell & (changes["homicide_change"] > 1),
    }
    return [
        Value(
            name=name,
            value=int(chosen.sum()),
            unit="countries",
            n=len(changes),
            label="Of the countries with figures in both windows",
        )
        for name, chosen in counts.items()
    ]


def correlations(
    found: Mapping[str, tuple[BoundedValue | None, int]], parameters: PovertyAndViolence
) -> list[Value | Missing]:
    """Correlations over countries; those of too few countries are missing.

    Parameters
    ----------
    found : mapping of tuple
        Name → correlation, or none, and the number of countries.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name=name,
            value=value.value,
            interval=value.interval,
            n=count,
            label=f"{CORRELATED[name]}: correlation over countries (Pearson); "
            f"{parameters.confidence_level:.0%} bootstrap",
            format=".2f",
        )
        if value is not None
        else Missing(names=f"{name}*", reason=readings.too_few(count, "to correlate"))
        for name, (value, count) in found.items()
    ]


def revised_rates(revisions: pd.DataFrame, names: "pd.Series[str]") -> list[Value | Missing]:
    """How many rates were revised, and the largest revision.

    Parameters
    ----------
    revisions : pandas.DataFrame
        From `compare_releases`.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    list of Value
    """
    counts = count_revisions(revisions).set_index("more_than")["country_years"]
    found: list[Value | Missing] = [
        Value(
            name=name,
            value=int(counts[threshold]),
            unit="country-years",
            n=len(revisions),
            label=f"Country-years in both releases whose rate was revised by more than {threshold:g}%",
        )
        for name, threshold in REVISED.items()
    ]
    for _, row in largest_revisions(revisions, 1).iterrows():
        place, change = names[row["iso3"]], float(row["change"])
        found += [
            Value(name="largest_revision", value=change, unit=RATE, label=f"{place} {row['year']}", format="+.1f"),
            Value(name="largest_revision_place", value=f"{place} in {row['year']}"),
        ]
    if revisions.empty:
        found.append(Missing(names="largest_revision*", reason="no country-year is in both releases"))
    return found


def poverty_by_series(compared: pd.DataFrame, changes: pd.DataFrame, confidence_level: float) -> list[Value | Missing]:
    """How far survey and line-up figures of poverty are apart, and the change by each.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compare_poverty_series`.
    changes : pandas.DataFrame
        From `poverty_changes_by_series`; may be empty.
    confidence_level : float
        Of the intervals of means, which take countries for a sample.

    Returns
    -------
    list of Value
    """
    differ = Value(
        name="poverty_series_differ",
        value=int((compared["difference"].abs() > 1).sum()),
        unit="country-years",
        n=len(compared),
        label="Survey and line-up more than one point apart",
    )
    too_few = "fewer than two countries have enough surveys in both windows"
    means = [
        Value(
            name=f"poverty_change_{name}",
            value=float(changes[name].mean()),
            interval=_mean_interval(changes[name], confidence_level),
            unit="points",
            n=len(changes),
            label=f"Change of poverty between the windows {SERIES[name]}, mean over countries with surveys in both; "
            f"{confidence_level:.0%} interval by Student's t",
            format="+.1f",
        )
        if len(changes) > 1
        else Missing(names=f"poverty_change_{name}", reason=too_few)
        for name in ("survey", "lineup")
    ]
    return [differ, *means]


def _mean_interval(values: "pd.Series[float]", confidence_level: float) -> tuple[float, float]:
    """Student's interval of a mean."""
    ends = stats.t.interval(confidence_level, len(values) - 1, values.mean(), values.sem())
    return float(ends[0]), float(ends[1])


def change_of_the_highest(
    reversion: Reversion | None, countries: int, names: "pd.Series[str]", parameters: PovertyAndViolence
) -> list[Value | Missing]:
    """How the most violent countries changed, and how much of it chance would make; missing where they are too few.

    Parameters
    ----------
    reversion : Reversion or None
        From `reversion_by_chance`.
    countries : int
        Countries among which the highest were picked.
    names : pandas.Series
        Country name by ISO code.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
    """
    if reversion is None:
        return readings.the_highest(reversion, countries)
    label = f"{len(reversion.highest)} highest of {countries}, over and above all countries"
    return [
        *readings.the_highest(reversion, countries),
        Value(name="highest_change", value=reversion.observed, unit="%", n=countries, label=label, format="+.0f"),
        Value(
            name="highest_change_by_chance",
            value=reversion.expected,
            unit="%",
            interval=reversion.interval,
            n=countries,
            label=f"{label}; {parameters.confidence_level:.0%} of random swaps",
            format="+.0f",
        ),
        Value(
            name="highest_change_p",
            value=reversion.p,
            n=countries,
            label="Share of random swaps with at least that fall",
            format=".2f",
        ),
        Value(
            name="highest_change_backwards",
            value=reversion.backwards,
            unit="%",
            n=countries,
            label="Rise up to the window after of the countries highest in it",
            format="+.0f",
        ),
        Value(
            name="highest_countries",
            value=len(reversion.highest),
            unit="countries",
            n=countries,
            label=", ".join(names[list(reversion.highest)]),
        ),
    ]


def _of_subject(
    name: str, series: pd.DataFrame, panel: pd.DataFrame, place: str, parameters: PovertyAndViolence
) -> Iterator[Value]:
    subject = subjects(parameters.poverty_line)[name]
    means = {window: window_mean(series, *years) for window, years in parameters.windows.items()}
    known = {
        window: countries_with_figures(panel, subject.column, *years) for window, years in parameters.windows.items()
    }
    years = {window: f"{first}–{last}" for window, (first, last) in parameters.windows.items()}
    rows = [
        (ENDINGS[window], means[window], subject.unit, subject.number, known[window], f"mean of {years[window]}")
        for window in parameters.windows
    ]
    change = percent_change(means["before"], means["after"])
    told = f"change from {years['before']} to {years['after']}"
    rows.append(("change_percent", change, "%", "+.1f", min(known.values()), told))
    for ending, value, unit, form, count, said in rows:
        yield Value(
            name=f"{name}_{ending}",
            value=value.value,
            unit=unit,
            interval=value.interval,
            n=count,
            label=f"{subject.short}, {said}; {place}; {BOUNDS}",
            format=form,
        )


def _share_of_people(latest: "pd.Series[Any]") -> Value:
    return Value(
        name="lac_population_share",
        value=100 * latest["population_share"],
        unit="% of the world's people",
        format=".1f",
    )


def _published_share(name: str, row: "pd.Series[Any]", whose: str) -> Iterator[Value]:
    yield Value(
        name=name,
        value=100 * row["homicide_share"],
        unit=SHARE,
        interval=(100 * row["homicide_share_lower"], 100 * row["homicide_share_upper"]),
        n=int(row["region_countries"] + row["rest_countries"]),
        label=f"Homicides of {whose}, {PUBLISHED_YEAR}; {BOUNDS}",
        format=".0f",
    )
    if name == f"lac_homicide_share_{PUBLISHED_YEAR}":
        yield Value(
            name=f"{name}_reported",
            value=100 * row["homicide_share_reported"],
            unit="% of the homicides reported",
            format=".0f",
        )
