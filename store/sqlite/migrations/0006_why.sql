-- Why what is passed on no more is gone: 'leave' when it is still there and may only not be passed on; else empty.
ALTER TABLE passed ADD COLUMN why TEXT NOT NULL DEFAULT '';
UPDATE passed SET why = 'leave' WHERE doc IS NULL AND EXISTS (SELECT 1 FROM records r JOIN sources s ON s.id = r.source
  WHERE r.source = passed.source AND r.origin = passed.id AND r.removed_at IS NULL AND NOT r.hidden AND s.visible);
