"""SEARCH: a query becomes ranked results."""
