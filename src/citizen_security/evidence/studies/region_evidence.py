"""How little of what was found in the region can be pooled: one count for every page that says it."""

from dataclasses import dataclass

import pandas as pd

from citizen_security.evidence.studies.averaged import averaged
from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES
from citizen_security.evidence.studies.pooled_sample import FEWEST_POOLED, UNITS
from citizen_security.values import Value
from citizen_security.words import counted, listed, number_in_words, sentences

# Effects that answer one question on one scale: only these may be averaged.
ONE_QUESTION = ["intervention", "outcome", "scale", "measure"]


@dataclass(frozen=True)
class RegionEvidence:
    """What the studies with a site in the region amount to.

    Attributes
    ----------
    studies : int
        Evaluations and trials with a site in Latin America and the Caribbean; reviews are not counted.
    usable : int
        Of these, studies with an effect and its standard error.
    pooled : dict of str to int
        Interventions of which two or more of these studies can be pooled on one outcome, with the number of studies;
        where there are several outcomes, of the one with most.
    """

    studies: int
    usable: int
    pooled: dict[str, int]


def region_evidence(coded: pd.DataFrame, harmonised: pd.DataFrame) -> RegionEvidence:
    """Count studies of the region, those with an effect and its error, and interventions that can be pooled.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.

    Returns
    -------
    RegionEvidence
    """
    mine = set(coded.loc[coded["in_lac"] & (coded["group"] != "review"), "study_id"])
    usable = harmonised[harmonised["study_id"].isin(mine)]
    sizes = poolable_sizes(usable)
    pooled = {
        str(code): int(rows.max())
        for code, rows in sizes[sizes >= FEWEST_POOLED].groupby(level="intervention", sort=False)
    }
    return RegionEvidence(
        studies=len(mine),
        usable=usable["study_id"].nunique(),
        pooled={code: pooled[code] for code in INTERVENTIONS if code in pooled},
    )


def poolable_sizes(usable: pd.DataFrame) -> "pd.Series[int]":
    """How many studies have an effect on each intervention, outcome, scale and measure.

    Parameters
    ----------
    usable : pandas.DataFrame
        Rows of `harmonised_effects`; those without a single coded outcome, those on a scale of their own and those of
        a level that enters no mean are passed over, since they are averaged with nothing.

    Returns
    -------
    pandas.Series
        Indexed by intervention, outcome, scale, measure.
    """
    of_one = usable[usable["enters_a_mean"] & (usable["outcome"] != "") & usable["scale"].isin(list(UNITS))]
    return of_one.groupby(ONE_QUESTION)["study_id"].nunique()


def main_outcomes(harmonised: pd.DataFrame) -> dict[str, str]:
    """The outcome of each intervention on which most studies can be pooled; of equals, the first of the scheme.

    Parameters
    ----------
    harmonised : pandas.DataFrame

    Returns
    -------
    dict of str to str
        Without interventions of which no effect is usable.
    """
    order = {code: position for position, code in enumerate(OUTCOMES)}
    usable = harmonised[harmonised["scale"].isin(list(UNITS)) & harmonised["outcome"].isin(list(order))]
    kept = averaged(usable, ONE_QUESTION)
    sizes = kept.groupby(ONE_QUESTION)["study_id"].nunique().reset_index()
    sizes = sizes.assign(order=sizes["outcome"].map(order)).sort_values(
        ["study_id", "order"], ascending=[False, True], kind="stable"
    )
    return dict(sizes.drop_duplicates("intervention")[["intervention", "outcome"]].itertuples(index=False))


def region_value(coded: pd.DataFrame, harmonised: pd.DataFrame) -> Value:
    """The sentence as every notebook records it that says how little of the region can be pooled.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`; every row, whatever the notebook selects.
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.

    Returns
    -------
    Value
    """
    said = region_evidence_sentence(region_evidence(coded, harmonised))
    return Value(name="region_evidence_sentence", value=said, label="What the region's evidence amounts to")


def region_evidence_sentence(evidence: RegionEvidence) -> str:
    """What the region's evidence amounts to, in one sentence that can be quoted alone.

    Parameters
    ----------
    evidence : RegionEvidence

    Returns
    -------
    str
        A whole sentence.
    """
    if not evidence.studies:
        return sentences(["this collection has no study with a site in Latin America and the Caribbean"])
    found = f"of {counted(evidence.studies, 'study', 'studies')} with a site in Latin America and the Caribbean"
    number = "none" if not evidence.usable else number_in_words(evidence.usable)
    printed = f"{number} printed an effect together with its margin of error where it was read"
    return sentences([f"{found}, {printed}, and {_can_be_pooled(evidence)}"])


def _can_be_pooled(evidence: RegionEvidence) -> str:
    if not evidence.pooled:
        return "no intervention has two of them that can be averaged"
    number = counted(len(evidence.pooled), "intervention")
    has = "has" if len(evidence.pooled) == 1 else "have"
    names = listed([f"{number_in_words(k)} of {within_sentence(code)}" for code, k in evidence.pooled.items()])
    return f"{number} {has} two or more of them that can be averaged: {names}"


def within_sentence(code: str) -> str:
    """What an intervention is called within a sentence: only the first letter of its label is made small."""
    label = INTERVENTIONS[code].label
    return f"{label[0].lower()}{label[1:]}"
