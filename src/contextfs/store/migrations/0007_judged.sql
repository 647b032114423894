-- What git took long to tell: derived, kept only so that it need not be asked again, and gone whenever something is
-- erased. The key is a hash, since paths and branches may be what has to be forgotten.
CREATE TABLE judged (
    key   BLOB PRIMARY KEY,
    value TEXT NOT NULL,
    at    INTEGER NOT NULL
) WITHOUT ROWID;
