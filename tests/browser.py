"""The Chromium that tests look at pages with."""

# Containers have no user namespaces for Chromium's own sandbox; the rest keeps it from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
