"""The programs that people work with: how contextfs is put into them, and how it answers their hooks."""
