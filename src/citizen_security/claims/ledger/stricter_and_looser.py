"""What becomes of the verdicts under stricter and looser rules."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.claims.ledger.judged_claims import VERDICTS, Measured
from citizen_security.claims.ledger.parameters import Ledger
from citizen_security.methods.verdicts.grid import Thresholds
from citizen_security.methods.verdicts.regions import Tolerances
from citizen_security.words import listed, sentences

# Factor of the tolerances, share that must agree, share that may oppose.
RULES = {
    "much stricter": (0.5, 0.9, 0.0),
    "stricter": (0.75, 0.8, 0.05),
    "as declared": (1.0, 0.75, 0.1),
    "looser": (1.5, 0.65, 0.15),
    "much looser": (2.0, 0.5, 0.25),
}
DECLARED = "as declared"


def tolerances_of(parameters: Ledger) -> Tolerances:
    """Tolerances of a run: those of the types, all by the factor by which that of numbers differs from its default.

    Parameters
    ----------
    parameters : Ledger

    Returns
    -------
    Tolerances
    """
    return Tolerances().scaled(parameters.tolerance / Tolerances().number)


def verdicts_by_rule(found: Mapping[str, Measured], parameters: Ledger) -> pd.DataFrame:
    """Verdict on every tested claim under each set of rules.

    Parameters
    ----------
    found : mapping of str to Measured
    parameters : Ledger

    Returns
    -------
    pandas.DataFrame
        claim_id, then a column for each set of rules; declared ends of regions stay as they are.
    """
    rows = []
    for claim_id, it in found.items():
        row = {"claim_id": claim_id}
        for name, (factor, agreeing, opposing) in RULES.items():
            tolerances = tolerances_of(parameters).scaled(factor)
            effect = parameters.smallest_effect * factor
            row[name] = it.verdict(tolerances, effect, Thresholds(agreeing, opposing), parameters.window).name
        rows.append(row)
    return pd.DataFrame(rows, columns=["claim_id", *RULES])


def counts_by_rule(verdicts: pd.DataFrame) -> pd.DataFrame:
    """How many claims have each verdict under each set of rules.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        From `verdicts_by_rule`.

    Returns
    -------
    pandas.DataFrame
        rules, then a column for each verdict that there is.
    """
    counts = pd.DataFrame({name: verdicts[name].value_counts() for name in RULES}).T.fillna(0).astype("int64")
    present = [name for name in VERDICTS if name in counts]
    return counts[present].rename_axis("rules").reset_index()


def rule_sets_sentence() -> str:
    """What each set of rules asks.

    Returns
    -------
    str
    """
    factors = listed([f"{factor:g} ({name})" for name, (factor, _, _) in RULES.items()], "or")
    agreeing, opposing = (listed([f"{it[at]:.0%}" for it in RULES.values()], "or") for at in (1, 2))
    return sentences(
        [
            f"a value must come within the declared tolerance times {factors}",
            f"in the same order at least {agreeing} of the ways must agree, and at most {opposing} may speak against",
        ]
    )


def unmoved(verdicts: pd.DataFrame) -> int:
    """Claims whose verdict is the same under every set of rules.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        From `verdicts_by_rule`.

    Returns
    -------
    int
    """
    return int((verdicts[list(RULES)].nunique(axis=1) == 1).sum())
