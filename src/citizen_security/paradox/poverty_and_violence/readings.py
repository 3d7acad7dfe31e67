"""What the figures of poverty and violence say, in sentences that follow the run."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.reversion import Reversion
from citizen_security.regional import BoundedValue, percent_change, window_mean, world_window
from citizen_security.values import Missing, Value
from citizen_security.words import by_interval, compared, counted, listed, out_of, sentences, signed

# Published shares of the world's homicides in %: of the region (Muggah and Aguirre 2018), and of Brazil, Colombia,
# Mexico and Venezuela (Muggah 2017), "a quarter".
PUBLISHED_REGION, PUBLISHED_FOUR = 33, 25

# Versions of the figures within a sentence.
NAMES = {
    "counts": "victims over people",
    "rates": "published rates",
    "rates_2025": "the release of 2025",
    "rates_2024": "the release of 2024",
}

# What the countries without figures leave open, wherever a sentence says so.
HIDDEN = "the countries without figures"
MISSING = "missing countries"


def homicide_against_poverty(
    series: Mapping[str, pd.DataFrame], place: str, parameters: PovertyAndViolence
) -> list[Value]:
    """Whether homicide fell as poverty did, and why the change of homicide has several figures.

    Parameters
    ----------
    series : mapping of pandas.DataFrame
        From `regional_series`, by subject.
    place : str
        Name of the region.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
        `homicide_against_poverty_reading`, `homicide_measures_sentence`.
    """
    poverty, homicide = (_change(series[name], parameters) for name in ("poverty", "homicide"))
    moved = f"between {_windows(parameters)} poverty in {_short(place)} {_moved(poverty)}"
    beside = f"homicide {_moved(homicide, f' for what {MISSING} may hide')}: {_against(poverty, homicide)}"
    shown = series["homicide"][series["homicide"]["year"].between(parameters.first_year, parameters.last_year)]
    first, last = int(shown["year"].min()), int(shown["year"].max())
    single = percent_change(*(window_mean(shown, year, year) for year in (first, last)))
    with_figures = _change(series["homicide"].assign(value=series["homicide"]["left_out"]), parameters)
    return [
        Value(
            name="homicide_against_poverty_reading",
            value=sentences([moved, beside]),
            label="Whether homicide fell as poverty did",
        ),
        Value(
            name="homicide_measures_sentence",
            value=sentences(
                [
                    f"the change of homicide, {signed(homicide.value, '.1f')}%, is of victims over people, from the "
                    f"mean of {_years(parameters, 'before')} to that of {_years(parameters, 'after')}, with the gaps "
                    "of countries filled",
                    f"over the countries with figures alone it is {signed(with_figures.value, '.1f')}%"
                    f"{_who_is_counted(series['homicide'], parameters)}",
                    f"from the single year {first} to {last}, with gaps filled, it is {signed(single.value, '.1f')}%",
                ]
            ),
            label="Which figures the change of homicide rests on, and what others give",
        ),
    ]


def ratio_to_world(table: pd.DataFrame, parameters: PovertyAndViolence) -> list[Value]:
    """Whether the region's ratio to the world moved, and which side moved it.

    Parameters
    ----------
    table : pandas.DataFrame
        From `compare_with_world`, all years.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
        `ratio_to_world_reading`.
    """
    before, after = (world_window(table, "ratio", *years) for years in parameters.windows.values())
    region, rest = (
        percent_change(*(world_window(table, f"{side}_rate", *years) for years in parameters.windows.values()))
        for side in ("region", "rest")
    )
    apart = (after.lower - before.upper, after.upper - before.lower)
    sure = by_interval(
        *apart,
        above="it rose, whatever missing countries hide",
        below="it fell, whatever missing countries hide",
        neither="missing countries leave open whether it rose or fell",
    )
    return [
        Value(
            name="ratio_to_world_reading",
            value=sentences(
                [
                    f"from {_years(parameters, 'before')} to {_years(parameters, 'after')} the ratio went from "
                    f"{before.value:.1f} to {after.value:.1f}; {sure}",
                    f"the region's own rate, its territories included, {_moved(region)}",
                    f"that of the rest of the world {_moved(rest)}",
                    _mover(region, rest),
                ]
            ),
            label="How the region's ratio to the world moved between the windows, and by which side",
        )
    ]


def published_shares(world: Mapping[str, BoundedValue], parameters: PovertyAndViolence) -> list[Value]:
    """Whether published shares of the world's homicides lie within the bounds found here.

    Parameters
    ----------
    world : mapping of BoundedValue
        `region` and `four` (Brazil, Colombia, Mexico, Venezuela): share in % in the year published.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value
        `published_shares_reading`.
    """
    four = f"the quarter published for Brazil, Colombia, Mexico and Venezuela {_within(PUBLISHED_FOUR, world['four'])}"
    region = (
        f"the region's published {PUBLISHED_REGION}% {_within(PUBLISHED_REGION, world['region'])}"
        if parameters.countries == "lac"
        else f"the published {PUBLISHED_REGION}% is of the whole region and cannot be held against these countries"
    )
    return [
        Value(
            name="published_shares_reading",
            value=sentences([region, four]),
            label="Published shares of the world's homicides against the bounds found here",
        )
    ]


def correlation_of_changes(correlation: BoundedValue | None, countries: int) -> list[Value]:
    """What the correlation of the two changes over countries says; nothing where there is none.

    Parameters
    ----------
    correlation : BoundedValue or None
        From `change_correlation`.
    countries : int

    Returns
    -------
    list of Value
        `change_correlation_reading`.
    """
    if correlation is None:
        return []
    known = counted(countries, "country", "countries")
    found = by_interval(
        *correlation.interval,
        above="where poverty fell more, homicide fell more or rose less",
        below="where poverty fell more, homicide fell less or rose more",
        neither=f"{known} are too few to tell whether homicide fell more where poverty did",
    )
    return [
        Value(
            name="change_correlation_reading",
            value=sentences([found]),
            label="What the correlation of the two changes says",
        )
    ]


def revisions(
    versions: pd.DataFrame, by_release: pd.DataFrame, poverty: pd.DataFrame, parameters: PovertyAndViolence
) -> list[Value | Missing]:
    """The change of homicide by every version of the figures, and whether any of them turns the answer.

    Parameters
    ----------
    versions : pandas.DataFrame
        From `regional_changes_by_version`.
    by_release : pandas.DataFrame
        From `country_changes_by_release`.
    poverty : pandas.DataFrame
        From `regional_series`.
    parameters : PovertyAndViolence

    Returns
    -------
    list of Value or Missing
        `homicide_change_<version>` and `revisions_reading`.
    """
    change = _change(poverty, parameters)
    values = versions.set_index("version")["value"]
    turned = int(by_release["turned"].sum())
    return [
        *_change_by_version(versions),
        Value(
            name="revisions_reading",
            value=sentences(
                [
                    *_by_versions(values, change.value),
                    _counts_or_release(values),
                    "the release turns the sign of the change in "
                    f"{out_of(turned, len(by_release), 'countries', 'country')}"
                    if len(by_release)
                    else "no country has enough years of both releases to be compared",
                ]
            ),
            label="Whether another version of the figures turns the answer",
        ),
    ]


def the_highest(reversion: Reversion | None, countries: int) -> list[Value | Missing]:
    """Whether the most violent countries changed by more than chance alone would have it.

    Parameters
    ----------
    reversion : Reversion or None
        From `reversion_by_chance`.
    countries : int
        Countries among which the highest were picked.

    Returns
    -------
    list of Value or Missing
        `highest_countries_reading`.
    """
    if reversion is None:
        few = too_few(countries, "with figures in both windows to tell a fall from chance")
        return [Missing(names="highest_*", reason=few), Missing(names="homicide_persistence", reason=few)]
    low, high = reversion.interval
    found = compared(
        reversion.observed,
        (low + high) / 2,
        tolerance=(high - low) / 2,
        smaller="that is a deeper fall than chance alone gives, so that more than the choice of the highest is at work",
        larger="that is less of a fall than chance alone gives, so that the highest held on to their places "
        "more than chance would have it",
        alike="that is within what chance alone gives, so that the change by itself is no evidence that "
        "anything worked",
    )
    return [
        Value(
            name="highest_countries_reading",
            value=sentences([found]),
            label="Whether the highest countries changed by more than chance",
        )
    ]


def too_few(countries: int, purpose: str) -> str:
    """That so many countries are too few for a purpose, which begins with who or what for."""
    number = counted(countries, "country", "countries")
    return f"there {'are' if countries > 1 else 'is'} {'only ' if countries else ''}{number} {purpose}"


def _who_is_counted(homicide: pd.DataFrame, parameters: PovertyAndViolence) -> str:
    """What a change over the countries with figures rests on: the same countries in every year, or others."""
    years = {year for first, last in parameters.windows.values() for year in range(first, last + 1)}
    without = homicide.loc[homicide["year"].isin(years)].set_index("year")["missing"]
    if set(without.index) == years and without.nunique() == 1:
        return ", with the same countries in every year of both windows"
    return ", which is no bound: countries that begin or cease to report change who is counted"


def _against(poverty: BoundedValue, homicide: BoundedValue) -> str:
    """How homicide moved beside poverty, by the bounds of both: what follows its own change after a colon."""
    if poverty.lower <= 0 <= poverty.upper:
        return f"whether poverty fell, {HIDDEN} leave open"
    if poverty.lower > 0:
        return by_interval(
            *homicide.interval,
            above="both rose",
            below="it fell as poverty rose",
            neither=f"whether it rose, too, {HIDDEN} leave open",
        )
    if homicide.lower > 0:
        return "it rose as poverty fell"
    if homicide.lower > poverty.upper:
        fell = homicide.upper < 0
        return "it fell too, by a smaller share" if fell else "it did not fall as poverty did"
    if homicide.upper < poverty.lower:
        return "it fell by the larger share"
    return f"which of the two fell by the larger share, {HIDDEN} leave open"


def _mover(region: BoundedValue, rest: BoundedValue) -> str:
    """Which side moved the ratio of the region to the rest more, as far as the figures go."""
    own, others = np.log1p(region.value / 100), -np.log1p(rest.value / 100)
    total = own + others
    if own * others < 0:
        side = "the region's own rate" if abs(own) > abs(others) else "the rest of the world"
        return f"the two pulled the ratio in opposite directions, {side} more strongly"
    side = "the region's own rate" if own / total > 0.5 else "the rest of the world"
    return f"as far as the figures go, {side} accounts for the larger part of the ratio's change"


def _within(published: float, found: BoundedValue) -> str:
    bounds = f"our bounds, {found.lower:.0f}% to {found.upper:.0f}%"
    if published < found.lower:
        return f"lies below {bounds}"
    return f"lies above {bounds}" if published > found.upper else f"lies within {bounds}"


def _change_by_version(versions: pd.DataFrame) -> list[Value | Missing]:
    """The change of homicide by each version, with the bounds that gaps leave; missing where a window has no figure."""
    found = {row["version"]: row for _, row in versions.iterrows()}
    return [
        Value(
            name=f"homicide_change_{version}",
            value=float(found[version]["value"]),
            interval=(float(found[version]["lower"]), float(found[version]["upper"])),
            unit="%",
            n=int(found[version]["country_years"]),
            label=f"Change of homicide between the windows by {words}; bounds for countries without a figure; n: "
            "country-years",
            format="+.1f",
        )
        if version in found
        else Missing(names=f"homicide_change_{version}", reason=f"a window has no figure of {words}")
        for version, words in NAMES.items()
    ]


def _by_versions(values: "pd.Series[float]", poverty: float) -> Iterator[str]:
    """By which versions of the figures homicide fell by as large a share as poverty."""
    if poverty < 0:
        as_much = [NAMES[str(name)] for name, value in values.items() if value <= poverty]
        everyone = len(as_much) == len(values)
        by = (
            ("every version of the figures" if everyone else listed(as_much))
            if as_much
            else "no version of the figures"
        )
        fell = "homicide fell by at least as large a share" if as_much else "did homicide fall by as large a share"
        yield f"by {by} {fell} as poverty ({signed(poverty, '.1f')}%)"


def _counts_or_release(values: "pd.Series[float]") -> str:
    """Whether the choice of counts or rates moves the change more than the release does."""
    if not {"counts", "rates", "rates_2025", "rates_2024"} <= set(values.index):
        return ""
    measure, release = values["counts"] - values["rates"], values["rates_2025"] - values["rates_2024"]
    larger, smaller = sorted((("counts or rates", abs(measure)), ("the release", abs(release))), key=lambda it: -it[1])
    return f"the choice of {larger[0]} moves it by {larger[1]:.1f} points and that of {smaller[0]} by {smaller[1]:.1f}"


def _change(series: pd.DataFrame, parameters: PovertyAndViolence) -> BoundedValue:
    return percent_change(*(window_mean(series, *years) for years in parameters.windows.values()))


def _moved(change: BoundedValue, why: str = "") -> str:
    """A change as a verb and its size, with its bounds, where gaps leave any, and why it has them."""
    size = f"{abs(change.value):.1f}%"
    moved = by_interval(
        *change.interval,
        above=f"rose by {size}",
        below=f"fell by {size}",
        neither=f"changed by {signed(change.value, '.1f')}%",
    )
    lower, upper = (signed(end, ".1f") for end in change.interval)
    return moved if lower == upper else f"{moved} ({lower}% to {upper}%{why})"


def _short(place: str) -> str:
    return "these countries" if "," in place else place


def _years(parameters: PovertyAndViolence, window: str) -> str:
    first, last = parameters.windows[window]
    return f"{first}–{last}" if first != last else str(first)


def _windows(parameters: PovertyAndViolence) -> str:
    return f"{_years(parameters, 'before')} and {_years(parameters, 'after')}"
