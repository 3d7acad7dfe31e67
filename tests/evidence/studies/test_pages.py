"""One rule says which interventions have a page, and those have one."""

import pandas as pd
import pytest

from citizen_security import project
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pages import PAGES, with_a_page
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def tables():
    effects, studies = catalog.load("effects"), catalog.load("studies")
    return coded_studies(studies, catalog.load("countries")), effects, harmonised_effects(effects, studies)


def test_what_the_rule_names_has_a_page_and_nothing_else_has_one(tables):
    assert with_a_page(*tables) == sorted(PAGES)
    assert list(PAGES) == [code for code in INTERVENTIONS if code in PAGES]


def test_every_page_is_written_in_the_contents_and_led_to_from_the_story():
    book = project.root() / "book"
    written = {path.stem for path in (book / "evidence" / "interventions").glob("*.md")}
    contents = (book / "_toc.yml").read_text("utf-8")
    story = (book / "evidence" / "what_works_on_average.md").read_text("utf-8")
    assert written == set(PAGES)
    for code in PAGES:
        assert f"- file: evidence/interventions/{code}\n" in contents
        assert f"(interventions/{code}.md)" in story


def test_an_effect_with_an_error_or_a_reviews_figure_makes_a_page_and_an_evaluation_s_figure_does_not():
    coded = pd.DataFrame(
        {
            "study_id": ["review", "mute", "study"],
            "group": ["review", "review", "evaluation"],
            "interventions": [("cctv", "gang_truce"), ("police_raids",), ("kingpin_removal",)],
        }
    )
    effects = pd.DataFrame({"study_id": ["review", "mute", "study"], "estimate": [0.8, None, 0.7]})
    harmonised = pd.DataFrame({"intervention": ["firearm_restriction"]})
    assert with_a_page(coded, effects, harmonised) == ["cctv", "firearm_restriction", "gang_truce"]
