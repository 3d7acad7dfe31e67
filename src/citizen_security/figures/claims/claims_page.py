"""Every claim on one page, each under an anchor that lasts: words, place, rule, axis, verdict, reasons, and its record.

The page stands without scripts. The site's `claims.js` adds filters, whose state is in the address.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from citizen_security.figures.claims.columns import CLAIMS, WAYS
from citizen_security.figures.claims.ledger import DOCUMENTS, LIES, TESTED, measured, named_cells, number, percent_of
from citizen_security.figures.embed import inert_json
from citizen_security.figures.page_table import row_anchor
from citizen_security.words import sentences

FIDELITY = {
    "as_in_source": "As in the source that is cited.",
    "distorted": "Not as in the source that is cited.",
    "not_traced": "Not traced to the source that is cited.",
}
# What filters choose by, in the order in which they stand, each with its label and the name of the choice of all.
FILTERS = {
    "document": ("Document", "all documents"),
    "theme": ("Theme", "all themes"),
    "country": ("Country", "all countries, or none"),
    "verdict": ("Verdict", "all verdicts"),
    "directness": ("What was measured", "anything, or nothing"),
    "released_as": ("Since the last release", "the same or not"),
}
# Codes of directness and of what changed since the last release, in words.
NEARNESS = {
    "direct": "what is claimed itself",
    "partial": "a part of the sentence",
    "proxy": "what stands for it (a proxy)",
    "another collection": "another collection of studies",
}
RELEASED = {"same": "the same", "another": "another verdict or estimate", "new": "not in the last release"}
# Warnings in words; those on what decides come from the ways of measuring.
WARNINGS = {
    "mechanical": "it could hardly have come out otherwise",
    "selected maximum": "the best of several results is told as what one may expect",
    "raw change": "this is a change without a comparison",
    "wrong base": "the figure is of another group than the sentence is on",
    "published figures": "it rests on figures that others published, and on no table of this compendium",
    "one country decides": "without one country the opposite comes out",
    "the coverage decides": "other places say the opposite",
    "the data window decides": "other years say the opposite",
    "the definition decides": "another definition says the opposite",
    "the estimator decides": "another statistical method says the opposite",
    "the source decides": "another source says the opposite",
}
# Themes whose codes are names, or no words that a reader knows.
THEMES = {
    "data_scope": "Scope of the data",
    "el_salvador": "El Salvador",
    "intervention_count": "Number of interventions",
    "mexico_military": "Mexico: the military",
    "paradox": "Poverty and violence",
    "review": "Reviews of studies",
}
# An ISO code of a country.
ISO = re.compile(r"\b[A-Z]{3}\b")
# The year of a document in its reference.
YEAR = re.compile(r"\((\d{4})\)")
# What a type asks besides its region, or does not ask at all, for whoever has not read how verdicts follow.
MEANINGS = {
    "coefficient": "That is at least half of the claimed size; its interval has to hold the claimed {claimed} as well.",
    "existence": "It asks whether there is one at all, and not how many there are or how much of it.",
    "identity": "It compares the document with itself, and asks no other source.",
    "null": "That is too little to matter, and the whole interval has to lie there.",
}
# Claims on what somebody said are counted in statements: that it was said is not that it is so.
SAID_UNIT = "statements"
SAID = "It asks only whether it was said, and not whether what was said is so."
WIDTH, HEIGHT, MARGIN = 320, 80, 12
# Marks on an axis at steps of one, two or five of a power of ten, and about so many of them.
STEPS, MARKS = (1.0, 2.0, 5.0, 10.0), 4
# Widths of letters of an axis, in its units, so that no word leaves the frame.
LETTER = 5.2
COLUMN_HEADS = ("column", "in", "what it says")
ORGANISATION = "The citizen security compendium contributors"
# Where the page, its downloads and the workshop stand below the site.
PAGE = "claims/every_claim.html"
MANIFEST = "../runs/claims/ledger/manifest.json"
# The workshop, where the table of the ledger has a row for each claim; its cell that computes every way of measuring;
# and what that cell gave, as a table.
WORKSHOP = "ledger.html"
CELL = f"{WORKSHOP}#cell-measure"
CHOICES = "../runs/claims/ledger/tables/choices.csv"


def named_countries(row: Mapping[str, Any], choices: pd.DataFrame | None, names: Mapping[str, str]) -> list[str]:
    """Countries that a claim names, or one of its ways of measuring, in the order of the alphabet.

    Parameters
    ----------
    row : mapping
        Of the ledger.
    choices : pandas.DataFrame or None
        Its ways of measuring.
    names : mapping of str to str
        ISO code → name of the region's countries.

    Returns
    -------
    list of str
        Names.
    """
    codes = set() if choices is None else set(ISO.findall(" ".join(choices["arguments"].fillna("").astype(str))))
    told = f"{row['statement']} {row['quantity'] or ''}"
    return sorted(name for code, name in names.items() if code in codes or re.search(rf"\b{re.escape(name)}\b", told))


def claims_page(
    ledger: pd.DataFrame,
    choices: pd.DataFrame,
    by_rule: pd.DataFrame,
    references: Mapping[str, str],
    address: str,
    folders: Mapping[str, str],
    names: Mapping[str, str],
) -> str:
    """HTML of all claims.

    Parameters
    ----------
    ledger, choices, by_rule : pandas.DataFrame
        The tables `claims`, `choices` and `verdicts_by_rule` that `claims/ledger` records.
    references : mapping of str to str
        Full reference of each document.
    address : str
        Of the site once it is published, with a slash at its end; empty where nobody knows it, and then the records for
        search engines name the claims by their anchors alone.
    folders : mapping of str to str
        Folder of each table, which is the page of the data chapter that describes it.
    names : mapping of str to str
        ISO code → name of the region's countries.

    Returns
    -------
    str
        One element, without blank lines.
    """
    ways = {str(key): rows_of for key, rows_of in choices.groupby("claim_id")}
    rows = [
        {**row, "country": ";".join(named_countries(row, ways.get(row["claim_id"]), names))}
        for row in plain_rows(ledger)
    ]
    moved = by_rule.set_index("claim_id").T.to_dict()
    sections = "".join(_claim(row, ways.get(row["claim_id"]), moved.get(row["claim_id"], {}), folders) for row in rows)
    record = inert_json([claim_review(row, references, address) for row in rows if row["verdict"] in TESTED])
    return (
        f'<div class="claims">{_filters(rows)}<p class="ignored" role="status"></p>'
        f'<p class="claims-count" role="status"></p>{_one_table(rows)}{sections}'
        f'<script type="application/ld+json">{record}</script></div>'
    )


def rules_table(by_rule: pd.DataFrame) -> str:
    """HTML of how many claims have each verdict under each set of rules, a column each.

    Parameters
    ----------
    by_rule : pandas.DataFrame
        claim_id, then a column for each set of rules.

    Returns
    -------
    str
    """
    sets = [str(name) for name in by_rule.columns if name != "claim_id"]
    present = [verdict for verdict in TESTED if any(by_rule[name].eq(verdict).any() for name in sets)]
    rows = ([verdict, *(str(int(by_rule[name].eq(verdict).sum())) for name in sets)] for verdict in present)
    return claims_table(
        "claims-rules", "Claims with each verdict, by how strict the rules are", ("verdict", *sets), rows
    )


def traces_table(traced: pd.DataFrame) -> str:
    """HTML of what following claims to their sources gave: the computed status, and the first reading as a record.

    Parameters
    ----------
    traced : pandas.DataFrame
        The table `traces` that `claims/ledger` records.

    Returns
    -------
    str
    """
    rows = (
        (row["trace_id"], row["claim"], _linked(row["claim_id"]), row["status"], row["first_reading"], row["agreement"])
        for row in plain_rows(traced)
    )
    return claims_table(
        "claims-traces",
        "Claims that were followed to their sources: the verdicts now, and what they were taken for at first",
        ("key", "what was followed", "claims", "verdict now", "taken for at first", "the two"),
        rows,
    )


def late_rules_table(ledger: pd.DataFrame) -> str:
    """HTML of the rules that were changed after their first result, with the day and the reason.

    Parameters
    ----------
    ledger : pandas.DataFrame
        claim_id, verdict, declared, changed_late, change_reason.

    Returns
    -------
    str
        Empty where no rule was changed.
    """
    late = [row for row in plain_rows(ledger) if row["changed_late"]]
    if not late:
        return ""
    named = ("claim_id", "verdict", "declared", "changed_late", "change_reason")
    rows = ((_linked(key), *others) for key, *others in ([row[name] for name in named] for row in late))
    heads = ("claim", "verdict", "written down", "changed", "why")
    return claims_table("claims-late", "Rules that were changed after their first result", heads, rows)


def columns_table() -> str:
    """HTML of what each column of the downloads says.

    Returns
    -------
    str
    """
    rows = [(_code(name), "CSV, JSON", said) for name, said in CLAIMS.items()]
    rows += [(_code(f"ways: {name}"), "JSON", said) for name, said in WAYS.items()]
    rows.append(
        (_code("verdicts_by_rule"), "JSON", "the verdict under stricter and looser rules, by the name of the rules")
    )
    caption = "What each column of the downloads says"
    return (
        f"<details><summary>{caption}</summary>{claims_table('claims-columns', caption, COLUMN_HEADS, rows)}</details>"
    )


def claims_json(ledger: pd.DataFrame, choices: pd.DataFrame, by_rule: pd.DataFrame) -> str:
    """Everything that the page shows, for programs.

    Parameters
    ----------
    ledger, choices, by_rule
        As `claims_page`.

    Returns
    -------
    str
        A list of claims, each with `ways` of measuring and `verdicts_by_rule`; null where there is nothing.
    """
    ways = {str(key): plain_rows(rows.drop(columns="claim_id")) for key, rows in choices.groupby("claim_id")}
    moved = by_rule.set_index("claim_id").T.to_dict()
    claims = [
        {**row, "ways": ways.get(row["claim_id"], []), "verdicts_by_rule": moved.get(row["claim_id"], {})}
        for row in plain_rows(ledger)
    ]
    return json.dumps(claims, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def claim_review(row: Mapping[str, Any], references: Mapping[str, str], address: str) -> dict[str, Any]:
    """A claim and its verdict as a `ClaimReview` of schema.org.

    Parameters
    ----------
    row : mapping
        Of the ledger.
    references, address
        As `claims_page`.

    Returns
    -------
    dict
        The verdict is the rating's name: it is no number on a scale.
    """
    page = f"{address}{PAGE}" if address else ""
    reference = references[row["document"]]
    year = YEAR.search(reference)
    published = {"datePublished": year[1]} if year else {}
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{page}#{anchor(row['claim_id'])}",
        "datePublished": row["declared"],
        "author": {"@type": "Organization", "name": ORGANISATION} | ({"url": address} if address else {}),
        "claimReviewed": row["statement"],
        "itemReviewed": {
            "@type": "Claim",
            **published,
            "appearance": {"@type": "CreativeWork", "name": reference, **published},
        },
        "reviewRating": {"@type": "Rating", "alternateName": row["verdict"], "ratingExplanation": row["reasons"]},
    }


def anchor(claim_id: str) -> str:
    """Anchor of a claim on the page, which stays as long as the claim's key does."""
    return claim_id.lower()


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with None where nothing is."""
    return named_cells(frame.astype("object").where(frame.notna(), None))


def link_to_claim(row: Mapping[str, Any], words: str) -> str:
    """Words that lead to a claim on its page, from another page of the part."""
    return _Markup(f'<a href="{PAGE.partition("/")[2]}#{anchor(row["claim_id"])}">{escape(words)}</a>')


def verdict_in_words(row: Mapping[str, Any]) -> str:
    """The verdict, and where it is on no more than that something was said, that it is.

    Parameters
    ----------
    row : mapping
        verdict, unit.

    Returns
    -------
    str
    """
    verdict = str(row["verdict"])
    return f"{verdict}: that it was said" if row["unit"] == SAID_UNIT and verdict in TESTED else verdict


def region_in_words(row: Mapping[str, Any]) -> str:
    """The values with which a claim holds, such as `at 2 or more (guards)`.

    Parameters
    ----------
    row : mapping
        unit, region_low, region_high.

    Returns
    -------
    str
    """
    percent = percent_of(row)
    ends = (row["region_low"], row["region_high"])
    low, high = (None if end is None else f"{number(end)}{percent}" for end in ends)
    if low is None:
        where = f"at {high} or less"
    elif high is None:
        where = f"above {low}" if float(row["region_low"]) == 0 else f"at {low} or more"
    else:
        where = f"at exactly {low}" if low == high else f"between {low} and {high}"
    unit = row["unit"].removeprefix("%").strip()
    of = f" {unit}" if percent and unit else f" ({unit})" if unit else ""
    return f"{where}{of}"


def rule_in_words(row: Mapping[str, Any]) -> str:
    """The values under which a claim holds, in a sentence, and what its type asks or leaves out.

    Parameters
    ----------
    row : mapping
        type, claimed, unit, region_low, region_high, declared.

    Returns
    -------
    str
    """
    kind = SAID if row["unit"] == SAID_UNIT else MEANINGS.get(row["type"], "")
    claimed = "" if row["claimed"] is None else f"{number(row['claimed'])}{percent_of(row)}"
    first = f"The claim holds {region_in_words(row)}, by the rule of {row['declared']}."
    return f"{first} {kind.format(claimed=claimed)}".strip()


def axis(row: Mapping[str, Any], choices: pd.DataFrame) -> str:
    """One axis with the region, the main interval and every way of measuring.

    Parameters
    ----------
    row : mapping
        Of the ledger.
    choices : pandas.DataFrame
        value, low, high, is_main, position, window.

    Returns
    -------
    str
        An SVG element whose text says what it shows.
    """
    own = choices[choices["window"] == "claim"]
    main = own[own["is_main"]].iloc[0]
    claimed = row["claimed"]
    named = [*(row[end] for end in ("region_low", "region_high")), claimed]
    least, most = _span([*(it for it in named if it is not None), *own["value"], main["low"], main["high"]])

    def x(value: float | None, end: float) -> float:
        place = end if value is None or not math.isfinite(value) else min(max(float(value), least), most)
        return round(MARGIN + (place - least) / (most - least) * (WIDTH - 2 * MARGIN), 1)

    left, right = x(row["region_low"], least), x(row["region_high"], most)
    dots = "".join(
        f'<circle class="{it["position"]}" cx="{x(it["value"], least)}" cy="38" r="{5 if it["is_main"] else 3}"/>'
        for it in named_cells(own.sort_values("is_main"))
    )
    percent = percent_of(row)
    marks = "".join(
        f'<line x1="{x(it, least)}" x2="{x(it, least)}" y1="52" y2="56"/>'
        + _word(f"{_round(it)}{percent}", x(it, least), 66)
        for it in round_marks(least, most)
    )
    unit = row["unit"].removeprefix("%").strip()
    said_number = ""
    if claimed is not None:
        place = x(claimed, least)
        said_number = f'<line class="claimed" x1="{place}" x2="{place}" y1="24" y2="52"/>'
        said_number += _word(f"claimed: {number(claimed)}{percent}", place, 9)
    said = f"{row['quantity']}: {measured(row)}; {rule_in_words(row)}"
    return (
        f'<svg class="claim-axis" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">'
        f'<rect class="region" x="{left}" y="24" width="{max(right - left, 2):.1f}" height="28"/>'
        f"{_word('holds here', (left + right) / 2, 21)}"
        f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="52" y2="52"/>{said_number}'
        f'<line class="{main["position"]}" x1="{x(main["low"], least)}" x2="{x(main["high"], most)}" y1="38" y2="38"/>'
        f"{dots}{marks}{_word(unit, WIDTH / 2, 77) if unit else ''}</svg>"
    )


def round_marks(least: float, most: float) -> list[float]:
    """Round numbers within an axis, a step of one, two or five times a power of ten apart.

    Parameters
    ----------
    least, most : float
        Ends of the axis.

    Returns
    -------
    list of float
        At least two.
    """
    power = 10.0 ** math.floor(math.log10((most - least) / MARKS))
    step = next(it * power for it in STEPS if it * power >= (most - least) / MARKS)
    return [round(it * step, 12) for it in range(math.ceil(least / step), math.floor(most / step) + 1)]


def claims_table(kind: str, caption: str, head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    """A table whose first cell names the row; links that were made here stay, all else is text.

    Parameters
    ----------
    kind : str
        Class of the table.
    caption : str
    head : sequence of str
    rows : iterable of sequence of str or None

    Returns
    -------
    str
    """
    titles = "".join(f'<th scope="col">{escape(it)}</th>' for it in head)
    body = "".join(
        f'<tr><th scope="row">{_cell(first)}</th>{"".join(f"<td>{_cell(it)}</td>" for it in others)}</tr>'
        for first, *others in rows
    )
    return (
        f'<div class="pst-scrollable-table-container"><table class="table {kind}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


class _Markup(str):
    """Markup that was made here."""

    __slots__ = ()


def _code(name: str) -> _Markup:
    return _Markup(f"<code>{escape(name)}</code>")


def _cell(content: str | None) -> str:
    return content if isinstance(content, _Markup) else escape(content or "")


def _linked(keys: str) -> _Markup:
    """Links to claims, whose keys are separated by a semicolon."""
    return _Markup(", ".join(f'<a href="#{anchor(key)}">{escape(key)}</a>' for key in keys.split(";")))


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis for some values, with some room beyond them."""
    finite = [float(it) for it in values if math.isfinite(float(it))]
    least, most = min(finite), max(finite)
    room = (most - least or abs(most) or 1.0) * 0.08
    return least - room, most + room


def _round(value: float) -> str:
    """A mark's number: the mark is round, so that its zeros say nothing."""
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text and text[-1].isdigit() else text


def _word(text: str, middle: float, height: int) -> str:
    """A word around a place of the axis, as near to it as the frame allows."""
    half = min(len(text) * LETTER, WIDTH) / 2
    place = min(max(middle, half), WIDTH - half)
    return f'<text x="{place:.1f}" y="{height}" text-anchor="middle">{escape(text)}</text>'


def _one_table(rows: list[dict[str, Any]]) -> str:
    """Every claim as a row that leads to it; the filters hide rows too."""
    heads = ("Claim", "In our words", "Document", "Verdict", FILTERS["directness"][0])
    head = "".join(f'<th scope="col">{it}</th>' for it in heads)
    body = ""
    for row in rows:
        key = anchor(row["claim_id"])
        cells = (row["statement"], _label(row["document"]), row["verdict"], _nearness(row))
        written = "".join(f"<td>{escape(it)}</td>" for it in cells)
        body += f'<tr data-row="{key}"><th scope="row"><a href="#{key}">{row["claim_id"]}</a></th>{written}</tr>'
    return (
        '<div class="claims-table tex2jax_ignore mathjax_ignore" role="region" aria-label="Claims as a table" '
        f'tabindex="0"><table class="table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _nearness(row: Mapping[str, Any]) -> str:
    return NEARNESS[row["directness"]] if row["directness"] else "nothing: not tested"


def _filters(rows: list[dict[str, Any]]) -> str:
    fields = []
    for name, (label, every) in FILTERS.items():
        options = sorted({it for row in rows for it in (row[name] or "").split(";") if it}, key=_label)
        listed = "".join(f'<option value="{escape(it)}">{escape(_label(it))}</option>' for it in options)
        fields.append(
            f'<label>{label} <select name="{name}"><option value="">{every}</option>{listed}</select></label>'
        )
    return f'<form class="claims-filters" hidden>{"".join(fields)}</form>'


def _label(code: str) -> str:
    """What a code of a document, theme, verdict, directness or change since the last release is called."""
    known = {**DOCUMENTS, **THEMES, **NEARNESS, **RELEASED}
    return known.get(code) or f"{code[:1].upper()}{code[1:]}".replace("_", " ")


def _claim(
    row: Mapping[str, Any], choices: pd.DataFrame | None, by_rule: Mapping[Any, str], folders: Mapping[str, str]
) -> str:
    key = anchor(row["claim_id"])
    data = " ".join(f'data-{name}="{escape(row[name] or "")}"' for name in FILTERS)
    place = f"{_label(row['document'])}, {row['location_in_document']} · {_label(row['theme'])}"
    verdict = verdict_in_words(row).capitalize()
    parts = [
        f'<h3><a href="#{key}">{row["claim_id"]}</a> {escape(row["statement"])}</h3>',
        f'<p class="claim-place">{escape(place)}</p>',
        f'<p><strong class="claim-verdict">{escape(verdict)}.</strong> {escape(_reasons(row))}</p>',
    ]
    if choices is not None:
        several = f", from {int(row['n']):,} {row['units']}" if row["n"] else ""
        what = f"{row['quantity']} ({row['way']})" if row["way"] else row["quantity"]
        found = f"{what}: {measured(row)}{several}. {rule_in_words(row)} {_other_rules(row, by_rule)}"
        parts += [axis(row, choices), f"<p>{escape(found)}</p>", _ways(choices, row["unit"])]
    parts += [_links(row, choices, folders), _late(row), _since(row)]
    return f'<section class="claim tex2jax_ignore mathjax_ignore" id="{key}" {data}>{"".join(parts)}</section>'


def _reasons(row: Mapping[str, Any]) -> str:
    warned = [WARNINGS.get(it, it) for it in (row["warnings"] or "").split("; ") if it]
    beware = f"Beware: {'; '.join(warned)}." if warned else ""
    why = f"{row['reasons'].rstrip('.')}." if row["reasons"] else ""
    return " ".join(filter(None, [why, beware, FIDELITY.get(row["fidelity"] or "", "")]))


def _other_rules(row: Mapping[str, Any], by_rule: Mapping[Any, str]) -> str:
    others = [f"by {name} rules: {verdict}" for name, verdict in by_rule.items() if verdict != row["verdict"]]
    return sentences(["; ".join(others)]) if others else "Stricter and looser rules give the same verdict."


def _since(row: Mapping[str, Any]) -> str:
    """What the claim said at the last release, where it says something else now."""
    if row["released_as"] == "new":
        return "<p>Not in the last release.</p>"
    told = [
        f"the {what} was {row[name]}"
        for what, name in (("verdict", "verdict_then"), ("estimate", "estimate_then"))
        if row[name]
    ]
    return f"<p>At the last release {escape(' and '.join(told))}.</p>" if told else ""


def _late(row: Mapping[str, Any]) -> str:
    if not row["changed_late"]:
        return ""
    told = f"The rule was changed on {row['changed_late']}, after its first result. {row['change_reason']}"
    return f"<p>{escape(told)}</p>"


def _links(row: Mapping[str, Any], choices: pd.DataFrame | None, folders: Mapping[str, str]) -> str:
    """The claim's row in the workshop; of a measured one its tables, the cell that measured, its ways and the run."""
    own = f'<a href="{WORKSHOP}#{row_anchor(row["claim_id"])}">{row["claim_id"]} in the workshop</a>'
    if choices is None:
        return f'<p class="claim-links">{own}</p>'
    names = sorted({name for cell in choices["tables"] for name in cell.split(";")})
    tables = ", ".join(
        f'<a href="../data/{folders[name]}.html#table-{name.replace("_", "-")}"><code>{name}</code></a>'
        for name in names
    )
    return (
        f'<p class="claim-links">{own} · tables: {tables} · <a href="{CELL}">the cell that measured all claims</a> · '
        f'<a href="{CHOICES}">all ways of measuring (CSV)</a> · <a href="{MANIFEST}">the run</a></p>'
    )


def _ways(choices: pd.DataFrame, unit: str) -> str:
    """Every way of measuring; those of later years, which no verdict counts, say so."""
    later = choices["window"] != "claim"
    labels = dict(zip(choices["choice"], choices["label"], strict=True))
    items = "".join(
        f"<li>{escape(it['label'])}: {measured({**it, 'unit': unit})}, {LIES[it['position']]} "
        f"(<code>{escape(_call(it))}</code>)"
        f"{escape('. Figures: ' + it['read_at']) if it.get('read_at') else ''}"
        f"{_not_counted(it, labels)}</li>"
        for it in plain_rows(choices)
    )
    others = f", and {later.sum()} of later years" if later.any() else ""
    return f"<details><summary>Ways of measuring ({(~later).sum()}{others})</summary><ul>{items}</ul></details>"


def _not_counted(way: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Why a way of measuring does not count; nothing where it does."""
    if way["window"] != "claim":
        return " (later years, not counted)"
    same = way.get("same_as")
    return escape(f" (the very numbers of “{labels[same]}”, not counted again)") if same else ""


def _call(way: Mapping[str, Any]) -> str:
    """The function that measured, with its arguments."""
    return f"{way['measure']}({', '.join((way['arguments'] or '').split(';'))})"
