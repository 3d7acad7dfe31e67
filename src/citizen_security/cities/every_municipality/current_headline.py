"""The values that `cities/every_municipality` records of the model of risk now: answer, forecasts, check."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.every_municipality.current_summaries import COMPARED, LAST, NEXT
from citizen_security.cities.every_municipality.forecasts import CONSTANT, COVERED, MODEL, gain_over
from citizen_security.cities.every_municipality.headline import FAR_OUT, RATE_UNIT, SURE
from citizen_security.cities.every_municipality.replicates import LASTING, SPREAD
from citizen_security.methods.gates import MAXIMUM_PARETO_K, MAXIMUM_R_HAT
from citizen_security.values import Missing, Value
from citizen_security.words import by_interval, counted, listed, out_of, sentences, signed

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.current_risk import CurrentRisk
    from citizen_security.cities.every_municipality.forecasts import Verdict
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality
    from citizen_security.methods.arrays import Floats

# Below this effective size the draws of the deviations are called few.
FEW_DRAWS = 20
# Difference of a statistic from that of the model's own tables that matters.
MATTERS = 0.05
# Beyond this share of all places a list of the highest says nothing.
NEARLY_ALL = 0.5
# Of fewer places at the top than these, the expected number is said with a decimal.
FEW_AT_THE_TOP = 10
# What is called so, where it is said of all.
MOST_LIKELY = "their most likely values, at which the density of their logs is highest"
MOST_LIKELY_VALUE = "most likely value"
HARDLY = (
    "In one year every place has a level of its own that can fit its one count, so this check can hardly fail and says "
    "nothing for the model"
)
STILL = "the table has one year, in which nothing moves"


def country_values(
    current: "CurrentRisk", country: "Floats", credible_level: float, places: int
) -> list[Value | Missing]:
    """Risk of all places together in the last year, and its movement.

    Parameters
    ----------
    current : CurrentRisk
    country : numpy.ndarray, shape (n_draws, 3)
        Of `country_draws`.
    credible_level : float
    places : int

    Returns
    -------
    list of Value or Missing
        The movement is missing where the table has one year.
    """
    compared, last, _ = current.years
    change = 100 * (country[:, LAST] / country[:, COMPARED] - 1)
    rate = _middle(country[:, LAST], credible_level)
    values: list[Value | Missing] = [
        Value(name="last_year", value=str(last), label="last year of the table"),
        Value(
            name="country_rate",
            value=rate[0],
            interval=rate[1],
            unit=RATE_UNIT,
            format=".1f",
            n=places,
            label=f"risk of all places together in the last year; {credible_level:.0%} credible interval",
        ),
    ]
    if compared == last:
        return [*values, *(Missing(names=f"{name}*", reason=STILL) for name in ("country_change", "compared_year"))]
    moved = _middle(change, credible_level)
    return [
        *values,
        Value(name="compared_year", value=str(compared), label="year that movement is counted from"),
        Value(
            name="country_change",
            value=moved[0],
            interval=moved[1],
            unit="%",
            format="+.0f",
            n=places,
            label=f"change of the risk of all places together since {compared}, people as in the last year",
        ),
    ]


def risk_values(risks: pd.DataFrame, current: "CurrentRisk", parameters: "EveryMunicipality") -> list[Value | Missing]:
    """How many places are dangerous now, how sure the top of the list is, and how many moved.

    Parameters
    ----------
    risks : pandas.DataFrame
        Of `current_risks`.
    current : CurrentRisk
    parameters : EveryMunicipality
        `top_places`, `threshold_rate` and `credible_level`.

    Returns
    -------
    list of Value or Missing
    """
    n, top = len(risks), parameters.top_of(len(risks))
    compared, last, _ = current.years
    raw = risks.dropna(subset=["raw_rate"]).nlargest(top, "raw_rate")
    above = risks["probability_above"]
    values: list[Value | Missing] = [
        Value(name="top_places", value=top, unit="places", label="how many places are the highest"),
        Value(
            name="raw_top_among_highest",
            value=raw["probability_top"].sum(),
            unit="places",
            format=".1f" if top < FEW_AT_THE_TOP else ".0f",
            n=n,
            label=f"expected number of the first {len(raw)} of the last year's raw list among the {top} highest risks",
        ),
        Value(
            name="raw_top_by_chance_sentence",
            value=say_top_by_chance(len(raw), top, n, parameters.top_places),
            label="what the expected number would be of places drawn by lot",
        ),
        Value(
            name="certain_top",
            value=int((risks["probability_top"] >= SURE).sum()),
            unit="places",
            n=n,
            label="places that are among the highest in the last year with a probability of 95% or more",
        ),
        Value(
            name="rank_width_median",
            value=(risks["rank_upper"] - risks["rank_lower"]).median(),
            unit="ranks",
            format=",.0f",
            n=n,
            label="median over places of the width of the interval of the rank",
        ),
        Value(
            name="threshold_rate",
            value=parameters.threshold_rate,
            unit=RATE_UNIT,
            format="g",
            label="rate that places are held against",
        ),
        Value(
            name="surely_above",
            value=int((above >= SURE).sum()),
            unit="places",
            n=n,
            label=f"places whose risk is above {parameters.threshold_rate:g} with a probability of 95% or more",
        ),
        Value(
            name="expected_above",
            value=float(above.sum()),
            unit="places",
            format=",.0f",
            n=n,
            label=f"expected number of places whose risk is above {parameters.threshold_rate:g}",
        ),
    ]
    if compared == last:
        return [*values, *(Missing(names=f"{name}*", reason=STILL) for name in ("surely_fell", "surely_rose"))]
    fell = risks["probability_fell"]
    return [
        *values,
        *(
            Value(
                name=f"surely_{word}",
                value=int((probability >= SURE).sum()),
                unit="places",
                n=n,
                label=f"places whose risk {word} since {compared} with a probability of 95% or more",
            )
            for word, probability in (("fell", fell), ("rose", 1 - fell))
        ),
    ]


def say_top_by_chance(listed_places: int, top: int, places: int, asked: int) -> str:
    """How many of a list drawn by lot would be among the highest, as a sentence.

    Parameters
    ----------
    listed_places : int
        On the list.
    top : int
        Places that count as the highest.
    places : int
        Of the table.
    asked : int
        Places that were asked for as the highest.

    Returns
    -------
    str
    """
    by_lot = listed_places * top / places
    said = f"a list drawn by lot would have {by_lot:.{1 if by_lot < 1 else 0}f} of them"
    nearly_all = f"the highest {top} of {places} places are nearly all, so the list can hardly miss them"
    fewer = f"the highest {asked} were asked for of {places} places, so the highest are the first tenth of them"
    return sentences([said, nearly_all if top > NEARLY_ALL * places else "", fewer if top != asked else ""])


def answer(
    risks: pd.DataFrame,
    current: "CurrentRisk",
    country: "Floats",
    verdict: "Verdict | None",
    parameters: "EveryMunicipality",
) -> Value:
    """The answer of the page: how dangerous it is now, how sure that is, where it moves, and whether it forecasts.

    Parameters
    ----------
    risks : pandas.DataFrame
        Of `current_risks`.
    current : CurrentRisk
    country : numpy.ndarray, shape (n_draws, 3)
    verdict : Verdict or None
    parameters : EveryMunicipality

    Returns
    -------
    Value
    """
    n, level = len(risks), parameters.credible_level
    compared, last, _ = current.years
    middle, (lower, upper) = _middle(country[:, LAST], level)
    surely = int((risks["probability_above"] >= SURE).sum())
    said = [
        f"in {last} the risk was {middle:.1f} homicides per 100,000 person-years "
        f"({lower:.1f} to {upper:.1f}, {level:.0%} credible interval)",
        f"{out_of(surely, n, 'places')} surely had more than {parameters.threshold_rate:g}",
    ]
    if compared < last:
        fell = int((risks["probability_fell"] >= SURE).sum())
        rose = int((risks["probability_fell"] <= 1 - SURE).sum())
        said.append(
            f"Since {compared} the risk surely fell in {counted(fell, 'place')} and surely rose in "
            f"{counted(rose, 'place')}; for the others the movement is not sure"
        )
    return Value(
        name="risk_answer",
        value=sentences([*said, say_verdict(verdict)]),
        label="how dangerous the places are now, how sure that is, where it moves, and whether the model forecasts",
    )


def say_verdict(verdict: "Verdict | None") -> str:
    """Whether the model forecasts better than the best of its rivals, in sentences without the last point.

    Parameters
    ----------
    verdict : Verdict or None
        None where nothing could be held out.

    Returns
    -------
    str
    """
    if verdict is None:
        return "No year could be held out, so the model's forecasts are not tested"
    lower, upper = verdict.interval
    ends = f"{signed(lower, '.3f')} to {signed(upper, '.3f')}"
    gain = f"{signed(verdict.gain, '.3f')} log units for each place and year ({ends})"
    counts = verdict.said_years
    said = by_interval(
        lower,
        upper,
        above=f"{counts} are forecast better than by the best rival, {verdict.rival}: {gain}",
        below=f"{counts} are forecast worse than by {verdict.rival}: {gain}; this model is not the one to "
        "forecast with, and its forecasts are not given",
        neither=f"whether {counts} are forecast better than by the best rival, {verdict.rival}, is undecided: {gain}",
    )
    return sentences([said, verdict.said_limit]).removesuffix(".")


def forecast_values(
    table: pd.DataFrame, verdict: "Verdict | None", scores: pd.DataFrame, country: "Floats", current: "CurrentRisk",
    credible_level: float, seed: int,
) -> list[Value | Missing]:  # fmt: skip
    """How the forecasts did, and the forecast of the next year where they are not beaten.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `forecast_table`; empty where nothing could be held out.
    verdict : Verdict or None
    scores : pandas.DataFrame
        Of `forecast_scores`.
    country : numpy.ndarray, shape (n_draws, 3)
    current : CurrentRisk
    credible_level : float
    seed : int

    Returns
    -------
    list of Value or Missing
    """
    reading = Value(name="forecast_verdict", value=sentences([say_verdict(verdict)]), label="the gate of prediction")
    if verdict is None:
        reason = "no year could be held out"
        names = ("forecast_gain*", "forecast_covered*", "constant_gain*", "held_out_years*", "next_rate*")
        return [reading, *(Missing(names=each, reason=reason) for each in names)]
    over_constant = gain_over(scores, MODEL, CONSTANT, credible_level, seed)
    own = table[table["forecaster"] == MODEL].iloc[0]
    n = int((scores["forecaster"] == MODEL).sum())
    values: list[Value | Missing] = [
        reading,
        Value(
            name="held_out_years",
            value=listed([str(year) for year in sorted(scores["year"].unique())]),
            n=int(scores["year"].nunique()),
            label="years that were held out, each forecast from those before it",
        ),
        Value(
            name="forecast_gain",
            value=verdict.gain,
            interval=verdict.interval,
            format="+.3f",
            unit="log units",
            n=n,
            label=f"log score of a place and year over that of the best rival, {verdict.rival}",
        ),
        Value(
            name="constant_gain",
            value=over_constant.gain,
            interval=over_constant.interval,
            format="+.3f",
            unit="log units",
            n=n,
            label="log score of a place and year over that of constant risk",
        ),
        *(
            Value(
                name=f"forecast_{name}",
                value=float(own[name]),
                interval=(float(own[f"{name}_lower"]), float(own[f"{name}_upper"])),
                format=".1%",
                n=n,
                label=f"share of held-out counts in the central {credible_level:.0%} of their forecast{where}",
            )
            for name, where in zip(COVERED, ("", ", largest fifth of places"), strict=True)
        ),
    ]
    if verdict.loses:
        reason = f"the model forecasts worse than {verdict.rival}"
        return [*values, Missing(names="next_rate*", reason=reason)]
    middle, interval = _middle(country[:, NEXT], credible_level)
    return [
        *values,
        Value(
            name="next_rate",
            value=middle,
            interval=interval,
            unit=RATE_UNIT,
            format=".1f",
            label=f"risk of all places together forecast for {current.years[NEXT]}, people as in the last year",
        ),
    ]


def published(risks: pd.DataFrame, verdict: "Verdict | None") -> pd.DataFrame:
    """The table of places as it is recorded: without forecasts where a rival forecasts better.

    Parameters
    ----------
    risks : pandas.DataFrame
        Of `current_risks`.
    verdict : Verdict or None

    Returns
    -------
    pandas.DataFrame
    """
    beaten = verdict is not None and verdict.loses
    return risks.drop(columns=[name for name in risks if str(name).startswith("next_")]) if beaten else risks


def current_check_values(checks: pd.DataFrame, years: int) -> list[Value | Missing]:
    """Whether the model of risk now makes tables like the one it was fitted to.

    Parameters
    ----------
    checks : pandas.DataFrame
        Of `check_current`.
    years : int
        Of the table.

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name="current_check_verdict",
            value=sentences([say_current_check(checks).removesuffix("."), HARDLY if years == 1 else ""]),
            label="whether the model of risk now reproduces the table",
        )
    ]


def say_current_check(checks: pd.DataFrame) -> str:
    """What the check of the model of risk now says, in sentences.

    Parameters
    ----------
    checks : pandas.DataFrame
        Of `check_current`.

    Returns
    -------
    str
    """
    said = [
        f"{name} {row['observed']:z.2f}, in tables that the model draws {row['replicated']:z.2f}".replace("-", "−")
        for name, row in checks.iterrows()
    ]
    far = (checks["probability"] < FAR_OUT) | (checks["probability"] > 1 - FAR_OUT)
    # Of thousands of places, differences that change nothing are still told from chance.
    out = checks.index[far & ((checks["observed"] - checks["replicated"]).abs() > MATTERS)]
    if out.empty:
        return sentences([f"the model of risk now passes its check: {'; '.join(said)}"])
    missed = {
        SPREAD: "single years scatter more or less than it says",
        LASTING: "what it misses in a year is like what it misses in the next",
    }
    return sentences(
        [
            f"the model of risk now fails its check: {'; '.join(said)}",
            f"So {listed([missed[str(name)] for name in out])}",
        ]
    )


def say_sample(current: "CurrentRisk") -> str:
    """How well the deviations behind the risks are known and stood for, as a sentence.

    Parameters
    ----------
    current : CurrentRisk

    Returns
    -------
    str
    """
    sample = current.sample
    if not current.drawn:
        return sentences([f"with so many places, groups and years the deviations are taken at {MOST_LIKELY}"])
    rest = set(current.at.deviations.named()) - set(current.drawn) - set(current.absent)
    if sample.r_hat is None:
        what, figure = "weighted draw", f"the Pareto k of their weights is {sample.pareto_k:z.2f}"
        settled = sample.pareto_k <= MAXIMUM_PARETO_K
    else:
        what, figure = "draw", f"R-hat is {sample.r_hat:.2f}. Weighted draws could not be trusted"
        settled = sample.r_hat <= MAXIMUM_R_HAT["quick"]
    known = (
        f"{counted(len(sample.points), what)} stand for what is not known of the deviations, worth "
        f"{sample.effective:.0f} independent ones; {figure}"
    )
    off = sample.effective < FEW_DRAWS or not settled
    few = listed(list(dict.fromkeys(current.drawn.values())))
    return sentences(
        [
            f"{few} tell little of {'the' if rest else 'all'} deviations"
            f"{f' {listed([_spoken(name) for name in current.drawn])}' if rest else ''}",
            known,
            "They may not reach far enough: intervals may be off" if off else "",
            f"The other deviations are taken at {MOST_LIKELY}" if rest else "",
        ]
    )


def deviation_table(current: "CurrentRisk", credible_level: float) -> pd.DataFrame:
    """The deviations behind the risks.

    Parameters
    ----------
    current : CurrentRisk
    credible_level : float

    Returns
    -------
    pandas.DataFrame, indexed by name
        `median`, `lower`, `upper` of the draws; of a deviation that is not drawn its most likely value stands as the
        median, without an interval, and of one that the table cannot tell nothing. `known_by` says which.
    """
    tails = [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2]
    rows = {}
    for name, likely in current.at.deviations.named().items():
        ends = (np.nan, likely, np.nan)
        if name in current.absent:
            ends = (np.nan, np.nan, np.nan)
        elif name in current.drawn:
            draws = [getattr(point, name) for point in current.sample.points]
            ends = np.quantile(draws, tails, weights=current.sample.weights, method="inverted_cdf")
        by = "draws" if name in current.drawn else MOST_LIKELY_VALUE
        rows[_spoken(name)] = {
            "median": ends[1], "lower": ends[0], "upper": ends[2], "known_by": current.absent.get(name, by)
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _middle(draws: "Floats", level: float) -> tuple[float, tuple[float, float]]:
    lower, middle, upper = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return float(middle), (float(lower), float(upper))
