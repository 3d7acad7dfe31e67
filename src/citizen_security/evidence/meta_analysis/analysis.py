"""What the studies of one intervention say together: estimators, heterogeneity, forest plot, dependence, 2×2 tables."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from citizen_security.evidence.meta_analysis.moderators import (
    MODERATORS,
    group_label,
    has_groups,
    problem_of_moderator,
    subgroups,
)
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.effect_sizes import counts_of
from citizen_security.evidence.studies.pooled_sample import Sample, choose
from citizen_security.methods.meta_analysis.multilevel import Coefficients, ThreeLevel, cluster_robust, three_level
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, Pooled, pool, q_profile_interval
from citizen_security.methods.meta_analysis.two_by_two import Tables, mantel_haenszel, peto, tables

type Floats = npt.NDArray[np.float64]

FEWEST = 2

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


@dataclass(frozen=True, eq=False)
class Dependent:
    """Effects that share a publication or a study.

    Attributes
    ----------
    nested : ThreeLevel
    robust : Coefficients
        CR2 errors with the covariance of `nested` as the working one.
    naive : Pooled
        As if every effect were a study of its own.
    """

    nested: ThreeLevel
    robust: Coefficients
    naive: Pooled


def problems_of_sample(harmonised: pd.DataFrame, parameters: MetaAnalysis) -> list[str]:
    """Why the studies asked for cannot be pooled, or not be split by the moderator, in sentences; empty where they can.

    Parameters
    ----------
    harmonised : pandas.DataFrame
    parameters : MetaAnalysis

    Returns
    -------
    list of str
    """
    sample = choose(harmonised, parameters.intervention, parameters.outcome, parameters.measure)
    if sample.k < FEWEST:
        has = "study has" if sample.k == 1 else "studies have"
        given = [f"{name} = '{getattr(parameters, name)}'" for name in ("intervention", "outcome", "measure")]
        return [
            f"{', '.join(given)}: {sample.k} {has} an effect with an error; at least {FEWEST} are needed. With "
            f"outcome = 'all' and measure = 'most_studies', these have enough: {_offers(harmonised)}"
        ]
    if parameters.moderator == "none":
        return []
    problem = problem_of_moderator(sample.studies, parameters.moderator)
    if not problem:
        return []
    others = [repr(name) for name in MODERATORS if not problem_of_moderator(sample.studies, name)]
    return [
        f"moderator = '{parameters.moderator}': {problem}; allowed for these studies: {', '.join(['none', *others])}"
    ]


def pool_sample(sample: Sample, parameters: MetaAnalysis) -> Pooled:
    """Pool the studies as the parameters say."""
    return pool(
        sample.effect, sample.variance, estimator=parameters.estimator, test=parameters.test, level=parameters.level
    )


def prediction(fit: Pooled) -> tuple[float, float] | None:
    """Prediction interval; none with fewer than three studies."""
    try:
        return fit.prediction_interval()
    except NotEnoughStudies:
        return None


def compare_estimators(sample: Sample, level: float) -> pd.DataFrame:
    """The pooled effect under each estimator of the between-study variance, with a normal and a t interval.

    Parameters
    ----------
    sample : Sample
    level : float

    Returns
    -------
    pandas.DataFrame
        `estimator`, `label`, `tau_squared`, `i_squared`, `effect`, `normal_lower`, `normal_upper`,
        `knapp_hartung_lower`, `knapp_hartung_upper`, `converged`.
    """
    rows = []
    for name in get_args(Estimator):
        normal = pool(sample.effect, sample.variance, estimator=name, test="normal", level=level)
        scaled = pool(sample.effect, sample.variance, estimator=name, test="knapp_hartung", level=level)
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
    low, high = q_profile_interval(sample.effect, sample.variance, level=fit.level)
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


def forest_rows(sample: Sample, fit: Pooled, parameters: MetaAnalysis) -> pd.DataFrame:
    """Studies with normal intervals of their own and weights in the pooled effect, sorted by effect within groups.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Without moderators.
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame
        `label`, `effect`, `lower`, `upper`, `weight`, `group` (empty where the moderator makes none).
    """
    half = norm.isf((1 - parameters.level) / 2) * sample.studies["standard_error"]
    rows = sample.studies[["label", "effect"]].assign(
        lower=sample.studies["effect"] - half, upper=sample.studies["effect"] + half, weight=fit.weights, group=""
    )
    if has_groups(parameters):
        values = sample.studies[parameters.moderator]
        rows["group"] = [group_label(parameters.moderator, value) for value in values]
    return rows.sort_values(["group", "effect"], ignore_index=True)


def forest_summaries(sample: Sample, fit: Pooled, parameters: MetaAnalysis) -> pd.DataFrame:
    """Diamonds of a forest plot: one for each group, and one for all studies.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame
        `group`, `studies`, `effect`, `lower`, `upper`.
    """
    columns = ["group", "studies", "effect", "lower", "upper"]
    whole = pd.DataFrame([("all studies", fit.k, fit.effect, *fit.interval)], columns=columns)
    groups = [subgroups(sample, parameters)[columns]] if has_groups(parameters) else []
    return pd.concat([*groups, whole], ignore_index=True)


def contributions(sample: Sample) -> pd.DataFrame:
    """Baujat's plot: what each study adds to Q, and how far it moves the equal-effects mean.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    pandas.DataFrame
        `label`, `heterogeneity` (its part of Q), `influence` (squared change of the mean without it, over the variance
        of the mean without it).

    References
    ----------
    Baujat, Mahé, Pignon and Hill (2002), Statistics in Medicine 21(18).
    """
    weights = 1 / sample.variance
    total = weights.sum()
    mean = float(weights @ sample.effect / total)
    without = (total * mean - weights * sample.effect) / (total - weights)
    return pd.DataFrame(
        {
            "label": sample.studies["label"],
            "heterogeneity": weights * (sample.effect - mean) ** 2,
            "influence": (mean - without) ** 2 * (total - weights),
        }
    )


def common_effects(sample: Sample, level: float) -> pd.DataFrame:
    """Odds ratios straight from 2×2 tables: Mantel–Haenszel and Peto, beside inverse variance with equal effects.

    Parameters
    ----------
    sample : Sample
    level : float

    Returns
    -------
    pandas.DataFrame
        `method`, `effect` (log odds ratio), `lower`, `upper`, `q`, `k`.

    Raises
    ------
    NotEnoughStudies
        Where fewer than two effects were computed from counts.
    """
    counted = _counted(sample)
    given = _tables(counted)
    chosen = sample.effects[counted.notna()]
    inverse = pool(
        chosen["effect"].to_numpy(dtype=np.float64),
        chosen["standard_error"].to_numpy(dtype=np.float64) ** 2,
        estimator="equal_effects",
        test="normal",
        level=level,
    )
    rows = [("inverse variance", inverse.effect, *inverse.interval, inverse.q, inverse.k)]
    for name, found in (("Mantel–Haenszel", mantel_haenszel(given, level=level)), ("Peto", peto(given, level=level))):
        rows.append((name, found.effect, found.lower, found.upper, found.q, found.k))
    return pd.DataFrame(rows, columns=["method", "effect", "lower", "upper", "q", "k"])


def control_risks(sample: Sample) -> Floats:
    """Risk of the event in each control group whose counts are known; may be empty."""
    counted = _counted(sample).dropna()
    if counted.empty:
        return np.empty(0)
    given = _tables(counted)
    return np.asarray(given.control / given.control_all)


def dependent_effects(effects: pd.DataFrame, key: str, level: float) -> Dependent:
    """Three levels, cluster-robust errors, and what ignoring the dependence gives.

    Parameters
    ----------
    effects : pandas.DataFrame
        effect, standard_error, and the key of the study or publication.
    key : str
    level : float

    Returns
    -------
    Dependent

    Raises
    ------
    NotEnoughStudies
        If no two effects share a key, or all do.
    """
    values = effects["effect"].to_numpy(dtype=np.float64)
    variances = effects["standard_error"].to_numpy(dtype=np.float64) ** 2
    keys = effects[key].to_numpy()
    nested = three_level(values, variances, keys, level=level)
    robust = cluster_robust(values, keys, nested.working_covariance, level=level)
    return Dependent(nested, robust, pool(values, variances, level=level))


def dependence_table(found: Dependent) -> pd.DataFrame:
    """The mean effect by the three ways: `method`, `effect`, `lower`, `upper`, `degrees_of_freedom`."""
    naive, nested, robust = found.naive, found.nested.fixed, found.robust
    rows = [
        ("each effect a study", naive.effect, *naive.interval, naive.degrees_of_freedom),
        ("three levels", *_only(nested)),
        ("three levels, CR2 errors", *_only(robust)),
    ]
    return pd.DataFrame(rows, columns=["method", "effect", "lower", "upper", "degrees_of_freedom"])


def _only(fixed: Coefficients) -> tuple[float, float, float, float]:
    parts = (fixed.coefficients, fixed.lower, fixed.upper, fixed.degrees_of_freedom)
    first, lower, upper, degrees = (float(part[0]) for part in parts)
    return first, lower, upper, degrees


def _offers(harmonised: pd.DataFrame) -> str:
    sizes = {str(code): choose(harmonised, str(code)).k for code in harmonised["intervention"].unique()}
    enough = sorted(((size, code) for code, size in sizes.items() if size >= FEWEST), reverse=True)
    return ", ".join(f"{code} ({size})" for size, code in enough)


def _counted(sample: Sample) -> "pd.Series[Any]":
    """Counts behind each effect, missing where there are none; only odds ratios are computed from them."""
    found = [counts_of(text) for text in sample.effects["derivation"]]
    if sample.measure != "odds_ratio":
        found = [None] * len(found)
    return pd.Series(found, index=sample.effects.index, dtype=object)


def _tables(counted: "pd.Series[Any]") -> Tables:
    known = counted.dropna().tolist()
    if len(known) < FEWEST:
        raise NotEnoughStudies(f"{len(known)} effects were computed from counts; at least {FEWEST} are needed.")
    return tables(*np.array(known, dtype=np.float64).T)
