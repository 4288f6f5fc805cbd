package student

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// doubles lists the pairs of records that may be one child, of a school or of all in reach.
func doubles(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	in := student.PairsIn{State: r.Value("loai"), After: r.Value("sau")}
	address := "/ho-so-trung"
	c := frame.Chrome(r, frame.Pupils, r.T("identity.doubles"))
	if r.HTTP.PathValue("school") != "" {
		school, err := r.ID("school")
		if err != nil {
			return door.Answer{}, err
		}
		rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.School(school))
		if err != nil {
			return door.Answer{}, err
		}
		r.Look(access.School(school), rule, "")
		var s org.School
		if s, c.Place, err = frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today); err != nil {
			return door.Answer{}, err
		}
		c.Title = r.T("identity.doubles_of", "school", s.Name)
		in.School, address = school, frame.SchoolAddress(school)+"/ho-so-trung"
	}
	if !slices.Contains([]string{"", student.PairNotSame, student.PairMerged}, in.State) {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	format := r.Value("tep")
	if format != "" {
		in.Limit, in.After = mostListed, ""
	}
	pairs, total, next, err := student.Pairs(ctx, tx, r.Who, in)
	if err != nil {
		return door.Answer{}, err
	}
	if in.School == 0 {
		for _, p := range pairs {
			for _, side := range p.Sides {
				if side.Seen {
					rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(side.Pupil))
					if err != nil {
						return door.Answer{}, err
					}
					r.Look(access.Pupil(side.Pupil), rule, "")
				}
			}
		}
	}
	if format != "" {
		rows := make([][]string, len(pairs))
		for i, p := range pairs {
			rows[i] = []string{strconv.Itoa(p.Score), sideWords(r, p.Sides[0]), p.Sides[0].SchoolName, sideWords(r, p.Sides[1]), p.Sides[1].SchoolName, reasonSentence(r, p.Reasons)}
		}
		at := access.Realm()
		if in.School != 0 {
			at = access.School(in.School)
		}
		r.Export("doubles", at, "", len(rows))
		return frame.ListFile(r, "ho-so-trung-"+r.Today.String(), r.T("identity.doubles"), format,
			[]string{r.T("identity.score"), r.T("identity.record_one"), r.T("pupils.school"), r.T("identity.record_two"), r.T("pupils.school"), r.T("identity.reasons")}, rows), nil
	}
	c.Lead = r.T("identity.doubles_lead")
	if r.Value("xong") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("identity.said_not_same")})
	}
	if total > 0 {
		query := url.Values{"loai": {in.State}}
		for _, format := range []string{"xlsx", "csv"} {
			query.Set("tep", format)
			c.Actions = templ.Join(orNone(c.Actions), ui.Buttons(ui.Button{Label: r.T("pupils.save_" + format), URL: address + "?" + query.Encode(), Icon: ui.IconDownload, Kind: ui.Quiet, Download: true}))
		}
	}
	var parts []templ.Component
	if in.School != 0 {
		parts = append(parts, ui.Tabs(r.T("pupils.places"), frame.SchoolTabs(r, in.School, "ho-so-trung")...))
	}
	var states []ui.Choice
	for _, state := range []string{"", student.PairNotSame, student.PairMerged} {
		states = append(states, ui.Choice{Label: r.T("identity.pairs-" + orOpen(state)), URL: address + "?loai=" + state, Current: in.State == state})
	}
	parts = append(parts, ui.Chips(r.T("pupils.quick"), states...))
	t := ui.Table{Caption: r.T("identity.doubles"), Quiet: true, Columns: []ui.Column{{Label: r.T("identity.record_one")}, {Label: r.T("identity.record_two")}, {Label: r.T("identity.reasons"), Broad: true}, {Label: r.T("pupils.act_head")}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("identity.no_doubles"), Text: r.T("identity.no_doubles_text")}.Draw()}
	for _, p := range pairs {
		label := r.T("identity.compare")
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{sideCell(r, p.Sides[0]), sideCell(r, p.Sides[1]),
			templ.Join(ui.Badge{Label: r.T("identity.likeness-" + likeness(p.Score)), Tone: likenessTone(p.Score)}.Draw(), frame.Quietly(reasonSentence(r, p.Reasons))),
			ui.Press(ui.Button{Label: label, URL: p.Address(), Small: true})}})
	}
	if len(pairs) > 0 {
		pages := ui.Pages{Label: r.T("identity.pairs_total", "total", ui.Number(total))}
		if next != "" {
			pages.Next = address + "?" + url.Values{"loai": {in.State}, "sau": {next}}.Encode()
		}
		if in.After != "" {
			pages.Previous = address + "?loai=" + in.State
		}
		t.Foot = ui.Pager(pages)
	}
	return door.Page(frame.In(ui.Page(c), append(parts, t.Draw())...)), nil
}

func orNone(c templ.Component) templ.Component {
	if c == nil {
		return templ.NopComponent
	}
	return c
}

func orOpen(state string) string {
	if state == "" {
		return student.PairOpen
	}
	return state
}

func likeness(score int) string {
	switch {
	case score >= 90:
		return "high"
	case score >= 75:
		return "middle"
	}
	return "low"
}

func likenessTone(score int) ui.Tone {
	return map[string]ui.Tone{"high": ui.Red, "middle": ui.Amber, "low": ui.Plain}[likeness(score)]
}

func reasonSentence(r *door.Request, reasons []string) string {
	words := make([]string, len(reasons))
	for i, reason := range reasons {
		words[i] = r.T("identity.reason-" + reason)
	}
	return strings.Join(words, "; ")
}

func sideWords(r *door.Request, s student.PairSide) string {
	if !s.Seen {
		return r.T("identity.unseen")
	}
	return s.Name + ", " + s.Born.Vietnamese()
}

func sideCell(r *door.Request, s student.PairSide) templ.Component {
	where := strings.Trim(s.ClassName+" · "+s.SchoolName, " ·")
	if !s.Seen {
		return ui.TextNote(r.T("identity.unseen"), where)
	}
	return ui.LinkNote(recordAddress(s.Pupil), s.Name+", "+s.Born.Vietnamese(), where)
}

// pairOf reads the two ids of the address.
func pairOf(r *door.Request) (one, other id.ID, err error) {
	if one, err = r.ID("one"); err != nil {
		return 0, 0, err
	}
	other, err = r.ID("other")
	return one, other, err
}

func notSame(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	one, other, err := pairOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther("/ho-so-trung?xong=1"), student.NotSame(ctx, tx, r.Who, one, other, r.Value("why"))
}

func reopen(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	one, other, err := pairOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther("/ho-so-trung/" + one.String() + "/" + other.String()), student.Reopen(ctx, tx, r.Who, one, other)
}

// agree offers one's own record to the school that has the other.
func agree(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	one, other, err := pairOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	if r.Value("pupil") == other.String() {
		one, other = other, one
	}
	return door.SeeOther("/ho-so-trung/" + min(one, other).String() + "/" + max(one, other).String()), student.Agree(ctx, tx, r.Who, one, other)
}
