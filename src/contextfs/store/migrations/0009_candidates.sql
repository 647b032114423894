-- The inbox: what was recognised in conversations and waits for an answer. Derived from messages, local, in no log.
-- What somebody answered is a subject of the change log; `candidate_answer` is its projection (docs/decisions, inbox).

CREATE TABLE candidate(
  id BLOB PRIMARY KEY,
  session BLOB NOT NULL,
  message BLOB NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  hash BLOB NOT NULL,
  confidence REAL NOT NULL,
  said_at INTEGER,
  found_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX candidate_session ON candidate(session);
CREATE INDEX candidate_found ON candidate(found_at);

-- up to which message a session was read; a turn that may still grow lies beyond it
CREATE TABLE candidate_read(session BLOB PRIMARY KEY, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE candidate_answer(
  id BLOB PRIMARY KEY,
  answer TEXT NOT NULL,
  hash BLOB NOT NULL,
  memory BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX candidate_answer_hash ON candidate_answer(hash);
CREATE INDEX candidate_answer_memory ON candidate_answer(memory) WHERE memory IS NOT NULL;
