"""Importers, one file per format; `table` names them."""
