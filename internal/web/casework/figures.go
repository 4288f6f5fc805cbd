package casework

import (
	"context"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// periodOf is the days of the page: from–to in the address, else the school year so far.
func periodOf(r *door.Request) (day.Range, error) {
	year := calendar.Bounds(r.Today.SchoolYear())
	from, err := r.Day("tu", year.From)
	if err != nil {
		return day.Range{}, err
	}
	last, err := r.Day("den", r.Today)
	if err != nil {
		return day.Range{}, err
	}
	return day.Range{From: from, Until: max(last, from) + 1}, nil
}

func timeOf(r *door.Request, base string, period day.Range) *ui.TimeControl {
	year := calendar.Bounds(r.Today.SchoolYear())
	month := day.MonthOf(r.Today)
	choice := func(key string, p day.Range) ui.Choice {
		return ui.Choice{Label: r.T("casework_page.period-" + key), URL: base + "?tu=" + p.From.String() + "&den=" + p.Last().String(), Current: p == period}
	}
	return &ui.TimeControl{Label: period.From.Vietnamese() + " – " + period.Last().Vietnamese(), Choices: []ui.Choice{choice("month", day.Range{From: month.From, Until: r.Today + 1}), choice("year", day.Range{From: year.From, Until: r.Today + 1})},
		Action: base, From: period.From.String(), To: period.Last().String(), Keep: ui.KeepFrom(r.Query(), "tu", "den")}
}

func causesOfUnit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	at, base, err := unitOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return causes(ctx, tx, r, at, base)
}

func causesOfSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	at, base, err := schoolOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return causes(ctx, tx, r, at, base)
}

var causeViews = []string{"", "month", "village", "level"}

func causes(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource, base string) (door.Answer, error) {
	period, err := periodOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	by := ""
	for _, v := range causeViews {
		if r.Value("theo") == v {
			by = v
		}
	}
	table, err := casework.CausesOf(ctx, tx, r.Who, at, period, by)
	if err != nil {
		return door.Answer{}, err
	}
	place, err := placeOf(ctx, tx, r, at)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.causes"))
	c.Lead, c.Place, c.Time = r.T("casework_page.causes_lead"), place, timeOf(r, base+"/nguyen-nhan", period)
	if table.OtherMany {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Title: r.T("casework_page.other_many"), Text: r.T("casework_page.other_many_text")})
	}
	heads, rows := causeRows(r, table, by)
	if format := r.Value("dang"); format != "" {
		return frame.ListFile(r, "nguyen-nhan-"+r.Today.String(), r.T("casework_page.causes"), format, heads, rows), nil
	}
	query := r.Query()
	query.Set("dang", "xlsx")
	c.Actions = ui.Buttons(ui.Button{Label: "xlsx", URL: base + "/nguyen-nhan?" + query.Encode(), Icon: ui.IconDownload, Download: true})
	var views []ui.Choice
	for _, v := range causeViews {
		q := r.Query()
		q.Set("theo", v)
		key := v
		if key == "" {
			key = "all"
		}
		views = append(views, ui.Choice{Label: r.T("casework_page.by-" + key), URL: base + "/nguyen-nhan?" + q.Encode(), Current: v == by})
	}
	t := ui.Table{Caption: r.T("casework_page.causes"), Quiet: true, Empty: ui.Empty{Icon: ui.IconVisit, Title: r.T("casework_page.none_causes"), Text: r.T("casework_page.none_causes_text")}.Draw()}
	for i, head := range heads {
		t.Columns = append(t.Columns, ui.Column{Label: head, Number: i == len(heads)-1})
	}
	for _, row := range rows {
		var cells []templ.Component
		for _, value := range row {
			cells = append(cells, ui.Text(value))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	parts := []templ.Component{tabs(r, base, "causes", mayLane(r, at), mayReminders(r)), ui.Switch(r.T("casework_page.by"), views...)}
	if len(rows) > 0 {
		parts = append(parts, frame.Quietly(r.T("casework_page.causes_total", "n", table.Total, "unknown", table.Unknown)))
	}
	return door.Page(frame.In(ui.Page(c), append(parts, t.Draw())...)), nil
}

func causeRows(r *door.Request, table casework.CauseTable, by string) (heads []string, rows [][]string) {
	heads = []string{r.T("casework_page.head-cause")}
	if by != "" {
		heads = append([]string{r.T("casework_page.head-" + by)}, heads...)
	}
	heads = append(heads, r.T("casework_page.head-cases"))
	for _, row := range table.Rows {
		cause := r.T("casework_page.cause_none")
		switch {
		case row.Cause == "protected":
			cause = r.T("casework_page.cause_protected")
		case row.Cause != "":
			cause = r.T("casework.cause-" + row.Cause)
		}
		line := []string{cause, strconv.Itoa(row.Cases)}
		switch by {
		case "month":
			line = append([]string{fmt.Sprintf("%02d/%d", int(row.Month.Month()), row.Month.Year())}, line...)
		case "village":
			line = append([]string{row.PlaceName}, line...)
		case "level":
			line = append([]string{row.Level}, line...)
		}
		rows = append(rows, line)
	}
	return heads, rows
}

// mayLane says whether the tab of cases leads anywhere for the caller.
func mayLane(r *door.Request, at access.Resource) bool {
	return at.Kind == access.UnitKind || access.MaySomewhere(r.Who, access.SeeCases)
}

func mayReminders(r *door.Request) bool {
	return access.MaySomewhere(r.Who, access.RemindSchool) || access.MaySomewhere(r.Who, access.AnswerReminder)
}

func solutionsOfUnit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	at, base, err := unitOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return solutions(ctx, tx, r, at, base)
}

func solutionsOfSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	at, base, err := schoolOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return solutions(ctx, tx, r, at, base)
}

func solutions(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource, base string) (door.Answer, error) {
	period, err := periodOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	all, err := casework.Solutions(ctx, tx, r.Who, at, period)
	if err != nil {
		return door.Answer{}, err
	}
	place, err := placeOf(ctx, tx, r, at)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.solutions"))
	c.Lead, c.Place, c.Time = r.T("casework_page.solutions_lead"), place, timeOf(r, base+"/giai-phap", period)
	c.Badge = ui.Badge{Label: r.T("casework_page.no_proof"), Tone: ui.Amber, Icon: ui.IconInfo}.Draw()
	heads := []string{r.T("casework_page.head-solution"), r.T("casework_page.head-acts"), r.T("casework_page.head-with7"), r.T("casework_page.head-without7"), r.T("casework_page.head-with30"), r.T("casework_page.head-without30")}
	var rows [][]string
	for _, s := range all {
		rows = append(rows, []string{solutionName(r, s.Kind), strconv.Itoa(s.Acts), share(r, s.With.Back7, s.With.Of7, s.With.Low7, s.With.High7), share(r, s.Without.Back7, s.Without.Of7, s.Without.Low7, s.Without.High7),
			share(r, s.With.Back30, s.With.Of30, s.With.Low30, s.With.High30), share(r, s.Without.Back30, s.Without.Of30, s.Without.Low30, s.Without.High30)})
	}
	if format := r.Value("dang"); format != "" {
		return frame.ListFile(r, "giai-phap-"+r.Today.String(), r.T("casework_page.solutions"), format, heads, rows), nil
	}
	query := r.Query()
	query.Set("dang", "xlsx")
	c.Actions = ui.Buttons(ui.Button{Label: "xlsx", URL: base + "/giai-phap?" + query.Encode(), Icon: ui.IconDownload, Download: true})
	t := ui.Table{Caption: r.T("casework_page.solutions"), Quiet: true, Empty: ui.Empty{Icon: ui.IconVisit, Title: r.T("casework_page.none_solutions"), Text: r.T("casework_page.none_solutions_text")}.Draw()}
	for i, head := range heads {
		t.Columns = append(t.Columns, ui.Column{Label: head, Number: i > 0})
	}
	for _, row := range rows {
		cells := []templ.Component{ui.Text(row[0])}
		for _, value := range row[1:] {
			cells = append(cells, ui.Text(value))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return door.Page(frame.In(ui.Page(c), tabs(r, base, "solutions", mayLane(r, at), mayReminders(r)), t.Draw(), frame.Quietly(r.T("casework_page.solutions_note")))), nil
}

func solutionName(r *door.Request, kind string) string {
	for _, prefix := range []string{"", "act-"} {
		if text.Has(r.Lang, "casework."+prefix+kind) {
			return r.T("casework." + prefix + kind)
		}
	}
	if body, is := cut(kind, "referral-"); is {
		return r.T("casework_page.refer") + ": " + r.T("casework.body-"+body)
	}
	return kind
}

func cut(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}

// share writes a share with its counts and interval: "8/12 (35–88 %)".
func share(r *door.Request, n, d int, low, high float64) string {
	if d == 0 {
		return "–"
	}
	return r.T("casework_page.share", "n", n, "d", d, "low", strconv.Itoa(int(100*low+.5)), "high", strconv.Itoa(int(100*high+.5)))
}
