"""Why the studies that parameters ask for cannot be pooled, with what could."""

import pandas as pd

from citizen_security.evidence.meta_analysis.moderators import (
    MODERATORS,
    problem_of_moderator,
    problem_of_moderators,
)
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.metrics import LOG_RATIO_PER_DOSE
from citizen_security.evidence.studies.pooled_sample import FEWEST_POOLED, Sample, sample_of_intervention


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
    sample = sample_of_intervention(harmonised, parameters.intervention, parameters.outcome, parameters.measure)
    if sample.k < FEWEST_POOLED:
        has = "study has" if sample.k == 1 else "studies have"
        given = [f"{name} = '{getattr(parameters, name)}'" for name in ("intervention", "outcome", "measure")]
        return [
            f"{', '.join(given)}: {sample.k} {has} an effect with an error on a scale that is pooled"
            f"{_of_doses(harmonised, parameters)}{_of_levels(sample)}; at least {FEWEST_POOLED} are needed. With "
            f"outcome = 'all' and measure = 'most_studies', these have enough: {_offers(harmonised)}"
        ]
    problem = problem_of_moderators(sample.studies, parameters.moderators)
    if not problem:
        return []
    others = [repr(name) for name in MODERATORS if not problem_of_moderator(sample.studies, name)]
    return [
        f"moderator = {parameters.moderator!r}: {problem}; allowed for these studies: {', '.join(['none', *others])}"
    ]


def _of_doses(harmonised: pd.DataFrame, parameters: MetaAnalysis) -> str:
    """How many studies have an effect of a dose, which other pages count."""
    mine = harmonised[harmonised["intervention"] == parameters.intervention]
    studies = mine.loc[mine["scale"] == LOG_RATIO_PER_DOSE, "study_id"].nunique()
    return f" ({studies} more for each percentage point of coverage, which certainty grades)" if studies else ""


def _of_levels(sample: Sample) -> str:
    """How many studies the table of levels keeps out."""
    out = sample.not_averaged["study_id"].nunique()
    return f" ({out} more with a comparison that enters no mean, by the table maryland_levels)" if out else ""


def _offers(harmonised: pd.DataFrame) -> str:
    sizes = {str(code): sample_of_intervention(harmonised, str(code)).k for code in harmonised["intervention"].unique()}
    enough = sorted(((size, code) for code, size in sizes.items() if size >= FEWEST_POOLED), reverse=True)
    return ", ".join(f"{code} ({size})" for size, code in enough)
