"""What designs, pools and series are called in sentences and beside rows."""

from collections.abc import Mapping

from citizen_security.programmes.estimator_names import COMPLETED, ESTIMATOR_NAMES, OTHER_NAMES
from citizen_security.programmes.synthetic_morelia.parameters import BY_OUTCOMES, Pool

DESIGN_NAMES: Mapping[str, str] = {
    **{str(name): ESTIMATOR_NAMES[name] for name in BY_OUTCOMES},
    COMPLETED: OTHER_NAMES[COMPLETED],
    "counts": "matched by counts",
}
POOL_NAMES: Mapping[Pool, str] = {"country": "all Mexico", "state": "Michoacán"}
SERIES_NAMES: Mapping[str, str] = {
    "inegi_deaths": "deaths",
    "snsp_files_old_method": "police files, old method",
    "sesnsp_press": "police counts in the press",
}
