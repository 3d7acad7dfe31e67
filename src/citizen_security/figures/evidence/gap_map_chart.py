"""The evidence gap map to be explored: filters, bubbles that are counted and pooled anew, and the studies of a cell.

Everything that the filters change is computed by Vega-Lite from one list of studies and cells, so that no script of
our own runs on the page. Effects are pooled with the between-study variance of DerSimonian and Laird and the interval
of Knapp and Hartung, no narrower than the normal one, which are closed forms.
"""

import math
from collections import Counter
from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.evidence.gap_map import (
    COLOURS,
    DIRECTIONS,
    EMPTY,
    FULL_SIZE,
    LEVELS,
    REGIONS,
    SOURCE,
    STANDINGS,
    doi_address,
    effect_text,
    level_label,
    records,
    short_reference,
    shown_title,
)

if TYPE_CHECKING:
    import altair as alt

CAPTION = f"Source: {SOURCE}"

LISTED = 8
# Small enough that the map fits a telephone, large enough to be hit with a finger.
STEP = 24
LABEL_WIDTH = 170
LINE = 32

CELL = ["intervention", "outcome"]

# An interval that ends this close to zero ends there, up to rounding.
AT_ZERO = "1e-9"
MODES = {"design": "strongest design", "pooled_effect": "pooled effect"}
TARGETS = {
    "people": "people",
    "gangs": "gangs",
    "place": "places",
    "policy": "rules",
    "system": "institutions",
}
# How a pooled effect is written: a ratio as a percentage, a difference in standard deviations.
UNITS = {"rate_ratio": "%", "odds_ratio": "% of the odds"}

# A row without a study stands for each cell, so that a cell which the filters empty is still there to be chosen.
FILTER = (
    "datum.n === 0 || ("
    "(region === 'both' || (region === 'lac' ? datum.lac : datum.elsewhere))"
    " && (country === 'all' || indexof(datum.countries, country) >= 0)"
    " && datum.level >= level && datum.year >= first && datum.year <= last"
    " && (target === 'all' || indexof(datum.targets, target) >= 0))"
)


def gap_map_chart(
    grid: pd.DataFrame,
    studies: pd.DataFrame,
    *,
    countries: Mapping[str, str] | None = None,
    colour: str = "design",
    dark: bool = False,
) -> "alt.TopLevelMixin":
    """Draw the map to be explored: filters above, the studies of the chosen cell below.

    Parameters
    ----------
    grid : pandas.DataFrame
        As for `plot_gap_map`.
    studies : pandas.DataFrame
        One row for each region, cell and study: region, intervention, outcome, study_id, authors, year, title,
        title_is_ours, doi,
        countries and targets (separated by `;`), in_lac, in_elsewhere, maryland_level, direction, effect and
        standard_error (nan where none is known), measure, is_averaged (whether a mean may take the effect).
    countries : mapping of str to str, optional
        Names of the countries by code; codes are shown without it.
    colour : {"design", "pooled_effect"}
        What the colour says at first.
    dark : bool
        For the dark mode of the site.

    Returns
    -------
    altair.VConcatChart
        The selection is called `cell`; the filters `region`, `country`, `level`, `first`, `last` and `target`; what
        the colour says, `colour`.
    """
    import altair as alt

    rows = _rows(grid, studies)
    cell = _cell_parameter(grid)
    parts = [_matrix(grid, rows, cell, dark=dark), _key(grid, dark=dark), _study_list(grid, rows, cell, dark=dark)]
    chart = alt.vconcat(*parts, spacing=10)
    chart = chart.add_params(*_parameters(grid, studies, countries or {}, colour))
    themed: alt.VConcatChart = chart.resolve_scale(color="independent", size="independent").configure(
        **theme.altair_config(dark=dark)
    )
    # Last, as each of the calls above copies all that the chart holds.
    themed.data = alt.InlineData(values=rows)
    return themed


def pooling_steps(most: int) -> list[tuple[str, str, Any]]:
    """The pooled effect of each cell as steps of Vega-Lite, from the columns effect and variance.

    Parameters
    ----------
    most : int
        Largest number of studies in a cell.

    Returns
    -------
    list of tuple
        (kind, name, expression): `calculate` gives each row a column, `join` gives it a sum over its cell. The last
        columns are k, mean, low and high; null where a cell has fewer than two effects.

    References
    ----------
    DerSimonian and Laird (1986), Controlled Clinical Trials 7(3); Knapp and Hartung (2003), Statistics in Medicine
    22(17).
    """
    from scipy.stats import t

    quantiles = [round(float(t.ppf(0.975, degrees)), 6) for degrees in range(1, max(most, 2))]
    spread = "(datum.w_sum - datum.ww_sum / datum.w_sum)"
    return [
        ("calculate", "has", "datum.n === 1 && isValid(datum.effect) ? 1 : 0"),
        ("calculate", "w", "datum.has ? 1 / datum.variance : 0"),
        ("calculate", "wy", "datum.has ? datum.w * datum.effect : 0"),
        ("calculate", "ww", "datum.w * datum.w"),
        ("join", "k", "has"),
        ("join", "w_sum", "w"),
        ("join", "wy_sum", "wy"),
        ("join", "ww_sum", "ww"),
        ("calculate", "q", "datum.has ? datum.w * pow(datum.effect - datum.wy_sum / datum.w_sum, 2) : 0"),
        ("join", "q_sum", "q"),
        ("calculate", "tau", f"datum.k > 1 ? max(0, (datum.q_sum - datum.k + 1) / {spread}) : 0"),
        ("calculate", "u", "datum.has ? 1 / (datum.variance + datum.tau) : 0"),
        ("calculate", "uy", "datum.has ? datum.u * datum.effect : 0"),
        ("join", "u_sum", "u"),
        ("join", "uy_sum", "uy"),
        ("calculate", "mean", "datum.k > 1 ? datum.uy_sum / datum.u_sum : null"),
        ("calculate", "r", "datum.has && datum.k > 1 ? datum.u * pow(datum.effect - datum.mean, 2) : 0"),
        ("join", "r_sum", "r"),
        (
            "calculate",
            "half",
            f"datum.k > 1 ? {quantiles}[datum.k - 2] * sqrt(max(datum.r_sum / (datum.k - 1), 1) / datum.u_sum) : null",
        ),
        ("calculate", "low", "datum.k > 1 ? datum.mean - datum.half : null"),
        ("calculate", "high", "datum.k > 1 ? datum.mean + datum.half : null"),
    ]


# --- the data ---------------------------------------------------------------------------------------------------------


def _rows(grid: pd.DataFrame, studies: pd.DataFrame) -> list[dict[str, Any]]:
    """Each study of each cell once, and a row without a study for each cell."""
    once = studies.drop_duplicates(["intervention", "outcome", "study_id"])
    every = grid.drop_duplicates(["intervention", "outcome"])
    units = {(row.intervention, row.outcome): UNITS.get(row.measure, "SD") for row in records(once) if row.measure}
    empty = [_place(row, units) | {"n": 0} for row in records(every)]
    return [_place(row, units) | _study(row) for row in records(once)] + empty


def _place(row: Any, units: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Cell of a row, by the labels that the axes show."""
    unit = units.get((row.intervention, row.outcome), "")
    return {"intervention": row.intervention_label, "outcome": row.outcome_label, "unit": unit}


def _study(row: Any) -> dict[str, Any]:
    return {
        "n": 1,
        "lac": bool(row.in_lac),
        "elsewhere": bool(row.in_elsewhere),
        "countries": row.countries,
        "targets": row.targets,
        "level": 0 if pd.isna(row.maryland_level) else int(row.maryland_level),
        "year": int(row.year),
        "study": short_reference(row.authors, row.year, row.title),
        "title": shown_title(row.title, row.title_is_ours),
        "link": doi_address(row.doi) or None,
        "direction": DIRECTIONS[row.direction][0],
        # What the table of levels keeps out of a mean is listed as printed and not pooled.
        "effect": _rounded(row.effect) if row.is_averaged else None,
        "variance": _rounded(row.standard_error**2),
        "printed": effect_text(row.measure, row.effect, row.standard_error),
    }


def _rounded(value: float) -> float | None:
    """Six significant digits are more than any figure of a publication has."""
    return None if math.isnan(value) else float(f"{value:.6g}")


def _fullest(grid: pd.DataFrame) -> dict[str, str]:
    """The cell that is open when the chart is first seen: the fullest of the first region."""
    first = grid[grid["region"] == grid["region"].iloc[0]]
    best = first.loc[first["studies"].idxmax()]
    return {"intervention": best["intervention_label"], "outcome": best["outcome_label"]}


# --- controls ---------------------------------------------------------------------------------------------------------


def _cell_parameter(grid: pd.DataFrame) -> "alt.Parameter":
    """Chosen by a click on the map or, without a pointer, in two lists."""
    import altair as alt

    choices: Any = {
        field: alt.binding_select(options=grid[f"{field}_label"].drop_duplicates().tolist(), name=f"{name} ")
        # Vega shows them in reverse.
        for field, name in (("outcome", "Outcome"), ("intervention", "Intervention"))
    }
    return alt.selection_point(
        name="cell", fields=CELL, empty=False, bind=choices, on="click", clear=False, value=[_fullest(grid)]
    )


def _parameters(
    grid: pd.DataFrame, studies: pd.DataFrame, countries: Mapping[str, str], colour: str
) -> list["alt.Parameter"]:
    import altair as alt

    years = [int(year) for year in studies["year"]] or [2000]
    span: dict[str, Any] = {"min": min(years), "max": max(years), "step": 1}
    return [
        _region_parameter(grid),
        _choice("country", "Country", {"all": "all"} | _countries_of(studies, countries)),
        _choice("level", "Weakest design", {0: "any", **{number: LEVELS[str(number)] for number in range(1, 6)}}),
        alt.param(name="first", value=min(years), bind=alt.binding_range(**span, name="Published from ")),
        alt.param(name="last", value=max(years), bind=alt.binding_range(**span, name="Published until ")),
        _choice("target", "Target", {"all": "all"} | TARGETS),
        _choice("colour", "Colour says", MODES, colour),
    ]


def _choice(name: str, label: str, options: Mapping[Any, str], value: Any = None) -> "alt.Parameter":
    import altair as alt

    first = next(iter(options)) if value is None else value
    bind = alt.binding_select(options=list(options), labels=list(options.values()), name=f"{label} ")
    return alt.param(name=name, value=first, bind=bind)


def _region_parameter(grid: pd.DataFrame) -> "alt.Parameter":
    import altair as alt

    regions = list(grid["region"].unique())
    if len(regions) == 1:
        return alt.param(name="region", value=regions[0])
    return _choice("region", "Region", {region: REGIONS[region] for region in regions} | {"both": "both together"})


def _countries_of(studies: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    codes = sorted({code for row in studies["countries"] for code in row.split(";") if code})
    named = {code: names.get(code, code) for code in codes}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


# --- the matrix -------------------------------------------------------------------------------------------------------


def _steps(rows: list[dict[str, Any]]) -> list[Any]:
    """From the list of studies to one row a cell: how many, how strong, and what they say together."""
    import altair as alt

    sizes = Counter((row["intervention"], row["outcome"]) for row in rows if row["n"])
    most = max(sizes.values(), default=1)
    steps: list[Any] = [alt.FilterTransform(filter=FILTER)]
    for kind, name, expression in pooling_steps(most):
        if kind == "calculate":
            steps.append(alt.CalculateTransform(calculate=expression, **{"as": name}))
        else:
            summed = alt.JoinAggregateFieldDef(op="sum", field=expression, **{"as": name})
            steps.append(alt.JoinAggregateTransform(joinaggregate=[summed], groupby=CELL))
    named: dict[str, Any] = {"as": "place"}
    place = alt.WindowFieldDef(op="row_number", **named)
    order = [alt.SortField("n", order="descending"), alt.SortField("year"), alt.SortField("study")]
    steps.append(alt.WindowTransform(window=[place], groupby=CELL, sort=order))
    steps.append(
        alt.CalculateTransform(calculate=f"datum.n && datum.place <= {LISTED} ? datum.study : ''", **{"as": "name"})
    )
    kept: list[tuple[str, Any, str]] = [
        ("n", "sum", "studies"),
        ("level", "max", "strongest"),
        ("name", "values", "listed"),
    ]
    kept += [(name, "max", name) for name in ("k", "mean", "low", "high")]
    aggregate = [alt.AggregatedFieldDef(op=op, field=field, **{"as": name}) for field, op, name in kept]
    steps.append(alt.AggregateTransform(aggregate=aggregate, groupby=[*CELL, "unit"]))
    steps += [
        alt.CalculateTransform(calculate=expression, **{"as": name}) for name, expression in _texts_of_cells().items()
    ]
    return steps


def _texts_of_cells() -> dict[str, str]:
    uncoded = LEVELS[level_label(float("nan"))]
    levels = [uncoded, *(LEVELS[str(number)] for number in range(1, 6))]
    standing = (
        f"datum.k < 2 ? 'not_pooled' : datum.high < -{AT_ZERO} ? 'less' : datum.low > {AT_ZERO} ? 'more'"
        " : datum.mean < 0 ? 'points_to_less' : 'points_to_more'"
    )
    labels = {name: label for name, (label, _) in STANDINGS.items()}

    def number(name: str) -> str:
        percent = f"format(100 * (exp(datum.{name}) - 1), '+.0f')"
        return f"(datum.unit === 'SD' ? format(datum.{name}, '+.2f') : {percent})"

    numbers = (
        f"{number('mean')} + (datum.unit === 'SD' ? ' SD (' : datum.unit + ' (') + {number('low')} + ' to ' + "
        f"{number('high')} + ') from ' + datum.k + ' studies'"
    )
    # Rows that are not named leave separators behind.
    joined = "replace(join(pluck(datum.listed, 'name'), '; '), regexp('(; )+', 'g'), '; ')"
    named = f"replace({joined}, regexp('^; |; $', 'g'), '')"
    more = f"datum.studies > {LISTED} ? '; and ' + (datum.studies - {LISTED}) + ' more' : ''"
    return {
        "design": f"{levels}[datum.strongest || 0]",
        "standing": standing,
        "standing_label": f"{labels}[datum.standing]",
        "class": "colour === 'design' ? datum.design : datum.standing_label",
        "pooled": f"datum.k > 1 ? {numbers} : 'not pooled: ' + (datum.k === 1 ? 'one study' : 'no study')"
        " + ' with an effect and its standard error'",
        "named": f"{named} + ({more})",
    }


def _matrix(grid: pd.DataFrame, rows: list[dict[str, Any]], cell: "alt.Parameter", *, dark: bool) -> Any:
    import altair as alt

    ground = theme.DARK if dark else theme.LIGHT
    places = [_axis("outcome", grid, orient="top", labelAngle=-90, labelLimit=190), _axis("intervention", grid)]
    every = alt.Chart().encode(*places)
    filled = every.transform_filter("datum.studies > 0")
    fill = alt.condition("datum.studies > 0", alt.value(ground["background"]), alt.value(EMPTY[_mode(dark)]))
    tiles = every.mark_rect(stroke=ground["background"], strokeWidth=1.5).encode(fill=fill, tooltip=_tooltip("empty"))
    bubbles = filled.mark_circle(opacity=1, stroke=ground["text"], strokeWidth=0.6).encode(
        size=alt.Size("studies:Q", scale=_sizes(), legend=None),
        color=alt.Color(
            "class:N", scale=alt.Scale(domain=list(_palette()), range=list(_palette().values())), legend=None
        ),
        tooltip=_tooltip("filled"),
    )
    inks = alt.Scale(domain=list(_inks()), range=list(_inks().values()))
    numbers = every.transform_filter("datum.studies > 1").mark_text(fontSize=10)
    numbers = numbers.encode(
        text="studies:Q", color=alt.Color("class:N", scale=inks, legend=None), tooltip=_tooltip("filled")
    )
    frame = every.transform_filter(cell).mark_rect(fill=None, stroke=ground["text"], strokeWidth=2)
    return alt.layer(
        tiles.add_params(cell),
        bubbles,
        numbers,
        frame,
        transform=_steps(rows),
        width=alt.Step(STEP),
        height=alt.Step(STEP),
        title=alt.Title("Choose a cell to list its studies", fontSize=13),
    ).resolve_scale(color="independent")


def _mode(dark: bool) -> str:
    return "dark" if dark else "light"


def _palette() -> dict[str, str]:
    designs = {LEVELS[level]: colour for level, colour in COLOURS.items()}
    return designs | dict(STANDINGS.values())


def _inks() -> dict[str, str]:
    designs = {LEVELS[level]: theme.on(colour) for level, colour in COLOURS.items()}
    return designs | {label: theme.on(colour) for label, colour in STANDINGS.values()}


def _sizes() -> "alt.Scale":
    import altair as alt

    return alt.Scale(domain=[0, FULL_SIZE], range=[0, 46 * FULL_SIZE], clamp=True)


def _axis(field: str, grid: pd.DataFrame, **axis: Any) -> Any:
    import altair as alt

    order = grid[f"{field}_label"].drop_duplicates().tolist()
    shared: dict[str, Any] = {"title": None, "domain": False, "ticks": False, "grid": False, "labelFontSize": 11}
    channel = alt.X if field == "outcome" else alt.Y
    return channel(f"{field}:N", sort=order, scale=alt.Scale(domain=order), axis=alt.Axis(**shared, **axis))


def _tooltip(kind: str) -> list[Any]:
    import altair as alt

    titles = {"intervention": "Intervention", "outcome": "Outcome", "studies": "Studies"}
    if kind == "filled":
        titles |= {"design": "Strongest design", "pooled": "Pooled effect", "named": "Which"}
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


# --- key and list -----------------------------------------------------------------------------------------------------


def _key(grid: pd.DataFrame, *, dark: bool) -> Any:
    """Legend of the colours that are shown, and of the sizes; drawn, as a legend cannot change with a choice."""
    import altair as alt

    ground = theme.DARK if dark else theme.LIGHT
    present = [level for level in LEVELS if level in {level_label(value) for value in grid["strongest_level"]}]
    entries = [("design", LEVELS[level], COLOURS[level]) for level in present]
    entries += [("pooled_effect", label, colour) for label, colour in STANDINGS.values()]
    places = {mode: count() for mode in MODES}
    coloured = [
        {"mode": mode, "label": label, "colour": colour, "x": 8 - LABEL_WIDTH, "y": 18 * next(places[mode]) + 26}
        for mode, label, colour in entries
    ]
    shown_sizes = ((1, "1 study"), (3, "3 studies"), (FULL_SIZE, f"{FULL_SIZE} or more"))
    sizes = [
        {"label": label, "studies": studies, "x": 120, "y": 22 * place + 28}
        for place, (studies, label) in enumerate(shown_sizes)
    ]
    headings = [
        {"mode": "design", "label": "Strongest design (Maryland level)", "x": -LABEL_WIDTH, "y": 6},
        {"mode": "pooled_effect", "label": "Pooled effect on crime", "x": -LABEL_WIDTH, "y": 6},
        {"mode": "both", "label": "Number of studies", "x": 105, "y": 6},
    ]
    shown = "datum.mode === 'both' || datum.mode === colour"
    text: dict[str, Any] = {"align": "left", "baseline": "middle", "color": ground["text"]}

    def at(entries: list[dict[str, Any]], shift: int = 0) -> Any:
        moved = [entry | {"x": entry["x"] + shift} for entry in entries]
        chart = alt.Chart(alt.InlineData(values=moved))
        return chart.encode(x=alt.X("x:Q", scale=None, axis=None), y=alt.Y("y:Q", scale=None, axis=None))

    dots = (
        at(coloured)
        .transform_filter(shown)
        .mark_point(filled=True, size=110, opacity=1, stroke=ground["text"], strokeWidth=0.6)
    )
    dots = dots.encode(fill=alt.Fill("colour:N", scale=None))
    names = at(coloured, 14).transform_filter(shown).mark_text(fontSize=12, **text).encode(text="label:N")
    circles = at(sizes).mark_point(filled=False, stroke=ground["text"], strokeWidth=0.8, opacity=1)
    circles = circles.encode(size=alt.Size("studies:Q", scale=_sizes(), legend=None))
    counts = at(sizes, 16).mark_text(fontSize=12, **text).encode(text="label:N")
    titles = at(headings).transform_filter(shown).mark_text(fontSize=12, fontWeight="bold", **text)
    titles = titles.encode(text="label:N")
    return alt.layer(dots, names, circles, counts, titles, width=STEP * grid["outcome"].nunique(), height=140)


def _study_list(grid: pd.DataFrame, rows: list[dict[str, Any]], cell: "alt.Parameter", *, dark: bool) -> Any:
    """The studies of the chosen cell: what they say together, then for each a line with its effect, and its title."""
    import altair as alt

    ground = theme.DARK if dark else theme.LIGHT
    width = STEP * grid["outcome"].nunique()
    text: dict[str, Any] = {"align": "left", "color": ground["text"], "limit": width + LABEL_WIDTH}
    lines = (
        alt.Chart()
        .transform_filter(FILTER)
        .transform_filter("datum.n === 1")
        .transform_filter(cell)
        .transform_window(place="row_number()", sort=[alt.SortField("year"), alt.SortField("study")])
        .transform_filter(f"datum.place <= {LISTED}")
        .transform_calculate(heading="datum.study + (datum.printed ? ': ' + datum.printed : ', ' + datum.direction)")
        .encode(
            # From the edge of the row labels on, so that a line has the width of the whole map.
            x=alt.value(-LABEL_WIDTH),
            y=alt.Y("place:O", axis=None, scale=alt.Scale(domain=list(range(LISTED + 1)))),
            tooltip=[
                alt.Tooltip("study:N", title="Study"),
                alt.Tooltip("title:N", title="Title"),
                alt.Tooltip("direction:N", title="Direction"),
                alt.Tooltip("level:N", title="Maryland level (0: not coded)"),
                alt.Tooltip("printed:N", title="Effect"),
                alt.Tooltip("link:N", title="Opens"),
            ],
        )
    )
    headings = lines.mark_text(fontSize=11, fontWeight="bold", dy=-6, **text).encode(text="heading:N")
    link = {**text, "color": theme.SKY if dark else theme.BLUE, "cursor": "pointer"}
    plain = lines.transform_filter("!isValid(datum.link)").mark_text(fontSize=11, dy=7, **text)
    linked = lines.transform_filter("isValid(datum.link)").mark_text(fontSize=11, dy=7, **link).encode(href="link:N")
    titles = [titles.encode(text="title:N") for titles in (plain, linked)]
    summary = "datum.studies === 0 ? 'no study in this collection passes the filters' : 'Together: ' + datum.pooled"
    more = f"'The first {LISTED} of ' + datum.studies + ' follow; the tables of studies hold all.'"
    summary = f"[{summary}, datum.studies > {LISTED} ? {more} : '']"
    together = alt.layer(
        alt.Chart()
        .transform_filter(cell)
        .transform_calculate(summary=summary)
        .mark_text(fontSize=11, fontStyle="italic", dy=-8, lineHeight=13, **text)
        .encode(x=alt.value(-LABEL_WIDTH), y=alt.value(LINE / 2), text="summary:N"),
        transform=_steps(rows),
    )
    named = "cell.intervention ? cell.intervention[0] + ': ' + cell.outcome[0] : 'No cell is chosen'"
    title = alt.Title(alt.expr(named), fontSize=13)
    return alt.layer(headings, *titles, together, width=width, height=LINE * (LISTED + 1), title=title)
