-- What matching compares of a record stands apart from the long documents, so that many are read in a short sweep.
CREATE TABLE record_features (
  doc      INTEGER PRIMARY KEY REFERENCES record_docs (id),
  keys     BLOB NOT NULL,            -- the record's keys, 8 bytes each, little-endian
  features BLOB NOT NULL             -- merge.Item.Features; empty until the record is next written
) STRICT;
INSERT INTO record_features SELECT id, keys, x'' FROM record_docs WHERE keys IS NOT NULL;
ALTER TABLE record_docs DROP COLUMN keys;
