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
    mixing, ends = _share(current, credible_level)
    alone = int((panel.neighbours.size == 1).sum())
    return sentences(
        [
            f"{counted(len(panel.neighbours.alike), 'pair')} of neighbours were given"
            + (f"; {counted(alone, 'place has', 'places have')} none" if alone else ""),
            f"Neighbours share {mixing:.0%} of the variance of the lasting levels within groups"
            f"{ends}: a middling pair of them correlates at {alike(panel, mixing):.2f}",
            "No year could be held out, so whether neighbours help is not tested"
            if verdict is None
            else say_gain(verdict),
        ]
    )


def _share(current: "CurrentRisk", credible_level: float) -> tuple[float, str]:
    """Share of neighbours: median and interval in brackets where it is drawn, else its most likely value."""
    if "mixing" not in current.drawn:
        return current.at.deviations.mixing, ""
    shares = [point.mixing for point in current.sample.points]
    tails = [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2]
    lower, middle, upper = np.quantile(shares, tails, weights=current.sample.weights, method="inverted_cdf")
    return float(middle), f" ({lower:.0%} to {upper:.0%}, {credible_level:.0%} credible interval)"


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
    return f"{name[:1].upper()}{name[1:]} ({size}): {say_gain(lesson.verdict)}"


def say_gain(verdict: "Verdict") -> str:
    """Whether held-out years are forecast better with neighbours, with the change in probability and its interval.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
        Without the last point.
    """
    lower, upper = verdict.interval
    middle, *ends = (f"{signed(100 * float(np.expm1(each)), '.1f')}%" for each in (verdict.gain, lower, upper))
    by = f"the probability of what came changes by {middle} for each place and year ({ends[0]} to {ends[1]})"
    what = verdict.said_years
    advice = "; one year is too little to leave them out for" if len(verdict.years) == 1 else ", so leave them out"
    said = by_interval(
        lower,
        upper,
        above=f"{what} are forecast better with neighbours than without; {by}",
        below=f"{what} are forecast worse with neighbours than without{advice}; {by}",
        neither=f"whether {what} are forecast better with neighbours than without is undecided; {by}",
    )
    return f"{said}{f'. {verdict.said_limit}' if verdict.said_limit else ''}"
