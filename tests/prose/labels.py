"""What a recorded number is called where it stands alone, as in the table of ranges at a page's end.

`python -m tests.prose.labels RESULTS` lists the labels of default runs that need their neighbours or the code.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# A label that leans on what stands before it.
LEANS = re.compile(
    r"^(?:the same|of those|not stated|level \d)\b|\b(?:that|this|these|those) (?:risk|rate)\b|\bthere,", re.I
)
# A name of a column or of a choice of parameters.
CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")


def faults(recorded: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with the labels of one run's values, each with the value's name."""
    seen: dict[str, str] = {}
    for name, entry in recorded.items():
        label, unit = entry["label"], entry["unit"]
        if found := LEANS.search(label):
            yield f"{name}: {label!r} leans on another by {found[0]!r}"
        if found := CODE.search(f"{label} {unit}"):
            yield f"{name}: {found[0]!r} is a name of the code and no words"
        if entry["interval"] is None:
            continue
        if not label:
            yield f"{name}: an estimate without a label"
        elif label in seen:
            yield f"{name}: {label!r} is what {seen[label]} is called, too"
        seen.setdefault(label, name)


if __name__ == "__main__":
    from tests.prose.quoted import recorded_by_default

    for notebook, values in recorded_by_default(Path(sys.argv[1])).items():
        for fault in faults(values):
            print(f"{notebook} {fault}")
