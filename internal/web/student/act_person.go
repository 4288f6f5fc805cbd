package student

import (
	"context"
	"strconv"

	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// guardiansAsked is how many guardians the form has room for.
const guardiansAsked = 3

// personFields are the questions about a child. With masked, the numbers are left empty:
// what stays empty stays as it is, and a dash takes it away.
func personFields(r *door.Request, p student.Person, masked bool) []ui.Field {
	option := func(kind string, values ...string) (all []ui.Option) {
		for _, v := range values {
			all = append(all, ui.Option{Value: v, Label: r.T("pupils." + kind + "-" + v)})
		}
		return all
	}
	ethnicities := []ui.Option{{Value: "", Label: r.T("pupils.unknown")}}
	for _, e := range student.Ethnicities() {
		ethnicities = append(ethnicities, ui.Option{Value: e.Key, Label: e.Name})
	}
	born := ""
	if !p.Born.IsZero() {
		born = p.Born.String()
	}
	number := func(name, value string) ui.Field {
		f := ui.Field{Name: name, Label: r.T("pupils." + name), Value: value, Optional: true, Mode: "numeric"}
		if masked {
			f.Value, f.Help = "", r.T("pupils.keep", "now", value)
			if value == "" {
				f.Help = ""
			}
		}
		return f
	}
	return []ui.Field{{Name: "name", Label: r.T("pupils.name"), Value: p.Name}, {Name: "sex", Label: r.T("pupils.sex"), Kind: "radio", Class: "options-row", Value: p.Sex, Options: option("sex", "F", "M")},
		{Name: "born", Label: r.T("pupils.born"), Kind: "date", Value: born, Class: "input-short"}, {Name: "birthplace", Label: r.T("pupils.birthplace"), Value: p.Birthplace, Optional: true},
		{Name: "ethnicity", Label: r.T("pupils.ethnicity"), Value: p.Ethnicity, Options: ethnicities, Optional: true}, {Name: "address", Label: r.T("pupils.address"), Value: p.Address, Optional: true},
		{Name: "disability", Label: r.T("pupils.disability"), Value: p.Disability, Optional: true, Options: append([]ui.Option{{Value: "", Label: r.T("pupils.none")}}, option("disability", "01", "02", "03", "04", "05", "06")...)},
		number("code", p.Code), number("national_id", p.NationalID), number("phone", p.Phone)}
}

func personOf(r *door.Request) (student.Person, error) {
	born, err := r.Day("born", 0)
	if err != nil {
		return student.Person{}, err
	}
	return student.Person{Name: r.Value("name"), Sex: r.Value("sex"), Born: born, Birthplace: r.Value("birthplace"), Ethnicity: r.Value("ethnicity"),
		Address: r.Value("address"), Disability: r.Value("disability"), Code: r.Value("code"), NationalID: r.Value("national_id"), Phone: r.Value("phone")}, nil
}

func guardianFields(r *door.Request, guardians []student.Guardian) (fields []ui.Field) {
	for i := range guardiansAsked {
		var g student.Guardian
		if i < len(guardians) {
			g = guardians[i]
		}
		n := strconv.Itoa(i + 1)
		relation := ui.Field{Name: "relation_" + n, Label: r.T("pupils.guardian_relation", "n", n), Value: g.Relation, Optional: true, Options: []ui.Option{{Value: "", Label: r.T("pupils.nobody_there")}}}
		for _, k := range []string{"mother", "father", "guardian"} {
			relation.Options = append(relation.Options, ui.Option{Value: k, Label: r.T("pupils.relation-" + k)})
		}
		born := ""
		if g.BornYear > 0 {
			born = strconv.Itoa(g.BornYear)
		}
		phone := ui.Field{Name: "guardian_phone_" + n, Label: r.T("pupils.guardian_phone", "n", n), Kind: "tel", Optional: true}
		if g.Phone != "" {
			phone.Help = r.T("pupils.keep", "now", g.Phone)
		}
		fields = append(fields, relation, ui.Field{Name: "guardian_" + n, Label: r.T("pupils.guardian_name", "n", n), Value: g.Name, Optional: true},
			ui.Field{Name: "guardian_born_" + n, Label: r.T("pupils.guardian_born", "n", n), Value: born, Optional: true, Mode: "numeric", Class: "input-short"}, phone)
	}
	return fields
}

func guardiansOf(r *door.Request, were []student.Guardian) (all []student.Guardian) {
	for i := range guardiansAsked {
		n := strconv.Itoa(i + 1)
		if r.Value("relation_"+n) == "" || r.Value("guardian_"+n) == "" {
			continue
		}
		g := student.Guardian{Relation: r.Value("relation_" + n), Name: r.Value("guardian_" + n), Phone: r.Value("guardian_phone_" + n)}
		g.BornYear, _ = strconv.Atoi(r.Value("guardian_born_" + n))
		if i < len(were) {
			g.Phone = kept(g.Phone, were[i].Phone)
		}
		all = append(all, g)
	}
	return all
}

// kept is what a number is after the form: empty stays, a dash takes away.
func kept(typed, was string) string {
	switch typed {
	case "":
		return was
	case "-", "–":
		return ""
	}
	return typed
}

// placeFields are the dated attributes. Villages near the school and the home are offered;
// any other unit is named by its code.
func placeFields(ctx context.Context, tx *store.Tx, r *door.Request, school, home id.ID, boarding, poverty string) ([]ui.Field, error) {
	options := []ui.Option{{Value: "0", Label: r.T("pupils.unknown")}}
	seen := map[id.ID]bool{0: true}
	offer := func(under id.ID) error {
		if under == 0 {
			return nil
		}
		path, err := org.Path(ctx, tx, under, r.Today)
		if err != nil || len(path) == 0 {
			return err
		}
		top := path[max(0, len(path)-2)] // the unit above: a commune's district, a village's commune
		units, err := org.Subtree(ctx, tx, top.ID, r.Today)
		if err != nil {
			return err
		}
		byID := map[id.ID]org.Unit{}
		for _, u := range units {
			byID[u.ID] = u
		}
		for _, c := range units {
			if c.Kind != org.Commune || seen[c.ID] {
				continue
			}
			seen[c.ID] = true
			options = append(options, ui.Option{Value: c.ID.String(), Label: r.T("pupils.commune_only", "commune", c.FullName), Group: c.FullName})
			for _, v := range units {
				if v.Parent == c.ID && !seen[v.ID] {
					seen[v.ID] = true
					options = append(options, ui.Option{Value: v.ID.String(), Label: v.FullName, Group: c.FullName})
				}
			}
		}
		return nil
	}
	s, err := frame.SchoolAsOf(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return nil, err
	}
	if err := offer(s.LocatedIn); err != nil {
		return nil, err
	}
	if home != 0 && !seen[home] {
		u, err := org.Spans(ctx, tx, home)
		if err != nil {
			return nil, err
		}
		options = append(options, ui.Option{Value: home.String(), Label: u[len(u)-1].FullName, Group: r.T("pupils.home_now")})
	}
	return []ui.Field{{Name: "residence", Label: r.T("pupils.village"), Value: home.String(), Options: options},
		{Name: "residence_code", Label: r.T("pupils.residence_code"), Optional: true, Help: r.T("pupils.residence_code_help"), Class: "input-short"},
		{Name: "boarding", Label: r.T("pupils.boarding"), Value: boarding, Options: boardingOptions(r, r.T("pupils.day_pupil")), Optional: true},
		{Name: "poverty", Label: r.T("pupils.poverty"), Value: poverty, Optional: true, Options: []ui.Option{{Value: "", Label: r.T("pupils.none")}, {Value: "poor", Label: r.T("pupils.poverty-poor")}, {Value: "near-poor", Label: r.T("pupils.poverty-near-poor")}}}}, nil
}

// residenceOf is the unit chosen, or named by its code.
func residenceOf(ctx context.Context, tx *store.Tx, r *door.Request, on day.Day) (id.ID, error) {
	if code := r.Value("residence_code"); code != "" {
		u, err := org.Resolve(ctx, tx, code, on)
		if f, ok := fault.Of(err); ok {
			return 0, fault.New(fault.Invalid, f.Code, f.Args).On("residence_code")
		}
		return u.ID, err
	}
	if r.Value("residence") == "0" {
		return 0, nil
	}
	return r.OptionalID("residence")
}

func changeFields(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]ui.Field, error) {
	fields := append(personFields(r, rec.Person, true), guardianFields(r, rec.Guardians)...)
	if lastSchool(rec) == 0 {
		return fields, nil
	}
	places, err := placeFields(ctx, tx, r, lastSchool(rec), rec.Residence, rec.Boarding, rec.Poverty)
	from := dateField(r, "from", "holds_from", r.Today)
	from.Help = r.T("pupils.holds_from_help")
	return append(append(fields, places...), from), err
}

func change(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	p, err := personOf(r)
	if err != nil {
		return nil, err
	}
	full, err := student.OpenRecord(ctx, tx, r.Who, rec.Pupil) // to keep the numbers that were not typed again
	if err != nil {
		return nil, err
	}
	p.Code, p.NationalID, p.Phone = kept(p.Code, full.Person.Code), kept(p.NationalID, full.Person.NationalID), kept(p.Phone, full.Person.Phone)
	in := student.ChangeIn{Pupil: rec.Pupil, Version: rec.Version, Person: p, Guardians: guardiansOf(r, full.Guardians), Boarding: r.Value("boarding"), Year: r.Today.SchoolYear(), Poverty: r.Value("poverty")}
	if in.From, err = r.Day("from", r.Today); err != nil {
		return nil, err
	}
	if in.Residence, err = residenceOf(ctx, tx, r, in.From); err != nil {
		return nil, err
	}
	done, err := student.Change(ctx, tx, r.Who, in)
	return done.Changes, err
}
