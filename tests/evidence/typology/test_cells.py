"""Cells of the figure hold the studies of their interventions, each once, and say how they were read."""

import pandas as pd
import pytest

from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.evidence.typology import cells
from citizen_security.evidence.typology.parameters import Typology
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def coded():
    return coded_studies(catalog.load("studies"), catalog.load("countries"))


def placed(coded, **values):
    tables = catalog.load("typology"), catalog.load("typology_parts")
    return cells.place(*tables, coded, Typology.from_values(values))


def by_hand(coded, interventions):
    """A second path: the words of the table, study by study."""
    wanted = {"truce/mediation", "violence interruption"} if interventions == "mediation" else {"focused deterrence"}
    rows = coded[coded["kind"] != "review"]
    return {
        row["study_id"]
        for row in rows.to_dict("records")
        if wanted & {word.strip() for word in str(row["intervention_category"]).split(";")}
    }


@pytest.mark.parametrize(
    ("strategy", "interventions"), [("mediation", "mediation"), ("focused_policing", "focused_deterrence")]
)
def test_a_box_holds_the_studies_whose_words_name_its_interventions(coded, strategy, interventions):
    found = placed(coded)
    codes = found.interventions(strategy=strategy)
    hot_spots = set(found.behind(("hot_spots_policing",))["study_id"]) - set(
        found.behind(("focused_deterrence",))["study_id"]
    )
    behind = set(found.behind(codes)["study_id"]) - hot_spots
    assert behind == by_hand(coded, interventions)
    (row,) = cells.boxes(found).query("strategy == @strategy").to_dict("records")
    assert row["studies"] == len(set(found.behind(codes)["study_id"]))


def test_a_study_of_two_interventions_of_a_box_counts_once_there(coded):
    twice = coded.iloc[:1].assign(
        group="evaluation", interventions=[("cash_transfers", "gang_prevention")], in_lac=True, in_elsewhere=True
    )
    found = placed(twice)
    boxes = cells.boxes(found).set_index("strategy")
    assert boxes.loc["social_prevention", ["studies", "region", "elsewhere"]].tolist() == [1, 1, 1]
    assert boxes["studies"].sum() == 1


def test_a_study_of_a_measure_against_two_threats_is_with_both(coded):
    row = coded.iloc[:1].assign(group="evaluation", interventions=[("community_prevention",)], in_lac=True)
    threats = cells.threats(placed(row)).set_index("threat")["region"]
    assert threats[["petty_crime", "organised_crime"]].tolist() == [1, 1]
    assert threats.sum() == 2


def test_reviews_and_what_the_parameters_drop_are_in_no_box(coded):
    assert not placed(coded).studies["group"].eq("review").any()
    strong = placed(coded, minimum_maryland_level=4, first_year=2010, last_year=2015).studies
    assert strong["maryland_level"].min() >= 4
    assert strong["year"].between(2010, 2015).all()
    # Level 0 keeps studies whose design nobody coded, which no other level does.
    assert placed(coded).studies["maryland_level"].isna().any()


def test_stated_placements_are_those_that_the_text_says_wholly(coded):
    found = placed(coded, placements="stated")
    assert set(found.rows["threat_from"]) == {"text"}
    assert set(found.rows["intervention_from"].dropna()) == {"text"}
    # A measure without an intervention of ours is stated where its threat is.
    assert found.rows["intervention"].isna().any()
    assert found.left_out + len(found.rows) == len(catalog.load("typology"))


def test_every_intervention_with_a_study_is_in_the_figure_or_listed_without_a_place(coded):
    found = placed(coded)
    inside, outside = set(found.interventions()), set(cells.without_a_place(found)["intervention"])
    assert not inside & outside
    assert inside | outside >= {code for codes in found.studies["interventions"] for code in codes}


def test_cells_stand_in_the_order_of_the_parts_and_say_how_they_were_read(coded):
    table = cells.cells(placed(coded))
    pairs = list(zip(table["threat"], table["strategy"], strict=True))
    assert len(pairs) == len(set(pairs))
    assert pairs[0] == ("petty_crime", "criminal_justice")
    assert set(table["reading"]) == {"stated", "stated in part", "our reading"}
    stated = table[table["threat"].eq("state_crime")]
    assert set(stated["reading"]) == {"stated"}
    assert not stated["studies"].any()


def test_counts_of_no_study_are_zero_and_say_no_direction(coded):
    empty = cells.counts(coded.iloc[:0])
    assert [empty[name] for name in ("studies", "region", "elsewhere", "strong", "stating", "beneficial")] == [0] * 6
    assert pd.isna(empty["strongest"])
    assert empty["directions"] == ""


def test_directions_are_told_in_the_order_of_the_scheme():
    assert cells.directions_in_words(["mixed", "beneficial", "beneficial"]) == "2 beneficial, 1 mixed"
