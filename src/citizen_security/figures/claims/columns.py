"""What each column of the downloads of claims says, for readers, and for programs as metadata of the CSV (CSVW)."""

from collections.abc import Mapping
from types import MappingProxyType

CLAIMS: Mapping[str, str] = MappingProxyType(
    {
        "claim_id": "key of the claim, which lasts; the page has an anchor of it in small letters",
        "document": "key of the document that makes the claim",
        "location_in_document": "section, paragraph, figure, table or note",
        "theme": "what it is about, as the page's filter",
        "statement": "the claim in our words",
        "type": "type of the rule: which values the claim holds under",
        "claimed": "the number that the claim names, where its rule has one",
        "verdict": "what the ways of measuring amount to by the rule, or why the claim is not tested",
        "quantity": "what is measured; this and all numbers are blank where the claim is not tested",
        "way": "the main way of measuring, in words",
        "unit": "of value, low, high and the region",
        "value": "the main way of measuring",
        "low": "lower end of its interval: bounds where places have no figure, or a confidence interval; the value "
        "itself where a count is complete",
        "high": "upper end of its interval",
        "interval": "what the interval is: confidence; bounds that tests at its level leave (tested); bounds of what "
        "is unknown; published; blank where there is none",
        "level": "level of the interval, as a share; blank where it has none. A claimed absence has twice the error, "
        "which makes two one-sided tests of it",
        "n": "how many units are behind it",
        "units": "what n counts: countries, places, studies or years",
        "direction": "what a positive value is, fall or rise; blank where it is neither",
        "region_low": "the claim holds from here on; blank where there is no lower end",
        "region_high": "the claim holds up to here; blank where there is no upper end",
        "directness": "whether what is measured is what is claimed (direct), a part of it (partial), stands for it "
        "(proxy), or is of another collection of studies",
        "inside": "ways of measuring whose interval lies where the claim holds",
        "outside": "ways whose interval lies where it does not",
        "straddling": "ways whose interval lies across an end",
        "fidelity": "whether the claim says what the source that it cites says: as_in_source, distorted, not_traced; "
        "blank where it cites none or the source was not read",
        "warnings": "what to beware of, separated by semicolons",
        "reasons": "why the verdict is what it is",
        "declared": "day on which the rule was written down",
        "changed_late": "day on which the rule was changed after its first result; blank where it was not",
        "change_reason": "why it was changed",
        "released_as": "the claim beside the last release: same, another or new",
        "verdict_then": "verdict of the last release, where it was another",
        "estimate_then": "estimate of the last release, where it was another",
    }
)

# Of each way of measuring, in the JSON.
WAYS: Mapping[str, str] = MappingProxyType(
    {
        "choice": "short name of the way",
        "label": "the way in words",
        "is_main": "whether it is the main one, which the claim's value is of",
        "window": "claim: years of the claim, which the verdict counts; latest: the latest years, which it does not",
        "family": "in what it differs from the main way: year, coverage, definition, source, estimator",
        "value": "what it measures, in the claim's unit",
        "low": "lower end of its interval",
        "high": "upper end of its interval",
        "interval": "what the interval is",
        "level": "level of the interval, where it has one",
        "n": "how many units are behind it",
        "units": "what n counts",
        "direction": "what a positive value is, fall or rise; blank where it is neither",
        "position": "where its interval lies: inside, outside, or straddles",
        "measure": "function that measured it",
        "arguments": "its arguments",
        "tables": "tables that it read",
        "read_at": "publisher, year and place of the published figures that it takes; blank where it takes none",
        "same_as": "way whose very numbers it gives, so that the verdict does not count it again; blank for none",
    }
)

# Columns of CLAIMS that are no text.
NUMBERS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("claimed", "value", "low", "high", "level", "region_low", "region_high"), "number")
    | dict.fromkeys(("n", "inside", "outside", "straddling"), "number")
)
