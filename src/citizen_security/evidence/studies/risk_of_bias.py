"""Risk of bias of each study by domain, and overall by the rules of the tools.

References
----------
RoB 2: Sterne and others (2019), BMJ 366: l4898. ROBINS-I: Sterne and others (2016), BMJ 355: i4919.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import shorten

import pandas as pd

from citizen_security.evidence.studies.row_findings import FIRST_LINE
from citizen_security.rows_named import Place, together
from citizen_security.words import counted, listed, number_in_words, out_of, sentences

NO_INFORMATION = "no_information"

# Titles that stand for authors who were not read are cut at so many letters.
LONGEST_NAME = 60

# Judgements of each tool, from the least risk to the most.
JUDGEMENTS: Mapping[str, tuple[str, ...]] = {
    "rob2": ("low", "some_concerns", "high"),
    "robins_i": ("low", "moderate", "serious", "critical"),
}
TOOLS: Mapping[str, str] = {"rob2": "RoB 2", "robins_i": "ROBINS-I"}


class MalformedJudgements(ValueError):
    """Judgements that the tools do not know, or studies that are judged in part.

    Parameters
    ----------
    refusals : iterable of Refusal
        One for each problem.

    Attributes
    ----------
    problems, sentences : tuple of str
        All of them in words, those that many judgements share once with their rows; and the same, by the name under
        which every error about rows keeps what a terminal tells.
    """

    def __init__(self, refusals: "Iterable[Refusal]") -> None:
        self.problems = self.sentences = tuple(together(refusals))
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Refusal:
    """Why the table of judgements is refused, as the command that accepts edited tables takes it.

    Attributes
    ----------
    given : str
        The study, and what is given.
    rule : str
        What is allowed, where other judgements may have the same fault.
    where : str
        Rows of the study.
    place : Place or None
        The row of one judgement.
    table : str
        Table that is at fault.
    columns : tuple of str
        Columns of the judgement that it is about.
    is_error : bool
        Always: a judgement is there or is not.
    """

    given: str
    rule: str = ""
    where: str = ""
    place: Place | None = None
    table: str = "risk_of_bias"
    columns: tuple[str, ...] = ()
    is_error: bool = True

    @property
    def sentence(self) -> str:
        """Rows, the study, what is given, what is allowed."""
        return f"{self.place or self.where}: {self.given}{f'. {self.rule}' if self.rule else ''}"

    @property
    def compares(self) -> bool:
        """Whether it looks at all judgements of a study."""
        return self.place is None


def findings_of_tables(tables: Mapping[str, pd.DataFrame]) -> list[Refusal]:
    """What is wrong with the judgements, for the command that accepts an edited table.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `risk_of_bias`, `bias_domains` and `studies`. A cell may be missing that their description requires.

    Returns
    -------
    list of Refusal
        An evaluation that nobody judged is none: it is named on the page.
    """
    # A domain that is described twice, or has no tool, is refused by the description.
    domains = tables["bias_domains"].dropna(subset=["domain", "tool"]).drop_duplicates("domain")
    joined = _joined(tables["risk_of_bias"], domains)
    # What kind of study a row is that was not read, nobody knows.
    studies = tables["studies"]
    unread = {
        str(studies["study_id"].iloc[row])
        for row, columns in studies.attrs.get("unread", {}).items()
        if not columns.isdisjoint(("kind", "pooled_in"))
    }
    # Keys that no study has are refused by the description.
    judged_rows = joined[~joined["study_id"].isin(unread) & joined["study_id"].isin(studies["study_id"])]
    return list(_problems(judged_rows, domains, studies))


def judged(judgements: pd.DataFrame, domains: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Judgements of the studies with their tool and domain, checked.

    Parameters
    ----------
    judgements : pandas.DataFrame
        Table `risk_of_bias`: study_id, domain, judgement, reason.
    domains : pandas.DataFrame
        Table `bias_domains`: domain, tool, position, label, question.
    studies : pandas.DataFrame
        Table `studies`.

    Returns
    -------
    pandas.DataFrame
        study_id, tool, tool_label, domain, label, position, judgement, reason; by tool, study and position of the
        domain.

    Raises
    ------
    MalformedJudgements
        With every problem: a judgement that the tool does not have, a domain twice or missing, domains of two tools, or
        a study that is unknown or no evaluation found on its own.
    """
    joined = _joined(judgements, domains)
    if problems := list(_problems(joined, domains, studies)):
        raise MalformedJudgements(problems)
    columns = ["study_id", "tool", "tool_label", "domain", "label", "position", "judgement", "reason"]
    joined["tool_label"] = joined["tool"].map(TOOLS)
    return joined.sort_values(["tool", "study_id", "position"], ignore_index=True)[columns]


def evaluations(studies: pd.DataFrame) -> list[str]:
    """Keys of the evaluations that were found on their own: trials that a review printed are not judged one by one."""
    alone = (studies["kind"] == "primary") & studies["pooled_in"].isna()
    return [str(study) for study in studies.loc[alone, "study_id"]]


def unjudged(found: pd.DataFrame, studies: pd.DataFrame) -> list[str]:
    """Keys of evaluations that nobody judged yet, in the order of the table: a new study may wait for its judgement.

    Parameters
    ----------
    found : pandas.DataFrame
        From `judged`.
    studies : pandas.DataFrame
        Table `studies`.

    Returns
    -------
    list of str
    """
    done = set(found["study_id"])
    return [study for study in evaluations(studies) if study not in done]


def names(studies: pd.DataFrame) -> dict[str, str]:
    """How each study is called: its first author and year, or the start of its title where no author was read."""
    return {
        str(row["study_id"]): f"{_author(row['authors'], row['title'])} ({int(row['year'])})"
        for row in studies.to_dict("records")
    }


def bias_sentence(found: pd.DataFrame, studies: pd.DataFrame) -> str:
    """How the judged studies come out, how much was not read, and which studies are not judged one by one.

    Parameters
    ----------
    found : pandas.DataFrame
        From `judged`.
    studies : pandas.DataFrame
        Table `studies`.

    Returns
    -------
    str
    """
    totals = overall(found)
    by_tool = found.drop_duplicates("study_id").set_index("study_id")["tool"]
    said = []
    for tool in (tool for tool in TOOLS if tool in set(by_tool)):
        of_tool = [totals[str(study)] for study in by_tool.index[by_tool == tool]]
        parts = [
            f"{judgement.replace('_', ' ')} for {number_in_words(number)}"
            for judgement in JUDGEMENTS[tool]
            if (number := of_tool.count(judgement))
        ]
        if untold := of_tool.count(NO_INFORMATION):
            parts.append(f"not to be told from what was read for {number_in_words(untold)}")
        of_all = counted(len(of_tool), "study", "studies")
        if len(parts) == 1:
            parts = [parts[0].rpartition(" for ")[0]]
        said.append(f"by {TOOLS[tool]} the overall risk of {of_all} is {listed(parts)}")
    silent = int((found["judgement"] == NO_INFORMATION).sum())
    said.append(f"of {out_of(silent, len(found), 'judgements of a domain')} nothing was read")
    if waiting := unjudged(found, studies):
        called = names(studies)
        said.append(
            f"{counted(len(waiting), 'evaluation is', 'evaluations are')} not judged yet, and of unknown risk until "
            f"then: {listed([called[study] for study in waiting])}"
        )
    printed = int(((studies["kind"] == "primary") & studies["pooled_in"].notna()).sum())
    if printed:
        are = "is" if printed == 1 else "are"
        said.append(f"{counted(printed, 'study', 'studies')} that a review printed {are} not judged one by one")
    return sentences(said)


def overall(found: pd.DataFrame) -> dict[str, str]:
    """Overall judgement of each study, by the rule of its tool.

    ROBINS-I: a serious or critical domain decides; else a domain without information leaves the study without one; else
    the worst domain decides. RoB 2: the worst domain decides; a domain without information raises some concerns.

    Parameters
    ----------
    found : pandas.DataFrame
        From `judged`.

    Returns
    -------
    dict of str to str
        Study → judgement; `no_information` also where no domain has any.
    """
    return {
        str(study): _overall(str(rows["tool"].iloc[0]), list(rows["judgement"]))
        for study, rows in found.groupby("study_id", sort=True)
    }


def shares(found: pd.DataFrame) -> pd.DataFrame:
    """How many studies have each judgement in each domain.

    Parameters
    ----------
    found : pandas.DataFrame
        From `judged`.

    Returns
    -------
    pandas.DataFrame
        tool_label, domain, label, judgement, studies, of; domains in the order of their tool, judgements from the least
        risk to the most, `no_information` last; also those that no study has.
    """
    rows = []
    for (tool, _, domain, label), of_domain in found.groupby(["tool", "position", "domain", "label"]):
        counts = of_domain["judgement"].value_counts()
        rows += [
            {
                "tool_label": TOOLS[str(tool)],
                "domain": domain,
                "label": label,
                "judgement": judgement,
                "studies": int(counts.get(judgement, 0)),
                "of": len(of_domain),
            }
            for judgement in (*JUDGEMENTS[str(tool)], NO_INFORMATION)
        ]
    return pd.DataFrame(rows, columns=["tool_label", "domain", "label", "judgement", "studies", "of"])


def _author(authors: object, title: object) -> str:
    text = authors if isinstance(authors, str) and authors.strip() else ""
    if not text:
        return shorten(str(title), LONGEST_NAME, placeholder=" …")
    first, *others = text.split(", ")
    return f"{first} and others" if others else first


def _overall(tool: str, given: list[str]) -> str:
    order = JUDGEMENTS[tool]
    known = [order.index(judgement) for judgement in given if judgement != NO_INFORMATION]
    if not known:
        return NO_INFORMATION
    worst, is_whole = max(known), len(known) == len(given)
    if tool == "rob2":
        return order[worst if is_whole else max(worst, order.index("some_concerns"))]
    return order[worst] if is_whole or worst >= order.index("serious") else NO_INFORMATION


def _problems(joined: pd.DataFrame, domains: pd.DataFrame, studies: pd.DataFrame) -> Iterator[Refusal]:
    known = set(evaluations(studies))
    of_tool = domains.sort_values("position").groupby("tool")["domain"].apply(list)
    for study, rows in joined.groupby("study_id", sort=True):
        where = _where(rows)
        if study not in known:
            told = "and is no evaluation of the table of studies that was found on its own"
            yield Refusal(f"study {study!r} is judged, {told}", where=where)
        if rows["tool"].isna().any():
            unknown = sorted(map(str, rows.loc[rows["tool"].isna(), "domain"].fillna("an empty cell")))
            told = "which is no domain of the table bias_domains"
            yield Refusal(
                f"study {study!r} is judged in {', '.join(unknown)}, {told}", where=_where(rows[rows["tool"].isna()])
            )
            continue
        tools = sorted(set(rows["tool"]))
        if len(tools) > 1:
            told = "a study is judged by one of them"
            yield Refusal(f"study {study!r} is judged by {' and '.join(tools)}; {told}", where=where)
            continue
        yield from _of_tool(str(study), rows, tools[0], of_tool[tools[0]])


def _of_tool(study: str, rows: pd.DataFrame, tool: str, wanted: list[str]) -> Iterator[Refusal]:
    given = list(rows["domain"])
    missing = [domain for domain in wanted if domain not in given]
    if missing:
        yield Refusal(f"study {study!r} has no judgement of {', '.join(missing)}", where=_where(rows))
    twice = sorted({domain for domain in given if given.count(domain) > 1})
    if twice:
        where = _where(rows[rows["domain"].isin(twice)])
        yield Refusal(f"study {study!r} has two judgements of {', '.join(twice)}; keep one", where=where)
    allowed = (*JUDGEMENTS[tool], NO_INFORMATION)
    for (_, row), domain in zip(rows.iterrows(), given, strict=True):
        judgement = row["judgement"]
        if judgement not in allowed:
            said = "no judgement is given" if pd.isna(judgement) else f"{judgement!r} is no judgement of {TOOLS[tool]}"
            place = Place(int(row["line"]), (("study_id", study), ("domain", domain)))
            yield Refusal(
                said, f"Allowed: {', '.join(allowed)}. Write one of them", place=place, columns=("judgement",)
            )


def _where(rows: pd.DataFrame) -> str:
    """Lines of judgements in their file."""
    lines = sorted(map(int, rows["line"]))
    whole = len(lines) > 1 and lines[-1] - lines[0] == len(lines) - 1
    said = f"{lines[0]} to {lines[-1]}" if whole else ", ".join(map(str, lines))
    return f"row{'s' * (len(lines) > 1)} {said}"


def _joined(judgements: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    """Judgements with their domains and the line of each in its file."""
    numbered = judgements.assign(line=range(FIRST_LINE, FIRST_LINE + len(judgements)))
    return numbered.merge(domains, on="domain", how="left", validate="many_to_one")
