"""HYGIENE: what keeps a store worth reading: what repeats, contradicts, grew old or was never read."""
