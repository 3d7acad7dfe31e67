"""Whether a row of the table of studies can be: its texts, its terms, its place, and no publication twice."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from citizen_security.evidence.studies.coding import CodingScheme, split
from citizen_security.evidence.studies.row_findings import Finding, Row, folded, rows_at
from citizen_security.plain import markup_in
from citizen_security.words import listed

PUBLICATION = "same publication"
PLACE = "place without a country"
LEVEL = "level and design"

# What a spreadsheet computes or runs: a title may begin with “−omics”, and not with “−SUM(”, “−A1+” or “−cmd|”.
COMMAND = re.compile(r"^\s*(?:[=+@]|-\w*[(!|]|-[^A-Za-z]*$|-[$]?[A-Za-z]{1,3}[$]?[0-9]+(?:[-+*/^&:]|$))")
# What TeX typesets: a title may say “$5 to $10”, and not “$\beta_1$”.
FORMULA = re.compile(r"\$[^$]*[\^_][^$]*\$|\$[A-Za-z]\$|[\\{}]")

# Of the oldest studies of the field, and far enough ahead that no clock has to be read.
YEARS = (1900, 2100)
YEAR = "the year of the publication, or of the version that was read"

# What stands where nobody is named, which is no name that two could share.
NOT_NAMED = frozenset(("", "authorsnotnamed", "notnamed"))

# Words in lists of authors that are no names, and those that stand for names left out.
_JOINTS = frozenset(("and", "others", "und", "con", "del", "dos", "das", "van", "von", "der", "los", "las", "eds",
                     "de", "da", "do", "di", "du", "la", "el", "le", "et", "al", "jr", "sr"))  # fmt: skip
_LEFT_OUT = re.compile(r"\bet al\b|\band others\b|\by otros\b|\be outros\b", re.IGNORECASE)

# A working paper comes out so many years before its article, or a translation after it.
YEARS_TO_PRINT = 1

_TERMS = ("intervention_category", "outcome_category", "target", "effect_direction")
_DOI_ADDRESS = re.compile(r"^(?:(?:https?://)?(?:www\.|dx\.)?doi\.org/|(?:urn:|info:)?doi[:/\s]\s*)+", re.IGNORECASE)


def study_findings(rows: Sequence[Row], scheme: CodingScheme, region: Iterable[str] | None) -> Iterator[Finding]:
    """What is wrong or doubtful in the rows of the table of studies.

    Parameters
    ----------
    rows : sequence of Row
        The rows.
    scheme : CodingScheme
        The terms that they may use.
    region : iterable of str, optional
        Codes of the countries of Latin America and the Caribbean; without them that flag is not checked.

    Yields
    ------
    Finding
    """
    countries = None if region is None else frozenset(region)
    for row in rows:
        yield from _of_texts(row)
        yield from _of_year(row)
        yield from _of_terms(row, scheme)
        yield from _of_place(row, countries)
        yield from _of_level(row, scheme)
    yield from _of_reviews(rows)
    yield from _of_publications(rows)


def _of_texts(row: Row) -> Iterator[Finding]:
    for column in ("title", "authors"):
        text = row.text(column)
        if markup := markup_in(text):
            allowed = "plain text, in which < and & are signs like others"
            yield row.error("markup", column, f"{text!r} has the markup {markup!r}", allowed, "keep the words only")
        elif any(map(str.isalnum, text)) and (COMMAND.search(text) or FORMULA.search(text)):
            yield row.error("formula", column, f"{text!r} has a formula", "plain text", "write it in words")


def _of_year(row: Row) -> Iterator[Finding]:
    year = row.number("year")
    if year is None:
        yield row.error("year", "year", "there is no year", YEAR, "give it in four digits")
    elif year != int(year) or not YEARS[0] <= year <= YEARS[1]:
        yield row.error("year", "year", f"the year is {year:g}", YEAR, "give it in four digits")


def _of_terms(row: Row, scheme: CodingScheme) -> Iterator[Finding]:
    codes: dict[str, Callable[[str], object]] = {
        "intervention_category": scheme.intervention_codes,
        "outcome_category": scheme.outcome_codes,
        "target": scheme.target_codes,
        "effect_direction": scheme.direction_code,
    }
    advice = "write a term of the scheme, several separated by semicolons, or add the words to the terms of a code"
    for column in _TERMS:
        # A direction in words may have a semicolon in it.
        words = [row.text(column)] if column == "effect_direction" else split(row.text(column))
        for word in words:
            try:
                codes[column](word)
            except KeyError:
                yield row.unknown("unknown term", column, column, word, scheme.known_terms(column), advice)


def _of_place(row: Row, region: frozenset[str] | None) -> Iterator[Finding]:
    codes = [code.strip() for code in row.text("iso3").split(";") if code.strip()]
    place, said = row.text("place"), row.flag("is_lac")
    if not codes and place and row.text("kind") == "primary":
        yield row.doubt(
            PLACE, ("iso3", "place"), f"the place is {place!r} and no country is named",
            "a place lies in a country", "write its code, or say in the answers why it is not known",
        )  # fmt: skip
    if region is None or said is None:
        return
    inside = [code for code in codes if code in region]
    if bool(inside) != said:
        named = f"iso3 is {';'.join(codes)}" if codes else "iso3 is blank"
        allowed = "true exactly where iso3 names a state of Latin America or the Caribbean"
        remedy = f"write {str(bool(inside)).lower()}, or correct iso3"
        yield row.error("region", ("is_lac", "iso3"), f"is_lac is {str(said).lower()} and {named}", allowed, remedy)


def _of_level(row: Row, scheme: CodingScheme) -> Iterator[Finding]:
    """A level outside of what the kind of design can have by the definitions."""
    level, code = row.number("maryland_level"), scheme.design_code(row.text("design"))
    if level is None or not code:
        return
    kind = scheme.designs[code]
    if not kind.lowest_level <= level <= kind.highest_level:
        given = f"the level is {level:g} and the design {row.text('design')!r} is of the kind {kind.label!r}"
        allowed = f"a level from {kind.lowest_level} to {kind.highest_level}"
        advice = "code the level by the definitions, say more of the design, or say in the answers what speaks for it"
        yield row.doubt(LEVEL, ("maryland_level", "design"), given, allowed, advice)


def _of_reviews(rows: Sequence[Row]) -> Iterator[Finding]:
    """Trials that are said to be printed by what is no review."""
    kinds = {row.key: row.text("kind") for row in rows if "kind" not in row.unread}
    for row in rows:
        printed_by = row.text("pooled_in")
        if printed_by and kinds.get(printed_by, "review") != "review":
            given = f"pooled_in is {printed_by!r}, which is no review"
            advice = "leave it blank for a study that was found on its own"
            yield row.error("no review", "pooled_in", given, "the key of the review that printed the trial", advice)


# --- one publication, one key -----------------------------------------------------------------------------------------


def doi(text: str) -> str:
    """A DOI without its address, codes of signs, capitals and what a sentence puts behind it: all resolve alike."""
    return _DOI_ADDRESS.sub("", unquote(text.strip())).casefold().rstrip("./,; ")


def _of_publications(rows: Sequence[Row]) -> Iterator[Finding]:
    """Publications that stand twice: each later row is told once by what it shares, with every earlier one.

    Earlier and later are so by their keys, so that an answer to a doubt holds wherever the rows stand.
    """
    rows = sorted(rows, key=lambda row: row.key)
    said: set[tuple[int, int]] = set()
    for column, fold in (("doi", doi), ("title", folded)):
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            if words := fold(row.text(column)):
                groups[words].append(position)
        for places in groups.values():
            for number, place in enumerate(places):
                new = [first for first in places[:number] if (first, place) not in said]
                said |= {(first, place) for first in new}
                yield from _twice([rows[first] for first in new], rows[place], column)
    for place, other in enumerate(rows):
        earlier = [rows[first] for first in range(place) if (first, place) not in said]
        yield from _again([row for row in earlier if _may_be_one(row, other)], other)


def _twice(earlier: Sequence[Row], other: Row, column: str) -> Iterator[Finding]:
    """A row with the DOI or the title of earlier ones."""
    alike = [it for it in earlier if column != "title" or not _are_parts(it, other)]
    doubted = [it for it in alike if column == "title" and _are_two_publications(it, other)]
    words = f"the {column.replace('doi', 'DOI')} {other.text(column)!r} is"
    allowed = "a publication has one row"
    if refused := [it for it in alike if it not in doubted]:
        # The first of many is enough: they all have to go but one.
        given, remedy = f"{words} that of {_listed(refused[:1])}", "keep one key, and give it to the effects of both"
        yield other.error(PUBLICATION, column, given, allowed, remedy, compares=True)
    if doubted:
        remedy = f"look whether they are one; if so, {_keep_one(doubted, other)}"
        yield other.doubt(PUBLICATION, column, f"{words} that of {_listed(doubted)}", allowed, remedy)


def _again(earlier: Sequence[Row], other: Row) -> Iterator[Finding]:
    """A row of the authors, place and time of earlier ones, whose title is another: perhaps translated or revised."""
    if not earlier:
        return
    country, place = other.text("iso3"), other.text("place")
    where = f"the country {country}" if country else f"the place {place!r}" if place else "no country"
    is_near = any(first.number("year") != other.number("year") for first in earlier)
    when = f"the year {other.number('year'):g}{' or the one beside it' if is_near else ''}"
    given = (
        f"the authors {other.text('authors')!r}, {where} and {when} are those of {_listed(earlier)}, by another title"
    )
    advice = "look whether one is a translation, a working paper or a report of the other, and say so in the answers"
    remedy = f"{advice}; if so, {_keep_one(earlier, other)}"
    yield other.doubt(PUBLICATION, ("authors", "year", "iso3"), given, "a publication has one row", remedy)


def _listed(rows: Sequence[Row]) -> str:
    """Keys of rows with their lines."""
    return f"{listed([row.key for row in rows])} too ({rows_at([row.line for row in rows])})"


def _keep_one(earlier: Sequence[Row], other: Row) -> str:
    keys = listed([*(row.key for row in earlier), other.key])
    return f"keep one of {keys}, and give its key to the effects of {'both' if len(earlier) == 1 else 'all'}"


def _are_parts(first: Row, other: Row) -> bool:
    """Whether two studies share only the words that we call them by, as the trials that one review printed do."""
    return _is_ours(first) and _is_ours(other) and not (_same_authors(first, other) and _same_year(first, other))


def _is_ours(row: Row) -> bool:
    return bool(row.flag("title_is_ours") or row.text("pooled_in"))


def _are_two_publications(first: Row, other: Row) -> bool:
    """Whether DOIs differ, or authors and year do: two publications of one title are rare, and exist."""
    dois = {doi(row.text("doi")) for row in (first, other)} - {""}
    return len(dois) == 2 or not (_same_authors(first, other) or _same_year(first, other))


def _may_be_one(first: Row, other: Row) -> bool:
    """Whether two rows can be of one study: its kind, its authors, its time, and its country or place."""
    if not _same_authors(first, other) or first.text("kind") != other.text("kind"):
        return False
    if first.text("pooled_in") and other.text("pooled_in"):
        # A review tells the trials that it prints apart.
        return False
    years = [row.number("year") for row in (first, other)]
    if years[0] is None or years[1] is None or abs(years[0] - years[1]) > YEARS_TO_PRINT:
        return False
    countries, places = ([folded(row.text(name)) for row in (first, other)] for name in ("iso3", "place"))
    return countries[0] == countries[1] and (bool(countries[0]) or places[0] == places[1])


@lru_cache(maxsize=4_096)
def surnames(authors: str) -> frozenset[str]:
    """Names in a list of authors, without initials and what joins them: however they are put, they are the same."""
    letters = "".join(it for it in unicodedata.normalize("NFKD", authors) if not unicodedata.combining(it))
    words = re.findall(r"[^\W\d_]{2,}", letters)
    # Of two letters, initials are capitals (JM), and names are not (Li); where nothing else is left, all are names.
    long = [it for it in words if len(it) > 2 or (it[0].isupper() and it[1].islower())]
    names = frozenset(it.casefold() for it in long or words) - _JOINTS
    return frozenset() if folded(authors) in NOT_NAMED else names


def _same_authors(first: Row, other: Row) -> bool:
    """Whether two lists of authors are one, the rest of which “et al.” may leave out."""
    names, others = (surnames(row.text("authors")) for row in (first, other))
    if not names or not others:
        return False
    is_shorter, is_longer = (_LEFT_OUT.search(row.text("authors")) is not None for row in (first, other))
    return names == others or (is_shorter and names < others) or (is_longer and others < names)


def _same_year(first: Row, other: Row) -> bool:
    return first.number("year") == other.number("year")
