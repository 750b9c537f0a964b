-- What editors see of a source at a glance is kept with it, so that the ledger need not be read for it.
ALTER TABLE sources ADD COLUMN strip TEXT NOT NULL DEFAULT '';   -- store.SourceState.Strip
ALTER TABLE sources ADD COLUMN last TEXT;                        -- store.Run, the last one in short
ALTER TABLE sources ADD COLUMN alike INTEGER;                    -- start of the first of the runs that ended as the last did
ALTER TABLE sources ADD COLUMN ends INTEGER;                     -- when its last record is over; NULL: some never are
UPDATE sources SET alike = failing_from,
  strip = coalesce((SELECT group_concat(letter, '') FROM (SELECT id, substr(json_extract(doc, '$.status'), 1, 1) AS letter FROM
    (SELECT id, doc FROM runs WHERE source = sources.id AND finished IS NOT NULL AND json_extract(doc, '$.trigger') <> 'replay' ORDER BY id DESC LIMIT 30) ORDER BY id)), ''),
  last = (SELECT json_remove(json_set(doc, '$.id', id), '$.rejects', '$.warnings') FROM runs
    WHERE source = sources.id AND finished IS NOT NULL AND json_extract(doc, '$.trigger') <> 'replay' ORDER BY id DESC LIMIT 1),
  ends = (SELECT iif(count(*) = count(ends), max(ends), NULL) FROM records WHERE source = sources.id AND removed_at IS NULL);

-- What was changed by whom.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  who     TEXT NOT NULL,
  what    TEXT NOT NULL,
  subject TEXT NOT NULL              -- kind:id, or empty
) STRICT;

-- How often something was asked for, without by whom.
CREATE TABLE daily (
  day   TEXT NOT NULL,               -- YYYY-MM-DD on the hub's clock
  name  TEXT NOT NULL,
  value TEXT NOT NULL,
  n     INTEGER NOT NULL,
  PRIMARY KEY (day, name, value)
) STRICT, WITHOUT ROWID;
