"""By how many steps certainty is lowered, and why: one rule for each of the five domains of GRADE.

References
----------
Guyatt and others (2008), BMJ 336: 924–926, and (2011), Journal of Clinical Epidemiology 64: 383–394; Schünemann,
Brożek, Guyatt and Oxman, editors (2013), GRADE Handbook; for publication bias: Guyatt and others (2011), Journal of
Clinical Epidemiology 64: 1277–1282.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.evidence.certainty.bodies import Body
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.evidence.studies.pooled_sample import FEWEST_DEGREES, is_fixed, studies_in_words
from citizen_security.methods.publication_bias.funnel_tests import SmallStudyEffect, egger_mixed
from citizen_security.methods.publication_bias.selection_models import (
    NotMaximised,
    StepSelection,
    fit_step_selection,
)
from citizen_security.words import by_interval, counted, leaves_out_zero, listed, p_in_words

DOMAINS: Mapping[str, str] = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
}

# What is said of a domain that nothing was asked of.
NOT_ASSESSED = "not assessed, no step"

# What is said where small studies find more benefit than large ones, whether or not it costs a step.
SMALLER_MORE = "the smaller the study, the more benefit it finds"

# What is said of a step for a risk of bias that was not looked for: what is unknown costs, and nothing was found.
UNJUDGED = "not judged"

# A study without a judgement.
NOT_JUDGED = "not_judged"

# Overall judgements of RoB 2 and ROBINS-I, by how many steps they cost a body that lies mostly at them or worse.
# Studies without random assignment that start at low have paid for confounding: only a critical risk, or one that is
# serious beyond it, costs more. Where they start at high, ROBINS-I alone decides (Schünemann and others 2019).
# Randomised studies have no confounding to pay for, and lose as much.
STEPS_OF_RISK = {"high": 1, "serious": 1, "critical": 2, "no_information": 1, NOT_JUDGED: 1}
STEPS_FROM_HIGH = {
    "some_concerns": 1,
    "moderate": 1,
    "high": 2,
    "serious": 2,
    "critical": 3,
    "no_information": 2,
    NOT_JUDGED: 2,
}

# Outcomes that stand for violence without being it.
PROXIES: Mapping[str, str] = {
    "robbery_and_theft": "robbery and theft stand for violence",
    "crime_overall": "crime of every kind stands for violence",
    "reoffending": "new arrests and convictions stand for violence, and hang on what is cleared up",
    "behaviour": "reported behaviour stands for violence",
    "trust": "trust stands for violence",
}

# So many studies may lie further from the mean than their own 95% intervals reach before they are said to be apart.
MOST_APART = 0.25
REACH = 1.96

# How a reader is told of I².
SHARE_BEYOND_CHANCE = "I², the share of the spread of effects that chance does not explain,"


@dataclass(frozen=True)
class Step:
    """By how much one domain lowers the certainty of a body.

    Attributes
    ----------
    domain : str
        Code, as in `DOMAINS`.
    steps : int
        From zero.
    reason : str
        A clause that says why, or why not.
    by_rule : int
        Steps by the printed rule; another number than `steps` only where a person judged otherwise.
    judged_by, read : str
        Whose judgement, and from what; empty where the rule decides.
    """

    domain: str
    steps: int
    reason: str
    by_rule: int
    judged_by: str = ""
    read: str = ""

    @property
    def is_assessed(self) -> bool:
        """Whether the domain was asked of the body at all: no step for what was not asked is no acquittal."""
        return not self.reason.startswith(NOT_ASSESSED)


_WHOLE: Mapping[str, str] = {"100%": "all", "0%": "none"}

type Rule = Callable[[Body, Certainty], tuple[int, str]]


def steps_of(body: Body, risks: Mapping[str, str], judgements: pd.DataFrame, parameters: Certainty) -> tuple[Step, ...]:
    """Steps of every domain for one body, by rule or by a person's judgement.

    Parameters
    ----------
    body : Body
    risks : mapping of str to str
        Overall risk of bias of each study that was judged.
    judgements : pandas.DataFrame
        Table `certainty_judgements`.
    parameters : Certainty

    Returns
    -------
    tuple of Step
        In the order of `DOMAINS`.
    """
    mine = judgements[(judgements["intervention"] == body.intervention) & (judgements["outcome"] == body.outcome)]
    judged = {str(row["domain"]): row for row in mine.to_dict("records")}
    found = {"risk_of_bias": risk_of_bias(body, risks, parameters)}
    found |= {domain: rule(body, parameters) for domain, rule in RULES.items()}
    return tuple(_decided(domain, *found[domain], judged.get(domain)) for domain in DOMAINS)


def risk_of_bias(body: Body, risks: Mapping[str, str], parameters: Certainty) -> tuple[int, str]:
    """Steps by where most of the weight lies: the gravest level that, with the graver ones, has more than its share.

    Parameters
    ----------
    body : Body
    risks : mapping of str to str
        Overall judgement of each study; one that is not named counts as `not_judged`.
    parameters : Certainty
        `grave_share`, `non_randomised_start`.

    Returns
    -------
    tuple of int and str
        Steps and reason.
    """
    table = _steps_of_levels(body, parameters)
    levels = body.sample.studies["study_id"].map(lambda study: risks.get(str(study), NOT_JUDGED))
    steps = levels.map(lambda level: table.get(level, 0))
    unjudged = body.share(levels == NOT_JUDGED)
    found = body.share((steps > 0) & (levels != NOT_JUDGED))
    if unjudged > parameters.grave_share >= found:
        return table[NOT_JUDGED], f"{UNJUDGED}: {_in_unjudged(unjudged, body)}"
    for step in sorted(set(table.values()), reverse=True):
        share = body.share(steps >= step)
        if share > parameters.grave_share:
            return step, f"{_in_studies(share, body)} {_named(levels[steps >= step])}"
    grave = body.share(steps > 0)
    return 0, f"{_in_studies(grave, body)} a grave or unknown risk"


def inconsistency(body: Body, parameters: Certainty) -> tuple[int, str]:
    """One step where two signs of unlike effects are there, two where all three are; of one study nothing is assessed.

    Parameters
    ----------
    body : Body
    parameters : Certainty
        `high_i_squared`.

    Returns
    -------
    tuple of int and str
        Steps and reason.
    """
    if body.fit is None:
        return 0, f"{NOT_ASSESSED}: one study cannot be compared with another"
    signs = [text for holds, text in _signs(body, parameters) if holds]
    steps = max(0, len(signs) - 1)
    if not signs:
        return 0, f"{SHARE_BEYOND_CHANCE} is {body.fit.i_squared:.0f}%, and no sign of unlike effects is there"
    return steps, listed(signs)


def indirectness(body: Body, parameters: Certainty) -> tuple[int, str]:
    """One step where most of the weight is from outside the region, and one where the outcome stands for violence.

    Parameters
    ----------
    body : Body
    parameters : Certainty
        `grave_share`.

    Returns
    -------
    tuple of int and str
        Steps and reason.
    """
    outside = 1 - body.share(body.sample.studies["is_lac"])
    reasons = []
    if outside > parameters.grave_share:
        reasons.append(f"{_weight(outside, body)} from outside the region")
    if body.outcome in PROXIES:
        reasons.append(PROXIES[body.outcome])
    if reasons:
        return len(reasons), listed(reasons)
    return 0, f"{_weight(1 - outside, body)} from the region, and the outcome is violence itself"


def imprecision(body: Body, parameters: Certainty) -> tuple[int, str]:
    """Two steps for a fall and a rise that would matter in one interval; one for no change in it, or for too few.

    Where a publication holds several studies, the wider of the intervals by study and by publication decides; one that
    rests on fewer than four degrees of freedom costs a step, whatever it leaves out.

    Parameters
    ----------
    body : Body
    parameters : Certainty
        `smallest_change`, `smallest_difference`, `fewest_studies`, `fewest_events`.

    Returns
    -------
    tuple of int and str
        Steps and reason.
    """
    lower, upper = body.widest
    fall, rise = smallest_effects(body, parameters)
    steps, reason = _of_width(body, parameters, (lower, upper), (fall, rise))
    if (lower, upper) == body.effect[1:]:
        return steps, reason
    degrees = body.publication_degrees
    if degrees is None or degrees >= FEWEST_DEGREES:
        return steps, f"by publication, {reason}"
    few = f"by publication, {reason}, and {degrees:.1f} degrees of freedom are too few to rely on it"
    return max(steps, 1), few


def _of_width(
    body: Body, parameters: Certainty, ends: tuple[float, float], matters: tuple[float, float]
) -> tuple[int, str]:
    """Steps and reason by one interval and the smallest fall and rise that would matter."""
    (lower, upper), (fall, rise) = ends, matters
    if lower <= fall and upper >= rise:
        return 2, "the interval includes a fall and a rise that would matter"
    if fall < lower and upper < rise:
        return _too_few(body, parameters, "the interval includes nothing that would matter")
    side = by_interval(lower, upper, above="a rise", below="a fall", neither="")
    if not side:
        what = "a fall" if lower <= fall else "a rise"
        return 1, f"the interval includes no change and {what} that would matter"
    return _too_few(body, parameters, f"the interval lies on the side of {side}")


def publication_bias(body: Body, parameters: Certainty) -> tuple[int, str]:
    """One step where the small studies and the selection model both say that benefit is reported more readily.

    Small studies may find more benefit for other reasons than what was left out of print, and results may pile up
    below a p-value without a funnel that leans; every such method has limits (Guyatt and others 2011), so one alone
    costs nothing. The line of Egger's regression ends at the effect of a study without error, as in a limit
    meta-analysis; the selection model has one step, at significance.

    Parameters
    ----------
    body : Body
    parameters : Certainty
        `tested_from`, `funnel_significance`, and how effects are pooled.

    Returns
    -------
    tuple of int and str
        Steps and reason.
    """
    studies = body.sample.k
    if studies < parameters.tested_from:
        has = "is" if studies == 1 else "are"
        few = f"{counted(studies, 'study', 'studies')} {has} too few to test"
        return 0, f"{NOT_ASSESSED}: {few} (from {parameters.tested_from} on)"
    test = small_study_test(body, parameters)
    if isinstance(test, str):
        return 0, f"{NOT_ASSESSED}: {test}"
    egger = f"Egger's test has {p_in_words(test.p_value)}"
    if test.p_value >= parameters.funnel_significance:
        return 0, f"that small studies find more than large ones is undetected ({egger}), which is not absent"
    if test.slope > 0:
        return 0, f"small studies find less benefit than large ones ({egger})"
    found = f"{SMALLER_MORE} ({egger})"
    selection = selection_test(body)
    if isinstance(selection, str):
        return 0, f"{found}, but the second test, a selection model, cannot be fitted: {selection}"
    model = f"the selection model has {p_in_words(selection.p_value)}"
    if selection.p_value >= parameters.funnel_significance:
        return 0, f"{found}, but the second test does not show that results are reported by their p-value ({model})"
    if selection.weights[-1] > 1:
        return 0, (
            f"{found}, but by the second test results without significant benefit are reported more readily and not "
            f"less ({model})"
        )
    return 1, f"{found}, and results without significant benefit are reported less readily ({model})"


def small_study_test(body: Body, parameters: Certainty) -> SmallStudyEffect | str:
    """Egger's regression of the studies' effects on their errors, or why there is none."""
    try:
        return egger_mixed(
            body.sample.effect,
            body.sample.variance,
            estimator=parameters.estimator,
            test=parameters.test,
            confidence_level=parameters.confidence_level,
        )
    except ValueError as refusal:
        return str(refusal).rstrip(".")


def selection_test(body: Body) -> StepSelection | str:
    """The selection model of three parameters, in which significant benefit is favoured, or why there is none."""
    try:
        return fit_step_selection(body.sample.effect, body.sample.variance, favoured="negative")
    except (ValueError, NotMaximised) as refusal:
        return str(refusal).rstrip(".")


def smallest_effects(body: Body, parameters: Certainty) -> tuple[float, float]:
    """The smallest fall and the smallest rise that would matter, on the scale of the effect.

    A change of so many per cent down and of as many up: ln(1 − c) and ln(1 + c). For an effect of each percentage
    point of coverage any change counts.

    Returns
    -------
    tuple of float
        Below and above zero; zeros for an effect of a dose.
    """
    if body.is_per_dose:
        return 0.0, 0.0
    if body.sample.measure == "standardised_mean_difference":
        return -parameters.smallest_difference, parameters.smallest_difference
    change = parameters.smallest_change / 100
    return math.log1p(-change), math.log1p(change)


RULES: Mapping[str, Rule] = {
    "inconsistency": inconsistency,
    "indirectness": indirectness,
    "imprecision": imprecision,
    "publication_bias": publication_bias,
}

LEVEL_NAMES: Mapping[str, str] = {
    "some_concerns": "some concerns",
    "moderate": "moderate risk",
    "high": "high risk",
    "serious": "serious risk",
    "critical": "critical risk",
    "no_information": "a risk that cannot be told from what was read",
    NOT_JUDGED: "a risk that nobody judged",
}


def _steps_of_levels(body: Body, parameters: Certainty) -> Mapping[str, int]:
    starts_high = parameters.non_randomised_start == "high" and not body.is_randomised
    return STEPS_FROM_HIGH if starts_high else STEPS_OF_RISK


def _weight(share: float, body: Body) -> str:
    """A share of the weight as the subject of a clause: `the one study is`, `48% of the weight is`."""
    if body.sample.k == 1:
        return "the one study is" if share > 0 else "the one study is not"
    shown = f"{share:.0%}"
    return f"{_WHOLE.get(shown, shown)} of the weight is"


def _in_studies(share: float, body: Body) -> str:
    return f"{_weight(share, body)} {'at' if body.sample.k == 1 else 'in studies at'}"


def _in_unjudged(share: float, body: Body) -> str:
    where = "of a risk of bias" if body.sample.k == 1 else "in studies of a risk of bias"
    return f"{_weight(share, body)} {where} that nobody judged"


def _named(levels: "pd.Series[str]") -> str:
    present = set(levels)
    return listed([name for level, name in LEVEL_NAMES.items() if level in present], "or")


def _signs(body: Body, parameters: Certainty) -> list[tuple[bool, str]]:
    """The three signs that effects differ: whether each is there, and its words."""
    assert body.fit is not None
    mean, lower, upper = body.effect
    # Whatever the level of the run: narrow intervals leave out the mean without a difference between the studies.
    apart = float(np.mean(np.abs(body.sample.effect - mean) > REACH * np.sqrt(body.sample.variance)))
    i_squared = body.fit.i_squared
    # Without a variance above zero a prediction interval is wider by its degrees of freedom alone.
    new = body.prediction if body.fit.tau_squared > 0 else None
    reverses = new is not None and leaves_out_zero(lower, upper) and not leaves_out_zero(*new)
    third = (reverses, "the next study may find no effect or the reverse, by the prediction interval")
    if is_fixed(body.fit):
        # There is no prediction interval to ask, and what the parameters suppose must not make studies alike.
        p_value = body.fit.q_p_value
        rejects = p_value < 1 - body.confidence_level
        third = (rejects, f"Cochran's test rejects one true effect ({p_in_words(p_value)}), which the run supposes")
    return [
        (i_squared >= parameters.high_i_squared, f"{SHARE_BEYOND_CHANCE} is {i_squared:.0f}%"),
        (apart > MOST_APART, f"the mean lies beyond the reach of {apart:.0%} of the studies"),
        third,
    ]


def _too_few(body: Body, parameters: Certainty, found: str) -> tuple[int, str]:
    studies = studies_in_words(body.sample)
    if body.sample.k < parameters.fewest_studies:
        return 1, f"{found}, but rests on {studies}"
    events = body.events
    if events is not None and events < parameters.fewest_events:
        return 1, f"{found}, but rests on {events:,} events"
    return 0, f"{found}, on {studies}{_events_in_words(body)}"


def _events_in_words(body: Body) -> str:
    """How many events there are, or that the rule of the fewest cannot be asked."""
    if body.events is not None:
        return f" with {body.events:,} events"
    if body.sample.measure == "standardised_mean_difference":
        return "; a difference of means counts no events"
    return "; how many events they have is unknown, so the rule of the fewest events is not applied"


def _decided(domain: str, by_rule: int, reason: str, judged: Mapping[Any, Any] | None) -> Step:
    if judged is None:
        return Step(domain, by_rule, reason, by_rule)
    return Step(
        domain, int(judged["steps"]), str(judged["reason"]), by_rule, str(judged["judged_by"]), str(judged["read"])
    )
