// Package find is the command box: one question finds the children whom the caller may
// see, and classes, schools and units, which are no secret.
package find

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// most is how many of a kind are shown.
const most = 12

// Routes are the pages of the command box.
func Routes() []door.Route {
	return []door.Route{{Method: "GET", Pattern: ui.CommandAddress, Handler: door.Read(find)}}
}

func find(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	text := r.Value("q")
	c := frame.Chrome(r, frame.None, r.T("find.title"))
	c.Query = text
	if text == "" {
		return door.Page(frame.In(ui.Page(c), box(r, text), ui.Empty{Icon: ui.IconSearch, Title: r.T("find.ask"), Text: r.T("find.ask_text")}.Draw())), nil
	}
	pupils, err := pupilItems(ctx, tx, r, text)
	if err != nil {
		return door.Answer{}, err
	}
	classes, err := org.SearchClasses(ctx, tx, r.Who, text, r.Today, most)
	if err != nil {
		return door.Answer{}, err
	}
	schools, err := org.SearchSchools(ctx, tx, r.Who, text, r.Today, most)
	if err != nil {
		return door.Answer{}, err
	}
	units, err := org.Search(ctx, tx, text, r.Today, most)
	if err != nil {
		return door.Answer{}, err
	}
	var classItems, schoolItems, unitItems []ui.Item
	for _, k := range classes {
		address := frame.SchoolAddress(k.School) + "#lop"
		if _, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Class(k.ID)); err == nil {
			address = frame.ClassAddress(k.ID)
		}
		classItems = append(classItems, ui.Item{Title: k.Name, Text: k.SchoolName, URL: address})
	}
	for _, s := range schools {
		schoolItems = append(schoolItems, ui.Item{Title: s.Name, Text: s.Code, URL: frame.SchoolAddress(s.ID)})
	}
	for _, u := range units {
		path, err := org.Path(ctx, tx, u.ID, min(r.Today, u.Until-1))
		if err != nil {
			return door.Answer{}, err
		}
		var above []string
		for _, p := range path[:max(0, len(path)-1)] {
			above = append(above, p.FullName)
		}
		item := ui.Item{Title: u.FullName, Text: strings.Join(above, " › "), URL: frame.UnitAddress(u.ID)}
		if u.Until <= r.Today {
			item.End = ui.Badge{Label: r.T("find.ended", "day", u.Until.Vietnamese()), Tone: ui.Grey}.Draw()
		}
		unitItems = append(unitItems, item)
	}
	parts := []templ.Component{box(r, text)}
	for _, group := range []struct {
		key   string
		items []ui.Item
	}{{"pupils", pupils}, {"classes", classItems}, {"schools", schoolItems}, {"units", unitItems}} {
		if len(group.items) > 0 {
			note := ""
			if len(group.items) == most {
				note = r.T("find.first", "n", most)
			}
			parts = append(parts, frame.In(ui.Section(group.key, r.T("find."+group.key), note), ui.List(group.items...)))
		}
	}
	if len(parts) == 1 {
		parts = append(parts, ui.Empty{Icon: ui.IconSearch, Title: r.T("find.nothing"), Text: r.T("find.nothing_text")}.Draw())
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// box is the question on the page itself: a phone's bar has no room for it.
func box(r *door.Request, text string) templ.Component {
	return frame.Wrap(`<form class="form" method="get" action="`+ui.CommandAddress+`">`, `</form>`,
		ui.Input(ui.Field{Name: "q", Kind: "search", Label: r.T("find.ask"), Value: text, Complete: "off", Filter: true}),
		ui.Actions(ui.Button{Label: r.T("find.title"), Icon: ui.IconSearch, Kind: ui.Primary}))
}

// pupilItems are children within the caller's scope; those who reach nobody find nobody.
func pupilItems(ctx context.Context, tx *store.Tx, r *door.Request, text string) ([]ui.Item, error) {
	found, err := student.Search(ctx, tx, r.Who, text, most)
	if fault.Is(err, fault.Forbidden) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var items []ui.Item
	for _, p := range found {
		words := []string{p.ClassName, p.SchoolName, p.Village, p.Born.Vietnamese()}
		var known []string
		for _, w := range words {
			if w != "" {
				known = append(known, w)
			}
		}
		item := ui.Item{Title: p.Name, Text: strings.Join(known, " · "), URL: "/hoc-sinh/" + p.Pupil.String()}
		switch {
		case p.Exit != student.ExitNone && p.Exit != student.ExitYearEnd:
			item.End = ui.Badge{Label: r.T("pupils.exit-" + p.Exit), Tone: ui.Grey}.Draw()
		case p.Namesake():
			item.End = ui.Badge{Label: r.T("pupils.namesake"), Tone: ui.Amber}.Draw()
		}
		items = append(items, item)
	}
	if len(found) > 0 {
		return items, look(ctx, tx, r, found)
	}
	return items, nil
}

// look notes one line for every child named.
func look(ctx context.Context, tx *store.Tx, r *door.Request, found []student.Found) error {
	for _, p := range found {
		rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(p.Pupil))
		if err != nil {
			return err
		}
		r.Look(access.Pupil(p.Pupil), rule, "search")
	}
	return nil
}
