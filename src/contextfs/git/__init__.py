"""Everything we ask of git: `repository` reads where we are from git's own files, `history` asks git who wrote what."""
