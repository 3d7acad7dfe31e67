"""What was announced, what chance selection gives, and what the series show, in sentences that follow the run."""

import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.announced_changes import Median
from citizen_security.evidence.claimed_and_evaluated.fall_without_effect import FallWithoutEffect
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.words import listed, out_of, sentences, signed

# How places are chosen, as a clause after "places".
CHOSEN = {
    "high_level": "chosen for a level above the {quantile:.0%} quantile",
    "spike": "chosen for a spike above the {quantile:.0%} quantile",
    "at_random": "chosen at random",
}


def claims_sentence(compared: pd.DataFrame, ratio: Median | None) -> str:
    """In how many programmes the announced fall was the larger one, and by how much.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compared_claims`.
    ratio : Median or None
        Of the announced over the estimated fall.

    Returns
    -------
    str
    """
    both = compared[compared["missing"] == ""]
    if both.empty:
        return sentences(["no programme has both a claim and an estimate as a number"])
    larger = int((both["claimed"] < both["evaluated"]).sum())
    text = (
        f"the announced fall was larger than the estimated one in {out_of(larger, len(both), 'programmes')} with both"
    )
    factor = ""
    if ratio is not None:
        # A bootstrap of so few would be too narrow, so that the extremes stand, called what they are.
        low, high = ratio.extremes
        factor = f", by a median factor of {ratio.value:.1f} (smallest {low:.1f}, largest {high:.1f})"
    lacking = len(compared) - len(both)
    return sentences([text + factor, f"{lacking} of {len(compared)} lack one of the numbers" if lacking else ""])


def chance_sentence(fall: FallWithoutEffect, parameters: ClaimedAndEvaluated) -> str:
    """How the typical chosen place changes without any programme, simulated and in closed form.

    Parameters
    ----------
    fall : FallWithoutEffect
    parameters : ClaimedAndEvaluated

    Returns
    -------
    str
    """
    chosen = CHOSEN[parameters.rule].format(quantile=parameters.selection_quantile)
    low, high = min(fall.interval[0], fall.typical), max(fall.interval[1], fall.typical)
    ends = f"{_percent(-high, 1)} to {_percent(-low, 1)}"
    return sentences(
        [
            f"of places with {parameters.population:,} persons and a rate of {parameters.rate:g} that are {chosen}, "
            f"the typical one changes by {_percent(-fall.typical, 1)} ({ends}, from resampled cities) "
            "without any programme",
            f"the closed form gives {_percent(-fall.closed_form, 1)}",
        ]
    )


def depth_sentence(marks: pd.DataFrame) -> str:
    """How many chosen places fall as far as was announced, claim by claim.

    Parameters
    ----------
    marks : pandas.DataFrame
        From `claims_in_chance`.

    Returns
    -------
    str
    """
    if marks.empty:
        return sentences(["no claim is about homicide in one place"])
    shares = [f"{row['as_deep_percent']:.1f}% ({row['label']})" for row in marks.to_dict("records")]
    return sentences(
        [f"of the chosen places so many fall as far as was announced, with no programme: {listed(shares)}"]
    )


def _percent(value: float, digits: int = 0) -> str:
    return f"{signed(value, f'.{digits}f')}%"
