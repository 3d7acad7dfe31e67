"""What the figure's cells hold, in sentences that follow the tables."""

from collections.abc import Iterable

import pandas as pd

from citizen_security.evidence.studies.coded_studies import STRONG_LEVEL, Share, in_elsewhere, in_lac
from citizen_security.evidence.studies.coding import FAMILIES, INTERVENTIONS, NOT_STATED, OUTCOMES
from citizen_security.evidence.studies.pooled_sample import ends_in_words, in_words
from citizen_security.evidence.studies.region_evidence import within_sentence
from citizen_security.evidence.typology.answers import Answer
from citizen_security.evidence.typology.cells import STATE_CRIME, Placed, stated, without_a_study
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

# So many names are listed; of more the number is told.
NAMED = 8
NAMED_STRATEGIES = 4


def strategies_sentence(boxes: pd.DataFrame) -> str:
    """How many strategies have a study of the region, and which have none anywhere.

    Parameters
    ----------
    boxes : pandas.DataFrame
        From `cells.boxes`.

    Returns
    -------
    str
    """
    here, anywhere = int((boxes["region"] > 0).sum()), boxes["studies"] > 0
    names = "strategies in the figure"
    have = f"{out_of(here, len(boxes), names)} {'has' if here <= 1 else 'have'} a study of the region"
    empty = [_quoted(label) for label in boxes.loc[~anywhere, "label"]]
    if not empty:
        return sentences([have, "each has a study somewhere"])
    if len(empty) > NAMED_STRATEGIES:
        return sentences([have, f"{out_of(len(empty), len(boxes), 'strategies')} have no study, here or elsewhere"])
    return sentences([have, f"no study, here or elsewhere, stands behind {listed(empty, 'or')}"])


def empty_side_sentence(threats: pd.DataFrame, placed: Placed) -> str:
    """What was evaluated against crime by the state and corruption.

    Parameters
    ----------
    threats : pandas.DataFrame
        From `cells.threats`.
    placed : Placed

    Returns
    -------
    str
    """
    (row,) = threats[threats["threat"] == STATE_CRIME].to_dict("records")
    rows = placed.rows[placed.rows["threat"] == STATE_CRIME]
    measures = [_quoted(measure) for measure in dict.fromkeys(rows["measure"])]
    total = counted(len(placed.studies), "study", "studies")
    if not measures:
        return sentences(["nothing that is placed here is set against crime by the state"])
    against = f"against crime by the state and corruption the document names {listed(measures)}"
    if not row["studies"]:
        return sentences([against, f"of {total} none evaluates such a measure: this side of the figure is empty"])
    found = f"of {total} {number_in_words(row['studies'])} {'evaluates' if row['studies'] == 1 else 'evaluate'} such a"
    return sentences([against, f"{found} measure, {_number(row['region'])} of them in the region"])


def threats_sentence(threats: pd.DataFrame, placed: Placed) -> str:
    """How the region's studies fall on the threats.

    Parameters
    ----------
    threats : pandas.DataFrame
        From `cells.threats`.
    placed : Placed

    Returns
    -------
    str
    """
    total = len(in_lac(placed.behind(placed.interventions())))
    if not total:
        return sentences(["no study of the region has a place in the figure"])
    ranked = threats.sort_values("region", ascending=False, kind="stable").to_dict("records")
    told = [f"{number_in_words(row['region'])} on {_within(row['label'])}" for row in ranked if row["region"]]
    bare = [_within(row["label"]) for row in ranked if not row["region"]]
    told += [f"none on {listed(bare, 'or')}"] if bare else []
    several = sum(row["region"] for row in ranked) > total
    return sentences(
        [
            f"{counted(total, 'study', 'studies')} of the region {_is(total)} in the figure: {listed(told)}",
            "a study of a measure against several threats counts with each" if several else "",
        ]
    )


def strength_sentence(boxes: pd.DataFrame) -> str:
    """How many strategies have a strong design in the region, and which have studies without one.

    Parameters
    ----------
    boxes : pandas.DataFrame
        From `cells.boxes`.

    Returns
    -------
    str
    """
    studied = boxes[boxes["region"] > 0]
    if studied.empty:
        return sentences(["no strategy has a study of the region, strong or weak"])
    weak = [_quoted(label) for label in studied.loc[studied["strong"] == 0, "label"]]
    strong = len(studied) - len(weak)
    names = "strategies with a study of the region", "strategy with a study of the region"
    have = f"{out_of(strong, len(studied), *names)} {'has' if strong <= 1 else 'have'} one of level {STRONG_LEVEL} or 5"
    return sentences([have, f"without such a design: {listed(weak)}" if weak else ""])


def direction_sentence(placed: Placed, confidence_level: float) -> str:
    """How many studies in the figure report a benefit, in the region and elsewhere.

    Parameters
    ----------
    placed : Placed
    confidence_level : float

    Returns
    -------
    str
    """
    inside = placed.behind(placed.interventions())
    told = []
    for where, studies in (("in the region", in_lac(inside)), ("elsewhere", in_elsewhere(inside))):
        said = studies[studies["direction"] != NOT_STATED]
        share = Share(int((said["direction"] == "beneficial").sum()), len(said), confidence_level)
        if share.n:
            told.append(f"{where} {share.count} of {share.n}, {share.in_words}")
    if not told:
        return sentences(["no study in the figure states a direction"])
    return sentences(
        [
            f"of the studies that state a direction these report a benefit: {'; '.join(told)}",
            f"the {100 * confidence_level:g}% intervals are those of a random sample of studies, which this "
            "collection is not",
        ]
    )


def averages_sentence(found: list[Answer], confidence_level: float) -> str:
    """Which interventions of the figure have an average, and how many of its studies are of the region.

    Parameters
    ----------
    found : list of Answer
    confidence_level : float

    Returns
    -------
    str
    """
    pooled = [answer for answer in found if answer.pooled is not None]
    have = f"{out_of(len(pooled), len(found), 'interventions in the figure')} {'has' if len(pooled) == 1 else 'have'}"
    if not pooled:
        return sentences([f"of {counted(len(found), 'intervention')} in the figure none has studies to average"])
    each = [f"{within_sentence(it.intervention)}, {_average(it, confidence_level)}" for it in pooled]
    return sentences([f"{have} two or more studies whose effects can be averaged", *each])


def without_place_sentence(without: pd.DataFrame, placed: Placed) -> str:
    """Which interventions with a study have no place in the figure.

    Parameters
    ----------
    without : pandas.DataFrame
        From `cells.without_a_place`.
    placed : Placed

    Returns
    -------
    str
    """
    if without.empty:
        return sentences(["every intervention with a study has a place in the figure"])
    studies = placed.behind(without["intervention"])
    have = "has" if len(without) == 1 else "have"
    behind = counted(len(studies), "study", "studies")
    return sentences(
        [
            f"{counted(len(without), 'intervention')} with {behind} {have} no place in the figure",
            *_by_family(without["intervention"]),
            _of_the_region(len(in_lac(studies)), len(studies)),
        ]
    )


def measures_sentence(placed: Placed) -> str:
    """How many of the measures that the document names have no study, and which.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    str
    """
    total, bare = placed.rows["measure"].nunique(), without_a_study(placed)
    named = "measure that the document names"
    if total == 1:
        return sentences([f"the one {named} has {'no' if bare else 'a'} study"])
    if not bare:
        return sentences([f"each of {number_in_words(total)} {named.replace('measure', 'measures')} has a study"])
    which = f": {listed([_quoted(measure) for measure in bare])}" if len(bare) <= NAMED else ""
    have = out_of(len(bare), total, named.replace("measure", "measures"))
    return sentences([f"{have} {'has' if len(bare) == 1 else 'have'} no study{which}"])


def placement_sentence(placed: Placed) -> str:
    """How many placements the document's text states, and how many are our reading.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    str
    """
    said = int(stated(placed.rows).sum())
    total = len(placed.rows)
    sides = placed.parts["side_from"].eq("text")
    dropped = f"{counted(placed.left_out, 'placement')} that the text does not state {_is(placed.left_out)} left out"
    return sentences(
        [
            f"the document's text states {out_of(said, total, 'placements')} wholly: threat and intervention",
            f"it says where in the figure {out_of(int(sides.sum()), len(sides), 'threats and strategies')} stand",
            dropped if placed.left_out else "",
        ]
    )


def _average(answer: Answer, confidence_level: float) -> str:
    effect, lower, upper = answer.effect
    of = f"{counted(answer.studies, 'study', 'studies')}, {_number(answer.in_region)} of the region"
    outcome = _within(OUTCOMES[answer.outcome].label)
    ends = f"{confidence_level:.0%} interval: {ends_in_words(lower, upper, answer.measure)}"
    return f"{outcome}: {in_words(effect, answer.measure)} ({ends}; {of})"


def _by_family(interventions: Iterable[str]) -> list[str]:
    """Interventions by their family, a clause each."""
    families: dict[str, list[str]] = {}
    for code in interventions:
        families.setdefault(INTERVENTIONS[code].family, []).append(within_sentence(code))
    return [
        f"{_within(FAMILIES[family].label) if family else 'of several families'}: {listed(names)}"
        for family, names in families.items()
    ]


def _of_the_region(region: int, studies: int) -> str:
    """How many of some studies are of the region, as a sentence that names them no more."""
    if studies == 1:
        return "the study is of the region" if region else "the study is from elsewhere"
    if region in (0, studies):
        return f"{'all' if region else 'none'} of these studies {'are' if region else 'is'} of the region"
    return f"{number_in_words(region)} of these studies {_is(region)} of the region"


def _number(count: int) -> str:
    """A count of things that were named before: `none`, `three`, `24`."""
    return number_in_words(count) if count else "none"


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"


def _quoted(label: str) -> str:
    return f"“{_within(label)}”"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
