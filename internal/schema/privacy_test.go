package schema_test

import (
	"os"
	"strings"
	"testing"
)

// about are the tables that hold something about a person.
var about = strings.Fields(`pupil guardian pupil_residence pupil_boarding pupil_poverty enrolment class_membership expected_pupil mark
	sheet_version sheet_conflict sheet_waiting leave_notice guardian_request duplicate_pair pupil_merge pupil_number transfer_offer account login signed_in sign_in_failure account_reset api_token role_grant purpose_opening audit_entry notice notice_delivery notice_wish push_subscription
	device device_secret device_act device_unread committee_member committee_member_version committee_absence warning_signal warning_event
	handout learning_result benefit benefit_month household household_person case_file case_signal case_owner case_climb case_act case_referral case_check guardian_consent`)

// plain are columns that tie rows together and say when they were written.
var plain = strings.Fields("realm id pupil enrolment account number version")

// TestEveryStoredFieldHasAPurpose holds docs/privacy.md to the schema.
func TestEveryStoredFieldHasAPurpose(t *testing.T) {
	page, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile("schema.golden.sql")
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]bool{}
	for _, table := range about {
		people[table] = false
	}
	ignored := map[string]bool{}
	for _, column := range plain {
		ignored[column] = true
	}
	table := ""
	for line := range strings.Lines(string(golden)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "index ") || line == "" {
			continue
		}
		if !strings.HasPrefix(line, " ") {
			table = line
			if _, ok := people[table]; ok {
				people[table] = true
			}
			if !strings.Contains(string(page), "`"+table+"`") && !strings.Contains(string(page), "### "+table) && !strings.Contains(string(page), ", "+table) {
				t.Errorf("docs/privacy.md does not name table %s: what is it kept for?", table)
			}
			continue
		}
		column := strings.Fields(line)[0]
		if people[table] && !ignored[column] && !strings.Contains(string(page), "`"+column+"`") {
			t.Errorf("docs/privacy.md gives no purpose for %s.%s: if there is none, do not keep it", table, column)
		}
	}
	for table, found := range people {
		if !found {
			t.Errorf("table %s is named here and is not in the schema", table)
		}
	}
}
