"""Effects of one publication are not so many studies."""

from citizen_security.evidence.meta_analysis.dependence import (
    dependence_table,
    dependent_effects,
    homicide_in_the_region,
    tables_of_sets,
)


def test_two_effects_of_a_publication_are_not_two_studies(therapy):
    found = dependent_effects(therapy.studies, "publication", 0.95)
    assert found.nested.studies < found.nested.k == 58
    table = dependence_table(found).set_index("method")
    assert table.loc["three levels, CR2 errors", "degrees_of_freedom"] < table.loc["three levels", "degrees_of_freedom"]
    assert table.loc["three levels", "effect"] == table.loc["three levels, CR2 errors", "effect"]


def test_a_set_that_cannot_be_fitted_is_told_in_its_row(therapy):
    fitted = dependent_effects(therapy.studies, "publication", 0.95)
    table = tables_of_sets({"one": fitted, "other": "too few"})
    assert table["set"].iloc[0].startswith("one: 58 effects of ")
    assert table["set"].iloc[-1] == "other: too few"
    assert len(table) == 4


def test_homicide_in_the_region_is_of_the_region_and_of_homicide_only(harmonised):
    effects = homicide_in_the_region(harmonised)
    assert effects["is_lac"].all()
    assert set(effects["outcome"]) == {"homicide"}
    assert len(effects) < len(harmonised)
