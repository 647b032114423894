-- Which files a session touched: told by hosts, by the messages of tools, or by hand. Rows of a deleted session stay, as its
-- messages do, and are seen again when it comes back.

CREATE TABLE touched(
  session BLOB NOT NULL,
  path TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(session, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX touched_path ON touched(path);

INSERT OR IGNORE INTO touched(session, path, at)
  SELECT session, value, coalesce(at, 0) FROM message, json_each(metadata, '$.files')
  WHERE metadata LIKE '%"files"%' AND type = 'text' AND value <> '';
