"""How a table is refused: everything that is wrong with it and what to do, in one message."""

from collections.abc import Sequence
from typing import Any, NoReturn

type Descriptor = dict[str, Any]


class TableError(ValueError):
    """A table of the compendium cannot be used."""


class DescriptionError(TableError):
    """The description of the tables cannot be used."""


class UnknownTable(TableError):
    """No table of this name is described."""


class ChecksumError(TableError):
    """A table is not the one that its description was written for."""


class InvalidTable(TableError):
    """A table breaks its own description.

    Parameters
    ----------
    message : str
    table : str
        Its name.
    """

    def __init__(self, message: str, table: str = "") -> None:
        super().__init__(message)
        self.table = table


def refuse(resource: Descriptor, problems: str | Sequence[str], *, tidy: Sequence[str] = ()) -> NoReturn:
    """Raise `InvalidTable` with all problems and the remedy.

    Parameters
    ----------
    resource : dict
        Description of the table.
    problems : str or sequence of str
        A sentence for each; rows that it is about may stand under it in lines of their own.
    tidy : sequence of str
        What a spreadsheet did and a command mends.

    Raises
    ------
    InvalidTable
    """
    found = [problems] if isinstance(problems, str) else list(dict.fromkeys(problems))
    name, file = resource["name"], f"data/{resource['path']}"
    if len(found) == 1 and "\n" not in found[0]:
        said = f"{found[0].rstrip('.')}. "
    else:
        lines = "\n".join(f"- {problem}" for problem in found)
        said = f"{len(found)} problem{'s' * (len(found) > 1)}:\n{lines}\n"
    if tidy:
        said += f"`citizen-security data tidy {name}` mends what a spreadsheet does: {'; '.join(tidy)}. "
    raise InvalidTable(
        f"table '{name}' is invalid: {said}Correct {file} and run "
        f"`citizen-security data update {name}`, or undo the edit: git restore {file}",
        name,
    )
