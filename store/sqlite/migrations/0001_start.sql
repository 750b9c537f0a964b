-- Times are microseconds since 1970 in UTC, NULL when not known. Documents are JSON of the Go type that the column names.

CREATE TABLE meta (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  change INTEGER NOT NULL            -- the last change number given
) STRICT;
INSERT INTO meta VALUES (1, 0);

CREATE TABLE sources (
  id           TEXT PRIMARY KEY,
  doc          TEXT NOT NULL,        -- store.Source
  declared     INTEGER NOT NULL,
  visible      INTEGER NOT NULL,     -- declared and enabled
  last_run     INTEGER,
  last_good    INTEGER,
  failing_from INTEGER,
  failures     INTEGER NOT NULL DEFAULT 0,
  last_status  TEXT NOT NULL DEFAULT '',
  last_error   TEXT NOT NULL DEFAULT '',
  last_pull    INTEGER,
  live         INTEGER NOT NULL DEFAULT 0,
  missing      INTEGER NOT NULL DEFAULT 0,
  held         TEXT,                 -- store.Held
  state        BLOB,
  fingerprint  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE runs (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  source   TEXT NOT NULL REFERENCES sources (id),
  finished INTEGER,
  doc      TEXT NOT NULL             -- store.Run with its rejects and warnings
) STRICT;
CREATE INDEX runs_source ON runs (source, id);

CREATE TABLE leases (
  source TEXT PRIMARY KEY REFERENCES sources (id),
  run    INTEGER NOT NULL UNIQUE REFERENCES runs (id),
  until  INTEGER NOT NULL,
  holder TEXT NOT NULL               -- the lock file of the process that runs it
) STRICT;

CREATE TABLE organizers (
  id  TEXT PRIMARY KEY,
  doc TEXT NOT NULL                  -- catalog.Organizer
) STRICT, WITHOUT ROWID;

CREATE TABLE places (
  id  TEXT PRIMARY KEY,
  doc TEXT NOT NULL                  -- catalog.Place
) STRICT, WITHOUT ROWID;

CREATE TABLE listings (
  id           TEXT PRIMARY KEY,
  change       INTEGER NOT NULL UNIQUE,
  hidden       INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  deleted_at   INTEGER,
  merged_into  TEXT NOT NULL DEFAULT '',
  organizer_id TEXT NOT NULL,
  place_id     TEXT NOT NULL,
  doc          TEXT NOT NULL,        -- catalog.Listing
  live         INTEGER AS (deleted_at IS NULL AND merged_into = '' AND NOT hidden) VIRTUAL
) STRICT;
CREATE INDEX listings_organizer ON listings (organizer_id) WHERE live = 1;
CREATE INDEX listings_place ON listings (place_id) WHERE live = 1;

-- What a plan compares is kept apart from the long documents, so that it is read in one short sweep.
CREATE TABLE record_docs (
  id  INTEGER PRIMARY KEY,
  doc TEXT NOT NULL                  -- catalog.Record
) STRICT;

CREATE TABLE records (
  source        TEXT NOT NULL REFERENCES sources (id),
  native_id     TEXT NOT NULL,
  hash          TEXT NOT NULL,
  content_key   TEXT NOT NULL,
  ends          INTEGER,
  missing_since INTEGER,
  removed_at    INTEGER,
  listing_id    TEXT NOT NULL REFERENCES listings (id),
  doc           INTEGER NOT NULL REFERENCES record_docs (id),
  PRIMARY KEY (source, native_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_listing ON records (listing_id);

CREATE TABLE pages (
  source        TEXT NOT NULL REFERENCES sources (id),
  url           TEXT NOT NULL,
  etag          TEXT NOT NULL,
  last_modified TEXT NOT NULL,
  hash          TEXT NOT NULL,
  media_type    TEXT NOT NULL,
  charset       TEXT NOT NULL,
  body          BLOB NOT NULL,       -- gzip
  PRIMARY KEY (source, url)
) STRICT;

CREATE TABLE hosts (
  host   TEXT PRIMARY KEY,
  until  INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
