"""Placebos in space, in time and in both: how often as much is found where nothing was done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Floats, Integers
from ..panel.rows import NotAPanel
from ..randomisation import Alternative, PlaceboRank, placebo_rank
from .counterfactuals import Problems, counterfactuals
from .names import Estimator, Statistic
from .panels import LEAST_BEFORE, LEAST_DONORS, TreatedPanel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Statistics that fall short of the treated unit's by less than this share of it equal it.
TIE = 1e-9

# A gap before the start that is smaller than this share of the spread of outcomes is none.
PERFECT = 1e-8


@dataclass(frozen=True)
class PlaceboTest:
    """The treated unit among its placebos.

    Attributes
    ----------
    statistic : str
    treated : float
        Statistic of the treated unit at its own start.
    placebos : numpy.ndarray, shape (units, dates)
        Statistics of placebos. In space there is one date, in time one unit.
    units : tuple of str
        Of the rows.
    dates : tuple of int
        Starts of the columns.
    rank : PlaceboRank
        Place of the treated unit, with its p-value and floor.
    """

    statistic: Statistic
    treated: float
    placebos: Floats
    units: tuple[str, ...]
    dates: tuple[int, ...]
    rank: PlaceboRank

    @property
    def p_value(self) -> float:
        """Share of treated unit and placebos with a statistic as extreme as the treated unit's."""
        return self.rank.p_value

    @property
    def floor(self) -> float:
        """Smallest p-value that so few placebos can give."""
        return self.rank.floor

    @property
    def floor_reading(self) -> str:
        """The floor in words, to be shown with the p-value."""
        number = self.placebos.size
        return f"with {number} placebos no p-value is below 1/{number + 1} = {self.floor:.3g}"


def placebos_in_space(
    panel: TreatedPanel,
    estimator: Estimator = "matched",
    statistic: Statistic = "rmspe_ratio",
    *,
    alternative: Alternative = "different",
    penalty: float | None = None,
) -> PlaceboTest:
    """Each donor as if it had been treated at the start, with the other donors; the treated unit is nobody's donor.

    Parameters
    ----------
    panel : TreatedPanel
    estimator : str
    statistic : {"rmspe_ratio", "mean_gap"}
        Root mean squared gap from the start on over that before, or the mean gap from the start on.
    alternative : {"different", "greater", "less"}
        In which direction a mean gap is extreme; ratios are high or low.
    penalty : float, optional
        As for `counterfactuals`.

    Returns
    -------
    PlaceboTest
        Its floor is 1/(donors + 1).

    Raises
    ------
    NotAPanel
        If donors are too few to lend each other weights.
    ValueError
        If a name is unknown, or as `counterfactuals`.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105(490), section 2.4.
    """
    _refuse(panel, statistic)
    gaps, problems = _gaps(panel, np.array([panel.before]), panel.after, estimator, penalty)
    values = _statistics(gaps, problems, statistic)
    return _test(panel, statistic, values[0], values[1:, None], panel.donors, (panel.start,), alternative)


def placebo_gaps(panel: TreatedPanel, estimator: Estimator = "matched", *, penalty: float | None = None) -> Floats:
    """Gaps of the treated unit and of each donor as if it had been treated at the start.

    Parameters
    ----------
    panel : TreatedPanel
    estimator, penalty
        As for `placebos_in_space`.

    Returns
    -------
    numpy.ndarray, shape (1 + donors, periods)
        The treated unit first.

    Raises
    ------
    NotAPanel
        If donors are too few to lend each other weights.
    ValueError
        As `counterfactuals`.
    """
    refuse_few_donors(panel)
    gaps, _ = _gaps(panel, np.array([panel.before]), panel.after, estimator, penalty)
    return gaps


def placebo_panels(panel: TreatedPanel) -> Iterator[TreatedPanel]:
    """Each donor as the treated unit among the other donors, for estimators that take a panel; no donor is treated.

    Parameters
    ----------
    panel : TreatedPanel

    Yields
    ------
    TreatedPanel
        In the order of the donors.

    Raises
    ------
    NotAPanel
        If donors are too few to lend each other weights.
    """
    refuse_few_donors(panel)
    for place, donor in enumerate(panel.donors):
        others = [other for other in range(len(panel.donors)) if other != place]
        names = (donor, *(panel.donors[other] for other in others))
        yield TreatedPanel(names, panel.periods, panel.donor_outcomes[[place, *others]], 1, panel.before)


def placebos_from_gaps(
    panel: TreatedPanel,
    gaps: "ArrayLike",
    statistic: Statistic = "rmspe_ratio",
    *,
    alternative: Alternative = "different",
) -> PlaceboTest:
    """Placebos in space from gaps that any estimator has left.

    Parameters
    ----------
    panel : TreatedPanel
    gaps : array_like, shape (1 + donors, periods)
        Of the treated unit, then of each donor without it.
    statistic, alternative
        As for `placebos_in_space`.

    Returns
    -------
    PlaceboTest

    Raises
    ------
    ValueError
        If gaps are missing or of another shape, or a name is unknown.
    """
    require.one_of("statistic", statistic, Statistic)
    known = require.finite("gaps", gaps)
    rows = 1 + len(panel.donors)
    if known.shape != (rows, len(panel.periods)):
        raise ValueError(
            f"gaps have shape {known.shape}. Allowed: {(rows, len(panel.periods))}, the treated unit and each donor."
        )
    every = np.ones((rows, len(panel.units)), dtype=bool)
    ends = (np.full(rows, panel.before), np.full(rows, len(panel.periods)))
    values = _statistics(known, Problems(panel.outcomes, known, every, *ends), statistic)
    return _test(panel, statistic, values[0], values[1:, None], panel.donors, (panel.start,), alternative)


def placebos_in_time(
    panel: TreatedPanel,
    estimator: Estimator = "matched",
    statistic: Statistic = "rmspe_ratio",
    *,
    horizon: int | None = None,
    alternative: Alternative = "different",
    penalty: float | None = None,
) -> PlaceboTest:
    """The treated unit with earlier starts, at which nothing was done; nothing from the true start on is looked at.

    Windows of neighbouring dates overlap, so that the p-value describes rather than tests.

    Parameters
    ----------
    panel : TreatedPanel
    estimator, statistic, alternative, penalty
        As for `placebos_in_space`.
    horizon : int, optional
        Periods from each start on that the statistic looks at, at the true start too; by default as many as are
        treated, but no more than a third of those before.

    Returns
    -------
    PlaceboTest
        Its floor is 1/(dates + 1).

    Raises
    ------
    NotAPanel
        If no earlier start leaves enough periods on either side.
    ValueError
        As `placebos_in_space`.

    References
    ----------
    Abadie, Diamond and Hainmueller (2015), American Journal of Political Science 59(2); Heckman and Hotz (1989),
    Journal of the American Statistical Association 84(408).
    """
    require.one_of("statistic", statistic, Statistic)
    dates, length = _dates(panel, horizon)
    starts = np.append(dates, panel.before)
    one = Problems.of_panel(panel)
    number = len(starts)
    problems = Problems(
        one.outcomes,
        np.repeat(one.targets, number, axis=0),
        np.repeat(one.allowed, number, axis=0),
        starts,
        starts + length,
    )
    gaps = problems.targets - counterfactuals(problems, estimator, penalty).outcomes
    values = _statistics(gaps, problems, statistic)
    named = tuple(int(panel.periods[date]) for date in dates)
    return _test(panel, statistic, values[-1], values[None, :-1], ("treated",), named, alternative)


def placebos_in_space_and_time(
    panel: TreatedPanel,
    estimator: Estimator = "matched",
    statistic: Statistic = "rmspe_ratio",
    *,
    horizon: int | None = None,
    alternative: Alternative = "different",
    penalty: float | None = None,
) -> PlaceboTest:
    """Each donor at the true start and at every earlier one, with the other donors.

    Dates of one donor are not independent: what so many placebos can say is between 1/(donors + 1) and the floor.

    Parameters
    ----------
    panel : TreatedPanel
    estimator, statistic, alternative, penalty
        As for `placebos_in_space`.
    horizon : int, optional
        As for `placebos_in_time`.

    Returns
    -------
    PlaceboTest
        Its floor is 1/(donors × dates + 1).

    Raises
    ------
    NotAPanel
        As `placebos_in_space` and `placebos_in_time`.
    ValueError
        As `placebos_in_space`.

    References
    ----------
    As the other two; Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119(1), for laws at random
    places and dates.
    """
    _refuse(panel, statistic)
    dates, length = _dates(panel, horizon)
    starts = np.append(dates, panel.before)
    gaps, problems = _gaps(panel, starts, length, estimator, penalty)
    values = _statistics(gaps, problems, statistic).reshape(len(starts), -1)
    named = tuple(int(panel.periods[date]) for date in starts)
    return _test(panel, statistic, values[-1, 0], values[:, 1:].T, panel.donors, named, alternative)


def _refuse(panel: TreatedPanel, statistic: Statistic) -> None:
    require.one_of("statistic", statistic, Statistic)
    refuse_few_donors(panel)


def refuse_few_donors(panel: TreatedPanel) -> None:
    """Refuse a panel whose donors are too few to lend each other weights.

    Parameters
    ----------
    panel : TreatedPanel

    Raises
    ------
    NotAPanel
    """
    if len(panel.donors) <= LEAST_DONORS:
        raise NotAPanel(
            [f"{len(panel.donors)} donors for placebos in space. Allowed: {LEAST_DONORS + 1} or more; widen the pool."]
        )


def _dates(panel: TreatedPanel, horizon: int | None) -> tuple[Integers, int]:
    """Earlier starts as numbers of periods before them, and how many periods from each on are looked at."""
    length = min(panel.after, max(panel.before // 3, 1)) if horizon is None else horizon
    most = min(panel.after, panel.before - LEAST_BEFORE)
    if not 1 <= length <= most:
        raise NotAPanel(
            [
                f"a horizon of {length} with {panel.before} periods before the start and {panel.after} after. Allowed: "
                f"1 to {most}, so that {LEAST_BEFORE} periods are left before an earlier start."
            ]
        )
    return np.arange(LEAST_BEFORE, panel.before - length + 1), int(length)


def _gaps(
    panel: TreatedPanel, starts: Integers, length: int, estimator: Estimator, penalty: float | None
) -> tuple[Floats, Problems]:
    """Gaps of the treated unit and of every donor, start after start; no problem has a treated unit as a donor."""
    donors = len(panel.donors)
    targets = np.vstack([panel.target, panel.donor_outcomes])
    allowed = np.zeros((donors + 1, len(panel.units)), dtype=bool)
    allowed[:, panel.treated :] = True
    allowed[np.arange(1, donors + 1), panel.treated + np.arange(donors)] = False
    times = len(starts)
    before = np.repeat(starts, donors + 1)
    problems = Problems(
        panel.outcomes, np.tile(targets, (times, 1)), np.tile(allowed, (times, 1)), before, before + length
    )
    return problems.targets - counterfactuals(problems, estimator, penalty).outcomes, problems


def _statistics(gaps: Floats, problems: Problems, statistic: Statistic) -> Floats:
    """Statistic of each problem; infinite where nothing is left before the start but something after."""
    place = np.arange(gaps.shape[1])
    early = place < problems.before[:, None]
    late = ~early & (place < problems.stop[:, None])
    number = late.sum(axis=1)
    if statistic == "mean_gap":
        means: Floats = np.where(late, gaps, 0.0).sum(axis=1) / number
        return means
    before = np.sqrt(np.where(early, gaps**2, 0.0).sum(axis=1) / problems.before)
    after = np.sqrt(np.where(late, gaps**2, 0.0).sum(axis=1) / number)
    nothing = PERFECT * float(np.ptp(problems.outcomes))
    ratios: Floats = np.where(before > nothing, after / np.where(before > nothing, before, 1.0), np.inf)
    return np.where((before <= nothing) & (after <= nothing), 1.0, ratios)


def _test(
    panel: TreatedPanel, statistic: Statistic, treated: float, placebos: Floats, units: tuple[str, ...],
    dates: tuple[int, ...], alternative: Alternative,
) -> PlaceboTest:  # fmt: skip
    named = (" and ".join(panel.units[: panel.treated]),) if units == ("treated",) else units
    tie = TIE * abs(treated) if np.isfinite(treated) else 0.0
    rank = placebo_rank(float(treated), placebos.ravel(), alternative=alternative, tie=tie)
    return PlaceboTest(statistic, float(treated), placebos, named, dates, rank)
