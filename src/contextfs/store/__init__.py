"""STORE: one SQLite file, and all the SQL that touches it."""
