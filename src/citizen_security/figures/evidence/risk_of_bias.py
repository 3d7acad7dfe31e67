"""Traffic lights: the risk of bias of each study by domain, as a table of symbols, and their shares as bars."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.headline import headline
from citizen_security.words import out_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOT_READ = "no_information"

# A colour and a sign for each: who cannot tell the colours reads the signs.
LIGHTS: Mapping[str, tuple[str, str]] = {
    "low": (theme.GREEN, "+"),
    "some_concerns": (theme.ORANGE, "~"),
    "moderate": (theme.ORANGE, "~"),
    "high": (theme.VERMILION, "−"),
    "serious": (theme.VERMILION, "−"),
    "critical": (theme.PURPLE, "!"),
    NOT_READ: (theme.GREY, "?"),
}
# Signs are black, which every light but the grey one has contrast enough for.

# Shares of a bar that are too narrow for a sign beside the number.
NARROW = 0.1

# The name of the study stays where the table is moved sideways.
STICKY = (
    "position:sticky;left:0;background:var(--pst-color-background, white);text-align:left;padding:0.2em 0.6em 0.2em 0"
)
# Columns are no wider than a light, so that all domains fit a phone: their names stand upright.
CELL = "text-align:center;padding:0.2em 0.3em"
UPRIGHT = "writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap"
DOT = (
    "display:inline-block;width:1.5em;height:1.5em;line-height:1.5em;border-radius:50%;text-align:center;"
    "font-weight:bold;background:{colour};color:{ink}"
)


def traffic_lights(found: pd.DataFrame, overall: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Write the table of lights: a fold for each tool, a row a study, its overall judgement and then a column a domain.

    The markup is built as a tree, so that whatever stands in the tables is text on the page and nothing else. Each
    light says its judgement and reason to who points at it or has it read aloud.

    Parameters
    ----------
    found : pandas.DataFrame
        Judgements: study_id, tool_label, domain, label, position, judgement, reason.
    overall : mapping of str to str
        Overall judgement of each study.
    names : mapping of str to str
        How each study is called.

    Returns
    -------
    str
    """
    whole = ElementTree.Element("div", {"class": "traffic-lights tex2jax_ignore mathjax_ignore"})
    whole.append(_legend())
    for tool, rows in found.groupby("tool_label", sort=True):
        studies = sorted(set(rows["study_id"]), key=lambda study: names.get(study, study))
        fold = ElementTree.SubElement(whole, "details")
        ElementTree.SubElement(fold, "summary").text = f"{tool}: {len(studies)} studies"
        box = ElementTree.SubElement(fold, "div", {"class": "lights", "style": "overflow-x:auto"})
        table = ElementTree.SubElement(box, "table", {"style": "font-size:0.85em"})
        head = ElementTree.SubElement(ElementTree.SubElement(table, "thead"), "tr")
        labels = rows.drop_duplicates("domain").sort_values("position")
        ElementTree.SubElement(head, "th", {"scope": "col", "style": f"{STICKY};vertical-align:bottom"}).text = "Study"
        for title in ("Overall", *labels["label"]):
            column = ElementTree.SubElement(head, "th", {"scope": "col", "style": f"{CELL};vertical-align:bottom"})
            ElementTree.SubElement(column, "span", {"class": "upright", "style": UPRIGHT}).text = title
        body = ElementTree.SubElement(table, "tbody")
        for study in studies:
            _row(body, names.get(study, study), rows[rows["study_id"] == study], overall[study])
    return ElementTree.tostring(whole, encoding="unicode", method="html")


def plot_shares(shares: pd.DataFrame) -> "Figure":
    """Draw how many studies have each judgement, a bar a domain and a panel a tool.

    Parameters
    ----------
    shares : pandas.DataFrame
        tool_label, domain, label, judgement, studies, of; domains and judgements in the order in which they are drawn.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    tools = list(dict.fromkeys(shares["tool_label"]))
    heights = [shares.loc[shares["tool_label"] == tool, "domain"].nunique() for tool in tools]
    figure, axes = plt.subplots(
        len(tools), figsize=(7.2, 2.2 + 0.5 * sum(heights)), height_ratios=heights, layout="constrained", squeeze=False
    )
    for axis, tool in zip(axes[:, 0], tools, strict=True):
        rows = shares[shares["tool_label"] == tool]
        labels = list(dict.fromkeys(rows["label"]))
        start = dict.fromkeys(labels, 0)
        for judgement in dict.fromkeys(rows["judgement"]):
            colour, sign = LIGHTS[judgement]
            for row in rows[rows["judgement"] == judgement].to_dict("records"):
                place, count = labels.index(row["label"]), int(row["studies"])
                axis.barh(
                    place, count, left=start[row["label"]], color=colour, edgecolor="white", label=_words(judgement)
                )
                if count:
                    middle = start[row["label"]] + count / 2
                    text, size = (f"{sign} {count}", 10) if count >= NARROW * row["of"] else (f"{count}", 8)
                    axis.text(middle, place, text, ha="center", va="center", fontsize=size, color=_ink(colour))
                start[row["label"]] += count
        axis.set_yticks(range(len(labels)), labels, fontsize=11)
        axis.invert_yaxis()
        axis.grid(axis="y", visible=False)
        axis.set_title(f"{tool}, {int(rows['of'].iloc[0])} studies", fontsize=11, fontweight="normal", loc="left")
        handles = dict(zip(*reversed(axis.get_legend_handles_labels()), strict=True))
        axis.legend(
            handles.values(), handles.keys(), ncols=3, fontsize=10, loc="upper left", bbox_to_anchor=(-0.02, -0.12)
        )
    headline(figure, shares_title(shares))
    return figure


def shares_title(shares: pd.DataFrame) -> str:
    """The finding: of how many judgements nothing was read.

    Parameters
    ----------
    shares : pandas.DataFrame

    Returns
    -------
    str
    """
    silent = int(shares.loc[shares["judgement"] == NOT_READ, "studies"].sum())
    return f"Of {out_of(silent, int(shares['studies'].sum()), 'judgements')} nothing was read"


def _legend() -> ElementTree.Element:
    line = ElementTree.Element("p", {"style": "font-size:0.85em"})
    for judgement in LIGHTS:
        # A sign and its word stay on one line, however narrow the page is.
        pair = ElementTree.SubElement(line, "span", {"style": "display:inline-block;white-space:nowrap"})
        pair.append(_light(judgement, ""))
        word = ElementTree.SubElement(pair, "span", {"style": "margin:0 1em 0 0.3em"})
        word.text = _words(judgement)
    return line


def _row(body: ElementTree.Element, name: str, rows: pd.DataFrame, overall: str) -> None:
    line = ElementTree.SubElement(body, "tr")
    ElementTree.SubElement(line, "th", {"scope": "row", "style": f"font-weight:normal;{STICKY}"}).text = name
    ElementTree.SubElement(line, "td", {"style": CELL}).append(_light(overall, ", overall"))
    for row in rows.sort_values("position").to_dict("records"):
        ElementTree.SubElement(line, "td", {"style": CELL}).append(_light(row["judgement"], f": {row['reason']}"))


def _light(judgement: str, more: str) -> ElementTree.Element:
    colour, sign = LIGHTS[judgement]
    words = _words(judgement) + more
    light = ElementTree.Element(
        "span",
        {"role": "img", "aria-label": words, "title": words, "style": DOT.format(colour=colour, ink=_ink(colour))},
    )
    light.text = sign
    return light


def _words(judgement: str) -> str:
    return judgement.replace("_", " ")


def _ink(colour: str) -> str:
    return theme.on(colour)
