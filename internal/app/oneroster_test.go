package app_test

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

	"github.com/google/go-cmp/cmp"

	"ralop/internal/access"
	"ralop/internal/api"
	"ralop/internal/apptest"
	"ralop/internal/bundle"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
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

// bare is a realm without a school, on the cast's day.
func bare(t *testing.T, engine store.Engine) *store.Store {
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

// imported is what came of a bundle, by file and line.
type imported struct {
	Run             intake.Run
	Findings, Notes []string
}

var atRealm = intake.Place{Kind: string(access.RealmKind)}

// taken brings a bundle to the desk of the realm, to be planned only or to go in.
func taken(t *testing.T, s *store.Store, content []byte, dry bool) imported {
	t.Helper()
	who := access.System(apptest.Realm)
	run, err := exchange.Upload(t.Context(), s, who, exchange.UploadIn{Kind: "oneroster", Place: atRealm, Name: "roster.zip", Content: bytes.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	return brought(t, s, run.ID, func(ctx context.Context, tx *store.Tx) error {
		if dry {
			return exchange.Choose(ctx, tx, who, run.ID, exchange.Asked{})
		}
		return exchange.CommitUnseen(ctx, tx, who, run.ID)
	})
}

// brought does one thing with a run and works until it ends.
func brought(t *testing.T, s *store.Store, run id.ID, f func(context.Context, *store.Tx) error) imported {
	t.Helper()
	if err := s.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	done, err := exchange.Drive(t.Context(), s, apptest.Realm, run, nil)
	if err != nil {
		t.Fatal(err)
	}
	if done.State == intake.Failed {
		t.Fatalf("the import ended: %v", done.Fault())
	}
	result := imported{Run: done}
	err = s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for sort, to := range map[string]*[]string{intake.Refused: &result.Findings, intake.Note: &result.Notes} {
			lines, err := exchange.Lines(ctx, tx, access.System(apptest.Realm), run, sort, 0, 1000)
			if err != nil {
				return err
			}
			for _, l := range lines {
				*to = append(*to, fmt.Sprintf("%s.csv:%d %s", bundle.Order[l.Row/exchange.PartStride], l.Row%exchange.PartStride, l.Code))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func counted(done imported) string {
	var words []string
	for _, file := range []string{"academicSessions", "classes", "enrollments", "orgs", "users"} {
		words = append(words, fmt.Sprintf("%s %d+%d", file, done.Run.Counts.More[file+" new"], done.Run.Counts.More[file+" same"]))
	}
	return strings.Join(words, ", ")
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
			s := bare(t, engine)
			dry := taken(t, s, first, true)
			if rows := apptest.Query[int](t, &apptest.House{Store: s}, `SELECT (SELECT COUNT(*) FROM pupil) + (SELECT COUNT(*) FROM account) + (SELECT COUNT(*) FROM school) + (SELECT COUNT(*) FROM roster_source) + (SELECT COUNT(*) FROM school_year)`)[0]; rows != 0 {
				t.Errorf("a dry run wrote %d rows", rows)
			}
			done := taken(t, s, first, false)
			const want = "academicSessions 3+0, classes 6+0, enrollments 86+0, orgs 5+0, users 86+0"
			// The units are made before the rest is written: by then they are there.
			if got := counted(done); got != strings.Replace(want, "orgs 5+0", "orgs 3+2", 1) || len(done.Findings)+len(done.Notes) != 0 {
				t.Errorf("%s: %s, want %s; findings %v, notes %v", engine, got, want, done.Findings, done.Notes)
			}
			if got := counted(dry); got != want || len(dry.Findings) != 0 {
				t.Errorf("%s: a dry run says %s; %v", engine, got, dry.Findings)
			}
			second := written(t, s)
			if !bytes.Equal(first, second) {
				before, after := apptest.Parts(t, first), apptest.Parts(t, second)
				for name := range before {
					if before[name] != after[name] {
						t.Errorf("%s: %s differs:\n%.1500s\n----\n%.1500s", engine, name, before[name], after[name])
					}
				}
				t.Errorf("%s: the bundle is not the same bytes: %d and %d, files %v and %v", engine, len(first), len(second), slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
			}
			again := taken(t, s, second, false)
			if got := counted(again); strings.ContainsAny(strings.ReplaceAll(got, " 0+", ""), "+") || len(again.Findings)+len(again.Notes) != 0 {
				t.Errorf("%s: again: %s; %v %v", engine, got, again.Findings, again.Notes)
			}
			if third := written(t, s); !bytes.Equal(first, third) {
				t.Errorf("%s: a second import changed the export", engine)
			}
		}
		// Into the house that it came from: nothing new, and no other names.
		home := taken(t, h.Store, first, false)
		if names := apptest.Query[int](t, h, `SELECT COUNT(*) FROM roster_source`)[0]; names != 0 || !bytes.Equal(first, written(t, h.Store)) || strings.Contains(strings.ReplaceAll(counted(home), " 0+", ""), "+") {
			t.Errorf("at home: %s, %d names; %v", counted(home), names, home.Findings)
		}
	})
}

func TestBundlesThatAreRefused(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	good := apptest.Parts(t, written(t, h.Store))
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
		_, err := bundle.Read(bytes.NewReader(content), int64(len(content)))
		f, _ := fault.Of(err)
		switch {
		case c.code == "" && err != nil, c.code != "" && (f == nil || f.Code != c.code):
			t.Errorf("%s: %v, want %s", name, err, c.code)
		case c.about != "" && !strings.Contains(fmt.Sprint(f.Args), c.about):
			t.Errorf("%s: %v does not say %s", name, f.Args, c.about)
		}
	}
	if _, err := bundle.Read(strings.NewReader("no zip"), 6); err == nil {
		t.Error("no zip is read")
	}
}

// Bad lines stay out with a finding that names them; good ones go in.
func TestBadLinesOfABundle(t *testing.T) {
	for _, h := range []*apptest.House{apptest.Open(t, store.SQLite)} {
		all := apptest.Parts(t, written(t, h.Store))
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
		s := bare(t, store.SQLite)
		done := taken(t, s, packed(t, all), false)
		codes := map[string]int{}
		for _, f := range done.Findings {
			file, code, _ := strings.Cut(f, " ")
			file, _, _ = strings.Cut(file, ":")
			codes[file+" "+code]++
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
				t.Errorf("%s went in; findings %v", out, done.Findings)
			}
		}
		for _, in := range []string{"pupil-602005", "pupil-604001", "account-701"} {
			if !slices.Contains(names, in) {
				t.Errorf("%s did not go in; findings %v", in, done.Findings)
			}
		}
	}
}

// A bundle of another system, with its own names and no identifiers of the state: names are kept, teachers get accounts
// without a password.
func TestBundleOfAnotherSystem(t *testing.T) {
	for _, h := range []*apptest.House{apptest.Open(t, store.SQLite)} {
		all := apptest.Parts(t, written(t, h.Store))
		for name, text := range all {
			for _, kind := range []string{"pupil-", "class-", "school-501", "account-", "year-", "term-", "course-"} {
				text = strings.ReplaceAll(text, kind, "SIS/"+strings.ToUpper(kind))
			}
			all[name] = text
		}
		s := bare(t, store.Postgres)
		done := taken(t, s, packed(t, all), false)
		if len(done.Findings) != 0 {
			t.Fatalf("%v", done.Findings)
		}
		out := apptest.Parts(t, written(t, s))
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

// standing are all rows of a realm, by table, that an undo brings back: all but what follows
// from others, and what the desk and the audit book keep.
func standing(t *testing.T, s *store.Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if table != "role_grant" && slices.ContainsFunc([]string{"intake_", "audit_", "roll", "school_due", "unit_holder"}, func(prefix string) bool { return strings.HasPrefix(table, prefix) && table != "roster_source" }) {
				continue
			}
			shape, err := tx.ShapeOf(ctx, table)
			if err != nil {
				return err
			}
			if shape.Place("realm") < 0 {
				continue
			}
			rows, err := tx.Images(ctx, shape, apptest.Realm, nil)
			if err != nil {
				return err
			}
			for _, row := range rows {
				all[table] = append(all[table], fmt.Sprint(row...))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A bundle goes in exactly as its preview said, also when it was stopped on the way, and goes
// out again by the journal: nothing of the realm is left.
func TestBundleIsPreviewedStoppedAndTakenBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		first := written(t, h.Store)
		s := bare(t, h.Store.Engine())
		before := standing(t, s)
		who := access.System(apptest.Realm)
		planned := taken(t, s, first, true).Run
		if planned.State != intake.Planned || planned.Counts.Refused != 0 || planned.Counts.New == 0 {
			t.Fatalf("planned: %+v", planned.Counts)
		}
		if diff := cmp.Diff(before, standing(t, s)); diff != "" {
			t.Errorf("a preview wrote: %s", diff)
		}
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return exchange.Commit(ctx, tx, who, planned.ID, planned.Digest)
		})
		if err != nil {
			t.Fatal(err)
		}
		run := planned
		for stops := 0; run.State != intake.Done; stops++ {
			if stops > 30 {
				t.Fatalf("it does not come to an end: %+v, %v", run, run.Fault())
			}
			ctx, stop := context.WithCancel(t.Context())
			_, _ = exchange.Drive(ctx, s, apptest.Realm, run.ID, func(done, total int) {
				if done > 100 {
					stop() // after each transaction beyond the first
				}
			})
			stop()
			err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				if run, err = intake.Find(ctx, tx, apptest.Realm, run.ID); err != nil || run.Ended() {
					return err
				}
				return exchange.Resume(ctx, tx, who, run.ID)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if run.Moved || run.Counts.Refused != 0 || run.Counts.Rows != planned.Counts.Rows {
			t.Errorf("planned %+v, came to %+v, moved %v", planned.Counts, run.Counts, run.Moved)
		}
		if second := written(t, s); !bytes.Equal(first, second) {
			t.Errorf("what went in after stops goes out as %d bytes, not %d", len(second), len(first))
		}
		undone := brought(t, s, run.ID, func(ctx context.Context, tx *store.Tx) error {
			stands, err := exchange.StandingIn(ctx, tx, who, run.ID)
			if len(stands) > 0 {
				t.Errorf("in the way: %+v", stands)
			}
			if err != nil {
				return err
			}
			return exchange.Undo(ctx, tx, who, run.ID)
		})
		if undone.Run.State != intake.Undone {
			t.Errorf("undone: %+v", undone.Run)
		}
		if diff := cmp.Diff(before, standing(t, s)); diff != "" {
			t.Errorf("the undo left: %s", diff)
		}
	})
}
