"""What the notebook records, and why some of it is missing."""

import pytest
from paradox.drifting_panels import drifting_panel, parameters

from citizen_security.paradox.levels_or_dynamics.chance import placebos, tabulate_chance
from citizen_security.paradox.levels_or_dynamics.estimators import (
    estimate_all,
    tabulate_checks,
    tabulate_effects,
    tabulate_responses,
)
from citizen_security.paradox.levels_or_dynamics.headline import findings
from citizen_security.paradox.levels_or_dynamics.series import (
    driver_panels,
    persistence_by_country,
    persistence_of_series,
)
from citizen_security.values import Missing

NAMES = {
    "persistence_reading", "by_chance_sentence", "chance_reading",
    "kept_reading", "effects_reading", "checks_reading", "responses_reading",
    "chance_against_quoted_reading",
    "levels_or_dynamics_verdict", "published_unemployment_youth_reading", "published_gdp_growth_reading",
}  # fmt: skip


def recorded(**given):
    chosen = parameters(**given)
    panel = drifting_panel()
    panels = driver_panels(panel, chosen)
    estimates = estimate_all(panels, chosen)
    return findings(
        persistence_of_series(panel, persistence_by_country(panel, chosen), chosen),
        tabulate_chance(placebos(panels, chosen)),
        tabulate_effects(estimates, chosen),
        tabulate_checks(estimates, chosen),
        tabulate_responses(panels, chosen),
    )


def test_every_finding_is_a_sentence():
    values = {value.name: value.value for value in recorded()}
    assert set(values) == NAMES
    assert all(text.endswith(".") and text[0].isupper() for text in values.values())
    assert "0.34" in values["published_unemployment_youth_reading"]


@pytest.mark.parametrize(
    ("given", "names", "reason"),
    [
        ({"drivers": ["gdp_growth"]}, ["published_unemployment_youth_reading"], "youth unemployment is not among"),
        (
            {"outcome": "log_rate"},
            ["published_unemployment_youth_reading", "published_gdp_growth_reading"],
            "this run explains its logarithm",
        ),
    ],
)
def test_a_comparison_that_the_run_has_not_is_missing_with_its_reason(given, names, reason):
    missing = [value for value in recorded(**given) if isinstance(value, Missing)]
    assert [value.names for value in missing] == names
    assert all(reason in value.reason for value in missing)
