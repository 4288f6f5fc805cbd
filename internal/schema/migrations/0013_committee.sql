-- Steering committees: who is named for which village and school, since when, by which decision.

CREATE TABLE committee (
  realm INTEGER NOT NULL REFERENCES realm (realm),
  id {{bigint}} NOT NULL,
  unit {{bigint}} NOT NULL,       -- in which it works
  kind TEXT NOT NULL,             -- renewal, universalisation, retention …
  name TEXT NOT NULL,             -- as printed, without the unit
  until_day {{day}} NOT NULL,     -- dissolved from this day on
  end_reason TEXT NOT NULL,
  made_by {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX committee_by_unit ON committee (realm, unit);

-- Founding and every later decision that set it up anew (kiện toàn).
CREATE TABLE committee_term (
  realm INTEGER NOT NULL,
  committee {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  number TEXT NOT NULL,           -- of the decision: 12/QĐ-UBND
  issued_on {{day}} NOT NULL,
  issuer TEXT NOT NULL,           -- the body that decided
  made_by {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, committee, from_day),
  FOREIGN KEY (realm, committee) REFERENCES committee (realm, id)
) {{facts}};

CREATE TABLE committee_regulation (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  committee {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  number TEXT NOT NULL,
  issued_on {{day}} NOT NULL,
  issuer TEXT NOT NULL,
  body TEXT NOT NULL,             -- its text
  made_by {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, committee) REFERENCES committee (realm, id)
) {{facts}};
CREATE INDEX committee_regulation_by_committee ON committee_regulation (realm, committee);

CREATE TABLE committee_member (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  committee {{bigint}} NOT NULL,
  office TEXT NOT NULL,           -- chair, standing-deputy, deputy, secretary, member
  body TEXT NOT NULL,             -- of bodies.tsv
  name TEXT NOT NULL,             -- of an official; never a pupil
  name_sort TEXT NOT NULL,
  job TEXT NOT NULL,              -- job title, as printed
  phone TEXT NOT NULL,
  account {{bigint}} NOT NULL,    -- 0: works on paper
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  successor {{bigint}} NOT NULL,  -- member who took over, 0: nobody
  end_reason TEXT NOT NULL,
  version INTEGER NOT NULL,
  made_by {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, committee) REFERENCES committee (realm, id)
) {{facts}};
CREATE INDEX committee_member_by_committee ON committee_member (realm, committee);
CREATE INDEX committee_member_by_account ON committee_member (realm, account);

-- What was written of a member before each correction.
CREATE TABLE committee_member_version (
  realm INTEGER NOT NULL,
  member {{bigint}} NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  job TEXT NOT NULL,
  phone TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  reason TEXT NOT NULL,           -- of the correction that replaced it
  changed_by {{bigint}} NOT NULL,
  changed_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, member, version),
  FOREIGN KEY (realm, member) REFERENCES committee_member (realm, id)
) {{facts}};

CREATE TABLE committee_absence (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  member {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  deputy {{bigint}} NOT NULL,     -- member who stands in, 0: the committee's order decides
  note TEXT NOT NULL,
  made_by {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, member) REFERENCES committee_member (realm, id)
) {{facts}};
CREATE INDEX committee_absence_by_member ON committee_absence (realm, member);

CREATE TABLE committee_duty (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  committee {{bigint}} NOT NULL,
  member {{bigint}} NOT NULL,     -- 0: a branch holds it
  branch TEXT NOT NULL,           -- body in charge (ngành phụ trách xã), '' when a member holds it
  place_kind TEXT NOT NULL,       -- unit, school
  place {{bigint}} NOT NULL,
  levels TEXT NOT NULL,           -- separated by spaces, '' is all
  tasks TEXT NOT NULL,            -- codes separated by spaces, '' is all
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  lent {{bigint}} NOT NULL,       -- grant of access that came with it, 0: none
  continues {{bigint}} NOT NULL,  -- duty that this one took over, 0: none
  end_reason TEXT NOT NULL,
  made_by {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, committee) REFERENCES committee (realm, id)
) {{facts}};
CREATE INDEX committee_duty_by_place ON committee_duty (realm, place_kind, place);
CREATE INDEX committee_duty_by_member ON committee_duty (realm, member);
CREATE INDEX committee_duty_by_committee ON committee_duty (realm, committee);
