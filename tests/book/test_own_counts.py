"""Pages say how many notebooks, tables and exercises there are, and how long runs took, from what there is."""

import json

import pytest

from citizen_security.book.own_counts import own_counts, with_counts


def tree(folder, tables, exercises):
    (folder / "data").mkdir()
    (folder / "data" / "datapackage.json").write_text(json.dumps({"resources": [{}] * tables}), "utf-8")
    paths = [folder / f"{number}.ipynb" for number in range(len(exercises))]
    for path, count in zip(paths, exercises, strict=True):
        text = "".join(f"**{number}.** Do.\n\n" for number in range(1, count + 1))
        path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": [text]}]}), "utf-8")
    return paths


@pytest.mark.parametrize(
    ("exercises", "words"), [((3, 5, 4), "three to five"), ((4, 4), "four"), ((14, 3), "three to 14")]
)
def test_exercises_are_counted(tmp_path, exercises, words):
    counts = own_counts(tmp_path, tree(tmp_path, 30, exercises), [{"duration_seconds": 20.0}])
    assert counts["exercises"] == words
    assert counts["tables"] == "30"
    assert counts["notebooks"] == {3: "three", 2: "two"}[len(exercises)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1.0, "5 seconds"), (22.6, "25 seconds"), (119, "120 seconds"), (169, "3 minutes"), (160, "2.5 minutes")],
)
def test_times_are_said_as_one_says_them(tmp_path, seconds, words):
    manifests = [{"duration_seconds": it} for it in (seconds, 1000.0, 2000.0)]
    counts = own_counts(tmp_path, tree(tmp_path, 1, [3]), manifests)
    assert (counts["shortest_run"], counts["middle_run"], counts["longest_run"]) == (
        words,
        "16.5 minutes",
        "33.5 minutes",
    )


def test_names_without_a_count_stay():
    assert with_counts("{{ tables }}, {{tables}}, {{ version }}", {"tables": "30"}) == "30, 30, {{ version }}"
