"""Exchange: other tools' files become our values, and ours are written for other tools; nothing is stored here."""
