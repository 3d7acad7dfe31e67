"""Every claim with its verdict: the room of `claims/ledger`."""
