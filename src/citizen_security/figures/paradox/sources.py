"""Whose figures a picture of the paradox shows, as its source line says it."""

SURVEYS = "World Bank PIP, September 2024; SWIID 9.92"


def of_homicide(release: str) -> str:
    """Source of homicide rates alone."""
    return f"UNODC ({release} release)"


def of_drivers(release: str) -> str:
    """Sources of the panel of the drivers that are fitted together."""
    return f"{of_homicide(release)}; World Bank WDI 2025; {SURVEYS}"


def of_poverty_and_inequality(release: str) -> str:
    """Sources of the panel of poverty, inequality and infant mortality."""
    return f"{of_homicide(release)}; {SURVEYS}; World Bank WDI 2025"


def of_further_drivers(release: str) -> str:
    """Sources of that panel with schooling, institutions and trust."""
    return f"{of_poverty_and_inequality(release)}; UNDP; WGI 2023; UNODC; Latinobarómetro"
