"""Police sectors are whole years of one source."""

from citizen_security.cities.concentration.police_sectors import sector_panel


def test_police_sectors_are_whole_years_of_one_source_each(places, tables):
    sectors = places[places["scale"] == "police_sectors"]
    ssp = sectors[sectors["group"].str.contains("SSP")]
    assert set(ssp["year"]) == {2013, 2014, 2015}
    raw = tables["mexico_city_sector_month"]
    kept = raw[raw["source"].str.startswith("FGJ") & (raw["year"] == 2019)]
    fgj = sectors[sectors["group"].str.contains("FGJ") & (sectors["year"] == 2019)]
    assert fgj["homicides"].sum() == kept["homicides"].sum()
    assert sector_panel(raw).shape == (108, 72)
    assert sector_panel(raw).sum() == raw.loc[raw["source"].str.startswith("FGJ"), "homicides"].sum()
