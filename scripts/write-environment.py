"""Write environment.yml from pyproject.toml and the lock, each dependency with an upper bound.

Conda resolves anew on every machine. With bounds it finds what the lock was tested with or a later fix of it, and not a
release that breaks what it depended on.
"""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
# Conda's channel does not have these, or not in a release that goes with the others.
BY_PIP = {"axe-playwright-python", "playwright", "pymare", "pystan", "simuk", "sphinx-mathjax-offline"}
NAMES_OF_CONDA = {"jupyter-client": "jupyter_client"}
HEAD = """\
# The direct dependencies of pyproject.toml for conda users and Binder, below the first release that may break what the
# lock was tested with. `make lock` writes this file; tests/test_environment.py keeps it in step.
name: citizen-security
channels:
  - conda-forge
dependencies:
  - python={python}
"""


def bounded(requirement: Requirement, locked: Version) -> str:
    """The requirement, below the next release of the locked one that may break what depends on it."""
    series = (
        (f"{locked.major}", f"{locked.major + 1}") if locked.major else (f"0.{locked.minor}", f"0.{locked.minor + 1}")
    )
    declared = [bound for bound in str(requirement.specifier).split(",") if bound.startswith(">=")]
    marker = f"; {requirement.marker}" if requirement.marker else ""
    name = NAMES_OF_CONDA.get(requirement.name, requirement.name)
    return f"{name}{declared[0] if declared else f'>={series[0]}'},<{series[1]}{marker}"


def environment(root: Path) -> str:
    """Content of environment.yml."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    lock = (root / "requirements.lock").read_text("utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE))
    declared = [Requirement(it) for it in project["project"]["dependencies"] + project["dependency-groups"]["dev"]]
    lines = {
        it.name: bounded(it, Version(locked[canonicalize_name(it.name)]))
        for it in sorted(declared, key=lambda it: it.name.lower())
    }
    by_conda = [f"  - {line}\n" for name, line in lines.items() if name not in BY_PIP]
    by_pip = [f"      - {line}\n" for name, line in lines.items() if name in BY_PIP]
    head = HEAD.format(python=(root / ".python-version").read_text().strip())
    return "".join([head, *by_conda, "  - pip\n  - pip:\n", *by_pip, "      - --editable .\n"])


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(ROOT), encoding="utf-8")
