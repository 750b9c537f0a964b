-- Who outside the hub keeps entries of a list, and what they have sent in.
CREATE TABLE invitations (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  made      INTEGER NOT NULL,
  expires   INTEGER NOT NULL,
  made_by   TEXT NOT NULL,
  source    TEXT NOT NULL,             -- of the list
  organizer TEXT NOT NULL,             -- its id in the list
  secret    BLOB NOT NULL,             -- that the link is signed with
  revoked   INTEGER
) STRICT;

CREATE TABLE proposals (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  invitation INTEGER NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
  at         INTEGER NOT NULL,
  change     TEXT NOT NULL,            -- JSON, as it was sent
  state      TEXT NOT NULL,            -- store.ProposalState
  note       TEXT NOT NULL DEFAULT '',
  decided    INTEGER
) STRICT;
CREATE INDEX proposals_by_invitation ON proposals (invitation, id);
CREATE INDEX proposals_waiting ON proposals (id) WHERE state = 'waiting';
