"""How a table is refused: everything that is wrong with it and what to do, in one message."""

from collections.abc import Sequence
from typing import Any, NoReturn

type Descriptor = dict[str, Any]

SHOWN_PROBLEMS = 8  # of one table: a message is read on a terminal


class TableError(ValueError):
    """A table of the compendium cannot be used."""


class DescriptionError(TableError):
    """The description of the tables cannot be used."""


class UnknownTable(TableError):
    """No table of this name is described."""


class ChecksumError(TableError):
    """A table is not the one that its description was written for."""


class InvalidTable(TableError):
    """A table breaks its own description."""


def refuse(
    resource: Descriptor, problems: str | Sequence[str], *, rows: Sequence[str] = (), tidy: Sequence[str] = ()
) -> NoReturn:
    """Raise `InvalidTable` with all problems and the remedy.

    `rows` are sentences of rows that were looked into one by one, all of which are said; `tidy` is what a spreadsheet
    did and a command mends.
    """
    found = [problems] if isinstance(problems, str) else list(dict.fromkeys(problems))
    count = len(found) + len(set(rows))
    if len(found) > SHOWN_PROBLEMS:
        found = [*found[:SHOWN_PROBLEMS], f"and {len(found) - SHOWN_PROBLEMS} more"]
    found += dict.fromkeys(rows)
    name, file = resource["name"], f"data/{resource['path']}"
    if len(found) == 1:
        said = f"{found[0].rstrip('.')}. "
    else:
        lines = "\n".join(f"- {problem}" for problem in found)
        said = f"{count} problems:\n{lines}\n"
    if tidy:
        said += f"`citizen-security data tidy {name}` mends what a spreadsheet does: {'; '.join(tidy)}. "
    raise InvalidTable(
        f"table '{name}' is invalid: {said}Correct {file} and run "
        f"`citizen-security data update {name}`, or undo the edit: git restore {file}"
    )
