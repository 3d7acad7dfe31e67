"""What studies of community policing and prevention printed, as facts with where they were read."""

import pandas as pd

from citizen_security.programmes.trust_and_community_policing.labels import METRICS
from citizen_security.words import attributed

INTERVENTIONS = ("community_policing", "quadrant_policing", "community_prevention")
# The Maryland scale's level of random assignment.
RANDOMISED = 5
# The category of outcomes that are trust.
TRUST = "trust"
# Statements of the documents on what community policing does.
THEME = "community_policing"


def study_findings(studies: pd.DataFrame, interventions: pd.DataFrame, directions: pd.DataFrame) -> pd.DataFrame:
    """Studies of community policing, quadrants and community prevention, with what they report.

    Parameters
    ----------
    studies, interventions, directions : pandas.DataFrame
        Tables of these names.

    Returns
    -------
    pandas.DataFrame
        study_id, study (authors and year), intervention, design, randomised, on_trust, direction, read_at.
    """
    terms = {term: str(row["label"]) for _, row in interventions.iterrows()
             for term in str(row["terms"]).split("|") if row["intervention"] in INTERVENTIONS}  # fmt: skip
    codes = {term: str(row["direction"]) for _, row in directions.iterrows() for term in str(row["terms"]).split("|")}
    own = studies[studies["intervention_category"].isin(list(terms)) & (studies["kind"] == "primary")]
    names = [f"{attributed(row['authors'], str(row['title']))} {row['year']}" for _, row in own.iterrows()]
    return pd.DataFrame(
        {
            "study_id": own["study_id"].to_numpy(),
            "study": names,
            "intervention": own["intervention_category"].map(terms).to_numpy(),
            "design": own["design"].to_numpy(),
            "randomised": (own["maryland_level"] == RANDOMISED).to_numpy(),
            "on_trust": [TRUST in str(categories).split(";") for categories in own["outcome_category"]],
            "direction": own["effect_direction"].map(codes).to_numpy(),
            "read_at": own["facts_read_at"].to_numpy(),
        }
    )


def printed_effects(effects: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Effects that these studies print.

    Parameters
    ----------
    effects : pandas.DataFrame
        Table of this name.
    findings : pandas.DataFrame
        From `study_findings`.

    Returns
    -------
    pandas.DataFrame
        study_id, study, outcome, on_trust, metric, metric_name, estimate, lower, upper, favours (whether it points to a
        gain), has_interval (or a standard error), poolable (an effect size and its standard error), read_at.
    """
    own = effects[effects["study_id"].isin(findings["study_id"])]
    known = findings.set_index("study_id")["study"]
    interval = own["confidence_low"].notna() & own["confidence_high"].notna()
    return pd.DataFrame(
        {
            "study_id": own["study_id"],
            "study": own["study_id"].map(known),
            "outcome": own["outcome"],
            "on_trust": own["outcome_category"] == TRUST,
            "metric": own["metric"],
            "metric_name": own["metric"].map(METRICS).fillna(own["metric"]),
            "estimate": own["estimate"],
            "lower": own["confidence_low"],
            "upper": own["confidence_high"],
            "favours": own["estimate"] * own["beneficial_sign"] > 0,
            "has_interval": interval | own["standard_error"].notna(),
            "poolable": own["effect_size"].notna() & own["effect_size_standard_error"].notna(),
            "read_at": own["facts_read_at"],
        }
    ).reset_index(drop=True)


def statements(claims: pd.DataFrame) -> pd.DataFrame:
    """What the documents say of community policing, with document and place.

    Parameters
    ----------
    claims : pandas.DataFrame
        Table of this name.

    Returns
    -------
    pandas.DataFrame
        claim_id, document, location_in_document, statement, cited_source.
    """
    columns = ["claim_id", "document", "location_in_document", "statement", "cited_source"]
    return claims.loc[claims["theme"] == THEME, columns].reset_index(drop=True)
