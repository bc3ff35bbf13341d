-- The streak asks which issue came first for each slot, and looks into long histories only where a slot begins.

CREATE INDEX planned_issues ON issues (newsletter, slot, id) WHERE imported_at IS NULL;

CREATE INDEX imported_issues ON issues (newsletter, imported_at, id) WHERE imported_at IS NOT NULL;

CREATE INDEX dated_issues ON issues (newsletter, due) WHERE due IS NOT NULL;
