"""Styled tables of pandas whose empty corners are cells: a header without a text names nothing to whoever listens."""

import re
from typing import Any

from pandas.io.formats.style import Styler

EMPTY_HEADER = re.compile(r'<th class="([^"]*)"( colspan="\d+")? *>(?:&nbsp;)?</th>')


class WithoutEmptyHeaders(Styler):
    """A styled table in which what heads nothing is no header."""

    def to_html(self, *arguments: Any, **options: Any) -> Any:
        """HTML of the table, as pandas writes it.

        Parameters
        ----------
        *arguments, **options
            Those of `pandas.io.formats.style.Styler.to_html`.

        Returns
        -------
        str or None
            None where a file was given to write to, which is left as pandas writes it.
        """
        written = super().to_html(*arguments, **options)
        return written if written is None else EMPTY_HEADER.sub(r'<td class="\1"\2></td>', written)
