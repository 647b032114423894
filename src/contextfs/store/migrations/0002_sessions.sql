-- A session's heading is a subject of the change log and `session` its projection; its messages are their own change
-- (docs/decisions, sessions): rows that never change, whole, and in no log.

CREATE TABLE session(
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  tool TEXT NOT NULL,
  label TEXT NOT NULL,
  summary TEXT NOT NULL,
  summarized_by TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  source_repo TEXT NOT NULL,
  branch TEXT NOT NULL,
  project TEXT NOT NULL,
  metadata TEXT NOT NULL,
  author TEXT NOT NULL,
  device TEXT NOT NULL,
  client TEXT NOT NULL,
  -- from here on derived from the messages: when the last one came, how many there are, up to which they are indexed
  active_at INTEGER NOT NULL DEFAULT 0,
  length INTEGER NOT NULL DEFAULT 0,
  indexed INTEGER NOT NULL DEFAULT 0,
  namespace INTEGER NOT NULL GENERATED ALWAYS AS (row >> 32) VIRTUAL
) STRICT;
CREATE INDEX session_recent ON session(namespace, started_at);
CREATE INDEX session_started ON session(started_at);
CREATE INDEX session_label ON session(label) WHERE label <> '';
CREATE INDEX session_open ON session(namespace, tool) WHERE ended_at IS NULL;
CREATE INDEX session_behind ON session(row) WHERE indexed < length;

-- row = namespace << 32 | n as for memories, in a number space of its own; place counts from 1 within the session
CREATE TABLE message(
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  session BLOB NOT NULL,
  place INTEGER NOT NULL,
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  at INTEGER,
  metadata TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_place ON message(session, place);

-- a question with its answer, which one vector or a few stand for; row is that of its first message, and the window
-- with first = 0 is the label and the summary
CREATE TABLE turn_window(
  row INTEGER PRIMARY KEY,
  session BLOB NOT NULL,
  first INTEGER NOT NULL,
  words INTEGER NOT NULL,
  UNIQUE(session, first)
) STRICT;

-- the same columns as `lexical`, so that one code asks both
CREATE VIRTUAL TABLE message_lexical USING fts5(
  title, context, path, content, ident,
  content='', contentless_delete=1, tokenize='porter unicode61'
);
CREATE VIRTUAL TABLE message_vocabulary USING fts5vocab(message_lexical, row);
CREATE TABLE message_frequent(stem TEXT PRIMARY KEY, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- one provider has vectors of several collections: memories, turn windows, and whatever comes
CREATE TABLE provider_of(
  id INTEGER PRIMARY KEY,
  identity TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  collection TEXT NOT NULL DEFAULT 'memory',
  UNIQUE(identity, collection)
) STRICT;
INSERT INTO provider_of(id, identity, dimensions) SELECT id, identity, dimensions FROM provider;
DROP TABLE provider;
ALTER TABLE provider_of RENAME TO provider;

CREATE INDEX memory_session ON memory(session_id) WHERE session_id <> '';
