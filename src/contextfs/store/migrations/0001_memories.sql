-- The change log is the truth (docs/decisions): every other table can be made again from it and the embedding provider.

CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE origin(
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL,
  author TEXT NOT NULL,
  UNIQUE(device, author)
) STRICT;

-- seq is the local order of arrival; it is never sent to another store
CREATE TABLE change(
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  subject BLOB NOT NULL,
  kind TEXT NOT NULL,
  verb TEXT NOT NULL,
  batch BLOB NOT NULL,
  parents BLOB NOT NULL,
  clock INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  patch TEXT
) STRICT;
CREATE INDEX change_subject ON change(subject);
CREATE INDEX change_clock ON change(clock);

-- an erased subject stays erased, whatever arrives later
CREATE TABLE purged(subject BLOB PRIMARY KEY, change BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE namespace(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- row = namespace << 32 | n, so that one namespace is one range of rows in every index
CREATE TABLE memory(
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  content TEXT NOT NULL,
  content_hash BLOB NOT NULL,
  type TEXT NOT NULL,
  summary TEXT NOT NULL,
  tags TEXT NOT NULL,
  source_tool TEXT NOT NULL,
  source_repo TEXT NOT NULL,
  project TEXT NOT NULL,
  metadata TEXT NOT NULL,
  status TEXT NOT NULL,
  branch TEXT NOT NULL,
  git_commit TEXT NOT NULL,
  author TEXT NOT NULL,
  device TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  files TEXT NOT NULL,
  supersedes TEXT NOT NULL,
  superseded_by TEXT NOT NULL,
  owner TEXT NOT NULL,
  review_at INTEGER,
  expires_at INTEGER,
  structured TEXT NOT NULL,
  namespace INTEGER NOT NULL GENERATED ALWAYS AS (row >> 32) VIRTUAL
) STRICT;
CREATE INDEX memory_recent ON memory(namespace, created_at);
CREATE INDEX memory_created ON memory(created_at);
CREATE INDEX memory_hash ON memory(content_hash);
CREATE INDEX memory_project ON memory(project) WHERE project <> '';
CREATE INDEX memory_archived ON memory(row) WHERE status = 'archived';
CREATE INDEX memory_expiring ON memory(expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE tag(name TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(name, row)) STRICT, WITHOUT ROWID;

CREATE TABLE mention(
  row INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY(row, kind, name)
) STRICT, WITHOUT ROWID;
-- symbols are many and nobody asks for them by name yet; an index entry each is a page to write at every save
CREATE INDEX mention_name ON mention(name) WHERE kind <> 'symbol';

-- contentless: the index never has to be told old values, so a changed splitter cannot corrupt it
CREATE VIRTUAL TABLE lexical USING fts5(
  title, context, path, content, ident,
  content='', contentless_delete=1, tokenize='porter unicode61'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(lexical, row);
CREATE TABLE frequent(stem TEXT PRIMARY KEY, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE provider(
  id INTEGER PRIMARY KEY,
  identity TEXT NOT NULL UNIQUE,
  dimensions INTEGER NOT NULL
) STRICT;

-- part is the passage; half is the float16 truth, block and slot say where its int8 code is scanned
CREATE TABLE vector(
  provider INTEGER NOT NULL,
  row INTEGER NOT NULL,
  part INTEGER NOT NULL,
  half BLOB NOT NULL,
  block INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  PRIMARY KEY(provider, row, part)
) STRICT, WITHOUT ROWID;

-- counters stay out of the row that holds the blobs: writing a row rewrites all of it
CREATE TABLE block(
  id INTEGER PRIMARY KEY,
  provider INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  capacity INTEGER NOT NULL,
  used INTEGER NOT NULL,
  live INTEGER NOT NULL
) STRICT;
CREATE INDEX block_scope ON block(provider, namespace);
CREATE TABLE block_data(id INTEGER PRIMARY KEY, codes BLOB NOT NULL, rows BLOB NOT NULL) STRICT;

-- provider 0 counts the memories of a namespace, the others those that have its vectors
CREATE TABLE tally(
  provider INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  memories INTEGER NOT NULL,
  PRIMARY KEY(provider, namespace)
) STRICT, WITHOUT ROWID;
