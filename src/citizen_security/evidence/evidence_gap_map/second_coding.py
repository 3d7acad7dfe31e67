"""How far two codings of the same studies agree, and what a second reading of every row changed.

The second coder belongs to the team of the first: agreement says that the definitions can be applied alike, not that
others would have coded so.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import pandas as pd

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies.coded_studies import STRONG_LEVEL
from citizen_security.evidence.studies.coding import DIRECTIONS, NOT_STATED, OUTCOMES, split
from citizen_security.methods.agreement import Agreement, Weights, agreement, overlap
from citizen_security.words import counted, out_of, sentences

LEVELS = ("1", "2", "3", "4", "5")

type Ratings = list[list[Hashable]]


@dataclass(frozen=True)
class Question:
    """One thing that was coded twice.

    Attributes
    ----------
    label : str
        For a reader.
    field : str
        Field of the table `second_coding` that holds the answer.
    ratings : callable
        From a cell to what is compared: one rating, or one for each outcome.
    weights : {"plain", "quadratic"}
        Of kappa.
    categories : sequence, optional
        All that a rating may be, in order; those found without it.
    blank_counts : bool
        Whether a study that a coder gave no code is compared; a missing level is no level.
    """

    label: str
    field: str
    ratings: Callable[[str], list[Hashable]]
    weights: Weights = "plain"
    categories: Sequence[Hashable] | None = None
    blank_counts: bool = True


@dataclass(frozen=True)
class Answer:
    """Agreement of the two codings about a question.

    Attributes
    ----------
    label : str
        For a reader.
    agreement : Agreement
        Of kappa, with the studies compared and those coded alike.
    unread : int
        Studies that the two coded otherwise because one of them read no code in what was at hand.
    overlap : float
        Mean over studies of Jaccard's index of the two sets of codes; the share coded alike where a set has one code.
    """

    label: str
    agreement: Agreement
    unread: int
    overlap: float


def _whole(cell: str) -> list[Hashable]:
    """The set of codes of a cell as one rating."""
    return [";".join(sorted(split(cell)))]


def _strength(cell: str) -> list[Hashable]:
    return [int(cell) >= STRONG_LEVEL]


def _presence(cell: str) -> list[Hashable]:
    """Each outcome of the scheme, present or not."""
    return [code in split(cell) for code in OUTCOMES]


def _questions() -> dict[str, Question]:
    yes_or_no = (False, True)
    return {
        "level": Question("Maryland level", "maryland_level", _whole, "quadratic", LEVELS, blank_counts=False),
        "strong": Question(
            "strong design or not", "maryland_level", _strength, categories=yes_or_no, blank_counts=False
        ),
        "direction": Question("direction", "direction", _whole, categories=tuple(DIRECTIONS)),
        "intervention": Question("interventions, as a set", "interventions", _whole),
        "target": Question("targets, as a set", "targets", _whole),
        "outcomes": Question("outcomes, each present or not", "outcomes", _presence, categories=yes_or_no),
    }


def agreements(codings: pd.DataFrame, parameters: EvidenceGapMap) -> dict[str, Answer]:
    """Agreement about level, strength of design, direction, interventions, targets and outcomes.

    Parameters
    ----------
    codings : pandas.DataFrame
        Table `second_coding`.
    parameters : EvidenceGapMap
        Draws and seed of the bootstrap of studies.

    Returns
    -------
    dict of str to Answer
        Kappa of the level has quadratic weights; studies that either coder gave no level are left out of level and
        strength.
    """
    return {name: _answer(question, codings, parameters) for name, question in _questions().items()}


def _answer(question: Question, codings: pd.DataFrame, parameters: EvidenceGapMap) -> Answer:
    rows = codings[codings["field"] == question.field]
    cells = list(zip(rows["first"].fillna(""), rows["second"].fillna(""), strict=True))
    pairs = [pair for pair in cells if question.blank_counts or all(pair)]
    first, second = ([question.ratings(str(pair[coder])) for pair in pairs] for coder in (0, 1))
    found = agreement(
        first,
        second,
        question.categories or _found(first + second),
        weights=question.weights,
        draws=parameters.bootstrap_draws,
        seed=parameters.seed,
    )
    shared = fmean(overlap(split(str(one)), split(str(other))) for one, other in pairs)
    return Answer(
        question.label, found, sum(one != other and not _both_read(one, other) for one, other in pairs), shared
    )


def _both_read(one: str, other: str) -> bool:
    return not {one, other} & {"", NOT_STATED}


def _found(ratings: Ratings) -> list[Hashable]:
    return sorted({rating for unit in ratings for rating in unit}, key=str)


def agreement_table(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """One row a question, for a reader: what was coded, studies, coded alike, overlap, kappa, low, high."""
    rows = [
        (it.label, it.agreement.units, it.agreement.alike, it.overlap, it.agreement.kappa, *it.agreement.interval)
        for it in answers.values()
    ]
    columns = ["what was coded", "studies", "coded alike", "mean overlap", "kappa", "kappa_low", "kappa_high"]
    return pd.DataFrame(rows, columns=columns)


# Questions whose answers are sets of codes, as the sentence names them.
SETS = {"intervention": "interventions", "target": "targets", "outcomes": "outcomes (each present or not)"}


def agreement_sentence(answers: Mapping[str, Answer]) -> str:
    """How often the two codings give the same code of every field, each with its kappa.

    Parameters
    ----------
    answers : mapping of str to Answer
        From `agreements`.

    Returns
    -------
    str
        Whole sentences.
    """
    level, strong, direction = (answers[name].agreement for name in ("level", "strong", "direction"))
    sets = "; ".join(f"{named}: kappa {_kappa(answers[name].agreement)}" for name, named in SETS.items())
    return sentences(
        [
            f"the two codings give {_alike(level)} the same Maryland level: "
            f"kappa with quadratic weights {_kappa(level)}",
            f"whether a design is strong they say alike for {_alike(strong)}: kappa {_kappa(strong)}",
            f"the direction is the same for {_alike(direction)}: kappa {_kappa(direction)}",
            f"compared as sets of codes, {sets}",
            _unread(direction.units - direction.alike, answers["direction"].unread),
        ]
    )


def _unread(differ: int, unread: int) -> str:
    """How many of the directions that differ were stated by one coder alone."""
    if not unread:
        return ""
    of = out_of(unread, differ, "directions that differ", "direction that differs")
    return f"{of} {'was' if unread == 1 else 'were'} stated by one coder alone, who had read more of the study"


def _alike(found: Agreement) -> str:
    return out_of(found.alike, found.units, "studies", "study")


def _kappa(found: Agreement) -> str:
    if found.kappa != found.kappa:
        return "is undefined, as all are coded the same"
    low, high = found.interval
    if low != low:
        return f"{found.kappa:.2f}, without an interval, as one coder gave one code throughout"
    return f"{found.kappa:.2f} (95% interval: {low:.2f} to {high:.2f})"


def recoding_sentence(recoding: pd.DataFrame) -> str:
    """How many levels and directions the reading of every row changed.

    Parameters
    ----------
    recoding : pandas.DataFrame
        Table `recoding`.

    Returns
    -------
    str
        Whole sentences.
    """
    levels = recoding[recoding["field"] == "maryland_level"]
    before, after = (pd.to_numeric(levels[name]) for name in ("before", "after"))
    down, up, out = (counted(int(which.sum()), "level") for which in (after < before, after > before, after.isna()))
    studies = counted(int(recoding["study_id"].nunique()), "study", "studies")
    directions = counted(int((recoding["field"] == "effect_direction").sum()), "direction")
    return sentences(
        [
            f"reading every row again against the definitions changed something in {studies}",
            f"{down} went down, {up} up, {out} out where the method was not read, and {directions} changed",
        ]
    )
