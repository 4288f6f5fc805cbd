-- School years, timetables, closures and what is due.

CREATE TABLE school_year (
  realm INTEGER NOT NULL,
  year INTEGER NOT NULL,          -- the year in which it begins
  from_day {{day}} NOT NULL,      -- first day on which classes may be held
  opening_day {{day}} NOT NULL,   -- khai giảng
  until_day {{day}} NOT NULL,     -- exclusive
  extension TEXT NOT NULL DEFAULT '', -- why it ends after 31 May (disaster, epidemic), '' when it does not
  PRIMARY KEY (realm, year)
) {{facts}};

-- Terms, timetables and exceptions hold for a scope and all under it: realm (scope 0), unit, school, site, class.
-- The nearest to a class wins.
CREATE TABLE term (
  realm INTEGER NOT NULL,
  year INTEGER NOT NULL,
  number INTEGER NOT NULL,        -- 1, 2; 3 is teaching in the summer
  scope_kind TEXT NOT NULL,
  scope {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  weeks INTEGER NOT NULL,         -- 18, 17
  PRIMARY KEY (realm, year, number, scope_kind, scope)
) {{facts}};

-- When classes meet. Masks: bit 0 is Monday … bit 6 is Sunday.
CREATE TABLE timetable (
  realm INTEGER NOT NULL,
  scope_kind TEXT NOT NULL,
  scope {{bigint}} NOT NULL,
  level TEXT NOT NULL,            -- '' for all levels
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  morning INTEGER NOT NULL,
  afternoon INTEGER NOT NULL,
  evening INTEGER NOT NULL,
  main_session INTEGER NOT NULL,  -- 1 morning, 2 afternoon, 3 evening: the one that counts for the 45 sessions
  PRIMARY KEY (realm, scope_kind, scope, level, from_day)
) {{facts}};

-- Closures and make-up days, for a scope and all under it.
CREATE TABLE calendar_exception (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  kind TEXT NOT NULL,             -- closure, make-up
  scope_kind TEXT NOT NULL,       -- realm, unit, school, site, class
  scope {{bigint}} NOT NULL,
  level TEXT NOT NULL,            -- '' for all levels
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  session INTEGER NOT NULL,       -- 0 the whole day, 1 morning, 2 afternoon, 3 evening
  reason TEXT NOT NULL,           -- code: tet, holiday, cold, flood, epidemic, exam, other …
  note TEXT NOT NULL,
  declared_by {{bigint}} NOT NULL,
  declared_at {{instant}} NOT NULL,
  withdrawn_at {{instant}} NOT NULL,  -- zero while in force
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX calendar_exception_by_scope ON calendar_exception (realm, scope, from_day);

-- What ought to be reported: derived, rebuilt per school.
CREATE TABLE school_due (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  level TEXT NOT NULL,
  grade TEXT NOT NULL,            -- '' for the row of the whole level: a lớp ghép is one sheet of several grades
  sheets INTEGER NOT NULL,        -- sheets due (0 in rows of a grade)
  roll INTEGER NOT NULL,          -- pupils due
  PRIMARY KEY (realm, school, day, session, level, grade)
) {{facts}};

CREATE TABLE school_due_month (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  month {{day}} NOT NULL,         -- its first day
  level TEXT NOT NULL,
  sheets INTEGER NOT NULL,
  roll INTEGER NOT NULL,
  PRIMARY KEY (realm, school, month, level)
) {{facts}};

-- Schools whose due figures are to be rebuilt; generation grows with each change that makes them stale and is named by
-- frozen papers.
CREATE TABLE school_due_state (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  generation INTEGER NOT NULL,
  mark {{bigint}} NOT NULL,       -- another random number with each change: what was worked out under a mark holds while it stands
  stale_from {{day}} NOT NULL,    -- 9999-12-31 when nothing is stale
  stale_until {{day}} NOT NULL,
  PRIMARY KEY (realm, school)
) {{facts}};
