"""What the ledger says, in sentences."""

from collections.abc import Sequence

import pandas as pd

from citizen_security.claims.ledger.judged_claims import UNTESTED
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

# Verdicts in the order in which a sentence tells them, and how it tells one of them and several.
TOLD = {
    "holds": ("holds", "hold"),
    "holds in part": ("holds in part", "hold in part"),
    "indirect evidence agrees": ("has indirect evidence that agrees", "have indirect evidence that agrees"),
    "undecided": ("is undecided", "are undecided"),
    "indirect evidence speaks against": ("has indirect evidence against it", "have indirect evidence against them"),
    "fails in part": ("fails in part", "fail in part"),
    "does not hold": ("does not hold", "do not hold"),
    "internally inconsistent": (
        "contradicts another place of the same document",
        "contradict another place of the same document",
    ),
    "outdated": ("held in its years and no longer does", "held in their years and no longer do"),
}


# In what a way of measuring differs from the main one, by the code of the table; brought ways need not say it.
DIFFERS_IN = {
    "country": "a set without one country",
    "coverage": "another set of places",
    "definition": "another definition",
    "estimator": "another statistical method",
    "source": "another source",
    "year": "another year",
}
OPPOSITE = {"inside": "outside", "outside": "inside"}


def verdicts_sentence(ledger: pd.DataFrame) -> str:
    """How many claims can be tested, and what became of them.

    Parameters
    ----------
    ledger : pandas.DataFrame
        verdict.

    Returns
    -------
    str
    """
    counts = ledger["verdict"].value_counts()
    tested = int(counts.drop(list(UNTESTED.values()), errors="ignore").sum())
    there = [name for name in TOLD if name in counts]
    first = f"{out_of(tested, len(ledger), 'claims', 'claim')} can be tested with the tables of this compendium"
    if len(there) == 1:
        whose = {1: "it", 2: "both of these"}.get(tested, "all of these")
        return sentences([first, f"{whose} {TOLD[there[0]][tested > 1]}"])
    told = [f"{int(counts[name])} {TOLD[name][int(counts[name] > 1)]}" for name in there]
    return sentences([first, f"of these, {listed(told)}" if told else ""])


def untested_sentence(ledger: pd.DataFrame) -> str:
    """Why the others are not tested.

    Parameters
    ----------
    ledger : pandas.DataFrame
        verdict.

    Returns
    -------
    str
    """
    counts = ledger["verdict"].value_counts()
    absent = "for open data that are not in the tables"
    words = {
        "open_data_exist": (f"waits {absent}", f"wait {absent}"),
        "no_open_data": ("cannot be tested with open data", "cannot be tested with open data"),
        "traced": ("was only traced to its source", "were only traced to their source"),
    }
    told = [
        f"{counted(int(counts[name]), 'claim')} {words[kind][int(counts[name] > 1)]}"
        for kind, name in UNTESTED.items()
        if name in counts
    ]
    if not told:
        return "Every claim that is looked at can be tested."
    return sentences([f"Untested is not false: {listed(told)}"])


def opposite_sentence(choices: pd.DataFrame) -> str:
    """For how many claims another way of measuring says the opposite, and in what such ways differ from the main one.

    Parameters
    ----------
    choices : pandas.DataFrame
        claim_id, is_main, window, family, position.

    Returns
    -------
    str
    """
    own = choices[choices["window"] == "claim"]
    sides = own.groupby("claim_id")["position"].agg(set)
    several = sides[own.groupby("claim_id").size() > 1]
    if several.empty:
        return "No claim that is looked at has more than one way of measuring."
    divided = int(several.map(lambda them: {"inside", "outside"} <= them).sum())
    names = "claims with more than one way of measuring", "claim with more than one way of measuring"
    first = (
        f"for {out_of(divided, len(several), *names)}, one way supports the claim and another contradicts it"
        if divided
        else f"of no {names[1]} does one way support it and another contradict it"
    )
    turning = own.assign(main=own["claim_id"].map(own[own["is_main"]].set_index("claim_id")["position"]))
    turning = turning[turning["position"].map(OPPOSITE) == turning["main"]]
    counts = turning.groupby("family")["claim_id"].nunique().sort_values(ascending=False, kind="stable")
    told = [
        # Of one claim it need not be said for how many.
        f"{DIFFERS_IN.get(str(family), 'another way')}{f' for {number_in_words(int(count))}' if divided > 1 else ''}"
        for family, count in counts.items()
    ]
    stand = "stands" if len(told) == 1 else "stand"
    return sentences([first, f"against the main way {stand} {listed(told)}" if told else ""])


def proxies_sentence(ledger: pd.DataFrame) -> str:
    """How many of the tested claims are measured by something else than they are on.

    Parameters
    ----------
    ledger : pandas.DataFrame
        directness, blank where a claim is not tested.

    Returns
    -------
    str
    """
    tested = ledger[ledger["directness"] != ""]
    indirect = int(tested["directness"].isin(["proxy", "another collection"]).sum())
    verb = "is" if indirect <= 1 else "are"
    whose = "claim that is tested" if len(tested) == 1 or not indirect else "claims that are tested"
    some = f"no {whose}" if not indirect else out_of(indirect, len(tested), whose, whose)
    return sentences(
        [f"{some} {verb} measured by a proxy or by another collection of studies, which never settles a claim"]
    )


def rules_sentence(same: int, total: int) -> str:
    """How many verdicts do not depend on how strict the rules are.

    Parameters
    ----------
    same, total : int

    Returns
    -------
    str
    """
    some = out_of(same, total, "verdicts", "verdict") if same else "no verdict"
    return sentences([f"{some} {'is' if same < 2 else 'are'} the same under every set of rules, strict or loose"])


def late_rules_sentence(ledger: pd.DataFrame, *, is_brought: bool = False) -> str:
    """How many of the rules that have a result were changed after it had been seen.

    Parameters
    ----------
    ledger : pandas.DataFrame
        verdict, declared, changed_late; claims that are not tested have a rule without a result.
    is_brought : bool
        Whether the rules are in a file of an analyst, whose word for the day is all there is.

    Returns
    -------
    str
    """
    if is_brought:
        first, last = ledger["declared"].min(), ledger["declared"].max()
        days = f"on {first}" if first == last else f"from {first} to {last}"
        return f"By the file's own word the rules were written down {days}; whether results were seen is not known."
    tested = ledger[~ledger["verdict"].isin(list(UNTESTED.values()))]
    late = int((tested["changed_late"] != "").sum())
    if not late:
        return "No rule was changed after its first result."
    which = out_of(late, len(tested), "rules with a result", "rule with a result")
    return sentences([f"{which} {'was' if late == 1 else 'were'} changed after it was known"])


def listed_claims(ledger: pd.DataFrame, verdicts: Sequence[str]) -> str:
    """Claims with one of some verdicts, by their keys.

    Parameters
    ----------
    ledger : pandas.DataFrame
        claim_id, verdict.
    verdicts : sequence of str

    Returns
    -------
    str
    """
    return listed(ledger.loc[ledger["verdict"].isin(verdicts), "claim_id"].tolist())
