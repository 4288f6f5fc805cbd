package access_test

import (
	"slices"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/text"
)

// allowed is the whole table of rights, written once more by hand: what the policy files
// permit must be this and nothing else.
var allowed = map[access.Action]string{
	access.SeeBoard:        "homeroom-teacher substitute-teacher boarding-staff school-clerk principal village-head child-protection commune-official commune-leader education-official education-leader unit-leader inspector administrator",
	access.SeeSensitive:    "principal commune-official commune-leader education-official education-leader unit-leader inspector",
	access.SeePupils:       "homeroom-teacher substitute-teacher boarding-staff school-clerk principal village-head child-protection",
	access.SeeIdentifiers:  "homeroom-teacher school-clerk principal",
	access.ChangePupils:    "school-clerk principal",
	access.ImportPupils:    "school-clerk principal",
	access.AnswerGuardian:  "school-clerk principal",
	access.TakeRoll:        "homeroom-teacher substitute-teacher school-clerk principal",
	access.CorrectRoll:     "homeroom-teacher substitute-teacher school-clerk principal",
	access.UnlockRoll:      "principal",
	access.RecordLeave:     "homeroom-teacher substitute-teacher boarding-staff school-clerk principal",
	access.SubmitHeadcount: "school-clerk principal",
	access.CountPhysically: "boarding-staff school-clerk principal commune-official commune-leader education-official education-leader inspector",
	access.ChangeCalendar:  "school-clerk principal commune-leader education-official education-leader",
	access.ChangeClasses:   "school-clerk principal",
	access.ChangeSchools:   "education-official education-leader administrator",
	access.ChangeUnits:     "administrator",
	access.GiveGrants:      "school-clerk principal commune-official commune-leader administrator",
	access.OpenPupils:      "commune-official commune-leader education-official education-leader unit-leader inspector administrator",
	access.ManageAccounts:  "administrator",
	access.SetTargets:      "principal commune-leader education-official education-leader",
	access.SetRegister:     "commune-official commune-leader education-official education-leader",
	access.SeeReport:       "school-clerk principal commune-official commune-leader education-official education-leader unit-leader inspector",
	access.DraftReport:     "school-clerk principal commune-official commune-leader education-official education-leader",
	access.ApproveReport:   "principal commune-leader education-leader unit-leader",
	access.ReceiveReport:   "commune-official commune-leader education-official education-leader",
	access.ReadAudit:       "principal education-leader inspector administrator",
	access.ChangeSettings:  "education-leader administrator",
	access.SeeCases:        "homeroom-teacher boarding-staff school-clerk principal village-head child-protection",
	access.OpenCase:        "homeroom-teacher substitute-teacher boarding-staff school-clerk principal village-head child-protection",
	access.WorkCase:        "homeroom-teacher boarding-staff school-clerk principal village-head child-protection",
	access.SeeProtected:    "homeroom-teacher principal child-protection",
	access.ConfirmDropout:  "principal",
	access.LeadCases:       "commune-official commune-leader",
	access.SetThresholds:   "principal commune-leader education-leader administrator",
	access.RemindSchool:    "commune-official commune-leader education-official education-leader",
	access.AnswerReminder:  "school-clerk principal",
	access.SeeCommittee:    "village-head commune-official commune-leader education-official education-leader unit-leader inspector administrator",
	access.ChangeCommittee: "commune-official commune-leader education-official education-leader",
	access.SeeDevices:      "school-clerk principal commune-official commune-leader education-official education-leader administrator",
	access.ManageDevices:   "school-clerk principal administrator",
	access.SeeBenefits:     "homeroom-teacher boarding-staff school-clerk principal child-protection",
	access.ChangeBenefits:  "school-clerk principal",
	access.SeeHouseholds:   "village-head child-protection commune-official commune-leader",
	access.SurveyHousehold: "commune-official commune-leader",
}

func TestPoliciesPermitWhatTheTableSays(t *testing.T) {
	if len(allowed) != len(access.Actions) {
		t.Errorf("the table has %d actions, access has %d", len(allowed), len(access.Actions))
	}
	for _, action := range access.Actions {
		want := strings.Fields(allowed[action])
		for _, role := range access.Roles {
			if got, want := slices.Contains(access.RolesFor(action), role), slices.Contains(want, string(role)); got != want {
				t.Errorf("%s by %s: the policies say %v", action, role, got)
			}
		}
	}
}

func TestEveryPolicySaysWhy(t *testing.T) {
	for _, p := range access.Policies() {
		for _, lang := range []text.Lang{text.Vietnamese, text.English} {
			if access.Reason(lang, p.ID) == "" {
				t.Errorf("%s has no reason in %s", p.ID, lang)
			}
		}
		if strings.Contains(p.Text, "forbid") {
			t.Errorf("%s forbids: deciding step by step is right only when policies permit", p.ID)
		}
	}
	if got := access.Reason(text.English, "purpose.inspection"); !strings.Contains(got, "checking of numbers") {
		t.Errorf("the reason of an opening does not name its purpose: %q", got)
	}
}
