"""What the flow and the grades say, in sentences that follow them."""

import pandas as pd

from citizen_security.evidence.certainty.domains import DOMAINS, SMALLER_MORE, UNJUDGED, Step
from citizen_security.evidence.certainty.grades import LEVELS, Grade, design_in_words
from citizen_security.evidence.studies.coding import NOT_TOLD, OUTCOMES
from citizen_security.evidence.studies.pooled_sample import studies_in_words as of_sample
from citizen_security.evidence.studies.region_evidence import within_sentence
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

# An answer rests on the region's own studies where they have more than this share of the weight.
MOST = 0.5

# So many answers are named; of more the number is told.
NAMED = 3

NOT_GRADED = (
    "no certainty can be given: none of the studies whose facts were read gives an effect with its error on a coded "
    "outcome"
)


def flow_sentence(stages: pd.DataFrame) -> str:
    """How much of the whole collection can be pooled, step by step.

    Parameters
    ----------
    stages : pandas.DataFrame
        From `flow.stage_table`.

    Returns
    -------
    str
    """
    kept = {str(row["stage"]): int(row["collection"]) for row in stages.to_dict("records")}
    return sentences(
        [
            f"of {counted(kept['found'], 'row')} in the table {kept['on_map']} are studies on the map, "
            f"{kept['with_effect']} have a figure of an effect, {kept['usable']} have one with its error, and "
            f"{kept['pooled']} can be pooled with another"
        ]
    )


def origin_sentence(coded: pd.DataFrame, pooled: set[str]) -> str:
    """How many of the studies that can be pooled are here because a review had printed them.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    pooled : set of str
        Studies that can be pooled.

    Returns
    -------
    str
    """
    if not pooled:
        return sentences(["no study can be pooled with another"])
    printed = coded.loc[coded["study_id"].isin(pooled) & (coded["group"] == "pooled_trial"), "study_id"]
    which = out_of(len(printed), len(pooled), "studies that can be pooled")
    return sentences([f"{which} are here because a review had printed them"])


def reading_sentence(table: pd.DataFrame) -> str:
    """Where the region's studies were read, and what of them.

    Parameters
    ----------
    table : pandas.DataFrame
        From `readings.reading_table`.

    Returns
    -------
    str
    """
    if not table["region"].sum():
        return sentences(["no study of the region was read"])
    where, what = (table[(table["question"] == question) & (table["region"] > 0)] for question in ("Where", "What"))
    places = _parts(where)
    parts = _parts(what[what["answer"] != NOT_TOLD])
    silent = int(what.loc[what["answer"] == NOT_TOLD, "region"].sum())
    total = int(where["region"].sum())
    return sentences(
        [
            f"of {counted(total, 'study', 'studies')} with a site in the region the facts were read at: {places}",
            f"what was read of them: {parts}; not told for {silent}" if silent else f"what was read of them: {parts}",
        ]
    )


def certainty_verdict(grades: list[Grade], interventions: int) -> str:
    """How many interventions can be graded, and how certain the best answer of each is.

    Parameters
    ----------
    grades : list of Grade
        The leading grade of each intervention.
    interventions : int
        Interventions with a study.

    Returns
    -------
    str
    """
    names = "interventions with a study"
    if not grades:
        return sentences([f"{out_of(0, interventions, names)} can be graded"])
    places = [grade.place for grade in grades]
    held = [(level, places.count(place)) for place, level in enumerate(LEVELS) if place in places]
    each = [f"{level} for {number_in_words(number)}" for level, number in reversed(held)]
    how = listed(each) if len(held) > 1 else f"{held[0][0]} for each of them"
    return sentences(
        [
            f"{out_of(len(grades), interventions, names)} have an effect that can be graded",
            f"certainty that it holds for violence in the region is {how}",
        ]
    )


def region_certainty_sentence(grades: list[Grade]) -> str:
    """How certain the answers are that rest on the region's own studies.

    Parameters
    ----------
    grades : list of Grade
        All of them; those with most of their weight in the region are meant.

    Returns
    -------
    str
    """
    mine = [grade for grade in grades if grade.body.share(grade.body.sample.studies["is_lac"]) > MOST]
    if not mine:
        return sentences(["no graded answer rests on studies of the region"])
    best = max(grade.place for grade in mine)
    at_best = sum(grade.place == best for grade in mine)
    single = sum(grade.body.sample.k == 1 for grade in mine)
    rest = "rests" if len(mine) == 1 else "rest"
    most = "the most certain" if at_best < len(mine) else "each"
    named = f": {_named(mine, best)}" if at_best <= NAMED else ""
    return sentences(
        [
            f"{counted(len(mine), 'graded answer')} {rest} on studies of the region, "
            f"{_of_one_study(single, len(mine))}",
            f"{most} is of {LEVELS[best]} certainty{named}",
        ]
    )


def _of_one_study(single: int, answers: int) -> str:
    if answers == 1:
        return "on one study" if single else "on several studies"
    return "each on one study" if single == answers else f"{number_in_words(single)} of them on one study each"


def steps_sentence(grades: list[Grade]) -> str:
    """Which reasons lower how many answers.

    Parameters
    ----------
    grades : list of Grade

    Returns
    -------
    str
    """
    counts = {domain: sum(step.domain == domain for grade in grades for step in grade.lowered) for domain in DOMAINS}
    unjudged = sum(grade.unjudged > 0 for grade in grades)
    told = [
        f"{DOMAINS[domain].lower()} {number}{_of_these(unjudged) if domain == 'risk_of_bias' else ''}"
        for domain, number in counts.items()
        if number
    ]
    if not told:
        return sentences(["no answer is lowered for any reason"])
    return sentences([f"of {counted(len(grades), 'answer')}, so many are lowered for each reason: {listed(told)}"])


def _of_these(unjudged: int) -> str:
    return f" ({number_in_words(unjudged)} of them for what nobody judged)" if unjudged else ""


def judged_sentence(otherwise: pd.DataFrame) -> str:
    """How many steps a person decided against the rule, and whose judgement that is.

    Parameters
    ----------
    otherwise : pandas.DataFrame
        From `grades.judged_otherwise`.

    Returns
    -------
    str
    """
    if otherwise.empty:
        return sentences(["the rules decide every step"])
    who = listed(sorted(set(otherwise["Judged by"])))
    return sentences([f"{counted(len(otherwise), 'step is', 'steps are')} judged otherwise than by the rule, by {who}"])


def certainty_sentence(grade: Grade | None) -> str:
    """How certain an intervention's leading answer is and why, or that there is none: can be quoted alone.

    Parameters
    ----------
    grade : Grade or None

    Returns
    -------
    str
    """
    if grade is None:
        return sentences([NOT_GRADED])
    found = f"{grade.certainty} certainty on {_outcome(grade)}, from {studies_in_words(grade)}"
    why = listed([f"{DOMAINS[step.domain].lower()} ({_steps(step)})" for step in grade.lowered])
    lowered = f"and goes down for {why}" if grade.lowered else "and nothing lowers it"
    return sentences(
        [
            f"{found}: {grade.body.effect_in_words}",
            f"it starts at {LEVELS[grade.start]} {lowered}",
            _without_unjudged(grade),
        ]
    )


def unjudged_sentence(grades: list[Grade]) -> str:
    """Which answers are lowered for a risk of bias that nobody judged, and what they would be without that.

    Parameters
    ----------
    grades : list of Grade

    Returns
    -------
    str
    """
    mine = [grade for grade in grades if grade.unjudged]
    if not mine:
        return sentences(["no answer is lowered for a risk of bias that nobody judged"])
    studies = counted(sum(grade.body.sample.k for grade in mine), "study", "studies")
    answers = counted(len(mine), "answer rests", "answers rest")
    return sentences(
        [
            f"{answers} on {studies} of which most were not judged for bias one by one; certainty goes down there for "
            "what is unknown, not for what was found",
            _without_that_step(mine),
        ]
    )


def _without_that_step(mine: list[Grade]) -> str:
    """What certainty would be without the steps for what nobody judged: the answers that change, and the others."""
    changed = [grade for grade in mine if grade.certainty_without_unjudged != grade.certainty]
    same = [grade for grade in mine if grade.certainty_without_unjudged == grade.certainty]
    told = [
        f"{level} for {listed([_question(grade) for grade in changed if grade.certainty_without_unjudged == level])}"
        for level in reversed(LEVELS)
        if any(grade.certainty_without_unjudged == level for grade in changed)
    ]
    if same:
        levels = [level for level in reversed(LEVELS) if any(grade.certainty == level for grade in same)]
        which = "each of them" if not changed else "the other" if len(same) == 1 else "the others"
        told.append(f"still {listed(levels, 'or')} for {which}")
    return f"if that were not counted, certainty would be {listed(told)}"


def _question(grade: Grade) -> str:
    return f"{within_sentence(grade.body.intervention)} ({studies_in_words(grade)})"


def _without_unjudged(grade: Grade) -> str:
    """What the certainty would be without steps for what nobody judged; empty where there are none."""
    if not grade.unjudged:
        return ""
    without = grade.certainty_without_unjudged
    level = f"still be {without}" if without == grade.certainty else f"be {without}"
    return f"nobody judged the studies for bias; if that were not counted, certainty would {level}"


def small_studies_sentence(grades: list[Grade]) -> str:
    """Of how many answers publication bias was tested, and why small studies that find more benefit cost a step or not.

    Parameters
    ----------
    grades : list of Grade

    Returns
    -------
    str
    """
    steps = [step for grade in grades for step in grade.steps if step.domain == "publication_bias"]
    tested = [step for step in steps if step.is_assessed]
    leaning = [step for step in tested if SMALLER_MORE in step.reason]
    costly = [step for step in leaning if step.steps]
    asked = (
        f"publication bias could be tested for {out_of(len(tested), len(steps), 'answers', 'answer')}"
        f"{'' if len(tested) == len(steps) else '; a dash stands for the others, and is no acquittal'}"
    )
    if not leaning:
        return sentences([asked, "in none of them do small studies find more benefit by more than chance"])
    them = "it" if len(leaning) == 1 else "them"
    return sentences(
        [
            asked,
            f"in {number_in_words(len(leaning))} of them small studies find more benefit by more than chance, and that "
            f"costs {'no step' if not costly else f'{number_in_words(len(costly))} of {them} a step'}: small "
            "studies may find more for other reasons, so a selection model must also show that results without "
            f"significant benefit are missing, and {_shows(len(costly), len(leaning))}",
        ]
    )


def _shows(costly: int, leaning: int) -> str:
    if not costly:
        return "it does not"
    return "it does" if costly == leaning else f"it does for {number_in_words(costly)}"


def others_sentence(grade: Grade, grades: list[Grade]) -> str:
    """What other answers the intervention has, or that it has none.

    Parameters
    ----------
    grade : Grade
        The leading one.
    grades : list of Grade
        All of them.

    Returns
    -------
    str
    """
    mine = [other for other in grades if other.body.intervention == grade.body.intervention and other is not grade]
    told = [
        f"{_outcome(it)}, {studies_in_words(it)}: {it.certainty} certainty, {it.body.effect_in_words}" for it in mine
    ]
    return sentences(told or ["no other answer of it is graded"])


def studies_in_words(grade: Grade) -> str:
    """`two studies without random assignment`, `ten studies from three publications with random assignment`."""
    return f"{of_sample(grade.body.sample)} {design_in_words(grade.body)}"


def step_in_words(step: Step) -> str:
    """`one step: …`, `none: …`, `not assessed, no step: …`; with whose judgement where the rule was not followed."""
    judged = f" (judged by {step.judged_by}, from {step.read}; the rule gives {counted(step.by_rule, 'step')})"
    number = _steps(step) if step.steps else "none"
    said = f"{number}: {step.reason}" if step.is_assessed else step.reason
    if step.reason.startswith(UNJUDGED):
        said = f"{UNJUDGED}, {number} for what is unknown{step.reason.removeprefix(UNJUDGED)}"
    return f"{said}{judged if step.judged_by else ''}"


def _steps(step: Step) -> str:
    return counted(step.steps, "step")


def _outcome(grade: Grade) -> str:
    return OUTCOMES[grade.body.outcome].label.lower()


def _parts(rows: pd.DataFrame) -> str:
    ordered = rows.sort_values("region", ascending=False, kind="stable")
    return listed([f"{row['answer'].lower()} ({row['region']})" for row in ordered.to_dict("records")])


def _named(grades: list[Grade], place: int) -> str:
    names = dict.fromkeys(
        f"{within_sentence(grade.body.intervention)} on {_outcome(grade)}" for grade in grades if grade.place == place
    )
    return listed(list(names))
