"""The answers side by side: what the tables say is what the fits say."""

from citizen_security.paradox.income_turning_point.answers import bootstrap_all, countries_beyond, tabulate_parabolas


def test_who_lies_beyond_has_an_income_above_the_turning_point(fitted, panel):
    fits = fitted[2]
    beyond = countries_beyond(panel, fits, bootstrap_all(fits, 199, 1))
    assert (beyond["above"] == (beyond["income"] > beyond["turning_point"])).all()
    known = panel.dropna(subset=["gdp_per_capita"])["iso3"].nunique()
    assert beyond.groupby("comparison")["iso3"].nunique().eq(known).all()


def test_every_comparison_has_a_column_with_its_parabola(fitted):
    fits = fitted[2]
    table = tabulate_parabolas(fits)
    assert list(table) == list(fits)
    assert table.loc["quadratic", "within"] == fits["within"].coefficients[1]
