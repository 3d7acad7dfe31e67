"""Whether the effect depends on the design, the region, the outcome or the year of a study.

Studies were not assigned to their designs or years: a difference between groups may have any cause that goes with them.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2, f, norm, t

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis, Moderator
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.pooling import Pooled, pool
from citizen_security.words import listed

FEWEST_IN_GROUP = 2

# So many studies more than coefficients: a slope, an intercept and τ² leave two degrees of freedom.
SPARE_STUDIES = 3
FEWEST_FOR_SLOPE = 2 + SPARE_STUDIES

MODERATORS: dict[Moderator, str] = {
    "maryland_level": "strength of design",
    "region": "region",
    "outcome": "outcome",
    "year": "year",
}


class JointTest(NamedTuple):
    """A test of several coefficients together.

    Attributes
    ----------
    name : str
        `F` or `χ²`.
    statistic, numerator_degrees, denominator_degrees : float
        Of χ² the second degrees of freedom are nan.
    p_value : float
    """

    name: str
    statistic: float
    numerator_degrees: float
    denominator_degrees: float
    p_value: float


def problem_of_moderator(studies: pd.DataFrame, moderator: Moderator) -> str:
    """Why studies cannot be compared by a moderator; empty where they can.

    Parameters
    ----------
    studies : pandas.DataFrame
        Of a `Sample`.
    moderator : str

    Returns
    -------
    str
    """
    values = studies[moderator]
    if values.isna().any() or (values == "").any():
        return f"{int((values.isna() | (values == '')).sum())} studies have no {MODERATORS[moderator]}"
    counts = values.value_counts()
    if len(counts) < 2:
        return f"all {len(studies)} studies have the same {MODERATORS[moderator]}"
    if moderator == "year":
        return "" if len(studies) >= FEWEST_FOR_SLOPE else f"a slope needs at least {FEWEST_FOR_SLOPE} studies"
    return "" if counts.min() >= FEWEST_IN_GROUP else f"a group has fewer than {FEWEST_IN_GROUP} studies"


def problem_of_moderators(studies: pd.DataFrame, moderators: Sequence[Moderator]) -> str:
    """Why studies cannot be compared by several moderators at once; empty where they can.

    Parameters
    ----------
    studies : pandas.DataFrame
        Of a `Sample`.
    moderators : sequence of str

    Returns
    -------
    str
    """
    for moderator in moderators:
        if problem := problem_of_moderator(studies, moderator):
            return problem
    if len(moderators) < 2:
        return ""
    columns = design_matrix(studies, *moderators)[0]
    number = columns.shape[1]
    if len(studies) < number + SPARE_STUDIES:
        return f"{len(studies)} studies for {number} coefficients; at least {number + SPARE_STUDIES} are needed"
    if np.linalg.matrix_rank(columns) < number:
        return f"{in_words(moderators)} go together in these studies, so that they cannot be told apart"
    return ""


def in_words(moderators: Sequence[Moderator]) -> str:
    """Moderators for a reader: `strength of design and year`; `none`."""
    return listed([MODERATORS[name] for name in moderators]) if moderators else "none"


def subgroups(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame:
    """Pooled effect of each value of a moderator, each group with its own variance between studies.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis
        With one moderator, and not the year.

    Returns
    -------
    pandas.DataFrame
        `group`, `studies`, `effect`, `lower`, `upper`, `tau_squared`, `i_squared`.
    """
    (moderator,) = parameters.moderators
    rows = []
    for group, members in sample.studies.groupby(moderator):
        fit = pool(
            members["effect"].to_numpy(dtype=np.float64),
            members["standard_error"].to_numpy(dtype=np.float64) ** 2,
            estimator=parameters.estimator,
            test=parameters.test,
            confidence_level=parameters.confidence_level,
        )
        rows.append((group_label(moderator, group), fit.k, fit.effect, *fit.interval, fit.tau_squared, fit.i_squared))
    return pd.DataFrame(rows, columns=["group", "studies", "effect", "lower", "upper", "tau_squared", "i_squared"])


def has_groups(parameters: MetaAnalysis) -> bool:
    """Whether one moderator splits the studies into groups."""
    return len(parameters.moderators) == 1 and parameters.moderators != ("year",)


def group_label(moderator: str, group: object) -> str:
    """Value of a moderator for a reader."""
    return f"Maryland level {group}" if moderator == "maryland_level" else str(group).replace("_", " ")


def design_matrix(studies: pd.DataFrame, *moderators: Moderator) -> tuple[Floats, list[str]]:
    """Intercept and moderators: years since the mean in decades, or a column for each group but the first.

    Parameters
    ----------
    studies : pandas.DataFrame
        Of a `Sample`, or its effects with region.
    *moderators : str

    Returns
    -------
    numpy.ndarray, shape (k, p)
    list of str
        Names of the columns.
    """
    references: list[str] = []
    names: list[str] = []
    columns = [np.ones(len(studies))]
    for moderator in moderators:
        reference, own = _columns_of(studies, moderator)
        references.append(reference)
        names += own.keys()
        columns += own.values()
    return np.column_stack(columns), [", ".join(references), *names]


def _columns_of(studies: pd.DataFrame, moderator: Moderator) -> tuple[str, dict[str, Floats]]:
    """What the intercept stands for, and the columns of a moderator by name."""
    if moderator == "year":
        years = studies["year"].to_numpy(dtype=np.float64)
        return "at the mean year", {"per decade": (years - years.mean()) / 10}
    groups = sorted(studies[moderator].unique())
    first = group_label(moderator, groups[0])
    return first, {
        f"{group_label(moderator, group)} less {first}": (studies[moderator] == group).to_numpy(dtype=np.float64)
        for group in groups[1:]
    }


def regress(sample: Sample, parameters: MetaAnalysis, *moderators: Moderator) -> tuple[Pooled, pd.DataFrame]:
    """Meta-regression on one moderator or several.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis
    *moderators : str

    Returns
    -------
    Pooled
    pandas.DataFrame
        `coefficient`, `estimate`, `lower`, `upper`, `p_value`.
    """
    design, names = design_matrix(sample.studies, *moderators)
    fit = pool(
        sample.effect,
        sample.variance,
        design=design,
        estimator=parameters.estimator,
        test=parameters.test,
        confidence_level=parameters.confidence_level,
    )
    columns = {"estimate": fit.coefficients, "lower": fit.lower, "upper": fit.upper, "p_value": fit.p_values}
    return fit, pd.DataFrame({"coefficient": names, **columns})


def studies_by_year(sample: Sample, fit: Pooled) -> pd.DataFrame:
    """Studies with their year as `value` and their `weight` in the pooled effect, to be drawn beside a line.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Without moderators.

    Returns
    -------
    pandas.DataFrame
    """
    return sample.studies.assign(value=sample.studies["year"], weight=fit.weights)


def regression_line(sample: Sample, fit: Pooled, points: int = 60) -> pd.DataFrame:
    """Fitted mean effect over the years, with its interval.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Regression on the year.
    points : int

    Returns
    -------
    pandas.DataFrame
        `value` (year), `fitted`, `lower`, `upper`.
    """
    years = sample.studies["year"].to_numpy(dtype=np.float64)
    grid = np.linspace(years.min(), years.max(), points)
    rows = np.column_stack([np.ones(points), (grid - years.mean()) / 10])
    fitted = rows @ fit.coefficients
    error = np.sqrt(np.einsum("ip,pq,iq->i", rows, fit.covariance, rows))
    tail = (1 - fit.confidence_level) / 2
    half = error * (norm.isf(tail) if math.isinf(fit.degrees_of_freedom) else t.isf(tail, fit.degrees_of_freedom))
    return pd.DataFrame({"value": grid, "fitted": fitted, "lower": fitted - half, "upper": fitted + half})


def compare_moderators(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame:
    """What each moderator explains, one at a time, or why it cannot be asked.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame
        `moderator`, `p_value` (of all its coefficients together), `tau_squared` (left), `explained` (per cent of τ²
        of the studies without it; zero where there is none or more is left), `note`.
    """
    alone = pool(sample.effect, sample.variance, estimator=parameters.estimator).tau_squared
    rows = []
    for moderator, label in MODERATORS.items():
        if note := problem_of_moderator(sample.studies, moderator) or _too_many_columns(sample, moderator):
            rows.append((label, math.nan, math.nan, math.nan, note))
            continue
        fit, _ = regress(sample, parameters, moderator)
        explained = max(0.0, 100 * (1 - fit.tau_squared / alone)) if alone > 0 else 0.0
        rows.append((label, omnibus(fit).p_value, fit.tau_squared, explained, ""))
    return pd.DataFrame(rows, columns=["moderator", "p_value", "tau_squared", "explained", "note"])


def omnibus(fit: Pooled) -> JointTest:
    """Test that every coefficient but the intercept is zero: F, or χ² where the test is normal.

    Parameters
    ----------
    fit : Pooled
        Of a design whose first column is the intercept.

    Returns
    -------
    JointTest
    """
    slopes = fit.coefficients[1:]
    statistic = float(slopes @ np.linalg.solve(fit.covariance[1:, 1:], slopes))
    columns, degrees = len(slopes), fit.degrees_of_freedom
    if math.isinf(degrees):
        return JointTest("χ²", statistic, columns, math.nan, float(chi2.sf(statistic, columns)))
    return JointTest("F", statistic / columns, columns, degrees, float(f.sf(statistic / columns, columns, degrees)))


def _too_many_columns(sample: Sample, moderator: Moderator) -> str:
    columns = design_matrix(sample.studies, moderator)[0].shape[1]
    return "" if sample.k > columns else f"{sample.k} studies for {columns} coefficients"
