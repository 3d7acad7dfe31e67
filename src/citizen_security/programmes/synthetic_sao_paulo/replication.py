"""The printed weights put to the table: how well they fit, how many deaths they expect, and what fits better."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.synthetic_control.predictors import PredictorControl, fit_with_predictors
from citizen_security.methods.synthetic_control.simplex import fit_simplex
from citizen_security.programmes.synthetic_sao_paulo.donor_pool import PUBLISHED_START, printed
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import StatePanel, state_panel

# The author's code takes the rates of Paraíba where his table says Pernambuco.
IN_THE_CODE = {"PE": "PB"}

# Smaller shares are not printed.
LEAST_WEIGHT = 5e-4

PRINTED, CODED, IMPLIED, SEARCHED = "printed", "as in the code", "from printed predictor weights", "searched here"


def published_parameters(parameters: SyntheticSaoPaulo) -> SyntheticSaoPaulo:
    """The article's start, years, scale, donors and predictors, with the search that is asked for."""
    searched = parameters.model_dump(include={"searches", "tolerance", "seed"})
    return SyntheticSaoPaulo.from_values({**searched, "start": PUBLISHED_START})


def published_panel(table: pd.DataFrame, parameters: SyntheticSaoPaulo) -> StatePanel:
    """The panel of the article, whatever else is asked for.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    parameters : SyntheticSaoPaulo

    Returns
    -------
    StatePanel
    """
    return state_panel(table, published_parameters(parameters))


def with_predictors(found: StatePanel, parameters: SyntheticSaoPaulo) -> PredictorControl:
    """Synthetic control with predictors on a panel of states.

    Parameters
    ----------
    found : StatePanel
    parameters : SyntheticSaoPaulo
        Whose searches, tolerance and seed are taken.

    Returns
    -------
    PredictorControl
    """
    return fit_with_predictors(
        found.panel,
        found.predictors,
        found.names,
        starts=parameters.searches,
        tolerance=parameters.tolerance,
        seed=parameters.seed,
    )


def compare_weights(published: StatePanel, figures: pd.DataFrame, fit: PredictorControl) -> pd.DataFrame:
    """Fits and deaths by the printed weights, as the author's code takes them, and by weights that are searched for.

    Parameters
    ----------
    published : StatePanel
        From `published_panel`.
    figures : pandas.DataFrame
        `published_results`.
    fit : PredictorControl
        From `with_predictors`.

    Returns
    -------
    pandas.DataFrame
        `weights`, `loss` (mean squared gap before the start), `expected`, `averted`.
    """
    donors = published.panel.donors
    weights = printed(figures, "donor_weight")["value"]
    sets = {
        PRINTED: _in_order(weights, donors),
        CODED: _in_order(weights.rename(index=IN_THE_CODE), donors),
        IMPLIED: _by_predictor_weights(published, printed(figures, "predictor_weight")["value"]),
        SEARCHED: fit.donor_weights[0],
    }
    rows = []
    for name, shares in sets.items():
        counterfactual = shares @ published.panel.donor_outcomes
        gaps = (published.panel.target - counterfactual)[: published.panel.before]
        expected, averted = published.expected_deaths(counterfactual), published.averted(counterfactual)
        rows.append((name, float((gaps**2).mean()), expected, averted))
    return pd.DataFrame(rows, columns=["weights", "loss", "expected", "averted"])


def weights_beside_printed(
    published: StatePanel, figures: pd.DataFrame, fit: PredictorControl, names: Mapping[str, str]
) -> pd.DataFrame:
    """Donors' weights as printed, and the best and the range of the near-optimal ones found here.

    Parameters
    ----------
    published, figures, fit
        As for `compare_weights`.
    names : mapping of str to str
        Names of the states by their codes.

    Returns
    -------
    pandas.DataFrame
        `code`, `donor`, `printed`, `searched`, `lower`, `upper`; donors without weight in any are left out.
    """
    weights = _in_order(printed(figures, "donor_weight")["value"], published.panel.donors)
    found = pd.DataFrame(
        {
            "code": published.panel.donors,
            "donor": [names[code] for code in published.panel.donors],
            "printed": weights,
            "searched": fit.donor_weights[0],
            "lower": fit.weight_ranges[:, 0],
            "upper": fit.weight_ranges[:, 1],
        }
    )
    carrying = found[["printed", "upper"]].max(axis=1) >= LEAST_WEIGHT
    return found[carrying].sort_values(["upper", "donor"], ascending=[False, True], ignore_index=True)


def _in_order(weights: "pd.Series[float]", names: tuple[str, ...]) -> Floats:
    return np.asarray(weights.reindex(list(names)).fillna(0.0), dtype=np.float64)


def _by_predictor_weights(published: StatePanel, weights: "pd.Series[float]") -> Floats:
    """Exact weights of donors by the printed weights of predictors."""
    shares = np.sqrt(_in_order(weights, published.names))
    scaled = shares * published.predictors / published.predictors.std(axis=0, ddof=1)
    found: Floats = fit_simplex(scaled[0], scaled[1:]).weights[0]
    return found
