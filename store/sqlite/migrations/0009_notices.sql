-- What has happened to sources that editors are told of.
CREATE TABLE notices (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  at     INTEGER NOT NULL,
  source TEXT NOT NULL,
  name   TEXT NOT NULL,
  kind   TEXT NOT NULL,
  text   TEXT NOT NULL
) STRICT;
CREATE INDEX notices_source ON notices (source, id);

-- Who is told by mail.
CREATE TABLE subscribers (
  address TEXT PRIMARY KEY,
  every   TEXT NOT NULL,
  up_to   INTEGER NOT NULL,          -- the last notice that was told
  told    INTEGER
) STRICT;

-- What the hub keeps for itself.
CREATE TABLE secrets (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
