package indicator

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Comeback is who came back after a break: by day since the return, and as it stands by
// level and by child. A pupil is back with the first session at which she was not absent;
// classes whose roll has not been called since are on neither side.
type Comeback struct {
	Return day.Day
	Days   []Row // key: the day; share back of those expected, cumulative
	Total  Value
	Levels []Row
	Lines  []Row // by child of the place
	Name   string
	Rule   string
}

// ComebackDays is how many calendar days after a return are followed.
const ComebackDays = 28

// ReadComeback works out who came back to the schools of a unit since a day; of one level,
// where the break was of that level only, or of all ("").
func ReadComeback(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, since day.Day, level string) (Comeback, error) {
	rule, err := access.May(ctx, tx, who, access.SeeBoard, access.Unit(unit))
	if err != nil {
		return Comeback{}, err
	}
	if since > tx.Today() {
		return Comeback{}, fault.New(fault.Invalid, "indicator.not-yet", fault.Args{"day": since.Vietnamese()}).On("nghi")
	}
	until := min(since+ComebackDays, tx.Today()+1)
	l, err := lay(ctx, tx, who.Realm, Unit(unit), until-1)
	if err != nil {
		return Comeback{}, err
	}
	type sheet struct {
		School  id.ID
		Level   string
		Class   id.ID
		Day     day.Day
		Session int
		Size    int64
	}
	sheets, err := store.All[sheet](ctx, tx, sqlSheetsSince, who.Realm, store.In(l.schools), since, until)
	if err != nil {
		return Comeback{}, err
	}
	type session struct {
		day     day.Day
		session int
	}
	type class struct {
		sheet
		sessions []session
	}
	classes := map[id.ID]*class{}
	var order []id.ID
	for _, s := range sheets {
		if level != "" && s.Level != level {
			continue
		}
		c := classes[s.Class]
		if c == nil {
			c = &class{sheet: s}
			classes[s.Class] = c
			order = append(order, s.Class)
		}
		c.sessions = append(c.sessions, session{s.Day, s.Session})
		c.Size = max(c.Size, s.Size)
	}
	type mark struct {
		Pupil   id.ID
		Class   id.ID
		Day     day.Day
		Session int
	}
	marks, err := store.All[mark](ctx, tx, sqlAbsentSince, who.Realm, store.In(l.schools), since, until)
	if err != nil {
		return Comeback{}, err
	}
	away := map[mark]bool{}
	pupils := map[id.ID]map[id.ID]bool{}
	for _, k := range marks {
		away[k] = true
		if c := classes[k.Class]; c != nil && c.sessions[0] == (session{k.Day, k.Session}) {
			if pupils[k.Class] == nil {
				pupils[k.Class] = map[id.ID]bool{}
			}
			pupils[k.Class][k.Pupil] = true
		}
	}
	out := Comeback{Return: since, Name: l.name, Rule: rule}
	expected := make([]int64, until-since) // of the classes whose first sheet is of that day
	back := make([]int64, until-since)     // who were back for the first time on that day
	var levels, lines tally
	for _, key := range order {
		c := classes[key]
		first := c.sessions[0].day - since
		expected[first] += c.Size
		back[first] += c.Size - int64(len(pupils[key]))
		missing := int64(0)
		for pupil := range pupils[key] {
			found := false
			for _, s := range c.sessions {
				if !away[mark{pupil, key, s.day, s.session}] {
					back[s.day-since]++
					found = true
					break
				}
			}
			if !found {
				missing++
			}
		}
		v := Value{}
		v.N, v.D = c.Size-missing, c.Size
		out.Total = out.Total.Add(v)
		levels.add(c.Level, v)
		if child, ok := l.of[c.School]; ok {
			lines.add(child.ID.String(), v)
		}
	}
	var sum Value
	for i := range expected {
		sum.N, sum.D = sum.N+back[i], sum.D+expected[i]
		if expected[i]+back[i] > 0 {
			out.Days = append(out.Days, Row{Key: (since + day.Day(i)).String(), Value: sum})
		}
	}
	out.Levels, out.Lines = levels.byLevel(), lines.children(l)
	return out, nil
}
