"""The coding scheme: which interventions, outcomes and directions the words of the studies table stand for.

The table keeps the words of whoever described the study; the scheme maps each of them to a code, and each code to a
family. A word that the scheme does not know is refused, so that no study is lost silently when a row is added.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from citizen_security.parameters import unknown

InterventionCode = Literal[
    "hot_spots_policing",
    "police_presence",
    "targeted_deployment",
    "quadrant_policing",
    "community_policing",
    "pacification_policing",
    "specialised_police",
    "body_worn_cameras",
    "limits_on_police_operations",
    "kingpin_removal",
    "military_policing",
    "police_raids",
    "mass_arrest_warrants",
    "focused_deterrence",
    "violence_interruption",
    "gang_truce",
    "cognitive_behavioural_therapy",
    "restorative_justice",
    "electronic_monitoring",
    "deterrence_education",
    "after_school_programmes",
    "community_prevention",
    "gang_prevention",
    "cash_transfers",
    "employment_programmes",
    "firearm_restriction",
    "alcohol_restriction",
    "transport_and_carrying_rules",
    "cctv",
    "urban_upgrading",
    "prevention_with_policing",
    "integrated_state_programmes",
]

OutcomeCode = Literal[
    "homicide",
    "other_violence",
    "robbery_and_theft",
    "crime_overall",
    "victimisation",
    "reoffending",
    "behaviour",
    "state_violence",
    "trust",
]

StudyKind = Literal["evaluation", "pooled_trial", "review"]


class UncodedTerm(ValueError):
    """Words of the studies table that the coding scheme does not know.

    Parameters
    ----------
    problems : iterable of str
        One sentence for each: study, field, words, nearest match.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        advice = "Correct the row, or give the words a code in citizen_security/evidence/coding.py."
        super().__init__("; ".join(self.problems) + f" {advice}")


@dataclass(frozen=True)
class Intervention:
    """A row of the map.

    Attributes
    ----------
    label : str
        For a reader.
    family : str
        Key of `FAMILIES`.
    terms : tuple of str
        Words of the studies table that stand for it.
    """

    label: str
    family: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """A column of the map.

    Attributes
    ----------
    label : str
        For a reader.
    definition : str
        What it takes in.
    terms : tuple of str
        Words of the studies table that stand for it.
    """

    label: str
    definition: str
    terms: tuple[str, ...]


FAMILIES: Mapping[str, str] = {
    "policing": "Policing",
    "hard_line": "Hard-line enforcement (mano dura)",
    "deterrence_and_mediation": "Focused deterrence and mediation",
    "treatment_and_justice": "Treatment and justice",
    "social_prevention": "Social prevention",
    "situations": "Weapons, alcohol and places",
    "integrated": "Integrated programmes",
}

INTERVENTIONS: Mapping[str, Intervention] = {
    "hot_spots_policing": Intervention("Hot spots policing", "policing", ("hot spots policing",)),
    "police_presence": Intervention("Police guards and presence", "policing", ("police presence",)),
    "targeted_deployment": Intervention("Targeted federal deployment", "policing", ("targeted deployment",)),
    "quadrant_policing": Intervention("Quadrant (beat) policing", "policing", ("community/quadrant policing",)),
    "community_policing": Intervention("Community policing", "policing", ("community policing",)),
    "pacification_policing": Intervention(
        "Pacification policing", "policing", ("pacification policing", "pacification")
    ),
    "specialised_police": Intervention("Women's and specialised police", "policing", ("specialised police",)),
    "body_worn_cameras": Intervention("Body-worn cameras", "policing", ("body-worn cameras",)),
    "limits_on_police_operations": Intervention(
        "Limits on police operations", "policing", ("limits on police operations",)
    ),
    "kingpin_removal": Intervention("Kingpin removal", "hard_line", ("kingpin removal (mano dura)",)),
    "military_policing": Intervention("Military policing", "hard_line", ("military policing (mano dura)",)),
    "police_raids": Intervention("Crackdowns and raids", "hard_line", ("crackdown/raids (mano dura)",)),
    "mass_arrest_warrants": Intervention("Mass arrest warrants", "hard_line", ("mass arrest warrants (mano dura)",)),
    "focused_deterrence": Intervention("Focused deterrence", "deterrence_and_mediation", ("focused deterrence",)),
    "violence_interruption": Intervention(
        "Violence interruption", "deterrence_and_mediation", ("violence interruption",)
    ),
    "gang_truce": Intervention("Gang truce and mediation", "deterrence_and_mediation", ("truce/mediation",)),
    "cognitive_behavioural_therapy": Intervention("Cognitive behavioural therapy", "treatment_and_justice", ("CBT",)),
    "restorative_justice": Intervention("Restorative justice", "treatment_and_justice", ("restorative justice",)),
    "electronic_monitoring": Intervention("Electronic monitoring", "treatment_and_justice", ("electronic monitoring",)),
    "deterrence_education": Intervention(
        "Prison visits (scared straight)", "treatment_and_justice", ("deterrence education (scared straight)",)
    ),
    "after_school_programmes": Intervention("After-school programmes", "social_prevention", ("after-school/CBT-like",)),
    "community_prevention": Intervention("Community prevention", "social_prevention", ("community prevention",)),
    "gang_prevention": Intervention("Gang membership prevention", "social_prevention", ("gang prevention",)),
    "cash_transfers": Intervention("Conditional cash transfers", "social_prevention", ("cash transfer",)),
    "employment_programmes": Intervention("Temporary employment", "social_prevention", ("employment/cash",)),
    "firearm_restriction": Intervention("Firearm restriction", "situations", ("firearm restriction",)),
    "alcohol_restriction": Intervention("Alcohol sale hours", "situations", ("alcohol restriction",)),
    "transport_and_carrying_rules": Intervention(
        "Pillion and gun-carrying rules", "situations", ("transport/gun-carry rule",)
    ),
    "cctv": Intervention("Surveillance cameras (CCTV)", "situations", ("CCTV",)),
    "urban_upgrading": Intervention("Urban upgrading and transit", "situations", ("urban upgrading/transit",)),
    "prevention_with_policing": Intervention(
        "Prevention with policing", "integrated", ("integrated prevention + policing",)
    ),
    "integrated_state_programmes": Intervention(
        "Integrated state programmes", "integrated", ("integrated state programme",)
    ),
}

# What some reviews range over is no intervention that an evaluation could be of: they have no row of their own.
REVIEW_SCOPES: Mapping[str, str] = {
    "all": "Several interventions",
    "policing": "Policing in general",
    "youth violence": "Youth violence prevention in general",
}

OUTCOMES: Mapping[str, Outcome] = {
    "homicide": Outcome(
        "Homicide and violent death",
        "Killings, of anyone or of a group (young people, women, gang members); deaths by firearm.",
        (
            "homicide",
            "youth homicide",
            "gang homicide",
            "gun homicide",
            "female homicide",
            "violent death",
            "gun deaths",
        ),
    ),
    "other_violence": Outcome(
        "Shootings, assault, other violence",
        "Recorded violence short of death, or with it where the study does not tell the two apart.",
        ("shootings", "assault", "violent crime", "youth violence"),
    ),
    "robbery_and_theft": Outcome(
        "Robbery and theft", "Robbery, theft, theft of vehicles.", ("robbery", "theft", "car theft")
    ),
    "crime_overall": Outcome(
        "Crime overall",
        "All or several recorded crimes together, and calls to the police.",
        (
            "all crime",
            "crime",
            "reported crime",
            "several crimes",
            "other crime",
            "high-impact crime",
            "calls",
            "others",
        ),
    ),
    "victimisation": Outcome(
        "Victimisation in surveys",
        "What residents say they suffered, saw or heard of.",
        ("victimisation", "reported victimisation", "violence exposure"),
    ),
    "reoffending": Outcome(
        "Reoffending", "New arrest, conviction or imprisonment of those treated.", ("recidivism", "reoffending")
    ),
    "behaviour": Outcome(
        "Behaviour of participants",
        "Antisocial or violent behaviour reported by participants or their school.",
        ("antisocial behaviour", "school behaviour"),
    ),
    "state_violence": Outcome(
        "Force by police or soldiers",
        "Killings by police, use of force, abuse.",
        ("police killings", "police use of force", "abuse"),
    ),
    "trust": Outcome("Trust in the police", "Trust, as residents state it.", ("trust",)),
}

# Outcome of reviews: which outcomes a review covers is not coded.
OUTCOME_OF_REVIEWS = "review"

DIRECTIONS: Mapping[str, tuple[str, ...]] = {
    "beneficial": ("beneficial",),
    "mixed": ("mixed", "null on average; beneficial in metros"),
    "not_beneficial": ("not beneficial", "no effect", "null", "null to harmful"),
    "harmful": ("harmful",),
    "not_stated": ("", "unknown", "not estimated", "descriptive", "no evidence"),
}

# Trials that are in the table only because a review in it printed them: start of the study's key → the review's key.
POOLED_TRIALS: Mapping[str, str] = {
    "landenberger_": "landenberger2005",
    "rjc_": "strang2013",
    "scared_": "petrosino2013",
}

# First match wins: a cluster trial analysed by differences in differences was randomised.
DESIGN_FAMILIES: Mapping[str, str] = {
    "Randomised": r"\brct|randomis",
    "Synthetic control": r"synthetic control",
    "Differences in differences": r"\bdid\b|difference-in-differences|staggered|fixed effects",
    "Instrument or discontinuity": r"\biv\b|instrument|discontinuity",
    "Matched comparison": r"match|\bpsm\b|propensity",
    "Time series or before–after": r"time series|arima|before-after",
    "Other comparison group": r"comparison|quasi-experiment|natural experiment|panel",
}

SINGLE_OUTCOME = re.compile(r"\s*(?:,|\band\b)\s*")


def intervention_codes(words: str) -> tuple[str, ...]:
    """Interventions that a study evaluates.

    Only a semicolon separates two interventions: a slash or a plus is part of one name.

    Parameters
    ----------
    words : str
        `intervention_category` of the studies table.

    Returns
    -------
    tuple of str
        In the order of `INTERVENTIONS`, each once; empty for a review of interventions in general.

    Raises
    ------
    KeyError
        With the words that have no code.
    """
    found = {_INTERVENTION_OF[term] for term in _terms(words, ";") if term not in REVIEW_SCOPES}
    return tuple(code for code in INTERVENTIONS if code in found)


def outcome_codes(words: str) -> tuple[str, ...]:
    """Outcomes that a study reports on.

    A comma and the word “and” separate two outcomes.

    Parameters
    ----------
    words : str
        `outcome_category` of the studies table.

    Returns
    -------
    tuple of str
        In the order of `OUTCOMES`, each once; empty for a review.

    Raises
    ------
    KeyError
        With the words that have no code.
    """
    if words.strip() == OUTCOME_OF_REVIEWS:
        return ()
    found = {_OUTCOME_OF[term] for term in SINGLE_OUTCOME.split(words.strip()) if term}
    return tuple(code for code in OUTCOMES if code in found)


def direction_code(words: str) -> str:
    """Direction of the effect as the study reports it.

    Raises
    ------
    KeyError
        With the words that have no code.
    """
    return _DIRECTION_OF[words.strip()]


def group_code(study_id: str, kind: str) -> StudyKind:
    """Whether a row is a review, a trial that is here because a review printed it, or an evaluation of its own."""
    if kind == "review":
        return "review"
    return "pooled_trial" if pooled_in(study_id) else "evaluation"


def pooled_in(study_id: str) -> str:
    """Key of the review that printed the trial; empty for every other row."""
    return next((review for start, review in POOLED_TRIALS.items() if study_id.startswith(start)), "")


def design_family(design: str) -> str:
    """Kind of design that the words of a design name; `Not told` where they name none."""
    words = design.casefold()
    return next((family for family, pattern in DESIGN_FAMILIES.items() if re.search(pattern, words)), "Not told")


def uncoded(field: str, study_id: str, words: str, allowed: Iterable[str]) -> str:
    """Sentence for words without a code, with the nearest match."""
    return unknown(field, words, allowed, f"study {study_id!r}")


def known_terms(field: str) -> tuple[str, ...]:
    """Words that a field of the studies table may hold, before they are combined."""
    known: dict[str, tuple[str, ...]] = {
        "intervention_category": (*_INTERVENTION_OF, *REVIEW_SCOPES),
        "outcome_category": (*_OUTCOME_OF, OUTCOME_OF_REVIEWS),
        "effect_direction": tuple(term for term in _DIRECTION_OF if term),
    }
    return known[field]


def _terms(words: str, separator: str) -> list[str]:
    return [term.strip() for term in words.split(separator) if term.strip()]


_INTERVENTION_OF: dict[str, str] = {
    term: code for code, intervention in INTERVENTIONS.items() for term in intervention.terms
}
_OUTCOME_OF: dict[str, str] = {term: code for code, outcome in OUTCOMES.items() for term in outcome.terms}
_DIRECTION_OF: dict[str, str] = {term: code for code, terms in DIRECTIONS.items() for term in terms}
