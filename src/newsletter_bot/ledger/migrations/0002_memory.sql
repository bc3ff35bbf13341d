-- What makes the next run cheaper or more polite: addresses of uploads, pauses, facts, and what drafts looked like.

CREATE TABLE uploads (
  newsletter TEXT NOT NULL REFERENCES newsletters (id),
  publication TEXT NOT NULL,
  digest TEXT NOT NULL,
  url TEXT NOT NULL,
  PRIMARY KEY (newsletter, publication, digest)
) WITHOUT ROWID;

CREATE TABLE pauses (
  newsletter TEXT NOT NULL REFERENCES newsletters (id),
  publication TEXT NOT NULL,
  until TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (newsletter, publication)
) WITHOUT ROWID;

CREATE TABLE facts (
  newsletter TEXT NOT NULL REFERENCES newsletters (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (newsletter, key)
) WITHOUT ROWID;

CREATE TABLE drafts (
  newsletter TEXT NOT NULL REFERENCES newsletters (id),
  path TEXT NOT NULL,
  mtime_ns INTEGER NOT NULL,
  size INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  looked_ns INTEGER NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  ready INTEGER NOT NULL CHECK (ready IN (0, 1)),
  date TEXT,
  digest TEXT NOT NULL,
  text_digest TEXT NOT NULL,
  PRIMARY KEY (newsletter, path)
) WITHOUT ROWID;

-- A rescan compares these four and nothing else.
CREATE INDEX draft_signatures ON drafts (newsletter, path, mtime_ns, size, inode);
