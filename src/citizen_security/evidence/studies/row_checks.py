"""The one validator of rows of evidence: every error and every doubt of every row of `studies` and `effects` at once.

An error refuses the tables: what the row says cannot be. A doubt is a warning: it can be, and somebody should look. Who
has looked writes the answer into the table `row_doubts_answered`, with what the row said; the doubt then stays on the
page with its answer, until the row says something else. The
command line reaches this module through the compendium's list of such checks, notebooks through what their part shares.
"""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from citizen_security.evidence.studies import effect_row_checks, related_row_checks, study_row_checks
from citizen_security.evidence.studies.coding import CodingScheme, scheme
from citizen_security.evidence.studies.effect_row_checks import figure_findings
from citizen_security.evidence.studies.related_row_checks import related_findings
from citizen_security.evidence.studies.row_findings import Finding, Row, rows_of
from citizen_security.evidence.studies.study_row_checks import study_findings
from citizen_security.rows_named import together
from citizen_security.values import Value
from citizen_security.words import counted, number_in_words, sentences

ANSWERED = "row_doubts_answered"
UNANSWERED = "not looked into yet"
MORE_THAN_ONE = 2

# Every kind of doubt that a row may raise, in the words of the page and of the table of answers.
DOUBTS = (
    effect_row_checks.CONTRADICTION,
    effect_row_checks.SHARE,
    effect_row_checks.LOPSIDED,
    effect_row_checks.LEVEL,
    effect_row_checks.SIZE,
    effect_row_checks.SAMPLE,
    effect_row_checks.COUNTS,
    effect_row_checks.COUNTS_ERROR,
    effect_row_checks.COUNTS_ESTIMATE,
    effect_row_checks.CERTAIN,
    related_row_checks.DIRECTION,
    related_row_checks.WORDS,
    related_row_checks.SIGN,
    related_row_checks.OUTCOME,
    related_row_checks.SEVERAL,
    related_row_checks.RESULT,
    related_row_checks.ERROR,
    study_row_checks.PUBLICATION,
    study_row_checks.PLACE,
    study_row_checks.LEVEL,
)


class MalformedEffects(ValueError):
    """Rows that cannot be what a study published.

    Parameters
    ----------
    findings : iterable of Finding
        One for each fault of each row.

    Attributes
    ----------
    problems : tuple of str
        All of them in sentences: row, column, what it holds, what it may hold, what to do. A fault of many rows is one
        sentence with its rows in lines under it.
    sentences : tuple of str
        The same and what to do, as every error about rows keeps what a terminal tells.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.problems = tuple(together(findings))
        advice = "Correct the rows against the publication."
        self.sentences = (*self.problems, advice)
        said = "".join(f"\n- {problem}" for problem in self.problems)
        super().__init__(f"rows of evidence that cannot be:{said}\n{advice}")


def findings_of_tables(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Every error and doubt of the tables of evidence, and every answer to a doubt that no row raises.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `studies`, `effects`, `countries`, `row_doubts_answered` and the tables of the coding scheme. A cell may be
        missing that their description requires.

    Returns
    -------
    list of Finding
        By table and row; a doubt that was answered is left out.
    """
    rules = CodingScheme.from_tables(tables)
    answered = tables[ANSWERED]
    found = row_findings(tables["effects"], tables["studies"], tables["countries"], rules)
    doubted = [it for it in found if not it.is_error]
    answers = _answers(answered)
    idle = [it for row in rows_of(ANSWERED, answered) for it in _idle(row, doubted)]
    return [*(it for it in found if it.is_error or _subject(it) not in answers), *idle]


def _subject(finding: Finding) -> tuple[str, str, str]:
    """What an answer answers: the row, the kind of doubt, and what the row said."""
    return finding.key, finding.kind, finding.about


def _answers(answered: pd.DataFrame) -> dict[tuple[str, str, str], str]:
    rows = rows_of(ANSWERED, answered)
    return {(row.key, row.text("doubt"), row.text("about")): row.text("answer") for row in rows}


def _idle(row: Row, doubted: Iterable[Finding]) -> Iterator[Finding]:
    """An answer to a doubt that no row raises, or that was raised of other figures."""
    kind, about = row.text("doubt"), row.text("about")
    alike = [it.about for it in doubted if (it.key, it.kind) == (row.key, kind)]
    if not alike:
        given, remedy = f"no row {row.key!r} raises {kind!r}", "take the answer out, or correct its key"
        yield row.doubt("answer", ("row", "doubt"), given, "a doubt that is raised", remedy)
    elif about not in alike:
        given = f"the answer is to {about!r}, and the row says {' and '.join(map(repr, alike))}"
        remedy = "look again, and write here what the row says now"
        yield row.doubt("answer", "about", given, "what the row says, word for word", remedy)


def row_findings(
    effects: pd.DataFrame,
    studies: pd.DataFrame,
    countries: pd.DataFrame | None = None,
    rules: CodingScheme | None = None,
    *,
    whole: bool = True,
) -> list[Finding]:
    """Every error and doubt of rows of both tables.

    Parameters
    ----------
    effects, studies : pandas.DataFrame
        The compendium's tables of those names, or rows of them.
    countries : pandas.DataFrame, optional
        Which countries are of the region; without it that flag is not checked.
    rules : CodingScheme, optional
        That of this checkout by default.
    whole : bool
        Whether these are all the rows there are, so that an error can be compared with the usual one.

    Returns
    -------
    list of Finding
        Studies first, in the order of the rows; nothing is said twice.
    """
    coding = rules or scheme()
    region = None if countries is None else countries.loc[countries["is_lac"].eq(True), "iso3"].tolist()
    of_studies, of_effects = rows_of("studies", studies), rows_of("effects", effects)
    found = [
        *study_findings(of_studies, coding, region),
        *(finding for row in of_effects for finding in figure_findings(row)),
        *related_findings(of_effects, of_studies, coding, whole=whole),
    ]
    order = {("studies", row.key): place for place, row in enumerate(of_studies)}
    order |= {("effects", row.key): len(of_studies) + place for place, row in enumerate(of_effects)}
    return sorted(dict.fromkeys(found), key=lambda it: order[it.table, it.key])


def refuse_malformed(effects: pd.DataFrame, studies: pd.DataFrame) -> None:
    """Refuse rows that no publication can hold, all of them at once.

    Parameters
    ----------
    effects, studies : pandas.DataFrame
        The compendium's tables of those names, or rows of them.

    Raises
    ------
    MalformedEffects
        With a sentence for each error.
    """
    if errors := [it for it in row_findings(effects, studies, whole=False) if it.is_error]:
        raise MalformedEffects(errors)


def doubts(
    effects: pd.DataFrame, studies: pd.DataFrame, countries: pd.DataFrame, answered: pd.DataFrame
) -> pd.DataFrame:
    """Doubts about rows, each with the answer of who has looked.

    Parameters
    ----------
    effects, studies, countries, answered : pandas.DataFrame
        The compendium's tables; the last is `row_doubts_answered`.

    Returns
    -------
    pandas.DataFrame
        table, row, doubt, what, answer (`not looked into yet` where there is none), is_answered; those without an
        answer first.
    """
    answers = _answers(answered)
    rows = [
        (it.table, it.key, it.kind, it.given, answers.get(_subject(it), UNANSWERED), _subject(it) in answers)
        for it in row_findings(effects, studies, countries)
        if not it.is_error
    ]
    found = pd.DataFrame(rows, columns=["table", "row", "doubt", "what", "answer", "is_answered"])
    return found.sort_values("is_answered", kind="stable", ignore_index=True)


def doubt_values(doubts: pd.DataFrame) -> list[Value]:
    """How many doubts there are about rows, and how many of them nobody has looked into.

    Parameters
    ----------
    doubts : pandas.DataFrame
        From the function of this name.

    Returns
    -------
    list of Value
    """
    waiting = int((~doubts["is_answered"]).sum())
    if len(doubts):
        many = counted(len(doubts), "doubt")
        rows = counted(int(doubts.groupby(["table", "row"]).ngroups), "row")
        few = "none" if not waiting else number_in_words(waiting)
        rest = f"{few} of them {'waits' if waiting < MORE_THAN_ONE else 'wait'} for somebody to look"
        answer = "with its answer where it has one" if waiting else "with its answer"
        said = [
            f"the check of rows refuses none of the rows of studies and effects and raises {many} about {rows}",
            rest,
            f"each stands on this page {answer}",
        ]
    else:
        said = ["the check of rows refuses none of the rows of studies and effects, and doubts none"]
    return [Value(name="row_doubts_sentence", value=sentences(said), label="Doubts about rows of studies and effects")]
