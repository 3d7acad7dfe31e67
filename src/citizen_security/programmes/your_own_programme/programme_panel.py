"""The checked table as a panel, for one treated unit and for many."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.programmes.your_own_programme.parameters import Scale
from citizen_security.programmes.your_own_programme.periods import Calendar
from citizen_security.programmes.your_own_programme.table import Brought


@dataclass(frozen=True)
class ProgrammePanel:
    """Units over periods, treated ones first.

    Attributes
    ----------
    units : tuple of str
    calendar : Calendar
    scale : {"log", "level"}
    values : numpy.ndarray, shape (units, periods)
        Outcomes as they stand, or rates of counts: per 100,000 people, or counts where no population is known.
    starts : numpy.ndarray of int, shape (units,)
        Place of the first treated period; the number of periods where a unit is never treated.
    counts, exposure : numpy.ndarray, shape (units, periods), or None
        Events and what they are counted among.
    """

    units: tuple[str, ...]
    calendar: Calendar
    scale: Scale
    values: Floats
    starts: Integers
    counts: Floats | None
    exposure: Floats | None

    @classmethod
    def of(cls, brought: Brought, scale: Scale) -> "ProgrammePanel":
        """Arrange a checked table.

        Parameters
        ----------
        brought : Brought
        scale : {"log", "level"}

        Returns
        -------
        ProgrammePanel
        """
        table, periods = brought.table, brought.calendar.number
        start = table.groupby("unit", sort=False)["start"].first().fillna(periods).astype(np.int64)
        order = start.sort_values(kind="stable").index
        values, people = (
            table.pivot(index="unit", columns="period", values=name).loc[order].to_numpy(float)
            for name in ("value", "population")
        )
        starts: Integers = np.array(start.loc[order], dtype=np.int64)
        units = tuple(map(str, order))
        if not brought.is_counted:
            return cls(units, brought.calendar, scale, values, starts, None, None)
        exposure = people / PERSON_YEARS_OF_A_RATE if (people != 1).any() else people
        return cls(units, brought.calendar, scale, values / exposure, starts, values, exposure)

    @property
    def outcomes(self) -> Floats:
        """What designs look at; shape (units, periods)."""
        return np.log(self.values) if self.scale == "log" else self.values

    @property
    def periods(self) -> int:
        """How many there are."""
        return self.calendar.number

    @property
    def treated(self) -> tuple[str, ...]:
        """Names of the treated units, the first to start first."""
        return self.units[: int((self.starts < self.periods).sum())]

    @property
    def donors(self) -> tuple[str, ...]:
        """Names of the units that are never treated."""
        return self.units[len(self.treated) :]

    @property
    def is_single(self) -> bool:
        """Whether one unit is treated."""
        return len(self.treated) == 1

    @property
    def treated_cells(self) -> Flags:
        """Which cells are treated; shape (units, periods)."""
        flags: Flags = np.arange(self.periods) >= self.starts[:, None]
        return flags

    def single(self, until: int | None = None, before: int | None = None) -> TreatedPanel:
        """The panel of one treated unit, up to a period and with another start where these are given."""
        return TreatedPanel.of_table(
            self.outcomes[:, :until], before=int(self.starts[0]) if before is None else before, units=self.units
        )

    def staggered(self, *, counted: bool = False) -> StaggeredPanel:
        """The panel of units with starts of their own, of outcomes or of counts."""
        starts = np.where(self.starts < self.periods, self.starts, np.nan)
        if counted and self.counts is not None:
            return StaggeredPanel.of_table(self.counts, starts, exposure=self.exposure)
        return StaggeredPanel.of_table(self.outcomes, starts)

    @property
    def imputable(self) -> Flags:
        """Treated cells of periods in which some unit is untreated; shape (units, periods)."""
        treated = self.treated_cells
        cells: Flags = treated & (~treated).any(axis=0)
        return cells

    @property
    def in_units(self) -> bool:
        """Whether changes are told in units of the outcome: of levels around zero no percent means anything."""
        return self.scale == "level" and bool((self.values < 0).any())

    def changes(self, effects: Iterable[float], observed: float, effect: float) -> tuple[float, ...]:
        """Effects as they are told: in percent of what is expected without treatment, or in units of the outcome.

        Parameters
        ----------
        effects : iterable of float
            An effect on the scale of the outcomes, and ends of its interval.
        observed : float
            Mean outcome of the cells that the effect is the mean of, and of no others.
        effect : float
            The effect itself: what is expected of these cells is what is observed less it.

        Returns
        -------
        tuple of float
            Missing where levels are compared and nothing above zero is expected.
        """
        if self.scale == "log":
            return tuple(float(100 * np.expm1(one)) for one in effects)
        if self.in_units:
            return tuple(map(float, effects))
        expected = observed - effect
        return tuple(100 * one / expected if expected > 0 else float("nan") for one in effects)

    def own_mean(self, first: int, stop: int | None = None) -> float:
        """Mean outcome of the first treated unit from a period on, up to another."""
        return float(self.outcomes[0, first:stop].mean())
