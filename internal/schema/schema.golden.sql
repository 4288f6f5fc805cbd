account
  realm integer key 1
  id integer key 2
  name text
  name_sort text
  title text
  login text
  phone text
  email text
  language text
  theme text
  password text
  must_change integer
  failures integer
  locked_until integer
  disabled integer
  made_at integer
account_reset
  realm integer key 1
  account integer key 2
  code_hash text
  expires_at integer
age_register
  realm integer key 1
  unit integer key 2
  year integer key 3
  age integer key 4
  children integer
  exempt integer
  elsewhere integer
  source text
  account integer
  set_at integer
audit_block
  realm integer key 1
  number integer key 2
  made_at integer
  entries integer
  digest text
  previous text
  hash text
audit_entry
  realm integer key 1
  id integer key 2
  at integer
  account integer
  action text
  object_kind text
  object integer
  rule text
  detail text
  seal integer null
calendar_exception
  realm integer key 1
  id integer key 2
  kind text
  scope_kind text
  scope integer
  level text
  from_day text
  until_day text
  session integer
  reason text
  note text
  declared_by integer
  declared_at integer
  withdrawn_at integer
class
  realm integer key 1
  id integer key 2
  school integer
  year integer
  name text
  name_sort text
  level text
  grades text
  site integer
  from_day text
  until_day text
class_membership
  realm integer key 1
  enrolment integer key 2
  class integer
  from_day text key 3
  until_day text
enrolment
  realm integer key 1
  id integer key 2
  pupil integer
  school integer
  year integer
  level text
  grade text
  from_day text
  until_day text
  entry_kind text
  exit_kind text
  exit_state text
  exit_reason text
  other_school integer
  paper text
  from_school integer
expected_pupil
  realm integer key 1
  pupil integer key 2
  year integer key 3
  school integer
  level text
  grade text
  origin text
  state text
  settled_on text
  reason text
group_month
  realm integer key 1
  school integer key 2
  month text key 3
  number integer key 4
  level text
  grade text
  sex text
  ethnicity text
  boarding text
  poverty text
  residence integer
  roll integer
  unknown integer
  excused integer
  unexcused integer
  late integer
group_month_state
  realm integer key 1
  school integer key 2
  month text key 3
  changes integer
guardian
  realm integer key 1
  pupil integer key 2
  number integer key 3
  relation text
  name text
  born_year integer
  phone text
guardian_request
  realm integer key 1
  id integer key 2
  pupil integer
  kind text
  body text
  state text
  answer text
  received_at integer
  received_by integer
  answered_at integer
headcount
  realm integer key 1
  school integer key 2
  day text key 3
  session integer key 4
  class integer key 5
  level text key 6
  enrolled integer
  present integer
  absent integer
  excused integer null
  unexcused integer null
  released integer
  version integer
  account integer
  received_at integer
headcount_version
  realm integer key 1
  school integer key 2
  day text key 3
  session integer key 4
  class integer key 5
  level text key 6
  version integer key 7
  body text
  account integer
  received_at integer
job_run
  id integer key 1
  realm integer
  account integer
  kind text
  state text
  done integer
  total integer
  result text
  made_at integer
  ended_at integer
leave_notice
  realm integer key 1
  id integer key 2
  pupil integer
  from_day text
  until_day text
  session integer
  reason text
  note text
  account integer
  made_at integer
  withdrawn_at integer
login
  name text key 1
  realm integer
  account integer
mark
  realm integer key 1
  pupil integer key 2
  day text key 3
  session integer key 4
  class integer
  school integer
  roll integer
  roll_group integer
  kind integer
  reason text
  note text
physical_count
  realm integer key 1
  id integer key 2
  class integer
  day text
  session integer
  counted integer
  note text
  account integer
  counted_at integer
pupil
  realm integer key 1
  id integer key 2
  code text
  national_id text
  name text
  name_fold text
  name_sort text
  sex text
  born text
  birthplace text
  ethnicity text
  address text
  phone text
  disability text
  version integer
  changed_at integer
pupil_boarding
  realm integer key 1
  pupil integer key 2
  from_day text key 3
  until_day text
  kind text
pupil_poverty
  realm integer key 1
  pupil integer key 2
  year integer key 3
  status text
pupil_residence
  realm integer key 1
  pupil integer key 2
  from_day text key 3
  until_day text
  unit integer
purpose_opening
  realm integer key 1
  id integer key 2
  account integer
  scope_kind text
  scope integer
  purpose text
  note text
  opened_at integer
  until_at integer
realm
  realm integer key 1
  name text
  story text
  opened_at integer
report
  realm integer key 1
  id integer key 2
  kind text
  unit integer
  school integer
  from_day text
  until_day text
  revision integer
  state text
  number text
  issued_on text
  figures text
  frozen_at integer
  audit_head text
  version integer
report_event
  realm integer key 1
  report integer key 2
  number integer key 3
  state text
  account integer
  at integer
  note text
report_file
  realm integer key 1
  report integer key 2
  format text key 3
  name text
  digest text
  content bytes
report_proposal
  realm integer key 1
  id integer key 2
  report integer
  number integer
  body text
  state text
  answer text
  answered_by integer
  answered_at integer
  due_day text
report_section
  realm integer key 1
  report integer key 2
  section text key 3
  generated text
  body text
  edited integer
report_source
  realm integer key 1
  report integer key 2
  class integer key 3
  school integer
  sheets integer
  versions integer
  rolls text
  calendar_generation integer
  enrolled_open integer
  enrolled_close integer
  n integer
  d integer
  spells text
  taken_at integer
role_grant
  realm integer key 1
  id integer key 2
  account integer
  role text
  scope_kind text
  scope integer
  from_day text
  until_day text
  given_by integer
  given_at integer
  reason text
roll
  realm integer key 1
  class integer key 2
  number integer key 3
  size integer
  digest text
  made_at integer
roll_group
  realm integer key 1
  class integer key 2
  roll integer key 3
  number integer key 4
  grade text
  sex text
  ethnicity text
  boarding text
  poverty text
  residence integer
  pupils integer
roll_member
  realm integer key 1
  class integer key 2
  roll integer key 3
  pupil integer key 4
  roll_group integer
school
  realm integer key 1
  id integer key 2
school_day
  realm integer key 1
  school integer key 2
  day text key 3
  session integer key 4
  level text key 5
  sheets integer
  no_class integer
  roll integer
  unknown integer
  excused integer
  unexcused integer
  late integer
school_due
  realm integer key 1
  school integer key 2
  day text key 3
  session integer key 4
  level text key 5
  grade text key 6
  sheets integer
  roll integer
school_due_month
  realm integer key 1
  school integer key 2
  month text key 3
  level text key 4
  sheets integer
  roll integer
school_due_state
  realm integer key 1
  school integer key 2
  generation integer
  mark integer
  stale_from text
  stale_until text
school_grade_day
  realm integer key 1
  school integer key 2
  day text key 3
  session integer key 4
  level text key 5
  grade text key 6
  roll integer
  unknown integer
  excused integer
  unexcused integer
  late integer
school_month
  realm integer key 1
  school integer key 2
  month text key 3
  level text key 4
  sheets integer
  no_class integer
  roll integer
  unknown integer
  excused integer
  unexcused integer
  late integer
  changes integer
school_period
  realm integer key 1
  school integer key 2
  from_day text key 3
  until_day text
  code text
  name text
  name_fold text
  name_sort text
  type text
  levels text
  located_in integer
  managed_by integer
school_succession
  realm integer key 1
  old_school integer key 2
  new_school integer key 3
  on_day text key 4
  part text
school_year
  realm integer key 1
  year integer key 2
  from_day text
  opening_day text
  until_day text
  extension text
setting
  realm integer key 1
  name text key 2
  value text
  account integer
  set_at integer
sheet
  realm integer key 1
  class integer key 2
  day text key 3
  session integer key 4
  school integer
  level text
  roll integer
  state integer
  main integer
  size integer
  unknown integer
  excused integer
  unexcused integer
  late integer
  version integer
  entered_late integer
  received_at integer
  account integer
sheet_unlock
  realm integer key 1
  id integer key 2
  class integer
  from_day text
  until_day text
  until_at integer
  reason text
  account integer
  made_at integer
sheet_version
  realm integer key 1
  class integer key 2
  day text key 3
  session integer key 4
  version integer key 5
  act bytes
  roll integer
  state integer
  cause text
  reason text
  body text
  taken_at integer
  received_at integer
  device text
  account integer
sign_in_failure
  name text key 1
  failures integer
  locked_until integer
  last_at integer
signed_in
  token text key 1
  realm integer
  account integer
  device text
  made_at integer
  seen_at integer
  expires_at integer
  data bytes
site
  realm integer key 1
  id integer key 2
  school integer
  name text
  village integer
  main integer
  from_day text
  until_day text
target
  realm integer key 1
  unit integer key 2
  school integer key 3
  indicator text key 4
  level text key 5
  year integer key 6
  n integer
  d integer
  source text
  account integer
  set_at integer
term
  realm integer key 1
  year integer key 2
  number integer key 3
  scope_kind text key 4
  scope integer key 5
  from_day text
  until_day text
  weeks integer
timetable
  realm integer key 1
  scope_kind text key 2
  scope integer key 3
  level text key 4
  from_day text key 5
  until_day text
  morning integer
  afternoon integer
  evening integer
  main_session integer
unit
  id integer key 1
  kind text
  code text
  full_name text
unit_boundary
  unit integer key 1
  from_day text key 2
  until_day text
  geometry text
unit_closure
  ancestor integer key 1
  descendant integer key 2
  from_day text key 3
  until_day text
  depth integer
unit_holder
  unit integer key 1
  realm integer
  from_day text key 2
  until_day text
unit_list
  kind text key 1
  valid_from text key 2
  top text key 3
  body text
  imported_at integer
unit_period
  unit integer key 1
  from_day text key 2
  until_day text
  code text
  full_name text
  name text
  kind_word text
  name_fold text
  name_sort text
  parent integer
unit_succession
  old_unit integer key 1
  new_unit integer key 2
  on_day text key 3
  part text
unit_zone
  unit integer key 1
  zone text key 2
  from_day text key 3
  until_day text
  source text
index audit_entry_by_object
index audit_entry_by_seal
index audit_entry_unsealed
index calendar_exception_by_scope
index class_by_school
index class_membership_by_class
index enrolment_by_pupil
index enrolment_by_return
index enrolment_by_school
index expected_pupil_by_school
index group_month_by_residence
index headcount_by_day
index leave_notice_by_pupil
index mark_by_school
index physical_count_by_class
index pupil_by_code
index pupil_by_name
index pupil_by_national_id
index pupil_residence_by_unit
index purpose_opening_by_account
index report_by_place
index report_proposal_by_report
index role_grant_by_account
index role_grant_by_scope
index school_day_by_day
index school_month_by_month
index school_period_by_code
index school_period_by_location
index school_period_by_manager
index sheet_by_school
index sheet_unlock_by_class
index sheet_version_by_act
index sign_in_failure_by_time
index signed_in_by_account
index signed_in_by_expiry
index site_by_school
index unit_closure_by_descendant
index unit_period_by_code
index unit_period_by_name
index unit_period_by_parent
index unit_succession_by_new
