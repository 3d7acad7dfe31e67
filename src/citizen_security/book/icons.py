"""The few icons that the theme shows, as a style sheet made from the theme's own script of every icon there is.

The script weighs 1.4 MB and turns each icon into a drawing after the page has loaded; the style sheet has the same
drawings of those that pages show.
"""

import re
from pathlib import Path
from urllib.parse import quote

# What the theme's pages and scripts name.
ICONS = (
    "angle-left",
    "angle-right",
    "arrow-up",
    "bars",
    "chevron-down",
    "circle-half-stroke",
    "list",
    "magnifying-glass",
    "moon",
    "sun",
    "xmark",
)
# What the theme writes with the letters of its font beside titles and links, in letters that every font has.
LETTERS = {
    "admonition-default": "ℹ",
    "admonition-note": "ℹ",
    "admonition-attention": "!",
    "admonition-caution": "!",
    "admonition-warning": "!",
    "admonition-danger": "!",
    "admonition-error": "!",
    "admonition-hint": "✓",
    "admonition-tip": "✓",
    "admonition-important": "!",
    "admonition-seealso": "→",
    "admonition-todo": "…",
    "download": "↓",
    "external-link": "↗",
    "search-minus": "−",
}


class UnknownIcon(LookupError):
    """An icon that the theme's script does not have."""


def icon_styles(script: str | None = None) -> str:
    """Style sheet with the icons.

    Parameters
    ----------
    script : str, optional
        Font Awesome's script with all icons; the theme's by default.

    Returns
    -------
    str

    Raises
    ------
    UnknownIcon
        If the script has not all of them.
    """
    source = theme_script() if script is None else script
    rules = [_rule(name, source) for name in ICONS]
    letters = "\n".join(f'  --pst-icon-{name}: "{letter}";' for name, letter in LETTERS.items())
    return f"""/* Icons of Font Awesome Free, https://fontawesome.com, CC BY 4.0, taken from the theme's own copy. */
html:root {{
  --fa-font-solid: normal 700 1em/1 system-ui, sans-serif;
{letters}
}}

:is(i, span).fa-solid {{
  width: 1em;
  height: 1em;
  vertical-align: -0.125em;
  background: currentColor;
  mask: var(--icon) center / contain no-repeat;
  forced-color-adjust: preserve-parent-color;
}}

:is(i, span).fa-solid::before {{
  content: none;
}}

{chr(10).join(rules)}
"""


def theme_script() -> str:
    """Font Awesome's script, as the theme has it."""
    import pydata_sphinx_theme  # type: ignore[import-untyped]

    static = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
    return (static / "scripts" / "fontawesome.js").read_text(encoding="utf-8")


def _rule(name: str, script: str) -> str:
    found = re.findall(rf'[,{{]"?{name}"?:\[(\d+),(\d+),\[[^\]]*\],"[0-9a-f]+","([^"]+)"\]', script)
    if not found:
        raise UnknownIcon(f"the theme's fontawesome.js has no icon {name!r}; take it out of ICONS, or name another")
    # Of several styles the script has the solid one last.
    width, height, path = found[-1]
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{path}"/></svg>'
    address = "data:image/svg+xml," + quote(drawing, safe=" /:;=,()'")
    return f'.fa-{name} {{ --icon: url("{address}"); }}'
