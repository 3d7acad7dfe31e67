import csv
import io

import numpy as np
import pandas as pd
import pytest
from hostile import HOSTILE
from IPython.utils.capture import capture_output

from citizen_security import values


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """A kernel of a run that is kept."""
    monkeypatch.setenv(values.KEPT, "1")


def outputs(function):
    """What a kernel would keep of the displays that `function` makes."""
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.instance()
    with capture_output() as captured:
        function()
    return [{"data": output.data, "metadata": output.metadata} for output in captured.outputs]


def test_a_recorded_value_is_read_back_whole():
    def cell():
        values.record("effect", np.float64(-0.25), unit="victims", interval=(-0.5, 0.0), n=612, label="x", format=".2f")

    assert values.values_of(outputs(cell)) == {
        "effect": {
            "value": -0.25,
            "unit": "victims",
            "interval": [-0.5, 0.0],
            "n": 612,
            "label": "x",
            "format": ".2f",
        }
    }


def test_prose_gets_the_bare_value_and_the_formatted_texts():
    def cell():
        values.record("effect", -0.256, interval=(-1234.5, 0.1), n=1612, format=",.1f")

    glued = {o["metadata"]["scrapbook"]["name"]: o["data"][values.TEXT_TYPE] for o in outputs(cell)}
    assert glued == {
        "effect": "-0.256",
        "effect_text": "'−0.3'",
        "effect_interval": "'−1,234.5 to 0.1'",
        "effect_n": "'1,612'",
    }


def test_outside_a_run_that_is_kept_values_are_remembered_and_leave_no_output(monkeypatch):
    # JupyterLab hides what a cell shows after fifty outputs, with the text that has the values.
    monkeypatch.delenv(values.KEPT)
    monkeypatch.setattr(values, "_RECORDED", {})
    monkeypatch.setattr(values, "_MISSING", {})
    assert outputs(lambda: values.record("effect", 1.0)) == []
    assert outputs(lambda: values.record_missing(values.Missing(names="gini_*", reason="none"))) == []
    recorded, missing = values.recorded_here()
    assert (recorded["effect"]["value"], missing) == (1.0, {"gini_*": "none"})


def test_nothing_recorded_is_shown_on_the_page():
    # MyST-NB takes outputs with this prefix out of the page; anything else would be printed or warned about.
    def cell():
        values.record("effect", 1.0)
        values.record_diagnostics("fit", {"divergences": 0})
        values.record_table("cities", pd.DataFrame({"city": ["A"]}))

    for output in outputs(cell):
        assert output["metadata"]["scrapbook"]["mime_prefix"] == values.GLUE_PREFIX
        assert all(kind.startswith(values.GLUE_PREFIX) for kind in output["data"])


def test_tables_and_diagnostics_are_read_back():
    frame = pd.DataFrame({"city": ["São Luís", 'a "quoted", one'], "rate": [74.5, 1.0]})

    def cell():
        values.record_table("cities", frame, label="rates")
        values.record_diagnostics("fit", {"maximum_r_hat": 1.001})

    found = outputs(cell)
    assert values.tables_of(found)["cities"]["csv"] == frame.to_csv(index=False)
    assert values.diagnostics_of(found) == {"fit": {"maximum_r_hat": 1.001}}


def test_no_text_of_a_recorded_table_is_a_formula_to_a_spreadsheet():
    words = [*HOSTILE.values(), "=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", ["=1"]]
    frame = pd.DataFrame({"=name": words, "kind": pd.Categorical([str(word) for word in words])})
    header, *rows = csv.reader(io.StringIO(values.inert_csv(frame), newline=""))
    assert header == ["'=name", "kind"]
    for word, row in zip(words, rows, strict=True):
        assert all(cell.removeprefix("'") == str(word) for cell in row)
        assert all(not cell.lstrip(" ").startswith(values.FORMULA_STARTS) for cell in row)


def test_numbers_of_a_recorded_table_stay_as_they_are():
    frame = pd.DataFrame(
        {
            "number": [-1.5, np.nan, 2e-7],
            "mixed": [-1, None, "-1.5e3"],
            "text": ["-1", "+1.5", "-inf"],
            "nullable": pd.array([-1, None, 3], "Int64"),
            "time": pd.to_datetime(["2020-01-01", None, "2020-01-03"]),
            "words": ["a-b", "−1", "a=b"],
        }
    )
    assert values.inert_csv(frame) == frame.to_csv(index=False, lineterminator="\n")


def test_a_table_is_not_changed_by_being_recorded():
    frame = pd.DataFrame({"=name": ["=1"]})
    values.inert_csv(frame)
    assert frame.to_dict("list") == {"=name": ["=1"]}


REFUSALS = {
    "a name that is no snake case": ({"name": "Effect size", "value": 1}, "snake case"),
    "not a number": ({"name": "effect", "value": float("nan")}, "only finite numbers"),
    "an infinite end": ({"name": "effect", "value": 1.0, "interval": (0, float("inf"))}, "only finite numbers"),
    "an interval the wrong way round": ({"name": "effect", "value": 1.0, "interval": (2, 1)}, "lower end first"),
    "a format that does not fit": ({"name": "effect", "value": 1.5, "format": "d"}, "does not fit the value"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_value_that_would_mislead_is_refused(case):
    options, message = REFUSALS[case]
    with pytest.raises(ValueError, match=message):
        values.record(**options)


def test_one_name_recorded_twice_is_refused():
    def cell():
        values.record("effect", 1.0)
        values.record("effect", 2.0)

    with pytest.raises(values.ValueNameError, match="'effect' is recorded twice"):
        values.values_of(outputs(cell))


def test_why_values_are_missing_is_read_back_by_name_and_pattern():
    missing = [
        values.Missing(names="gini_effect", reason="no Gini"),
        values.Missing(names="growth_*", reason="growth is not among the regressors"),
        values.Missing(names="gini_effect", reason="another"),
    ]
    found = outputs(lambda: values.record_values([*missing, values.Value(name="rate", value=1.0)]))
    assert values.missing_of(found) == {"gini_effect": "no Gini", "growth_*": "growth is not among the regressors"}
    assert set(values.values_of(found)) == {"rate"}


@pytest.mark.parametrize("names", ["Growth", "a*b", "*", ""])
def test_missing_values_have_names_too(names):
    with pytest.raises(values.ValueNameError):
        values.record_missing(values.Missing(names=names, reason="r"))


def test_prose_may_quote_what_was_recorded_by_these_keys():
    recorded = {
        "fall": {"value": -5.25, "format": ".1f", "interval": [-7.0, -1.25], "n": 1234},
        "place": {"value": "Saint Lucia", "format": "", "interval": None, "n": None},
    }
    assert values.glue_texts(recorded) == {
        "fall": "−5.2",
        "fall_text": "−5.2",
        "fall_interval": "−7.0 to −1.2",
        "fall_n": "1,234",
        "place": "Saint Lucia",
        "place_text": "Saint Lucia",
    }


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("growth_effect_interval", "growth"),
        ("growth_n", "growth"),
        ("gini_text", "no Gini"),
        ("gini", "no Gini"),
        ("gini_effect_text", None),
        ("ungrowth_text", None),
        # A value that is there, without an interval.
        ("rate_interval", "no draws"),
        ("rate_text", None),
    ],
)
def test_what_is_missing_is_told_by_glue_key(key, reason):
    missing = {"growth_*": "growth", "gini": "no Gini", "rate_interval": "no draws"}
    assert values.why_missing(key, missing) == reason


@pytest.mark.parametrize(
    ("value", "specification", "said"),
    [
        (-0.001, ".2f", "0.00"),
        (0.001, "+.1f", "0.0"),
        (-0.06, "+.1f", "−0.1"),
        (-0.0, "g", "0"),
        (-1e-9, ".0e", "−1e−09"),
    ],
)
def test_a_value_that_rounds_to_zero_has_no_sign_and_its_interval_keeps_it(value, specification, said):
    found = outputs(lambda: values.record("effect", value, interval=(value - 0.004, 1), format=specification))
    (text,) = [it["data"][values.TEXT_TYPE] for it in found if it["metadata"]["scrapbook"]["name"] == "effect_text"]
    (interval,) = [it["data"][values.TEXT_TYPE] for it in found if "_interval" in it["metadata"]["scrapbook"]["name"]]
    assert text == repr(said)
    assert interval.startswith("'−") or value > 0


@pytest.mark.parametrize(
    ("ends", "specification", "said"),
    [
        # Ends that would be printed alike take the digits that tell them apart; others keep theirs.
        ((0.3951, 0.4042), ".0%", "39.5% to 40.4%"),
        ((0.40012, 0.40018), ".0%", "40.01% to 40.02%"),
        ((10.2, 10.4), ",.0f", "10.2 to 10.4"),
        ((-0.04, 0.06), "+.1f", "−0.0 to +0.1"),
        ((0.38, 0.44), ".0%", "38% to 44%"),
        # No digit tells equal ends apart, and a format without digits has none to add.
        ((2.0, 2.0), ".0f", "2 to 2"),
        ((1.0, 2.0), "g", "1 to 2"),
    ],
)
def test_an_interval_is_printed_with_its_width(ends, specification, said):
    entry = {"value": ends[0], "format": specification, "interval": list(ends), "n": None}
    assert values.glue_texts({"x": entry})["x_interval"] == said
