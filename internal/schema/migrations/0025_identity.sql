-- The numbers that a record had, by the record: a list that mends many looks for them.
CREATE INDEX pupil_number_by_pupil ON pupil_number (realm, pupil);
