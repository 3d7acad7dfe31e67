"""What became of claims that were followed to their sources: the computed verdicts beside the first reading."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.claims.ledger.judged_claims import UNTESTED, VERDICTS
from citizen_security.words import listed, out_of

TESTED = tuple(name for name in VERDICTS if name not in UNTESTED.values())
AGAINST = ("does not hold", "internally inconsistent", "outdated")

# Verdicts that a first reading foresaw; other readings say where a claim comes from and foresee none.
FORESEEN: Mapping[str, tuple[str, ...]] = {
    "contradicted": AGAINST,
    "contradicted by later reviews": AGAINST,
    "inconsistent": ("internally inconsistent",),
    "mixed": ("holds in part", "fails in part"),
    "not verifiable as printed": tuple(UNTESTED.values()),
    "supported": ("holds",),
    "testable": TESTED,
}
COLUMNS = ["trace_id", "claim_id", "claim", "status", "first_reading", "agreement", "finding"]


def traced_claims(traces: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Traces with the status that the verdicts on their claims give.

    Parameters
    ----------
    traces : pandas.DataFrame
        Table `claim_traces`; traces of no claim that is looked at are left out.
    ledger : pandas.DataFrame
        claim_id, verdict.

    Returns
    -------
    pandas.DataFrame
        trace_id, claim_id, claim, status (the verdict, or each of them with its claims), first_reading, agreement
        (`agrees` or `differs`; blank where the first reading foresaw no verdict, or no claim is tested), finding.
    """
    verdicts = dict(zip(ledger["claim_id"], ledger["verdict"], strict=True))
    rows = []
    for row in traces.dropna(subset=["claim_id"]).to_dict("records"):
        trace = {str(name): cell for name, cell in row.items()}
        own = {key: verdicts[key] for key in trace["claim_id"].split(";") if key in verdicts}
        if own:
            told = {"status": _status(own), "agreement": _agreement(trace["first_reading"], own)}
            rows.append({**trace, "claim_id": ";".join(own), **told})
    return pd.DataFrame(rows, columns=COLUMNS)


def traces_sentence(traced: pd.DataFrame) -> str:
    """How often the computed verdicts differ from the first reading, and where.

    Parameters
    ----------
    traced : pandas.DataFrame
        From `traced_claims`.

    Returns
    -------
    str
    """
    foresaw = traced[traced["agreement"] != ""]
    if foresaw.empty:
        return "No first reading foresaw the verdict on a claim that is tested here."
    differing = foresaw.loc[foresaw["agreement"] == "differs", "trace_id"].tolist()
    where = f": {listed(differing)}" if differing else ""
    some = out_of(len(differing), len(foresaw), "first readings", "first reading")
    return f"The computed verdict differs from {some} that foresaw one{where}."


def _status(verdicts: Mapping[str, str]) -> str:
    keys: dict[str, list[str]] = {}
    for key, verdict in verdicts.items():
        keys.setdefault(verdict, []).append(key)
    if len(keys) == 1:
        return next(iter(keys))
    return "; ".join(f"{verdict} ({listed(them)})" for verdict, them in keys.items())


def _agreement(first_reading: str, verdicts: Mapping[str, str]) -> str:
    foreseen = FORESEEN.get(first_reading)
    # What is not tested says nothing against a reading, unless that was that it cannot be tested, or can.
    about_tests = foreseen is not None and (set(foreseen) == set(TESTED) or not set(foreseen) & set(TESTED))
    judged = [it for it in verdicts.values() if about_tests or it in TESTED]
    if foreseen is None or not judged:
        return ""
    return "agrees" if set(judged) <= set(foreseen) else "differs"
