-- What sources answered: every body once, by its content, and every version of a page with the run that read it.
CREATE TABLE payloads (
  hash TEXT PRIMARY KEY,             -- of the body
  body BLOB NOT NULL                 -- gzip
) STRICT;
INSERT OR IGNORE INTO payloads SELECT hash, body FROM pages;

ALTER TABLE pages RENAME TO old_pages;
CREATE TABLE pages (
  source        TEXT NOT NULL REFERENCES sources (id),
  url           TEXT NOT NULL,
  run           INTEGER NOT NULL,    -- the run that read it; 0 before runs were told apart
  at            INTEGER NOT NULL,
  good          INTEGER NOT NULL,    -- the run took what it read into use
  newest        INTEGER NOT NULL,    -- the newest good version of its address, and still asked for
  etag          TEXT NOT NULL,
  last_modified TEXT NOT NULL,
  hash          TEXT NOT NULL REFERENCES payloads (hash),
  media_type    TEXT NOT NULL,
  charset       TEXT NOT NULL,
  location      TEXT NOT NULL,       -- where it came from, when redirected
  PRIMARY KEY (source, url, run)
) STRICT;
CREATE INDEX pages_hash ON pages (hash);
INSERT INTO pages SELECT source, url, 0, 0, 1, 1, etag, last_modified, hash, media_type, charset, '' FROM old_pages;
DROP TABLE old_pages;
