-- What the matching of records needs: the blocks in which they are compared, and what editors have decided.
ALTER TABLE record_docs ADD COLUMN keys BLOB;  -- the record's keys, 8 bytes each, little-endian
ALTER TABLE records ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;  -- an editor has hidden what it is about
ALTER TABLE sources ADD COLUMN grouped TEXT NOT NULL DEFAULT '';   -- with what settings its records were last led to listings
CREATE UNIQUE INDEX records_doc ON records (doc);

CREATE TABLE record_keys (
  key INTEGER NOT NULL,              -- of merge.Item.Keys
  doc INTEGER NOT NULL REFERENCES record_docs (id),
  PRIMARY KEY (key, doc)
) STRICT, WITHOUT ROWID;

CREATE TABLE rulings (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  at   INTEGER NOT NULL,
  doc  TEXT NOT NULL                 -- store.Ruling
) STRICT;
