-- Listings that are gone are found by their title or address, the latest first.
CREATE INDEX listings_gone ON listings (deleted_at) WHERE deleted_at IS NOT NULL;
