package committee

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/viet"
)

// Slip is the phiếu phân công of a member: places, tasks and time, for signature. The form
// is that of NĐ 30/2020/NĐ-CP; the chair signs, a deputy while the chair is away.
func Slip(ctx context.Context, tx *store.Tx, who access.Who, member id.ID, on day.Day, demonstration bool) (paper.Document, string, error) {
	m, err := LookMember(ctx, tx, who, member, on)
	if err != nil {
		return paper.Document{}, "", err
	}
	c, err := Look(ctx, tx, who, m.Member.Committee, on)
	if err != nil {
		return paper.Document{}, "", err
	}
	d, err := letter(ctx, tx, c, on, demonstration, say("slip-begin", "day", max(on, m.From).Vietnamese()))
	if err != nil {
		return d, "", err
	}
	d.Kind, d.Subject, d.Symbol = say("slip-kind"), say("slip-subject", "committee", c.fullName()), say("symbol-"+string(c.Kind))
	d.Receivers = []string{say("slip-receiver-self"), say("slip-receiver-places"), say("receiver-file")}
	d.Body = append(d.Body, paper.H1(say("slip-who")), paper.P(say("slip-name", "name", m.Name)))
	job := bodyName(m.Body)
	if m.Job != "" {
		job = m.Job + " (" + job + ")"
	}
	office := say("slip-office", "office", say("office-"+string(m.Office)))
	if m.Phone != "" {
		office += "; " + say("slip-phone", "phone", m.Phone)
	}
	d.Body = append(d.Body, paper.P(say("slip-job", "job", job)), paper.P(office))
	d.Body = append(d.Body, paper.H1(say("slip-duties")))
	var work []Task
	table := paper.Table{Columns: []paper.Column{{Key: "n", Title: say("col-number"), Align: paper.Center, Width: 10}, {Key: "place", Title: say("col-place"), Width: 45},
		{Key: "levels", Title: say("col-levels"), Width: 25}, {Key: "tasks", Title: say("col-tasks"), Width: 50}, {Key: "since", Title: say("col-since"), Width: 30}}}
	for _, duty := range slices.Backward(m.Duties) {
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.Text(viet.Integer(int64(len(table.Rows) + 1))), paper.Text(duty.PlaceName), paper.Text(levelsOf(duty.Duty)),
			paper.Text(tasksOf(duty.Duty)), paper.Text(sinceOf(duty.Duty))}})
		for _, task := range Tasks {
			if (duty.Tasks == "" && (task == Mobilise || task == Attendance || task == Communicate) || slices.Contains(duty.TaskList(), task)) && !slices.Contains(work, task) {
				work = append(work, task)
			}
		}
	}
	if len(table.Rows) == 0 {
		d.Body = append(d.Body, paper.P(say("slip-none")))
	} else {
		d.Body = append(d.Body, table.Block())
	}
	d.Body = append(d.Body, paper.H1(say("slip-work")))
	for _, task := range Tasks {
		if slices.Contains(work, task) {
			d.Body = append(d.Body, paper.Item(say("work-"+string(task))))
		}
	}
	d.Body = append(d.Body, paper.Item(say("slip-rule-report")), paper.Item(say("slip-rule-away")))
	return d, m.Rule, nil
}

// Roster is the bảng phân công of a committee: every member with places and tasks, the
// branches in charge, and the villages and schools that nobody is named for.
func Roster(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, on day.Day, demonstration bool) (paper.Document, string, error) {
	m, c, err := Assignments(ctx, tx, who, committee, on)
	if err != nil {
		return paper.Document{}, "", err
	}
	d, err := letter(ctx, tx, c, on, demonstration, say("roster-begin"))
	if err != nil {
		return d, "", err
	}
	d.Kind, d.Subject, d.Symbol = say("roster-kind"), say("roster-subject", "committee", c.fullName()), say("notice", "symbol", say("symbol-"+string(c.Kind)))
	d.Receivers = []string{say("roster-receiver-above"), say("roster-receiver-members"), say("roster-receiver-places"), say("receiver-file")}
	table := paper.Table{Columns: []paper.Column{{Key: "n", Title: say("col-number"), Align: paper.Center, Width: 8}, {Key: "name", Title: say("col-name"), Width: 26},
		{Key: "job", Title: say("col-job"), Width: 26}, {Key: "office", Title: say("col-office"), Width: 20}, {Key: "places", Title: say("col-place"), Width: 30},
		{Key: "tasks", Title: say("col-tasks"), Width: 30}, {Key: "phone", Title: say("col-phone"), Width: 23}}, Orientation: paper.Portrait}
	for _, row := range c.Now {
		places, tasks := carried(c.Duties, on, func(duty DutyRow) bool { return duty.Member == row.ID })
		job := row.Job
		if job == "" {
			job = bodyName(row.Body)
		}
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.Text(viet.Integer(int64(len(table.Rows) + 1))), paper.Text(row.Name), paper.Text(job),
			paper.Text(say("office-" + string(row.Office))), paper.Text(places), paper.Text(tasks), paper.Text(row.Phone)}})
	}
	d.Body = append(d.Body, paper.H1(say("roster-table")), table.Block())
	part := 2
	if len(m.Bodies) > 0 {
		branches := paper.Table{Columns: []paper.Column{{Key: "n", Title: say("col-number"), Align: paper.Center, Width: 10}, {Key: "branch", Title: say("col-branch"), Width: 40},
			{Key: "places", Title: say("col-place"), Width: 50}, {Key: "tasks", Title: say("col-tasks"), Width: 50}}, Orientation: paper.Portrait}
		for _, body := range m.Bodies {
			places, tasks := carried(c.Duties, on, func(duty DutyRow) bool { return duty.Branch == body })
			branches.Rows = append(branches.Rows, paper.Row{Cells: []paper.Cell{paper.Text(viet.Integer(int64(len(branches.Rows) + 1))), paper.Text(bodyName(body)), paper.Text(places), paper.Text(tasks)}})
		}
		d.Body = append(d.Body, paper.H1(say("roster-branches")), branches.Block())
		part++
	}
	var missing []string
	for _, p := range m.Places {
		if len(m.Cells[p.Place]) == 0 {
			missing = append(missing, p.Name)
		}
	}
	if len(missing) > 0 {
		d.Body = append(d.Body, paper.H1(say("roster-missing", "part", viet.Roman(part))), paper.Item(strings.Join(missing, ", ")+"."), paper.P(say("roster-missing-end")))
	}
	d.Body = append(d.Body, paper.P(say("roster-end", "day", on.Vietnamese())))
	return d, c.Rule, nil
}

// carried joins the places and tasks of duties in force.
func carried(duties []DutyRow, on day.Day, of func(DutyRow) bool) (places, tasks string) {
	var names []string
	var kinds []Task
	all := false
	for _, duty := range slices.Backward(duties) {
		if !duty.Period().Has(on) || !of(duty) {
			continue
		}
		name := duty.PlaceName
		if duty.Levels != "" {
			name += " (" + levelsOf(duty.Duty) + ")"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		all = all || duty.Tasks == ""
		kinds = append(kinds, duty.TaskList()...)
	}
	if len(names) == 0 {
		return say("roster-none"), ""
	}
	if all {
		return strings.Join(names, "; "), say("tasks-all")
	}
	return strings.Join(names, "; "), taskNames(kinds)
}

// letter is a paper of the committee with its head, grounds and signature.
func letter(ctx context.Context, tx *store.Tx, c Detail, on day.Day, demonstration bool, begin string) (paper.Document, error) {
	spans, err := org.Spans(ctx, tx, c.Unit)
	if err != nil {
		return paper.Document{}, err
	}
	unit := spans[len(spans)-1]
	for _, u := range spans {
		if u.From <= on && on < u.Until {
			unit = u
		}
	}
	d := paper.Document{ParentAgency: paper.Committee(unit.FullName), Agency: agency(c.Name), Place: unit.Name,
		Signatures: []paper.Signature{c.signature()}, Footnotes: []string{say("foot", "clock", tx.Now().Clock(), "day", tx.Today().Vietnamese())}}
	if demonstration {
		d.Watermark = say("watermark")
	}
	d.Body = append(d.Body, paper.Rich(paper.Italic(say("ground-decision", "number", c.Term.Number, "day", dayWords(c.Term.IssuedOn), "issuer", c.Term.Issuer, "committee", c.fullName()))))
	for _, g := range c.Regulations {
		if g.From <= on && on < g.Until {
			d.Body = append(d.Body, paper.Rich(paper.Italic(say("ground-regulation", "number", g.Number, "day", dayWords(g.IssuedOn), "issuer", g.Issuer))))
		}
	}
	d.Body = append(d.Body, paper.P(begin))
	return d, nil
}

// agency is the committee's name in capitals, in two or three lines.
func agency(name string) string {
	board := say("board")
	if rest, found := strings.CutPrefix(name, board+" "); found {
		return strings.ToUpper(board) + "\n" + strings.ToUpper(strings.Replace(rest, ", ", ",\n", 1))
	}
	return strings.ToUpper(name)
}

// signature: TM. BAN CHỈ ĐẠO / TRƯỞNG BAN; while there is no chair, or the chair is away, a
// deputy signs KT. TRƯỞNG BAN.
func (c Detail) signature() paper.Signature {
	for _, office := range []Office{Chair, StandingDeputy, Deputy} {
		for _, m := range c.Now {
			if m.Office != office || m.Away != nil {
				continue
			}
			s := paper.Signature{Authority: []string{say("sign-for")}, Capacity: say("sign-" + string(office)), Name: m.Name}
			if office != Chair {
				s.Authority = append(s.Authority, say("sign-instead"))
			}
			return s
		}
	}
	return paper.Signature{Authority: []string{say("sign-for")}, Capacity: say("sign-chair")}
}

// fullName is the committee's name with its unit, in a sentence.
func (c Detail) fullName() string {
	unit := []rune(c.UnitName)
	if len(unit) > 0 {
		unit[0] = []rune(strings.ToLower(string(unit[0])))[0]
	}
	return c.Name + " " + string(unit)
}

func dayWords(d day.Day) string { return viet.DateWords(d.Year(), int(d.Month()), d.DayOfMonth()) }

func bodyName(b Body) string { return text.T(text.Vietnamese, "committee.body-"+string(b)) }

func levelsOf(d Duty) string {
	if d.Levels == "" {
		return say("levels-all")
	}
	var names []string
	for _, level := range strings.Fields(d.Levels) {
		names = append(names, say("level-"+level))
	}
	return strings.Join(names, ", ")
}

func tasksOf(d Duty) string {
	if d.Tasks == "" {
		return say("tasks-all")
	}
	return taskNames(d.TaskList())
}

func taskNames(tasks []Task) string {
	var names []string
	for _, task := range Tasks {
		if slices.Contains(tasks, task) {
			names = append(names, text.T(text.Vietnamese, "committee.task-"+string(task)))
		}
	}
	return strings.Join(names, "; ")
}

func sinceOf(d Duty) string {
	if d.Until == day.Forever {
		return say("since", "from", d.From.Vietnamese())
	}
	return say("since-until", "from", d.From.Vietnamese(), "last", (d.Until - 1).Vietnamese())
}
