"""Files of a kept run, believed only as far as they hold what a run writes."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

# The largest that a run has written is a fiftieth of this.
MAXIMUM_BYTES = 50_000_000


class BrokenRun(ValueError):
    """A file of a run that is not what a run writes; the message says what is wrong with it."""


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def _number_format(specification: str) -> str:
    format(1.5, specification)
    return specification


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Table(_Part):
    sha256: str
    release: str


class _Brought(_Part):
    sha256: str
    file: str


class _Manifest(_Part):
    notebook: dict[str, Any]
    state: Literal["complete", "failed"]
    parameters: dict[str, Any]
    changed: dict[str, Any]
    tables: dict[str, _Table]
    brought: dict[str, _Brought] = {}
    files: dict[str, str] = {}
    missing: dict[str, str] = {}
    started: Annotated[str, AfterValidator(_moment)]
    duration_seconds: float


class _Value(_Part):
    value: bool | int | float | str
    unit: str
    interval: tuple[float, float] | None
    n: int | None
    label: str
    format: Annotated[str, AfterValidator(_number_format)]


_MANIFEST = TypeAdapter(_Manifest)
_VALUES = TypeAdapter(dict[str, _Value])


def read_manifest(path: Path) -> dict[str, Any]:
    """What a run was made of.

    Parameters
    ----------
    path : pathlib.Path
        Its `manifest.json`.

    Returns
    -------
    dict

    Raises
    ------
    BrokenRun
        If it cannot be read or lacks what every run says.
    """
    return _read(path, _MANIFEST)


def read_values(path: Path) -> dict[str, dict[str, Any]]:
    """Values that a run recorded.

    Parameters
    ----------
    path : pathlib.Path
        Its `values.json`.

    Returns
    -------
    dict

    Raises
    ------
    BrokenRun
        If it cannot be read or holds anything else.
    """
    return _read(path, _VALUES)


def _read(path: Path, shape: TypeAdapter[Any]) -> dict[str, Any]:
    # Reading a pipe or a device would wait, or never end.
    if not path.is_file():
        raise BrokenRun("it is no file" if path.exists() else "it is not there")
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise BrokenRun(f"it has more than {MAXIMUM_BYTES:,} bytes")
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BrokenRun(error.strerror or type(error).__name__) from None
    except RecursionError:
        raise BrokenRun("it is nested too deep") from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise BrokenRun("it is no JSON in UTF-8") from None
    if not isinstance(content, dict):
        raise BrokenRun("it holds no names with values")
    try:
        # As JSON has it: a list stands for a pair.
        shape.validate_json(json.dumps(content))
    except ValidationError as error:
        raise BrokenRun(_wrong(error)) from None
    return content


def _wrong(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    lacking = [str(it["loc"][0]) for it in problems if it["type"] == "missing" and len(it["loc"]) == 1]
    if lacking:
        return f"it lacks {', '.join(lacking)}"
    places = [".".join(map(str, it["loc"][:3])) or "a text that UTF-8 does not have" for it in problems]
    return f"it says what no run says of {', '.join(dict.fromkeys(places[:3]))}"
