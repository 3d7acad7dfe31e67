"""Whether later collections came out as each story about the filter had to expect, in sentences."""

import pandas as pd

from citizen_security.words import listed, sentences

# A prediction as wide as this share of what is possible is hardly one.
WIDE = 0.5

# Stories about the filter, as clauses of one sentence.
STORIES = {
    "ignored": "whoever ignores the filter",
    "publication": "the filter of publication alone",
    "leaky_rule": "a rule with exceptions",
    "full_rule": "a rule without exception",
}


def later_sentences(predictions: pd.DataFrame, collection: str) -> str:
    """What a later collection shows, where it lies in each story's prediction, and which predictions are wide.

    Parameters
    ----------
    predictions : pandas.DataFrame
        From `prediction_table`.
    collection : str
        One of its collections.

    Returns
    -------
    str
        Whole sentences.
    """
    rows = predictions[predictions["collection"] == collection].set_index("filter")
    observed = float(rows["observed"].iloc[0])
    said = [f"of {rows['total'].iloc[0]} in {collection} {observed:.0%} are positive"]
    said += [f"{_expected(rows.loc[name], STORIES[name])}" for name in ("ignored", "publication") if name in rows.index]
    wide = [STORIES[str(name)] for name, row in rows.iterrows() if row["upper"] - row["lower"] >= WIDE]
    if wide:
        said.append(
            f"{listed(wide)} {'predicts' if len(wide) == 1 else 'predict'} so wide a range that it can hardly fail"
        )
    return sentences(said)


def _expected(row: "pd.Series", story: str) -> str:
    """Where the observed share lies in one prediction."""
    low, high, observed = (float(row[name]) for name in ("lower", "upper", "observed"))
    where = "lower than" if observed < low else "higher than" if observed > high else "within what"
    expected = f"{story} had to expect ({low:.0%} to {high:.0%})"
    return f"that is {where} {expected}"
