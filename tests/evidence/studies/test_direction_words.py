"""Words that say that an outcome rose or fell are read, and words that only look so are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.evidence.studies.direction_words import directions

RISES = [
    "more homicides",
    "more violent crime",
    "more gun deaths in treated cities",
    "more youth homicides",
    "more police killings",
    "more reported victimisation",
    "20 percent more robberies",
    "somewhat more trust in the police",
    "additional deaths",
    "extra shootings a year",
    "higher homicide rates",
    "a higher risk of violence",
    "higher odds of rearrest",
    "greater numbers of robberies",
    "homicide was 10% higher than before",
    "crime in treated areas was higher",
    "an increase",
    "increase; size not on the page read",
    "homicide: an increase in treated areas",
    "a rise in the number of assaults",
    "increased violence after the patrols left",
    "murders rose",
    "HOMICIDES ROSE",
    "assaults against women have grown",
    "the homicide rate climbed by 12%",
    "reports of extortion doubled",
    "violence worsened",
    "raised victimisation",
    "harmful",
    "was found to increase reoffending",
    "crime did not only rise but doubled",
    "Not only more assaults in lower-income areas",
    "more homicides per 100,000 than expected",
    "homicides went up",
    "murders up 20%",
    "a spike in killings",
    "households with lower incomes saw more robberies",
]

FALLS = [
    "fewer homicides",
    "less crime",
    "less fear of crime",
    "fewer street robberies",
    "fewer cases of assault",
    "fewer crimes in lower-income areas",
    "lower crime rates",
    "lower odds of reoffending",
    "significantly lower reoffending",
    "a smaller number of victims",
    "crime lower than in the comparison areas",
    "lower",
    "reduced violence",
    "a reduction in police killings",
    "non-significant reduction",
    "homicide dropped by 20%",
    "deaths fell",
    "shootings halved",
    "violent crime decreased in growing cities",
    "violence declined in higher-crime neighbourhoods",
    "increased patrols cut robberies",
    "as patrols increased, homicide fell",
    "more police, and fewer robberies",
    "policing reduced robbery",
    "3,000 lives saved",
    "deaths averted",
    "lowered the risk of injury",
    "has been shown to reduce homicide",
    "no change at first, then a fall",
    "crime went down by a tenth",
    "10% fewer",
    "a smaller fall in crime",
    "greater reductions in violence",
    "larger reductions in homicide where police presence increased",
    "homicide rates were lower in cities with more police",
]

NEITHER = [
    # Places, people and kinds of offence.
    "lower-income areas",
    "homicide in lower income areas",
    "higher-crime neighbourhoods",
    "higher crime neighbourhoods",
    "men at higher risk",
    "growing cities",
    "rapidly growing areas",
    "declining neighbourhoods",
    "as populations grew",
    "lower level offences",
    "higher-level offences",
    "more serious crimes",
    "less lethal weapons",
    "Lower Manhattan",
    "homicides in Sioux Falls",
    "injuries from falls",
    "assaults, fall 2009",
    "robberies in the fall of 2010",
    # Doses, and what an analyst does.
    "more patrols",
    "more police",
    "additional officers in ten blocks",
    "LESS restriction is worse",
    "moderate vs most restrictive hours",
    "lax vs more restrictive hours",
    "increased police presence",
    "increase in gun sales",
    "reduced sales hours",
    "reduction in the supply of alcohol",
    "unemployment rose",
    "higher education",
    "higher doses of therapy",
    "reduced-form estimate",
    "the reduced form",
    "lower bound of the interval",
    "smaller samples",
    "more opening hours",
    "increased penalties",
    "an increase in reporting",
    "police followed up 20 cases",
    # Counts.
    "more than 100 homicides",
    "fewer than five homicides",
    "two or more homicides",
    # Denied.
    "no increase",
    "no significant increase in homicide",
    "no reduction in homicide",
    "no more homicides",
    "did not rise",
    "didn't fall",
    "homicide never fell",
    "without a fall in crime",
    "neither a rise nor a fall",
    "no evidence that crime fell",
    "rather than an increase",
    "an increase was ruled out",
    "a reduction was not found",
    "not harmful",
    "none rose",
    "no statistically significant or large increase",
    "prevented an increase",
    # Supposed, meant or perceived.
    "whether crime rose",
    "crime would have risen",
    "expected to fall",
    "failed to reduce homicide",
    "a programme to reduce violence",
    "aimed at lower violence",
    "perceived more crime",
    "perception of more crime",
    "believe that there is more crime",
    # Nothing.
    "homicide rate",
    "no change",
    "",
]


@pytest.mark.parametrize("text", RISES)
def test_a_rise_of_an_outcome_is_read(text):
    rise, fall = directions(text)
    assert rise
    assert rise in text
    assert not fall


@pytest.mark.parametrize("text", FALLS)
def test_a_fall_of_an_outcome_is_read(text):
    rise, fall = directions(text)
    assert fall
    assert fall in text
    assert not rise


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_no_outcome_or_is_not_said_is_read_as_neither(text):
    assert directions(text) == ("", "")


def test_of_both_both_are_told():
    assert directions("homicide fell; robberies rose") == ("rose", "fell")
    assert directions("fewer homicides but more assaults") == ("more", "fewer")
    assert directions("Increases in assaults, and lower homicide rates") == ("Increases", "lower")


@given(st.text(st.sampled_from("abc moreless,;.-' fell rose in of not 20% — é")))
def test_no_text_is_too_odd(text):
    assert all(word in text for word in directions(text))
