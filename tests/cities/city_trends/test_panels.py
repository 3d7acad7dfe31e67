"""City panels: doubtful series are marked or dropped."""

from citizen_security.cities.city_trends.panels import DOUBTFUL, prepare_panels
from citizen_security.cities.city_trends.parameters import CityTrends


def test_doubtful_series_are_marked_or_dropped():
    from citizen_security.tables import catalog

    table = catalog.load("city_year")
    kept = prepare_panels(table, CityTrends())
    dropped = prepare_panels(table, CityTrends(doubtful_series="drop"))
    marked = {code for panel in kept for code in panel.cities.loc[panel.cities["doubt"] != "", "city_code"]}
    assert marked == set(DOUBTFUL)
    assert [len(panel.cities) for panel in kept] == [154, 32, 123]
    assert [len(panel.cities) for panel in dropped] == [151, 30, 123]


def test_a_quick_run_has_all_cities():
    from citizen_security.tables import catalog

    table = catalog.load("city_year")
    quick, full = (prepare_panels(table, CityTrends(effort=effort)) for effort in ("quick", "full"))
    for one, other in zip(quick, full, strict=True):
        assert list(one.cities["city_code"]) == list(other.cities["city_code"])
