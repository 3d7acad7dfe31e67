"""Programmes over time: a bar a programme in the notebook, and the page that filters them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.evidence.programme_map import SHADES, Country, programme_map, shades_in_words
from citizen_security.figures.headline import headline
from citizen_security.figures.page_table import page_table
from citizen_security.figures.places.shapes import Polygon, Window, fit, read_shape
from citizen_security.words import counted, out_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas.io.formats.style import Styler

# Ends of the axis of years, and its labelled years.
FIRST, LAST, STEP = 1990, 2026, 10
WIDTH, HEIGHT, MARGIN = 320, 30, 14
# What a blank cell says.
NOT_FOUND = "not found"
# Width of a map, in its own units, and the colours of its shades.
MAP = 300
COLOURS = ("#bfe0f5", theme.SKY, theme.BLUE)
# A country of which no programme is known: it may have had some, and has no zero.
NONE_KNOWN: Mapping[str, Any] = {"facecolor": "none", "edgecolor": theme.GREY, "hatch": "//////"}
# What the page chooses by, with the name of the choice that leaves all.
FILTERS = {
    "country": ("Country", "all countries"),
    "theme": ("Theme", "all themes"),
    "begun": ("First year", "any, found or not"),
    "payer": ("Who pays", "anybody, found or not"),
    "budget": ("Budget", "with one or without"),
}
# What a choice leaves out where it was not found, as the page tells it.
LEFT_OUT = {"begun": "the first year", "payer": "who pays"}
BUDGETS = {True: "published", False: NOT_FOUND}
# Years from one choice of the first year to the next.
EVERY = 5
# Where a row names no source besides the tables of studies, and what such a table is to a reader.
OWN_TABLES = {"table studies": "its studies", "table effects": "the effects that its studies report"}


# As wide as a phone shows it.
WIDTH_INCHES = 4.9


@dataclass(frozen=True)
class Names:
    """What codes are called.

    Attributes
    ----------
    countries, studies, targets, series : mapping of str to str
        By their codes or keys.
    """

    countries: Mapping[str, str]
    studies: Mapping[str, str]
    targets: Mapping[str, str]
    series: Mapping[str, str]


def plot_timeline(dated: pd.DataFrame, programmes: int) -> "Figure":
    """Draw a bar for each programme whose first year is known; one without a known end has a triangle at its first.

    Parameters
    ----------
    dated : pandas.DataFrame
        name, start_year, end_year (missing where it was not read); in the order to draw them in.
    programmes : int
        All of them, dated or not.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(WIDTH_INCHES, 1.4 + 0.4 * max(len(dated), 1)), layout="constrained")
    for height, row in enumerate(_rows(dated)):
        start = int(row["start_year"])
        # Its name stands above its bar: a column of names would leave a phone no room for bars.
        axis.text(FIRST + 0.4, height - 0.42, str(row["name"]), ha="left", va="center", fontsize=9.5, in_layout=False)
        # An end that was not found is no end: a triangle marks the beginning, and no length is claimed.
        if pd.notna(row["end_year"]):
            axis.plot([start, int(row["end_year"])], [height, height], color=theme.BLUE, linewidth=7)
        else:
            axis.plot(start, height, marker=">", color=theme.BLUE, markersize=8)
    axis.set_yticks([])
    axis.set_ylim(max(len(dated), 1) - 0.5, -0.8)
    axis.set_xlim(FIRST, LAST)
    axis.set_xlabel("year (triangle: last year not found)")
    headline(figure, timeline_title(dated, programmes))
    return figure


def timeline_title(dated: pd.DataFrame, programmes: int) -> str:
    """The finding: of how many programmes the years were read."""
    known = out_of(len(dated), programmes, "programmes", "programme")
    ended = int(dated["end_year"].notna().sum())
    return f"The first year of {known} was found, and the last of {counted(ended, 'programme')}"


def plot_begun(begun: pd.DataFrame, places: pd.DataFrame) -> "Figure":
    """Draw maps of the programmes that had begun by the end of each decade, and of those without a first year.

    Parameters
    ----------
    begun : pandas.DataFrame
        iso3; a column of counts for each decade, named by its last year; undated.
    places : pandas.DataFrame
        place, kind, shape (well-known text); of these the countries are drawn.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    countries = places[places["kind"] == "country"]
    shapes = {
        str(code): read_shape(str(text)) for code, text in zip(countries["place"], countries["shape"], strict=True)
    }
    window = fit(shapes.values(), MAP, MAP)
    counts = begun.set_index("iso3")
    rows = -(-len(counts.columns) // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(8.4, 4.3 * rows), layout="constrained", squeeze=False)
    for axis in axes.flat[len(counts.columns) :]:
        axis.axis("off")
    for axis, name in zip(axes.flat, counts.columns, strict=False):
        axis.set_title("first year not found" if name == "undated" else f"begun by {name}", fontsize=11)
        axis.set(xlim=(0, window.width), ylim=(window.height, 0), aspect="equal")
        axis.axis("off")
        for code, polygons in shapes.items():
            _country(axis, polygons, window, int(counts[name].get(code, 0)))
    _key_to_shades(axes.flat[0])
    headline(figure, begun_title(begun))
    return figure


def begun_title(begun: pd.DataFrame) -> str:
    """The finding: in how many countries programmes had begun, first and last."""
    decades = [str(name) for name in begun if name not in ("iso3", "undated")]
    if not decades:
        return "No first year was found: the map shows where programmes were"
    told = [f"{(begun[year] > 0).sum()} by {year}" for year in dict.fromkeys((decades[0], decades[-1]))]
    return f"Countries with a programme that is known to have begun: {', '.join(told)}"


def programmes_table(programmes: pd.DataFrame, countries: Mapping[str, str]) -> "Styler":
    """Every programme as a row.

    Parameters
    ----------
    programmes : pandas.DataFrame
        name, place, iso3, theme, start_year, end_year, paid_by, studies; blanks are shown as "not found".
    countries : mapping of str to str
        What countries are called, by code.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    names = {
        "name": "Programme",
        "place": "Place",
        "iso3": "Countries",
        "theme": "Theme",
        "start_year": "First year",
        "end_year": "Last year",
        "paid_by": "Who pays",
        "studies": "Studies",
    }
    named = [", ".join(countries[code] for code in _codes(text)) for text in programmes["iso3"]]
    shown = programmes[list(names)].assign(iso3=named).rename(columns=names).astype("object")
    return page_table(shown.where(shown.notna(), "not found"))


def programmes_page(programmes: pd.DataFrame, names: Names, shapes: Mapping[str, Sequence[Polygon]]) -> str:
    """HTML of every programme, on a map and with its years on one axis.

    The site's `claims.js` filters it, counts the map again, and keeps the address.

    Parameters
    ----------
    programmes : pandas.DataFrame
        As the notebook records them: columns of the table `programmes`, and theme.
    names : Names
    shapes : mapping
        Code of each country on the map → its polygons.

    Returns
    -------
    str
        One element, without blank lines.
    """
    rows = [_plain(row) for row in _rows(programmes.sort_values("name", key=lambda column: column.str.casefold()))]
    ends = _ends(rows)
    listed = "".join(_programme(row, names, ends) for row in rows)
    return (
        f'<div class="claims" data-noun="programmes">{_filters(rows, names.countries, ends)}'
        '<p class="ignored" role="status"></p><p class="claims-count" role="status"></p>'
        f"{_map(rows, names.countries, shapes)}{_one_table(rows, names.countries)}{listed}</div>"
    )


def beside_table(beside: pd.DataFrame) -> str:
    """HTML of a document's counts beside what can be found here.

    Parameters
    ----------
    beside : pandas.DataFrame
        counted, document_low, document_high (equal where the document has one figure), here, note.

    Returns
    -------
    str
    """
    heads = ("What is counted", "The document", "This register and its studies", "What is counted here")
    head = "".join(f'<th scope="col">{it}</th>' for it in heads)
    body = ""
    for row in _rows(beside):
        low, high = (f"{row[end]:,}" for end in ("document_low", "document_high"))
        cells = (low if low == high else f"{low} or {high}", f"{row['here']:,}", row["note"])
        written = "".join(f"<td>{escape(it)}</td>" for it in cells)
        body += f'<tr><th scope="row">{escape(row["counted"].capitalize())}</th>{written}</tr>'
    return (
        '<div class="pst-scrollable-table-container"><table class="table">'
        f"<caption>What the document counts, and what can be found here</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def years_in_words(row: Mapping[str, Any]) -> str:
    """`from 2002, end not found`; `2013 to 2018`; `years not found`."""
    start, end = row["start_year"], row["end_year"]
    if start is None:
        return "years not found"
    return f"{start:.0f} to {end:.0f}" if end is not None else f"from {start:.0f}, end not found"


def budget_in_words(row: Mapping[str, Any]) -> str:
    """The budget with its currency, year and what it covers, or that none was found."""
    if row["budget"] is None:
        return NOT_FOUND
    return f"{row['budget']:,.0f} {row['budget_currency']} ({row['budget_year']:.0f}; {row['budget_covers']})"


def why_not_found(row: Mapping[str, Any]) -> str:
    """Why facts of a programme are blank, by what was read of it; empty where none is."""
    if all(row[name] is not None for name in ("start_year", "end_year", "paid_by", "budget")):
        return ""
    if row["sources"] in OWN_TABLES:
        return "its studies do not say it, and no other source was read"
    read = "neither its studies nor the sources named here say it"
    return read if row["studies"] else "the sources named here do not say it"


def _programme(row: Mapping[str, Any], names: Names, ends: Sequence[int]) -> str:
    countries = [names.countries[code] for code in _codes(row["iso3"])]
    data = " ".join(f'data-{name}="{escape(value)}"' for name, value in _chosen_by(row, ends).items())
    studies = "; ".join(names.studies[key] for key in _codes(row["studies"])) or "none found"
    facts = {
        "Years": years_in_words(row),
        "Who pays": row["paid_by"] or NOT_FOUND,
        "Budget": budget_in_words(row),
        "Why not found": why_not_found(row),
        "Aimed at": ", ".join(_within(names.targets[key]) for key in _codes(row["targets"])),
        "Studies": studies,
        "Series": "; ".join(names.series[key] for key in _codes(row["series"])) or "none found",
        "Read in": OWN_TABLES.get(row["sources"], row["sources"]),
        "Note": row["note"],
    }
    items = "".join(f"<li>{name}: {escape(text)}</li>" for name, text in facts.items() if text)
    place = f"{row['place']} · {', '.join(countries)} · {row['theme']} · {years_in_words(row)}"
    key = _key(row)
    return (
        f'<section class="claim tex2jax_ignore mathjax_ignore" id="{key}" {data}>'
        f'<h3><a href="#{key}">{escape(row["name"])}</a></h3><p class="claim-place">{escape(place)}</p>'
        f"{_axis(row)}<details><summary>Facts and sources</summary><ul>{items}</ul></details></section>"
    )


def _one_table(rows: list[dict[str, Any]], names: Mapping[str, str]) -> str:
    """Every programme as a row of one table, folded; the filters hide its rows too."""
    heads = ("Programme", "Place", "Country", "Theme", "Years", "Who pays", "Budget")
    head = "".join(f'<th scope="col">{it}</th>' for it in heads)
    body = ""
    for row in rows:
        countries = ", ".join(names[code] for code in _codes(row["iso3"]))
        paid = row["paid_by"] or NOT_FOUND
        cells = (row["place"], countries, row["theme"], years_in_words(row), paid, budget_in_words(row))
        written = "".join(f"<td>{escape(it)}</td>" for it in cells)
        key = _key(row)
        link = f'<a href="#{key}">{escape(row["name"])}</a>'
        body += f'<tr data-row="{key}"><th scope="row">{link}</th>{written}</tr>'
    # A wide table scrolls in its own box, which can be reached by keyboard, so that the page does not.
    return (
        "<details><summary>The same programmes as one table</summary>"
        '<div class="table-scroll tex2jax_ignore mathjax_ignore" role="region" aria-label="Programmes" '
        f'tabindex="0" style="overflow-x:auto"><table class="table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def _axis(row: Mapping[str, Any]) -> str:
    """The programme's years on the axis that all share; empty where the first was not read."""
    if row["start_year"] is None:
        return ""
    left = _x(row["start_year"])
    said = escape(f"{row['name']}: {years_in_words(row)}")
    if row["end_year"] is None:
        mark = f'<path d="M{left} 4 l9 6 l-9 6 z"/>'
    else:
        mark = f'<rect x="{left}" y="5" width="{max(_x(row["end_year"]) - left, 3):.1f}" height="10"/>'
    ticks = "".join(
        f'<text x="{_x(year)}" y="28" text-anchor="middle">{year}</text>' for year in range(FIRST, LAST, STEP)
    )
    return (
        f'<svg class="claim-axis programme-years" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">'
        f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="18" y2="18"/>{mark}{ticks}</svg>'
    )


def _x(year: float) -> float:
    return round(MARGIN + (float(year) - FIRST) / (LAST - FIRST) * (WIDTH - 2 * MARGIN), 1)


def _map(rows: list[dict[str, Any]], names: Mapping[str, str], shapes: Mapping[str, Sequence[Polygon]]) -> str:
    held = [code for row in rows for code in _codes(row["iso3"])]
    countries = {code: Country(names[code], shape, held.count(code)) for code, shape in shapes.items()}
    return programme_map(countries, len(rows))


def _filters(rows: list[dict[str, Any]], names: Mapping[str, str], ends: Sequence[int]) -> str:
    options: dict[str, Iterable[tuple[str, str]]] = {
        "country": sorted(
            ((code, names[code]) for code in {code for row in rows for code in _codes(row["iso3"])}),
            key=lambda pair: pair[1],
        ),
        "theme": [(it, it) for it in sorted({row["theme"] for row in rows})],
        "begun": [*((str(end), f"{end} or before") for end in ends), (NOT_FOUND, NOT_FOUND)],
        "payer": [(it, it) for it in [*sorted({row["paid_by"] for row in rows} - {None}), NOT_FOUND]],
        "budget": [(it, it) for it in BUDGETS.values()],
    }
    held = [_chosen_by(row, ends) for row in rows]
    fields = []
    for name, (label, every) in FILTERS.items():
        there = {code for it in held for code in _codes(it[name])}
        listed = "".join(
            f'<option value="{escape(key)}">{escape(text)}</option>' for key, text in options[name] if key in there
        )
        left = f' data-left-out="{LEFT_OUT[name]}"' if name in LEFT_OUT else ""
        fields.append(
            f'<label>{label} <select name="{name}"{left}><option value="">{every}</option>{listed}</select></label>'
        )
    return f'<form class="claims-filters" hidden>{"".join(fields)}</form>'


def _chosen_by(row: Mapping[str, Any], ends: Sequence[int]) -> dict[str, str]:
    """What each filter finds a programme by; several values are separated by a semicolon."""
    start = row["start_year"]
    begun = NOT_FOUND if start is None else ";".join(str(end) for end in ends if start <= end)
    return {
        "country": row["iso3"],
        "theme": row["theme"],
        "begun": begun,
        "payer": row["paid_by"] or NOT_FOUND,
        "budget": _has_budget(row),
    }


def _ends(rows: list[dict[str, Any]]) -> list[int]:
    """Years by which programmes had begun, a few apart: the first has one, the last all whose first year is known."""
    starts = [int(row["start_year"]) for row in rows if row["start_year"] is not None]
    if not starts:
        return []
    first, last = (-(-year // EVERY) * EVERY for year in (min(starts), max(starts)))
    return list(range(first, last + 1, EVERY))


def _key(row: Mapping[str, Any]) -> str:
    """Anchor of a programme."""
    return str(row["programme_id"]).replace("_", "-")


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"


def _country(axis: "Axes", polygons: Sequence[Polygon], window: Window, programmes: int) -> None:
    """A country in the shade of its programmes, with their number where it has one."""
    from matplotlib.patches import Polygon as Patch
    from matplotlib.patheffects import Normal, Stroke

    shade = sum(programmes >= least for least in SHADES)
    filled = {"facecolor": COLOURS[shade - 1], "edgecolor": "white"} if shade else NONE_KNOWN
    outlines = [[window.project(point) for point in polygon[0]] for polygon in polygons]
    for outline in outlines:
        axis.add_patch(Patch(outline, closed=True, linewidth=0.4, **filled))
    if programmes:
        largest = max(outlines, key=len)
        across, down = ([point[at] for point in largest] for at in (0, 1))
        middle = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2
        label = axis.text(*middle, str(programmes), ha="center", va="center", fontsize=9.5, fontweight="bold")
        label.set_path_effects([Stroke(linewidth=2, foreground="white"), Normal()])


def _key_to_shades(axis: "Axes") -> None:
    """In the sea to the west of the first map, which nothing else needs."""
    from matplotlib.patches import Patch

    shades = [Patch(facecolor=colour, label=it) for it, colour in zip(shades_in_words(), COLOURS, strict=True)]
    hatched = Patch(linewidth=0.4, label="none known,\nwhich is no zero", **NONE_KNOWN)
    axis.legend(handles=[*shades, hatched], loc="lower left", fontsize=9.5, frameon=False, title="programmes")


def _has_budget(row: Mapping[str, Any]) -> str:
    return BUDGETS[row["budget"] is not None]


def _codes(text: str | None) -> list[str]:
    return text.split(";") if text else []


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if pd.isna(cell) else cell for name, cell in row.items()}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
