"""Words that quantify: what prose may say only with a recorded value or by a reviewed exception."""

import re

NUMBER_WORDS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty"),
    *("sixty", "seventy", "eighty", "ninety", r"hundreds?", r"thousands?", r"millions?", r"dozens?", "half", "halves"),
    *(r"thirds?", r"quarters?", r"fifths?", r"tenths?", "twice", "thrice", "twofold", "tenfold"),
    *(r"one (?:in|out of) (?:two|three|four|five|six|seven|eight|nine|ten|twenty)", r"(?:only|just|all but) one"),
)

VERDICTS = (
    # Shares.
    *("most", "mostly", r"most of", "majority", "minority", "hardly", "barely", "scarcely", "nearly", "almost"),
    *("few", "fewer", "fewest", "many", "none of", r"no (?:country|city|study|interval|estimate|driver|one of)"),
    # Directions.
    *("rose", "risen", "rises", "rising", "fell", "fallen", "falls", "falling", "grew", "grows", "grown", "shrank"),
    *("shrinks?", "shrunk", "declined?", "declines", "declining", "dropped", "drops", "increases?", "increased"),
    *("decreases?", "decreased", "doubled", "halved", "tripled", "widened", "narrowed"),
    # Comparisons.
    *("larger", "largest", "smaller", "smallest", "higher", "highest", "lower", "lowest", "greater", "greatest"),
    *("bigger", "biggest", "wider", "widest", "narrower", "narrowest", "stronger", "strongest", "weaker", "weakest"),
    *("steeper", "safer", "safest", r"more than", r"less than", r"fewer than", r"at least", r"at most"),
    *(r"(?:much|far|little) (?:more|less|larger|smaller|better|worse)", r"nothing like", r"as (?:large|small|much) as"),
    # Findings of nothing.
    r"(?:did|has|have) not (?:follow|fall|fallen|rise|risen|move|change|differ|matter|turn|agree)(?:e?d)?",
    # Sizes and strength.
    *("large", "small", "tiny", "huge", "enormous", "steep", "steeply", "sharply", "strong", "strongly", "weak"),
    *("weakly", "negligible", "substantial", "substantially", "considerable", "considerably", "overwhelming"),
    *("significant", "significantly", "insignificant", "robust", "robustly", "dominates?", "vanish(?:es|ed)?"),
    *("disappears?", "disappeared", r"matters? (?:more|most|less|little|much)", r"(?:hardly|barely) (?:moves?|moved)"),
)

# Digits that are no finding: units, and names that hold some.
NO_FINDING = (
    r"\bper (?:100,000|1,000|million|thousand)(?: (?:people|inhabitants))?",
    r"\b(?:2011|2015|2017|2021) (?:international )?dollars",
    r"\bhalf[- ](?:life|Cauchy|normal|Normal|panel)\b",
    r"\bat least one\b",
    # What was named before, and a choice by rank.
    r"\b(?:the|these|those|between|of|its) two\b(?! (?:thirds|fifths))",
    r"\bmost (?:violent|common|severe)\b",
)

# A number stands by itself; what belongs to a name (R2, CRV1, ICD-10) does not.
DIGITS = re.compile(r"(?<![\w.,/-])[+−-]?\d[\d,.]*(?:%| ?per cent)?(?![\w-]*[A-Za-z])")
DECADES = re.compile(r"(?<![\w-])(?:19|20)\d0s\b")
_NUMBERS = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)
_VERDICTS = re.compile(rf"\b(?:{'|'.join(VERDICTS)})\b", re.IGNORECASE)
_NO_FINDING = re.compile("|".join(NO_FINDING), re.IGNORECASE)


def numbers(sentence: str) -> list[str]:
    """Digits and number words of a sentence."""
    bare = _NO_FINDING.sub(" ", sentence)
    return [it.group().rstrip(".,") for pattern in (DIGITS, DECADES, _NUMBERS) for it in pattern.finditer(bare)]


def verdicts(sentence: str) -> list[str]:
    """Words of a sentence that say how many, how much, or which way."""
    return [it.group() for it in _VERDICTS.finditer(_NO_FINDING.sub(" ", sentence))]
