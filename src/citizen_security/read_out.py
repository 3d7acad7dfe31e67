"""Read out what a notebook says of its results, with the values that its kernel recorded.

It is for whoever runs a notebook cell by cell, where the blanks in the prose stay. A run that is kept has the values
in the prose itself, so nothing is shown there.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from citizen_security import project
from citizen_security.parameters import Parameters
from citizen_security.quoted import GLUE, Quotable, with_roles
from citizen_security.values import KEPT, recorded_here


def read_out(parameters: Parameters) -> None:
    """Show the notebook's paragraphs that quote a value, with the values recorded so far.

    Parameters
    ----------
    parameters : Parameters
        The notebook's own, by whose class its file is found.
    """
    if KEPT in os.environ:
        return
    from IPython.display import Markdown, display

    part, name = type(parameters).__module__.split(".")[1:3]
    notebook = json.loads((project.root() / "notebooks" / part / f"{name}.ipynb").read_text("utf-8"))
    quotable = Quotable(*recorded_here())
    told = (quotable.resolve(paragraph) for paragraph in _quoting(notebook["cells"]))
    display(Markdown("\n\n".join(["**In this run**", *told])))


def _quoting(cells: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    prose = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    for source in prose:
        yield from (it for it in re.split(r"\n\s*\n", with_roles(source)) if GLUE.search(it))
