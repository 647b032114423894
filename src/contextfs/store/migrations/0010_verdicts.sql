-- What a person said of a memory, of two that seem to disagree, or of tags that seem to be one word: so that nobody is
-- asked twice. A subject of the change log without any text of a memory; this table is its projection.

CREATE TABLE verdict(
  id BLOB PRIMARY KEY,
  what TEXT NOT NULL,
  said TEXT NOT NULL,
  about TEXT NOT NULL,
  at INTEGER NOT NULL,
  author TEXT NOT NULL
) STRICT, WITHOUT ROWID;
