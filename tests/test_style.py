"""The tools that keep the code readable are satisfied; pre-commit runs the same ones."""

import subprocess
import sys

import pytest
from support import ROOT

TOOLS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "codespell": [
        "codespell_lib",
        "src",
        "tests",
        "book",
        "benchmarks",
        "examples/README.md",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ],
}


# Mypy reads every library it finds types of, for a minute.
@pytest.mark.parametrize(
    "tool", [pytest.param(tool, marks=pytest.mark.slow if tool == "mypy" else ()) for tool in TOOLS]
)
def test_a_tool_has_nothing_to_say(tool):
    done = subprocess.run([sys.executable, "-m", *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
