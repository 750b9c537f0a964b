-- The last change number when the record came, or came back: of copies that came by several ways, the one that has been here longest counts.
ALTER TABLE records ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
