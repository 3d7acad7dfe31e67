"""A panel whose units are treated from periods of their own, checked before anything is fitted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from ..arrays import Flags, Floats, Integers
from ..panel.rows import NotAPanel, balance_problems, shown, wrong_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Fewer leave no one to compare with, or no one to say how variable the comparison is.
LEAST_UNITS = 3


@dataclass(frozen=True)
class StaggeredPanel:
    """Outcomes of units over evenly spaced periods; each unit is treated from its start on, or never.

    Attributes
    ----------
    units : tuple of str
    periods : numpy.ndarray of int, shape (periods,)
        Ascending.
    outcomes : numpy.ndarray, shape (units, periods)
        Of counts the rates: counts per unit of exposure.
    starts : numpy.ndarray of int, shape (units,)
        Place of the first treated period in `periods`, from 0; the number of periods where a unit is never treated.
    counts, exposure : numpy.ndarray, shape (units, periods), or None
        Events, and what they are events per; None where outcomes are no rates.
    """

    units: tuple[str, ...]
    periods: Integers
    outcomes: Floats
    starts: Integers
    counts: Floats | None = None
    exposure: Floats | None = None

    @classmethod
    def of(
        cls,
        units: "ArrayLike",
        periods: "ArrayLike",
        outcome: "ArrayLike",
        start: "ArrayLike",
        *,
        exposure: "ArrayLike | None" = None,
        never_needed: bool = False,
    ) -> Self:
        """Make a panel of rows, one for each unit and period.

        Parameters
        ----------
        units : array_like, shape (rows,)
            Names.
        periods : array_like of int, shape (rows,)
            Evenly spaced.
        outcome : array_like, shape (rows,)
            Counts where there is an exposure.
        start : array_like, shape (rows,)
            First treated period of the row's unit, the same in each of its rows; missing where it is never treated.
        exposure : array_like, shape (rows,), optional
            Such as the population in 100,000s, for effects on rates.
        never_needed : bool
            Whether a unit that is never treated is needed.

        Returns
        -------
        StaggeredPanel

        Raises
        ------
        NotAPanel
            With a line for each problem: rows of different number, text, missing or infinite values, counts that are no
            counts, exposures that are not above zero, repeated or missing unit-periods, uneven periods, starts that
            differ within a unit, lie outside the series or in its first period, and nobody to compare with.
        """
        rows = _rows(units, periods, outcome, start, exposure)
        problems = [
            *_value_problems(rows, counted=exposure is not None),
            *balance_problems(rows),
            *_spacing_problems(rows),
            *_start_problems(rows, never_needed=never_needed),
        ]
        if problems:
            raise NotAPanel(problems)
        wide = rows.pivot(index="unit", columns="period", values=["outcome", "exposure"]).sort_index(axis=1)
        wide = wide.loc[list(dict.fromkeys(rows["unit"]))]
        calendar = wide["outcome"].columns.to_numpy(dtype=np.int64)
        start_of = rows.groupby("unit", sort=False)["start"].first()
        # What is missing is sorted after every period: never.
        starts = np.searchsorted(calendar, start_of.fillna(np.inf).to_numpy(float)).astype(np.int64)
        # Compiled code has one form of arrays: in order of units, and not a view of the frame.
        values, exposed = (np.array(wide[name], dtype=float, order="C") for name in ("outcome", "exposure"))
        if exposure is None:
            return cls(tuple(wide.index), calendar, values, starts)
        return cls(tuple(wide.index), calendar, values / exposed, starts, values, exposed)

    @classmethod
    def of_table(
        cls,
        outcomes: "ArrayLike",
        starts: "ArrayLike",
        *,
        exposure: "ArrayLike | None" = None,
        never_needed: bool = False,
    ) -> Self:
        """Make a panel of a table of units by periods, which are numbered from 0.

        Parameters
        ----------
        outcomes : array_like, shape (units, periods)
            Counts where there is an exposure.
        starts : array_like, shape (units,)
            First treated period, from 0; missing where a unit is never treated.
        exposure : array_like, shape (units, periods) or a number, optional
        never_needed : bool
            As for `of`.

        Returns
        -------
        StaggeredPanel

        Raises
        ------
        NotAPanel
            As `of`.
        """
        table, first = np.asarray(outcomes), np.asarray(starts)
        exposed = None if exposure is None else np.asarray(exposure)
        if table.ndim != 2 or first.shape != table.shape[:1] or (exposed is not None and exposed.ndim not in (0, 2)):
            raise NotAPanel(
                [
                    f"outcomes {table.shape}, starts {first.shape}"
                    + (f", exposure {exposed.shape}" if exposed is not None else "")
                    + ". Allowed: a table of units by periods, a start for each unit, an exposure for each cell or one."
                ]
            )
        number = table.shape[1]
        if exposed is not None:
            exposed = np.full(table.shape, exposed).ravel() if exposed.ndim == 0 else exposed.ravel()
        return cls.of(
            np.repeat([str(unit) for unit in range(len(table))], number),
            np.tile(np.arange(number), len(table)),
            table.ravel(),
            np.repeat(first, number),
            exposure=exposed,
            never_needed=never_needed,
        )

    @property
    def never(self) -> Flags:
        """Which units are never treated; shape (units,)."""
        flags: Flags = self.starts >= len(self.periods)
        return flags

    @property
    def treated(self) -> Flags:
        """Which cells are treated; shape (units, periods)."""
        flags: Flags = np.arange(len(self.periods)) >= self.starts[:, None]
        return flags

    @property
    def event_time(self) -> Integers:
        """Periods since the start, negative before it and where never treated; shape (units, periods)."""
        times: Integers = np.arange(len(self.periods)) - self.starts[:, None]
        return times

    @property
    def groups(self) -> Integers:
        """Starts that some unit has, ascending, as places in `periods`; never is none."""
        starts: Integers = np.unique(self.starts[~self.never])
        return starts

    def with_starts(self, starts: Integers) -> Self:
        """The panel with other starts, which are not looked at again."""
        return replace(self, starts=np.asarray(starts, dtype=np.int64))

    def of_units(self, chosen: Flags) -> Self:
        """The panel of some units, which are not looked at again."""
        return replace(
            self,
            units=tuple(name for name, kept in zip(self.units, chosen, strict=True) if kept),
            outcomes=self.outcomes[chosen],
            starts=self.starts[chosen],
            counts=None if self.counts is None else self.counts[chosen],
            exposure=None if self.exposure is None else self.exposure[chosen],
        )

    def up_to(self, number: int) -> Self:
        """The panel of the first periods; who starts later is never treated in it."""
        return replace(
            self,
            periods=self.periods[:number],
            outcomes=self.outcomes[:, :number],
            starts=np.minimum(self.starts, number),
            counts=None if self.counts is None else self.counts[:, :number],
            exposure=None if self.exposure is None else self.exposure[:, :number],
        )

    def refuse_without_never(self) -> None:
        """Refuse a panel whose units are all treated at some time.

        Raises
        ------
        NotAPanel
        """
        if not self.never.any():
            raise NotAPanel([NO_NEVER])

    def counted(self) -> tuple[Floats, Floats]:
        """Counts and exposure.

        Returns
        -------
        tuple of numpy.ndarray, shape (units, periods)

        Raises
        ------
        NotAPanel
            If the panel has none.
        """
        if self.counts is None or self.exposure is None:
            raise NotAPanel(
                ["the panel has outcomes and no counts. Allowed: counts; make it with an exposure, such as population."]
            )
        return self.counts, self.exposure


NO_NEVER = (
    "every unit is treated at some time, and a unit that never is, is needed. Add one, or compare with units that are "
    "not yet treated."
)


def _rows(
    units: "ArrayLike", periods: "ArrayLike", outcome: "ArrayLike", start: "ArrayLike", exposure: "ArrayLike | None"
) -> pd.DataFrame:
    given = {"units": units, "periods": periods, "outcome": outcome, "start": start}
    columns = {name: np.asarray(column) for name, column in given.items()}
    columns["exposure"] = np.ones(len(columns["outcome"])) if exposure is None else np.asarray(exposure)
    sizes = {name: column.shape for name, column in columns.items()}
    if any(len(shape) != 1 for shape in sizes.values()) or len(set(sizes.values())) > 1:
        raise NotAPanel(
            [", ".join(f"{name} {shape}" for name, shape in sizes.items()) + " differ in shape. Allowed: one of each."]
        )
    names = pd.Series(columns["units"], dtype=object)
    texts = {name: pd.Series(columns[name], dtype=object) for name in ("periods", "outcome", "start", "exposure")}
    numbers = {name: pd.to_numeric(column, errors="coerce").astype(float) for name, column in texts.items()}
    return pd.DataFrame(
        {
            "unit": names.where(names.isna(), names.astype(str)),
            "period": numbers["periods"],
            "outcome": numbers["outcome"],
            "start": numbers["start"],
            "exposure": numbers["exposure"],
            # A start that is text, or infinite, is no start that is missing.
            "wrong_start": texts["start"].notna() & ~np.isfinite(numbers["start"]),
        }
    )


def _value_problems(rows: pd.DataFrame, *, counted: bool) -> Iterator[str]:
    period, outcome, exposure = (rows[name].to_numpy(float) for name in ("period", "outcome", "exposure"))
    remedy = "Leave the unit or the period out, or fill it in beforehand and say so."
    wrong = {
        "no unit": (rows["unit"].isna().to_numpy(), "Name the unit of each row."),
        "no whole number as period": (~_whole(period), "Give periods as whole numbers, such as years."),
        "no finite number as outcome": (~np.isfinite(outcome), remedy),
        "text or infinity as start": (
            rows["wrong_start"].to_numpy(bool),
            "Give the first treated period, and leave it blank where a unit is never treated.",
        ),
    }
    if counted:
        wrong["no count as outcome"] = (
            np.isfinite(outcome) & ~(_whole(outcome) & (outcome >= 0)),
            "Give counts as whole numbers from 0; rates have no exposure.",
        )
        wrong["no exposure above zero"] = (
            ~(np.isfinite(exposure) & (exposure > 0)),
            "Give the population that could have been counted, or leave the unit out.",
        )
    yield from wrong_values(rows, len(rows), wrong)


def _whole(values: Floats) -> Flags:
    flags: Flags = np.isfinite(values) & (values == np.floor(values))
    return flags


def _spacing_problems(rows: pd.DataFrame) -> Iterator[str]:
    calendar = np.sort(rows["period"].dropna().unique())
    steps = np.diff(calendar)
    if len(calendar) < 2:
        yield f"{len(calendar)} periods. Allowed: 2 or more, so that there is a change."
    elif not (steps == steps[0]).all():
        place = int(np.flatnonzero(steps != np.median(steps))[0])
        yield (
            f"periods are not evenly spaced: after {calendar[place]:g} comes {calendar[place + 1]:g}. Number them one "
            "after the other, since time since the start is counted in periods."
        )


def _start_problems(rows: pd.DataFrame, *, never_needed: bool) -> Iterator[str]:
    known = rows[rows["unit"].notna() & ~rows["wrong_start"]]
    if known.empty:
        yield "there are no rows. Give one for each unit and period."
        return
    by_unit = known.groupby("unit", sort=False)["start"]
    differing = by_unit.nunique(dropna=False)
    if (differing > 1).any():
        yield (
            f"units {shown(differing.index[differing > 1])} have rows with different starts. Give each unit one; a "
            "treatment that ends is not covered."
        )
    start, calendar = by_unit.first(), np.sort(rows["period"].dropna().unique())
    if len(calendar):
        outside = start.notna() & ~start.isin(calendar)
        if outside.any():
            named = [f"{unit} ({start[unit]:g})" for unit in start.index[outside]]
            yield (
                f"starts outside the series, {calendar[0]:g} to {calendar[-1]:g}: {shown(named)}. Give the first "
                "treated period, and leave it blank where a unit is not treated within the series."
            )
        if (first := start == calendar[0]).any():
            yield (
                f"units {shown(start.index[first])} are treated in the first period, {calendar[0]:g}. Leave them out, "
                "or give earlier periods: nothing says what they were like without the treatment."
            )
    if start.notna().sum() == 0:
        yield "no unit is treated. Give the start of one or more."
    elif start.notna().all() and (never_needed or start.nunique() == 1):
        yield (
            NO_NEVER
            if never_needed
            else (
                "every unit starts at the same time: none is left to compare with. Add some that start later or never."
            )
        )
    if len(start) < LEAST_UNITS:
        yield f"{len(start)} units. Allowed: {LEAST_UNITS} or more."
