"""Whether trust moves with homicide: in levels with country and wave effects, and from wave to wave."""

import numpy as np
import pandas as pd

from citizen_security.methods.panel.fixed_effects import fit_effects
from citizen_security.methods.panel.wide import WidePanel, change
from citizen_security.methods.regression.equivalence import equivalence_table
from citizen_security.methods.regression.intervals import every_interval
from citizen_security.methods.regression.least_squares import LeastSquares
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing

DRIVER = "homicide"

# The kind of interval that is quoted.
QUOTED = "bias-reduced"
SCALES = {"levels": "levels", "changes": "changes from wave to wave"}


def fits(rows: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> dict[str, LeastSquares]:
    """Trust in points on the logarithm of homicide to the base two, with country and wave effects and in changes.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `waves.waves`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    dict of str to LeastSquares
        By the keys of `SCALES`. Changes are those from one wave to the next, one or two years apart, with wave effects.

    Raises
    ------
    NotEstimable
        If countries or waves are too few.
    """
    rates = rows["homicide"].to_numpy(float)
    doublings = np.log2(np.where(rates > 0, rates, np.nan))
    panel = WidePanel.of(rows["iso3"], rows["wave"], rows[parameters.institution], doublings)
    levels = fit_effects(panel.units, panel.outcome, {DRIVER: panel.driver})
    steps = fit_effects(panel.units, change(panel.outcome), {DRIVER: change(panel.driver)}, unit_effects=False)
    return {"levels": levels.fit, "changes": steps.fit}


def with_homicide(fitted: dict[str, LeastSquares], parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """Points of trust that go with twice the homicide rate, by every kind of interval, with the equivalence test.

    Parameters
    ----------
    fitted : dict
        From `fits`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    pandas.DataFrame
        scale, method, estimate, lower, upper (points), p_value, verdict (of the equivalence test), countries,
        observations.
    """
    tables = []
    for scale, fit in fitted.items():
        draws, seed = parameters.bootstrap_draws, parameters.seed
        intervals = every_interval(fit, parameters.confidence_level, draws=draws, seed=seed)
        tested = equivalence_table(
            fit, DRIVER, parameters.smallest_effect, parameters.significance, draws=draws, seed=seed
        )
        merged = intervals.merge(tested[["method", "verdict"]], on="method", how="left")
        tables.append(merged.assign(scale=scale))
    columns = ["scale", "method", "estimate", "lower", "upper", "p_value", "verdict", "clusters", "observations"]
    return pd.concat(tables, ignore_index=True)[columns].rename(columns={"clusters": "countries"})
