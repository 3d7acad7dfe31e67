"""Cleaning keeps what a person made, and removes all only when somebody has seen the list and said yes."""

import fcntl
import os
import shutil
import subprocess

import pytest
from support import ROOT


@pytest.fixture
def checkout(tmp_path):
    """A small repository with what a book and a person leave in it."""
    folder = tmp_path / "check out"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy2(ROOT / "Makefile", folder)
    shutil.copy2(ROOT / "scripts" / "clean.sh", folder / "scripts")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    for name in (
        "_build/html/index.html",
        ".venv/bin/python",
        "results/.made/part/notebook",
        "results/part/notebook/default/values.json",
        "results/part/other/default/values.json",
        "results/part/notebook/0123456789/values.json",
        "results/failed/part/notebook/default-1/reason.txt",
        "results/sweep.csv",
        "notes.md",
        "src/__pycache__/x.pyc",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


MINE = {
    "results/part/notebook/0123456789/values.json",
    "results/failed/part/notebook/default-1/reason.txt",
    "results/sweep.csv",
    "notes.md",
}
TRACKED = {"Makefile", "scripts/clean.sh"}


def make(checkout, *words):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    command = ["make", "--no-print-directory", *words]
    return subprocess.run(
        command, cwd=checkout, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=environment
    )


def files(checkout):
    paths = [path.relative_to(checkout) for path in checkout.rglob("*") if path.is_file()]
    return {path.as_posix() for path in paths if path.parts[0] != ".git"}


def test_clean_keeps_the_runs_that_a_person_made(checkout):
    done = make(checkout, "clean")
    assert done.returncode == 0
    assert "the runs that you made" in done.stdout
    assert files(checkout) == MINE | TRACKED
    assert not (checkout / "results" / "part" / "other").exists()


def test_clean_all_lists_and_removes_nothing_unasked(checkout):
    before = files(checkout)
    done = make(checkout, "clean-all")
    assert done.returncode == 2
    assert {"Would remove notes.md", "Would remove results/"} <= set(done.stdout.splitlines())
    assert "make clean-all YES=1" in done.stderr
    assert files(checkout) == before


def test_clean_all_removes_what_it_listed_when_told_so(checkout):
    done = make(checkout, "clean-all", "YES=1")
    assert done.returncode == 0
    assert "Would remove results/" in done.stdout
    assert files(checkout) == TRACKED
    assert "nothing that git does not track" in make(checkout, "clean-all").stdout


@pytest.mark.parametrize("target", ["clean", "clean-all"])
@pytest.mark.parametrize("lock", ["_build/.book.lock", "_build/.jobs.lock", "results/.working/run-1.lock"])
def test_nothing_is_cleaned_under_whoever_works(checkout, target, lock):
    (checkout / lock).parent.mkdir(parents=True, exist_ok=True)
    before = files(checkout) | {lock}
    with (checkout / lock).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = make(checkout, target, "YES=1")
    assert done.returncode != 0
    assert "is being made here" in done.stderr
    assert files(checkout) == before
