"""From found to pooled as boxes, and the summary of findings as tables."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.headline import headline
from citizen_security.figures.page_table import page_table
from citizen_security.words import listed, number_in_words, out_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas.io.formats.style import Styler

# Of the reasons of one step, the commonest stand in the boxes; the table has all.
REASONS_SHOWN = 3

# The boxes are text in the page's own size and colours: a picture of text would be too small on a phone, and a card of
# light in the dark.
BOX = "border:1px solid currentColor;border-radius:4px;padding:0.4rem 0.7rem"
COUNTS = "display:flex;flex-wrap:wrap;gap:0 1.2rem"
LOSSES = (
    "list-style:none;margin:0 0 0 1rem;padding:0.3rem 0 0.3rem 0.8rem;border-left:2px solid currentColor;"
    "font-size:0.88em"
)


def flow_html(stages: pd.DataFrame, losses: pd.DataFrame) -> str:
    """Write the flow from found to pooled as boxes with what was lost between them.

    The markup is built as a tree, so that whatever stands in the tables is text on the page and nothing else.

    Parameters
    ----------
    stages : pandas.DataFrame
        One row a stage, in order: stage, label, collection, region.
    losses : pandas.DataFrame
        stage (on the way to which they were lost), reason, collection, region; the commonest first.

    Returns
    -------
    str
    """
    title = flow_title(stages)
    figure = ElementTree.Element(
        "figure", {"class": "evidence-flow tex2jax_ignore mathjax_ignore", "aria-label": title, "style": "margin:0"}
    )
    caption = ElementTree.SubElement(figure, "figcaption", {"style": "font-weight:bold;margin-bottom:0.5rem"})
    caption.text = title
    boxes = ElementTree.SubElement(figure, "ol", {"style": "list-style:none;margin:0;padding:0;max-width:36rem"})
    for number, row in enumerate(stages.to_dict("records")):
        if number:
            _losses(boxes, losses[losses["stage"] == row["stage"]])
        _box(boxes, str(row["label"]), int(row["collection"]), int(row["region"]))
    return ElementTree.tostring(figure, encoding="unicode", method="html")


def flow_title(stages: pd.DataFrame) -> str:
    """The finding: how many of the rows can be pooled, of all and of the region."""
    first, last = stages.iloc[0], stages.iloc[-1]
    return (
        f"Of {first['collection']} rows {last['collection']} can be pooled; "
        f"of the region's {first['region']}, {number_in_words(int(last['region']))}"
    )


def findings(table: pd.DataFrame) -> "Styler":
    """The summary of findings without the reasons: question, effect, certainty.

    Parameters
    ----------
    table : pandas.DataFrame
        Intervention, Outcome, Studies, Effect, A new study, Certainty, Starts at and a column a domain.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    shown = ["Intervention", "Outcome", "Studies", "Effect", "A new study", "Certainty"]
    return page_table(table[shown])


def reasons(table: pd.DataFrame) -> "Styler":
    """The steps of each body with their reasons, one row a domain that lowers or was judged.

    Parameters
    ----------
    table : pandas.DataFrame
        As that of `findings`.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    return page_table(table.drop(columns=["Effect", "A new study"]))


def plot_steps(steps: pd.DataFrame) -> "Figure":
    """Draw what lowers each answer: a row a body, a column a domain, and the certainty at the right.

    Parameters
    ----------
    steps : pandas.DataFrame
        One row a body and domain: question (of the body), domain (label), steps, is_assessed, certainty; bodies and
        domains in the order in which they are drawn.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    questions, domains = list(dict.fromkeys(steps["question"])), list(dict.fromkeys(steps["domain"]))
    figure, axis = plt.subplots(figsize=(7.2, 1.8 + 0.52 * len(questions)), layout="constrained")
    for row in steps.to_dict("records"):
        place = domains.index(row["domain"]), questions.index(row["question"])
        fill = _shade(int(row["steps"]))
        axis.scatter(*place, s=420, color=fill, edgecolor=theme.INK, linewidth=0.6, zorder=3)
        words = _steps(int(row["steps"]), is_assessed=bool(row["is_assessed"]))
        axis.text(*place, words, ha="center", va="center", fontsize=11, color=theme.on(fill), zorder=4)
    # The lines end before the words that stand beside the last column.
    axis.hlines(range(len(questions)), -0.5, len(domains) - 0.6, color=theme.LIGHT["grid"], linewidth=0.8, zorder=1)
    for height, certainty in enumerate(_of_question(steps, questions)):
        axis.text(len(domains) - 0.45, height, certainty, va="center", fontsize=11, fontweight="bold")
    axis.set_yticks(range(len(questions)), questions, fontsize=11)
    axis.set_xticks(range(len(domains)), domains, fontsize=11, rotation=30, ha="left")
    axis.xaxis.tick_top()
    axis.set_xlim(-0.5, len(domains) + 0.65)
    axis.set_ylim(len(questions) - 0.5, -0.5)
    axis.grid(visible=False)
    headline(figure, steps_title(steps))
    return figure


def steps_title(steps: pd.DataFrame) -> str:
    """The finding: which domain lowers most answers."""
    lowered = steps[steps["steps"] > 0]
    questions = steps["question"].nunique()
    if lowered.empty:
        return "No domain lowers the certainty of an answer"
    counts = lowered["domain"].value_counts()
    most = [str(domain) for domain, number in counts.items() if number == counts.iloc[0]]
    lowers = "lowers" if len(most) == 1 else "lower"
    return f"{listed(most)} {lowers} the certainty of {out_of(int(counts.iloc[0]), questions, 'answers')}"


def _box(boxes: ElementTree.Element, label: str, collection: int, region: int) -> None:
    box = ElementTree.SubElement(boxes, "li", {"style": BOX})
    ElementTree.SubElement(box, "strong").text = label
    counts = ElementTree.SubElement(box, "div", {"style": COUNTS})
    ElementTree.SubElement(counts, "span").text = f"whole collection: {collection}"
    ElementTree.SubElement(counts, "span").text = f"the region: {region}"


def _losses(boxes: ElementTree.Element, losses: pd.DataFrame) -> None:
    """What was lost on the way to the next box: the commonest reasons, and the rest together."""
    item = ElementTree.SubElement(boxes, "li")
    if losses.empty:
        ElementTree.SubElement(item, "div", {"style": LOSSES}).text = "none lost"
        return
    listed = ElementTree.SubElement(item, "ul", {"style": LOSSES})
    for row in losses.head(REASONS_SHOWN).to_dict("records"):
        _lost(listed, str(row["reason"]), int(row["collection"]), int(row["region"]))
    if len(rest := losses.iloc[REASONS_SHOWN:]):
        others = f"for {len(rest)} other reasons, in the table" if len(rest) > 1 else str(rest["reason"].iloc[0])
        _lost(listed, others, int(rest["collection"].sum()), int(rest["region"].sum()))


def _lost(listed: ElementTree.Element, reason: str, collection: int, region: int) -> None:
    item = ElementTree.SubElement(listed, "li")
    item.text = f"−{collection} (the region: −{region}): {reason}" if region else f"−{collection}: {reason}"


def _shade(steps: int) -> str:
    """Paler where less is taken."""
    if not steps:
        return theme.LIGHT["background"]
    return theme.blend(theme.ORANGE, share=0.45) if steps == 1 else theme.ORANGE


def _steps(steps: int, *, is_assessed: bool) -> str:
    """A dash where nothing was asked: a zero would say that nothing was found."""
    if not is_assessed:
        return "–"
    return f"−{steps}" if steps else "0"


def _of_question(steps: pd.DataFrame, questions: Iterable[str]) -> list[str]:
    certainty = steps.drop_duplicates("question").set_index("question")["certainty"]
    return [str(certainty[question]) for question in questions]
