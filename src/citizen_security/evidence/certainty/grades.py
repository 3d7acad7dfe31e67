"""The certainty of each body of evidence, from where it starts and the steps down."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from citizen_security.evidence.certainty.bodies import Body
from citizen_security.evidence.certainty.domains import DOMAINS, MOST_APART, UNJUDGED, Step, steps_of
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES
from citizen_security.evidence.studies.pooled_sample import studies_in_words

# From the lowest; a grade is a place in this order.
LEVELS = ("very low", "low", "moderate", "high")
LOW, HIGH = LEVELS.index("low"), LEVELS.index("high")


@dataclass(frozen=True, eq=False)
class Grade:
    """How certain the answer of a body of evidence is.

    Attributes
    ----------
    body : Body
    start : int
        Where it starts, a place in `LEVELS`.
    steps : tuple of Step
        In the order of the domains.
    """

    body: Body
    start: int
    steps: tuple[Step, ...]

    @property
    def place(self) -> int:
        """Place of the certainty in `LEVELS`: it goes no lower than the lowest."""
        return max(0, self.balance)

    @property
    def balance(self) -> int:
        """The same without an end, which tells answers of the lowest certainty apart."""
        return self.start - sum(step.steps for step in self.steps)

    @property
    def certainty(self) -> str:
        """`very low`, `low`, `moderate` or `high`."""
        return LEVELS[self.place]

    @property
    def unjudged(self) -> int:
        """Steps for a risk of bias that nobody judged."""
        return sum(step.steps for step in self.steps if step.reason.startswith(UNJUDGED))

    @property
    def certainty_without_unjudged(self) -> str:
        """What the certainty would be without these steps."""
        return LEVELS[max(0, self.balance + self.unjudged)]

    @property
    def lowered(self) -> tuple[Step, ...]:
        """Steps of the domains that lower the certainty."""
        return tuple(step for step in self.steps if step.steps)


def grade_bodies(
    bodies: Iterable[Body], risks: Mapping[str, str], judgements: pd.DataFrame, parameters: Certainty
) -> list[Grade]:
    """Grade every body of evidence.

    Parameters
    ----------
    bodies : iterable of Body
    risks : mapping of str to str
        Overall risk of bias of each study that was judged.
    judgements : pandas.DataFrame
        Table `certainty_judgements`.
    parameters : Certainty

    Returns
    -------
    list of Grade
        In the order of the bodies.
    """
    return [Grade(body, start_of(body, parameters), steps_of(body, risks, judgements, parameters)) for body in bodies]


def start_of(body: Body, parameters: Certainty) -> int:
    """Where a body starts: high with random assignment, otherwise as the parameters say."""
    return HIGH if body.is_randomised or parameters.non_randomised_start == "high" else LOW


def leading(grades: Iterable[Grade]) -> dict[str, Grade]:
    """The answer that an intervention's page leads with: on the outcome of most studies, the most certain.

    Of equal outcomes it is the first of the coding scheme; of two answers of one certainty that with fewer steps down
    below the lowest, then that of more studies, leads.

    Parameters
    ----------
    grades : iterable of Grade
        In the order of the bodies.

    Returns
    -------
    dict of str to Grade
    """
    every = list(grades)
    studies: Counter[tuple[str, str]] = Counter()
    for grade in every:
        studies[grade.body.intervention, grade.body.outcome] += grade.body.sample.k

    def rank(grade: Grade) -> tuple[int, int, int]:
        body = grade.body
        return studies[body.intervention, body.outcome], grade.balance, body.sample.k

    best: dict[str, Grade] = {}
    for grade in every:
        code = grade.body.intervention
        if code not in best or rank(grade) > rank(best[code]):
            best[code] = grade
    return best


def summary_of_findings(grades: Iterable[Grade]) -> pd.DataFrame:
    """The summary of findings: one row a body, in words.

    Parameters
    ----------
    grades : iterable of Grade

    Returns
    -------
    pandas.DataFrame
        `Intervention`, `Outcome`, `Studies`, `Effect`, `A new study`, `Certainty`, `Starts at` and a column for each
        domain with its steps down and the reason.
    """
    return pd.DataFrame([_finding(grade) for grade in grades])


def steps_table(grades: Iterable[Grade]) -> pd.DataFrame:
    """One row a body and domain: steps by the rule and as decided, with the reason.

    Parameters
    ----------
    grades : iterable of Grade

    Returns
    -------
    pandas.DataFrame
        `intervention`, `outcome`, `is_randomised`, `certainty`, `start`, `domain`, `by_rule`, `steps`, `reason`,
        `judged_by`, `read`.
    """
    return pd.DataFrame([_decision(grade, step) for grade in grades for step in grade.steps])


def picture_rows(grades: Iterable[Grade]) -> pd.DataFrame:
    """What the figure of the steps draws: one row a body and domain.

    Parameters
    ----------
    grades : iterable of Grade

    Returns
    -------
    pandas.DataFrame
        `question` (intervention, outcome and whether units drew lots), `domain`, `steps`, `is_assessed`, `certainty`.
    """
    return pd.DataFrame(
        [
            {"question": _question(grade.body), "domain": DOMAINS[step.domain], "steps": step.steps}
            | {"is_assessed": step.is_assessed, "certainty": grade.certainty}
            for grade in grades
            for step in grade.steps
        ],
        columns=["question", "domain", "steps", "is_assessed", "certainty"],
    )


def judged_otherwise(grades: Iterable[Grade]) -> pd.DataFrame:
    """The steps that a person decided against the rule: whose judgement, from what, and why.

    Parameters
    ----------
    grades : iterable of Grade

    Returns
    -------
    pandas.DataFrame
        `Intervention`, `Outcome`, `Domain`, `By the rule`, `As judged`, `Reason`, `Judged by`, `Read`.
    """
    rows = [
        {
            "Intervention": INTERVENTIONS[grade.body.intervention].label,
            "Outcome": OUTCOMES[grade.body.outcome].label,
            "Domain": DOMAINS[step.domain],
            "By the rule": step.by_rule,
            "As judged": step.steps,
            "Reason": step.reason,
            "Judged by": step.judged_by,
            "Read": step.read,
        }
        for grade in grades
        for step in grade.steps
        if step.judged_by
    ]
    columns = ["Intervention", "Outcome", "Domain", "By the rule", "As judged", "Reason", "Judged by", "Read"]
    return pd.DataFrame(rows, columns=columns)


def printed_rules(parameters: Certainty) -> pd.DataFrame:
    """The rules as a reader can check them, with the numbers of this run.

    Parameters
    ----------
    parameters : Certainty

    Returns
    -------
    pandas.DataFrame
        `Domain`, `One step down`, `Two steps down`, `None`.
    """
    share = f"{parameters.grave_share:.0%}"
    low = parameters.non_randomised_start == "low"
    bias_one = "at serious or high risk, or at one that was not told or judged" if low else "at moderate risk or worse"
    bias_two = "at critical risk" if low else "at serious risk, or at one not told; three steps at critical risk"
    change = f"{parameters.smallest_change:g}%"
    matter = (
        f"a fall or a rise of {change} ({parameters.smallest_difference:g} standard deviations; any change for each "
        "percentage point of coverage)"
    )
    few = (
        f"fewer than {parameters.fewest_studies} studies, or fewer than {parameters.fewest_events} events where their "
        "number is known"
    )
    rows = [
        (
            "Risk of bias",
            f"more than {share} of the weight is {bias_one}",
            f"more than {share} of it is {bias_two}",
            "otherwise",
        ),
        (
            "Inconsistency",
            f"two of three signs: I² from {parameters.high_i_squared:g}% on; the mean beyond the 95% intervals of more "
            f"than {MOST_APART:.0%} of the studies; studies that vary, with a prediction interval that reaches back "
            "over no effect (where τ² is fixed at zero: a Cochran's test that rejects one true effect)",
            "all three",
            "one sign or none; of a single study nothing is assessed",
        ),
        (
            "Indirectness",
            f"more than {share} of the weight is from outside the region, or the outcome stands for violence",
            "both",
            "otherwise",
        ),
        (
            "Imprecision",
            "the interval, the wider of those by study and by publication, includes no change and one that would "
            f"matter, {matter}; or {few}",
            "it includes both a fall and a rise that would matter",
            "otherwise",
        ),
        (
            "Publication bias",
            f"Egger's test has p below {parameters.funnel_significance:g} and small studies find more benefit, and the "
            f"selection model has p below {parameters.funnel_significance:g} and results without significant benefit "
            "are reported less readily",
            "never",
            f"otherwise; with fewer than {parameters.tested_from} studies nothing is assessed",
        ),
    ]
    return pd.DataFrame(rows, columns=["Domain", "One step down", "Two steps down", "No step"])


def design_in_words(body: Body) -> str:
    """`with random assignment` or `without random assignment`."""
    return f"{'with' if body.is_randomised else 'without'} random assignment"


def _question(body: Body) -> str:
    lots = ", randomised" if body.is_randomised else ""
    return f"{INTERVENTIONS[body.intervention].label}:\n{OUTCOMES[body.outcome].label.lower()}{lots}"


def _finding(grade: Grade) -> dict[str, Any]:
    body = grade.body
    return {
        "Intervention": INTERVENTIONS[body.intervention].label,
        "Outcome": OUTCOMES[body.outcome].label,
        "Studies": f"{studies_in_words(body.sample)} {design_in_words(body)}",
        "Effect": body.effect_in_words,
        "A new study": body.prediction_in_words,
        "Certainty": grade.certainty,
        "Starts at": LEVELS[grade.start],
        **{DOMAINS[step.domain]: _cell(step) for step in grade.steps},
    }


def _cell(step: Step) -> str:
    if not step.is_assessed:
        return step.reason
    return f"−{step.steps}: {step.reason}" if step.steps else f"0: {step.reason}"


def _decision(grade: Grade, step: Step) -> dict[str, Any]:
    return {
        "intervention": grade.body.intervention,
        "outcome": grade.body.outcome,
        "is_randomised": grade.body.is_randomised,
        "certainty": grade.certainty,
        "start": LEVELS[grade.start],
        "domain": step.domain,
        "by_rule": step.by_rule,
        "steps": step.steps,
        "reason": step.reason,
        "judged_by": step.judged_by,
        "read": step.read,
    }
