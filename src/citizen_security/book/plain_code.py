"""Code on pages without marks for words in the colour of all code: half of what code weighs, the same to see."""

import re
from collections.abc import Collection

# A rule of the style sheet for code: the mode it is for, the kind of word, if it is for one, and what it sets.
_RULE = re.compile(r'\[data-theme="(\w+)"\] \.highlight(?: \.(\w+))? *\{([^}]*)\}')
_CODE = re.compile(r'<div class="highlight">.*?</pre>', re.DOTALL)
_COLOUR = re.compile(r"(?<![\w-])color: *(#\w+)")


def plain_names(sheet: str) -> set[str]:
    """Kinds of words that look as code does in every mode.

    Parameters
    ----------
    sheet : str
        The style sheet for code.

    Returns
    -------
    set of str
        Classes of their marks.
    """
    rules = {(mode, name): body.strip().rstrip(";") for mode, name, body in _RULE.findall(sheet)}
    modes = {mode for mode, name in rules if not name}
    base = {mode: _COLOUR.findall(rules[mode, ""])[-1:] for mode in modes}

    def plain(name: str) -> bool:
        told = {mode: rules.get((mode, name), "") for mode in modes}
        return all([told[it].removeprefix("color:").strip()] == base[it] for it in modes)

    return {name for _, name in rules if name and plain(name)}


def without_plain(page: str, names: Collection[str]) -> str:
    """A page whose code has no marks of the kinds that are named.

    Parameters
    ----------
    page : str
        HTML.
    names : collection of str
        Classes of marks.
    """
    if not names:
        return page
    marks = re.compile(rf'<span class="(?:{"|".join(sorted(map(re.escape, names)))})">([^<]*)</span>')
    return _CODE.sub(lambda it: marks.sub(r"\1", it[0]), page)
