"""Counts and people as a grid of places over years."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.tables.brought.findings import shown_cell

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Grid:
    """Homicides, population and positions of rows by place and year, missing where the table has no row.

    Parameters
    ----------
    frame : pandas.DataFrame
        `place`, `group` (categories of text), `year`, `homicides`, `population`; each place and year of a group once.
        With the positions of its rows in the file as index.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        keys = frame["group"].cat.codes.to_numpy(np.int64) * len(frame["place"].cat.categories)
        keys = keys + frame["place"].cat.codes.to_numpy(np.int64)
        place, distinct = pd.factorize(keys, sort=True)
        year, self.years = pd.factorize(frame["year"].to_numpy(np.int64), sort=True)
        shape = (len(distinct), len(self.years))
        self.homicides, self.population = np.full(shape, np.nan), np.full(shape, np.nan)
        self.homicides[place, year] = frame["homicides"]
        self.population[place, year] = frame["population"]
        self.rows = np.zeros(shape, np.int64)
        self.rows[place, year] = frame.index
        group, label = np.divmod(distinct, len(frame["place"].cat.categories))
        self.group = group
        self.labels = frame["place"].cat.categories.to_numpy(str)[label]
        self.groups = frame["group"].cat.categories.to_numpy(str)

    @property
    def present(self) -> "NDArray[np.bool_]":
        """Whether the table has the place in the year, shape (n_places, n_years)."""
        return np.isfinite(self.population)

    def name(self, place: int) -> str:
        """A place and its group, as messages show them."""
        return f"{shown_cell(self.labels[place])} of {shown_cell(self.groups[self.group[place]])}"
