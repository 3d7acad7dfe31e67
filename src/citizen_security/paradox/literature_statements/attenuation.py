"""What a control takes out of a driver's effect, on the same country-years."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.methods.regression.pairs_bootstrap import pairs_bootstrap
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

# Share of bootstrap draws that may fail before an interval from the rest would be of another population.
MAXIMUM_FAILED = 0.05


@dataclass(frozen=True)
class Attenuation:
    """What a control takes out of a driver's effect, on the same country-years.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        model (`without` or `with`), and the columns of `quoted`.
    change : float
        Effect without minus effect with the control.
    lower, upper : float
        Percentile interval of the change over countries drawn with replacement.
    opposite : float
        Share of draws in which the change has the other sign, the smaller side doubled: a bootstrap p-value.
    observations, countries : int
    """

    coefficients: pd.DataFrame
    change: float
    lower: float
    upper: float
    opposite: float
    observations: int
    countries: int


def attenuation(
    panel: pd.DataFrame,
    specification: Specification,
    driver: str,
    control: str,
    confidence_level: float = 0.95,
    draws: int = 1_999,
    seed: int = 2020,
) -> Attenuation:
    """Effect of a driver without and with a control, with a bootstrap interval for the difference.

    The difference, not the share, since a share of an effect that may be zero has no useful interval.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
        Its regressors are replaced.
    driver, control : str
    confidence_level : float
    draws : int
        Of countries with replacement; both effects are refitted on each.
    seed : int

    Returns
    -------
    Attenuation

    Raises
    ------
    NotEstimable
        If the sample cannot carry the regressions, or too many draws cannot.
    """
    models = {
        "without": replace(specification, regressors=(driver,), also_observed=(control,)),
        "with": replace(specification, regressors=(driver, control), also_observed=()),
    }
    fits = {name: least_squares(estimation_sample(panel, model), model) for name, model in models.items()}
    drawn = [estimates[:, 0] for estimates in pairs_bootstrap(list(fits.values()), draws, seed)]
    changes = drawn[0] - drawn[1]
    usable = changes[np.isfinite(changes)]
    if usable.size < (1 - MAXIMUM_FAILED) * draws:
        raise NotEstimable(
            f"{draws - usable.size} of {draws} draws of countries cannot tell {driver} from {control}. Add countries."
        )
    lower, upper = np.quantile(usable, [(1 - confidence_level) / 2, (1 + confidence_level) / 2])
    tables = [quoted(fit, confidence_level).assign(model=name) for name, fit in fits.items()]
    return Attenuation(
        coefficients=pd.concat(tables, ignore_index=True),
        change=float(fits["without"].estimates[0] - fits["with"].estimates[0]),
        lower=float(lower),
        upper=float(upper),
        opposite=float(min(1.0, 2 * min((usable <= 0).mean(), (usable >= 0).mean()))),
        observations=fits["with"].observations,
        countries=fits["with"].clusters,
    )
