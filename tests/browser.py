"""The Chromium that tests look at pages with."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Containers have no user namespaces for Chromium's own sandbox; the rest keeps it from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str | None:
    """Path of the first Chromium on the path."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
