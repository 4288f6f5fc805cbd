package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ralop/client"
	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/store"
	"ralop/internal/token"
)

const rosterPath = "/ims/oneroster/rostering/v1p2"

// objects asks for a list of OneRoster and gives it with its headers.
func objects(t *testing.T, c *client.Client, path string, query url.Values) ([]map[string]any, http.Header) {
	t.Helper()
	var body map[string][]map[string]any
	answer, err := c.Get(t.Context(), rosterPath+path, query, nil, &body)
	if err != nil {
		t.Fatalf("%s?%s: %v", path, query.Encode(), err)
	}
	for _, list := range body {
		return list, answer.Header
	}
	t.Fatalf("%s: an empty answer", path)
	return nil, nil
}

func field(list []map[string]any, name string) []string {
	texts := []string{}
	for _, o := range list {
		texts = append(texts, fmt.Sprint(o[name]))
	}
	return texts
}

// minor asks and gives the status with the minor code of the refusal.
func minor(t *testing.T, s *server, secret, path string, query url.Values) string {
	t.Helper()
	request, _ := http.NewRequest("GET", s.base+rosterPath+path+"?"+query.Encode(), nil)
	request.Header.Set("Authorization", "Bearer "+secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	found := regexp.MustCompile(`"imsx_codeMinorFieldValue":"([a-z_]+)"`).FindStringSubmatch(string(text))
	if found == nil {
		return fmt.Sprint(response.StatusCode)
	}
	return fmt.Sprint(response.StatusCode, " ", found[1])
}

// lists are the endpoints, how many lines a principal of Mường Mùn sees, a filter and how many pass it.
var lists = []struct {
	path   string
	total  int
	filter string
	passes int
	single string // an address of one object; "" for lists under another object
}{
	{"/orgs", 3, "type='school'", 1, "/orgs/unit-99"},
	{"/schools", 1, "identifier='PN-THCS'", 0, "/schools/school-501"},
	{"/academicSessions", 3, "type='semester'", 2, "/academicSessions/year-2019"},
	{"/courses", 2, "grades='8'", 1, "/courses/course-501-8"},
	{"/classes", 3, "title>='8A' AND title!='8B'", 1, "/classes/class-602"},
	{"/enrollments", 60, "role='teacher'", 3, "/enrollments/pupil-602001-class-602"},
	{"/users", 60, "roles.role='teacher'", 3, "/users/account-701"},
	{"/students", 57, "grades='6'", 10, "/students/pupil-602001"},
	{"/teachers", 3, "familyName='Giàng' OR givenName='Hoa'", 2, "/teachers/account-701"},
	{"/schools/school-501/classes", 3, "classType='homeroom'", 3, ""},
	{"/schools/school-501/enrollments", 60, "class.sourcedId='class-601'", 11, ""},
	{"/schools/school-501/students", 57, "sourcedId~'pupil-603'", 12, ""},
	{"/schools/school-501/teachers", 3, "sourcedId='account-702'", 1, ""},
	{"/classes/class-602/students", 35, "status='tobedeleted'", 0, ""},
	{"/classes/class-602/teachers", 2, "enabledUser='true'", 2, ""},
}

// compared are filters with every operator, and how many of the classes 6A, 8A, 8B pass.
var compared = map[string]int{
	"title='8A'": 1, "title='8a'": 1, "title!='8A'": 2, "title>'6A'": 2, "title>='8A'": 2, "title<'8A'": 1, "title<='8A'": 2, "title~'8'": 2, "title~'x'": 0,
	"title='6A' OR title='8B'": 2, "title~'8' AND grades='8'": 2, "title~'8' AND title!='8B'": 1, "title='6A' AND title='8B'": 0, "school.sourcedId='school-501'": 3, "terms.sourcedId='term-2019-2'": 3,
}

func TestOneRosterFilterOperators(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	s := serve(t, h, 0)
	c := s.as(apptest.Son, token.ReadRosters)
	for filter, passes := range compared {
		list, header := objects(t, c, "/classes", url.Values{"filter": {filter}})
		if len(list) != passes || header.Get("X-Total-Count") != fmt.Sprint(passes) {
			t.Errorf("%s: %v, want %d", filter, field(list, "title"), passes)
		}
	}
	for _, filter := range []string{"title='6A' AND title='8A' AND title='8B'", "title", "title=8A", "title=='8A'", "title='8A' XOR title='8B'"} {
		if got := minor(t, s, c.Token, "/classes", url.Values{"filter": {filter}}); got != "400 invalid_filter_field" {
			t.Errorf("%s: %s", filter, got)
		}
	}
	if list, _ := objects(t, c, "/classes", url.Values{"sort": {"title"}, "orderBy": {"desc"}, "fields": {"title"}, "limit": {"2"}, "offset": {"1"}}); !slices.Equal(field(list, "title"), []string{"8A", "6A"}) || len(list[0]) != 1 {
		t.Errorf("sorted down, the second and third: %v", list)
	}
}

func TestOneRosterFiltersAndPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		c := s.as(apptest.Son, token.ReadRosters)
		for _, l := range lists {
			whole, header := objects(t, c, l.path, url.Values{"limit": {"1000"}})
			if len(whole) != l.total || header.Get("X-Total-Count") != fmt.Sprint(l.total) || strings.Contains(header.Get("Link"), `rel="next"`) {
				t.Errorf("%s: %d lines, total %s, links %s", l.path, len(whole), header.Get("X-Total-Count"), header.Get("Link"))
			}
			ids := field(whole, "sourcedId")
			if sorted := slices.Compact(slices.Sorted(slices.Values(ids))); len(sorted) != len(ids) {
				t.Errorf("%s: an id stands twice", l.path)
			}
			// Page after page by the links gives the same.
			var paged []string
			for next := rosterPath + l.path + "?limit=17&sort=sourcedId"; next != ""; {
				address, _ := url.Parse(next)
				part, header := objects(t, c, strings.TrimPrefix(address.Path, rosterPath), address.Query())
				paged = append(paged, field(part, "sourcedId")...)
				found := regexp.MustCompile(`<([^>]+)>; rel="next"`).FindStringSubmatch(header.Get("Link"))
				if next = ""; found != nil {
					next = found[1]
				}
			}
			slices.Sort(ids)
			slices.Sort(paged)
			if !slices.Equal(paged, ids) {
				t.Errorf("%s: in pages %v, whole %v", l.path, paged, ids)
			}
			if past, header := objects(t, c, l.path, url.Values{"offset": {"5000"}}); len(past) != 0 || header.Get("X-Total-Count") != fmt.Sprint(l.total) {
				t.Errorf("%s: behind its end %v", l.path, past)
			}
			some, header := objects(t, c, l.path, url.Values{"filter": {l.filter}, "fields": {"sourcedId,status"}, "limit": {"1000"}})
			if len(some) != l.passes || header.Get("X-Total-Count") != fmt.Sprint(l.passes) {
				t.Errorf("%s with %s: %d lines, want %d", l.path, l.filter, len(some), l.passes)
			}
			for _, o := range some {
				if len(o) != 2 || o["status"] != "active" {
					t.Errorf("%s: chosen fields %v", l.path, o)
				}
			}
			up, _ := objects(t, c, l.path, url.Values{"sort": {"sourcedId"}, "limit": {"1000"}})
			down, _ := objects(t, c, l.path, url.Values{"sort": {"sourcedId"}, "orderBy": {"desc"}, "limit": {"1000"}})
			back := field(down, "sourcedId")
			slices.Reverse(back)
			if !slices.Equal(field(up, "sourcedId"), back) {
				t.Errorf("%s: sorted down is not sorted up turned round", l.path)
			}
			for parameters, want := range map[string]string{"filter=poverty='yes'": "400 invalid_filter_field", "filter=sourcedId": "400 invalid_filter_field",
				"sort=ethnicity": "400 invalid_sort_field", "fields=cause": "400 invalid_selection_field", "limit=0": "400 invalid_data", "offset=-1": "400 invalid_data", "orderBy=up": "400 invalid_data"} {
				query, _ := url.ParseQuery(parameters)
				if got := minor(t, s, c.Token, l.path, query); got != want {
					t.Errorf("%s?%s: %s, want %s", l.path, parameters, got, want)
				}
			}
			if l.single == "" {
				continue
			}
			var one map[string]map[string]any
			if _, err := c.Get(t.Context(), rosterPath+l.single, nil, nil, &one); err != nil || len(one) != 1 {
				t.Errorf("%s: %v, %v", l.single, one, err)
			}
			for _, o := range one {
				if o["sourcedId"] != l.single[strings.LastIndex(l.single, "/")+1:] || o["dateLastModified"] == "" {
					t.Errorf("%s: %v", l.single, o)
				}
			}
		}
	})
}

func TestOneRosterShowsWhatTheAccountMaySee(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		hoa := s.as(apptest.Hoa, token.ReadRosters)
		for path, total := range map[string]int{"/classes": 1, "/students": 35, "/teachers": 2, "/schools": 1} {
			if list, _ := objects(t, hoa, path, url.Values{"limit": {"500"}}); len(list) != total {
				t.Errorf("a teacher sees %d of %s, want %d", len(list), path, total)
			}
		}
		for path, want := range map[string]string{"/students/pupil-601001": "404 unknownobject", "/classes/class-601": "404 unknownobject", "/classes/class-601/students": "404 unknownobject",
			"/schools/school-503/students": "404 unknownobject", "/schools/x/students": "404 unknownobject", "/users/account-706": "404 unknownobject", "/demographics": "403 forbidden", "/lineItems": "404 unknownobject"} {
			if got := minor(t, s, hoa.Token, path, nil); got != want {
				t.Errorf("%s: %s, want %s", path, got, want)
			}
		}
		other := s.as(apptest.Son, token.ReadPlaces, token.ReadPupils)
		for _, l := range lists {
			if got := minor(t, s, other.Token, l.path, nil); got != "403 forbidden" {
				t.Errorf("%s with a token for other things: %s", l.path, got)
			}
			if got := minor(t, s, other.Token[:20], l.path, nil); got != "401 unauthorisedrequest" {
				t.Errorf("%s with half a token: %s", l.path, got)
			}
		}
		looks := apptest.Query[string](t, h, `SELECT DISTINCT object_kind FROM audit_entry WHERE realm = 1 AND action = 'look' AND account = 701`)
		if !slices.Equal(looks, []string{"class"}) {
			t.Errorf("the looks of the teacher: %v", looks)
		}
		pupil := objectText(t, hoa, "/students/pupil-602001")
		for _, word := range []string{"ethnic", "poverty", "boarding", "cause", "reason", "phone", "address"} {
			if strings.Contains(strings.ToLower(pupil), word) {
				t.Errorf("a pupil of the roster tells %s: %s", word, pupil)
			}
		}
	})
}

// A roster holds exactly the pupils whom the account may see, one by one, by school or class. Children reached by where
// they live are not in it: a roster is of schools.
func TestRosterHoldsWhatAccessAllows(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		made := 0
		for _, p := range apptest.Everyone {
			who := p.Who()
			if !access.MaySomewhere(who, access.SeePupils) {
				continue
			}
			made++
			list, _ := objects(t, s.as(p, token.ReadRosters), "/students", url.Values{"limit": {"1000"}})
			got := field(list, "sourcedId")
			slices.Sort(got)
			allowed := []string{}
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				for _, class := range apptest.Classes {
					for n := 1; n <= class.Size && p.ScopeKind != access.ResidenceScope; n++ {
						pupil := apptest.Pupil(class.ID, n)
						if _, err := access.May(ctx, tx, who, access.SeePupils, access.Pupil(pupil)); err == nil {
							allowed = append(allowed, "pupil-"+pupil.String())
						}
					}
				}
				return nil
			})
			slices.Sort(allowed)
			if !slices.Equal(got, allowed) {
				t.Errorf("%s (%s): the roster has %d pupils, access allows %d", p.Name, p.Role, len(got), len(allowed))
			}
		}
		if made < 8 {
			t.Errorf("only %d people of the cast may see pupils: the test sees nothing", made)
		}
	})
}

func objectText(t *testing.T, c *client.Client, path string) string {
	t.Helper()
	var body map[string]any
	if _, err := c.Get(t.Context(), rosterPath+path, nil, nil, &body); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(body)
}

// headings of the files, and the words that they allow: 1EdTech, "OneRoster: CSV Binding", version 1.2
// (https://www.imsglobal.org/spec/oneroster/v1p2/bind/csv/), the tables of section 4, in their order.
var headings = map[string]string{
	"manifest.csv":         "propertyName,value",
	"academicSessions.csv": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
	"classes.csv":          "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
	"courses.csv":          "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
	"demographics.csv":     "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
	"enrollments.csv":      "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
	"orgs.csv":             "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
	"roles.csv":            "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
	"users.csv":            "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
}

var enumerations = map[string][]string{
	"academicSessions.csv type": {"gradingPeriod", "semester", "schoolYear", "term"},
	"classes.csv classType":     {"homeroom", "scheduled"},
	"demographics.csv sex":      {"male", "female", "other", "unspecified"},
	"enrollments.csv role":      {"administrator", "proctor", "student", "teacher"},
	"orgs.csv type":             {"department", "school", "district", "local", "state", "national"},
	"roles.csv roleType":        {"primary", "secondary"},
	"roles.csv role":            {"aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative", "siteAdministrator", "student", "systemAdministrator", "teacher"},
	"users.csv enabledUser":     {"true", "false"},
}

// pointers are columns that name rows of other files.
var pointers = map[string]string{
	"academicSessions.csv parentSourcedId": "academicSessions.csv", "classes.csv courseSourcedId": "courses.csv", "classes.csv schoolSourcedId": "orgs.csv",
	"classes.csv termSourcedIds": "academicSessions.csv", "courses.csv schoolYearSourcedId": "academicSessions.csv", "courses.csv orgSourcedId": "orgs.csv",
	"enrollments.csv classSourcedId": "classes.csv", "enrollments.csv schoolSourcedId": "orgs.csv", "enrollments.csv userSourcedId": "users.csv",
	"orgs.csv parentSourcedId": "orgs.csv", "roles.csv userSourcedId": "users.csv", "roles.csv orgSourcedId": "orgs.csv", "users.csv primaryOrgSourcedId": "orgs.csv",
}

func bundle(t *testing.T, s *server, secret string) (status int, content []byte) {
	t.Helper()
	request, _ := http.NewRequest("GET", s.base+"/api/v1/oneroster.zip", nil)
	request.Header.Set("Authorization", "Bearer "+secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err = io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, content
}

func TestBundleFollowsTheStandard(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		c := s.as(apptest.Son, token.ReadRosters)
		status, content := bundle(t, s, c.Token)
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if status != 200 || err != nil {
			t.Fatalf("%d %v: %s", status, err, content)
		}
		if _, again := bundle(t, s, c.Token); !bytes.Equal(again, content) {
			t.Error("the same roster gives other bytes")
		}
		tables := map[string][][]string{}
		for _, part := range archive.File {
			r, err := part.Open()
			if err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(r).ReadAll()
			if err != nil || len(rows) < 2 {
				t.Errorf("%s: %d rows, %v", part.Name, len(rows), err)
				continue
			}
			if got := strings.Join(rows[0], ","); got != headings[part.Name] {
				t.Errorf("%s has the headings %s", part.Name, got)
			}
			tables[part.Name] = rows
		}
		manifest := map[string]string{}
		for _, row := range tables["manifest.csv"][1:] {
			manifest[row[0]] = row[1]
		}
		if manifest["manifest.version"] != "1.0" || manifest["oneroster.version"] != "1.2" || manifest["file.demographics"] != "absent" {
			t.Errorf("the manifest says %v", manifest)
		}
		for name, state := range manifest {
			if file, is := strings.CutPrefix(name, "file."); is && (tables[file+".csv"] != nil) != (state == "bulk") {
				t.Errorf("%s is %s", name, state)
			}
		}
		ids := map[string]map[string]bool{}
		for name, rows := range tables {
			ids[name] = map[string]bool{}
			for _, row := range rows[1:] {
				if ids[name][row[0]] {
					t.Errorf("%s: %s stands twice", name, row[0])
				}
				ids[name][row[0]] = true
			}
		}
		for name, rows := range tables {
			for _, row := range rows[1:] {
				for i, head := range rows[0] {
					at := name + " " + head
					if allowed, is := enumerations[at]; is && !slices.Contains(allowed, row[i]) {
						t.Errorf("%s: %q", at, row[i])
					}
					if other, is := pointers[at]; is && row[i] != "" {
						for one := range strings.SplitSeq(row[i], ",") {
							if !ids[other][one] {
								t.Errorf("%s names %s, which is not in %s", at, one, other)
							}
						}
					}
					if name != "manifest.csv" && (head == "status" || head == "dateLastModified") && row[i] != "" {
						t.Errorf("%s: %q in bulk", at, row[i])
					}
				}
			}
		}
		if n := len(tables["users.csv"]) - 1; n != 60 {
			t.Errorf("%d users, want 57 pupils and 3 teachers", n)
		}
		exports := apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1 AND action = 'export' AND object_kind = 'school' AND object = 501`)
		if len(exports) != 2 || !strings.Contains(exports[0], `"rows":57`) {
			t.Errorf("the audit book says of the exports: %v", exports)
		}
		if status, _ := bundle(t, s, s.as(apptest.Son, token.ReadPupils).Token); status != 403 {
			t.Errorf("with another scope: %d", status)
		}
		if status, _ := bundle(t, s, "ralop_1_x"); status != 401 {
			t.Errorf("with no token: %d", status)
		}
	})
}

// A year that nobody has opened is named all the same, so that nothing points nowhere.
func TestRosterWithoutAnOpenYear(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	s := serve(t, h, 0)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM term WHERE realm = 1`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM school_year WHERE realm = 1`)
		return err
	})
	c := s.as(apptest.Son, token.ReadRosters)
	sessions, _ := objects(t, c, "/academicSessions", nil)
	want(t, "sessions", field(sessions, "sourcedId"), "year-2019")
	want(t, "its end", field(sessions, "schoolYear"), "2020")
}
