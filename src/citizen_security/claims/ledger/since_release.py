"""What changed in the ledger since the last release: verdicts and estimates beside those that were released."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from citizen_security.words import listed, sentences

# So many claims are named; of more their number is told.
NAMED = 4
# Released numbers have six digits.
ROUNDING = 1e-5


def with_changes(ledger: pd.DataFrame, released: pd.DataFrame) -> pd.DataFrame:
    """The ledger with what each claim said at the last release, where it says something else now.

    Parameters
    ----------
    ledger : pandas.DataFrame
        claim_id, verdict, value, low, high.
    released : pandas.DataFrame
        Table `released_verdicts`.

    Returns
    -------
    pandas.DataFrame
        With the columns `verdict_then` and `estimate_then`, in words, and `released_as`: `same`, `another` or `new`.
        Blank where nothing changed.
    """
    then = {row["claim_id"]: row for row in _rows(released)}
    told = pd.DataFrame(
        [_change(row, then.get(row["claim_id"])) for row in _rows(ledger)],
        columns=["released_as", "verdict_then", "estimate_then"],
        index=ledger.index,
    )
    return pd.concat([ledger, told], axis=1)


def changes_sentence(ledger: pd.DataFrame, released: pd.DataFrame) -> str:
    """What differs from the last release, once for all claims.

    Parameters
    ----------
    ledger : pandas.DataFrame
        From `with_changes`.
    released : pandas.DataFrame
        Table `released_verdicts`.

    Returns
    -------
    str
    """
    release = f"release {released['release'].iloc[0]} of {released['released'].iloc[0]:%Y-%m-%d}"
    verdicts, estimates = (
        ledger.loc[ledger[name] != "", "claim_id"].tolist() for name in ("verdict_then", "estimate_then")
    )
    new = ledger[ledger["released_as"] == "new"]
    if len(new) == len(ledger):
        return f"No claim that is looked at is in {release}."
    told = [_differing(what, keys) for what, keys in (("verdict", verdicts), ("estimate", estimates)) if keys]
    added = new["claim_id"].tolist()
    fresh = f"not in the release: {listed(added) if len(added) <= NAMED else f'{len(added)} claims'}" if added else ""
    nothing = "no verdict and no estimate differs"
    return sentences([f"compared with {release}, {' and '.join(told) or nothing}", fresh])


def _differing(what: str, keys: Sequence[str]) -> str:
    if len(keys) > NAMED:
        return f"{len(keys)} {what}s differ"
    return f"the {what}{'s' * (len(keys) > 1)} of {listed(keys)} {'differs' if len(keys) == 1 else 'differ'}"


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def _change(now: Mapping[str, Any], then: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if then is None:
        return "new", "", ""
    verdict = "" if now["verdict"] == then["verdict"] else str(then["verdict"])
    moved = not all(_same(now[name], then[name]) for name in ("value", "low", "high"))
    estimate = _in_words(then) if moved else ""
    return "another" if verdict or moved else "same", verdict, estimate


def _same(now: float, then: float) -> bool:
    """Whether two numbers are the same to the digits that were released; one that is missing or endless has none."""
    ends = [not math.isfinite(it) for it in (now, then)]
    return all(ends) if any(ends) else math.isclose(now, then, rel_tol=ROUNDING, abs_tol=ROUNDING)


def _in_words(then: Mapping[str, Any]) -> str:
    if pd.isna(then["value"]):
        return "none"
    value, low, high = (f"{then[name]:.4g}".replace("-", "−") for name in ("value", "low", "high"))
    return value if low == high else f"{value} ({low} to {high})"
