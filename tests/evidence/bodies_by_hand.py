"""Effects few enough to pool and grade by hand."""

import pandas as pd

from citizen_security.evidence.certainty.bodies import bodies_of_evidence
from citizen_security.evidence.certainty.parameters import Certainty

DEFAULTS = Certainty.from_values({})
NO_JUDGEMENTS = pd.DataFrame(columns=["intervention", "outcome", "domain", "steps", "reason", "judged_by", "read"])


def effects_frame(rows, **constant):
    """Rows of harmonised effects from (study, effect, standard error, in the region)."""
    given = {
        "intervention": "gang_truce", "outcome": "homicide", "scale": "log_ratio", "measure": "rate_ratio",
        "maryland_level": 4, "enters_a_mean": True, "derivation": "as_published", "standard_error_source": "published",
        "printed_lower": float("nan"), "printed_upper": float("nan"), "printed_level": float("nan"),
    } | constant  # fmt: skip
    frame = pd.DataFrame(
        [
            {
                "effect_id": f"E{place:03d}", "study_id": study, "label": f"{study} (2001)", "year": 2001, "iso3": "",
                "publication": given.get("label", f"{study} (2001)"),
                "cluster": given.get("label", f"{study} (2001)"),
                "independent_sample": "",
                "is_lac": in_region, "effect": effect, "standard_error": error, **given,
            }
            for place, (study, effect, error, in_region) in enumerate(rows)
        ]
    )  # fmt: skip
    return frame.assign(**{name: given[name] for name in ("publication", "cluster") if name in given}).astype(
        {"maryland_level": "Int64"}
    )


def one_body(rows, parameters=DEFAULTS, **constant):
    """The body of evidence that these effects make."""
    (body,) = bodies_of_evidence(effects_frame(rows, **constant), parameters)
    return body
