"""The rules of cells find what they name, and let pass what notebooks do today."""

import builtins

import pytest
from cell_rules import foreign_imports, own_work, tables_loaded


@pytest.mark.parametrize(
    "source",
    [
        "x = rates[rates.year > 2000].max()",
        "x = -1",
        "chosen = tall | wide",
        "chosen = ~tall & wide",
        "table = parameters.draws_at_effort",
        "record_values(headline.rates(table))",
        "theme.apply()",
        "table.round(2)",
        "tau = (summary.median, *summary.central)",
        "frame['country'] = frame['iso3'].map(names)",
        "frame.assign(country=frame['iso3'].map(names))",
        "or_reason(lambda: room.fit(sample, parameters.level))",
        "show(lambda row: row['rate'])",
        "example = [3, 1, 1, 0]",
        "pd.concat([one, two], names=['group'])",
        "with pandas.option_context('styler.format.precision', 2):\n    display(table)",
        "isinstance(found, str)",
        "parameters = City.from_cell(globals())",
        "table.head(",
    ],
)
def test_what_a_cell_may_do_is_let_pass(source):
    assert own_work(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 100 * share",
        "x += 1",
        "x = f(2 ** n)",
        "x = a @ b",
        "x = 1 << n",
        "x = -rates",
        "title = f'{x}'",
        "title = '{}'.format(x)",
        "title = '%s' % x",
        "def f():\n    pass",
        "class Row:\n    pass",
        "show(lambda row: row.a / row.b)",
        "show(lambda row: row.a if row.b else row.c)",
        "show(lambda row: row.a > 3)",
        "x = rates.mean()",
        "x = rates.sum()",
        "x = rates.mul(100)",
        "x = rates.div(people).sub(1)",
        "x = frame.eval('a / b')",
        "x = frame.query('a + b > 3')",
        "x = frame.apply(room.share, axis=1)",
        "x = frame.pipe(room.share)",
        "x = frame.agg('mean')",
        "x = sum(row for row in rows)",
        "x = round(share, 2)",
        "x = max(rates)",
        "x = list(map(room.share, rows))",
        "x = getattr(frame, 'mean')()",
        "x = pd.cut(rates, 4)",
        "x = pd.read_csv('a.csv')",
        "q = pd",
        "open('a.csv')",
        "x = room.np.exp(rates)",
        "x = room.catalog.load('effects')",
        "x = rates.__truediv__(people)",
        "words = ';'.join(codes)",
        "words = frame['codes'].str.join(';')",
        "words = str(x)",
        "words = format(x, '.2f')",
        "table.style.format('{:.2f}')",
        "table.to_string(float_format='%.2f')",
        "pd.set_option('display.float_format', room.shown)",
        "table.to_csv('a.csv')",
        "bogota.assign(months_used=[12, 12, 12, 9])",
        "frame['months'] = (12, 9)",
    ],
)
def test_what_belongs_to_the_room_is_found(source):
    found = own_work(source)
    assert found
    # What stands there, why it may not, and what to do.
    assert all(str(fault).startswith("line 1: `") for fault in found)
    assert all("Move it" in str(fault) or "Record it" in str(fault) or "Compute them" in str(fault) for fault in found)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np",
        "import pandas as frames",
        "from pandas import read_csv",
        "import operator, functools",
        "from pathlib import Path",
        "from math import exp",
        "from dataclasses import make_dataclass",
        "from IPython import get_ipython",
        "from citizen_security.methods.rates import np",
        "from citizen_security.cities.city_table.checks import catalog",
    ],
)
def test_a_library_to_compute_or_read_with_is_found(source):
    assert "Allowed: the house; import pandas" in str(foreign_imports(source)[0])


@pytest.mark.parametrize(
    "source",
    [
        "import pandas",
        "import pandas as pd",
        "from dataclasses import replace",
        "from IPython.display import HTML, display",
        "from citizen_security.figures import theme",
        "from citizen_security.tables import catalog",
    ],
)
def test_an_import_of_today_is_let_pass(source):
    assert foreign_imports(source) == []


@pytest.mark.parametrize("call", ["catalog.load('effects')", "catalog.load(name='effects')"])
def test_a_table_is_read_by_its_name(call):
    assert tables_loaded(f"from citizen_security.tables import catalog\nx = {call}") == ({"effects"}, [])


@pytest.mark.parametrize(
    "source",
    [
        "from citizen_security.tables.catalog import load",
        "from citizen_security.tables import catalog as tables",
        "from citizen_security.tables import sheet",
        "read = catalog.load",
        "catalog.validate('effects')",
        "catalog.path('effects')",
        "catalog.load(name)",
        "catalog.load()",
        "catalog.load('effects', root)",
        "catalog.load(**asked)",
        "other = catalog",
    ],
)
def test_any_other_way_to_a_table_is_found(source):
    names, found = tables_loaded(source)
    assert names == set()
    assert 'catalog.load("table")' in str(found[0])


def test_what_a_shell_adds_to_the_built_in_functions_changes_no_verdict(monkeypatch):
    monkeypatch.setattr(builtins, "display", print, raising=False)
    assert own_work("from IPython.display import display\ndisplay(table)") == []
