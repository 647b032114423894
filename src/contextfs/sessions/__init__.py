"""Sessions: conversations are recorded, summed up, found again and resumed."""
