"""Effects that the literature publishes, in homicides per 100,000 people per percentage point."""

from collections.abc import Mapping
from types import MappingProxyType

# Muggah (2017), drawing on Chioda (2017).
PUBLISHED: Mapping[str, float] = MappingProxyType({"unemployment_youth": 0.34, "gdp_growth": -0.24})
