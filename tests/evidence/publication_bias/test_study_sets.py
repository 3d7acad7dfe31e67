"""Sets of studies: one that is too small would be corrected for what nobody can know."""

import pandas as pd
import pytest

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.study_sets import problems_of_sample, sets_of_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


def test_sets_with_enough_studies_are_offered_with_the_most_first(harmonised):
    sets = sets_of_studies(harmonised)
    assert sets["studies"].is_monotonic_decreasing
    assert sets.iloc[0]["intervention"] == "cognitive_behavioural_therapy"
    assert (sets["studies"] >= 5).all()


def small(number, intervention="cctv", in_lac=0, **changed):
    """So many studies of one effect each."""
    columns = {
        "study_id": [f"{intervention}{place}" for place in range(number)],
        "label": [f"Ana ({place})" for place in range(number)], "year": 2001,
        "publication": [f"Ana ({place})" for place in range(number)],
        "cluster": [f"Ana ({place})" for place in range(number)],
        "independent_sample": "",
        "is_lac": [place < in_lac for place in range(number)],
        "intervention": intervention, "intervention_label": f"{intervention} in words", "outcome": "homicide",
        "measure": "rate_ratio", "scale": "log_ratio", "effect": -0.2, "standard_error": 0.1, "maryland_level": 3,
        "enters_a_mean": True,
    }  # fmt: skip
    return pd.DataFrame(columns | changed)


def test_five_studies_are_enough_and_four_are_not():
    given = pd.concat([small(5, in_lac=3), small(4, "focused_deterrence"), small(7, "deterrence_education")])
    sets = sets_of_studies(given)
    assert sets["intervention"].tolist() == ["deterrence_education", "cctv"]
    assert sets.loc[1, ["label", "studies", "in_region"]].tolist() == ["cctv in words", 5, 3]


def test_a_set_of_five_has_no_problem_and_one_of_four_has_the_outcome_that_was_asked_for():
    given = pd.concat([small(5), small(4, "focused_deterrence")])
    asked = {"intervention": "focused_deterrence"}
    assert problems_of_sample(given, PublicationBias.from_values({"intervention": "cctv"})) == []
    (every,) = problems_of_sample(given, PublicationBias.from_values(asked))
    assert every.startswith("intervention = 'focused_deterrence' has 4 studies")
    assert every.endswith("these have enough: cctv (5)")
    (one,) = problems_of_sample(given, PublicationBias.from_values({**asked, "outcome": "homicide"}))
    assert one.startswith("intervention = 'focused_deterrence' and outcome = 'homicide' has 4 studies")
