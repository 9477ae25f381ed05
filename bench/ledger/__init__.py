"""How long a ledger of 100,000 entries takes to verify, and that memory does not grow with it."""
