"""One file per format that is written: memories and changes go in, text comes out."""
