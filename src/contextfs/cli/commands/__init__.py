"""One module per noun; each command parses, makes one call to the front door and hands its value to be printed."""
