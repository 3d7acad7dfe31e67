"""São Paulo against its donors by each estimator: path, deaths averted, and where it stands among placebos."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.synthetic_control.completed_placebos import completed_gaps
from citizen_security.methods.synthetic_control.matrix_completion import matrix_completion
from citizen_security.methods.synthetic_control.names import Estimator
from citizen_security.methods.synthetic_control.placebos import (
    PlaceboTest,
    placebo_gaps,
    placebo_panels,
    placebos_from_gaps,
)
from citizen_security.methods.synthetic_control.predictors import PredictorControl, fit_with_predictors
from citizen_security.programmes.estimator_names import COMPLETED, ESTIMATOR_NAMES, OTHER_NAMES, WITH_PREDICTORS
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import StatePanel

# Estimators that take nothing but the outcome before the start.
BY_OUTCOMES: tuple[Estimator, ...] = get_args(Estimator)

# What the estimators are called in a sentence and beside a row.
LABELS: dict[str, str] = {
    WITH_PREDICTORS: OTHER_NAMES[WITH_PREDICTORS],
    **{str(name): told for name, told in ESTIMATOR_NAMES.items()},
    COMPLETED: OTHER_NAMES[COMPLETED],
}

# Donors with less have no part in the sum that shows.
LEAST_WEIGHT = 0.01

# Searches for each placebo: the fewest that are allowed, since there are as many placebos as donors.
LEAST_SEARCHES = 50

# Shares of whole numbers of placebos are not to fall below them by rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class EstimatorFit:
    """What one estimator says of São Paulo.

    Attributes
    ----------
    estimator : str
    counterfactual : numpy.ndarray, shape (periods,)
        On the panel's scale.
    gaps : numpy.ndarray, shape (1 + donors, periods)
        Of São Paulo and of each donor as if it had been treated.
    test : PlaceboTest
    searched : tuple of PredictorControl
        The searches behind each row of the gaps, where predictors are matched.
    """

    estimator: str
    counterfactual: Floats
    gaps: Floats
    test: PlaceboTest
    searched: tuple[PredictorControl, ...] = ()


def fit_estimators(found: StatePanel, main: PredictorControl, parameters: SyntheticSaoPaulo) -> list[EstimatorFit]:
    """Every estimator with its placebos in space.

    Parameters
    ----------
    found : StatePanel
    main : PredictorControl
        The fit with predictors on this panel.
    parameters : SyntheticSaoPaulo

    Returns
    -------
    list of EstimatorFit
    """
    panel = found.panel
    searched = fits_with_predictors(found, main, parameters)
    every = {WITH_PREDICTORS: np.vstack([fit.gaps[0] for fit in searched])}
    every |= {name: placebo_gaps(panel, name) for name in BY_OUTCOMES}
    every[COMPLETED] = completed_gaps(matrix_completion(panel, seed=parameters.seed))
    return [
        EstimatorFit(
            name, panel.target - gaps[0], gaps, placebos_from_gaps(panel, gaps, parameters.statistic),
            searched if name == WITH_PREDICTORS else (),
        )
        for name, gaps in every.items()
    ]  # fmt: skip


def fits_with_predictors(
    found: StatePanel, main: PredictorControl, parameters: SyntheticSaoPaulo
) -> tuple[PredictorControl, ...]:
    """Fits of the state and of each donor as if it had been treated, each with its own search.

    Parameters
    ----------
    found : StatePanel
    main : PredictorControl
        The fit of the state.
    parameters : SyntheticSaoPaulo

    Returns
    -------
    tuple of PredictorControl
        The state's first, then the donors' in their order.
    """
    fits = [main]
    for place, one in enumerate(placebo_panels(found.panel)):
        donors = [number for number in range(1, len(found.panel.units)) if number != place + 1]
        columns = found.predictors[[place + 1, *donors]]
        fits.append(
            fit_with_predictors(
                one, columns, found.names, starts=LEAST_SEARCHES, tolerance=0.0, seed=parameters.seed
            )
        )  # fmt: skip
    return tuple(fits)


def interval_by_placebos(found: StatePanel, fit: EstimatorFit, confidence_level: float) -> tuple[float, float]:
    """Deaths averted that placebos do not reject: what was found, give or take what they show where nothing was done.

    Parameters
    ----------
    found : StatePanel
    fit : EstimatorFit
    confidence_level : float

    Returns
    -------
    tuple of float
        Infinite where so few placebos can reject nothing at this level.

    References
    ----------
    Firpo and Possebom (2018), Journal of Causal Inference 6(2), with equal probabilities of treatment.
    """
    averted = found.averted(fit.counterfactual)
    shown = np.array([found.averted(found.panel.target - gaps) for gaps in fit.gaps[1:]])
    needed = int(np.floor((1 - confidence_level) * (len(shown) + 1) + ROUNDING))
    if not needed:
        return -np.inf, np.inf
    half = float(np.sort(np.abs(shown))[-needed])
    return averted - half, averted + half


def estimator_table(found: StatePanel, fits: Iterable[EstimatorFit], confidence_level: float) -> pd.DataFrame:
    """Deaths averted and placebo p of each estimator.

    Parameters
    ----------
    found : StatePanel
    fits : iterable of EstimatorFit
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        `estimator`, `label`, `rmspe_before` (on the panel's scale), `expected`, `averted` with `lower` and `upper` by
        placebos, `percent` of expected deaths, `p_value`, `floor`.
    """
    rows = []
    for fit in fits:
        expected, averted = found.expected_deaths(fit.counterfactual), found.averted(fit.counterfactual)
        before = fit.gaps[0, : found.panel.before]
        lower, upper = interval_by_placebos(found, fit, confidence_level)
        rows.append(
            {
                "estimator": fit.estimator,
                "label": LABELS[fit.estimator],
                "rmspe_before": float(np.sqrt((before**2).mean())),
                "expected": expected,
                "averted": averted,
                "lower": lower,
                "upper": upper,
                "percent": 100 * averted / expected,
                "p_value": fit.test.p_value,
                "floor": fit.test.floor,
            }
        )
    return pd.DataFrame(rows)


def statistics_table(fit: EstimatorFit) -> pd.DataFrame:
    """Statistic of São Paulo and of each placebo of one estimator, the most extreme first.

    Parameters
    ----------
    fit : EstimatorFit

    Returns
    -------
    pandas.DataFrame
        `state`, `statistic`, `treated`.
    """
    test = fit.test
    rows = pd.DataFrame(
        {
            "state": ["SP", *test.units],
            "statistic": [test.treated, *test.placebos[:, 0]],
            "treated": [True, *[False] * len(test.units)],
        }
    )
    return rows.sort_values("statistic", key=lambda column: column.abs(), ascending=False, ignore_index=True)


def paths_table(found: StatePanel, main: PredictorControl) -> pd.DataFrame:
    """Rates of São Paulo and of its synthetic control with predictors, with the range of near-optimal weights.

    Parameters
    ----------
    found : StatePanel
    main : PredictorControl

    Returns
    -------
    pandas.DataFrame
        `year`, `observed`, `synthetic`, `lower`, `upper` per 100,000 people, and `after` the start.
    """
    paths = found.rates(found.panel.target - main.gaps)
    return pd.DataFrame(
        {
            "year": found.panel.periods,
            "observed": found.rates(found.panel.target),
            "synthetic": paths[0],
            "lower": paths.min(axis=0),
            "upper": paths.max(axis=0),
            "after": found.panel.periods >= found.panel.start,
        }
    )


def averted_range(found: StatePanel, main: PredictorControl) -> tuple[float, float, float]:
    """Deaths averted by the best weights, and the least and most by near-optimal ones.

    Parameters
    ----------
    found : StatePanel
    main : PredictorControl

    Returns
    -------
    tuple of float
    """
    every = [found.averted(found.panel.target - gaps) for gaps in main.gaps]
    return every[0], min(every), max(every)


def without_each_donor(found: StatePanel, main: PredictorControl, parameters: SyntheticSaoPaulo) -> pd.DataFrame:
    """Deaths averted without each donor that carries weight, searched for anew.

    Parameters
    ----------
    found : StatePanel
    main : PredictorControl
    parameters : SyntheticSaoPaulo

    Returns
    -------
    pandas.DataFrame
        `without`, `weight`, `rmspe_before`, `averted`; the heaviest first.
    """
    rows = []
    weights = main.donor_weights[0]
    for place in np.argsort(-weights, kind="stable"):
        if weights[place] < LEAST_WEIGHT:
            break
        name = found.panel.donors[place]
        kept = [number for number, unit in enumerate(found.panel.units) if unit != name]
        fit = fit_with_predictors(
            found.panel.without(name), found.predictors[kept], found.names, starts=parameters.searches,
            tolerance=parameters.tolerance, seed=parameters.seed,
        )  # fmt: skip
        error = float(np.sqrt(fit.losses[0]))
        rows.append((name, float(weights[place]), error, found.averted(found.panel.target - fit.gaps[0])))
    return pd.DataFrame(rows, columns=["without", "weight", "rmspe_before", "averted"])
