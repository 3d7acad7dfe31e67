"""What windows, pools and scales are called in sentences and figures."""

from collections.abc import Mapping

from citizen_security.programmes.parameters import Outcome
from citizen_security.programmes.prevention_costa_rica.parameters import Pool

WINDOWS: Mapping[str, str] = {"strategy": "the strategy", "after": "after it", "since": "since then"}

POOL_NAMES: Mapping[Pool, str] = {
    "region": "countries of the region",
    "region_low": "low-homicide countries of the region",
    "world_low": "low-homicide countries of the world",
}

SCALE_NAMES: Mapping[Outcome, str] = {"level": "rates", "log": "logarithms"}
