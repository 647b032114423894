-- A few numbers per memory, by which a save finds what says nearly the same without asking the word index.
-- Derived from the text alone; `sketch_of` is a function of ours (store/sketches.py).

CREATE TABLE sketch(word INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(word, row)) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO sketch(word, row)
  SELECT value, memory.row FROM memory, json_each(sketch_of(content)) ORDER BY 1, 2;
