"""VALUES: immutable, standard library only, no input or output."""
