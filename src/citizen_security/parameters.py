"""The base class of every notebook's parameters.

A notebook's parameters are declared once, as a subclass of `Parameters`. From it come the notebook's defaults, the
table that `citizen-security describe` prints, the JSON Schema, and the refusal of a wrong value before a kernel starts.
"""

import difflib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from citizen_security.methods.effort import Effort
from citizen_security.plain import LINE, SHOWN, listed, shortened, shown

# Longer words are no slip of a name, and comparing them takes long.
LONGEST_SLIP = 100

# More than there are countries.
MOST_COUNTRIES = 300

# Repeated items that a refusal names.
REPEATED_SHOWN = 5

# Below this ratio of difflib a name is no plausible slip of another; the library's own choice for close matches.
SIMILAR = 0.6

# What stands in the place of a path where no table is brought: one is simulated, or there is none.
SIMULATED, NO_FILE = "simulated", "none"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def absolute_path_or_none(given: str) -> str:
    """One spelling of a path, or `none`; see `absolute_path`."""
    return given if given == NO_FILE else absolute_path(f"./{given}" if given == SIMULATED else given)


def absolute_path(given: str) -> str:
    """One spelling of a path, from the root: a kernel has another current folder than the one who gives the path.

    Parameters
    ----------
    given : str
        A path, which may start in the current folder or, with `~`, at home; or `simulated`.

    Returns
    -------
    str
        Its folder without links and dots, and the file's name as it was given: a link may lack the name's ending.

    Raises
    ------
    ValueError
        If it can be no path of a file.
    """
    if given == SIMULATED:
        return given
    if _ADDRESS.match(given):
        raise ValueError(
            f"{shown(given)} is an address. Allowed: the path of a file; download it and give where it is."
        )
    if "\0" in given:
        raise ValueError(f"{shown(given)} holds a character that no path can have. Allowed: the path of a file.")
    try:
        path = Path(given).expanduser()
    except RuntimeError:
        # A name that only starts like somebody's home.
        path = Path(given)
    try:
        return str(path.parent.resolve() / path.name)
    except (OSError, RuntimeError):
        # Links that lead in a circle: whoever opens the file says so.
        return os.path.abspath(path)  # noqa: PTH100  # the library's own way follows links


class EachOnce:
    """Annotates a list whose items must differ; its JSON Schema says `uniqueItems`."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_refuse_repeated, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "uniqueItems": True}


def _refuse_repeated(items: list[Any]) -> list[Any]:
    # Counted once: a list may be long.
    repeated = [shortened(str(item), SHOWN // 2) for item, times in Counter(items).items() if times > 1]
    if repeated:
        more = ", …" if len(repeated) > REPEATED_SHOWN else ""
        raise PydanticCustomError("repeated", "{items}", {"items": ", ".join(repeated[:REPEATED_SHOWN]) + more})
    return items


# Fields that notebooks of several parts declare.
# Text that is more than blanks.
Text = Annotated[str, Field(pattern=r"\S", max_length=4_096)]
TablePath = Annotated[Text, Field(json_schema_extra={"format": "path"}), AfterValidator(absolute_path)]
OptionalPath = Annotated[Text, Field(json_schema_extra={"format": "path"}), AfterValidator(absolute_path_or_none)]
# Codes that are none are refused by the checks, which know the nearest one.
CountryCode = Annotated[str, Field(json_schema_extra={"pattern": "^[A-Z]{3}$", "examples": ["BRA"]})]
CountryCodes = Annotated[list[CountryCode], Field(min_length=1, max_length=MOST_COUNTRIES), EachOnce()]
ChainDraws = Annotated[
    int, Field(ge=500, le=20_000, description="kept draws of each chain", json_schema_extra={"unit": "draws"})
]
Tune = Annotated[
    int,
    Field(
        ge=300, le=20_000, description="draws of each chain that adapt the sampler", json_schema_extra={"unit": "draws"}
    ),
]
Chains = Annotated[int, Field(ge=2, le=8, description="chains, each started elsewhere")]
TargetAcceptance = Annotated[
    float,
    Field(ge=0.8, le=0.999, description="acceptance that the sampler's step is adapted to; higher is slower and safer"),
]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="seed of every random number")]


class ParameterError(ValueError):
    """Parameters that a notebook does not take.

    Parameters
    ----------
    problems : iterable of str
        One sentence for each problem: what was given, what is allowed and what to do.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class RowsRefused(ParameterError):
    """A table that a parameter names has rows that cannot be; its problems name each of them."""


class Parameters(BaseModel):
    """Typed parameters of one notebook.

    A subclass declares each parameter as a pydantic field with a default and a one-line `description`; a unit goes
    in `json_schema_extra={"unit": …}`. Values are taken as they are written: a number in quotes is text, and `true`
    is no number.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, strict=True, validate_default=True, allow_inf_nan=False
    )

    # Former names of parameters, each with the one that took its place, so that whoever gives an old one is told.
    RENAMED: ClassVar[Mapping[str, str]] = {}

    effort: Effort = Field(
        "full", description="full for the book; quick for tests and teaching: same code path, less computing"
    )

    def problems(self) -> Iterator[str]:
        """Parameters that contradict each other, one whole sentence each; a subclass says which.

        Yields
        ------
        str
            What was given, what is allowed and what to do.
        """
        yield from ()

    @model_validator(mode="after")
    def _refuse_problems(self) -> Self:
        if problems := list(self.problems()):
            raise ParameterError(problems)
        return self

    @classmethod
    def from_cell(cls, names: Mapping[str, object]) -> Self:
        """Validate the variables of a notebook's parameters cell.

        Parameters
        ----------
        names : mapping
            The notebook's variables, usually `globals()`; those that are not parameters are passed over.

        Returns
        -------
        Self
            The validated parameters.

        Raises
        ------
        ParameterError
            If a value is not allowed.
        """
        return cls.from_values({name: names[name] for name in cls.model_fields if name in names})

    @classmethod
    def from_values(cls, values: Mapping[str, object]) -> Self:
        """Validate named values; names that are no parameters are refused with the nearest match.

        Raises
        ------
        ParameterError
            If a name is unknown, or a value is ill-typed, out of range or contradicts another.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise ParameterError([*_sentences(cls, values, error.errors()), *_rest(cls, values, error)]) from None

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Every parameter with its default, as plain data."""
        return cls.model_validate({}).model_dump(mode="json")

    def changed(self) -> dict[str, Any]:
        """Values that differ from the defaults, as plain data."""
        defaults = self.defaults()
        return {name: value for name, value in self.model_dump(mode="json").items() if value != defaults[name]}

    def files(self) -> dict[str, Path]:
        """Files that are brought, by the name of the parameter."""
        paths = {
            name: getattr(self, name) for name in type(self).model_fields if is_path(field_schema(type(self), name))
        }
        return {name: Path(value) for name, value in paths.items() if value not in (SIMULATED, NO_FILE)}


def unknown(kind: str, given: str, allowed: Iterable[str], where: str = "") -> str:
    """Sentence for a name that is not one of those allowed, with the nearest match if one is near.

    Parameters
    ----------
    kind : str
        What the name is meant to be, such as `country`.
    given : str
        The name as it was given.
    allowed : iterable of str
        Every allowed name.
    where : str
        What it was given for, such as `countries`.

    Returns
    -------
    str
    """
    names = list(allowed)
    near = nearest(given, names)
    hint = f"; did you mean {near!r}?" if near else "."
    place = f" in {where}" if where else ""
    return listed(f"unknown {kind} {shown(given)}{place}{hint} Allowed: ", names)


def nearest(given: str, names: Sequence[str]) -> str | None:
    """The most similar name, of equals one that starts alike; none where no name is similar.

    Parameters
    ----------
    given : str
        A name as it was given.
    names : sequence of str

    Returns
    -------
    str or None
    """
    if len(given) > LONGEST_SLIP:
        return None
    word = given.casefold()
    ranked = {name: (_similarity(word, name.casefold()), name.casefold()[:2] == word[:2]) for name in names}
    best = max(names, key=ranked.__getitem__, default=None)
    return best if best is not None and ranked[best][0] >= SIMILAR else None


def _similarity(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first, second).ratio()


def _sentences(parameters: type[Parameters], values: Mapping[str, object], details: list[ErrorDetails]) -> list[str]:
    """Sentences for what is at fault, one for each parameter: the branches of a union tell of the same fault."""
    found: dict[str, ErrorDetails] = {}
    sentences: list[str] = []
    for detail in details:
        if not detail["loc"]:
            # A name that is no text in Unicode has no place of its own.
            whole = "ctx" in detail
            sentences += _whole_sentences(detail) if whole else [_unknown_parameter(parameters, detail["input"])]
            continue
        name = str(detail["loc"][0])
        # What a list holds says more than that it is no word.
        if name not in found or (_PRECISE.get(found[name]["type"], 0) < _PRECISE.get(detail["type"], 0)):
            found[name] = detail
    return [*(_sentence(parameters, values, name, detail) for name, detail in found.items()), *sentences]


def _rest(parameters: type[Parameters], values: Mapping[str, object], error: ValidationError) -> list[str]:
    """Contradictions among the parameters that are not at fault themselves, so that all is told at once."""
    faulty = {str(detail["loc"][0]) for detail in error.errors() if detail["loc"]}
    sound = {name: value for name, value in values.items() if name not in faulty}
    if not faulty:
        return []
    try:
        parameters.model_validate(sound)
    except ValidationError as other:
        # What names a parameter at fault compares with its default, which nobody gave.
        names = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in faulty))
        return [it for it in _sentences(parameters, sound, other.errors()) if not names.search(it)]
    return []


# Kinds of faults that say exactly what is wrong.
_PRECISE = {"repeated": 2, "too_short": 2, "too_long": 2, "value_error": 1}


def _whole_sentences(detail: ErrorDetails) -> tuple[str, ...]:
    """The notebooks' own validators write whole sentences."""
    error = detail["ctx"]["error"]
    return error.problems if isinstance(error, ParameterError) else (str(error),)


def _sentence(parameters: type[Parameters], values: Mapping[str, object], name: str, detail: ErrorDetails) -> str:
    """One problem in words: what was given, what is allowed."""
    kind = detail["type"]
    if kind == "value_error":
        return _whole_sentences(detail)[0]
    if kind == "repeated":
        return f"{name} names {detail['ctx']['items']} more than once. Allowed: each once."
    if kind == "extra_forbidden" and name in parameters.RENAMED:
        return f"{name} is now called {parameters.RENAMED[name]}: give {parameters.RENAMED[name]} instead"
    if name not in parameters.model_fields:
        return _unknown_parameter(parameters, name)
    schema = field_schema(parameters, name)
    given, choices = detail["input"], _choices(schema)
    if isinstance(given, str) and choices and given not in choices:
        return unknown("value", given, choices, name)
    if values.get(name) == []:
        return field_sentence(parameters, name, "is an empty list")
    if kind == "too_long":
        return field_sentence(parameters, name, f"holds {detail['ctx']['actual_length']:,} items")
    number = isinstance(given, str) and kind in ("int_type", "float_type")
    hint = "in plain decimal digits, without quotes" if number else ""
    return field_sentence(parameters, name, f"= {shown(values[name])} is not allowed", hint)


def field_sentence(parameters: type[Parameters], name: str, fault: str, hint: str = "") -> str:
    """What is wrong with a parameter's value, and what is allowed.

    Parameters
    ----------
    parameters : type of Parameters
    name : str
        The parameter; an unknown one is told as such.
    fault : str
        What is wrong with it, as the clause that follows its name.
    hint : str
        How to write what is allowed.

    Returns
    -------
    str
    """
    if name not in parameters.model_fields:
        return _unknown_parameter(parameters, name)
    before, after = f"{name} {fault}. Allowed: ", f", {hint}." if hint else "."
    words = allowed_values(field_schema(parameters, name))
    if len(before + words + after) <= LINE:
        return before + words + after
    rest = ", … (`citizen-security describe` lists all)"
    return f"{before}{words[: LINE - len(before + rest + after)].rpartition(',')[0]}{rest}{after}"


def _unknown_parameter(parameters: type[Parameters], name: object) -> str:
    return unknown("parameter", str(name), parameters.model_fields)


def _choices(schema: Mapping[str, Any]) -> list[str]:
    """Choices of a schema that takes nothing else, itself or as a list."""
    return [str(option) for option in schema.get("enum") or schema.get("items", {}).get("enum") or []]


def field_schema(parameters: type[Parameters], name: str) -> dict[str, Any]:
    """JSON Schema of one parameter."""
    return _field_schemas(parameters)[name]


@cache
def _field_schemas(parameters: type[Parameters]) -> dict[str, dict[str, Any]]:
    schemas: dict[str, dict[str, Any]] = parameters.model_json_schema()["properties"]
    return schemas


def is_path(schema: Mapping[str, Any]) -> bool:
    """Whether a JSON Schema is that of a path."""
    return schema.get("format") == "path"


def allowed_values(schema: Mapping[str, Any]) -> str:
    """Allowed values of a JSON Schema, in words: type, range and choices.

    Parameters
    ----------
    schema : mapping
        JSON Schema of one parameter.

    Returns
    -------
    str
        Such as `integer from 1990 to 2023` or `one of rate, log_rate`.
    """
    if "anyOf" in schema:
        return " or ".join(allowed_values(option) for option in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if is_path(schema):
        return "path of a file"
    kind = {"boolean": "true or false", "null": "null", "string": "text"}.get(
        schema.get("type", ""), schema.get("type", "")
    )
    if schema.get("type") == "array":
        return f"a list of{_length(schema)}: {allowed_values(schema.get('items', {}))}"
    example = f"such as {schema['examples'][0]}" if schema.get("type") == "string" and "examples" in schema else ""
    return " ".join(filter(None, [kind, _bounds(schema), example]))


def _length(schema: Mapping[str, Any]) -> str:
    fewest, most = schema.get("minItems", 0), schema.get("maxItems", MOST_COUNTRIES)
    at_least = f" at least {fewest}" if fewest else ""
    number = f" {fewest} to {most}" if most < MOST_COUNTRIES else at_least
    return number + (" different" if schema.get("uniqueItems") else "")


def _bounds(schema: Mapping[str, Any]) -> str:
    lower = schema.get("minimum", schema.get("exclusiveMinimum"))
    upper = schema.get("maximum", schema.get("exclusiveMaximum"))
    above = "above" if "exclusiveMinimum" in schema else "from"
    below = "below" if "exclusiveMaximum" in schema else "to"
    parts = [f"{above} {lower}" if lower is not None else "", f"{below} {upper}" if upper is not None else ""]
    return " ".join(filter(None, parts))
