"""How concentrated the evidence is, and what of it meta-analyses brought, in sentences that follow the selection."""

import pandas as pd

from citizen_security.evidence.evidence_gap_map.evidence_spread import Spreads
from citizen_security.evidence.evidence_gap_map.study_counts import most_studied
from citizen_security.evidence.evidence_gap_map.study_filter import MapStudies
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.words import counted, listed, out_of, sentences


def concentration_sentence(spreads: Spreads) -> str:
    """The Gini coefficient over states against its two yardsticks, and the share of the most studied states.

    Parameters
    ----------
    spreads : Spreads

    Returns
    -------
    str
        Whole sentences.
    """
    states, followed = spreads.states, spreads.states_by_homicides
    if not states.n:
        return sentences(["no study is in a state of the region, so that its spread over states is undefined"])
    low, high = followed.gini_by_chance
    against = "more" if states.gini > high else "less" if states.gini < low else "about as"
    than = "as" if against == "about as" else "than"
    return sentences(
        [
            f"the Gini coefficient of {counted(states.n, 'study', 'studies')} over states is {states.gini:.2f}",
            f"chance alone would give about {states.gini_expected:.2f}, and studies that followed the homicides about "
            f"{followed.gini_expected:.2f} ({low:.2f} to {high:.2f})",
            f"the studies are {against} concentrated {than} the homicides are",
            f"the {counted(len(states.top), 'state')} with most studies {'has' if len(states.top) == 1 else 'have'} "
            f"{states.top_share:.0%} of them",
        ]
    )


def most_studied_sentence(on_map: MapStudies) -> str:
    """Which interventions most studies of the map are on, and how many of these a review printed.

    Parameters
    ----------
    on_map : MapStudies

    Returns
    -------
    str
        A whole sentence.
    """
    top = most_studied(on_map.mapped)
    if not top.share.n:
        return sentences(["no study is on the map"])
    of_top = on_map.mapped[[not set(top.interventions).isdisjoint(codes) for codes in on_map.mapped["interventions"]]]
    names = listed([INTERVENTIONS[code].label for code in top.interventions])
    which = (
        "intervention with most studies is" if len(top.interventions) == 1 else "interventions with most studies are"
    )
    return sentences([f"the {which} {names}, with {top.share.value:.0%} of those on the map; {_printed(of_top)}"])


def elsewhere_sentence(on_map: MapStudies) -> str:
    """How many of the studies from elsewhere are trials that a review printed.

    Parameters
    ----------
    on_map : MapStudies

    Returns
    -------
    str
        A whole sentence.
    """
    elsewhere = on_map.mapped[~on_map.mapped["in_lac"]]
    if elsewhere.empty:
        return sentences(["the selection holds no study from elsewhere"])
    return sentences([f"of the studies from elsewhere {_printed(elsewhere)}"])


def _printed(studies: pd.DataFrame) -> str:
    trials = int((studies["group"] == "pooled_trial").sum())
    return f"{out_of(trials, len(studies), 'studies')} are here because a review printed its trials"
