"""What the register holds, what it lacks, and how that lies beside the counts of a document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from citizen_security.evidence.programme_register.parameters import ProgrammeRegister
from citizen_security.evidence.studies.coded_studies import in_lac
from citizen_security.evidence.studies.coding import FAMILIES

# What a row should say of a programme, and the columns that say it.
FIELDS = {
    "the first year": "start_year",
    "the last year": "end_year",
    "who pays": "paid_by",
    "a budget": "budget",
    "a study": "studies",
    "a series over time": "series",
}

# Claims of a document that count programmes and evaluations of the region.
LOW_COUNT, HIGH_COUNT, EVALUATIONS, FORMAL = "C007", "C047", "C048", "C049"

# Maps of what had begun by the end of a decade.
DECADES = 3

_COUNTRIES = re.compile(r"(\d+) countries")


class NoCount(ValueError):
    """A claim that has not the count which the register is set against."""


@dataclass(frozen=True, eq=False)
class Register:
    """The programmes that are looked at, with the region's evaluations.

    Attributes
    ----------
    programmes : pandas.DataFrame
        Rows of the table `programmes`, with theme (label of the family).
    evaluations : pandas.DataFrame
        Coded studies of the region, without reviews.
    whole : pandas.DataFrame
        The table `programmes`, whatever is asked for.
    without : tuple of str
        Names of the countries that are asked for and have no programme among those that are looked at.
    names : mapping of str to str
        What countries are called, by code.
    region : tuple of str
        Codes of the region's countries.
    """

    programmes: pd.DataFrame
    evaluations: pd.DataFrame
    whole: pd.DataFrame
    without: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    region: tuple[str, ...] = ()

    @property
    def countries(self) -> list[str]:
        """Codes of the countries that have a programme that is looked at, sorted."""
        return countries_of(self.programmes)

    @property
    def unknown_countries(self) -> list[str]:
        """Names of the region's countries of which the whole register has no programme, sorted."""
        return sorted(self.names[code] for code in set(self.region) - set(countries_of(self.whole)))

    @property
    def studies(self) -> set[str]:
        """Keys of the studies behind the programmes."""
        return {code for text in self.programmes["studies"] for code in codes(text)}

    @property
    def dated(self) -> pd.DataFrame:
        """Programmes whose first year is known, in its order."""
        known = self.programmes[self.programmes["start_year"].notna()]
        return known.sort_values(["start_year", "name"], ignore_index=True)


def countries_of(programmes: pd.DataFrame) -> list[str]:
    """Codes of the countries that some programmes are in, sorted."""
    return sorted({code for text in programmes["iso3"] for code in codes(text)})


def codes(text: object) -> tuple[str, ...]:
    """Codes of a cell that separates them by a semicolon; none where it is blank."""
    return tuple(text.split(";")) if isinstance(text, str) and text else ()


def kept_programmes(programmes: pd.DataFrame, parameters: ProgrammeRegister) -> pd.DataFrame:
    """Programmes of the countries and themes that are asked for.

    Parameters
    ----------
    programmes : pandas.DataFrame
        Table of that name.
    parameters : ProgrammeRegister

    Returns
    -------
    pandas.DataFrame
    """
    countries, themes = parameters.countries, parameters.themes
    in_country = [countries == "all" or not set(countries).isdisjoint(codes(text)) for text in programmes["iso3"]]
    of_theme = [themes == "all" or family in themes for family in programmes["family"]]
    kept = programmes[pd.Series(in_country, index=programmes.index) & pd.Series(of_theme, index=programmes.index)]
    return kept.reset_index(drop=True)


def register(
    programmes: pd.DataFrame, coded: pd.DataFrame, countries: pd.DataFrame, parameters: ProgrammeRegister
) -> Register:
    """The programmes that are asked for, and the region's evaluations.

    Parameters
    ----------
    programmes, countries : pandas.DataFrame
        Tables of these names.
    coded : pandas.DataFrame
        From `coded_studies`.
    parameters : ProgrammeRegister

    Returns
    -------
    Register
    """
    kept = kept_programmes(programmes, parameters)
    labels = [FAMILIES[family].label for family in kept["family"]]
    evaluations = in_lac(coded[coded["group"] != "review"]).reset_index(drop=True)
    asked = () if parameters.countries == "all" else parameters.countries
    names = dict(zip(countries["iso3"], countries["name"], strict=True))
    without = tuple(sorted(names[code] for code in set(asked) - set(countries_of(kept))))
    region = tuple(countries.loc[countries["in_panel"], "iso3"])
    return Register(kept.assign(theme=labels), evaluations, programmes, without, names, region)


def coverage(found: Register) -> pd.DataFrame:
    """Of how many programmes each fact is known.

    Parameters
    ----------
    found : Register

    Returns
    -------
    pandas.DataFrame
        fact, known, missing, programmes.
    """
    total = len(found.programmes)
    known = [int(found.programmes[column].notna().sum()) for column in FIELDS.values()]
    missing = [total - number for number in known]
    return pd.DataFrame({"fact": list(FIELDS), "known": known, "missing": missing, "programmes": total})


def by_theme(found: Register) -> pd.DataFrame:
    """Programmes of each theme, with how many have a first year, a budget, and studies.

    Parameters
    ----------
    found : Register

    Returns
    -------
    pandas.DataFrame
        theme, programmes, dated, with_budget, studies (different ones); the theme with most programmes first.
    """
    rows = []
    for theme, own in found.programmes.groupby("theme"):
        studies = {code for text in own["studies"] for code in codes(text)}
        rows.append(
            (theme, len(own), int(own["start_year"].notna().sum()), int(own["budget"].notna().sum()), len(studies))
        )
    table = pd.DataFrame(rows, columns=["theme", "programmes", "dated", "with_budget", "studies"])
    return table.sort_values(["programmes", "theme"], ascending=[False, True], ignore_index=True)


def begun_by_country(found: Register) -> pd.DataFrame:
    """Programmes of each country that are known to have begun by the end of some decades, and those without a year.

    Parameters
    ----------
    found : Register

    Returns
    -------
    pandas.DataFrame
        iso3; a column for each of the last decades in which a programme began, named by its last year (`2010`), which
        of a decade that is not over is the last one in which a programme began; undated (programmes of
        which no first year was found). A programme of several countries counts in each.
    """
    own = found.programmes.assign(country=found.programmes["iso3"].map(codes)).explode("country")
    starts = found.dated["start_year"]
    # A decade that is not over ends, for what is known, with the last programme that began.
    ends = sorted({min(-(-int(year) // 10) * 10, int(starts.max())) for year in starts})[-DECADES:]
    columns = {str(end): own["start_year"].le(end).fillna(False) for end in ends}
    columns["undated"] = own["start_year"].isna()
    counts = pd.DataFrame(columns).astype("int64").groupby(own["country"]).sum()
    return counts.rename_axis("iso3").reset_index()


def unregistered(found: Register) -> pd.DataFrame:
    """Evaluations of the region behind which no programme of the whole register stands.

    Parameters
    ----------
    found : Register

    Returns
    -------
    pandas.DataFrame
        Rows of `found.evaluations`.
    """
    registered = {code for text in found.whole["studies"] for code in codes(text)}
    return found.evaluations[~found.evaluations["study_id"].isin(registered)].reset_index(drop=True)


def beside_document(found: Register, claims: pd.DataFrame, parameters: ProgrammeRegister) -> pd.DataFrame:
    """Counts of a document and what can be found here, in the whole register: the document speaks of the region.

    Parameters
    ----------
    found : Register
    claims : pandas.DataFrame
        Table of that name.
    parameters : ProgrammeRegister

    Returns
    -------
    pandas.DataFrame
        counted, document_low and document_high (equal where the document has one figure), here, note.

    Raises
    ------
    NoCount
        If a claim has lost its count.
    """
    of = claims.set_index("claim_id")
    low, high = (_value(of, key) for key in (LOW_COUNT, HIGH_COUNT))
    countries = sorted(_countries(of, key) for key in (LOW_COUNT, HIGH_COUNT))
    early = found.evaluations[found.evaluations["year"] <= parameters.document_year]
    compared = (early["maryland_level"] >= parameters.minimum_maryland_level).sum()
    published = f"published by {parameters.document_year}"
    level = f"level {parameters.minimum_maryland_level} or above"
    evaluations, formal = _value(of, EVALUATIONS), _value(of, FORMAL)
    rows = [
        ("programmes", *sorted((low, high)), len(found.whole), "rows of the register"),
        ("countries", *countries, len(countries_of(found.whole)), "with a row of the register"),
        ("evaluations", evaluations, evaluations, len(early), f"studies of the region, {published}"),
        ("evaluations with a comparison", formal, formal, int(compared), f"those of {level}"),
    ]
    return pd.DataFrame(rows, columns=["counted", "document_low", "document_high", "here", "note"])


def _value(claims: pd.DataFrame, key: str) -> int:
    values = claims.loc[claims.index == key, "value"].dropna()
    if values.empty:
        raise NoCount(
            f"claim {key} of the table claims has no value; allowed is the count that the document states. "
            "Restore it, or name the claim that holds it in evidence/programme_register/register.py"
        )
    return int(values.iloc[0])


def _countries(claims: pd.DataFrame, key: str) -> int:
    words = str(claims.at[key, "geography"])
    found = _COUNTRIES.search(words)
    if not found:
        raise NoCount(
            f"geography of claim {key} is {words!r}; allowed are words such as '30 countries'. "
            "Write the number of countries that the document states"
        )
    return int(found[1])
