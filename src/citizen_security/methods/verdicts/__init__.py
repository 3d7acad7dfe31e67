"""From a declared claim and what was measured to a verdict.

- `regions`: the values of a quantity under which a claim is true, by the claim's type, and where an interval lies: null
  claims by two one-sided tests (Schuirmann 1987), the rest by the interval alone.
- `grid`: the verdict over every admissible way of measuring, as in a specification curve (Simonsohn, Simmons and Nelson
  2020), with its reasons.
"""
