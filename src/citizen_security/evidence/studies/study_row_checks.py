"""Whether a row of the table of studies can be: its texts, its terms, its place, and no publication twice."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote

from citizen_security.evidence.studies.coding import CodingScheme
from citizen_security.evidence.studies.row_findings import Finding, Row, folded
from citizen_security.parameters import unknown

PUBLICATION = "same publication"
PLACE = "place without a country"
LEVEL = "level and design"

# A tag or a character reference: what a browser would read. A “<” before a blank or a digit is a sign.
MARKUP = re.compile(r"<[a-zA-Z/!?][^>]*>?|&(?:[a-zA-Z]+|#\w+);")
# What a spreadsheet computes or runs: a title may begin with “−omics”, and not with “−SUM(”, “−A1+” or “−cmd|”.
COMMAND = re.compile(r"^\s*(?:[=+@]|-\w*[(!|]|-[^A-Za-z]*$|-[$]?[A-Za-z]{1,3}[$]?[0-9]+(?:[-+*/^&:]|$))")
# What TeX typesets: a title may say “$5 to $10”, and not “$\beta_1$”.
FORMULA = re.compile(r"\$[^$]*[\^_][^$]*\$|\$[A-Za-z]\$|[\\{}]")

# Of the oldest studies of the field, and far enough ahead that no clock has to be read.
YEARS = (1900, 2100)

# What stands where nobody is named, which is no name that two could share.
NOT_NAMED = frozenset(("", "authorsnotnamed", "notnamed"))

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
    yield from _of_publications(rows)


def _of_texts(row: Row) -> Iterator[Finding]:
    for column in ("title", "authors"):
        text = row.text(column)
        if MARKUP.search(text):
            advice = "keep the words only, and a blank after a sign <"
            yield row.error("markup", column, f"{text!r} has markup", "plain text", advice)
        elif COMMAND.search(text) or FORMULA.search(text):
            yield row.error("formula", column, f"{text!r} has a formula", "plain text", "write it in words")


def _of_year(row: Row) -> Iterator[Finding]:
    year = row.number("year")
    if year is None:
        yield row.error("year", "year", "there is no year", "a whole number", "give the year of publication")
    elif year != int(year) or not YEARS[0] <= year <= YEARS[1]:
        allowed = f"a whole number from {YEARS[0]} to {YEARS[1]}"
        yield row.error("year", "year", f"the year is {year:g}", allowed, "give the year of publication")


def _of_terms(row: Row, scheme: CodingScheme) -> Iterator[Finding]:
    codes: dict[str, Callable[[str], object]] = {
        "intervention_category": scheme.intervention_codes,
        "outcome_category": scheme.outcome_codes,
        "target": scheme.target_codes,
        "effect_direction": scheme.direction_code,
    }
    for column in _TERMS:
        try:
            codes[column](row.text(column))
        except KeyError as error:
            said = unknown(column, str(error.args[0]), scheme.known_terms(column))
            advice = "write a term of the scheme, or add the words to the terms of a code"
            yield row.error("unknown term", column, said, "terms separated by semicolons", advice)


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


# --- one publication, one key -----------------------------------------------------------------------------------------


def doi(text: str) -> str:
    """A DOI without its address, codes of signs, capitals and what a sentence puts behind it: all resolve alike."""
    return _DOI_ADDRESS.sub("", unquote(text.strip())).casefold().rstrip("./,; ")


def _of_publications(rows: Sequence[Row]) -> Iterator[Finding]:
    said: set[tuple[int, int]] = set()
    for column, fold in (("doi", doi), ("title", folded)):
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            if words := fold(row.text(column)):
                groups[words].append(position)
        for places in groups.values():
            pairs = [(first, other) for n, first in enumerate(places) for other in places[n + 1 :]]
            for pair in pairs:
                if pair not in said and (found := _twice(rows[pair[0]], rows[pair[1]], column)):
                    said.add(pair)
                    yield found


def _twice(first: Row, other: Row, column: str) -> Finding | None:
    """Two rows with one DOI or one title."""
    if column == "title" and _are_parts(first, other):
        return None
    words = other.text(column)
    given = f"the {column.replace('doi', 'DOI')} {words!r} is that of {first.key} too (row {first.line})"
    allowed = "a publication has one row"
    remedy = f"keep one of {first.key} and {other.key}, and give its key to the effects of both"
    if column == "title" and _are_two_publications(first, other):
        return other.doubt(PUBLICATION, column, given, allowed, f"look whether they are one; if so, {remedy}")
    return other.error(PUBLICATION, column, given, allowed, remedy)


def _are_parts(first: Row, other: Row) -> bool:
    """Whether two studies share only the words that we call them by, as the trials that one review printed do."""
    return _is_ours(first) and _is_ours(other) and not (_same_authors(first, other) and _same_year(first, other))


def _is_ours(row: Row) -> bool:
    return bool(row.flag("title_is_ours") or row.text("pooled_in"))


def _are_two_publications(first: Row, other: Row) -> bool:
    """Whether DOIs differ, or authors and year do: two publications of one title are rare, and exist."""
    dois = {doi(row.text("doi")) for row in (first, other)} - {""}
    return len(dois) == 2 or not (_same_authors(first, other) or _same_year(first, other))


def _same_authors(first: Row, other: Row) -> bool:
    names = {folded(row.text("authors")) for row in (first, other)}
    return len(names) == 1 and not names & NOT_NAMED


def _same_year(first: Row, other: Row) -> bool:
    return first.number("year") == other.number("year")
