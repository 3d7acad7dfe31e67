"""Country-years in the units that the varying slopes are written in, or why there are none."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.paradox.panel.sample import (
    ROUNDING,
    EstimationSample,
    estimation_sample,
    prepare_panel,
    sample_problems,
)
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity


@dataclass(frozen=True)
class SlopeSample:
    """Country-years in the order of countries and years, in the units that the model is written in.

    Attributes
    ----------
    estimation : EstimationSample
        Its frame is sorted by country and year.
    outcome_name : str
    drivers : tuple of str
    countries : tuple of str
    years : tuple of int
    country_index, year_index : numpy.ndarray of int, shape (rows,)
    outcome : numpy.ndarray, shape (rows,)
        From the mean over all rows, in within-country deviations.
    driver_values : numpy.ndarray, shape (rows, drivers)
        From the country's own mean, in within-country deviations.
    outcome_centre, outcome_scale : float
        Mean and within-country standard deviation of the outcome, in its own units.
    driver_scales : numpy.ndarray, shape (drivers,)
        Within-country standard deviations, in the drivers' own units.
    gap : numpy.ndarray, shape (rows,)
        Years since the country's last observed year; infinite in its first.
    """

    estimation: EstimationSample
    outcome_name: str
    drivers: tuple[str, ...]
    countries: tuple[str, ...]
    years: tuple[int, ...]
    country_index: "NDArray[np.int64]"
    year_index: "NDArray[np.int64]"
    outcome: "NDArray[np.float64]"
    driver_values: "NDArray[np.float64]"
    outcome_centre: float
    outcome_scale: float
    driver_scales: "NDArray[np.float64]"
    gap: "NDArray[np.float64]"

    @property
    def rows(self) -> int:
        """Number of country-years."""
        return len(self.outcome)

    @property
    def slope_units(self) -> "NDArray[np.float64]":
        """What multiplies a slope of the model to give outcome per unit of the driver, shape (drivers,)."""
        return self.outcome_scale / self.driver_scales

    @cached_property
    def first(self) -> "NDArray[np.bool_]":
        """Whether a row is its country's first, shape (rows,)."""
        return np.isinf(self.gap)

    @cached_property
    def previous(self) -> "NDArray[np.int64]":
        """Row of the country's year before; of a first year, the row itself."""
        return np.arange(self.rows) - ~self.first

    def moving(self) -> "NDArray[np.bool_]":
        """Whether each driver moves within each country, shape (countries, drivers)."""
        largest = np.zeros((len(self.countries), len(self.drivers)))
        np.maximum.at(largest, self.country_index, np.abs(self.driver_values))
        level = np.abs(self.estimation.frame[list(self.drivers)].to_numpy(dtype=float)).max(axis=0) / self.driver_scales
        return np.asarray(largest > ROUNDING * np.maximum(level, 1))


def slope_specification(parameters: "CountryHeterogeneity") -> Specification:
    """The two-way fixed-effects regression that the model's average slopes are held against."""
    return Specification(name="two-way fixed effects", regressors=tuple(parameters.drivers), outcome=parameters.outcome)


def describe_sample(sample: SlopeSample) -> str:
    """How many country-years and countries a sample has, and which countries it does without."""
    left_out = ", ".join(sample.estimation.left_out["iso3"]) or "none"
    return f"{sample.rows} country-years of {len(sample.countries)} countries; left out: {left_out}"


def slope_problems(
    country_year: "pd.DataFrame", countries: "Sequence[str]", parameters: "CountryHeterogeneity"
) -> list[str]:
    """Reasons why the slopes cannot be fitted; empty where they can.

    Parameters
    ----------
    country_year : pandas.DataFrame
        The table `country_year`.
    countries : sequence of str
        ISO codes.
    parameters : CountryHeterogeneity

    Returns
    -------
    list of str
    """
    panel = prepare_panel(country_year, countries, parameters.first_year, parameters.last_year, parameters.release)
    specification = slope_specification(parameters)
    sample = estimation_sample(panel, specification)
    if problems := sample_problems(sample, specification):
        return problems
    if parameters.countries == "lac":
        return []
    return [
        f"{row['iso3']} in countries cannot be used ({row['reason']}). Leave it out, or change the period or drivers."
        for _, row in sample.left_out.iterrows()
    ]


def prepare_slopes(panel: "pd.DataFrame", specification: Specification) -> SlopeSample:
    """Country-years with outcome and drivers in within-country standard deviations.

    Drivers are measured from their country's mean, so that a slope is what goes with a country's own movement and no
    comparison between countries enters it, whatever the prior of the intercepts (Mundlak 1978; Bell and Jones 2015).

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification

    Returns
    -------
    SlopeSample

    Raises
    ------
    ValueError
        If a driver moves in no country, or the outcome does not move.
    """
    estimation = estimation_sample(panel, specification)
    frame = estimation.frame.sort_values(["iso3", "year"], ignore_index=True)
    columns = [specification.outcome, *specification.regressors]
    values = frame[columns].astype(float)
    centred = (values - values.groupby(frame["iso3"]).transform("mean")).to_numpy()
    scales = np.sqrt((centred**2).mean(axis=0))
    still = [column for column, scale, level in zip(columns, scales, values.abs().max(), strict=True)
             if not scale > ROUNDING * level]  # fmt: skip
    if still:
        raise ValueError(f"{', '.join(still)} moves within no country, so it has no slope. Leave it out.")
    country_index, countries = frame["iso3"].factorize()
    year_index, years = frame["year"].factorize(sort=True)
    outcome = values[specification.outcome].to_numpy()
    return SlopeSample(
        estimation=replace(estimation, frame=frame),
        outcome_name=specification.outcome,
        drivers=specification.regressors,
        countries=tuple(countries),
        years=tuple(int(year) for year in years),
        country_index=country_index,
        year_index=year_index,
        outcome=(outcome - outcome.mean()) / scales[0],
        driver_values=centred[:, 1:] / scales[1:],
        outcome_centre=float(outcome.mean()),
        outcome_scale=float(scales[0]),
        driver_scales=scales[1:],
        gap=frame.groupby("iso3")["year"].diff().fillna(np.inf).to_numpy(dtype=float),
    )
