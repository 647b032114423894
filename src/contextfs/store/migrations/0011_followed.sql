-- How far a transcript that its host still writes has been read: derived, local, and forgotten with its session.
-- What was read is in the store before this says so, and comes under the same ids if it is read again.

CREATE TABLE followed(
  path TEXT PRIMARY KEY,
  session BLOB NOT NULL,
  place INTEGER NOT NULL,
  line INTEGER NOT NULL,
  state TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX followed_session ON followed(session);
