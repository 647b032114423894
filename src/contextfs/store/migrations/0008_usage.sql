-- What was put in front of somebody, and when: local, in no change log, and gone with the memory that it speaks of.
-- Notes of the last months one by one, and of all times counted. A note without a memory says that its session forgot
-- what it had been given.

CREATE TABLE usage(
  memory BLOB NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  session TEXT NOT NULL,
  hash BLOB NOT NULL,
  tokens INTEGER NOT NULL,
  PRIMARY KEY(memory, at, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_session ON usage(session, at) WHERE session <> '';
CREATE INDEX usage_at ON usage(at);

CREATE TABLE usage_total(
  memory BLOB NOT NULL,
  kind TEXT NOT NULL,
  times INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY(memory, kind)
) STRICT, WITHOUT ROWID;
