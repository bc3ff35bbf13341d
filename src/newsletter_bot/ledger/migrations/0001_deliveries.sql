-- What was promised, what became of it, and the renditions themselves.
-- Times are text in UTC with microseconds (2026-11-25T17:00:00.000000+00:00), so that they sort as they read.

PRAGMA application_id = 1313951815;

CREATE TABLE newsletters (
  id TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE issues (
  key INTEGER PRIMARY KEY,
  newsletter TEXT NOT NULL REFERENCES newsletters (id),
  id TEXT NOT NULL CHECK (id <> ''),
  number INTEGER NOT NULL,
  title TEXT NOT NULL,
  slot TEXT NOT NULL,
  draft TEXT NOT NULL,
  slug TEXT NOT NULL,
  draft_digest TEXT NOT NULL,
  text_digest TEXT NOT NULL,
  basis TEXT NOT NULL,
  clock TEXT,
  due TEXT,
  deadline TEXT,
  notices TEXT NOT NULL,
  listings TEXT NOT NULL,
  links TEXT NOT NULL,
  imported_at TEXT,
  url TEXT,
  UNIQUE (newsletter, id)
);

CREATE TABLE deliveries (
  key INTEGER PRIMARY KEY,
  newsletter TEXT NOT NULL,
  id TEXT NOT NULL,
  issue TEXT NOT NULL,
  publication TEXT NOT NULL CHECK (publication <> ''),
  platform TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'sending', 'unconfirmed', 'refused', 'delivered', 'retracted')),
  revision INTEGER NOT NULL CHECK (revision >= 0),
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  failures INTEGER NOT NULL CHECK (failures >= 0),
  operation TEXT NOT NULL CHECK (operation IN ('create', 'update', 'retract')),
  owner TEXT,
  promised TEXT NOT NULL,
  carried TEXT,
  remote_id TEXT,
  url TEXT,
  visibility TEXT CHECK (visibility IN ('draft', 'scheduled', 'public')),
  version TEXT,
  error TEXT,
  held TEXT,
  difference TEXT,
  refused_under TEXT,
  mailed INTEGER NOT NULL CHECK (mailed IN (0, 1)),
  not_before TEXT,
  settle_until TEXT,
  sending_at TEXT,
  sent_at TEXT,
  public_at TEXT,
  release_at TEXT,
  verify_at TEXT,
  verified_at TEXT,
  begun_at TEXT,
  UNIQUE (newsletter, id),
  UNIQUE (newsletter, issue, publication),
  FOREIGN KEY (newsletter, issue) REFERENCES issues (newsletter, id)
);

-- The query for open deliveries repeats this condition word for word: only then does SQLite use the index.
CREATE INDEX open_deliveries ON deliveries (newsletter)
  WHERE state IN ('due', 'sending', 'unconfirmed', 'refused')
     OR held IS NOT NULL
     OR verify_at IS NOT NULL
     OR (state = 'delivered' AND visibility IN ('draft', 'scheduled'));

CREATE INDEX begun_deliveries ON deliveries (newsletter, publication, begun_at) WHERE begun_at IS NOT NULL;

CREATE TABLE transitions (
  newsletter TEXT NOT NULL,
  delivery TEXT NOT NULL,
  revision INTEGER NOT NULL,
  at TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  before TEXT CHECK (before IN ('due', 'sending', 'unconfirmed', 'refused', 'delivered', 'retracted')),
  after TEXT NOT NULL CHECK (after IN ('due', 'sending', 'unconfirmed', 'refused', 'delivered', 'retracted')),
  what TEXT NOT NULL,
  owner TEXT,
  PRIMARY KEY (newsletter, delivery, revision),
  FOREIGN KEY (newsletter, delivery) REFERENCES deliveries (newsletter, id)
) WITHOUT ROWID;

CREATE TRIGGER transitions_are_not_changed BEFORE UPDATE ON transitions
BEGIN
  SELECT RAISE (ABORT, 'transitions are append only');
END;

CREATE TRIGGER transitions_are_not_deleted BEFORE DELETE ON transitions
BEGIN
  SELECT RAISE (ABORT, 'transitions are append only');
END;

CREATE TABLE renditions (
  digest TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL
);

CREATE TABLE pictures (
  digest TEXT NOT NULL PRIMARY KEY,
  content BLOB NOT NULL
);
