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
api_token
  realm integer key 1
  id integer key 2
  account integer
  label text
  hash text
  scopes text
  made_by integer
  made_at integer
  expires_at integer
  used_at integer
  revoked_at integer
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
benefit
  realm integer key 1
  pupil integer key 2
  scheme text key 3
  from_day text key 4
  until_day text
  school integer
  ground text
  paper text
  account integer
  set_at integer
benefit_month
  realm integer key 1
  pupil integer key 2
  scheme text key 3
  month text key 4
  school integer
  dong integer
  grams integer
  account integer
  set_at integer
break_day
  realm integer key 1
  study_break integer key 2
  school integer key 3
  level text key 4
  day text key 5
  expected integer
  seen integer
  back integer
break_home
  realm integer key 1
  study_break integer key 2
  unit integer key 3
  school integer key 4
  level text key 5
  day text key 6
  expected integer
  seen integer
  back integer
break_mark
  realm integer key 1
  study_break integer key 2
  school integer key 3
  changes integer
  counts integer
  counted_on text
break_pupil
  realm integer key 1
  study_break integer key 2
  pupil integer key 3
  school integer
  level text
  class integer
  unit integer
  place_in_line integer
  facts text
  note text
  note_text text
  noted_by integer
  noted_at integer
  seen_on text
  back_on text
  cause text
break_school
  realm integer key 1
  study_break integer key 2
  school integer key 3
  level text key 4
  from_day text
  return_day text
  held integer
  reasons text
  by_count integer
  as_of text
  frozen_on text
  frozen_at integer
  frozen_by integer
break_state
  realm integer key 1
  school integer key 2
  generation integer
  year integer
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
case_act
  realm integer key 1
  id integer key 2
  act bytes
  case_id integer
  kind text
  account integer
  device text
  taken_at integer
  received_at integer
  reached integer
  met text
  companions text
  cause text
  secondary text
  promise_day text
  support_school text
  support_commune text
  hope text
  note text
  protected integer
  placed integer
  latitude real
  longitude real
  detail text
case_check
  realm integer key 1
  case_id integer key 2
  number integer key 3
  due_day text
  state text
  present integer
  sessions integer
  done_on text
case_climb
  realm integer key 1
  case_id integer key 2
  on_day text key 3
  from_tier text
  to_tier text
  cause text
  account integer
case_file
  realm integer key 1
  id integer key 2
  pupil integer
  school integer
  class integer
  village integer
  commune integer
  level text
  grade text
  ladder text
  opened_on text
  opened_at integer
  opened_by integer
  rule text
  why text
  rank integer
  state text
  step text
  due_day text
  clock text
  clock_from text
  clock_days integer
  tier text
  holder integer
  cause text
  secondary text
  protected integer
  promise_day text
  return_day text
  outcome text
  outcome_day text
  confirmed integer
  seen_by integer
  earlier integer
  closed_on text
  last_act text
  acts integer
  version integer
case_owner
  realm integer key 1
  id integer key 2
  case_id integer
  role text
  account integer
  member integer
  from_at integer
  until_at integer
  source text
  reason text
  given_by integer
case_referral
  realm integer key 1
  id integer key 2
  act bytes
  case_id integer
  body text
  to_account integer
  reason text
  from_day text
  until_day text
  account integer
  answer text
  answered_on text
  answered_by integer
case_signal
  realm integer key 1
  case_id integer key 2
  signal integer key 3
  rule text
  step text
  on_day text
  taken_at integer
  withdrawn_on text
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
committee
  realm integer key 1
  id integer key 2
  unit integer
  kind text
  name text
  until_day text
  end_reason text
  made_by integer
  made_at integer
committee_absence
  realm integer key 1
  id integer key 2
  member integer
  from_day text
  until_day text
  deputy integer
  note text
  made_by integer
  made_at integer
committee_duty
  realm integer key 1
  id integer key 2
  committee integer
  member integer
  branch text
  place_kind text
  place integer
  levels text
  tasks text
  from_day text
  until_day text
  lent integer
  continues integer
  end_reason text
  made_by integer
  made_at integer
committee_member
  realm integer key 1
  id integer key 2
  committee integer
  office text
  body text
  name text
  name_sort text
  job text
  phone text
  account integer
  from_day text
  until_day text
  successor integer
  end_reason text
  version integer
  made_by integer
  made_at integer
committee_member_version
  realm integer key 1
  member integer key 2
  version integer key 3
  name text
  job text
  phone text
  account integer
  reason text
  changed_by integer
  changed_at integer
committee_regulation
  realm integer key 1
  id integer key 2
  committee integer
  from_day text
  until_day text
  number text
  issued_on text
  issuer text
  body text
  made_by integer
  made_at integer
committee_term
  realm integer key 1
  committee integer key 2
  from_day text key 3
  until_day text
  number text
  issued_on text
  issuer text
  made_by integer
  made_at integer
device
  realm integer key 1
  device text key 2
  account integer key 3
  label text
  state text
  state_by integer
  state_at integer
  registered_at integer
  pushed_at integer
  pulled_at integer
  build text
  skew integer
  unsent integer
  persisted integer
  session text
device_act
  realm integer key 1
  act bytes key 2
  device text
  account integer
  sender integer
  kind text
  format integer
  sequence integer
  taken_at integer
  received_at integer
  clock_off integer
  outcome text
  code text
  facts text
  receipt text
  school integer
  about_class integer
  about_day text
  about_session integer
  sealed bytes
device_key
  realm integer key 1
  number integer key 2
  private bytes
  public bytes
  made_at integer
device_secret
  realm integer key 1
  device text key 2
  account integer key 3
  number integer key 4
  secret bytes
  made_at integer
device_unread
  realm integer key 1
  digest bytes key 3
  sender integer key 2
  code text
  received_at integer
  sealed bytes
duplicate_pair
  realm integer key 1
  one integer key 2
  other integer key 3
  score integer
  reasons text
  state text
  found_on text
  agreed_one integer
  agreed_other integer
  said_by integer
  said_at integer
  said text
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
guardian_consent
  realm integer key 1
  id integer key 2
  pupil integer
  purpose text
  given integer
  relation text
  on_day text
  account integer
  made_at integer
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
handout
  realm integer key 1
  id integer key 2
  account integer
  kind text
  action text
  place_kind text
  place integer
  place_name text
  asked text
  name text
  format text
  language text
  banner text
  state text
  done integer
  total integer
  size integer
  error text
  holder integer
  made_at integer
  ended_at integer
  until_at integer
handout_chunk
  realm integer key 1
  handout integer key 2
  number integer key 3
  body bytes
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
household
  realm integer key 1
  id integer key 2
  village integer
  year integer
  number text
  head text
  address text
  residency text
  account integer
  set_at integer
household_person
  realm integer key 1
  household integer key 2
  number integer key 3
  name text
  name_fold text
  sex text
  born_year integer
  born text
  relation text
  schooling text
  grade text
  school text
  exempt integer
  pupil integer
  account integer
  set_at integer
intake_chunk
  realm integer key 1
  file integer key 2
  number integer key 3
  body bytes
intake_file
  realm integer key 1
  id integer key 2
  name text
  size integer
  digest text
  account integer
  made_at integer
intake_fix
  realm integer key 1
  run integer key 2
  row_number integer key 3
  column_number integer key 4
  text text
  account integer
  made_at integer
intake_image
  realm integer key 1
  run integer key 2
  number integer key 3
  slice integer
  table_name text
  body bytes
intake_line
  realm integer key 1
  run integer key 2
  number integer key 3
  row_number integer
  sort text
  code text
  field text
  args text
  link_kind text
  link integer
  body text
intake_mapping
  realm integer key 1
  source text key 2
  choice text
  account integer
  set_at integer
intake_plan
  realm integer key 1
  run integer key 2
  batch integer key 3
  digests bytes
intake_run
  realm integer key 1
  id integer key 2
  account integer
  kind text
  place_kind text
  place integer
  file integer
  file_name text
  choice text
  source text
  state text
  position integer
  total integer
  counts text
  digest text
  moved integer
  error text
  failed_in text
  entries integer
  pass_from integer
  holder integer
  made_at integer
  ended_at integer
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
learning_result
  realm integer key 1
  pupil integer key 2
  year integer key 3
  term integer key 4
  school integer
  grade text
  scale text
  study text
  conduct text
  account integer
  set_at integer
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
notice
  realm integer key 1
  id integer key 2
  account integer
  phone text
  language text
  code text
  facts text
  once text
  link text
  urgent integer
  made_at integer
  read_at integer
  withdrawn_at integer
notice_delivery
  realm integer key 1
  notice integer key 2
  channel text key 3
  account integer
  state text
  due_at integer
  tries integer
  letter integer
  error text
  ended_at integer
notice_wish
  realm integer key 1
  account integer key 2
  mail text
  push integer
  sms integer
  quiet_from integer
  quiet_until integer
  digest_at integer
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
  merged_into integer
pupil_boarding
  realm integer key 1
  pupil integer key 2
  from_day text key 3
  until_day text
  kind text
pupil_merge
  realm integer key 1
  id integer key 2
  kept integer
  gone integer
  state text
  merged_at integer
  merged_by integer
  ended_at integer
  ended_by integer
  before text
  after text
pupil_number
  realm integer key 1
  number text key 2
  pupil integer key 3
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
push_subscription
  realm integer key 1
  account integer key 2
  hash text key 3
  endpoint text
  p256dh text
  auth text
  device text
  made_at integer
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
roster_source
  realm integer key 1
  kind text key 2
  object text key 3
  sourced_id text
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
school_reminder
  realm integer key 1
  id integer key 2
  school integer
  body text
  due_day text
  account integer
  made_at integer
  answer text
  answered_by integer
  answered_at integer
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
  conflicts integer
sheet_conflict
  realm integer key 1
  class integer key 2
  day text key 3
  session integer key 4
  pupil integer key 5
  since integer key 6
  school integer
  state integer
  opened_at integer
  closed_version integer
  closed_by integer
  closed_at integer
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
  base integer
  sequence integer
  seen_roll integer
  sent text
  clock_off integer
sheet_waiting
  realm integer key 1
  act bytes key 2
  class integer
  day text
  session integer
  school integer
  account integer
  device text
  sequence integer
  base integer
  roll integer
  said integer
  cause text
  reason text
  body text
  taken_at integer
  clock_off integer
  received_at integer
  state integer
  decided_by integer
  decided_at integer
  decision text
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
study_break
  realm integer key 1
  id integer key 2
  year integer
  kind text
  reasons text
  from_day text
  return_day text
  last_return text
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
transfer_offer
  realm integer key 1
  id integer key 2
  pupil integer
  enrolment integer
  from_school integer
  to_school integer
  left_on text
  offered_at integer
  offered_by integer
  reason text
  due_day text
  state text
  answered_at integer
  answered_by integer
  answer text
  arrival integer
  told integer
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
warning_event
  realm integer key 1
  signal integer key 2
  number integer key 3
  at integer
  state text
  step text
  rule_version integer
  since_day text
  last_day text
  facts text
  reason text
warning_past
  realm integer key 1
  school integer key 2
  month text key 3
  changes integer
  body bytes
warning_school
  realm integer key 1
  school integer key 2
  generation integer
  evaluated_on text
warning_seen
  realm integer key 1
  school integer key 2
  month text key 3
  changes integer
  classes text
warning_signal
  realm integer key 1
  id integer key 2
  rule text
  rule_version integer
  subject_kind text
  subject integer
  pupil integer
  class integer
  school integer
  village integer
  commune integer
  household integer
  since_day text
  last_day text
  step text
  urgency integer
  facts text
  state text
  raised_at integer
  changed_at integer
  ended_reason text
  part_of integer
  version integer
  taken_version integer
  taken_case integer
warning_threshold
  realm integer key 1
  id integer key 2
  scope_kind text
  scope integer
  rule text
  name text
  level text
  season_from integer
  season_until integer
  from_day text
  until_day text
  numbers text
  reason text
  account integer
  set_at integer
  withdrawn_at integer
webhook
  realm integer key 1
  id integer key 2
  account integer
  label text
  url text
  events text
  secret text
  made_by integer
  made_at integer
  ended_at integer
  made_key text
webhook_delivery
  realm integer key 1
  webhook integer key 2
  event integer key 3
  state text
  due_at integer
  tries integer
  status integer
  error text
  replays integer
  replay_key text
  ended_at integer
webhook_event
  realm integer key 1
  id integer key 2
  event text
  at integer
  data text
webhook_mark
  realm integer key 1
  block integer
index api_token_by_account
index audit_entry_by_object
index audit_entry_by_seal
index audit_entry_unsealed
index benefit_by_school
index benefit_month_by_school
index break_home_by_school
index break_pupil_by_pupil
index break_pupil_by_school
index break_pupil_by_unit
index break_school_by_school
index calendar_exception_by_scope
index case_act_by_case
index case_act_once
index case_check_by_due
index case_file_by_pupil
index case_file_by_school
index case_file_by_state
index case_file_by_village
index case_file_running
index case_owner_by_account
index case_owner_by_case
index case_referral_by_account
index case_referral_by_case
index case_referral_once
index case_signal_by_signal
index class_by_school
index class_membership_by_class
index committee_absence_by_member
index committee_by_unit
index committee_duty_by_committee
index committee_duty_by_member
index committee_duty_by_place
index committee_member_by_account
index committee_member_by_committee
index committee_regulation_by_committee
index device_act_by_account
index device_act_by_school
index device_by_account
index duplicate_pair_by_other
index duplicate_pair_by_score
index enrolment_by_doubt
index enrolment_by_dropout
index enrolment_by_pupil
index enrolment_by_return
index enrolment_by_school
index expected_pupil_by_school
index group_month_by_residence
index guardian_by_phone
index guardian_consent_by_pupil
index handout_by_account
index handout_waiting
index headcount_by_day
index household_by_number
index household_person_by_pupil
index intake_line_by_sort
index intake_run_by_place
index intake_run_waiting
index learning_result_by_school
index leave_notice_by_pupil
index mark_by_school
index notice_by_account
index notice_delivery_by_account
index notice_delivery_by_due
index physical_count_by_class
index pupil_boarding_by_end
index pupil_by_code
index pupil_by_name
index pupil_by_national_id
index pupil_merge_by_gone
index pupil_merge_by_kept
index pupil_number_by_pupil
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
index school_reminder_by_school
index sheet_by_school
index sheet_conflict_by_school
index sheet_unlock_by_class
index sheet_version_by_act
index sheet_waiting_by_class
index sheet_waiting_by_school
index sign_in_failure_by_time
index signed_in_by_account
index signed_in_by_expiry
index site_by_school
index transfer_offer_by_due
index transfer_offer_by_pupil
index transfer_offer_by_receiver
index transfer_offer_by_sender
index transfer_offer_open
index unit_closure_by_descendant
index unit_period_by_code
index unit_period_by_name
index unit_period_by_parent
index unit_succession_by_new
index warning_signal_by_household
index warning_signal_by_pupil
index warning_signal_by_school
index warning_signal_by_village
index warning_signal_open
index warning_signal_untaken
index warning_threshold_by_scope
index webhook_by_account
index webhook_delivery_due
index webhook_event_by_time
index webhook_made_once
