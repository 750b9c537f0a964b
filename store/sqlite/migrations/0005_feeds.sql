-- What change feeds are read from. They are of one database: one that is put back from a copy has others.
ALTER TABLE meta ADD COLUMN feed TEXT NOT NULL DEFAULT '';        -- the id of the feeds
ALTER TABLE meta ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;    -- the last change number given to a record passed on
UPDATE meta SET feed = lower(hex(randomblob(10)));

ALTER TABLE sources ADD COLUMN hub TEXT NOT NULL DEFAULT '';      -- the hub that it has said to be
ALTER TABLE sources ADD COLUMN passing TEXT NOT NULL DEFAULT '';  -- with what settings its records were last passed on

-- Of a record that was stored before there were feeds, origin is empty until the sources are next declared.
ALTER TABLE records ADD COLUMN origin TEXT NOT NULL DEFAULT '';   -- store.Passing.Origin
ALTER TABLE records ADD COLUMN way INTEGER NOT NULL DEFAULT 0;
ALTER TABLE records ADD COLUMN leave INTEGER NOT NULL DEFAULT 0;
CREATE INDEX records_origin ON records (origin) WHERE way > 0;    -- what was read here has no other copy
ALTER TABLE record_docs ADD COLUMN corrected TEXT;                -- catalog.Record as it is passed on, when that is not doc

CREATE TABLE passed (
  change       INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  at           INTEGER NOT NULL,
  source       TEXT NOT NULL,        -- of the copy that counts
  doc          INTEGER REFERENCES record_docs (id),  -- NULL: passed on no more
  own          INTEGER NOT NULL,     -- it was read here
  sum          TEXT NOT NULL,        -- of what is said
  municipality TEXT NOT NULL
) STRICT;
CREATE INDEX passed_municipality ON passed (municipality, change);

ALTER TABLE listings ADD COLUMN shared TEXT;                          -- catalog.Listing of the members that may be passed on, when that is not doc
ALTER TABLE listings ADD COLUMN unshared INTEGER NOT NULL DEFAULT 0;  -- 1: none may, but some might once; 2: none ever might
ALTER TABLE listings ADD COLUMN municipality TEXT NOT NULL DEFAULT '';
UPDATE listings SET municipality = coalesce(json_extract(doc, '$.place.municipality'), '');
CREATE INDEX listings_municipality ON listings (municipality, change);

-- What has left the feed of a municipality for another's: in the feed that it left it is a deletion.
CREATE TABLE listings_left (
  municipality TEXT NOT NULL,
  id           TEXT NOT NULL,
  change       INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (municipality, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listings_left_change ON listings_left (municipality, change);
CREATE TRIGGER listings_leave AFTER UPDATE OF municipality ON listings WHEN OLD.municipality <> NEW.municipality BEGIN
  INSERT OR REPLACE INTO listings_left SELECT OLD.municipality, NEW.id, NEW.change, NEW.updated_at WHERE OLD.municipality <> '';
  DELETE FROM listings_left WHERE municipality = NEW.municipality AND id = NEW.id;
END;

CREATE TABLE passed_left (
  municipality TEXT NOT NULL,
  id           TEXT NOT NULL,
  change       INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (municipality, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX passed_left_change ON passed_left (municipality, change);
CREATE TRIGGER passed_leave AFTER UPDATE OF municipality ON passed WHEN OLD.municipality <> NEW.municipality BEGIN
  INSERT OR REPLACE INTO passed_left SELECT OLD.municipality, NEW.id, NEW.change, NEW.at WHERE OLD.municipality <> '';
  DELETE FROM passed_left WHERE municipality = NEW.municipality AND id = NEW.id;
END;
