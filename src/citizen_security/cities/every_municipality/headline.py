"""The values that `cities/every_municipality` records: the table, its places, both models, and the truth if known."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.values import Missing, Value
from citizen_security.words import counted, listed, sentences

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.source import Source
    from citizen_security.cities.every_municipality.table import MunicipalityPanel

# A place is surely among the highest, or has surely fallen, from this probability.
SURE = 0.95

# A statistic that so small a share of the model's own tables reaches, or falls short of, fails the check.
FAR_OUT = 0.025
RATE_UNIT = "homicides per 100,000 person-years"
LEVELS = {
    "overall_rate": (".1f", RATE_UNIT, "rate of a middling group in a middling year"),
    "group_deviation": (".2f", "log rate", "deviation between groups"),
    "place_deviation": (".2f", "relative to the group's mean", "deviation between the places of a group"),
}


def table_values(source: "Source", panel: "MunicipalityPanel", credible_level: float) -> list[Value]:
    """Which table this run is about, and how large it is.

    Parameters
    ----------
    source : Source
    panel : MunicipalityPanel
    credible_level : float
        Of every interval of the run.

    Returns
    -------
    list of Value
        The checksum only of a brought table.
    """
    measured = panel.homicides[panel.exposure > 0]
    return [
        Value(name="level", value=credible_level, format=".0%", label="probability that the intervals are to hold"),
        Value(name="table_reading", value=say_table(source, panel), label="the table of this run and its size"),
        # What was computed from is known by its contents, not by its name.
        *(
            [Value(name="table_sha256", value=source.checksum, label="sha256 of the brought file")]
            if source.checksum
            else []
        ),
        Value(name="places", value=len(panel.places), unit="places", format=",", label="places in the table"),
        Value(name="years", value=len(panel.years), unit="years", label="years in the table"),
        Value(
            name="place_years_without",
            value=float((measured == 0).mean()),
            format=".0%",
            n=len(measured),
            label="pairs of place and year that counted no homicide",
        ),
    ]


def say_table(source: "Source", panel: "MunicipalityPanel") -> str:
    """Which table a run is about, and how large it is, as a sentence.

    Parameters
    ----------
    source : Source
    panel : MunicipalityPanel

    Returns
    -------
    str
    """
    measured = panel.homicides[panel.exposure > 0]
    size = listed([counted(len(panel.places), "place"), f"{counted(len(panel.groups), 'group')} of places",
                   counted(len(panel.years), "year"), counted(int(panel.homicides.sum()), "homicide")])  # fmt: skip
    return sentences(
        [f"{source.name}: {size}; {(measured == 0).mean():.0%} of all pairs of place and year counted none"]
    )


def level_values(levels: pd.DataFrame, places: int, credible_level: float) -> list[Value | Missing]:
    """Overall rate, and deviations between groups and places.

    Parameters
    ----------
    levels : pandas.DataFrame
        Of `upper_levels`.
    places : int
    credible_level : float

    Returns
    -------
    list of Value or Missing
        The deviation between groups is missing where the table has one group.
    """
    return list(_levels(levels, LEVELS, places, credible_level))


def check_values(checks: pd.DataFrame, panel: "MunicipalityPanel") -> list[Value | Missing]:
    """Whether places vary and drift as the simple model says, and what that means for its results.

    Parameters
    ----------
    checks : pandas.DataFrame
        Of `check_model`.
    panel : MunicipalityPanel

    Returns
    -------
    list of Value or Missing
        The drift is missing where the table has one year.
    """
    labels = {
        "variation within years": "squared difference of count and expectation over the expectation; 1 if only chance "
        "varies within years",
        "drift of places": "squared covariance with time over its expectation; 1 if places keep their level",
    }
    drifts = len(panel.years) > 1
    judged = checks if drifts else checks.drop(index="drift of places")
    return [
        *(
            Value(
                name=str(name).replace(" ", "_"),
                value=row["observed"],
                format=".2f",
                n=len(panel.places),
                label=labels[str(name)],
            )
            for name, row in judged.iterrows()
        ),
        *([] if drifts else [Missing(names="drift_of_places*", reason="in a single year nothing drifts")]),
        Value(
            name="check_verdict",
            value=say_check(judged),
            label="whether the model of constant risk reproduces the table, and what to make of its results",
        ),
    ]


def say_check(checks: pd.DataFrame) -> str:
    """What the check of the model of constant risk says, in sentences.

    Parameters
    ----------
    checks : pandas.DataFrame
        Rows of `check_model` that this table can have.

    Returns
    -------
    str
    """
    observed = listed([f"{name} {value:.2f}" for name, value in checks["observed"].items()])
    said = f"{observed}; {listed([f'{value:.2f}' for value in checks['replicated']])} in tables that the model draws"
    above, below = checks["probability"] < FAR_OUT, checks["probability"] > 1 - FAR_OUT
    if not (above | below).any():
        return sentences([f"the model of constant risk passes its check: {said}"])
    return sentences(
        [
            f"the model of constant risk fails its own check, and what it says of single places and its intervals are "
            f"not to be believed: {said}",
            "A table that varies less than chance has smoothed, copied or rounded counts" if below.any() else "",
        ]
    )


def constant_missing(reason: str) -> list[Value | Missing]:
    """That the run has no model of constant risk, and why; everything else stands without it.

    Parameters
    ----------
    reason : str
        Of `fit_constant`, as a sentence.

    Returns
    -------
    list of Value or Missing
    """
    why = reason.rstrip(".")
    return [
        Value(
            name="check_verdict",
            value=sentences([f"this run has no model of constant risk: {why}"]),
            label="whether the model of constant risk reproduces the table, and what to make of its results",
        ),
        *(
            Missing(names=f"{name}*", reason=why)
            for name in ("overall_rate", "group_deviation", "place_deviation", "variation_within_years",
                         "drift_of_places")
        ),
    ]  # fmt: skip


def recovery_values(
    recovery: pd.DataFrame | None, covered: tuple[float, tuple[float, float]] | None, credible_level: float
) -> list[Value | Missing]:
    """How near the model of risk now comes to the truth of a simulated country.

    Parameters
    ----------
    recovery : pandas.DataFrame or None
        Of `recovery_now`; none for a brought table, whose truth is not known.
    covered : tuple or None
        Of `covered_now`.
    credible_level : float

    Returns
    -------
    list of Value or Missing
    """
    if recovery is None or covered is None:
        reason = "the table was brought, and its true risks are not known"
        return [Missing(names=names, reason=reason) for names in ("covered*", "smallest_*")]
    n, smallest = int(recovery["places"].sum()), int(recovery["places"].iloc[0])
    share, interval = covered
    held = Value(
        name="covered",
        value=share,
        interval=interval,
        format=".1%",
        n=n,
        label=f"share of {credible_level:.0%} credible intervals that hold the true risk of the last year; its "
        "interval from drawing groups again",
    )
    said = {"raw": "raw rate", "model": "model's rate"}
    errors = [
        Value(
            name=f"smallest_{name}_error",
            value=recovery[f"{name}_error"].iloc[0],
            format=".1f",
            n=smallest,
            unit=RATE_UNIT,
            label=f"error of the {label} of the last year in the smallest fifth of places",
        )
        for name, label in said.items()
    ]
    return [held, *errors]


def _levels(
    levels: pd.DataFrame, named: Mapping[str, tuple[str, str, str]], places: int, credible_level: float
) -> Iterator[Value | Missing]:
    for name, (digits, unit, label) in named.items():
        if name not in levels.index:
            yield Missing(names=f"{name}*", reason="the table has one group, which deviates from no other")
            continue
        yield Value(
            name=name,
            value=float(levels["median"][name]),
            interval=(float(levels["lower"][name]), float(levels["upper"][name])),
            unit=unit,
            format=digits,
            n=places,
            label=f"{label}, median; {credible_level:.0%} credible interval",
        )
