"""What the episodes are called in sentences and figures."""

NAMES = {
    "mano_dura": "the hard hand of 2003",
    "truce": "the truce of gangs of 2012",
    "state_of_exception": "the state of exception of 2022",
}

SHORT = {"mano_dura": "hard hand", "truce": "truce", "state_of_exception": "state of exception"}
