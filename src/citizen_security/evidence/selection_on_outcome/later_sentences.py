"""Whether later collections came out as each story about the filter had to expect, in sentences."""

import pandas as pd

from citizen_security.words import listed, sentences

# A prediction as wide as this share of what is possible is hardly one.
WIDE = 0.5

# Stories whose prediction is told; of the others only whether it could fail.
TOLD = ("ignored", "publication")

# Who believes what about the filter, as a clause.
STORIES = {
    "ignored": "whoever ignores the filter",
    "publication": "whoever knows of publication alone",
    "leaky_rule": "whoever believes in a rule with exceptions",
    "full_rule": "whoever believes in a rule without exception",
}


def later_sentences(predictions: pd.DataFrame, collection: str) -> str:
    """What a later collection shows, where it lies in predictions, and which of those that hold are wide.

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
    said = [f"of {collection} {rows['observed'].iloc[0]:.0%} are positive"]
    said += [_expected(row, STORIES[str(name)]) for name, row in rows.iterrows() if name in TOLD]
    easy = (rows["upper"] - rows["lower"] >= WIDE) & rows["observed"].between(rows["lower"], rows["upper"])
    if easy.any():
        names = listed([STORIES[str(name)] for name in rows.index[easy]])
        said.append(
            f"{names} {'is' if easy.sum() == 1 else 'are'} right with a range so wide that it could hardly fail"
        )
    return sentences(said)


def _expected(row: "pd.Series", story: str) -> str:
    """Where the observed share lies in one prediction."""
    low, high, observed = (float(row[name]) for name in ("lower", "upper", "observed"))
    where = "lower than" if observed < low else "higher than" if observed > high else "within what"
    expected = f"{story} had to expect ({low:.0%} to {high:.0%})"
    return f"that is {where} {expected}"
