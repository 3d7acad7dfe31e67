"""How concentrated the evidence is, and what of it meta-analyses brought, in sentences that follow the selection."""

import pandas as pd

from citizen_security.evidence.evidence_gap_map.evidence_spread import FEWEST_STUDIES, FEWEST_UNITS, Spreads
from citizen_security.evidence.evidence_gap_map.homicide_burden import burden_without
from citizen_security.evidence.evidence_gap_map.map_cells import GapCounts
from citizen_security.evidence.evidence_gap_map.study_counts import StrongDesigns, most_studied
from citizen_security.evidence.evidence_gap_map.study_filter import MapStudies
from citizen_security.evidence.studies.coded_studies import STRONG_LEVEL, Share, in_elsewhere, in_lac
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

REGION = "Latin America and the Caribbean"


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
    if not states.is_telling:
        have = f"{counted(states.n, 'study', 'studies')} over {counted(states.units, 'state')}"
        needed = f"{FEWEST_STUDIES} studies over {FEWEST_UNITS} states"
        return sentences([f"how concentrated the studies are is not told of {have}; that takes {needed}"])
    low, high = followed.gini_by_chance
    against = "more" if states.gini > high else "less" if states.gini < low else "about as"
    than = "as" if against == "about as" else "than"
    return sentences(
        [
            "on a scale from 0, where every state has as many, to 1, where one has all, "
            f"{counted(states.n, 'study', 'studies')} are spread at {states.gini:.2f} (the Gini coefficient)",
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
    top = most_studied(on_map.studies)
    if not top.share.n:
        return sentences(["no study is on the map"])
    of_top = on_map.studies[[not set(top.interventions).isdisjoint(codes) for codes in on_map.studies["interventions"]]]
    names = listed([INTERVENTIONS[code].label for code in top.interventions])
    which = (
        "intervention with most studies is" if len(top.interventions) == 1 else "interventions with most studies are"
    )
    return sentences([f"the {which} {names}, with {top.share.value:.0%} of those on the map; {_printed(of_top)}"])


def elsewhere_sentence(on_map: MapStudies) -> str:
    """How many of the studies with a site elsewhere are trials that a review printed, and which are in both panels.

    Parameters
    ----------
    on_map : MapStudies

    Returns
    -------
    str
        A whole sentence.
    """
    if on_map.region == "lac":
        return sentences([f"the selection keeps to studies with a site in {REGION}"])
    elsewhere = in_elsewhere(on_map.studies)
    if elsewhere.empty:
        return sentences(["the selection holds no study with a site elsewhere"])
    both = int(elsewhere["in_lac"].sum())
    panels = "is in both panels" if both == 1 else "are in both panels"
    return sentences(
        [
            _printed(elsewhere, "studies with a site elsewhere"),
            f"{counted(both, 'study', 'studies')} with sites here and there {panels}"
            if both and on_map.region == "all"
            else "",
        ]
    )


def selection_sentence(on_map: MapStudies) -> str:
    """How many studies the map holds, and how many of them have a site in the region.

    Parameters
    ----------
    on_map : MapStudies

    Returns
    -------
    str
        A whole sentence.
    """
    studies = counted(len(on_map.studies), "study", "studies")
    if on_map.region == "lac":
        return sentences([f"the selection keeps to studies with a site in {REGION}, and holds {studies}"])
    here = len(in_lac(on_map.studies))
    if on_map.region == "elsewhere":
        also = f"; {number_in_words(here)} of them with a site in {REGION} too" if here else ""
        return sentences([f"the selection keeps to studies with a site elsewhere, and holds {studies}{also}"])
    share = Share(here, len(on_map.studies))
    return sentences(
        [
            f"the selection holds {studies}, {number_in_words(here)} of them with a site in {REGION}: "
            f"{share.in_words}, the interval as if the collection were a random sample, which it is not"
        ]
    )


def region_cells_sentence(single: GapCounts, families: GapCounts) -> str:
    """How many cells hold no study from the region, with interventions as rows and with families of them.

    Parameters
    ----------
    single, families : GapCounts

    Returns
    -------
    str
        A whole sentence.
    """
    return sentences(
        [
            f"of {counted(single.cells, 'cell')}, {number_in_words(single.empty)} hold no study from the region and "
            f"{number_in_words(single.thin)} a single one; of families of interventions by outcomes "
            f"{out_of(families.empty, families.cells, 'cells')} are empty"
        ]
    )


def region_designs_sentence(strong: StrongDesigns) -> str:
    """How many studies from the region have a strong design, and how far that hangs on the coder.

    Parameters
    ----------
    strong : StrongDesigns
        Of the region's studies.

    Returns
    -------
    str
        A whole sentence.
    """
    if not strong.n:
        return sentences(["no study of the selection has a site in the region"])
    have = "has" if strong.n == 1 else "have"
    return sentences(
        [
            f"{out_of(strong.count, strong.n, 'studies from the region', 'study from the region')} {have} a design at "
            f"level {STRONG_LEVEL} or above; had every level been coded one too high or one too low, it would be "
            f"{strong.if_coded_too_high} or {strong.if_coded_too_low}"
        ]
    )


def burden_sentence(gaps: pd.DataFrame, states_of_region: int) -> str:
    """How many states that the selection could hold are in no study, and how much of the violence is in them.

    Parameters
    ----------
    gaps : pandas.DataFrame
        From `evidence_and_burden`: the states that could be held.
    states_of_region : int
        How many there are, asked for or not.

    Returns
    -------
    str
        A whole sentence.
    """
    unstudied, without_strong = burden_without(gaps), burden_without(gaps, "strong_designs")
    every = len(gaps) == states_of_region
    whose = "the region's homicides" if every else "the homicides of the states asked for"
    of_states = out_of(len(unstudied.states), len(gaps), "states" if every else "states asked for", "state asked for")
    are = "is" if len(gaps) == 1 else "are"
    weak = f"{without_strong.value:.0%} are in states without a study of a strong design"
    if not unstudied.states:
        return sentences([f"every state {'of the region' if every else 'asked for'} is in a study; of {whose} {weak}"])
    low, high = unstudied.bounds
    with_them = f"with {'it' if len(unstudied.states) == 1 else 'them'} {unstudied.value:.0%} of {whose}"
    return sentences(
        [f"{of_states} {are} in no study, and {with_them} ({low:.0%} to {high:.0%} over the years counted); {weak}"]
    )


def _printed(studies: pd.DataFrame, plural: str = "studies") -> str:
    trials = int((studies["group"] == "pooled_trial").sum())
    return f"{out_of(trials, len(studies), plural)} are here because a review printed them"
