"""The studies of one intervention pooled, under every estimator of the variance between them, and how they differ."""

import math
from collections.abc import Callable
from typing import get_args

import pandas as pd

from citizen_security.evidence.studies.pooled_sample import Ends, Sample, expected_of_a_new_study
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.methods.meta_analysis.pooling import Pooled, pool, q_profile_interval

ESTIMATOR_LABELS: dict[Estimator, str] = {
    "equal_effects": "Equal effects",
    "dersimonian_laird": "DerSimonian–Laird",
    "hedges_olkin": "Hedges–Olkin",
    "hunter_schmidt": "Hunter–Schmidt",
    "sidik_jonkman": "Sidik–Jonkman",
    "maximum_likelihood": "Maximum likelihood",
    "restricted_maximum_likelihood": "Restricted maximum likelihood",
    "empirical_bayes": "Empirical Bayes",
    "paule_mandel": "Paule–Mandel",
}


def prediction(fit: Pooled) -> Ends | None:
    """Prediction interval; none with fewer than three studies, or where τ² was fixed."""
    found = expected_of_a_new_study(fit)
    return None if isinstance(found, str) else found


def compare_estimators(sample: Sample, confidence_level: float) -> pd.DataFrame:
    """The pooled effect under each estimator of the between-study variance, with a normal and a t interval.

    Parameters
    ----------
    sample : Sample
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        `estimator`, `label`, `tau_squared`, `i_squared`, `effect`, `normal_lower`, `normal_upper`,
        `knapp_hartung_lower`, `knapp_hartung_upper`, `converged`.
    """
    rows = []
    for name in get_args(Estimator):
        normal = pool(sample.effect, sample.variance, estimator=name, test="normal", confidence_level=confidence_level)
        scaled = pool(
            sample.effect, sample.variance, estimator=name, test="knapp_hartung", confidence_level=confidence_level
        )
        rows.append(
            {
                "estimator": name,
                "label": ESTIMATOR_LABELS[name],
                "tau_squared": normal.tau_squared,
                "i_squared": normal.i_squared,
                "effect": normal.effect,
                **dict(zip(("normal_lower", "normal_upper"), normal.interval, strict=True)),
                **dict(zip(("knapp_hartung_lower", "knapp_hartung_upper"), scaled.interval, strict=True)),
                "converged": normal.converged,
            }
        )
    return pd.DataFrame(rows)


def heterogeneity(sample: Sample, fit: Pooled) -> pd.DataFrame:
    """τ², τ, I² and H², each with the interval that the Q-profile interval of τ² gives, and Cochran's test.

    Parameters
    ----------
    sample : Sample
    fit : Pooled

    Returns
    -------
    pandas.DataFrame
        `quantity`, `estimate`, `lower`, `upper`.
    """
    low, high = q_profile_interval(sample.effect, sample.variance, confidence_level=fit.confidence_level)
    # Typical sampling variance of Higgins and Thompson (2002), which ties I² and H² to τ².
    weights = 1 / sample.variance
    typical = (sample.k - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())

    def share(tau_squared: float) -> float:
        return 100 * tau_squared / (tau_squared + typical)

    def ratio(tau_squared: float) -> float:
        return 1 + tau_squared / typical

    quantities: list[tuple[str, float, Callable[[float], float]]] = [
        ("τ², variance between studies", fit.tau_squared, lambda value: value),
        ("τ, standard deviation", math.sqrt(fit.tau_squared), math.sqrt),
        ("I², per cent", fit.i_squared, share),
        ("H²", fit.h_squared, ratio),
    ]
    rows = [(name, estimate, of(low), of(high)) for name, estimate, of in quantities]
    rows.append((f"Q on {fit.q_degrees_of_freedom:.0f} degrees of freedom", fit.q, math.nan, math.nan))
    rows.append(("p of equal effects", fit.q_p_value, math.nan, math.nan))
    return pd.DataFrame(rows, columns=["quantity", "estimate", "lower", "upper"])
