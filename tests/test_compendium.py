import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.tables import catalog


def test_every_notebook_file_is_announced_and_every_announced_one_exists():
    unannounced = [compendium.not_announced(name) for name in compendium.unannounced(ROOT)]
    assert not unannounced, "\n".join(unannounced)
    missing = [str(entry.path) for entry in compendium.NOTEBOOKS.values() if not (ROOT / entry.path).is_file()]
    assert not missing, (
        f"src/citizen_security/compendium.py announces {', '.join(missing)}, which is not there. Write it, or take "
        "its entry out"
    )


@pytest.mark.parametrize("entry", compendium.NOTEBOOKS.values(), ids=compendium.NOTEBOOKS)
def test_a_notebook_declares_tables_that_exist(entry):
    assert set(entry.tables) <= set(catalog.tables())


@pytest.mark.parametrize("entry", compendium.NOTEBOOKS.values(), ids=compendium.NOTEBOOKS)
def test_the_defaults_leave_something_to_analyse(entry):
    entry.check_sample(entry.parameters.from_values({}))


@pytest.mark.parametrize("name", ["city_homicide", "cities/city_homicide", "notebooks/cities/city_homicide.ipynb"])
def test_a_notebook_is_found_by_any_name_one_would_type(name):
    assert compendium.notebook(name).name == "cities/city_homicide"


def test_an_unknown_notebook_is_refused_with_the_nearest_match():
    with pytest.raises(compendium.UnknownNotebook, match="did you mean 'cities/city_homicide'"):
        compendium.notebook("cities/city_homicides")
