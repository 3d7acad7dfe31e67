"""What the register holds and lacks, in sentences that follow it."""

import pandas as pd

from citizen_security.evidence.programme_register.register import Register
from citizen_security.evidence.studies.region_evidence import within_sentence
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

NAMED = 6
WHY_BLANK = "the rest is blank: neither the studies nor the sources that are named say it, and nothing is guessed"


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
    own, whole = len(found.programmes), len(found.whole)
    behind = f"in {countries}, behind {counted(len(found.studies), 'study', 'studies')}"
    if own == whole:
        return sentences([f"the register holds {counted(whole, 'programme')} {behind}"])
    none = f"no programme that it looks at is in {listed(list(found.without), 'or')}" if found.without else ""
    return sentences([f"of {counted(whole, 'programme')} in the register this run looks at {own} {behind}", none])


def unknown_countries_sentence(found: Register) -> str:
    """Of which countries of the region the whole register has no programme.

    Parameters
    ----------
    found : Register

    Returns
    -------
    str
    """
    unknown, total = found.unknown_countries, len(found.region)
    if not unknown:
        return sentences([f"the register has a programme of each of the region's {total} countries"])
    which = f"{len(unknown)} of the region's {total} countries"
    return sentences([f"the register has no programme of {which}: {listed(unknown)}"])


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
    return sentences([f"what the document counts, and what this collection holds: {'; '.join(told)}"])


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
    if total == 1:
        there, missing = ([fact for fact in known if bool(known[fact]) is is_known] for is_known in (True, False))
        parts = [f"found of the one programme: {listed(there)}" if there else "of the one programme no fact was found"]
        return sentences([*parts, f"not found: {listed(missing)}" if missing else ""])
    told = [f"{fact} of {number_in_words(known[fact]) if known[fact] else 'none'}" for fact in known]
    return sentences([f"what was found of {counted(total, 'programme')}: {listed(told)}", WHY_BLANK])


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
        return sentences(["no budget was found"])
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
        return sentences(["no first year was found"])
    first, last = dated.iloc[0], dated.iloc[-1]
    span = f"from {first['start_year']:.0f} ({first['name']}) to {last['start_year']:.0f} ({last['name']})"
    ended = int(dated["end_year"].notna().sum())
    if len(dated) == 1:
        span = f"in {first['start_year']:.0f} ({first['name']})"
    ends = f"the last year was found of {number_in_words(ended)}" if ended else "no last year was found"
    which = out_of(len(dated), len(found.programmes), "programmes", "programme")
    return sentences([f"the first year of {which} was found, {span}", ends])


def map_sentence(begun: pd.DataFrame) -> str:
    """In how many countries programmes had begun by the end of each decade.

    Parameters
    ----------
    begun : pandas.DataFrame
        From `register.begun_by_country`.

    Returns
    -------
    str
    """
    decades = [name for name in begun if name not in ("iso3", "undated")]
    told = [f"by {year} in {number_in_words(int((begun[year] > 0).sum()))}" for year in decades]
    if not told:
        return sentences(["no programme has a first year, and the map shows where they were and not when"])
    first, *others = told
    year, _, number = first.partition(" in ")
    countries = "country" if number == "one" else "countries"
    where = listed([f"{number} {countries}", *others])
    return sentences([f"{year} programmes with a known first year had begun in {where}"])


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
    each = [f"{row['programmes']} of {_within(row['theme'])}" for row in themes.to_dict("records")]
    return sentences([f"programmes by theme: {'; '.join(each)}"])


def unregistered_sentence(without: pd.DataFrame, found: Register) -> str:
    """Behind how many evaluations of the region no programme stands, and of what they are.

    Parameters
    ----------
    without : pandas.DataFrame
        From `register.unregistered`.
    found : Register
        Whose evaluations are all of the region, also where the run looks at some programmes alone.

    Returns
    -------
    str
    """
    scope = "" if len(found.programmes) == len(found.whole) else "in all countries and themes together, "
    evaluations = len(found.evaluations)
    if without.empty:
        return sentences([f"{scope}behind every evaluation of the region stands a programme of the register"])
    which = out_of(len(without), evaluations, "evaluations of the region", "evaluation of the region")
    what = list(dict.fromkeys(within_sentence(code) for codes in without["interventions"] for code in codes))
    named = listed(what if len(what) <= NAMED else [*what[:NAMED], "others"])
    are = "it is" if len(without) == 1 else "they are"
    return sentences(
        [
            f"{scope}behind {which} stands no programme: {are} of {named}",
            "such a study is of an operation or a quantity, and of nothing that somebody starts, pays and ends",
        ]
    )


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"
