"""What a parameter's JSON Schema allows at its edges, its class takes, or refuses by a rule between parameters."""

import re

import jsonschema
import pytest

from citizen_security import compendium
from citizen_security.parameters import ParameterError, field_schema

# JSON Schema has no word for an order.
BEYOND_JSON_SCHEMA = {("evidence/publication_bias", "cut_points"): "increasing"}
TEXTS = [
    "",
    " ",
    "\t\n",
    "x",
    " x ",
    "x" * 5_000,
    "BRA",
    "BR",
    "bra",
    "a=b",
    "a",
    "=",
    "a=",
    "a=b=c",
    "a b=c",
    "lac",
    "all",
]
SMALL = 1e-9


def candidates(schema):
    """Values at and beyond the edges of a schema."""
    for branch in schema.get("anyOf", [schema]):
        kind = branch.get("type")
        if "anyOf" in branch:
            yield from candidates(branch)
        elif kind == "array":
            yield from lists(branch)
        elif kind in ("integer", "number"):
            yield from numbers(branch, kind)
        elif kind == "boolean":
            yield from (True, False)
        else:
            yield from [*branch.get("enum", []), *([branch["const"]] if "const" in branch else []), *TEXTS]


def numbers(schema, kind):
    step = 1 if kind == "integer" else SMALL
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if word in schema:
            yield from (schema[word] - step, schema[word], schema[word] + step)
    yield from (0, -1, 2**64, 10**400)


def lists(schema):
    items = list(dict.fromkeys(value for value in candidates(schema["items"])))
    yield []
    for item in items:
        yield [item]
        yield [item, item]
    for size in {2, 3, schema.get("minItems", 1), schema.get("maxItems", 4), schema.get("maxItems", 4) + 1}:
        valid = [item for item in items if jsonschema.Draft202012Validator(schema["items"]).is_valid(item)]
        distinct = [*valid, *(f"X{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
        yield (distinct if schema["items"].get("type") == "string" and "enum" not in schema["items"] else valid)[:size]
    yield from ([first, second] for first in items[:20] for second in items[:20])


FIELDS = [
    pytest.param(entry, name, id=f"{entry.name}: {name}")
    for entry in compendium.NOTEBOOKS.values()
    for name in entry.parameters.model_fields
]


@pytest.mark.parametrize(("entry", "name"), FIELDS)
def test_what_the_schema_allows_is_taken_or_contradicts_another_parameter(entry, name):
    schema = field_schema(entry.parameters, name)
    allows = jsonschema.Draft202012Validator(schema)
    others = re.compile("|".join(rf"\b{other}\b" for other in entry.parameters.model_fields if other != name))
    for value in candidates(schema):
        if not allows.is_valid(value):
            continue
        try:
            entry.parameters.from_values({name: value})
        except ParameterError as refusal:
            beyond = BEYOND_JSON_SCHEMA.get((entry.name, name))
            for problem in refusal.problems:
                assert others.search(problem) or (beyond and beyond in problem), (value, problem)


@pytest.mark.parametrize(("entry", "name"), FIELDS)
def test_what_the_schema_refuses_is_refused_by_the_class_or_the_check(entry, name):
    schema = field_schema(entry.parameters, name)
    allows = jsonschema.Draft202012Validator(schema)
    checked = 0
    for value in candidates(schema):
        if allows.is_valid(value):
            continue
        try:
            taken = entry.parameters.from_values({name: value})
        except ParameterError:
            continue
        # Only names of a table are left to the check, which knows them and the nearest; it reads tables, so a few do.
        assert name in ("countries", "themes")
        if checked < 3:
            checked += 1
            with pytest.raises(ParameterError):
                entry.check_sample(taken)


def test_what_checks_always_refuse_is_in_the_schemas():
    def schema(notebook, name):
        return jsonschema.Draft202012Validator(field_schema(compendium.notebook(notebook).parameters, name))

    refused = {
        ("panel_regressions", "countries"): [[], ["BRA", "BRA"], [" "], ["brazil"], ["BRA"] * 301],
        ("panel_regressions", "regressors"): [[], ["gini", "gini"], ["log_gdp_per_capita_squared"],
                                              ["gdp_growth", "gdp_per_capita_growth"]],
        ("panel_regressions", "kernel_lags"): [-1, 33],
        ("income_turning_point", "controls"): [["log_gdp_per_capita"]],
        ("specification_curve", "leave_out"): [["pooled"], ["a=b=c"], ["a=b", "a=b"]],
        ("what_predicts_homicide", "blocks"): [["income", "work"]],
        ("concentration", "window_months"): [[0], [109], [1, 1]],
        ("city_table", "countries"): [["SLV"]],
        ("city_homicide", "compared_cities"): [["Cali"], ["Cali", "Cali"], [" ", "Cali"]],
        ("every_municipality", "path"): ["", " "],
        ("evidence_gap_map", "kinds"): [[], ["review"]],
        ("publication_bias", "cut_points"): [[], [0], [1], [0.1] * 2, [0.1, 0.2, 0.3, 0.4, 0.5]],
        ("claimed_and_evaluated", "countries"): [[], ["BRA", "BRA"]],
    }  # fmt: skip
    for (notebook, name), values in refused.items():
        assert schema(notebook, name).is_valid(compendium.notebook(notebook).parameters.defaults()[name])
        for value in values:
            assert not schema(notebook, name).is_valid(value), (notebook, name, value)


@pytest.mark.slow
def test_twenty_thousand_repeated_items_are_counted_once():
    from time import process_time

    started = process_time()
    for entry in compendium.NOTEBOOKS.values():
        for name in entry.parameters.model_fields:
            if "array" in str(field_schema(entry.parameters, name)):
                with pytest.raises(ParameterError):
                    entry.parameters.from_values({name: ["BRA"] * 20_000})
    assert process_time() - started < 10
