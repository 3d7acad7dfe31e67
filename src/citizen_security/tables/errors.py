"""How a table is refused: what is wrong with it and what to do, in one sentence."""

from typing import Any, NoReturn

type Descriptor = dict[str, Any]


class TableError(ValueError):
    """A table of the compendium cannot be used."""


class UnknownTable(TableError):
    """No table of this name is described."""


class ChecksumError(TableError):
    """A table is not the one that its description was written for."""


class InvalidTable(TableError):
    """A table breaks its own description."""


def refuse(resource: Descriptor, problem: str) -> NoReturn:
    """Raise `InvalidTable` with the problem and the remedy."""
    file = f"data/{resource['path']}"
    raise InvalidTable(
        f"table '{resource['name']}' is invalid: {problem}. Correct {file} and run "
        f"`citizen-security data update {resource['name']}`, or undo the edit: git restore {file}"
    )
