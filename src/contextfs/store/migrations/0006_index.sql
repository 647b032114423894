-- The repository index: derived, and only there when asked for. Passages belong to the content of files, not to paths:
-- a file is its pieces, a checkout is a set of (path, source), and what is the same in two files or branches is kept once.

-- what worktrees share: its objects, and here its passages; its number is in their rows where memories have a namespace's
CREATE TABLE repository(id INTEGER PRIMARY KEY, place TEXT NOT NULL UNIQUE) STRICT;

-- a working tree; `state` is what it was when it was indexed whole, `signature` what the tree of paths stands for
CREATE TABLE checkout(
  id INTEGER PRIMARY KEY,
  repository INTEGER NOT NULL,
  root TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  signature TEXT NOT NULL,
  changed INTEGER NOT NULL DEFAULT 0,
  notes TEXT NOT NULL DEFAULT '{}',
  indexed_at INTEGER NOT NULL
) STRICT;

-- the content of a file as one reader reads it; `verdict` says why it has no passages, or that it is not done
CREATE TABLE source(
  id INTEGER PRIMARY KEY,
  repository INTEGER NOT NULL,
  blob BLOB NOT NULL,
  reader TEXT NOT NULL,
  verdict TEXT NOT NULL,
  left_at INTEGER,
  UNIQUE(repository, blob, reader)
) STRICT;
CREATE INDEX source_left ON source(left_at) WHERE left_at IS NOT NULL;

CREATE TABLE tree(
  checkout INTEGER NOT NULL,
  path TEXT NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY(checkout, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX tree_source ON tree(source, checkout);

-- row = repository << 32 | n, in a number space of its own
CREATE TABLE passage(
  row INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  context TEXT NOT NULL,
  text TEXT NOT NULL,
  -- the paths whose words are indexed with it
  paths TEXT NOT NULL,
  repository INTEGER NOT NULL GENERATED ALWAYS AS (row >> 32) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX passage_digest ON passage(digest, repository);

CREATE TABLE piece(
  source INTEGER NOT NULL,
  place INTEGER NOT NULL,
  passage INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY(source, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX piece_passage ON piece(passage, source);

-- the passages of other branches and worktrees, which a search of this checkout does not see
CREATE TABLE hidden(checkout INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(checkout, row)) STRICT, WITHOUT ROWID;

CREATE TABLE past_commit(
  row INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  files TEXT NOT NULL,
  repository INTEGER NOT NULL GENERATED ALWAYS AS (row >> 32) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX past_commit_hash ON past_commit(hash, repository);

-- the same columns as `lexical`, so that one code asks all of them
CREATE VIRTUAL TABLE code_lexical USING fts5(
  title, context, path, content, ident,
  content='', contentless_delete=1, tokenize='porter unicode61'
);
CREATE VIRTUAL TABLE code_vocabulary USING fts5vocab(code_lexical, row);
CREATE TABLE code_frequent(stem TEXT PRIMARY KEY, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE commit_lexical USING fts5(
  title, context, path, content, ident,
  content='', contentless_delete=1, tokenize='porter unicode61'
);
CREATE VIRTUAL TABLE commit_vocabulary USING fts5vocab(commit_lexical, row);
CREATE TABLE commit_frequent(stem TEXT PRIMARY KEY, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;
