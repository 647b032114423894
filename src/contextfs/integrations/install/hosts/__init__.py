"""One module for each host: how it is recognised, and what stands in which of its files."""
