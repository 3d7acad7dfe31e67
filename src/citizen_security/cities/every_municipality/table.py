"""A table of municipalities that an analyst brings: enough of it to pool, and arranged as a panel."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.count_panels.neighbours import Neighbours
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.parameters import ParameterError
from citizen_security.tables.brought.reader import Brought, read_brought

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = ("place", "group")

MINIMUM_PLACES = 10


@dataclass(frozen=True)
class MunicipalityPanel:
    """Homicides and exposure of every place in every year.

    Attributes
    ----------
    places : pandas.DataFrame, one row for each place
        `place` and `group`, ordered by group and place.
    groups : tuple of str
        In alphabetical order.
    group_index : numpy.ndarray of int, shape (n_places,)
        Position of each place's group in `groups`.
    years : tuple of int
        Years that any place has, in order.
    homicides : numpy.ndarray of int, shape (n_places, n_years)
        Zero in a year that the table does not have for the place.
    exposure : numpy.ndarray of float, shape (n_places, n_years)
        Hundred thousand person-years; zero in a year that the table does not have for the place, which then says
        nothing about that year.
    neighbours : Neighbours or None
        Who borders whom, where somebody said so.
    """

    places: pd.DataFrame
    groups: tuple[str, ...]
    group_index: "NDArray[np.int64]"
    years: tuple[int, ...]
    homicides: "NDArray[np.int64]"
    exposure: "NDArray[np.float64]"
    neighbours: Neighbours | None = None

    @property
    def place_homicides(self) -> "NDArray[np.int64]":
        """Homicides of each place over all years, shape (n_places,)."""
        total: NDArray[np.int64] = self.homicides.sum(axis=1)
        return total

    @property
    def place_exposure(self) -> "NDArray[np.float64]":
        """Exposure of each place over all years, in hundred thousand person-years, shape (n_places,)."""
        total: NDArray[np.float64] = self.exposure.sum(axis=1)
        return total

    def of_places(self, positions: "NDArray[np.int64]") -> "MunicipalityPanel":
        """The same groups and years with some of the places, whose neighbours may be among the others: none is known.

        Parameters
        ----------
        positions : numpy.ndarray of int
            In the order wanted.

        Returns
        -------
        MunicipalityPanel
        """
        return replace(
            self,
            places=self.places.iloc[positions].reset_index(drop=True),
            group_index=self.group_index[positions],
            homicides=self.homicides[positions],
            exposure=self.exposure[positions],
            neighbours=None,
        )

    def until(self, position: int) -> "MunicipalityPanel":
        """The same places with the years before one of them.

        Parameters
        ----------
        position : int
            Of the first year that is left out.

        Returns
        -------
        MunicipalityPanel
        """
        return replace(
            self,
            years=self.years[:position],
            homicides=self.homicides[:, :position],
            exposure=self.exposure[:, :position],
        )

    @property
    def missing_place_years(self) -> int:
        """Pairs of place and year that the table does not have."""
        return int((self.exposure == 0).sum())


def read_municipalities(path: Path, columns: Mapping[str, str]) -> Brought:
    """Read a table, refuse what is wrong with it or too little to pool, and say what was normalised or doubted.

    Parameters
    ----------
    path : pathlib.Path
        A file of text, a Parquet file or a packed file of text.
    columns : mapping
        For `place`, `group`, `year`, `homicides` and `population`, the column of the table. Other columns are not read.

    Returns
    -------
    Brought
        Its `table` has the five columns: two of text (as categories) and three of integers, the population rounded.

    Raises
    ------
    ParameterError
        With one sentence for each problem: what was found, where, and what to do.
    """
    brought = read_brought(path, columns)
    if problems := list(too_little(brought.table, path.name)):
        raise ParameterError(problems)
    return brought


def too_little(frame: pd.DataFrame, table: str) -> Iterator[str]:
    """Why a table leaves nothing to pool; nothing if it does.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `Brought.table`.
    table : str
        Its name, for the messages.

    Yields
    ------
    str
    """
    places = pd.Series(_place_keys(_coded(frame))).nunique()
    if places < MINIMUM_PLACES:
        yield (
            f"{table} has {places} {'place' if places == 1 else 'places'}; at least {MINIMUM_PLACES} are needed: with "
            "fewer there is nothing to pool, and each place's own exact interval says all there is."
        )
    if frame["homicides"].sum() == 0:
        yield f"{table} has no homicide in any row, so no level can be estimated; check the column of homicides."


def places_of(table: pd.DataFrame) -> pd.DataFrame:
    """The places of a checked table in the order of its panel.

    Parameters
    ----------
    table : pandas.DataFrame
        As `read_municipalities` returns it.

    Returns
    -------
    pandas.DataFrame, one row for each place
        `place` and `group`.
    """
    return build_panel(table).places


def build_panel(table: pd.DataFrame, pairs: "NDArray[np.int64] | None" = None) -> MunicipalityPanel:
    """Arrange a checked table by place and year.

    A place is known by its group and its name together, since two states may each have a San José. A year that the
    table lacks for a place has no exposure, and so no say; the place is judged by the years that it has.

    Parameters
    ----------
    table : pandas.DataFrame
        As `read_municipalities` returns it.
    pairs : numpy.ndarray of int or None
        Places that border each other, by their order in the panel, shape (n_pairs, 2).

    Returns
    -------
    MunicipalityPanel
    """
    coded = _coded(table)
    place_index, keys = pd.factorize(_place_keys(coded))
    first = coded.iloc[np.unique(place_index, return_index=True)[1]][["place", "group"]].astype("str")
    ordered = first.reset_index(drop=True).sort_values(["group", "place"])
    position = np.empty(len(keys), np.int64)
    position[ordered.index] = np.arange(len(keys))
    places = ordered.reset_index(drop=True)
    place_index = position[place_index]
    year_index, years = pd.factorize(coded["year"], sort=True)
    group_index, groups = pd.factorize(places["group"], sort=True)
    shape = (len(places), len(years))
    homicides, exposure = np.zeros(shape, np.int64), np.zeros(shape)
    homicides[place_index, year_index] = table["homicides"]
    exposure[place_index, year_index] = table["population"] / PERSON_YEARS_OF_A_RATE
    neighbours = None if pairs is None else Neighbours.of(pairs, len(places))
    return MunicipalityPanel(
        places, tuple(groups), group_index.astype(np.int64), tuple(map(int, years)), homicides, exposure, neighbours
    )


def _coded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its names as categories."""
    return frame.astype(dict.fromkeys(NAMES, "category"))


def _place_keys(frame: pd.DataFrame) -> "NDArray[np.int64]":
    """A number for each group and place together, shape (n_rows,)."""
    codes = {name: frame[name].cat.codes.to_numpy(np.int64) for name in NAMES}
    return codes["group"] * len(frame["place"].cat.categories) + codes["place"]
