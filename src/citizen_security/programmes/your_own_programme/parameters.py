"""Parameters of the notebook `programmes/your_own_programme`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import NO_FILE, EachOnce, OptionalPath, Seed, Text
from citizen_security.programmes.parameters import ConfidenceLevel, TestedProgramme

# What is given for a column that the table has not.
NO_COLUMN = "none"
Scale = Literal["log", "level"]
DRAWS_OF_A_QUICK_RUN = 200


class YourOwnProgramme(TestedProgramme):
    """A programme of one unit or many, from a table that an analyst brings or from the worked example."""

    path: OptionalPath = Field(
        NO_FILE,
        description="none for the worked example, or a .csv or .parquet file with one row for each unit and time",
        json_schema_extra={"examples": ["my_tables/programme.csv"]},
    )
    unit_column: Text = Field("unit", description="column of the brought table with the unit, such as a state")
    time_column: Text = Field("time", description="column with years, quarters or months: 2007, 2007-Q1, 2007-05")
    start_column: Text = Field("start", description="column with the unit's first treated time; blank if never treated")
    count_column: Text = Field("count", description="column with counts; none where an outcome is given in its place")
    population_column: Text = Field(
        "population", description="column with the people among whom events are counted; none where it is unknown"
    )
    outcome_column: Text = Field(NO_COLUMN, description="column with an outcome that is no count; none for counts")
    scale: Scale = Field("log", description="log for changes in percent; level where an outcome may be zero")
    donors: Annotated[list[Text], EachOnce()] = Field(
        [], description="units that comparisons are made of; empty for all that are never treated"
    )
    season: int = Field(
        0,
        ge=0,
        le=12,
        description="periods of a cycle within the year: 4 for quarters, 12 for months; 0 for none",
        json_schema_extra={"unit": "periods"},
    )
    peak_window: int = Field(
        2,
        ge=1,
        le=24,
        description="last periods before the start that are compared with all such windows before",
        json_schema_extra={"unit": "periods"},
    )
    leads: int = Field(
        2,
        ge=1,
        le=24,
        description="periods by which the start is moved to before the programme, as a test of each design",
        json_schema_extra={"unit": "periods"},
    )
    uncounted_share: float = Field(
        0.1,
        ge=0.0,
        le=0.9,
        description="share that records may miss after the start beyond what they missed before",
        json_schema_extra={"unit": "share"},
    )
    draws: int = Field(
        2_000, ge=200, le=50_000, description="arrangements of the starts over the units; at quick effort 200"
    )
    confidence_level: ConfidenceLevel = 0.95
    seed: Seed = 2026

    @property
    def draws_at_effort(self) -> int:
        """Arrangements of the starts: fewer at quick effort."""
        return min(self.draws, DRAWS_OF_A_QUICK_RUN) if self.effort == "quick" else self.draws

    @property
    def columns(self) -> dict[str, str]:
        """Column of the brought table for each thing that is read from it."""
        names = ("unit", "time", "start", "count", "population", "outcome")
        given = {name: getattr(self, f"{name}_column") for name in names}
        return {name: column for name, column in given.items() if column != NO_COLUMN}

    def problems(self) -> Iterator[str]:
        """What the parameters say against each other."""
        given = self.columns
        if ("count" in given) == ("outcome" in given):
            both = "both" if "count" in given else "neither"
            yield (
                f"count_column = {self.count_column!r} and outcome_column = {self.outcome_column!r} name {both}. "
                "Allowed: one of them, the other none."
            )
        if "outcome" in given and "population" in given:
            yield (
                f"population_column = {self.population_column!r} goes with counts, and outcome_column is given. "
                "Allowed: none, since an outcome is taken as it stands."
            )
        if missing := [name for name in ("unit", "time", "start") if name not in given]:
            yield f"{', '.join(f'{name}_column' for name in missing)} = 'none'. Allowed: a column; each is needed."
        twice = sorted({column for column in given.values() if list(given.values()).count(column) > 1})
        if twice:
            yield f"columns {', '.join(twice)} are given for more than one thing. Allowed: one for each."
        example = type(self).model_fields
        renamed = [
            name for name in ("unit", "time", "start", "count", "population", "outcome")
            if getattr(self, f"{name}_column") != example[f"{name}_column"].default
        ]  # fmt: skip
        if self.path == NO_FILE and renamed:
            yield (
                f"{', '.join(f'{name}_column' for name in renamed)} name columns of a brought table, and path is none. "
                "Allowed: give the table with path, or leave the columns as they are."
            )
