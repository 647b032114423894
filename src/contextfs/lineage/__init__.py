"""Lineage: from the code to the memories behind it."""
