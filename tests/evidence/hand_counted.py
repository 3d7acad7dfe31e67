"""Coded studies few enough to count by hand, for tests of the map."""

import pandas as pd


def studies_frame(rows):
    """Coded studies from (interventions, outcomes, level, direction, countries)."""
    return pd.DataFrame(
        [
            {
                "study_id": f"study{number}", "interventions": interventions, "outcomes": outcomes,
                "maryland_level": level, "direction": direction, "countries": places, "year": 2000 + number,
                "authors": "A", "title": "T", "title_is_ours": False, "design": "RCT",
                "group": "evaluation", "doi": None,
                "what_was_done": "", "targets": ("people",),
                "in_lac": "BRA" in places, "in_elsewhere": "BRA" not in places,
            }
            for number, (interventions, outcomes, level, direction, places) in enumerate(rows)
        ]
    )  # fmt: skip


HAND = studies_frame(
    [
        (("cctv",), ("homicide",), 5.0, "beneficial", ("BRA",)),
        (("cctv",), ("homicide", "trust"), 3.0, "harmful", ("BRA", "USA")),
        (("cctv", "cash_transfers"), ("homicide",), float("nan"), "not_stated", ("USA",)),
    ]
)
