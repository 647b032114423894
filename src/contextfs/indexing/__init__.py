"""The repository index: what git tracks, as passages of code, prose and history."""
