"""What the notebook `programmes/trust_and_community_policing` records."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.programmes.trust_and_community_policing import sentences as said
from citizen_security.programmes.trust_and_community_policing.homicide import QUOTED
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.values import Value


def of_surveys(
    cells: pd.DataFrame,
    summary: Mapping[str, float],
    pairs: pd.DataFrame,
    agreement: Mapping[str, float],
    moves: pd.DataFrame,
    names: Mapping[str, str],
    parameters: TrustAndCommunityPolicing,
) -> list[Value]:
    """Sentences on sampling, on the two surveys, and on trust beside homicide.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `waves.doubted_cells`.
    summary : mapping
        From `sampling.sampling_summary`.
    pairs : pandas.DataFrame
        From `sampling.two_surveys`.
    agreement : mapping
        From `sampling.survey_agreement`.
    moves : pandas.DataFrame
        From `homicide.with_homicide`.
    names : mapping of str to str
        Countries by code.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    list of Value
    """
    texts = {
        "doubted_sentence": (said.doubted_sentence(cells, names, parameters), "Figures that the table doubts"),
        "sampling_sentence": (said.sampling_sentence(summary, parameters), "What sampling alone gives"),
        "spread_sentence": (said.spread_sentence(summary), "Changes beside those by sampling alone"),
        "surveys_sentence": (said.surveys_sentence(agreement), "How far two surveys agree"),
        "apart_sentence": (said.apart_sentence(pairs, agreement, names), "Where two surveys lie apart"),
        "homicide_sentence": (said.homicide_sentence(moves, parameters, QUOTED), "Trust beside homicide"),
        "homicide_reading": (said.homicide_reading(moves, parameters, QUOTED), "Whether trust moves with homicide"),
    }
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]


def of_programmes(
    findings: pd.DataFrame,
    printed: pd.DataFrame,
    register: pd.DataFrame,
    effects: pd.DataFrame,
    parameters: TrustAndCommunityPolicing,
) -> list[Value]:
    """Sentences on studies and on programmes beside other countries.

    Parameters
    ----------
    findings, printed : pandas.DataFrame
        From `published.study_findings` and `published.printed_effects`.
    register, effects : pandas.DataFrame
        From `designs.programme_register` and `designs.programme_effects`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    list of Value
    """
    texts = {
        "answer_sentence": (said.answer_sentence(findings, effects, parameters), "The answer"),
        "claim_verdict": (said.claim_verdict(findings), "The documents' statement on trust"),
        "studies_sentence": (said.studies_sentence(findings), "What studies report"),
        "printed_sentence": (said.printed_sentence(printed, findings), "What printed effects favour"),
        "size_sentence": (said.size_sentence(printed, effects), "The largest printed effect beside chance"),
        "reach_sentence": (said.reach_sentence(register), "Programmes that the waves can tell of"),
        "programmes_sentence": (said.programmes_sentence(effects), "Each programme beside other countries"),
        "judiciary_sentence": (said.judiciary_sentence(effects), "Trust in the judiciary beside it"),
        "estimators_sentence": (said.estimators_sentence(effects), "What other estimators give"),
        "programmes_verdict": (said.programmes_verdict(effects, parameters), "What other countries can tell"),
    }
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
