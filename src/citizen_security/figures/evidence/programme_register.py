"""Programmes over time: a bar a programme in the notebook, and the page that filters them."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from citizen_security.figures import theme
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
# Width of a map, in its own units, and colours of countries by how many programmes they have.
MAP = 300
SHADES = ((0, "#e3e7ea"), (1, "#bfe0f5"), (2, theme.SKY), (4, theme.BLUE))
# What the page chooses by, with the name of the choice that leaves all.
FILTERS = {"country": "all countries", "theme": "all themes", "budget": "with a budget or without"}
BUDGETS = {True: "published", False: "not found"}
# Where a row names no source besides the tables of studies.
OWN_TABLES = ("table studies", "table effects")


# As wide as a phone shows it.
WIDTH_INCHES = 4.9


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
    headline(figure, begun_title(begun))
    return figure


def begun_title(begun: pd.DataFrame) -> str:
    """The finding: in how many countries programmes had begun, first and last."""
    decades = [str(name) for name in begun if name not in ("iso3", "undated")]
    if not decades:
        return "No first year was found: the map shows where programmes were"
    told = [f"{(begun[year] > 0).sum()} by {year}" for year in dict.fromkeys((decades[0], decades[-1]))]
    return f"Countries with a programme that is known to have begun: {', '.join(told)}"


def programmes_table(programmes: pd.DataFrame) -> "Styler":
    """Every programme as a row.

    Parameters
    ----------
    programmes : pandas.DataFrame
        name, place, iso3, theme, start_year, end_year, paid_by, studies; blanks are shown as "not found".

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
    shown = programmes[list(names)].rename(columns=names).astype("object")
    return page_table(shown.where(shown.notna(), "not found"))


def programmes_page(programmes: pd.DataFrame, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """HTML of every programme with its years on one axis; the site's `claims.js` filters it and keeps the address.

    Parameters
    ----------
    programmes : pandas.DataFrame
        As the notebook records them: columns of the table `programmes`, and theme.
    names : mapping of str to str
        What countries are called, by code.
    titles : mapping of str to str
        What studies are called, by key.

    Returns
    -------
    str
        One element, without blank lines.
    """
    rows = [_plain(row) for row in _rows(programmes.sort_values("name", key=lambda column: column.str.casefold()))]
    filters = _filters(rows, names)
    listed = "".join(_programme(row, names, titles) for row in rows)
    return (
        f'<div class="claims" data-noun="programmes">{filters}<p class="ignored" role="status"></p>'
        f'<p class="claims-count" role="status"></p>{listed}'
        f"{_one_table(rows, names)}</div>"
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


def _programme(row: Mapping[str, Any], names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    countries = [names[code] for code in _codes(row["iso3"])]
    chosen = {"country": row["iso3"], "theme": row["theme"], "budget": _has_budget(row)}
    data = " ".join(f'data-{name}="{escape(value)}"' for name, value in chosen.items())
    studies = "; ".join(titles[key] for key in _codes(row["studies"])) or "none found"
    facts = {
        "Years": years_in_words(row),
        "Who pays": row["paid_by"] or NOT_FOUND,
        "Budget": budget_in_words(row),
        "Why not found": why_not_found(row),
        "For": row["targets"].replace(";", ", "),
        "Studies": studies,
        "Series": (row["series"] or "none").replace(";", ", ").replace("_", " "),
        "Read at": row["sources"],
        "Note": row["note"],
    }
    items = "".join(f"<li>{name}: {escape(text)}</li>" for name, text in facts.items() if text)
    place = f"{row['place']} · {', '.join(countries)} · {row['theme']} · {years_in_words(row)}"
    key = row["programme_id"].replace("_", "-")
    return (
        f'<section class="claim tex2jax_ignore mathjax_ignore" id="{key}" {data}>'
        f'<h3><a href="#{key}">{escape(row["name"])}</a></h3><p class="claim-place">{escape(place)}</p>'
        f"{_axis(row)}<details><summary>Facts and sources</summary><ul>{items}</ul></details></section>"
    )


def _one_table(rows: list[dict[str, Any]], names: Mapping[str, str]) -> str:
    """Every programme as a row of one table, folded, whatever the filters leave out."""
    heads = ("Programme", "Place", "Country", "Theme", "Years", "Who pays", "Budget")
    head = "".join(f'<th scope="col">{it}</th>' for it in heads)
    body = ""
    for row in rows:
        countries = ", ".join(names[code] for code in _codes(row["iso3"]))
        paid = row["paid_by"] or NOT_FOUND
        cells = (row["place"], countries, row["theme"], years_in_words(row), paid, budget_in_words(row))
        written = "".join(f"<td>{escape(it)}</td>" for it in cells)
        body += f'<tr><th scope="row">{escape(row["name"])}</th>{written}</tr>'
    # A wide table scrolls in its own box, which can be reached by keyboard, so that the page does not.
    return (
        "<details><summary>All programmes as one table</summary>"
        '<div class="table-scroll tex2jax_ignore mathjax_ignore" role="region" aria-label="All programmes" '
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


def _filters(rows: list[dict[str, Any]], names: Mapping[str, str]) -> str:
    options: dict[str, Iterable[tuple[str, str]]] = {
        "country": sorted(
            ((code, names[code]) for code in {code for row in rows for code in _codes(row["iso3"])}),
            key=lambda pair: pair[1],
        ),
        "theme": [(it, it) for it in sorted({row["theme"] for row in rows})],
        "budget": [(it, it) for it in BUDGETS.values()],
    }
    fields = []
    for name, every in FILTERS.items():
        listed = "".join(f'<option value="{escape(key)}">{escape(text)}</option>' for key, text in options[name])
        fields.append(f'<label>{name} <select name="{name}"><option value="">{every}</option>{listed}</select></label>')
    return f'<form class="claims-filters" hidden>{"".join(fields)}</form>'


def _country(axis: "Axes", polygons: Sequence[Polygon], window: Window, programmes: int) -> None:
    """A country in the shade of its programmes, with their number where it has one."""
    from matplotlib.patches import Polygon as Patch
    from matplotlib.patheffects import Normal, Stroke

    shade = next(colour for least, colour in reversed(SHADES) if programmes >= least)
    outlines = [[window.project(point) for point in polygon[0]] for polygon in polygons]
    for outline in outlines:
        axis.add_patch(Patch(outline, closed=True, facecolor=shade, edgecolor="white", linewidth=0.4))
    if programmes:
        largest = max(outlines, key=len)
        across, down = ([point[at] for point in largest] for at in (0, 1))
        middle = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2
        label = axis.text(*middle, str(programmes), ha="center", va="center", fontsize=9.5, fontweight="bold")
        label.set_path_effects([Stroke(linewidth=2, foreground="white"), Normal()])


def _has_budget(row: Mapping[str, Any]) -> str:
    return BUDGETS[row["budget"] is not None]


def _codes(text: str | None) -> list[str]:
    return text.split(";") if text else []


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if pd.isna(cell) else cell for name, cell in row.items()}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
