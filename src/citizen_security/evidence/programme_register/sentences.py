"""What the register holds and lacks, in sentences that follow it."""

import pandas as pd

from citizen_security.evidence.programme_register.register import Register
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

NAMED = 6


def register_sentence(found: Register) -> str:
    """How many programmes there are, in how many countries, with how many studies.

    Parameters
    ----------
    found : Register

    Returns
    -------
    str
    """
    countries = counted(len(found.countries), "country", "countries")
    studies = counted(len(found.studies), "study", "studies")
    return sentences(
        [f"the register holds {counted(len(found.programmes), 'programme')} in {countries}, behind {studies}"]
    )


def beside_sentence(beside: pd.DataFrame) -> str:
    """The document's counts and those that can be found here.

    Parameters
    ----------
    beside : pandas.DataFrame
        From `register.beside_document`.

    Returns
    -------
    str
    """
    told = []
    for row in beside.to_dict("records"):
        low, high = f"{row['document_low']:,}", f"{row['document_high']:,}"
        counts = low if low == high else f"{low} or {high}"
        told.append(f"{row['counted']} {counts}, here {row['here']:,}")
    return sentences([f"the document counts and what can be found here: {'; '.join(told)}"])


def missing_sentence(coverage: pd.DataFrame) -> str:
    """Of how many programmes a fact is known.

    Parameters
    ----------
    coverage : pandas.DataFrame
        From `register.coverage`.

    Returns
    -------
    str
    """
    known = dict(zip(coverage["fact"], coverage["known"], strict=True))
    total = int(coverage["programmes"].iloc[0])
    told = [f"{fact} of {number_in_words(known[fact]) if known[fact] else 'none'}" for fact in known]
    return sentences(
        [f"of {counted(total, 'programme')} was read: {listed(told)}", "the rest is blank, and not guessed"]
    )


def budget_sentence(found: Register) -> str:
    """Why budgets are not added up.

    Parameters
    ----------
    found : Register

    Returns
    -------
    str
    """
    own = found.programmes[found.programmes["budget"].notna()]
    if own.empty:
        return sentences(["no budget was read"])
    each = [
        f"{it['name']}, {it['budget']:,.0f} {it['budget_currency']} ({it['budget_year']:.0f}; {it['budget_covers']})"
        for it in own.to_dict("records")
    ]
    currencies = own["budget_currency"].nunique()
    sums = "they are in different currencies and are not added" if currencies > 1 else ""
    which = out_of(len(own), len(found.programmes), "programmes", "programme")
    has = "has" if len(own) == 1 else "have"
    return sentences([f"{which} {has} a published budget: {'; '.join(each)}", sums])


def timeline_sentence(found: Register) -> str:
    """When programmes began, as far as it was read.

    Parameters
    ----------
    found : Register

    Returns
    -------
    str
    """
    dated = found.dated
    if dated.empty:
        return sentences(["no first year was read"])
    first, last = dated.iloc[0], dated.iloc[-1]
    span = f"from {first['start_year']:.0f} ({first['name']}) to {last['start_year']:.0f} ({last['name']})"
    ended = int(dated["end_year"].notna().sum())
    if len(dated) == 1:
        span = f"in {first['start_year']:.0f} ({first['name']})"
    ends = f"an end was read of {number_in_words(ended)}" if ended else "no end was read"
    subject = out_of(len(dated), len(found.programmes), "programmes", "programme")
    have = "has" if len(dated) == 1 else "have"
    return sentences([f"{subject} {have} a first year, {span}", ends])


def theme_sentence(themes: pd.DataFrame) -> str:
    """Which themes have most programmes.

    Parameters
    ----------
    themes : pandas.DataFrame
        From `register.by_theme`.

    Returns
    -------
    str
    """
    each = [f"{_within(row['theme'])} {row['programmes']}" for row in themes.to_dict("records")]
    return sentences([f"programmes by theme: {listed(each)}"])


def unregistered_sentence(without: pd.DataFrame, evaluations: int) -> str:
    """How many evaluations of the region stand behind no programme.

    Parameters
    ----------
    without : pandas.DataFrame
        From `register.unregistered`.
    evaluations : int
        Evaluations of the region.

    Returns
    -------
    str
    """
    if without.empty:
        return sentences(["every evaluation of the region stands behind a programme of the register"])
    which = out_of(len(without), evaluations, "evaluations of the region", "evaluation of the region")
    what = list(dict.fromkeys(without["what_was_done"]))
    named = f": {listed(what[:NAMED])}{' and others' if len(what) > NAMED else ''}"
    stand = "stands" if len(without) == 1 else "stand"
    return sentences([f"{which} {stand} behind no programme{named}"])


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"
