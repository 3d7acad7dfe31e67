"""Whether words say that an outcome rose or fell: a small grammar of English, which is silent where it is not sure.

A comparative says something of an outcome only where it stands with one: “more homicides” and “a lower risk of
violence” do, “more patrols” and “lower-income areas” do not. A verb of change says something unless what changed is a
dose or a place. Neither does where it is denied or only supposed: “no increase”, “a programme to reduce violence”.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

# What is counted, by the first letters of its words.
_OUTCOME = re.compile(
    r"(?:homicid|femicid|feminicid|suicid|murder|kill|death|mortalit|fatalit|crim|violen|assault|robb|theft|burglar|larcen"
    r"|shooting|stabbing|injur|victimi|recidiv|re-?offend|re-?arrest|offence|offense|offend|arrest|rape|extort|kidnap|hospitali"
    r"|brawl|fight|attack|incident|complaint|insecur|fear|stress|abuse|trust|behavior|behaviour|conviction|delinquen"
    r"|disorder|carjack|vandal|lynch|riot|threat|disappearance|harm)|(?:victims?|lives)$"
)
# In what it is counted: with an outcome beside it, or behind “of”.
_MEASURE = re.compile(
    r"(?:rates?|counts?|numbers?|levels?|incidence|risks?|odds|frequency|shares?|prevalence|probability|likelihood"
    r"|percentages?|proportions?|cases?|reports?|episodes?|events?|totals?|figures?|calls?|trends?)$"
)
# Where and with whom: a place grows, and its outcome need not.
_PLACE = re.compile(
    r"(?:areas?|places?|spots?|blocks?|streets?|states?|regions?|sectors?|precincts?|zones?|count(?:y|ies)|cit(?:y|ies)"
    r"|towns?|slums?|favelas?|schools?|people|persons?|men|women|youths?|groups?|units?|segments?|cohorts?)$"
    r"|(?:neighbou?rhood|district|municipalit|communit|country|countries|province|household|famil|population|resident"
    r"|participant)"
)
# What is done to the outcome, and what an analyst does.
_DOSE = re.compile(
    r"(?:polic(?:e|ing)|officers?|presence|hours?|sales?|access|doses?|guns?|firearms?|weapons?|alcohol|prices?|costs?"
    r"|money|forms?|models?|samples?|bias|time|terms?|sentences?|sentencing|incomes?|wages?|benefits?|controls?|power)$"
    r"|(?:patrol|suppl|availabilit|enforcement|exposure|fund|budget|staff|restriction|densit|coverage|specification"
    r"|bandwidth|surveillance|camera|light|visit|session|transfer|unemploy|povert|inequalit|tax|opening|closing|drink"
    r"|reporting|recording|detection|penalt|punish|sanction|incarcerat|imprison)"
)
# Between a comparative and a noun these say of what kind the noun is: “lower level offences”.
_KIND = re.compile(
    r"(?:levels?|incomes?|class|status|tiers?|grades?|ends?|order|ranks?|ranking|education|risks?|quality)$"
)
# Of these adjectives “more” and “less” say the degree: “more serious crimes” may be fewer.
_DEGREE = re.compile(
    r"(?:serious|severe|lethal|deadly|dangerous|visible|organi[sz]ed|vulnerable|minor|extreme|likely)$"
)

_MORE, _FEWER = frozenset(("more", "additional", "extra")), frozenset(("fewer", "less"))
_HIGHER, _LOWER = frozenset(("higher", "greater", "larger")), frozenset(("lower", "smaller"))
_ROSE = re.compile(
    r"(?:increase[sd]?|increasing|rise|rises|rose|risen|rising|grew|grown|grows|growing|growth|climb(?:s|ed|ing)?"
    r"|spik(?:e|es|ed|ing)|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|soar(?:s|ed|ing)?|upsurge|uptick"
    r"|doubl(?:e|ed|es|ing)|tripl(?:e|ed|es|ing)|worsen(?:s|ed|ing)?|harmful)$"
)
_FELL = re.compile(
    r"(?:reduc(?:e|es|ed|ing|tion|tions)|decrease[sd]?|decreasing|fell|fall|falls|fallen|falling|declin(?:e|es|ed|ing)"
    r"|drop(?:s|ped|ping)?|halv(?:e|es|ed|ing)|plummet(?:s|ed|ing)?|shr(?:ank|inks?|unk)|lower(?:ed|s|ing)|averted"
    r"|avoided|saved|prevented)$"
)
# “Went up by 12%”, “down 12%”.
_UP_OR_DOWN, _WENT = {"up": 1, "down": -1}, frozenset(("went", "gone", "go", "goes", "going"))
# Verbs of many meanings, which say something with an outcome behind them alone.
_RAISED, _CUT = frozenset(("raise", "raises", "raised", "raising")), frozenset(("cut", "cuts", "cutting", "curbed"))

_NOT = frozenset(
    ("no", "not", "none", "never", "without", "neither", "nor", "cannot", "lack", "absence", "hardly", "rather")
)
# What keeps a change from coming: “prevented an increase” says neither.
_AVERTED = frozenset(("averted", "avoided", "prevented", "prevents", "prevent"))
_SUPPOSED = frozenset(
    ("whether", "if", "unless", "would", "could", "might", "may", "should", "expected", "feared", "predicted", "hoped",
     "projected", "aims", "aimed", "intended", "designed", "meant", "seeks", "sought", "goal", "fails", "failed")
)  # fmt: skip
_DENIED_AFTER = frozenset(("excluded", "rejected", "refuted", "disproved", "unlikely"))
_DENIED_IN_TWO = frozenset((("ruled", "out"), ("not", "found"), ("not", "observed"), ("not", "seen")))
# “To” says what is meant to happen, unless it was found, shown or caused.
_FOUND = frozenset(
    ("found", "shown", "seen", "estimated", "led", "leads", "tended", "tends", "appears", "appeared", "seems", "seemed",
     "known", "reported", "observed", "continued", "began", "contributed")
)  # fmt: skip
_PERCEIVED = re.compile(r"(?:perceiv|perception|believ|feel|felt|think|expect|say|sees?$)")

# What may stand between a verb and its noun, and what ends a group of nouns.
_DETERMINERS = frozenset(("the", "a", "an", "its", "their", "this", "these", "such", "any", "all", "some", "total"))
_AUXILIARIES = frozenset(("is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "did", "does", "do"))
_ENDS = _AUXILIARIES | _DETERMINERS | _RAISED | _CUT | frozenset(
    ("in", "of", "at", "by", "for", "from", "with", "after", "before", "during", "among", "between", "to", "on", "than",
     "per", "within", "across", "near", "since", "until", "as", "when", "where", "which", "that", "who", "and", "or",
     "but", "nor", "not", "no", "while", "whereas", "although", "because", "under", "over", "following", "due", "vs",
     "versus", "relative", "compared", "only", "also", "if", "whether", "did", "then", "so", "yet")
)  # fmt: skip
_NEGATION_REACHES, _HYPOTHESIS_REACHES, _LATER = 5, 4, 4

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?(?:-[^\W\d_]+)*-?|\d[\d.,]*%?|[^\w\s]")
_BOUNDARY = re.compile(r"[;:.?!()\[\]|/=]|–|—")
_WORD = re.compile(r"[^\W\d_]")


def directions(text: str) -> tuple[str, str]:
    """The first word that says that an outcome rose, and the first that says that it fell.

    Parameters
    ----------
    text : str
        In English.

    Returns
    -------
    rise, fall : str
        As they stand there; empty where none does.
    """
    rise = fall = ""
    for clause in _clauses(text):
        lowered = [word.casefold().replace("’", "'") for word in clause]
        for place, word in enumerate(clause):
            said = 0 if _is_a_name(clause, place) else _said(lowered, place)
            if said > 0:
                rise = rise or word
            elif said < 0:
                fall = fall or word
    return rise, fall


def _clauses(text: str) -> list[list[str]]:
    """Words and commas between signs that end a thought."""
    clauses: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        if _BOUNDARY.fullmatch(token):
            clauses.append([])
        else:
            clauses[-1].append(token)
    return clauses


def _is_a_name(clause: Sequence[str], place: int) -> bool:
    """Whether a word is one of a name, as in Sioux Falls, and not of a text in capitals."""
    word = clause[place]
    return place > 0 and word[:1].isupper() and not word.isupper()


def _said(words: Sequence[str], place: int) -> int:
    """Whether the word at a place says that an outcome rose (1), fell (−1), or neither (0)."""
    word = words[place]
    if word in _MORE | _FEWER | _HIGHER | _LOWER:
        sign = 1 if word in _MORE | _HIGHER else -1
        is_told = _compares_an_outcome(words, place)
    elif word in _RAISED or word in _CUT:
        sign = 1 if word in _RAISED else -1
        is_told = _ahead(words, place) == "outcome"
    elif _is_change(word):
        sign = 1 if _ROSE.fullmatch(word) else -1
        is_told = _is_of_an_outcome(words, place)
    elif word in _UP_OR_DOWN:
        sign = _UP_OR_DOWN[word]
        is_told = _went(words, place)
    else:
        return 0
    return sign if is_told and not _is_denied(words, place) and not _is_supposed(words, place) else 0


def _is_change(word: str) -> bool:
    """Whether a word is a verb or noun of change."""
    return _ROSE.fullmatch(word) is not None or _FELL.fullmatch(word) is not None


# --- what changed -----------------------------------------------------------------------------------------------------


def _compares_an_outcome(words: Sequence[str], place: int) -> bool:
    word, before = words[place], words[place - 1] if place else ""
    group = _group(words, place + 1)
    if before == "or" or (words[place + 1 : place + 2] == ["than"] and word in _MORE | _FEWER):
        # “Two or more homicides”, “more than ten homicides”.
        return False
    if any(map(_PERCEIVED.match, _before(words, place, _NEGATION_REACHES))):
        return False
    if any(map(_is_change, words[place + 1 + len(group) : place + 2 + len(group)])):
        # “A smaller fall” is a fall.
        return False
    if not group:
        # “Homicide was 10% lower than before”; of “lower” alone nothing else is meant than the outcome.
        can_stand_alone = word in _HIGHER | _LOWER or word == "fewer"
        return can_stand_alone and _behind(words, place) in ("outcome", "nothing")
    if _KIND.fullmatch(group[0]) and len(group) > 1:
        return False
    if word in ("more", "less") and _DEGREE.fullmatch(group[0]):
        return False
    kind = _kind(group)
    if kind == "measure":
        # “Higher rates of homicide”.
        return _after_of(words, place + 1 + len(group)) == "outcome"
    return kind == "outcome"


def _is_of_an_outcome(words: Sequence[str], place: int) -> bool:
    """Whether a verb or noun of change is not of a dose, a place or a season."""
    if _is_a_season(words, place) or (words[place] in _AVERTED and any(map(_is_change, words[place + 1 : place + 3]))):
        return False
    kind = _ahead(words, place)
    if kind in ("outcome", "dose", "place"):
        return kind == "outcome"
    return _behind(words, place) not in ("dose", "place")


def _went(words: Sequence[str], place: int) -> bool:
    """Whether an outcome went up or down."""
    before, after = words[place - 1] if place else "", words[place + 1] if place + 1 < len(words) else ""
    if before in _WENT:
        return _behind(words, place - 1) == "outcome"
    return after[:1].isdigit() and _behind(words, place) == "outcome"


def _is_a_season(words: Sequence[str], place: int) -> bool:
    """Fall as a time of the year, and falls as accidents."""
    before, after = words[max(0, place - 2) : place], words[place + 1 : place + 3]
    if words[place] == "falls":
        return bool(before) and before[-1] in ("from", "by", "and", "accidental")
    if words[place] != "fall":
        return False
    is_year = any(re.fullmatch(r"(?:19|20)\d\d", it.rstrip(".,")) for it in after)
    return is_year or (bool(before) and before[-1] in ("in", "since", "during", "until", "each", "every", "last"))


def _ahead(words: Sequence[str], place: int) -> str:
    """What kind of noun stands behind a verb or noun of change: outcome, dose or place; else nothing or unknown."""
    next_word = place + 1
    is_complement = words[next_word : next_word + 1] in (["in"], ["of"])
    if is_complement:
        next_word += 1
    while next_word < len(words) and words[next_word] in _DETERMINERS:
        next_word += 1
    group = _group(words, next_word)
    if not group:
        return "nothing"
    kind = _kind(group)
    if kind == "measure":
        kind = _after_of(words, next_word + len(group))
        kind = kind if kind != "nothing" else "unknown"
    # “An increase in treated areas” says where, and “growing areas” what grew.
    return "nothing" if kind == "place" and is_complement else kind


def _after_of(words: Sequence[str], place: int) -> str:
    """What kind of noun stands behind “of”."""
    if words[place : place + 1] not in (["of"], ["for"], ["in"]):
        return "nothing"
    place += 1
    while place < len(words) and words[place] in _DETERMINERS:
        place += 1
    return _kind(_group(words, place)) or "nothing"


def _behind(words: Sequence[str], place: int) -> str:
    """What kind of noun stands before a word, with verbs, adverbs and numbers between them."""
    while place > 0:
        place -= 1
        word = words[place]
        if word == ",":
            return "nothing"
        if word in _AUXILIARIES or _is_adverb(word) or not _WORD.match(word) or word in _SKIPPED:
            continue
        if word in _ENDS:
            return "nothing"
        kind = _kind([word])
        if kind == "place" and (start := _start_of_where(words, place)) is not None:
            place = start
            continue
        if kind == "measure":
            before = _kind(words[max(0, place - 1) : place])
            return "outcome" if before == "outcome" or _after_of_before(words, place) else "unknown"
        return kind
    return "nothing"


def _start_of_where(words: Sequence[str], place: int) -> int | None:
    """Where “in treated areas” begins that ends at a place; None where no preposition stands before it."""
    for start in range(place - 1, max(-1, place - 5), -1):
        if words[start] in _WHERE:
            return start
        if words[start] in _ENDS - _DETERMINERS or words[start] == ",":
            return None
    return None


_WHERE = frozenset(("in", "at", "among", "against", "within", "across", "near", "around", "between", "by"))


# Words between a subject and its verb that say how much.
_SKIPPED = frozenset(
    ("much", "far", "somewhat", "slightly", "even", "then", "also", "times", "percent", "still", "all")
)


def _after_of_before(words: Sequence[str], place: int) -> bool:
    """Whether a measure that ends a group is all that is named: “rates fell”."""
    return place == 0 or words[place - 1] in _DETERMINERS


def _group(words: Sequence[str], place: int) -> list[str]:
    """Adjectives and nouns that stand together from a place on."""
    group = []
    for word in words[place:]:
        if not _WORD.match(word) or word in _ENDS or _is_change(word):
            break
        group.append(word)
    return group


def _kind(group: Sequence[str]) -> str:
    """What kind of thing a group of nouns names: its last word tells, and of a measure the one before it."""
    named = [word for word in group if not _is_adverb(word)]
    if not named:
        return ""
    last = named[-1]
    if _MEASURE.fullmatch(last):
        return "outcome" if any(_OUTCOME.match(word) for word in named[:-1]) else "measure"
    for kind, pattern in (("outcome", _OUTCOME), ("place", _PLACE), ("dose", _DOSE)):
        if pattern.match(last):
            return kind
    return "unknown"


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and not (_PLACE.match(word) or _DOSE.match(word))


# --- whether it is said at all ----------------------------------------------------------------------------------------


def _before(words: Sequence[str], place: int, reach: int) -> Sequence[str]:
    """Words before a place, not beyond a comma."""
    before = words[max(0, place - reach) : place]
    return before[len(before) - before[::-1].index(",") :] if "," in before else before


def _is_denied(words: Sequence[str], place: int) -> bool:
    before = _before(words, place, _NEGATION_REACHES)
    for position, word in enumerate(before):
        is_only = before[position + 1 : position + 2] in (["only"], ["merely"])
        if (word in _NOT or word in _AVERTED or word.endswith("n't")) and not is_only:
            return True
    after = words[place + 1 : place + 1 + _LATER]
    return bool(_DENIED_AFTER.intersection(after)) or not _DENIED_IN_TWO.isdisjoint(pairwise(after))


def _is_supposed(words: Sequence[str], place: int) -> bool:
    before = _before(words, place, _HYPOTHESIS_REACHES)
    if before and before[-1] == "to":
        return not _FOUND.intersection(before)
    return bool(_SUPPOSED.intersection(before))
