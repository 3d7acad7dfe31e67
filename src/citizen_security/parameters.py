"""The base class of every notebook's parameters.

A notebook's parameters are declared once, as a subclass of `Parameters`. From it come the notebook's defaults, the
table that `citizen-security describe` prints, the JSON Schema, and the refusal of a wrong value before a kernel starts.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from citizen_security.methods.effort import Effort

MAXIMUM_LISTED = 60

# Below this ratio of difflib a name is no plausible slip of another; the library's own choice for close matches.
SIMILAR = 0.6

# What stands in the place of a path where no table is brought.
SIMULATED = "simulated"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


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
        raise ValueError(f"{given!r} is an address. Allowed: the path of a file; download it and give where it is.")
    if "\0" in given:
        raise ValueError(f"{given!r} holds a character that no path can have. Allowed: the path of a file.")
    try:
        path = Path(given).expanduser()
    except RuntimeError:
        # A name that only starts like somebody's home.
        path = Path(given)
    return str(path.parent.resolve() / path.name)


# Fields that notebooks of several parts declare.
TablePath = Annotated[str, Field(min_length=1, json_schema_extra={"format": "path"}), AfterValidator(absolute_path)]
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
            raise ParameterError(_sentences(cls, values, error.errors())) from None

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
        return {name: Path(value) for name, value in paths.items() if value != SIMULATED}


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
    near = _nearest(given, names)
    hint = f"; did you mean {near!r}?" if near else "."
    place = f" in {where}" if where else ""
    listed = ", ".join(names[:MAXIMUM_LISTED]) + (", …" if len(names) > MAXIMUM_LISTED else "")
    return f"unknown {kind} {given!r}{place}{hint} Allowed: {listed}"


def _nearest(given: str, names: list[str]) -> str | None:
    """The most similar name, of equals one that starts alike; none where no name is similar."""
    word = given.casefold()
    ranked = {name: (_similarity(word, name.casefold()), name.casefold()[:2] == word[:2]) for name in names}
    best = max(names, key=ranked.__getitem__, default=None)
    return best if best is not None and ranked[best][0] >= SIMILAR else None


def _similarity(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first, second).ratio()


def _sentences(parameters: type[Parameters], values: Mapping[str, object], details: list[ErrorDetails]) -> list[str]:
    """One sentence for each parameter at fault; the branches of a union tell of the same fault."""
    sentences: dict[str, str] = {}
    for detail in details:
        name = str(detail["loc"][0]) if detail["loc"] else str(len(sentences))
        sentences.setdefault(name, _sentence(parameters, values, detail))
    return list(sentences.values())


def _sentence(parameters: type[Parameters], values: Mapping[str, object], detail: ErrorDetails) -> str:
    """One problem in words: what was given, what is allowed."""
    if detail["type"] == "value_error":
        # The notebooks' own validators write whole sentences.
        return str(detail["ctx"]["error"])
    name = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden" and name in parameters.RENAMED:
        return f"{name} is now called {parameters.RENAMED[name]}: give {parameters.RENAMED[name]} instead"
    if detail["type"] == "extra_forbidden":
        return unknown("parameter", name, parameters.model_fields)
    schema = field_schema(parameters, name)
    given, choices = detail["input"], _choices(schema)
    if isinstance(given, str) and choices and given not in choices:
        return unknown("value", given, choices, name)
    return f"{name} = {values[name]!r} is not allowed. Allowed: {allowed_values(schema)}."


def _choices(schema: Mapping[str, Any]) -> list[str]:
    """Choices of a schema that takes nothing else, itself or as a list."""
    return [str(option) for option in schema.get("enum") or schema.get("items", {}).get("enum") or []]


def field_schema(parameters: type[Parameters], name: str) -> dict[str, Any]:
    """JSON Schema of one parameter."""
    schema: dict[str, Any] = parameters.model_json_schema()["properties"][name]
    return schema


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
        return f"a list of: {allowed_values(schema.get('items', {}))}"
    return " ".join(filter(None, [kind, _bounds(schema)]))


def _bounds(schema: Mapping[str, Any]) -> str:
    lower = schema.get("minimum", schema.get("exclusiveMinimum"))
    upper = schema.get("maximum", schema.get("exclusiveMaximum"))
    above = "above" if "exclusiveMinimum" in schema else "from"
    below = "below" if "exclusiveMaximum" in schema else "to"
    parts = [f"{above} {lower}" if lower is not None else "", f"{below} {upper}" if upper is not None else ""]
    return " ".join(filter(None, parts))
