"""The solutions of the notebook's exercises run, and say what the text says."""

import nbformat
import pytest

from citizen_security import project
from citizen_security.evidence.evidence_gap_map import map_cells, study_counts, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies
from citizen_security.evidence.studies.coding import OUTCOMES


def solutions():
    notebook = nbformat.read(project.root() / "notebooks" / "evidence" / "evidence_gap_map.ipynb", as_version=4)
    text = next(cell.source for cell in notebook.cells if cell.id == "exercises")
    return [part.split("```")[0] for part in text.split("```python\n")[1:]]


def test_the_solutions_of_the_exercises_run_and_say_what_the_text_says(coded, selection):
    names = {
        "coded": coded,
        "EvidenceGapMap": EvidenceGapMap,
        "filter_studies": study_filter.filter_studies,
        "in_lac": coded_studies.in_lac,
        "map_cells": map_cells,
        "study_counts": study_counts,
    }
    assert len(solutions()) == 3
    for solution in solutions():
        exec(solution, names)
    default = coded_studies.Share(len(coded_studies.in_lac(selection.studies)), len(selection.studies))
    assert names["share"].interval[0] > default.interval[1]
    weak = map_cells.cells(coded_studies.in_lac(selection.studies)).groupby("intervention")["studies"].sum()
    strong = names["strong_cells"]
    assert 0 < strong.cells - strong.empty < (weak > 0).sum() * len(OUTCOMES)
    reported = names["reported"]
    assert reported.count / (reported.n + names["drawer"]) == pytest.approx(0.5)
