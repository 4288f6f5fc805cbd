package api

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"time"

	"ralop/internal/access"
	"ralop/internal/bundle"
	naming "ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/token"
)

// file is one file of a bundle.
type file struct {
	name  string // without .csv
	heads string
	rows  [][]string
}

// bundle serves the roster as a zip of csv files, whole ("bulk": status and dateLastModified stay empty).
func (d *desk) bundle(mux *http.ServeMux) {
	mux.HandleFunc("GET "+Prefix+"/oneroster.zip", func(w http.ResponseWriter, h *http.Request) {
		call, err := d.identify(w, h, token.ReadRosters)
		var content bytes.Buffer
		if err == nil {
			err = export(h.Context(), d.config.Store, call, &content)
		}
		if err != nil {
			p := problemOf(d, call.Lang, err)
			if p.Status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Bearer realm="ralop"`)
			}
			p.write(w)
			return
		}
		w.Header().Set("Content-Disposition", `attachment; filename="oneroster.zip"`)
		send(w, h, "application/zip", content.Bytes())
	})
}

// WriteBundle writes the whole roster of a realm, with demographics, for the owner of the
// machine. That names left the house stands in the audit book.
func WriteBundle(ctx context.Context, s *store.Store, realm int, w io.Writer) error {
	var content bytes.Buffer
	call := &Call{Caller: token.Caller{Who: access.System(realm), Token: token.Token{Scopes: token.Set(token.ReadDemographics)}}}
	if err := export(ctx, s, call, &content); err != nil {
		return err
	}
	_, err := w.Write(content.Bytes())
	return err
}

// export writes a caller's roster from one snapshot.
func export(ctx context.Context, s *store.Store, call *Call, content *bytes.Buffer) error {
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		call.looks = nil
		content.Reset()
		r, err := newRoster(ctx, tx, call)
		if err != nil {
			return err
		}
		files, err := r.files()
		if err != nil {
			return err
		}
		return writeBundle(content, files)
	})
	if err == nil && len(call.looks) > 0 {
		err = s.Write(ctx, call.record)
	}
	return err
}

// files are the filled files of the caller's roster. That names left the house is noted.
func (r *roster) files() ([]file, error) {
	orgs, err := r.orgs()
	if err != nil {
		return nil, err
	}
	sessions, err := r.sessions()
	if err != nil {
		return nil, err
	}
	courses, err := r.courses()
	if err != nil {
		return nil, err
	}
	classes, err := r.classes(0)
	if err != nil {
		return nil, err
	}
	enrollments, err := r.enrollments(0, 0)
	if err != nil {
		return nil, err
	}
	users, err := r.users(0, 0)
	if err != nil {
		return nil, err
	}
	var people []demographicsObject
	if r.call.Token.Scopes.Has(token.ReadDemographics) {
		if people, err = r.demographics(); err != nil {
			return nil, err
		}
	}
	made := map[string][][]string{}
	add := func(name string, cells ...string) { made[name] = append(made[name], cells) }
	for _, s := range sessions {
		add("academicSessions", s.SourcedID, "", "", s.Title, s.Type, s.StartDate, s.EndDate, named(s.Parent), s.SchoolYear)
	}
	for _, k := range classes {
		var terms []string
		for _, t := range k.Terms {
			terms = append(terms, t.SourcedID)
		}
		add("classes", k.SourcedID, "", "", k.Title, strings.Join(k.Grades, ","), k.Course.SourcedID, k.ClassCode, k.ClassType, "", k.School.SourcedID,
			strings.Join(terms, ","), "", "", "")
	}
	for _, c := range courses {
		add("courses", c.SourcedID, "", "", c.SchoolYear.SourcedID, c.Title, c.CourseCode, strings.Join(c.Grades, ","), c.Org.SourcedID, "", "")
	}
	for _, p := range people {
		row := make([]string, strings.Count(bundle.Heads["demographics"], ",")+1)
		row[0], row[3], row[4] = p.SourcedID, p.BirthDate, p.Sex
		made["demographics"] = append(made["demographics"], row)
	}
	for _, e := range enrollments {
		add("enrollments", e.SourcedID, "", "", e.Class.SourcedID, e.School.SourcedID, e.User.SourcedID, e.Role, "", "", "")
	}
	for _, o := range orgs {
		add("orgs", o.SourcedID, "", "", o.Name, o.Type, o.Identifier, named(o.Parent))
	}
	named := map[access.Resource]int{}
	for _, u := range users {
		row := make([]string, strings.Count(bundle.Heads["users"], ",")+1)
		row[0], row[3], row[4], row[6], row[7], row[8], row[14] = u.SourcedID, u.EnabledUser, u.Username, u.GivenName, u.FamilyName, u.MiddleName, strings.Join(u.Grades, ",")
		if u.PrimaryOrg != nil {
			row[21] = u.PrimaryOrg.SourcedID
		}
		made["users"] = append(made["users"], row)
		for _, role := range u.Roles {
			user, _ := r.names.Local(naming.User, u.SourcedID)
			school, _ := r.names.Local(naming.Org, role.Org.SourcedID)
			add("roles", r.called(naming.Role, user+"-"+role.Role+"-"+school), "", "", u.SourcedID, role.RoleType, role.Role, "", "", role.Org.SourcedID, "")
		}
		if u.reached.Kind != "" {
			named[u.reached]++
		}
	}
	for place, rows := range named {
		rule, err := access.May(r.ctx, r.tx, r.call.Who, access.SeePupils, place)
		if err != nil {
			return nil, err
		}
		r.call.looks = append(r.call.looks, r.call.Who.Audit("export", place, rule, map[string]any{"what": "oneroster", "rows": rows, "token": r.call.Token.ID}))
	}
	var files []file
	for _, name := range bundle.Files {
		if len(made[name]) > 0 { // the standard allows no file without rows
			files = append(files, file{name, bundle.Heads[name], made[name]})
		}
	}
	return files, nil
}

func named(g *guid) string {
	if g == nil {
		return ""
	}
	return g.SourcedID
}

// writeBundle writes manifest.csv and the files. The same roster gives the same bytes.
func writeBundle(w io.Writer, files []file) error {
	filled := map[string]bool{}
	for _, f := range files {
		filled[f.name] = true
	}
	manifest := file{name: "manifest", heads: "propertyName,value", rows: [][]string{{"manifest.version", "1.0"}, {"oneroster.version", "1.2"}}}
	for _, name := range bundle.Files {
		state := "absent"
		if filled[name] {
			state = "bulk"
		}
		manifest.rows = append(manifest.rows, []string{"file." + name, state})
	}
	manifest.rows = append(manifest.rows, []string{"source.systemName", "Ra Lop"}, []string{"source.systemCode", "ralop"})
	archive := zip.NewWriter(w)
	for _, f := range append([]file{manifest}, files...) {
		part, err := archive.CreateHeader(&zip.FileHeader{Name: f.name + ".csv", Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		table := csv.NewWriter(part)
		table.UseCRLF = true // RFC 4180
		if err := table.Write(strings.Split(f.heads, ",")); err != nil {
			return err
		}
		if err := table.WriteAll(f.rows); err != nil {
			return err
		}
	}
	return archive.Close()
}
