-- What memories name is read from them; kept is only what a person decided about names: this one is that one, and it is
-- called so (docs/decisions, entities). A subject of the change log; these two tables are its projection.

CREATE TABLE entity(
  id BLOB PRIMARY KEY,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entity_key(
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  entity BLOB NOT NULL,
  PRIMARY KEY(namespace, key, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_key_entity ON entity_key(entity);
