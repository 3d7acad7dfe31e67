"""The register keeps what is asked for, counts what is known, and reads a document's counts from the claims."""

import pandas as pd
import pytest

from citizen_security.book.places.programmes import EVALUATED
from citizen_security.evidence.programme_register import register
from citizen_security.evidence.programme_register.parameters import ProgrammeRegister
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def coded():
    return coded_studies(catalog.load("studies"), catalog.load("countries"))


def found(coded, **values):
    countries = catalog.load("countries")
    return register.register(catalog.load("programmes"), coded, countries, ProgrammeRegister.from_values(values))


def test_a_programme_of_several_countries_is_kept_for_each_of_them(coded):
    for country in ("SLV", "PAN"):
        assert "carsi_communities" in set(found(coded, countries=[country]).programmes["programme_id"])
    assert set(found(coded, countries=["COL"], themes=["hard_line"]).programmes["programme_id"]) == {"plan_fortaleza"}


def test_every_study_of_the_register_is_an_evaluation_of_the_region(coded):
    everything = found(coded)
    assert everything.studies <= set(everything.evaluations["study_id"])
    assert set(everything.evaluations["group"]) <= {"evaluation", "pooled_trial"}


def test_known_and_missing_add_up_and_are_those_of_the_file(coded):
    table = register.coverage(found(coded)).set_index("fact")
    text = catalog.path("programmes").read_text("utf-8")
    assert (table["known"] + table["missing"] == text.count("\n") - 1).all()
    raw = pd.read_csv(catalog.path("programmes"), dtype=str)
    assert table["known"].to_dict() == {
        fact: int(raw[column].notna().sum()) for fact, column in register.FIELDS.items()
    }


def test_the_programmes_installed_on_a_date_begin_in_its_year(coded):
    units = catalog.load("rio_pacification_month")
    years = pd.to_datetime(units["installed_on"]).dt.year
    (row,) = found(coded).programmes.query("programme_id == 'upp'").to_dict("records")
    assert row["start_year"] == years.min()


def test_themes_count_every_programme_once_and_every_study_once_within_them(coded):
    everything = found(coded)
    themes = register.by_theme(everything)
    assert themes["programmes"].sum() == len(everything.programmes)
    assert themes["programmes"].is_monotonic_decreasing
    own = everything.programmes[everything.programmes["family"] == "territorial_control"]
    studies = set(";".join(own["studies"].dropna()).split(";"))
    (row,) = themes[themes["theme"] == own["theme"].iloc[0]].to_dict("records")
    assert row["studies"] == len(studies)


def test_evaluations_without_a_programme_do_not_depend_on_what_is_asked_for(coded):
    whole = set(register.unregistered(found(coded))["study_id"])
    assert whole == set(register.unregistered(found(coded, countries=["URY"]))["study_id"])
    assert not whole & found(coded).studies


def test_the_documents_counts_are_those_of_the_claims_and_ours_are_counted(coded):
    parameters = ProgrammeRegister.from_values({})
    everything = found(coded)
    table = register.beside_document(everything, catalog.load("claims"), parameters).set_index("counted")
    assert table.loc["programmes", ["document_low", "document_high"]].tolist() == [1200, 1300]
    assert table.loc["countries", ["document_low", "document_high"]].tolist() == [26, 30]
    assert table.loc[["evaluations", "evaluations with a comparison"], "document_low"].tolist() == [85, 18]
    early = everything.evaluations[everything.evaluations["year"] <= 2016]
    assert table.loc["evaluations", "here"] == len(early)
    assert table.loc["evaluations with a comparison", "here"] == sum(level >= 3 for level in early["maryland_level"])
    assert table.loc["programmes", "here"] == len(everything.programmes)
    # The document speaks of the region: what a run looks at does not make its counts larger beside ours.
    one = register.beside_document(found(coded, countries=["PER"]), catalog.load("claims"), parameters)
    assert one["here"].tolist() == table["here"].tolist()


def test_programmes_had_begun_where_and_when_the_file_says(coded):
    begun = register.begun_by_country(found(coded)).set_index("iso3")
    raw = pd.read_csv(catalog.path("programmes"), dtype=str)
    pairs = [(code, row["start_year"]) for _, row in raw.iterrows() for code in row["iso3"].split(";")]
    assert list(begun) == ["2010", "2020", "2024", "undated"]
    for country, row in begun.iterrows():
        years = [year for code, year in pairs if code == country]
        known = [int(year) for year in years if isinstance(year, str)]
        assert row["undated"] == len(years) - len(known)
        assert [row[end] for end in ("2010", "2020", "2024")] == [
            sum(year <= end for year in known) for end in (2010, 2020, 2024)
        ]
    assert set(begun.index) == {code for code, _ in pairs}


def test_every_programme_that_the_book_evaluates_is_in_the_register():
    """Each page of the book on a programme has a row of the country that it is about, with the series that it reads."""
    raw = pd.read_csv(catalog.path("programmes"), dtype=str)
    names = catalog.load("countries")["iso3"].tolist()
    for page, places in EVALUATED.items():
        for country in {key[:3] for key in places}:
            assert country in names, page
            own = raw[raw["iso3"].str.split(";").map(lambda codes, own=country: own in codes)]
            # Trust is told by trials, which are studies; all other pages have a series.
            what = "studies" if page == "does_community_policing_build_trust" else "series"
            assert own[what].notna().any(), page


def test_every_study_of_a_programme_was_in_one_of_its_countries(coded):
    of = coded.set_index("study_id")["countries"]
    everything = found(coded).programmes
    astray = [
        (row["programme_id"], key)
        for row in everything.to_dict("records")
        for key in register.codes(row["studies"])
        if set(register.codes(row["iso3"])).isdisjoint(of[key])
    ]
    assert astray == []


def test_a_changed_claim_changes_the_count_and_a_lost_one_is_refused(coded):
    claims, parameters = catalog.load("claims").copy(), ProgrammeRegister.from_values({})
    claims.loc[claims["claim_id"] == "C048", "value"] = 90.0
    table = register.beside_document(found(coded), claims, parameters).set_index("counted")
    assert table.loc["evaluations", "document_high"] == 90
    with pytest.raises(register.NoCount, match=r"claim C049 .* has no value; allowed .* Restore it"):
        register.beside_document(found(coded), claims[claims["claim_id"] != "C049"], parameters)
    claims.loc[claims["claim_id"] == "C047", "geography"] = "LAC"
    with pytest.raises(
        register.NoCount, match="geography of claim C047 is 'LAC'; allowed are words such as '30 countries'"
    ):
        register.beside_document(found(coded), claims, parameters)


def test_countries_without_a_programme_are_those_of_the_file_whatever_is_asked_for(coded):
    countries = pd.read_csv(catalog.path("countries"), dtype=str, keep_default_na=False)
    region = countries[countries["in_panel"] == "true"]
    held = set(";".join(pd.read_csv(catalog.path("programmes"), dtype=str)["iso3"]).split(";"))
    without = sorted(region.loc[~region["iso3"].isin(held), "name"])
    assert without
    assert found(coded).unknown_countries == found(coded, countries=["PER"]).unknown_countries == without


def test_countries_that_are_asked_for_in_vain_are_named(coded):
    assert found(coded, countries=["PER", "NIC", "BOL"]).without == ("Bolivia", "Nicaragua")


def test_codes_of_a_blank_are_none():
    assert register.codes(float("nan")) == register.codes("") == ()
    assert register.codes("BRA;COL") == ("BRA", "COL")
