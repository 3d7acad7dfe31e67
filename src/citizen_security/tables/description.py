"""Whether `data/datapackage.json` says only what the code can hold it to: known words, of the right kind, once each.

The description is the one schema. A constraint or a rule that nothing enforces is a promise that nobody keeps, so what
is not known here is refused.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from citizen_security.tables.characters import ALLOWANCES
from citizen_security.tables.errors import DescriptionError, Descriptor
from citizen_security.tables.relations import PARTS_OF_YEAR, RULES, RULES_ACROSS, WHOLE, Rule
from citizen_security.tables.rules import CONSTRAINTS
from citizen_security.tables.sheet import SHOWN_CHARACTERS, TYPES, listed

REMEDY = "Correct data/datapackage.json, or undo the edit: git restore data/datapackage.json"
SHOWN_PROBLEMS = 12

ALL_RULES: dict[str, Rule[Any, Any]] = {**WHOLE, **RULES, **RULES_ACROSS}
NUMERIC = ("integer", "number")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#]\S*)?")
# a terminal obeys control characters, and half a surrogate is written to no file
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PLAIN_KEY = re.compile(r"\w+", re.ASCII)

# No table needs more; much larger numbers fit in none of a processor's, and much deeper nesting in no call.
LARGEST = 10**15
DEEPEST = 20

type Words = Mapping[str, Any]
type Columns = Mapping[str, Words]  # name → its description, as far as it is one

# property → its type; those of the second mapping may be left out
_PACKAGE = (
    {"name": str, "title": str, "description": str, "resources": list, "licenses": list, "sources": list},
    {"profile": str, "version": str, "created": str, "keywords": list, "contributors": list, "notes": list},
)
_RESOURCE = (
    {"name": str, "path": str, "title": str, "description": str, "bytes": int, "hash": str, "schema": dict,
     "sources": list, "licenses": list, "notes": list, "rules": list},
    {"profile": str, "format": str, "mediatype": str, "encoding": str, "dialect": dict, "documents": dict},
)  # fmt: skip
_SCHEMA = ({"fields": list, "primaryKey": (str, list)}, {"foreignKeys": list, "missingValues": list})
_FIELD = (
    {"name": str, "type": str, "title": str, "description": str},
    # `says` is the pattern in words, for whoever is refused
    {"constraints": dict, "unit": str, "source": str, "license": str, "format": str, "allows": list, "says": str},
)

# what is listed → its properties, those that may be left out, and what may be an address
_LISTED: dict[str, tuple[Words, Words]] = {
    "sources": ({"title": str}, {"path": str, "release": str}),
    "licenses": ({"name": str}, {"title": str, "path": str}),
    "contributors": ({"title": str}, {"role": str, "path": str, "email": str, "organization": str}),
}
_LISTED_TEXTS = ("notes", "keywords")

# what tables are read with, whatever the description says: it may say nothing else
_FIXED: dict[str, Any] = {
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
}


def parse(raw: bytes, file: object) -> Descriptor:
    """Read the description and check it.

    Parameters
    ----------
    raw : bytes
        Content of `datapackage.json`.
    file : object
        Its name for messages.

    Returns
    -------
    dict
        A Frictionless Data Package, of which every word is known.

    Raises
    ------
    DescriptionError
        With everything that is wrong with it.
    """
    # a table is described many times in a run: the same bytes are looked at once
    if problems := _problems(raw):
        raise DescriptionError(_as_message(problems, file))
    description: Descriptor = json.loads(raw)
    return description


def _as_message(problems: tuple[str, ...], file: object) -> str:
    if len(problems) == 1:
        return f"{file} is no description of tables: {problems[0]}. {REMEDY}"
    more = [f"and {len(problems) - SHOWN_PROBLEMS} more"] if len(problems) > SHOWN_PROBLEMS else []
    lines = "\n".join(f"- {problem}" for problem in [*problems[:SHOWN_PROBLEMS], *more])
    return f"{file} has {len(problems)} problems:\n{lines}\n{REMEDY}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if twice := _repeated(key for key, _ in pairs):
        raise ValueError(f"{', '.join(map(repr, twice))} stands twice in one object")
    return dict(pairs)


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


@lru_cache(maxsize=8)
def _problems(raw: bytes) -> tuple[str, ...]:
    try:
        package = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        return (f"it is nested too deep, and a description has no more than {DEEPEST} levels",)
    except ValueError as error:
        return (f"it is not valid JSON ({error})",)
    # what cannot be written stands in no other message
    return tuple(_unusable(package)) or tuple(_of_package(package))


def _unusable(package: Any) -> Iterator[str]:
    """Texts that cannot be written, numbers that no table needs, and nesting without an end."""
    waiting: list[tuple[str, int, Any]] = [("", 0, package)]
    while waiting:
        place, depth, value = waiting.pop()
        if depth > DEEPEST:
            yield f"{place[:60]}… is nested too deep, and a description has no more than {DEEPEST} levels"
        elif isinstance(value, list):
            waiting += [(f"{place}[{number}]", depth + 1, it) for number, it in enumerate(value)][::-1]
        elif isinstance(value, dict):
            for key in value:
                yield from _unwritable(f"a name in {place or 'the package'}", key)
            # the ends of lines are compared with those that tables have
            inner = ((key, it) for key, it in value.items() if key != "lineTerminator")
            waiting += [(_below(place, key), depth + 1, it) for key, it in inner][::-1]
        elif isinstance(value, str):
            yield from _unwritable(place, value)
        elif _is_number(value) and not abs(value) <= LARGEST:
            yield f"{place} is {_short(value)}, and numbers are from {-LARGEST:,} to {LARGEST:,}"


def _below(place: str, key: str) -> str:
    return f"{place}.{key}".removeprefix(".") if _PLAIN_KEY.fullmatch(key) else f"{place}[{key!r}]"


def _unwritable(place: str, text: str) -> Iterator[str]:
    if found := _UNWRITABLE.search(text):
        yield (
            f"{place} is {_short(text)}, which holds U+{ord(found[0]):04X}; "
            "a text is one line without control characters or halves of surrogate pairs"
        )


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= SHOWN_CHARACTERS else f"{said[:SHOWN_CHARACTERS]}…"


# --- the package ------------------------------------------------------------------------------------------------------


def _of_package(package: Any) -> Iterator[str]:
    if not isinstance(package, dict):
        yield f"it holds {_kind(package)} where an object with resources is expected"
        return
    yield from _of_words("the package", package, _PACKAGE)
    yield from _of_lists("the package", package)
    if not isinstance(package.get("resources"), list):
        return
    if not package["resources"]:
        yield "the package has no resources"
    if any(not isinstance(resource, dict) for resource in package["resources"]):
        yield "the package: each of resources is an object that describes a table"
        return
    for what in ("name", "path"):
        values = [resource.get(what) for resource in package["resources"]]
        for value in _repeated(value for value in values if isinstance(value, str)):
            yield f"two tables have the {what} {value!r}"
    tables = {str(resource.get("name")): _columns(resource) for resource in package["resources"]}
    for resource in package["resources"]:
        yield from _of_resource(resource, tables)


def _of_lists(where: str, given: Words) -> Iterator[str]:
    """Publishers, licences and people, each an object; notes and keywords, each a text."""
    for word in (*_LISTED, *_LISTED_TEXTS):
        elements = given.get(word)
        if not isinstance(elements, list):
            continue
        if not elements and word in ("sources", "licenses"):
            yield f"{where}: {word} is empty, and names at least one"
        for number, element in enumerate(elements):
            place = f"{where}, {word}[{number}]"
            if word in _LISTED_TEXTS:
                if not isinstance(element, str) or not element.strip():
                    yield f"{place} is {_short(element)}, and can be a text"
            elif not isinstance(element, dict):
                (needs, may) = _LISTED[word]
                yield (
                    f"{place} is {_short(element)}, and is an object with {', '.join(needs)} (and {', '.join(may)}, "
                    "where there is one)"
                )
            else:
                yield from _of_words(place, element, _LISTED[word])
                path = element.get("path")
                if isinstance(path, str) and not _ADDRESS.fullmatch(path):
                    yield f"{place}: path is {_short(path)}, and can be an address that begins with http:// or https://"


def _columns(resource: Words) -> dict[str, Words]:
    """Columns of a table, as far as they are described."""
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    named = [field for field in fields or [] if isinstance(field, dict)] if isinstance(fields, list) else []
    return {str(field.get("name")): field for field in named}


def _of_resource(resource: Words, tables: Mapping[str, Columns]) -> Iterator[str]:
    where = f"table {resource.get('name')!r}"
    wrong = list(_of_words(where, resource, _RESOURCE))
    yield from wrong
    yield from _of_lists(where, resource)
    yield from _of_place(where, resource)
    for word, value in _FIXED.items():
        if word in resource and resource[word] != value:
            yield f"{where}: {word} is {resource[word]!r}, and tables are read as {value!r} alone"
    schema = resource.get("schema")
    if not isinstance(schema, dict):
        return
    yield from _of_words(f"{where}, schema", schema, _SCHEMA)
    if schema.get("missingValues", [""]) != [""]:
        yield f"{where}, schema: missingValues is {schema['missingValues']!r}, and an empty cell alone is missing"
    columns = _columns(resource)
    yield from _of_fields(where, schema.get("fields"))
    yield from _of_keys(where, schema, columns, tables)
    if isinstance(resource.get("rules"), list):
        for rule in resource["rules"]:
            yield from _of_rule(where, rule, columns, tables)


def _of_place(where: str, resource: Words) -> Iterator[str]:
    name, path, size, digest = (resource.get(word) for word in ("name", "path", "bytes", "hash"))
    if isinstance(name, str) and not _NAME.fullmatch(name):
        yield f"{where}: a name has small letters, digits and _ alone"
    if isinstance(path, str):
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or "\\" in path or parts.suffix != ".csv":
            yield f"{where}: path {path!r} is not a .csv file below data/"
    if isinstance(size, int) and size < 1:
        yield f"{where}: bytes is {size}, which is the size of no table"
    if isinstance(digest, str) and not _HASH.fullmatch(digest):
        yield f"{where}: hash {digest!r} is not sha256: and 64 hexadecimal digits"


# --- fields -----------------------------------------------------------------------------------------------------------


def _of_fields(where: str, fields: Any) -> Iterator[str]:
    if not isinstance(fields, list):
        return
    if not fields:
        yield f"{where} has no fields"
    named = [field for field in fields if isinstance(field, dict)]
    if len(named) < len(fields):
        yield f"{where}: each of fields is an object"
    for name in _repeated(str(field.get("name")) for field in named):
        yield f"{where}: two fields have the name {name!r}"
    for field in named:
        place = f"{where}, field {field.get('name')!r}"
        yield from _of_words(place, field, _FIELD)
        kind = field.get("type")
        if isinstance(kind, str) and kind not in TYPES:
            yield f"{place}: unknown type {kind!r}{_near(kind, TYPES)}"
        if "format" in field and (kind, field["format"]) != ("date", "%Y-%m-%d"):
            yield f"{place}: format {field['format']!r} is not enforced; only a date has one, %Y-%m-%d"
        if isinstance(field.get("allows"), list):
            for word in field["allows"]:
                if word not in ALLOWANCES:
                    yield f"{place}: allows the unknown {word!r}{_near(str(word), ALLOWANCES)}"
        if "says" in field and not (isinstance(field.get("constraints"), dict) and "pattern" in field["constraints"]):
            yield f"{place}: says puts a pattern in words, and there is none"
        if isinstance(field.get("constraints"), dict):
            yield from _of_constraints(place, str(kind), field["constraints"])


def _of_constraints(place: str, kind: str, constraints: Words) -> Iterator[str]:
    for name, bound in constraints.items():
        if name not in CONSTRAINTS:
            yield f"{place}: constraint {name!r} is not enforced{_near(name, CONSTRAINTS)}"
        else:
            problem = _BOUNDS[name](kind, bound)
            if problem:
                yield f"{place}: constraint {name} {problem}"
    low, high = (constraints.get(name, bound) for name, bound in (("minimum", -math.inf), ("maximum", math.inf)))
    if _is_number(low) and _is_number(high) and low > high:
        yield f"{place}: minimum {low} is above maximum {high}"


def _truth(kind: str, bound: Any) -> str:
    return "" if isinstance(bound, bool) else f"is {bound!r}, and can be true or false"


def _bound(kind: str, bound: Any) -> str:
    if kind not in NUMERIC:
        return f"bounds numbers, and the field is of type {kind!r}"
    if not _is_number(bound) or (kind == "integer" and not isinstance(bound, int)):
        return f"is {bound!r}, which is no {kind}"
    return ""


def _members(kind: str, bound: Any) -> str:
    if kind != "string":
        return f"lists texts, and the field is of type {kind!r}"
    if not isinstance(bound, list) or not bound or not all(isinstance(word, str) and word for word in bound):
        return f"is {bound!r}, and is a list of texts"
    return f"lists {', '.join(map(repr, twice))} twice" if (twice := _repeated(bound)) else ""


def _expression(kind: str, bound: Any) -> str:
    if kind != "string":
        return f"describes texts, and the field is of type {kind!r}"
    try:
        re.compile(bound)
    except (re.error, TypeError, RecursionError, OverflowError) as error:
        return f"{bound!r} is no regular expression ({error})"
    return "" if bound.startswith("^") and bound.endswith("$") else f"{bound!r} must describe the whole cell: ^…$"


_BOUNDS: dict[str, Callable[[str, Any], str]] = {
    "required": _truth,
    "unique": _truth,
    "minimum": _bound,
    "maximum": _bound,
    "enum": _members,
    "pattern": _expression,
}


# --- keys and rules ---------------------------------------------------------------------------------------------------


def _of_keys(where: str, schema: Words, columns: Columns, tables: Mapping[str, Columns]) -> Iterator[str]:
    key = schema.get("primaryKey")
    if isinstance(key, str | list):
        yield from _unknown_columns(f"{where}, primaryKey", key, columns)
    links = schema.get("foreignKeys", [])
    for link in links if isinstance(links, list) else []:
        place = f"{where}, foreignKeys"
        if not isinstance(link, dict) or set(link) != {"fields", "reference"}:
            yield f"{place}: each has fields and a reference"
            continue
        yield from _unknown_columns(place, link["fields"], columns)
        yield from _of_reference(place, link["reference"], tables, {"fields": "fields"}, {})
        if isinstance(link["fields"], list) and len(link["fields"]) != 1:
            yield f"{place}: a reference of {len(link['fields'])} columns at once is not enforced"


def _of_rule(where: str, rule: Any, columns: Columns, tables: Mapping[str, Columns]) -> Iterator[str]:
    if not isinstance(rule, dict) or not isinstance(rule.get("rule"), str):
        yield f"{where}: each of rules is an object with a rule"
        return
    name = rule["rule"]
    place = f"{where}, rule {name!r}"
    if name not in ALL_RULES:
        yield f"{place} is not enforced{_near(name, ALL_RULES)}"
        return
    known = ALL_RULES[name]
    words = {**known.needs, **known.may}
    for word in {"title", *known.needs} - set(rule):
        yield f"{place} lacks {word!r}"
    for word in set(rule) - {"rule", "title", "except", *words}:
        yield f"{place}: {word!r} is not enforced{_near(word, words)}"
    if "title" in rule and not (isinstance(rule["title"], str) and rule["title"]):
        yield f"{place}: title is no text"
    if name == "steady" and ("factor" in rule) == ("step" in rule):
        yield f"{place} has either a factor or a step"
    if "reference" in rule:
        yield from _of_reference(f"{place}, reference", rule["reference"], tables, known.there, known.may_there)
        yield from _of_pairs(place, rule, columns, tables)
    for word, kind in words.items():
        if word in rule and kind != "reference":
            yield from _of_value(f"{place}, {word}", kind, rule[word], columns)
    yield from _of_exceptions(place, rule.get("except", []), columns)


def _of_exceptions(place: str, exceptions: Any, columns: Columns) -> Iterator[str]:
    if not isinstance(exceptions, list) or not all(isinstance(it, dict) for it in exceptions):
        yield f"{place}: except is a list of rows by column, each with a reason"
        return
    for exception in exceptions:
        if not isinstance(exception.get("reason"), str) or not exception["reason"] or len(exception) == 1:
            yield f"{place}: an exception names columns of a row and a reason, and one is {exception}"
        yield from _unknown_columns(f"{place}, except", [word for word in exception if word != "reason"], columns)


def _of_value(place: str, kind: str, value: Any, columns: Columns) -> Iterator[str]:
    if kind == "where":
        yield from _of_choice(place, value, columns)
    elif kind in ("text", *_QUANTITIES):
        allowed = (isinstance(value, str) and value != "") if kind == "text" else _QUANTITIES[kind](value)
        if not allowed:
            yield f"{place} is {value!r}, which is not {_WORDS[kind]}"
    else:
        yield from _of_columns(place, kind, value, columns)


def _of_choice(place: str, choice: Any, columns: Columns) -> Iterator[str]:
    """Columns by which rows are chosen, each with those of its values that are."""
    if not isinstance(choice, dict) or not choice:
        yield f"{place} is {_short(choice)}, and is an object of columns, each with a list of its values"
        return
    unknown = list(_unknown_columns(place, list(choice), columns))
    yield from unknown
    if unknown:
        return
    for column, values in choice.items():
        kind, enum = columns[column].get("type"), _enum(columns[column])
        if kind not in _CHOSEN:
            yield f"{place}: {column} is of type {kind!r}, and rows are chosen by {', '.join(_CHOSEN)}"
            continue
        what = f"list of different values, each {_CHOSEN[kind][1]}"
        if not isinstance(values, list) or not values or not all(map(_CHOSEN[kind][0], values)):
            yield f"{place}: {column} is {_short(values)}, and is a {what}"
        elif twice := _repeated(values):
            yield f"{place}: {column} lists {', '.join(map(repr, twice))} twice, and is a {what}"
        elif enum:
            for value in values:
                if value not in enum:
                    near = _near(value, enum) or f"; known are {', '.join(map(str, enum))}"
                    yield f"{place}: {column} lists {_short(value)}, which its enum does not{near}"


def _enum(field: Words) -> list[Any]:
    constraints = field.get("constraints")
    enum = constraints.get("enum") if isinstance(constraints, dict) else None
    return [word for word in enum if isinstance(word, str)] if isinstance(enum, list) else []


# type of a column → whether a value is one of it, and in words; days are compared with no text
_CHOSEN: dict[Any, tuple[Callable[[Any], bool], str]] = {
    "string": (lambda value: isinstance(value, str) and value != "", "a text"),
    "integer": (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number"),
    "number": (lambda value: _is_number(value), "a number"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
}


def _of_columns(place: str, kind: str, value: Any, columns: Columns) -> Iterator[str]:
    if kind.endswith("field") and not isinstance(value, str):
        yield f"{place} is {value!r}, which is not one column"
        return
    if kind.startswith(("list", "two")) and not isinstance(value, list):
        yield f"{place} is {_short(value)}, which is not a list of columns"
        return
    unknown = list(_unknown_columns(place, value, columns))
    yield from unknown
    if unknown:
        return
    if kind.startswith("two") and len(value) != 2:
        yield f"{place} is {_short(value)}, which is not two columns"
    for word, types in _TYPES_OF_COLUMNS.items():
        if word in kind:
            for column in listed(value):
                if (found := columns[column].get("type")) not in types:
                    yield f"{place}: {column} is of type {found!r}, and {_WORDS_OF_COLUMNS[word]} is needed"
    if kind == "time fields":
        _, *part = listed(value)
        if len(part) > 1 or any(it not in PARTS_OF_YEAR for it in part):
            yield f"{place} is a year, or a year and one of {', '.join(PARTS_OF_YEAR)}"


_TYPES_OF_COLUMNS = {"number": NUMERIC, "time": NUMERIC, "boolean": ("boolean",), "text": ("string",)}
_WORDS_OF_COLUMNS = {"number": "a number", "time": "a number", "boolean": "true or false", "text": "a text"}


def _of_reference(
    place: str, reference: Any, tables: Mapping[str, Columns], needs: Mapping[str, str], may: Mapping[str, str]
) -> Iterator[str]:
    if not isinstance(reference, dict) or not isinstance(reference.get("resource"), str):
        yield f"{place}: a reference names a resource"
        return
    name = reference["resource"]
    if name not in tables:
        yield f"{place} refers to the unknown table {name!r}{_near(name, tables)}"
        return
    words = {**needs, **may}
    for word in needs:
        if word not in reference:
            yield f"{place}: the reference lacks {word!r}"
    for word in set(reference) - {"resource", *words}:
        yield f"{place}: {word!r} of the reference is not enforced{_near(word, words)}"
    for word, kind in words.items():
        if word in reference:
            yield from _of_value(f"{place}, {word} in {name}", kind, reference[word], tables[name])


def _of_pairs(place: str, rule: Words, columns: Columns, tables: Mapping[str, Columns]) -> Iterator[str]:
    """Columns here and there that are compared one by one, under the same names if the reference gives no others."""
    reference = rule["reference"]
    other = tables.get(str(reference.get("resource"))) if isinstance(reference, dict) else None
    if other is None:
        return
    for word in ("fields", "keys"):
        here, there = rule.get(word), reference.get(word, rule.get(word))
        if not isinstance(here, list) or not isinstance(there, str | list):
            continue
        there = listed(there)
        if len(here) != len(there):
            yield f"{place}: {word} are {len(here)} here and {len(there)} in the reference"
        elif word not in reference:
            yield from _unknown_columns(f"{place}, {word} in {reference['resource']}", there, other)
        for one, two in zip(here, there, strict=False):
            if isinstance(one, str) and isinstance(two, str) and one in columns and two in other:
                ours, theirs = columns[one].get("type"), other[two].get("type")
                if ours != theirs and not (ours in NUMERIC and theirs in NUMERIC):
                    yield (
                        f"{place}: {one} is of type {ours!r}, and {two} of {reference['resource']} of type {theirs!r}: "
                        "columns of one type can be compared"
                    )


def _unknown_columns(place: str, names: Any, columns: Columns) -> Iterator[str]:
    if not isinstance(names, str | list) or not names or not all(isinstance(name, str) for name in listed(names)):
        yield f"{place}: {names!r} names no column"
        return
    for name in listed(names):
        if name not in columns:
            yield f"{place}: unknown field {name!r}{_near(name, columns)}"
    for name in _repeated(listed(names)):
        yield f"{place}: {name!r} is named twice"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_QUANTITIES: dict[str, Callable[[Any], bool]] = {
    "positive": lambda value: _is_number(value) and value > 0,
    "not negative": lambda value: _is_number(value) and value >= 0,
    "above one": lambda value: _is_number(value) and value > 1,
    "count": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
}
_WORDS = {
    "text": "a text",
    "positive": "a number above 0",
    "not negative": "a number from 0",
    "above one": "a number above 1",
    "count": "a whole number above 0",
}


# --- words ------------------------------------------------------------------------------------------------------------


def _of_words(where: str, given: Words, known: tuple[Words, Words]) -> Iterator[str]:
    """Properties that are missing, unknown or of another type."""
    needs, may = known
    for word in needs:
        if word not in given:
            yield f"{where} lacks {word!r}"
    for word, value in given.items():
        kind = needs.get(word) or may.get(word)
        if kind is None:
            yield f"{where}: {word!r} is not known{_near(word, [*needs, *may])}"
        elif not isinstance(value, kind) or isinstance(value, bool):
            yield f"{where}: {word} is {_kind(value)}, which it cannot be"
        elif kind is str and not value.strip():
            yield f"{where}: {word} is empty"


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _near(word: str, allowed: Iterable[str]) -> str:
    from difflib import get_close_matches

    names = list(allowed)
    near = get_close_matches(word, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(names)}" if len(names) < 12 else ""
