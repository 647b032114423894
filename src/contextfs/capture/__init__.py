"""CAPTURE: a draft becomes a memory ready to store; every write passes through its door."""
