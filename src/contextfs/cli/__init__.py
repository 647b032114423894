"""The command line: parsing builds a value, one front-door call acts on it, and the result is rendered."""
