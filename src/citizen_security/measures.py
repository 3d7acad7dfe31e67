"""What is measured: columns of the country panel with their names, units, steps and series, once for all who need them.

Parameters take their choices from here, panels their columns, figures their labels, and recorded values their names
and units. A further poverty line is one row of `POVERTY_LINES` and its two columns in the table `country_year`.
Nothing is imported that a command line would have to wait for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A driver of homicide, or one series of it.

    Attributes
    ----------
    column : str
        Of the panel.
    label : str
        What it is called above a panel or beside a row.
    step : str
        What an effect is for, on an axis.
    unit : str
        What an effect is for, in the unit of a recorded value.
    effect : str
        Name under which its effect is recorded; empty where it has none of its own.
    regressor : bool
        Whether parameters offer it as a regressor.
    quantity : str
        What it is a series of; two regressors of one quantity do not go together.
    words : str
        What it is called within a sentence.
    scale : str
        Its own unit, where the label does not say it.
    """

    column: str
    label: str
    step: str
    unit: str = ""
    effect: str = ""
    regressor: bool = True
    quantity: str = ""
    words: str = ""
    scale: str = ""


@dataclass(frozen=True)
class PovertyLine:
    """An income a day below which people count as poor, with its survey years and its line-up.

    Attributes
    ----------
    dollars : str
        International dollars of 2017 a day, with two decimals.
    main : bool
        Whether regressions offer it as a driver, and values are recorded of it as of poverty itself.
    """

    dollars: str
    main: bool = False

    @property
    def column(self) -> str:
        """Column of survey years, for inference."""
        return f"poverty_{self.dollars.replace('.', '')}"

    @property
    def lineup(self) -> str:
        """Column of the line-up, which the publisher interpolates between surveys."""
        return f"{self.column}_lineup"

    @property
    def series(self) -> tuple[Measure, Measure]:
        """Both series as measures: survey years, line-up."""
        name = "poverty" if self.main else self.column
        survey = Measure(
            column=self.column,
            label="Poverty, survey years",
            step=f"per point below {self.dollars} USD",
            unit="percentage point",
            effect=f"{name}_effect",
            regressor=self.main,
            quantity=self.column,
            words=f"poverty below {self.dollars} USD",
            scale="% of people",
        )
        lineup = Measure(
            column=self.lineup,
            label="Poverty, interpolated",
            step=survey.step,
            unit=survey.unit,
            effect=f"{name}_lineup_effect",
            regressor=self.main,
            quantity=self.column,
            words=f"{survey.words}, line-up",
            scale=survey.scale,
        )
        return survey, lineup


@dataclass(frozen=True)
class Outcome:
    """A form of the homicide rate that is explained.

    Attributes
    ----------
    name : str
        As a row of a picture.
    label : str
        As the axis of an effect.
    unit : str
        In the unit of a recorded value.
    """

    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class Release:
    """A release of UNODC's homicide rates.

    Attributes
    ----------
    column : str
        Of the table `country_year`.
    last_year : int
    """

    column: str
    last_year: int


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What the region's series show beside each other.

    Attributes
    ----------
    column : str
        Of the table `country_year`.
    words : str
        Within a sentence.
    unit : str
        Of a recorded value.
    axis : str
        Label of an axis.
    title : str
        Above a panel.
    short : str
        Before a figure in a tooltip.
    number : str
        Format of a figure.
    """

    column: str
    words: str
    unit: str
    axis: str
    title: str
    short: str
    number: str = ".1f"


@dataclass(frozen=True)
class PredictorBlock:
    """Predictors that stand and fall together.

    Attributes
    ----------
    label : str
    columns : tuple of str
        Of the panel; empty where parameters choose them.
    """

    label: str
    columns: tuple[str, ...] = ()


POVERTY_LINES: Mapping[str, PovertyLine] = MappingProxyType(
    {line.column: line for line in (PovertyLine("6.85", main=True), PovertyLine("3.65"), PovertyLine("2.15"))}
)
MAIN_LINE = next(line for line in POVERTY_LINES.values() if line.main)

# What the series `gini` is about, and the index that it is, in every text.
INEQUALITY = "inequality"
INEQUALITY_INDEX = "Gini"

# In the order in which parameters offer them.
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.column: measure
        for measure in (
            Measure(
                column="unemployment_youth",
                label="Youth unemployment",
                effect="youth_unemployment_effect",
                scale="% of the labour force",
                step="per point",
                unit="percentage point",
            ),
            Measure(
                column="gdp_growth",
                label="GDP growth",
                effect="gdp_growth_effect",
                quantity="growth",
                step="per point",
                unit="percentage point",
            ),
            Measure(
                column="gdp_per_capita_growth",
                label="Growth of GDP per head",
                effect="gdp_per_capita_growth_effect",
                quantity="growth",
                step="per point",
                unit="percentage point",
            ),
            Measure(
                column="log_gdp_per_capita",
                label="Log income",
                step="per log point (2.7 times the income)",
                unit="log point",
                effect="income_effect",
                scale="0 is 15,000 dollars",
            ),
            Measure(column="log_gdp_per_capita_squared", label="Log income, squared", step="per log point squared"),
            *(series for line in POVERTY_LINES.values() for series in line.series),
            Measure(
                column="gini",
                label=f"{INEQUALITY.capitalize()} ({INEQUALITY_INDEX})",
                step=f"per {INEQUALITY_INDEX} point",
                unit=f"{INEQUALITY_INDEX} point",
                effect="gini_effect",
                words=INEQUALITY,
                scale=f"{INEQUALITY_INDEX} points",
            ),
            Measure(
                column="infant_mortality",
                label="Infant mortality",
                step="per death in 1,000 births",
                unit="death per 1,000 births",
                effect="infant_mortality_effect",
                words="infant mortality",
            ),
            Measure(
                column="urban_share",
                label="Urban population",
                effect="urbanization_effect",
                step="per point of the people",
                unit="percentage point",
            ),
            Measure(
                column="male_15_29_share",
                label="Men aged 15–29",
                effect="young_men_effect",
                step="per point of the people",
                unit="percentage point",
            ),
            Measure(
                column="secondary_enrolment",
                label="Secondary enrolment",
                step="per point enrolled",
                unit="percentage point",
                effect="secondary_enrolment_effect",
            ),
            Measure(
                column="mean_years_schooling",
                label="Schooling",
                step="per year",
                unit="year of schooling",
                effect="schooling_effect",
            ),
            Measure(
                column="rule_of_law",
                label="Rule of law",
                effect="rule_of_law_effect",
                step="per unit of the index",
                unit="unit of the index",
            ),
            Measure(
                column="control_of_corruption",
                label="Control of corruption",
                effect="corruption_control_effect",
                step="per unit of the index",
                unit="unit of the index",
            ),
            Measure(
                column="convictions_per_homicide",
                label="Convictions, year before",
                step="per conviction for 100 victims",
                unit="conviction per 100 victims of the year before",
                effect="convictions_effect",
                words="convictions of the year before",
            ),
            Measure(
                column="trust_police",
                label="Trust in the police",
                step="per point who trust",
                unit="percentage point",
                effect="police_trust_effect",
            ),
        )
    }
)

REGRESSORS = tuple(column for column, measure in MEASURES.items() if measure.regressor)
GROWTH = tuple(column for column, measure in MEASURES.items() if measure.quantity == "growth")
POVERTY_MEASURES = (
    *(line.column for line in POVERTY_LINES.values()),
    *(line.lineup for line in POVERTY_LINES.values()),
)

# Two series of one quantity: in one model neither would be held constant while the other moves.
ALTERNATIVES = tuple(
    (first, second)
    for first, second in combinations(REGRESSORS, 2)
    if MEASURES[first].quantity and MEASURES[first].quantity == MEASURES[second].quantity
)

# Names under which effects are recorded.
EFFECTS: Mapping[str, str] = MappingProxyType(
    {column: measure.effect for column, measure in MEASURES.items() if measure.effect}
)

OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        "rate": Outcome("Homicide rate", "homicides per 100,000", "victims per 100,000 people"),
        "log_rate": Outcome(
            "Log of the homicide rate", "log points of the homicide rate", "log points of the homicide rate"
        ),
    }
)

RELEASES: Mapping[str, Release] = MappingProxyType(
    {"2025": Release("homicide_rate", 2023), "2024": Release("homicide_rate_release_2024", 2021)}
)

# Figures from which the region's homicide rate can be made.
VERSIONS: Mapping[str, str] = MappingProxyType(
    {
        "counts": "victims over people",
        "rates": "published rates",
        "rates_2025": "rates of the 2025 release, country-years of both releases",
        "rates_2024": "rates of the 2024 release, country-years of both releases",
    }
)

# Poverty first, whose columns are chosen by parameters.
PREDICTOR_BLOCKS: Mapping[str, PredictorBlock] = MappingProxyType(
    {
        "poverty": PredictorBlock("Poverty"),
        "inequality": PredictorBlock("Inequality", ("gini",)),
        "income": PredictorBlock("Income and growth", ("log_gdp_per_capita", "gdp_per_capita_growth")),
        "work": PredictorBlock("Youth unemployment", ("unemployment_youth",)),
        "health_and_schooling": PredictorBlock(
            "Health and schooling", ("infant_mortality", "secondary_enrolment", "mean_years_schooling")
        ),
        "population": PredictorBlock("Population", ("log_population", "urban_share", "male_15_29_share")),
        "institutions": PredictorBlock("Control of corruption", ("control_of_corruption",)),
    }
)


def label(column: str) -> str:
    """What a measure is called; a column of no measure goes by its own name."""
    return MEASURES[column].label if column in MEASURES else column


def spoken(column: str) -> str:
    """What a measure or an outcome is called within a sentence; a column of neither goes by its own name."""
    if column in OUTCOMES:
        return f"the {_uncapitalised(OUTCOMES[column].name)}"
    words = MEASURES[column].words if column in MEASURES else ""
    return words or _uncapitalised(label(column))


def step(column: str) -> str:
    """What an effect of a measure is for, as an axis says it."""
    return MEASURES[column].step if column in MEASURES else "per unit"


def effect_unit(outcome: str, column: str) -> str:
    """Unit of a recorded effect of a measure on an outcome."""
    return f"{OUTCOMES[outcome].unit} per {MEASURES[column].unit}"


def subjects(poverty_line: str) -> dict[str, Subject]:
    """Homicide, poverty below a line, inequality and income, as the region's series show them.

    Parameters
    ----------
    poverty_line : str
        One of `POVERTY_LINES`.

    Returns
    -------
    dict of Subject
        By name: homicide, poverty, gini, income.
    """
    line = POVERTY_LINES[poverty_line]
    return {
        "homicide": Subject(
            column=RELEASES["2025"].column,
            words="homicide",
            unit=OUTCOMES["rate"].unit,
            axis="Homicide\n(victims per 100,000 people)",
            title="Homicides per 100,000 people",
            short="Homicides per 100,000 people",
        ),
        "poverty": Subject(
            column=line.lineup,
            words="poverty",
            unit="% of people",
            axis=f"Poverty\n(% below {line.dollars} USD a day)",
            title=f"% living below {line.dollars} USD a day",
            short=f"% below {line.dollars} USD a day",
        ),
        "gini": Subject(
            column="gini",
            words=f"{INEQUALITY} ({INEQUALITY_INDEX})",
            unit=MEASURES["gini"].scale,
            axis=f"{INEQUALITY.capitalize()} ({INEQUALITY_INDEX}, 0–100)\nmean of countries by population",
            title=f"{INEQUALITY.capitalize()} of income ({INEQUALITY_INDEX}, 0 to 100)",
            short=INEQUALITY_INDEX,
        ),
        "income": Subject(
            column="gdp_per_capita",
            words="income a head",
            unit="international dollars of 2021",
            axis="Income a head\n(international dollars of 2021)",
            title="Income a head (international dollars of 2021)",
            short="Income a head",
            number=",.0f",
        ),
    }


def _uncapitalised(words: str) -> str:
    """A label within a sentence; what begins with an abbreviation stays."""
    return words if words[:2].isupper() else f"{words[0].lower()}{words[1:]}"
