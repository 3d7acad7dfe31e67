"""Which studies are of one publication, and which publications were compared with one control group."""

import pandas as pd
import pytest

from citizen_security.evidence.meta_analysis.dependence import dependent_effects
from citizen_security.evidence.meta_analysis.moderator_tests import robust_test
from citizen_security.evidence.studies.dependence_keys import clusters, publications, shared_controls
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention, whatever_the_level
from citizen_security.tables import catalog

COUNTS = "computed from public 2x2 counts: CBT rec/non {}, control rec/non {}"


def study(key, **changed):
    given = {
        "study_id": key, "authors": "Robinson", "year": 1995, "year_letter": None, "title": f"Trial {key}",
        "title_is_ours": True, "iso3": "CAN", "pooled_in": "review2005",
    }  # fmt: skip
    return given | changed


@pytest.mark.parametrize(
    ("changed", "are_one"),
    [
        ({}, True),
        ({"year_letter": "b"}, False),
        ({"year": 1996}, False),
        ({"authors": "Robinson, Other"}, False),
        ({"iso3": "USA"}, False),
        ({"title": "Trial a, once more"}, True),  # titles in our words tell nothing of the publication
    ],
)
def test_studies_of_one_publication_have_its_authors_year_letter_and_country(changed, are_one):
    found = publications([study("a"), study("b", **changed)])
    assert (found["a"] == found["b"]) is are_one


def test_publications_of_one_year_are_told_apart_by_their_own_titles():
    alone = {"pooled_in": None, "title_is_ours": False}
    same, other = study("a", **alone), study("b", **alone)
    assert len(set(publications([same, other]).values())) == 2
    assert len(set(publications([same, other | {"title": "TRIAL: a"}]).values())) == 1


def effect(publication, control, **changed):
    return {"publication": publication, "derivation": COUNTS.format("25/164", control), "study": study("a", **changed)}


@pytest.mark.parametrize(
    ("other", "are_joined"),
    [
        (effect("B", "95/284"), True),
        (effect("B", "95/285"), False),
        (effect("B", "95/284", authors="Somebody"), False),  # round counts may be equal by chance
        (effect("B", "95/284", iso3="USA"), False),
        (effect("B", "95/284", pooled_in="review2006"), False),
        (effect("B", "95/284") | {"derivation": "as_published"}, False),
    ],
)
def test_publications_with_one_control_group_are_one_cluster(other, are_joined):
    found = clusters([effect("A", "95/284"), other])
    assert (found["A"] == found["B"]) is are_joined


def test_a_chain_of_control_groups_is_one_cluster():
    rows = [effect("A", "1/2"), effect("B", "3/4"), effect("C", "5/6"), effect("C", "3/4"), effect("A", "5/6")]
    assert set(clusters(rows).values()) == {"B"}


@pytest.fixture(scope="module")
def therapy():
    found = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    # Every study, as the other reader had them, whatever the level of its comparison.
    return whatever_the_level(sample_of_intervention(found, "cognitive_behavioural_therapy"))


def test_the_letters_of_the_source_are_kept(therapy):
    # The 58 rows of dat.landenberger2005 have 54 names; without their letters there would be 52.
    assert (therapy.publications, therapy.clusters) == (54, 53)
    assert {"Robinson (1995a)", "Robinson (1995b)", "Barnoski (2002a)", "Barnoski (2002b)"} <= set(
        therapy.studies["publication"]
    )
    said = "Robinson (1991) and Robinson (1995a) share a control group and count as one publication"
    assert shared_controls(therapy.effects) == said
    assert shared_controls(therapy.effects.assign(cluster=therapy.effects["publication"])) == ""


def test_the_mean_and_the_test_by_publication_are_those_of_a_second_reader(therapy):
    # Computed outside of the compendium from the same 58 tables with 54 publications, and with 53 clusters.
    robust = dependent_effects(therapy.effects, "publication", 0.6, 0.95).robust
    assert robust.coefficients[0] == pytest.approx(-0.4366, abs=2e-4)
    assert robust.degrees_of_freedom[0] == pytest.approx(40.9, abs=0.05)
    joined = robust_test(therapy, ["maryland_level"], 0.6)
    assert (joined.statistic, joined.denominator_degrees) == pytest.approx((0.41, 10.8), abs=0.01)
    assert joined.p_value == pytest.approx(0.67, abs=0.005)


def test_a_table_without_effects_has_no_clusters():
    assert clusters([]) == {}
    assert shared_controls(pd.DataFrame({"cluster": [], "publication": []})) == ""
