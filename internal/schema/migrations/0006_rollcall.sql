-- Who was in class. By exception: a mark stands only for a pupil who was not simply present.

CREATE TABLE sheet (
  realm INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,       -- 1 morning, 2 afternoon
  school {{bigint}} NOT NULL,
  level TEXT NOT NULL,
  roll INTEGER NOT NULL,
  state INTEGER NOT NULL,         -- 1 taken, 2 no class today, 3 void (closed afterwards)
  main {{bool}} NOT NULL,         -- the main session of the class on that day
  size INTEGER NOT NULL,
  unknown INTEGER NOT NULL,       -- vắng – chưa rõ
  excused INTEGER NOT NULL,       -- có phép
  unexcused INTEGER NOT NULL,     -- không phép
  late INTEGER NOT NULL,          -- muộn: present
  version INTEGER NOT NULL,
  entered_late {{bool}} NOT NULL,
  received_at {{instant}} NOT NULL,
  account {{bigint}} NOT NULL,
  PRIMARY KEY (realm, class, day, session),
  FOREIGN KEY (realm, class, roll) REFERENCES roll (realm, class, number)
) {{facts}};
CREATE INDEX sheet_by_school ON sheet (realm, school, day, session, state, class, roll);

CREATE TABLE mark (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  roll INTEGER NOT NULL,
  roll_group INTEGER NOT NULL,
  kind INTEGER NOT NULL,          -- 1 unknown, 2 excused, 3 unexcused, 4 late
  reason TEXT NOT NULL,           -- cause code, '' when not known
  note TEXT NOT NULL,
  PRIMARY KEY (realm, pupil, day, session)
) {{facts}};
CREATE INDEX mark_by_school ON mark (realm, school, day, session, class, roll, roll_group, kind);

-- Every submission whole, append-only.
CREATE TABLE sheet_version (
  realm INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  version INTEGER NOT NULL,
  act {{bytes}} NOT NULL,         -- UUIDv7 made by the sender, 16 bytes: the same act twice is one act
  roll INTEGER NOT NULL,
  state INTEGER NOT NULL,
  cause TEXT NOT NULL,            -- '' submitted, correction, resolved, enrolment, calendar, paper, import
  reason TEXT NOT NULL,           -- why a correction or "no class"
  body TEXT NOT NULL,             -- the exceptions, compact
  taken_at {{instant}} NOT NULL,  -- by the device's clock
  received_at {{instant}} NOT NULL,
  device TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  PRIMARY KEY (realm, class, day, session, version)
) {{facts}};
CREATE UNIQUE INDEX sheet_version_by_act ON sheet_version (realm, act);

-- Opened again past the lock, with a reason.
CREATE TABLE sheet_unlock (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  class {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  until_at {{instant}} NOT NULL,
  reason TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX sheet_unlock_by_class ON sheet_unlock (realm, class);

-- Leave told in advance.
CREATE TABLE leave_notice (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  pupil {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  session INTEGER NOT NULL,       -- 0 the whole day
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  withdrawn_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX leave_notice_by_pupil ON leave_notice (realm, pupil, from_day);

-- Roll-ups, exact in the transaction of each sheet.
CREATE TABLE school_day (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  level TEXT NOT NULL,
  sheets INTEGER NOT NULL,        -- taken
  no_class INTEGER NOT NULL,      -- sheets that say "no class today"
  roll INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  excused INTEGER NOT NULL,
  unexcused INTEGER NOT NULL,
  late INTEGER NOT NULL,
  PRIMARY KEY (realm, school, day, session, level)
) {{facts}};
CREATE INDEX school_day_by_day ON school_day (realm, day);

CREATE TABLE school_month (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  month {{day}} NOT NULL,
  level TEXT NOT NULL,
  sheets INTEGER NOT NULL,
  no_class INTEGER NOT NULL,
  roll INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  excused INTEGER NOT NULL,
  unexcused INTEGER NOT NULL,
  late INTEGER NOT NULL,
  changes {{bigint}} NOT NULL,    -- grows with every sheet of the month: a cache made at another count is out of date
  PRIMARY KEY (realm, school, month, level)
) {{facts}};
CREATE INDEX school_month_by_month ON school_month (realm, month);

CREATE TABLE school_grade_day (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  level TEXT NOT NULL,
  grade TEXT NOT NULL,
  roll INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  excused INTEGER NOT NULL,
  unexcused INTEGER NOT NULL,
  late INTEGER NOT NULL,
  PRIMARY KEY (realm, school, day, session, level, grade)
) {{facts}};

-- Counts from schools that cannot yet mark pupil by pupil. class 0 is the whole school, level '' all levels.
CREATE TABLE headcount (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,       -- 0 the whole day
  class {{bigint}} NOT NULL,
  level TEXT NOT NULL,
  enrolled INTEGER NOT NULL,
  present INTEGER NOT NULL,
  absent INTEGER NOT NULL,
  excused INTEGER,                -- NULL when the split is not known
  unexcused INTEGER,
  released INTEGER NOT NULL,
  version INTEGER NOT NULL,
  account {{bigint}} NOT NULL,
  received_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, school, day, session, class, level)
) {{facts}};
CREATE INDEX headcount_by_day ON headcount (realm, day);

CREATE TABLE headcount_version (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  level TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  received_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, school, day, session, class, level, version)
) {{facts}};

-- Kiểm tra sĩ số thực tế: an independent count by another person, kept beside the sheet.
CREATE TABLE physical_count (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  class {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  note TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  counted_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, class) REFERENCES class (realm, id)
) {{facts}};
CREATE INDEX physical_count_by_class ON physical_count (realm, class, day);
