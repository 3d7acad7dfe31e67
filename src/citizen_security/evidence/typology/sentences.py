"""What the figure's cells hold, in sentences that follow the tables."""

import pandas as pd

from citizen_security.evidence.studies.coded_studies import STRONG_LEVEL, Share, in_elsewhere, in_lac
from citizen_security.evidence.studies.coding import OUTCOMES
from citizen_security.evidence.studies.pooled_sample import ends_in_words, in_words
from citizen_security.evidence.studies.region_evidence import within_sentence
from citizen_security.evidence.typology.answers import Answer
from citizen_security.evidence.typology.cells import STATE_CRIME, Placed, stated
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

# So many names are listed; of more the number is told.
NAMED = 8


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
    found = f"of {total} {number_in_words(row['studies'])} {'does' if row['studies'] == 1 else 'do'}"
    return sentences([against, f"{found}, {number_in_words(row['region'])} of them with a site in the region"])


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
    told = [f"{_within(row['label'])} {row['region']}" for row in ranked]
    several = sum(row["region"] for row in ranked) > total
    twice = "; a study of a measure against several threats is counted with each" if several else ""
    return sentences([f"of {counted(total, 'study', 'studies')} of the region in the figure: {listed(told)}{twice}"])


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


def direction_sentence(placed: Placed) -> str:
    """How many studies in the figure report a benefit, in the region and elsewhere.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    str
    """
    inside = placed.behind(placed.interventions())
    told = []
    for where, studies in (("in the region", in_lac(inside)), ("elsewhere", in_elsewhere(inside))):
        said = studies[studies["direction"] != "not_stated"]
        share = Share(int((said["direction"] == "beneficial").sum()), len(said))
        if share.n:
            told.append(f"{where} {share.count} of {share.n}, {share.in_words}")
    if not told:
        return sentences(["no study in the figure states a direction"])
    return sentences(
        [
            f"of the studies in the figure that state a direction so many report a benefit: {'; '.join(told)}",
            "the 95% intervals know of chance in drawing studies and of nothing else",
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
    each = [f"{within_sentence(it.intervention)}, {_average(it)}" for it in pooled]
    level = f"{confidence_level:.0%} intervals in brackets"
    return sentences([f"{have} two or more studies whose effects can be averaged ({level}): {'; '.join(each)}"])


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
    region = len(in_lac(studies))
    names = [within_sentence(code) for code in without["intervention"]]
    which = f": {listed(names)}" if len(names) <= NAMED else ""
    have, have_site = ("has" if number == 1 else "have" for number in (len(without), max(region, 1)))
    return sentences(
        [
            f"{counted(len(without), 'intervention')} with {counted(len(studies), 'study', 'studies')} {have} no place "
            f"in the figure{which}",
            f"{number_in_words(region) if region else 'none'} of these studies {have_site} a site in the region",
        ]
    )


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
            f"of {counted(total, 'placement')} the document's text states {number_in_words(said)} wholly",
            f"of {counted(len(sides), 'threat or strategy', 'threats and strategies')} it says for "
            f"{number_in_words(int(sides.sum()))} where in the figure they stand",
            dropped if placed.left_out else "",
        ]
    )


def _average(answer: Answer) -> str:
    effect, lower, upper = answer.effect
    region = number_in_words(answer.in_region) if answer.in_region else "none"
    of = f"{counted(answer.studies, 'study', 'studies')}, {region} of the region"
    outcome = _within(OUTCOMES[answer.outcome].label)
    measure = answer.measure
    return f"{outcome}: {in_words(effect, measure)} ({ends_in_words(lower, upper, measure)}; {of})"


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"


def _quoted(label: str) -> str:
    return f"“{_within(label)}”"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
