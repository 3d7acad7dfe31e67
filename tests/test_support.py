"""A copy of the checkout finds what was compiled of its source, so that runs in it need not compile it again."""

import os
import subprocess
import sys

from support import bring_compiled_code

from citizen_security.methods.synthetic_control.simplex import fit_simplex

FITS = """
from citizen_security.methods.synthetic_control import active_set, simplex

simplex.fit_simplex([0.0, 1.0], [[1.0, 1.0], [0.0, 3.0]])
print(active_set.__file__)
print(sum(active_set.fit_each.stats.cache_hits.values()), sum(active_set.fit_each.stats.cache_misses.values()))
"""


def test_a_copy_compiles_nothing_again(checkout):
    fit_simplex([0.0, 1.0], [[1.0, 1.0], [0.0, 3.0]])
    bring_compiled_code(checkout)
    settings = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    said = subprocess.run([sys.executable, "-c", FITS], capture_output=True, text=True, check=True, env=settings)
    file, counts = said.stdout.splitlines()
    assert file.startswith(str(checkout))
    assert counts == "1 0"
