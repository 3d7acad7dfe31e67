"""Cities of a list, each with the count from which it would have been listed."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ListedCities:
    """Listed cities with the count that each needed to be listed.

    Attributes
    ----------
    homicides, cut_off_homicides : numpy.ndarray of int, shape (n_cities,)
        Victims, and the fewest that would have been enough.
    person_years : numpy.ndarray, shape (n_cities,)
    country_index : numpy.ndarray of int, shape (n_cities,)
    countries : int
        Number of countries.
    """

    homicides: "NDArray[np.int64]"
    cut_off_homicides: "NDArray[np.int64]"
    person_years: "NDArray[np.float64]"
    country_index: "NDArray[np.int64]"
    countries: int

    def without(self, city: int) -> "ListedCities":
        """The other cities; a country whose only city is left out stays, with nothing known of it."""
        return replace(
            self,
            homicides=np.delete(self.homicides, city),
            cut_off_homicides=np.delete(self.cut_off_homicides, city),
            person_years=np.delete(self.person_years, city),
            country_index=np.delete(self.country_index, city),
        )

    @property
    def log_rates(self) -> "NDArray[np.float64]":
        """Raw log rates, shape (n_cities,); half a death stands for none, whose logarithm does not exist."""
        homicides = np.maximum(self.homicides, 0.5)
        rates: NDArray[np.float64] = np.log(homicides / self.person_years * PERSON_YEARS_OF_A_RATE)
        return rates
