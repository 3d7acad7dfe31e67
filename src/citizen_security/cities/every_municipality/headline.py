"""The values that `cities/every_municipality` records: the table, its places, both models, and the truth if known."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.values import Missing, Value
from citizen_security.words import counted, listed, out_of, sentences

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.full_fit import FullFit
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality
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
FULLER_LEVELS = {
    "trend_deviation": (".2f", "log rate", "deviation of the places' own changes, first to last year"),
}
FULLER_READING = "what the fuller model finds, or why there is none"


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


def place_values(risks: pd.DataFrame, parameters: "EveryMunicipality") -> list[Value]:
    """How sure the top of the list is, and how far places are drawn to their groups.

    Parameters
    ----------
    risks : pandas.DataFrame
        Of `place_risks`, with `probability_top`.
    parameters : EveryMunicipality
        `top_places`.

    Returns
    -------
    list of Value
    """
    n, top = len(risks), parameters.top_places
    return [
        Value(name="top_places", value=top, unit="places", label="how many places are the highest"),
        Value(
            name="raw_top_among_highest",
            value=risks.nlargest(top, "raw_rate")["probability_top"].sum(),
            unit="places",
            format=".0f",
            n=n,
            label=f"expected number of the first {top} of the raw list among as many highest risks",
        ),
        Value(
            name="certain_top",
            value=int((risks["probability_top"] >= SURE).sum()),
            unit="places",
            n=n,
            label="places that are among the highest with a probability of 95% or more",
        ),
        Value(
            name="pooled_weight_median",
            value=risks["pooled_weight"].median(),
            format=".0%",
            n=n,
            label="median over places of the weight of the group's mean in the place's rate",
        ),
    ]


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


def check_values(checks: pd.DataFrame, panel: "MunicipalityPanel", *, fuller: bool) -> list[Value | Missing]:
    """Whether places vary and drift as the simple model says, and what that means for its results.

    Parameters
    ----------
    checks : pandas.DataFrame
        Of `check_model`.
    panel : MunicipalityPanel
    fuller : bool
        Whether this run has a fuller model.

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
            value=say_check(judged, fuller=fuller),
            label="whether the model of constant risk reproduces the table, and what to make of its results",
        ),
    ]


def say_check(checks: pd.DataFrame, *, fuller: bool) -> str:
    """What the check of the simple model says, in sentences.

    Parameters
    ----------
    checks : pandas.DataFrame
        Rows of `check_model` that this table can have.
    fuller : bool
        Whether this run has a fuller model.

    Returns
    -------
    str
    """
    observed = listed([f"{name} {value:.2f}" for name, value in checks["observed"].items()])
    said = f"{observed}; {listed([f'{value:.2f}' for value in checks['replicated']])} in tables that the model draws"
    above, below = checks["probability"] < FAR_OUT, checks["probability"] > 1 - FAR_OUT
    if not (above | below).any():
        return sentences([f"the model of constant risk passes its check: {said}"])
    remedy = (
        "The fuller model, which lets places drift and vary, is the one to read"
        if fuller
        else "This run has no other model to put in its place"
    )
    return sentences(
        [
            f"the model of constant risk fails its own check, and what it says of single places, its intervals and "
            f"its highest places is not to be believed: {said}",
            remedy if above.any() else "",
            "A table that varies less than chance has smoothed, copied or rounded counts" if below.any() else "",
        ]
    )


def recovery_values(recovery: pd.DataFrame, credible_level: float) -> list[Value]:
    """How near the simple model comes to the truth of a simulated country.

    Parameters
    ----------
    recovery : pandas.DataFrame
        Of `recovery_by_size`.
    credible_level : float

    Returns
    -------
    list of Value
    """
    n, smallest = int(recovery["places"].sum()), int(recovery["places"].iloc[0])
    covered = Value(
        name="covered",
        value=(recovery["covered"] * recovery["places"]).sum() / n,
        format=".1%",
        n=n,
        label=f"share of {credible_level:.0%} credible intervals that hold the true risk",
    )
    said = {"raw": "raw rate", "model": "model's rate"}
    errors = [
        Value(
            name=f"smallest_{name}_error",
            value=recovery[f"{name}_error"].iloc[0],
            format=".1f",
            n=smallest,
            unit=RATE_UNIT,
            label=f"error of the {label} in the smallest fifth of places",
        )
        for name, label in said.items()
    ]
    return [covered, *errors]


def no_fuller_values(refusal: str) -> list[Value | Missing]:
    """That the run has no fuller model, and why.

    Parameters
    ----------
    refusal : str
        Of `fit_fuller`, as a sentence.

    Returns
    -------
    list of Value or Missing
    """
    reason = refusal.partition(": ")[2].rstrip(".")
    return [
        Value(name="fuller_reading", value=sentences([refusal]), label=FULLER_READING),
        Missing(names="fuller_*", reason=reason),
        Missing(names="trend_deviation*", reason=reason),
    ]


def fuller_values(
    fuller: "FullFit",
    levels: pd.DataFrame,
    fuller_risks: pd.DataFrame,
    risks: pd.DataFrame,
    credible_level: float,
) -> list[Value | Missing]:
    """What the fuller model says, and how far its weights can be trusted.

    Parameters
    ----------
    fuller : FullFit
    levels : pandas.DataFrame
        Of `upper_levels`, of the fuller model.
    fuller_risks, risks : pandas.DataFrame
        Of `full_place_risks` and `place_risks`, of the same places.
    credible_level : float

    Returns
    -------
    list of Value
    """
    return [
        Value(name="fuller_reading", value=say_fuller(levels, fuller_risks, risks), label=FULLER_READING),
        *_levels(levels, FULLER_LEVELS, len(risks), credible_level),
        Value(
            name="fuller_pareto_k",
            value=fuller.pareto_k,
            format=".2f",
            label="Pareto k of the fuller model's importance weights",
        ),
        Value(name="fuller_draws", value=fuller.draws, unit="draws", label="draws kept of the fuller model"),
        Value(
            name="fuller_effective_draws",
            value=fuller.effective_draws,
            format=",.0f",
            n=fuller.draws,
            label="effective size of the fuller model's sample",
        ),
    ]


def say_fuller(levels: pd.DataFrame, fuller_risks: pd.DataFrame, risks: pd.DataFrame) -> str:
    """What the fuller model finds beside the simple one, as sentences.

    Parameters
    ----------
    levels : pandas.DataFrame
        Of `upper_levels`, of the fuller model.
    fuller_risks, risks : pandas.DataFrame
        Of `full_place_risks` and `place_risks`, of the same places.

    Returns
    -------
    str
    """
    own, within = (
        f"{row['median']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"
        for row in (levels.loc[name] for name in ("trend_deviation", "extra_variation"))
    )
    width, simple = ((each["upper"] - each["lower"]).median() for each in (fuller_risks, risks))
    fell = int((fuller_risks["probability_fell"] >= SURE).sum())
    return sentences(
        [
            f"from the first to the last year the places' own changes have a deviation of {own} on the log scale",
            f"within a year a place's risk varies by {within} of its mean",
            f"with a probability of 95% or more, {out_of(fell, len(risks), 'places')} have a lower risk in the last "
            "year than in the first, the years' shared change included",
            f"the middle interval is {width / simple:.2f} times as wide as the simple model's",
        ]
    )


def fuller_recovery_values(by_size: pd.DataFrame, parameters: "EveryMunicipality") -> list[Value]:
    """How near both models come to the truth of a simulated country.

    Parameters
    ----------
    by_size : pandas.DataFrame
        Of `models_by_size`.
    parameters : EveryMunicipality
        `simulated_trend_deviation` and `credible_level`.

    Returns
    -------
    list of Value
        None for a brought table, whose truth is not known.
    """
    if "covered_fuller" not in by_size:
        return []
    n, largest = int(by_size["places"].sum()), by_size.iloc[-1]
    return [
        Value(
            name="true_trend_deviation",
            value=parameters.simulated_trend_deviation,
            format=".2f",
            unit="log rate",
            label="deviation of the trends that the country was simulated with",
        ),
        Value(
            name="fuller_covered",
            value=(by_size["covered_fuller"] * by_size["places"]).sum() / n,
            format=".1%",
            n=n,
            label=f"share of the fuller model's {parameters.credible_level:.0%} credible intervals that hold the true "
            "risk",
        ),
        Value(
            name="covered_largest",
            value=largest["covered_simple"],
            format=".0%",
            n=int(largest["places"]),
            label="the same share of the simple model's, in the largest fifth of places",
        ),
        Value(
            name="fuller_covered_largest",
            value=largest["covered_fuller"],
            format=".0%",
            n=int(largest["places"]),
            label="the same share of the fuller model's, in the largest fifth",
        ),
    ]


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
