"""The few numbers that are estimated of a country: how its cities differ and move, with their priors."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from citizen_security.methods.arrays import Floats

PARAMETERS = (
    "level_deviation",
    "trend_deviation",
    "wave_deviation",
    "passing_deviation",
    "shock_deviation",
    "persistence",
)

# Rates of the countries' cities before any is seen: median 15 per 100,000, almost surely between 2 and 120.
CENTRE = float(np.log(15.0))
CENTRE_SCALE = 1.0


@dataclass(frozen=True)
class Deviations:
    """What is estimated of a country, besides its path and its cities' risks.

    Attributes
    ----------
    level_deviation : float
        Standard deviation between cities' lasting levels (log rate).
    trend_deviation : float
        Between cities' own linear trends (log rate a decade).
    wave_deviation : float
        Of the waves about level and trend (log rate).
    passing_deviation : float
        Of what lasts a single year, beyond the chance in a count (log rate).
    shock_deviation : float
        Of the year-to-year steps of the path that the country's cities share (log rate).
    persistence : float
        Correlation of a wave with itself a year later, from 0 to 1.
    """

    level_deviation: float
    trend_deviation: float
    wave_deviation: float
    passing_deviation: float
    shock_deviation: float
    persistence: float

    def city_covariance(self, years: Floats, centre: float) -> Floats:
        """Covariance of a city's log risk about the country's path, shape (n_years, n_years).

        Parameters
        ----------
        years : numpy.ndarray, shape (n_years,)
        centre : float
            Year from which trends are measured.
        """
        return self.stationary_covariance(years) + self.trend_deviation**2 * np.multiply.outer(
            (years - centre) / 10, (years - centre) / 10
        )

    def stationary_covariance(self, years: Floats) -> Floats:
        """The same without the cities' own trends: levels, waves and what passes."""
        apart = np.abs(np.subtract.outer(years, years))
        waves = self.wave_deviation**2 * self.persistence**apart
        covariance: Floats = self.level_deviation**2 + waves + self.passing_deviation**2 * (apart == 0)
        return covariance

    def path_covariance(self, years: Floats, start: float) -> Floats:
        """Covariance of the country's path, a random walk from its first year, shape (n_years, n_years)."""
        covariance: Floats = CENTRE_SCALE**2 + self.shock_deviation**2 * np.minimum.outer(years - start, years - start)
        return covariance


# Half-normal priors, wide against what countries show; the persistence has a Beta(4, 2): waves, if any, last.
SCALES = {
    "level_deviation": 1.0,
    "trend_deviation": 0.5,
    "wave_deviation": 0.5,
    "passing_deviation": 0.25,
    "shock_deviation": 0.3,
}

PERSISTENCE_PRIOR = (4.0, 2.0)


def log_prior(deviations: Deviations) -> float:
    """Log density of the priors of the deviations, up to a constant."""
    scaled = sum((getattr(deviations, name) / scale) ** 2 for name, scale in SCALES.items())
    first, second = PERSISTENCE_PRIOR
    persistence = deviations.persistence
    return float(-0.5 * scaled + special.xlogy(first - 1, persistence) + special.xlog1py(second - 1, -persistence))


def draw_prior(generator: np.random.Generator) -> Deviations:
    """One draw of the deviations from their priors."""
    drawn = [float(abs(generator.normal(0.0, scale))) for scale in SCALES.values()]
    return Deviations(*[*drawn, float(generator.beta(*PERSISTENCE_PRIOR))])
