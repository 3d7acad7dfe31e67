"""Where the facts of each study were read, and what of it: from the words that were noted."""

import pandas as pd

from citizen_security.evidence.studies.coding import NOT_TOLD

ASPECTS = {"place": "Where", "part": "What"}


def readings_of(studies: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Where each study was read, and what of it.

    Parameters
    ----------
    studies : pandas.DataFrame
        Table `studies`, or its coded rows.
    readings : pandas.DataFrame
        Table `readings`: words that tell a place or a part; of one aspect the first row whose words occur wins.

    Returns
    -------
    pandas.DataFrame
        `study_id`, `noted` (whether any place was noted), `place`, `part` (labels, or `Not told`).
    """
    noted = studies["facts_read_at"].map(lambda words: words if isinstance(words, str) else "")
    found = {aspect: [_first(words, readings[readings["aspect"] == aspect]) for words in noted] for aspect in ASPECTS}
    return pd.DataFrame({"study_id": studies["study_id"].to_numpy(), "noted": [*map(bool, noted)], **found})


def reading_table(coded: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """How many studies were read where, and what of them: of the whole collection, and of the region.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    readings : pandas.DataFrame
        Table `readings`.

    Returns
    -------
    pandas.DataFrame
        `question` (where, what), `answer`, `collection`, `region`: counts that add up to the rows of each.
    """
    found = readings_of(coded, readings).assign(in_lac=coded["in_lac"].to_numpy())
    tables = [_counts(found, aspect, readings) for aspect in ASPECTS]
    return pd.concat(tables, ignore_index=True)


def _counts(found: pd.DataFrame, aspect: str, readings: pd.DataFrame) -> pd.DataFrame:
    labels = [*readings.loc[readings["aspect"] == aspect, "label"], NOT_TOLD]
    counted = {
        name: rows[aspect].value_counts().reindex(labels, fill_value=0).to_numpy()
        for name, rows in (("collection", found), ("region", found[found["in_lac"]]))
    }
    return pd.DataFrame({"question": ASPECTS[aspect], "answer": labels, **counted})


def _first(words: str, rows: pd.DataFrame) -> str:
    lowered = words.lower()
    for label, terms in zip(rows["label"], rows["words"], strict=True):
        if any(term.lower() in lowered for term in terms.split("|")):
            return str(label)
    return NOT_TOLD
