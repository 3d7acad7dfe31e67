"""Whether the chosen moderators together explain anything: by F, by rearrangement, and by all effects of a study."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.dependence import too_few_degrees
from citizen_security.evidence.meta_analysis.moderators import JointTest, design_matrix, in_words, omnibus, regress
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis, Moderator
from citizen_security.evidence.meta_analysis.readings import p_in_words
from citizen_security.evidence.studies.pooled_sample import Sample, or_reason
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.block_covariance import Blocks
from citizen_security.methods.meta_analysis.cluster_robust import WaldTest, cluster_robust, wald_test
from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, Pooled, pool
from citizen_security.methods.meta_analysis.resampling import permutation_test

# At a test that is not to be relied on, and at the note that says so.
MARK = "†"

COLUMNS = ["test", "name", "statistic", "numerator_degrees", "denominator_degrees", "p_value", "note"]


@dataclass(frozen=True, eq=False)
class AskedModerators:
    """What the chosen moderators explain.

    Attributes
    ----------
    regression : Pooled or None
        None where no moderator was chosen.
    coefficients : pandas.DataFrame
        `coefficient`, `estimate`, `lower`, `upper`, `p_value`; empty without a regression.
    tests : pandas.DataFrame
        Of all coefficients but the intercept together: `test`, `name` (F, χ², or blank), `statistic`,
        `numerator_degrees`, `denominator_degrees` (missing where there are none), `p_value`, `note` (why there is
        none, or that it is not to be relied on, with a † at the test); a row for F or χ², one for rearrangement, one
        for HTZ; empty without a regression.
    """

    regression: Pooled | None
    coefficients: pd.DataFrame
    tests: pd.DataFrame

    @property
    def p_value(self) -> float:
        """By F; nan without a regression."""
        return float(self.tests["p_value"].iloc[0]) if len(self.tests) else math.nan


def ask_moderators(sample: Sample, parameters: MetaAnalysis) -> AskedModerators:
    """Regress on the moderators of the parameters, and test them together.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis

    Returns
    -------
    AskedModerators
    """
    moderators = parameters.moderators
    if not moderators:
        nothing = pd.DataFrame(columns=["coefficient", "estimate", "lower", "upper", "p_value"])
        return AskedModerators(None, nothing, pd.DataFrame(columns=COLUMNS))
    regression, coefficients = regress(sample, parameters, *moderators)
    return AskedModerators(regression, coefficients, _tests(sample, regression, parameters))


def robust_test(sample: Sample, moderators: Sequence[Moderator], correlation: float) -> WaldTest:
    """Test moderators together with every effect of every study, errors robust to dependence within publications.

    Parameters
    ----------
    sample : Sample
    moderators : sequence of str
    correlation : float
        Working correlation of the sampling errors of one publication's effects.

    Returns
    -------
    WaldTest
        Approximate Hotelling T² (HTZ).

    Raises
    ------
    NotEnoughStudies
        If publications are too few, one of them alone decides a coefficient, or the effects do not tell the moderators
        apart.
    """
    effects = sample.effects.assign(region=np.where(sample.effects["is_lac"], "in", "out"))
    design, _ = design_matrix(effects, *moderators)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEnoughStudies(f"{len(effects)} effects do not tell {in_words(moderators)} apart.")
    values = effects["effect"].to_numpy(dtype=np.float64)
    working = _working_covariance(effects, design, correlation)
    fit = cluster_robust(values, effects["cluster"], working, design=design)
    if fit.decided_alone[1:].any():
        raise NotEnoughStudies(
            f"one publication alone decides what {in_words(moderators)} would tell, so that no other shows how far it "
            "may be off."
        )
    return wald_test(fit, np.eye(design.shape[1])[1:])


def _working_covariance(effects: pd.DataFrame, design: Floats, correlation: float) -> Floats | Blocks:
    values = effects["effect"].to_numpy(dtype=np.float64)
    variances = effects["standard_error"].to_numpy(dtype=np.float64) ** 2
    if effects["cluster"].is_unique:
        return variances + pool(values, variances, design=design).tau_squared
    return three_level(values, variances, effects["cluster"], design=design, correlation=correlation).working_covariance


def _tests(sample: Sample, regression: Pooled, parameters: MetaAnalysis) -> pd.DataFrame:
    moderators = parameters.moderators
    design, _ = design_matrix(sample.studies, *moderators)
    rearranged = permutation_test(
        sample.effect,
        sample.variance,
        design=design,
        coefficient=range(1, design.shape[1]),
        estimator=parameters.estimator,
        test=parameters.test,
        replicates=parameters.resamples_at_effort,
        seed=parameters.seed,
    )
    robust = or_reason(lambda: robust_test(sample, moderators, parameters.working_correlation))
    joint, nothing = omnibus(regression), (math.nan,) * 3
    robust_row = _robust_row(
        f"all {len(sample.effects)} effects with errors that hold however those of one publication are related", robust
    )
    rows = [
        (f"{joint.name} with one effect a study", *joint, ""),
        (f"{rearranged.arrangements:,} rearrangements of the studies", "", *nothing, rearranged.p_value, ""),
        robust_row,
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def p_or_reason(row: Mapping[Any, Any]) -> str:
    """The p-value of a row of the tests with its note, or why there is none; the statistics stand in the table.

    Parameters
    ----------
    row : mapping
        Of `AskedModerators.tests`.

    Returns
    -------
    str
    """
    if math.isnan(row["p_value"]):
        return str(row["note"]).rstrip(".")
    said = p_in_words(row["p_value"])
    return f"{said} ({row['note'].removeprefix(MARK).strip()})" if row["name"] and row["note"] else said


def _robust_row(test: str, found: WaldTest | str) -> tuple[Any, ...]:
    """The row of the robust test, marked where it is not to be relied on, or with the reason why there is none."""
    if isinstance(found, str):
        return (test, "", math.nan, math.nan, math.nan, math.nan, found)
    few = too_few_degrees(found.denominator_degrees)
    return (f"{test} {MARK}", *_numbers(found), f"{MARK} {few}") if few else (test, *_numbers(found), "")


def _numbers(test: WaldTest) -> JointTest:
    return JointTest("F", test.statistic, test.numerator_degrees, test.denominator_degrees, test.p_value)
