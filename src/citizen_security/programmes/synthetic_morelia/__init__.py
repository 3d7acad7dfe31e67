"""Police reform in Morelia: deaths and files, beside the rest of the state and beside a synthetic Morelia."""
