"""Retrievers: each finds candidates in its own way and says what speaks for them."""
