"""The simulated country of 150 places that the tests fit."""

from citizen_security.cities.every_municipality.model import MunicipalityPriors
from citizen_security.cities.every_municipality.simulation import SimulatedCountry
from citizen_security.methods.sampling import Settings

PRIORS = MunicipalityPriors()


SETTINGS = Settings(draws=1_000, tune=500, chains=4, target_acceptance=0.9, seed=3)


COUNTRY = SimulatedCountry(places=150, groups=8, years=4, seed=11)
