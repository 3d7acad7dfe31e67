"""What `cities/every_municipality` records of neighbours: whether they help the forecast, here and on four maps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.cities.every_municipality.neighbour_lesson import Lesson, alike
from citizen_security.values import Value
from citizen_security.words import by_interval, counted, sentences, signed

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.current_risk import CurrentRisk
    from citizen_security.cities.every_municipality.forecasts import Verdict
    from citizen_security.cities.every_municipality.table import MunicipalityPanel


def neighbour_values(
    panel: "MunicipalityPanel",
    current: "CurrentRisk",
    verdict: "Verdict | None",
    found: Mapping[str, Lesson],
    credible_level: float,
) -> list[Value]:
    """Whether neighbours help to forecast the table of the run, and four maps.

    Parameters
    ----------
    panel : MunicipalityPanel
    current : CurrentRisk
    verdict : Verdict or None
        Of `judge_neighbours`.
    found : mapping
        Of `lessons`.
    credible_level : float

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name="neighbours_verdict",
            value=say_neighbours(panel, current, verdict, credible_level),
            label="what the places of the table have in common with their neighbours, and whether that helps",
        ),
        Value(
            name="neighbours_lesson_verdict",
            value=sentences([say_lesson(name, each) for name, each in found.items()]),
            label="whether neighbours help on a map of states and on drawn maps",
        ),
    ]


def say_neighbours(
    panel: "MunicipalityPanel", current: "CurrentRisk", verdict: "Verdict | None", credible_level: float
) -> str:
    """What the places of a table have in common with their neighbours, and whether that helps, in sentences.

    Parameters
    ----------
    panel : MunicipalityPanel
    current : CurrentRisk
    verdict : Verdict or None
        Of `judge_neighbours`.
    credible_level : float

    Returns
    -------
    str
    """
    if panel.neighbours is None:
        return sentences(["no neighbours were given for this table: its places are alike by their groups alone"])
    mixing = current.at.deviations.mixing
    alone = int((panel.neighbours.size == 1).sum())
    return sentences(
        [
            f"{counted(len(panel.neighbours.alike), 'pair')} of neighbours were given"
            + (f"; {counted(alone, 'place has', 'places have')} none" if alone else ""),
            f"Neighbours share {mixing:.0%} of the variance of the lasting levels within groups"
            f"{_ends(current, credible_level)}: a middling pair of them correlates at {alike(panel, mixing):.2f}",
            "No year could be held out, so whether neighbours help is not tested"
            if verdict is None
            else say_gain(verdict, "held-out years"),
        ]
    )


def _ends(current: "CurrentRisk", credible_level: float) -> str:
    """Interval of the share of neighbours in brackets, where draws stand for what is not known of it."""
    shares = [point.mixing for point in current.sample.points]
    if len(shares) == 1:
        return ""
    tails = [(1 - credible_level) / 2, (1 + credible_level) / 2]
    lower, upper = np.quantile(shares, tails, weights=current.sample.weights, method="inverted_cdf")
    return f" ({lower:.0%} to {upper:.0%}, {credible_level:.0%} credible interval)"


def say_lesson(name: str, lesson: Lesson) -> str:
    """Whether neighbours help on one map, as a sentence without its point.

    Parameters
    ----------
    name : str
        Of the map.
    lesson : Lesson

    Returns
    -------
    str
    """
    panel = lesson.panel
    homicides = np.median(panel.homicides[panel.exposure > 0])
    size = f"{counted(len(panel.places), 'place')}, {homicides:,.0f} homicides in a middling place and year"
    return f"{name[:1].upper()}{name[1:]} ({size}): {say_gain(lesson.verdict, 'held-out years')}"


def say_gain(verdict: "Verdict", what: str) -> str:
    """Whether something is forecast better with neighbours, with the change in probability and its interval.

    Parameters
    ----------
    verdict : Verdict
    what : str
        That is forecast.

    Returns
    -------
    str
    """
    lower, upper = verdict.interval
    middle, *ends = (f"{signed(100 * float(np.expm1(each)), '.1f')}%" for each in (verdict.gain, lower, upper))
    by = f"the probability of what came changes by {middle} for each place and year ({ends[0]} to {ends[1]})"
    return by_interval(
        lower,
        upper,
        above=f"{what} are forecast better with neighbours than without; {by}",
        below=f"{what} are forecast worse with neighbours than without, so leave them out; {by}",
        neither=f"whether {what} are forecast better with neighbours than without is undecided; {by}",
    )
