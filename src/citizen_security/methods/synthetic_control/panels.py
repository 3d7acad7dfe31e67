"""A panel with treated units and donors, checked before anything is fitted: all that is wrong with it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from ..arrays import Floats, Integers
from ..panel.rows import NotAPanel, balance_problems, shown, wrong_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Fewer say nothing about how well treated and donors move together.
LEAST_BEFORE = 3

# A single donor leaves no weights to choose.
LEAST_DONORS = 2


@dataclass(frozen=True)
class TreatedPanel:
    """Outcomes of units over consecutive periods, of which some units are treated from one period on.

    Attributes
    ----------
    units : tuple of str
        Treated ones first, then donors.
    periods : numpy.ndarray of int, shape (periods,)
        Ascending.
    outcomes : numpy.ndarray, shape (units, periods)
    treated : int
        How many of the first units are treated.
    before : int
        How many of the first periods lie before the start.
    """

    units: tuple[str, ...]
    periods: Integers
    outcomes: Floats
    treated: int
    before: int

    @classmethod
    def of(
        cls,
        units: "ArrayLike",
        periods: "ArrayLike",
        outcome: "ArrayLike",
        *,
        treated: str | Sequence[str],
        start: int,
        donors: Sequence[str] | None = None,
    ) -> Self:
        """Make a panel of rows, one for each unit and period.

        Parameters
        ----------
        units : array_like, shape (rows,)
            Names.
        periods : array_like of int, shape (rows,)
        outcome : array_like, shape (rows,)
        treated : str or sequence of str
            Treated from `start` on.
        start : int
            First period with the treatment.
        donors : sequence of str, optional
            Units that treatment did not reach; all that are not treated by default.

        Returns
        -------
        TreatedPanel

        Raises
        ------
        NotAPanel
            With a line for each problem: rows of different number, missing or infinite values with their rows, a unit
            with two rows of one period or with none, unknown or repeated names, treated units among donors, a start
            outside the periods, too few donors or periods before it.
        """
        rows = _rows(units, periods, outcome)
        chosen = [treated] if isinstance(treated, str) else [str(name) for name in treated]
        known = list(dict.fromkeys(rows["unit"].dropna()))
        others = [name for name in known if name not in chosen] if donors is None else [str(name) for name in donors]
        used = rows[rows["unit"].isin([*chosen, *others]) | rows["unit"].isna()]
        problems = [
            *_value_problems(used, len(rows)),
            *_name_problems(known, chosen, others),
            *balance_problems(used),
            *_start_problems(used, start),
        ]
        if problems:
            raise NotAPanel(problems)
        wide = used.pivot(index="unit", columns="period", values="outcome").sort_index(axis=1).loc[[*chosen, *others]]
        calendar = wide.columns.to_numpy(dtype=np.int64)
        return cls((*chosen, *others), calendar, wide.to_numpy(float), len(chosen), int((calendar < start).sum()))

    @classmethod
    def of_table(
        cls,
        outcomes: "ArrayLike",
        *,
        treated: int | Sequence[int] = 0,
        before: int,
        units: Sequence[str] | None = None,
        periods: "ArrayLike | None" = None,
    ) -> Self:
        """Make a panel of a table of units by periods; every unit that is not treated is a donor.

        Parameters
        ----------
        outcomes : array_like, shape (units, periods)
        treated : int or sequence of int
            Rows of the treated units, from 0.
        before : int
            Periods before the start.
        units : sequence of str, optional
            Names of the rows; their numbers by default.
        periods : array_like of int, shape (periods,), optional
            From 0 by default.

        Returns
        -------
        TreatedPanel

        Raises
        ------
        NotAPanel
            As `of`.
        """
        table = np.asarray(outcomes, dtype=float)
        if table.ndim != 2:
            raise NotAPanel([f"outcomes have {table.ndim} dimensions. Allowed: a table of units by periods."])
        names = [str(number) for number in range(len(table))] if units is None else [str(name) for name in units]
        calendar = np.arange(table.shape[1]) if periods is None else np.asarray(periods)
        rows = np.atleast_1d(treated)
        if len(names) != len(table) or calendar.shape != (table.shape[1],):
            raise NotAPanel(
                [
                    f"{len(names)} units and {calendar.size} periods name a table of {table.shape[0]} by "
                    f"{table.shape[1]}. Allowed: a name for each row and a period for each column."
                ]
            )
        if not set(rows.tolist()) <= set(range(len(names))):
            raise NotAPanel([f"treated rows {rows.tolist()} are not all in a table of {len(names)} rows, from 0."])
        if not 0 <= before < len(calendar):
            raise NotAPanel([f"before = {before}; it lies between {LEAST_BEFORE} and {len(calendar) - 1} here."])
        return cls.of(
            np.repeat(names, table.shape[1]),
            np.tile(calendar, len(table)),
            table.ravel(),
            treated=[names[row] for row in rows],
            start=int(np.sort(calendar)[before]),
        )

    @property
    def donors(self) -> tuple[str, ...]:
        """Names of the donors."""
        return self.units[self.treated :]

    @property
    def start(self) -> int:
        """First period with the treatment."""
        return int(self.periods[self.before])

    @property
    def after(self) -> int:
        """Number of periods from the start on."""
        return len(self.periods) - self.before

    @property
    def target(self) -> Floats:
        """The treated unit's outcomes, shape (periods,); the mean of several treated units."""
        mean: Floats = self.outcomes[: self.treated].mean(axis=0)
        return mean

    @property
    def donor_outcomes(self) -> Floats:
        """Outcomes of the donors, shape (donors, periods)."""
        return self.outcomes[self.treated :]

    def without(self, donor: str) -> Self:
        """The panel without one donor.

        Parameters
        ----------
        donor : str

        Returns
        -------
        TreatedPanel

        Raises
        ------
        NotAPanel
            If it is no donor, or too few are left.
        """
        if donor not in self.donors:
            raise NotAPanel([f"unknown donor {donor!r}. Allowed: {shown(self.donors)}."])
        if len(self.donors) <= LEAST_DONORS:
            raise NotAPanel(
                [f"{len(self.donors) - 1} donors are left without {donor}. Allowed: {LEAST_DONORS} or more."]
            )
        kept = [place for place, name in enumerate(self.units) if name != donor]
        return replace(self, units=tuple(self.units[place] for place in kept), outcomes=self.outcomes[kept])


def _rows(units: "ArrayLike", periods: "ArrayLike", outcome: "ArrayLike") -> pd.DataFrame:
    columns = [np.asarray(column) for column in (units, periods, outcome)]
    sizes = [column.shape for column in columns]
    if any(len(shape) != 1 for shape in sizes) or len(set(sizes)) > 1:
        raise NotAPanel(
            [f"units {sizes[0]}, periods {sizes[1]} and outcome {sizes[2]} differ in shape. Allowed: one of each."]
        )
    names = pd.Series(columns[0], dtype=object)
    return pd.DataFrame(
        {
            "unit": names.where(names.isna(), names.astype(str)),
            "period": pd.to_numeric(pd.Series(columns[1], dtype=object), errors="coerce"),
            "outcome": pd.to_numeric(pd.Series(columns[2], dtype=object), errors="coerce").astype(float),
        }
    )


def _value_problems(rows: pd.DataFrame, given: int) -> Iterator[str]:
    period = rows["period"].to_numpy(float)
    wrong = {
        "no unit": (rows["unit"].isna().to_numpy(), "Name the unit of each row."),
        "no whole number as period": (
            ~(np.isfinite(period) & (period == np.floor(period))),
            "Give periods as whole numbers, such as years.",
        ),
        "no finite number as outcome": (
            ~np.isfinite(rows["outcome"].to_numpy(float)),
            "Leave the unit or the period out, or fill it in beforehand and say so.",
        ),
    }
    yield from wrong_values(rows, given, wrong)


def _name_problems(known: list[str], treated: list[str], donors: list[str]) -> Iterator[str]:
    for role, names in (("treated", treated), ("donor", donors)):
        if unknown := [name for name in names if name not in known]:
            yield f"unknown {role} units {shown(unknown)}. Allowed: {shown(known)}."
        if twice := sorted({name for name in names if names.count(name) > 1}):
            yield f"{role} units {shown(twice)} are named twice. Name each once."
    if not treated:
        yield "no unit is treated. Name one or more."
    if both := [name for name in treated if name in donors]:
        yield f"treated units {shown(both)} are among the donors. Take them out: they cannot stand for no treatment."
    if len(set(donors)) < LEAST_DONORS:
        yield f"{len(set(donors))} donors. Allowed: {LEAST_DONORS} or more; widen the pool."


def _start_problems(rows: pd.DataFrame, start: int) -> Iterator[str]:
    calendar = np.sort(rows["period"].dropna().unique())
    if not len(calendar):
        yield "there are no rows of treated units and donors. Give one for each unit and period."
        return
    if start not in calendar:
        yield f"start = {start} is none of the periods, {calendar[0]:g} to {calendar[-1]:g}. Give the first treated."
        return
    before = int((calendar < start).sum())
    if before < LEAST_BEFORE:
        yield (
            f"{before} periods before the start {start}. Allowed: {LEAST_BEFORE} or more; give earlier periods, since "
            "without them nothing says which donors move with the treated unit."
        )
