-- A key is stored and dropped with its record's document. To look for that document at each of ten keys of each record, which lie in the order of the keys,
-- was most of what a large import read.
CREATE TABLE keys_of_records (
  key INTEGER NOT NULL,              -- of merge.Item.Keys
  doc INTEGER NOT NULL,              -- record_docs.id
  PRIMARY KEY (key, doc)
) STRICT, WITHOUT ROWID;
INSERT INTO keys_of_records SELECT key, doc FROM record_keys ORDER BY key, doc;
DROP TABLE record_keys;
ALTER TABLE keys_of_records RENAME TO record_keys;
