package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/api"
	"ralop/internal/apptest"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// written exports the roster of a house.
func written(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := api.WriteBundle(t.Context(), s, apptest.Realm, &content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// empty is a realm without a school, on the cast's day.
func empty(t *testing.T, engine store.Engine) *store.Store {
	t.Helper()
	clock := &apptest.Clock{}
	clock.Set(apptest.Start)
	s := storetest.Open(t, engine, clock.Now)
	if err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, $2, $3, $4)`, apptest.Realm, "Điện Biên", "", tx.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

func taken(t *testing.T, s *store.Store, content []byte, dry bool) *api.Imported {
	t.Helper()
	b, err := api.ReadBundle(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	done, err := api.ImportBundle(t.Context(), s, access.System(apptest.Realm), api.ImportIn{Bundle: b, DryRun: dry})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func counted(done *api.Imported) string {
	var words []string
	for _, file := range slices.Sorted(maps.Keys(done.Counts)) {
		words = append(words, fmt.Sprintf("%s %d+%d", file, done.Counts[file].New, done.Counts[file].Same))
	}
	return strings.Join(words, ", ")
}

func told(findings []api.Finding) (list []string) {
	for _, f := range findings {
		list = append(list, fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Fault.Code))
	}
	return list
}

// parts unpacks a bundle.
func parts(t *testing.T, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[part.Name] = string(text)
	}
	return all
}

func packed(t *testing.T, all map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, all[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Export → import into an empty realm → export gives the same bytes, on either engine and from one to the other; every
// sourcedId is kept; and the same bundle again changes nothing, neither there nor where it came from.
func TestBundleGoesRoundUnchanged(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		first := written(t, h.Store)
		for _, engine := range storetest.Engines {
			s := empty(t, engine)
			dry := taken(t, s, first, true)
			if rows := apptest.Query[int](t, &apptest.House{Store: s}, `SELECT (SELECT COUNT(*) FROM pupil) + (SELECT COUNT(*) FROM account) + (SELECT COUNT(*) FROM school) + (SELECT COUNT(*) FROM roster_source) + (SELECT COUNT(*) FROM school_year)`)[0]; rows != 0 {
				t.Errorf("a dry run wrote %d rows", rows)
			}
			done := taken(t, s, first, false)
			const want = "academicSessions 3+0, classes 6+0, enrollments 86+0, orgs 5+0, users 86+0"
			if got := counted(done); got != want || len(done.Findings)+len(done.Notes) != 0 {
				t.Errorf("%s: %s, want %s; findings %v, notes %v", engine, got, want, told(done.Findings), told(done.Notes))
			}
			if got := counted(dry); got != want || len(dry.Findings) != 0 {
				t.Errorf("%s: a dry run says %s; %v", engine, got, told(dry.Findings))
			}
			second := written(t, s)
			if !bytes.Equal(first, second) {
				before, after := parts(t, first), parts(t, second)
				for name := range before {
					if before[name] != after[name] {
						t.Errorf("%s: %s differs:\n%.1500s\n----\n%.1500s", engine, name, before[name], after[name])
					}
				}
				t.Errorf("%s: the bundle is not the same bytes: %d and %d, files %v and %v", engine, len(first), len(second), slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
			}
			again := taken(t, s, second, false)
			if got := counted(again); strings.ContainsAny(strings.ReplaceAll(got, " 0+", ""), "+") || len(again.Findings)+len(again.Notes) != 0 {
				t.Errorf("%s: again: %s; %v %v", engine, got, told(again.Findings), told(again.Notes))
			}
			if third := written(t, s); !bytes.Equal(first, third) {
				t.Errorf("%s: a second import changed the export", engine)
			}
		}
		// Into the house that it came from: nothing new, and no other names.
		home := taken(t, h.Store, first, false)
		if names := apptest.Query[int](t, h, `SELECT COUNT(*) FROM roster_source`)[0]; names != 0 || !bytes.Equal(first, written(t, h.Store)) || strings.Contains(strings.ReplaceAll(counted(home), " 0+", ""), "+") {
			t.Errorf("at home: %s, %d names; %v", counted(home), names, told(home.Findings))
		}
	})
}

func TestBundlesThatAreRefused(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	good := parts(t, written(t, h.Store))
	change := func(name, old, new string) func(map[string]string) {
		return func(all map[string]string) {
			if !strings.Contains(all[name], old) {
				t.Errorf("%s does not hold %q", name, old)
			}
			all[name] = strings.Replace(all[name], old, new, 1)
		}
	}
	for name, c := range map[string]struct {
		change func(map[string]string)
		code   string
		about  string
	}{
		"no manifest":          {func(all map[string]string) { delete(all, "manifest.csv") }, "api.bundle-no-manifest", ""},
		"version 1.1":          {change("manifest.csv", "oneroster.version,1.2", "oneroster.version,1.1"), "api.bundle-version", "1.1"},
		"a delta":              {change("manifest.csv", "file.users,bulk", "file.users,delta"), "api.bundle-delta", "users.csv"},
		"a file is missing":    {func(all map[string]string) { delete(all, "classes.csv") }, "api.bundle-missing", "classes.csv"},
		"not announced":        {change("manifest.csv", "file.roles,bulk", "file.roles,absent"), "api.bundle-unannounced", "roles.csv"},
		"a heading is wrong":   {change("orgs.csv", "identifier", "identifer"), "api.bundle-heading-unknown", "identifer"},
		"a heading is missing": {change("users.csv", ",pronouns", ""), "api.bundle-heading-missing", "pronouns"},
		"a heading of 1.1":     {change("users.csv", "sourcedId,status", "sourcedId,orgSourcedIds"), "api.bundle-heading-unknown", "orgSourcedIds"},
		"a heading twice":      {change("orgs.csv", "identifier", "name"), "api.bundle-heading-twice", "name"},
		"another encoding":     {change("users.csv", "Lò", "L\xf2"), "api.bundle-encoding", "users.csv"},
		"a quote without end":  {change("users.csv", "Lò", `"Lò`), "api.bundle-csv", "users.csv"},
		"nothing in it":        {func(all map[string]string) { all["roles.csv"] = "" }, "api.bundle-empty", "roles.csv"},
		"no schools": {func(all map[string]string) {
			delete(all, "orgs.csv")
			change("manifest.csv", "file.orgs,bulk", "file.orgs,absent")(all)
		}, "api.bundle-missing", "orgs.csv"},
		"hidden Mac OS folders": {func(all map[string]string) { all["__MACOSX/._users.csv"] = "x" }, "", ""},
		"a folder around it": {func(all map[string]string) {
			for name, text := range maps.Clone(all) {
				all["bundle/"+name] = text
				delete(all, name)
			}
		}, "", ""},
		"a byte order mark": {func(all map[string]string) { all["orgs.csv"] = "\xef\xbb\xbf" + all["orgs.csv"] }, "", ""},
		"an extension": {func(all map[string]string) {
			all["orgs.csv"] = strings.ReplaceAll(strings.Replace(all["orgs.csv"], "parentSourcedId", "parentSourcedId,metadata.vn.zone", 1), "\r\n", ",x\r\n")
			all["orgs.csv"] = strings.Replace(all["orgs.csv"], "metadata.vn.zone,x", "metadata.vn.zone", 1)
		}, "", ""},
	} {
		all := maps.Clone(good)
		c.change(all)
		content := packed(t, all)
		_, err := api.ReadBundle(bytes.NewReader(content), int64(len(content)))
		f, _ := fault.Of(err)
		switch {
		case c.code == "" && err != nil, c.code != "" && (f == nil || f.Code != c.code):
			t.Errorf("%s: %v, want %s", name, err, c.code)
		case c.about != "" && !strings.Contains(fmt.Sprint(f.Args), c.about):
			t.Errorf("%s: %v does not say %s", name, f.Args, c.about)
		}
	}
	if _, err := api.ReadBundle(strings.NewReader("no zip"), 6); err == nil {
		t.Error("no zip is read")
	}
}

// Bad lines stay out with a finding that names them; good ones go in.
func TestBadLinesOfABundle(t *testing.T) {
	for _, h := range []*apptest.House{apptest.Open(t, store.SQLite)} {
		all := parts(t, written(t, h.Store))
		edit := func(file, old, new string) {
			if !strings.Contains(all[file], old) {
				t.Fatalf("%s has no %q:\n%.600s", file, old, all[file])
			}
			all[file] = strings.Replace(all[file], old, new, 1)
		}
		edit("demographics.csv", "pupil-602001,,,2006", "pupil-602001,,,26")                                       // no date
		edit("demographics.csv", "pupil-602002,", "pupil-777,")                                                    // nobody
		edit("enrollments.csv", "pupil-602003-class-602,,,class-602,", "pupil-602003-class-602,,,class-999,")      // no such class
		edit("classes.csv", "603,,,8B,8,", "603,,,8B,18,")                                                         // no such grade: its pupils stay out
		edit("orgs.csv", "school-503,,,Trường THCS Pú Nhung,school,", "school-503,,,Trường THCS Pú Nhung,schule,") // and all of it
		edit("roles.csv", "pupil-601001,primary,student", "pupil-601001,primary,pupil")                            // an unknown word
		all["enrollments.csv"] += "x1,,,class-601,school-501,pupil-602005,student,false,,\r\n"                     // in two classes
		all["enrollments.csv"] += "x1,,,class-601,school-501,pupil-602006,student,false,,\r\n"                     // an id twice
		all["users.csv"] += "u9,tobedeleted,,true,u9,,A,B" + strings.Repeat(",", 15) + "\r\n"                      // a line of a delta
		s := empty(t, store.SQLite)
		done := taken(t, s, packed(t, all), false)
		codes := map[string]int{}
		for _, f := range done.Findings {
			codes[f.File+" "+f.Fault.Code]++
		}
		for what, n := range map[string]int{
			"demographics.csv api.cell-date": 1, "users.csv api.cell-missing": 0, "enrollments.csv api.pupil-two-classes": 1, "enrollments.csv api.id-twice": 1,
			"classes.csv api.class-no-grade": 1, "orgs.csv api.cell-word": 1, "roles.csv api.cell-word": 1, "users.csv api.line-deleted": 1,
			"users.csv api.pupil-no-birth": 2,
		} {
			if codes[what] != n {
				t.Errorf("%s: %d findings, want %d", what, codes[what], n)
			}
		}
		names := apptest.Query[string](t, &apptest.House{Store: s}, `SELECT sourced_id FROM roster_source WHERE kind = 'user'`)
		for _, out := range []string{"pupil-602001", "pupil-602002", "pupil-602003", "pupil-603001", "pupil-606001", "u9"} {
			if slices.Contains(names, out) {
				t.Errorf("%s went in; findings %v", out, told(done.Findings))
			}
		}
		for _, in := range []string{"pupil-602005", "pupil-604001", "account-701"} {
			if !slices.Contains(names, in) {
				t.Errorf("%s did not go in; findings %v", in, told(done.Findings))
			}
		}
	}
}

// A bundle of another system, with its own names and no identifiers of the state: names are kept, teachers get accounts
// without a password.
func TestBundleOfAnotherSystem(t *testing.T) {
	for _, h := range []*apptest.House{apptest.Open(t, store.SQLite)} {
		all := parts(t, written(t, h.Store))
		for name, text := range all {
			for _, kind := range []string{"pupil-", "class-", "school-501", "account-", "year-", "term-", "course-"} {
				text = strings.ReplaceAll(text, kind, "SIS/"+strings.ToUpper(kind))
			}
			all[name] = text
		}
		s := empty(t, store.Postgres)
		done := taken(t, s, packed(t, all), false)
		if len(done.Findings) != 0 {
			t.Fatalf("%v", told(done.Findings))
		}
		out := parts(t, written(t, s))
		for name, text := range all {
			if name == "users.csv" || name == "manifest.csv" { // a username becomes a login; the order of names is that of the bytes
				continue
			}
			a, b := strings.Split(text, "\r\n"), strings.Split(out[name], "\r\n")
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s differs:\n%.800s\n----\n%.800s", name, text, out[name])
			}
		}
		house := &apptest.House{Store: s}
		if set := apptest.Query[string](t, house, `SELECT password FROM account WHERE password <> ''`); len(set) != 0 {
			t.Errorf("%d accounts have a password", len(set))
		}
	}
}
