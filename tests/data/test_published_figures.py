"""Figures that a reader may look up elsewhere, row by row, and the size of what was compiled."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from citizen_security.tables import catalog


@cache
def table(name: str) -> pd.DataFrame:
    return catalog.load(name, ROOT)


def row(name: str, **key: object) -> pd.Series:
    frame = table(name)
    for column, value in key.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, key
    return frame.iloc[0]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("country_year", 1122), ("world_homicide", 7459), ("world_gini", 5093), ("regime_year", 850),
        ("city_table", 50), ("city_year", 6643), ("state_year", 2029), ("studies", 154), ("effects", 169),
        ("claimed_and_evaluated", 7), ("claims", 110), ("claim_traces", 15), ("cost_of_violence", 7),
        ("claim_rules", 110), ("claim_choices", 264), ("claim_facts", 30), ("released_verdicts", 110),
        ("most_violent_countries", 17), ("private_security_personnel", 15), ("mexico_city_sector_month", 10944),
        ("mexico_municipality_quarter", 18040), ("rio_pacification_month", 6840), ("ecuador_province_month", 2354),
        ("brazil_state_year", 540), ("published_results", 37), ("uncounted_deaths", 4),
    ],
)  # fmt: skip
def test_no_row_was_lost_in_compilation(name: str, rows: int):
    assert len(table(name)) == rows


def test_the_panel_holds_33_states_over_34_years():
    # fewer would bias every regression towards the countries that report
    panel = table("country_year")
    assert panel["iso3"].nunique() == 33
    assert panel["year"].agg(["min", "max"]).tolist() == [1990, 2023]
    assert (panel.groupby("iso3").size() == 34).all()


@pytest.mark.parametrize(
    ("column", "countries", "observations"),
    [
        ("homicide_rate", 33, 907), ("homicide_count", 33, 907), ("homicide_rate_release_2024", 33, 850),
        ("poverty_685", 26, 436), ("poverty_685_lineup", 26, 875), ("poverty_830", 27, 450), ("gini", 32, 829),
        ("gdp_per_capita", 31, 1054), ("gdp_growth", 33, 1081), ("unemployment_youth", 29, 957),
        ("infant_mortality", 33, 1122), ("population", 33, 1122), ("human_development_index", 33, 1044),
        ("trust_police", 18, 162), ("robbery_count", 26, 277), ("unsentenced_detainees", 31, 93),
    ],
)  # fmt: skip
def test_columns_of_the_panel_are_as_complete_as_published(column: str, countries: int, observations: int):
    panel = table("country_year").dropna(subset=column)
    assert (panel["iso3"].nunique(), len(panel)) == (countries, observations)


def test_seventeen_countries_are_complete_from_2000_to_2022():
    # the balanced sample of the paradox part
    panel = table("country_year").query("2000 <= year <= 2022")
    assert (panel.groupby("iso3")["homicide_rate"].count() == 23).sum() == 17


def test_the_gaps_are_where_the_publisher_has_them():
    panel = table("country_year").set_index(["iso3", "year"])["homicide_rate"]
    for country in ("SLV", "VEN", "NIC"):
        assert pd.isna(panel[country, 2023])
    assert panel["PER"].first_valid_index() == 2011
    assert panel["ARG"].first_valid_index() == 2001
    assert panel["CHL"].first_valid_index() == 2003


@pytest.mark.parametrize(
    ("country", "year", "rate", "count"),
    [
        ("SLV", 2015, 107.6382, 6656),  # the peak after the truce
        ("SLV", 2022, 7.8977, 496),  # the state of exception
        ("BRA", 2017, None, 63895),  # Brazil's worst year
        ("BRA", 2023, 20.5754, 40698),
        ("VEN", 2021, 19.2791, 5444),
        ("ECU", 2023, 45.7228, 8221),  # the fastest rise of the period
        ("HTI", 2023, 41.1518, 4789),
    ],
)
def test_homicide_of_countries(country: str, year: int, rate: float | None, count: int):
    figures = row("country_year", iso3=country, year=year)
    assert figures["homicide_count"] == count
    assert rate is None or figures["homicide_rate"] == rate


@pytest.mark.parametrize(
    ("country", "year"),
    [
        ("VEN", 2021), ("VEN", 2022), ("SLV", 1994), ("SLV", 1998), ("PAN", 2023), ("PRY", 2022), ("BRA", 2020),
        ("BRA", 2021), ("BRA", 2022), ("BRA", 2023), ("BRA", 2010), ("CHL", 2015), ("GTM", 2017), ("BOL", 2015),
        ("BRA", 2009), ("TTO", 2022), ("CHL", 2020),
    ],
)  # fmt: skip
def test_doubted_homicide_figures_carry_a_note(country: str, year: int):
    # without the note a doubted fall reads as a success
    assert pd.notna(row("country_year", iso3=country, year=year)["homicide_note"])


def test_undoubted_homicide_figures_carry_none():
    # a note on every row would be read by nobody
    panel = table("country_year")
    assert panel["homicide_note"].notna().sum() < 60
    assert pd.isna(row("country_year", iso3="COL", year=2016)["homicide_note"])


def test_honduras_is_marked_as_backcast_and_its_growth_is_blank():
    # the join of two releases would show a growth that never was
    honduras = table("country_year").query("iso3 == 'HND'").set_index("year")
    assert honduras.loc[1990:2000, "gdp_note"].notna().all()
    assert honduras.loc[2001:, "gdp_note"].isna().all()
    assert honduras.loc[1990:2000, "gdp_per_capita_growth"].isna().all()
    assert honduras.loc[1990:2000, "gdp_per_capita"].notna().all()


def test_cuba_and_venezuela_have_no_gdp_per_head():
    panel = table("country_year")
    without = panel.groupby("iso3")["gdp_per_capita"].count().eq(0)
    assert list(without[without].index) == ["CUB", "VEN"]


def test_the_doubted_survey_of_mexico_is_marked():
    doubted = row("country_year", iso3="MEX", year=2016)
    assert doubted["trust_police"] == pytest.approx(46.0, abs=0.01)  # as aggregated, to two decimals
    assert pd.notna(doubted["trust_note"])
    assert table("country_year")["trust_note"].notna().sum() == 1


def test_no_poverty_survey_where_there_is_none():
    panel = table("country_year")
    surveys = panel.groupby("iso3")["poverty_685"].count()
    assert surveys[["ATG", "BHS", "CUB", "DMA", "KNA", "VCT"]].eq(0).all()
    assert surveys[["GTM", "NIC", "HTI", "JAM"]].tolist() == [4, 6, 2, 8]


def test_the_region_in_2002_is_poorer_by_685_than_by_eclac():
    # the README's 50.3% against ECLAC's 44%: why no chapter may equate the two lines
    year = table("country_year").query("year == 2002").dropna(subset="poverty_685_lineup")
    weighted = (year["poverty_685_lineup"] * year["population"]).sum() / year["population"].sum()
    assert weighted == pytest.approx(50.3, abs=0.1)  # rounded to one decimal where it is quoted


@pytest.mark.parametrize(
    ("rank", "city", "printed", "rate", "homicides", "year"),
    [
        (1, "San Salvador", "136,7", 136.7, 432, 2016),
        (11, "Choloma", "90,5", 90.5, 220, 2015),
        (20, "Aparecida de Goainia", "58.8", 58.8, 307, 2015),
        (48, "San Juan", "43,4", 43.4, 144, 2016),
        (50, "Jaboatão dos Guararapes", "42,4", 42.4, 291, 2015),
    ],
)
def test_the_city_table_stands_as_printed(rank: int, city: str, printed: str, rate: float, homicides: int, year: int):
    # the chapter on cities examines the printed table: a silent correction would remove its subject
    figures = row("city_table", rank=rank)
    expected = [city, printed, rate, homicides, year]
    columns = ["city", "homicide_rate_as_printed", "homicide_rate", "homicides", "year"]
    assert figures[columns].tolist() == expected


def test_the_city_table_is_nearly_sorted_and_mostly_of_the_region():
    cities = table("city_table")
    assert cities["is_lac"].sum() == 43
    assert list(cities["rank"][cities["homicide_rate"].diff() > 0]) == [11]
    assert pd.notna(row("city_table", rank=11)["flags"])


def test_the_city_panel_holds_309_cities():
    cities = table("city_year")
    assert cities.groupby("iso3")["city_code"].nunique().to_dict() == {"BRA": 154, "COL": 32, "MEX": 123}
    assert 2020 not in set(cities.loc[cities["iso3"] == "BRA", "year"])


def test_rio_de_janeiro_is_under_recorded_in_2019():
    # 746 by death certificates against 1,310 by the police: the note in the description rests on this
    assert row("city_year", iso3="BRA", city="Rio de Janeiro", year=2019)["homicides"] == 746


def test_juarez_at_its_worst():
    assert row("city_year", iso3="MEX", city="Juárez", state="Chihuahua", year=2010)["homicides"] == 3747


def test_the_two_sources_of_mexico_city_stay_apart():
    # spliced, they would show an effect where the source changes
    months = table("mexico_city_sector_month")
    assert months.groupby("source")["year"].agg(["min", "max"]).to_numpy().tolist() == [[2016, 2024], [2013, 2016]]
    assert months.groupby("source")["sector"].nunique().tolist() == [72, 72]
    overlap = months[months["year"].eq(2016) & months["month"].le(8)].groupby("source")["homicides"].sum()
    assert overlap["SSP freedom-of-information points"] == 782
    assert overlap.nunique() == 2


def test_morelia_falls_by_one_source_and_less_by_another():
    # the claimed success of 2015-2016 halves when deaths are counted
    series = table("morelia_year").query("place == 'Morelia'").set_index(["series", "year"])["homicides"]
    assert series["snsp_files_old_method", 2015] == 152
    assert series["snsp_files_old_method", 2016] == 74
    assert series["inegi_deaths", 2015] == 150
    assert series["inegi_deaths", 2016] == 123


def test_pacification_units_and_their_silent_months():
    # three months without one homicide in 38 favelas are missing reports, not peace
    months = table("rio_pacification_month")
    assert months["pacification_unit"].nunique() == 38
    assert months["installed_on"].agg(["min", "max"]).dt.year.tolist()[0] == 2008
    noted = months[months["note"].notna()]
    assert len(noted) == 38 * 3
    assert noted[["homicides", "killings_by_police"]].eq(0).all(axis=None)


def test_ecuador_multiplies_its_homicides():
    years = table("ecuador_province_month").groupby("year")["homicides"].sum()
    assert (years[2016], years[2023]) == (959, 8237)


def test_santo_domingo_is_one_province():
    # two spellings would split its series in 2024
    provinces = table("ecuador_province_month")
    spellings = provinces[provinces["province"] == "Santo Domingo de los Tsáchilas"]["province_as_published"]
    assert spellings.nunique() == 2
    assert provinces["province"].nunique() == 25


def test_sao_paulo_of_the_published_study():
    assert row("brazil_state_year", state_code="SP", year=1999)["homicide_rate"] == 44.141
    assert row("brazil_state_year", state_code="SP", year=2009)["homicide_rate"] == 15.269


def test_effects_are_those_of_the_abstracts():
    ban = row("effects", effect_id="E001")
    assert ban[["estimate", "confidence_low", "confidence_high"]].tolist() == [0.86, 0.76, 0.97]
    assert row("effects", effect_id="E055")["estimate"] == pytest.approx(15.2 / 32.3, abs=5e-4)  # published to 4 digits


def test_samples_of_meta_analyses_are_there_in_full():
    studies = table("studies")["study_id"]
    counts = [studies.str.startswith(prefix).sum() for prefix in ("landenberger_", "scared_", "rjc_")]
    assert counts == [58, 7, 10]


def test_effect_sizes_of_the_cbt_samples_follow_from_their_counts():
    # the pooled estimate of the evidence part rests on these 58 log odds ratios
    effects = table("effects")
    samples = effects[effects["study_id"].str.startswith("landenberger_")]
    counts = samples["derivation"].str.extract(r"(\d+)/(\d+), control rec/non (\d+)/(\d+)").astype(float)
    treated, treated_not, control, control_not = (counts[column] for column in counts)
    log_odds_ratio = np.log(treated * control_not / (treated_not * control))
    # published to six decimals
    assert (samples["effect_size"] - log_odds_ratio).abs().max() < 1e-6
    variance = 1 / treated + 1 / treated_not + 1 / control + 1 / control_not
    assert (samples["effect_size_standard_error"] - np.sqrt(variance)).abs().max() < 1e-6


def test_headline_claims_are_quoted_with_their_numbers():
    values = table("claims").set_index("claim_id")["value"]
    assert values[["C028", "C037", "C044", "C061"]].tolist() == [-0.24, 0.34, 0.9, -58]
    printed = row("most_violent_countries", list=1, position=1)
    assert (printed["country_as_printed"], printed["homicide_rate"]) == ("Honduras", 90.4)
    assert row("cost_of_violence", iso3="GTM")["cost_percent_of_gdp"] == 6.7
    assert row("private_security_personnel", iso3="BOL")["registered_private_security_personnel"] == 500
