"""What the whole collection and the simulated meta-analyses say, in sentences."""

import pandas as pd

from citizen_security.words import compared, counted, out_of, sentences

# Sets of simulated studies, as a clause says them.
SETS = {"alike": "of one size", "one_large": "of which one is ten times as large as the others"}

# Coverages within so many simulation errors of what is promised keep the promise, as far as the simulation can tell.
SIMULATION_ERRORS = 2


def unusable_sentence(effects: int, unusable: pd.DataFrame) -> str:
    """How many effects cannot be pooled, with the commonest reason.

    Parameters
    ----------
    effects : int
        Of the table.
    unusable : pandas.DataFrame
        From `effect_sizes.unusable_effects`.

    Returns
    -------
    str
    """
    if unusable.empty:
        return sentences([f"all {effects} effects of the table can be pooled"])
    reasons = unusable["reason"].value_counts()
    commonest = f"{reasons.iloc[0]} because {reasons.index[0]}" if len(reasons) > 1 else f"because {reasons.index[0]}"
    return sentences([f"{len(unusable)} of {effects} effects of the table cannot be pooled, {commonest}"])


def interventions_sentence(every: pd.DataFrame) -> str:
    """For how many interventions there is enough to pool, a single study, or neither.

    Parameters
    ----------
    every : pandas.DataFrame
        From `intervention_summaries.table_of`.

    Returns
    -------
    str
    """
    pooled = int(every["is_pooled"].sum())
    single = int((every["effect"].notna() & ~every["is_pooled"]).sum())
    neither = len(every) - pooled - single
    return sentences(
        [
            f"{out_of(pooled, len(every), 'interventions with a study')} have two or more that can be averaged; "
            f"{counted(single, 'other has', 'others have')} one usable study, with an effect and its margin of error",
            f"{counted(neither, 'intervention has', 'interventions have')} none",
        ]
    )


def coverage_sentences(simulated: pd.DataFrame, confidence_level: float) -> str:
    """How far the usual interval and that of Knapp and Hartung fall short, what its floor costs, and what τ² matters.

    Parameters
    ----------
    simulated : pandas.DataFrame
        From `simulate_coverage`.
    confidence_level : float

    Returns
    -------
    str
    """
    usual, scaled = (_lowest(simulated, name) for name in ("dersimonian_laird_normal", "reml_knapp_hartung"))
    both = (simulated[simulated["procedure"] == f"{name}_knapp_hartung"] for name in ("dersimonian_laird", "reml"))
    wider = _width_of_floor(simulated)
    first, second = (rows.set_index(["sizes", "studies", "i_squared"])["coverage"] for rows in both)
    apart = 100 * (first - second).abs().max()
    return sentences(
        [
            f"with DerSimonian and Laird's τ² and a normal test the {confidence_level:.0%} interval holds the truth in "
            f"as few as {_of_sets(usual, confidence_level)}",
            f"with REML and Knapp–Hartung the lowest is {_of_sets(scaled, confidence_level)}",
            f"the floor under Knapp and Hartung's error widens the median interval by up to {wider:.0%} of it",
            f"with Knapp and Hartung's error the two estimators of τ² differ by at most {apart:.1f} points",
        ]
    )


def _width_of_floor(simulated: pd.DataFrame) -> float:
    """By what share, at most, the floor under the error widens the median interval of a setting."""
    widths = simulated.pivot(index=["sizes", "studies", "i_squared"], columns="procedure", values="width")
    return float((widths["reml_knapp_hartung"] / widths["reml_knapp_hartung_unfloored"]).max() - 1)


def _lowest(simulated: pd.DataFrame, procedure: str) -> "pd.Series":
    return simulated[simulated["procedure"] == procedure].sort_values("coverage").iloc[0]


def _of_sets(row: "pd.Series", promised: float) -> str:
    """A coverage with the setting it is of, and whether it keeps the promise."""
    kept = compared(
        row["coverage"],
        promised,
        tolerance=SIMULATION_ERRORS * row["simulation_error"],
        larger="more than promised",
        smaller="less than promised",
        alike="as promised, give or take two simulation errors",
    )
    where = f"sets of {row['studies']} studies {SETS[row['sizes']]}, with an I² of {row['i_squared']:.0%}"
    return f"{row['coverage']:.0%} of {where}: {kept}"
