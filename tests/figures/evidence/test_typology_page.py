"""The page of threats and strategies shows every cell of the figure, and a dash or words where there is nothing."""

import re

import pandas as pd

from citizen_security.figures.evidence.typology_page import HEADS, cells_page

STUDIED = {
    "threat_label": "Petty crime",
    "strategy_label": "Social prevention",
    "measures": "Social prevention",
    "interventions": "After-school programmes; Temporary employment",
    "studies": 6,
    "region": 6,
    "elsewhere": 0,
    "stating": 5,
    "beneficial": 4,
    "strongest": 5.0,
    "averages": None,
    "places": "section 3.2, paragraph 3",
    "reading": "our reading",
}
EMPTY = {
    **STUDIED,
    "threat_label": "State crime",
    "measures": "<b>Oversight</b>",
    "interventions": None,
    "studies": 0,
    "region": 0,
    "stating": 0,
    "beneficial": 0,
    "strongest": None,
    "reading": "stated",
}


def test_every_cell_is_a_row_with_what_is_known_of_it():
    html = cells_page(pd.DataFrame([STUDIED, EMPTY]))
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in html.split("<tr>")[2:]]
    assert rows[0] == [
        "Social prevention. Read as: after-school programmes, temporary employment",
        "Region 6: strongest level 5, benefit 4 of 5. Elsewhere none.",
        "section 3.2, paragraph 3 (our reading)",
    ]
    # A cell without a study has no level, share or average that could be read as a zero.
    assert rows[1] == ["&lt;b&gt;Oversight&lt;/b&gt;", "no study", "section 3.2, paragraph 3 (stated)"]
    assert html.count('scope="row"') == 2
    assert html.count('scope="col"') == len(HEADS)
    assert "Petty crime: social prevention" in html
    assert "\n" not in html


def test_what_is_not_known_of_studies_is_said():
    foreign = {**STUDIED, "region": 0, "elsewhere": 6, "averages": "Restorative justice, reoffending: 0.15 lower"}
    unstated = {**STUDIED, "strongest": None, "stating": 0}
    html = cells_page(pd.DataFrame([foreign, unstated]))
    assert "<td>Region none. Elsewhere 6. Averages: Restorative justice, reoffending: 0.15 lower.</td>" in html
    assert "<td>Region 6: level not coded, no direction stated. Elsewhere none.</td>" in html
