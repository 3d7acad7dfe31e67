"""The values that the notebook records, group by group."""

import pandas as pd

from citizen_security.evidence.certainty import sentences as said
from citizen_security.evidence.certainty.domains import DOMAINS
from citizen_security.evidence.certainty.flow import Tables
from citizen_security.evidence.certainty.grades import Grade, leading
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.evidence.studies.region_evidence import region_value
from citizen_security.evidence.studies.risk_of_bias import bias_sentence
from citizen_security.values import Missing, Value


def flow_values(tables: Tables, stages: pd.DataFrame, pooled: set[str], reading: pd.DataFrame) -> list[Value]:
    """How much of what was found can be pooled, where it came from and where it was read.

    Parameters
    ----------
    tables : Tables
    stages : pandas.DataFrame
        From `flow.stage_table`.
    pooled : set of str
        Studies that can be pooled with another.
    reading : pandas.DataFrame
        From `readings.reading_table`.

    Returns
    -------
    list of Value
    """
    texts = {
        "flow_sentence": (said.flow_sentence(stages), "How much of the collection can be pooled"),
        "origin_sentence": (said.origin_sentence(tables.coded, pooled), "Where the pooled studies come from"),
        "reading_sentence": (said.reading_sentence(reading), "Where the region's studies were read"),
    }
    return [region_value(tables.coded, tables.harmonised), *_texts(texts)]


def certainty_values(grades: list[Grade], otherwise: pd.DataFrame, interventions: int) -> list[Value]:
    """How certain the answers are, and for which reasons they are lowered.

    Parameters
    ----------
    grades : list of Grade
    otherwise : pandas.DataFrame
        From `grades.judged_otherwise`.
    interventions : int
        Interventions with a study.

    Returns
    -------
    list of Value
    """
    best = list(leading(grades).values())
    texts = {
        "certainty_verdict": (said.certainty_verdict(best, interventions), "How certain the answers are"),
        "region_certainty_sentence": (said.region_certainty_sentence(grades), "How certain the region's answers are"),
        "steps_sentence": (said.steps_sentence(grades), "For which reasons answers are lowered"),
        "small_studies_sentence": (said.small_studies_sentence(grades), "What was tested of publication bias"),
        "unjudged_sentence": (said.unjudged_sentence(grades), "Steps for a risk of bias that nobody judged"),
        "judged_sentence": (said.judged_sentence(otherwise), "Steps judged otherwise than by the rule"),
    }
    return _texts(texts)


def bias_values(judged: pd.DataFrame, studies: pd.DataFrame) -> list[Value]:
    """How biased the evaluations may be.

    Parameters
    ----------
    judged : pandas.DataFrame
        From `risk_of_bias.judged`.
    studies : pandas.DataFrame
        Table `studies`.

    Returns
    -------
    list of Value
    """
    return _texts({"bias_sentence": (bias_sentence(judged, studies), "Risk of bias of the evaluations")})


def page_values(grades: list[Grade]) -> list[Value | Missing]:
    """What the pages of interventions say of the certainty of their leading answer, domain by domain.

    Parameters
    ----------
    grades : list of Grade

    Returns
    -------
    list of Value or Missing
        For an intervention without a graded answer the sentence alone.
    """
    best = leading(grades)
    values: list[Value | Missing] = []
    for code in PAGES:
        grade = best.get(code)
        values += _texts({f"{code}_certainty_sentence": (said.certainty_sentence(grade), _label(code, "certainty"))})
        values += _page(code, grade, grades) if grade else [Missing(names=f"{code}_*", reason="no answer is graded")]
    return values


def _page(code: str, grade: Grade, grades: list[Grade]) -> list[Value]:
    texts = {
        f"{code}_graded_prediction": (grade.body.prediction_in_words, "where a new study's effect is expected"),
        f"{code}_others_sentence": (said.others_sentence(grade, grades), "answers graded apart"),
    }
    texts |= {
        f"{code}_{step.domain}_steps": (said.step_in_words(step), f"steps down for {DOMAINS[step.domain].lower()}")
        for step in grade.steps
    }
    return _texts({name: (text, _label(code, what)) for name, (text, what) in texts.items()})


def _label(code: str, what: str) -> str:
    return f"{INTERVENTIONS[code].label}: {what}"


def _texts(texts: dict[str, tuple[str, str]]) -> list[Value]:
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
