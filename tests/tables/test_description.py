"""The one schema is itself checked: a word that nothing enforces would be a promise that nobody keeps."""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import ROOT

from citizen_security.tables import catalog, description, errors

type Words = dict[str, Any]

RAW = (ROOT / "data" / "datapackage.json").read_bytes()


def table(package: Words, name: str = "country_year") -> Words:
    return next(resource for resource in package["resources"] if resource["name"] == name)


def field(package: Words, name: str = "homicide_rate") -> Words:
    return next(it for it in table(package)["schema"]["fields"] if it["name"] == name)


def constrain(name: str, value: object, column: str = "homicide_rate") -> Callable[[Words], object]:
    return lambda package: field(package, column)["constraints"].update({name: value})


def rule(package: Words, name: str) -> Words:
    return next(it for it in table(package)["rules"] if it["rule"] == name)


def drop(place: Callable[[Words], Words], word: str) -> Callable[[Words], object]:
    return lambda package: place(package).pop(word)


def put(place: Callable[[Words], Words], **words: object) -> Callable[[Words], object]:
    return lambda package: place(package).update(words)


def schema(package: Words) -> Words:
    return table(package)["schema"]


def whole(package: Words) -> Words:
    return package


# what is done to the description, and what is said
EDITS: dict[str, tuple[Callable[[Words], object], str]] = {
    "no resources": (drop(whole, "resources"), "the package lacks 'resources'"),
    "resources empty": (put(whole, resources=[]), "has no resources"),
    "resources an object": (put(whole, resources={}), "resources is an object"),
    "resources of texts": (put(whole, resources=["countries"]), "each of resources is an object"),
    "unknown word of the package": (put(whole, resourcess=[]), "'resourcess' is not known; did you mean 'resources'?"),
    "name twice": (lambda it: table(it, "countries").update(name="claims"), "two tables have the name 'claims'"),
    "path twice": (lambda it: it["resources"][1].update(path=it["resources"][0]["path"]), "two tables have the path"),
    "no name": (drop(table, "name"), "lacks 'name'"),
    "name a number": (put(table, name=7), "name is a number"),
    "name with a dash": (put(table, name="country-year"), "small letters, digits and _"),
    "no path": (drop(table, "path"), "table 'country_year' lacks 'path'"),
    "path outside": (put(table, path="../secret.csv"), "is not a .csv file below data/"),
    "absolute path": (put(table, path="/etc/passwd.csv"), "is not a .csv file below data/"),
    "no hash": (drop(table, "hash"), "lacks 'hash'"),
    "short hash": (put(table, hash="sha256:abc"), "64 hexadecimal digits"),
    "another hash": (put(table, hash="md5:abc"), "64 hexadecimal digits"),
    "bytes a text": (put(table, bytes="many"), "bytes is a text"),
    "bytes negative": (put(table, bytes=-1), "the size of no table"),
    "bytes true": (put(table, bytes=True), "bytes is true or false"),
    "no schema": (drop(table, "schema"), "lacks 'schema'"),
    "schema a list": (put(table, schema=[]), "schema is a list"),
    "no title": (drop(table, "title"), "lacks 'title'"),
    "empty title": (put(table, title=" "), "title is empty"),
    "no rules": (drop(table, "rules"), "lacks 'rules'"),
    "rules an object": (put(table, rules={}), "rules is an object"),
    "another encoding": (put(table, encoding="latin-1"), "tables are read as 'utf-8' alone"),
    "another separator": (lambda it: table(it)["dialect"].update(delimiter=";"), "dialect is"),
    "other missing values": (put(schema, missingValues=["", "NA"]), "an empty cell alone is missing"),
    "no fields": (drop(schema, "fields"), "lacks 'fields'"),
    "fields empty": (put(schema, fields=[]), "has no fields"),
    "fields of texts": (lambda it: schema(it)["fields"].append("rate"), "each of fields is an object"),
    "field twice": (lambda it: schema(it)["fields"].append(field(it)), "two fields have the name 'homicide_rate'"),
    "field without type": (drop(field, "type"), "lacks 'type'"),
    "unknown type": (put(field, type="numberx"), "unknown type 'numberx'; did you mean 'number'?"),
    "type a list": (put(field, type=["number"]), "type is a list"),
    "unknown word of a field": (put(field, constraint={}), "did you mean 'constraints'?"),
    "constraints a list": (put(field, constraints=[]), "constraints is a list"),
    "unknown constraint": (constrain("minimumx", 0), "constraint 'minimumx' is not enforced; did you mean 'minimum'?"),
    "constraint of the standard that nothing enforces": (constrain("minLength", 3, "iso3"), "'minLength' is not"),
    "minimum a text": (constrain("minimum", "0"), "constraint minimum is '0'"),
    "minimum true": (constrain("minimum", True), "constraint minimum is True"),
    "half a minimum": (constrain("minimum", 0.5, "year"), "which is no integer"),
    "minimum above maximum": (constrain("minimum", 500), "minimum 500 is above maximum 200"),
    "minimum of a text": (constrain("minimum", 3, "iso3"), "the field is of type 'string'"),
    "pattern of a number": (constrain("pattern", "^1$"), "the field is of type 'number'"),
    "bad expression": (constrain("pattern", "^[A-Z{3}$", "iso3"), "is no regular expression"),
    "expression a number": (constrain("pattern", 3, "iso3"), "is no regular expression"),
    "half an expression": (constrain("pattern", "[A-Z]{3}", "iso3"), "must describe the whole cell"),
    "required a text": (constrain("required", "yes"), "can be true or false"),
    "enum empty": (constrain("enum", [], "iso3"), "is a list of texts"),
    "enum a text": (constrain("enum", "ARG", "iso3"), "is a list of texts"),
    "enum twice": (constrain("enum", ["ARG", "ARG"], "iso3"), "lists 'ARG' twice"),
    "unknown allowance": (put(lambda it: field(it, "iso3"), allows=["html"]), "allows the unknown 'html'"),
    "format of a number": (put(field, format="%d"), "format '%d' is not enforced"),
    "no primary key": (drop(schema, "primaryKey"), "lacks 'primaryKey'"),
    "unknown primary key": (put(schema, primaryKey=["iso3", "yearr"]), "unknown field 'yearr'; did you mean 'year'?"),
    "primary key empty": (put(schema, primaryKey=[]), "names no column"),
    "foreign key of an unknown table": (
        lambda it: schema(it)["foreignKeys"][0]["reference"].update(resource="countriess"),
        "unknown table 'countriess'; did you mean 'countries'?",
    ),
    "foreign key of an unknown column": (
        lambda it: schema(it)["foreignKeys"][0]["reference"].update(fields="iso"),
        "unknown field 'iso'",
    ),
    "foreign key without reference": (lambda it: schema(it)["foreignKeys"][0].pop("reference"), "and a reference"),
    "unknown rule": (
        lambda it: rule(it, "ordered").update(rule="orderedd"),
        "rule 'orderedd' is not enforced; did you mean 'ordered'?",
    ),
    "rule a text": (lambda it: table(it)["rules"].append("ordered"), "each of rules is an object"),
    "rule without title": (lambda it: rule(it, "ordered").pop("title"), "lacks 'title'"),
    "rule without its key": (lambda it: rule(it, "ordered").pop("fields"), "rule 'ordered' lacks 'fields'"),
    "rule with an unknown key": (lambda it: rule(it, "steady").update(floorr=3), "did you mean 'floor'?"),
    "rule of an unknown field": (lambda it: rule(it, "ordered").update(fields=["a", "b"]), "unknown field 'a'"),
    "rule of texts": (
        lambda it: rule(it, "ordered").update(fields=["iso3", "gini"]),
        "iso3 is of type 'string', and a number is needed",
    ),
    "factor below one": (lambda it: rule(it, "steady").update(factor=0.5), "not a number above 1"),
    "factor and step": (lambda it: rule(it, "steady").update(step=1), "either a factor or a step"),
    "count a text": (lambda it: rule(it, "rows").update(count="1122"), "not a whole number above 0"),
    "exception without reason": (
        lambda it: rule(it, "steady").update({"except": [{"iso3": "GUY", "year": 2022}]}),
        "a reason",
    ),
    "exception of an unknown column": (
        lambda it: rule(it, "steady").update({"except": [{"country": "GUY", "reason": "oil"}]}),
        "unknown field 'country'",
    ),
}

HUGE = 10**400
NO_ADDRESS = "and can be an address that begins with http:// or https://"


def at(place: str, value: object) -> Callable[[Words], object]:
    """Put a value where a message, or `jq`, says: resources[9].rules[6].where.kind; a table may stand by its name."""

    def edit(package: Any) -> None:
        *path, last = [int(it) if it.isdigit() else it for it in re.findall(r"\w+", place)]
        for key in path:
            by_name = isinstance(package, list) and isinstance(key, str)
            package = next(it for it in package if it["name"] == key) if by_name else package[key]
        package[last] = value

    return edit


def of_rule(table: str, name: str) -> str:
    """Place of a rule of a table that has it once."""
    resources = json.loads(RAW)["resources"]
    number = [it["name"] for it in resources].index(table)
    rules = resources[number]["rules"]
    return f"resources[{number}].rules[{[it['rule'] for it in rules].index(name)}]"


EDITS |= {
    "factor too large": (at(f"{of_rule('morelia_year', 'steady')}.factor", HUGE), "].factor is 1000"),
    "slack too large": (
        at(f"{of_rule('country_year', 'rate_matches_count')}.slack", HUGE),
        "numbers are from -1,000,000,000",
    ),
    "tolerance too large": (at(f"{of_rule('brazil_state_year', 'sums_to')}.tolerance", HUGE), "].tolerance is 1000"),
    "count too large": (at(f"{of_rule('country_year', 'rows')}.count", HUGE), "].count is 1000"),
    "where in a reference a text": (
        at(f"{of_rule('mexico_municipality_quarter', 'sums_to')}.reference.where.iso3", "MEX"),
        "iso3 is 'MEX', and is a list of different values, each a text",
    ),
    "where in a reference a column": (
        at(f"{of_rule('mexico_municipality_quarter', 'sums_to')}.reference.where", "iso3"),
        "reference, where in city_year is 'iso3', and is an object of columns",
    ),
    "where empty": (at("resources[studies].rules[6].where", {}), "where is {}, and is an object of columns"),
    "where of an unknown column": (at("resources[studies].rules[6].where", {"kinds": ["x"]}), "did you mean 'kind'?"),
    "where of objects": (at("resources[studies].rules[6].where.kind", [{}]), "kind is [{}], and is a list"),
    "where of nothing": (at("resources[morelia_year].rules[4].where.place", [None]), "place is [None], and is a list"),
    "where of numbers": (at("resources[effects].rules[6].where.metric", [1]), "metric is [1], and is a list"),
    "where without values": (at("resources[effects].rules[9].where.metric", []), "metric is [], and is a list"),
    "where twice": (
        at("resources[brazil_state_year].rules[10].reference.where.iso3", ["a", "a"]),
        "iso3 lists 'a' twice, and is a list of different values",
    ),
    "where beside the enum": (
        at("resources[effects].rules[6].where.metric", ["rate_ratios"]),
        "metric lists 'rate_ratios', which its enum does not; did you mean 'rate_ratio'?",
    ),
    "where of a year in words": (
        at("resources[brazil_state_year].rules[10].reference.where", {"year": ["2000"]}),
        "year is ['2000'], and is a list of different values, each a whole number",
    ),
    "where of a truth": (
        at(
            "resources[mexico_municipality_quarter].rules[4].reference",
            {"resource": "countries", "field": "iso3", "where": {"is_lac": [1]}},
        ),
        "is_lac is [1], and is a list of different values, each true or false",
    ),
    "where of a rule that marks is a choice": (
        at(f"{of_rule('studies', 'marks_any')}.reference.where", {"is_lac": [True]}),
        "which is not one column",
    ),
    "where of a rule that marks is a text": (
        at(f"{of_rule('studies', 'marks_any')}.reference.where", "iso3"),
        "iso3 is of type 'string', and true or false is needed",
    ),
    "where of a reference that chooses nothing": (
        at(f"{of_rule('countries', 'same_keys')}.reference.where", {"iso3": ["BRA"]}),
        "'where' of the reference is not enforced",
    ),
    "reference without its field": (
        lambda package: table(package, "mexico_municipality_quarter")["rules"][4]["reference"].pop("field"),
        "the reference lacks 'field'",
    ),
    "fewer keys there": (
        at("resources[brazil_state_year].rules[10].reference.keys", ["iso3", "year"]),
        "here and 2 in the reference",
    ),
    "keys that are not there": (
        at(f"{of_rule('world_homicide', 'agrees_with')}.keys", ["inc"]),
        "keys in country_year: unknown",
    ),
    "keys of another type": (
        at(f"{of_rule('brazil_state_year', 'sums_to')}.reference.keys", ["iso3"]),
        "year is of type 'integer', and iso3 of country_year of type 'string'",
    ),
    "codes that are numbers": (
        at(f"{of_rule('studies', 'codes_known')}.field", "year"),
        "'integer', and a text is needed",
    ),
    "a year that is a text": (
        at(f"{of_rule('world_homicide', 'steady')}.time", ["iso3"]),
        "'string', and a number is needed",
    ),
    "fields in one text": (at("resources[1].rules[39].fields", "gini"), "fields is 'gini', which is not a list"),
    "a source in a list": (at("resources[3].sources", [["x"]]), "sources[0] is ['x'], and is an object with title"),
    "a source of nothing": (at("resources[3].sources", [None]), "sources[0] is None, and is an object with title"),
    "a source without title": (at("resources[3].sources", [{}]), "sources[0] lacks 'title'"),
    "a title that is blank": (at("resources[3].sources", [{"title": " "}]), "sources[0]: title is empty"),
    "no source": (at("resources[3].sources", []), "sources is empty, and names at least one"),
    "a source of the package": (at("sources[2]", 7), "the package, sources[2] is 7"),
    "a source on a disk": (at("resources[3].sources[0].path", "file:///etc/passwd"), NO_ADDRESS),
    "a source of a script": (at("resources[3].sources[0].path", "javascript:alert(1)"), NO_ADDRESS),
    "a source of no host": (at("resources[3].sources[0].path", "https://"), NO_ADDRESS),
    "a source with a path in a list": (at("resources[3].sources[0].path", ["https://x.org"]), "path is a list"),
    "a licence of nothing": (at("resources[3].licenses", [None]), "licenses[0] is None, and is an object with name"),
    "a licence without name": (at("resources[3].licenses", [{"title": "free"}]), "licenses[0] lacks 'name'"),
    "a licence with a number": (at("resources[3].licenses[0].name", 4), "licenses[0]: name is a number"),
    "a licence at no address": (at("resources[3].licenses[0].path", "by/4.0"), NO_ADDRESS),
    "somebody without name": (at("contributors", [{}]), "contributors[0] lacks 'title'"),
    "a note of nothing": (at("resources[3].notes", [None]), "notes[0] is None, and can be a text"),
    "a path that ends early": (
        at("resources[3].path", "country/\0.csv"),
        "resources[3].path is 'country/\\x00.csv', which holds U+0000; a text is one line without control",
    ),
    "half a pair": (at("resources[3].title", "a\ud800"), "resources[3].title is 'a\\ud800', which holds U+D800"),
    "half a pair in a name": (at("resources[3].schema", {"a\udfff": 1}), "a name in resources[3].schema is 'a\\udfff'"),
    "a colour of the terminal": (at("notes[0]", "\x1b[31mred"), "notes[0] is '\\x1b[31mred', which holds U+001B"),
    "two lines": (at("resources[3].rules[0].title", "a\nb"), "rules[0].title is 'a\\nb', which holds U+000A"),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_what_nothing_enforces_is_refused_in_a_sentence(case: str):
    edit, said = EDITS[case]
    package = json.loads(RAW)
    edit(package)
    with pytest.raises(errors.DescriptionError) as refused:
        description.parse(json.dumps(package).encode(), "data/datapackage.json")
    message = str(refused.value)
    assert said in message
    assert "git restore data/datapackage.json" in message
    message.encode()  # half a surrogate pair could not be printed


TEXTS = {
    "nothing": (b"", "not valid JSON"),
    "half": (RAW[: len(RAW) // 2], "not valid JSON"),
    "a comma too much": (RAW.replace(b'"resources": [', b'"resources": [,', 1), "not valid JSON"),
    "a list": (b"[]", "it holds a list"),
    "a number": (b"7", "it holds a number"),
    "byte order mark": (b"\xef\xbb\xbf" + RAW, "not valid JSON"),
    "latin-1": (RAW.decode().encode("latin-1", "replace"), "not valid JSON"),
    "not a number": (RAW.replace(b'"minimum": 0', b'"minimum": NaN', 1), "NaN is no number"),
    "key twice": (RAW.replace(b'"minimum": 0', b'"minimum": 0, "minimum": 5', 1), "'minimum' stands twice"),
    "deep": (b"[" * 100_000, "nested too deep, and a description has no more than 20 levels"),
    "deeper": (b"[" * 300_000 + b"]" * 300_000, "nested too deep"),
    "objects deep inside": (
        RAW.replace(b'"notes": [', b'"notes": [' + b'{"a":' * 300_000 + b"1" + b"}" * 300_000 + b",", 1),
        "nested too deep",
    ),
    "a little too deep": (
        RAW.replace(b'"notes": [', b'"notes": [' + b"[" * 200 + b"]" * 200 + b",", 1),
        "is nested too deep, and a description has no more than 20 levels",
    ),
    "a number without end": (RAW.replace(b'"minimum": 0', b'"minimum": -1e999', 1), "minimum is -inf, and numbers are"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_is_no_description_is_refused_in_a_sentence(case: str):
    raw, said = TEXTS[case]
    with pytest.raises(errors.DescriptionError, match=r"git restore data/datapackage\.json") as refused:
        description.parse(raw, "data/datapackage.json")
    assert said in str(refused.value)


def test_the_description_that_ships_is_one():
    assert len(description.parse(RAW, "data/datapackage.json")["resources"]) == len(catalog.tables(ROOT))


def test_a_wrong_size_is_refused_before_use(tmp_path: Path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    file = tmp_path / "data" / "datapackage.json"
    package = json.loads(RAW)
    table(package, "claims")["bytes"] += 1
    file.write_text(json.dumps(package), "utf-8")
    with pytest.raises(errors.ChecksumError, match=r"'claims' has \d+ bytes, but data/datapackage.json says"):
        catalog.load("claims", tmp_path)
    file.unlink()
    with pytest.raises(errors.DescriptionError, match="cannot be read"):
        catalog.load("claims", tmp_path)


def test_an_exception_that_excuses_nothing_is_refused(tmp_path: Path):
    # else it would silently excuse the next slip in its row
    shutil.copytree(ROOT / "data", tmp_path / "data")
    package = json.loads(RAW)
    rule(package, "steady")["except"] = [{"iso3": "BRA", "year": 2000, "reason": "none"}]
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(package), "utf-8")
    with pytest.raises(errors.InvalidTable, match=r"iso3=BRA, year=2000 breaks .* in no row: take the exception out"):
        catalog.load("country_year", tmp_path)


@pytest.mark.parametrize(
    ("name", "place", "value", "said"),
    [
        (
            "studies",
            "resources[studies].rules[6].where",
            {"authors": ["nobody"]},
            "authors=nobody chooses no row: correct",
        ),
        (
            "brazil_state_year",
            "resources[brazil_state_year].rules[10].reference.where",
            {"iso3": ["XXX"]},
            "iso3=XXX chooses no row of country_year: correct the where in data/datapackage.json",
        ),
    ],
)
def test_a_choice_of_no_row_is_refused(tmp_path: Path, name: str, place: str, value: Words, said: str):
    # the rule would compare nothing from then on
    shutil.copytree(ROOT / "data", tmp_path / "data")
    package = json.loads(RAW)
    at(place, value)(package)
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(package), "utf-8")
    (found,) = catalog.verify([name], tmp_path)
    assert found.problem is not None
    assert said in found.problem


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, it in inner for place in places(it, (*path, key)))]


def test_whatever_stands_in_the_place_of_a_value_is_refused_or_means_something():
    # a sentence, never a traceback: sampled over the whole file, the same sample every time
    generator = random.Random(7)
    package = json.loads(RAW)
    every = places(package)[1:]
    for _ in range(250):
        *path, last = generator.choice(every)
        place = package
        for key in path:
            place = place[key]
        kept, place[last] = place[last], generator.choice([None, True, -1, 0.5, "x", "", [], {}, [[1]], [{}], {"x": 1}])
        try:
            description.parse(json.dumps(package).encode(), "data/datapackage.json")
        except errors.DescriptionError as refused:
            assert "git restore" in str(refused)  # noqa: PT017 (either outcome is one that a reader can use)
        finally:
            place[last] = kept
