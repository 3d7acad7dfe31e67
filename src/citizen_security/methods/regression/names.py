"""Names that estimators share with the parameters of those who call them.

Nothing is imported here, so that a command line starts at once.
"""

from typing import Literal

BootstrapWeights = Literal["webb", "rademacher"]
