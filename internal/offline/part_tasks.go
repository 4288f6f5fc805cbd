package offline

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/text"
	"ralop/internal/warning"
)

// tasksPart is "Việc của tôi": the children whom the caller is to bring back, by village
// and household, and the lists of the visit form.
type tasksPart struct {
	Stops    []stopPart  `json:"stops"`
	Kinds    []string    `json:"kinds"`
	Met      []string    `json:"met"`
	With     []string    `json:"with"`
	Causes   []causePart `json:"causes"` // those of the season first
	Supports []string    `json:"supports"`
}

type causePart struct {
	Code      string `json:"code"`
	Protected bool   `json:"protected,omitempty"`
}

type stopPart struct {
	Name       string          `json:"name"`
	Households []householdPart `json:"households"`
}

type householdPart struct {
	Family string     `json:"family"`
	Tasks  []taskPart `json:"tasks"`
}

type taskPart struct {
	Case      id.ID          `json:"case"`
	Pupil     id.ID          `json:"pupil"`
	Name      string         `json:"name"`
	Class     string         `json:"class"`
	School    string         `json:"school"`
	Words     string         `json:"words"` // why, in a sentence
	Step      string         `json:"step"`
	State     string         `json:"state"`
	Due       string         `json:"due"`
	Promise   string         `json:"promise"`
	Untouched bool           `json:"untouched,omitempty"`
	Guardians []guardianPart `json:"guardians"` // for those who may see their telephones
}

func partTasks(ctx context.Context, tx *store.Tx, r *door.Request, _ device.Device) ([]Part, error) {
	stops, err := casework.Mine(ctx, tx, r.Who)
	if err != nil || len(stops) == 0 { // nobody to be visited: the phone keeps no such part
		return nil, err
	}
	seen := func(r *door.Request) {
		for _, stop := range stops {
			for _, home := range stop.Households {
				for _, t := range home.Tasks {
					r.Look(access.Pupil(t.Pupil), "case.owner", "offline")
				}
			}
		}
	}
	return []Part{{Name: "tasks", Seen: seen, Make: func(ctx context.Context, tx *store.Tx) (any, error) { return tasksOf(ctx, tx, r, stops) }}}, nil
}

func tasksOf(ctx context.Context, tx *store.Tx, r *door.Request, stops []casework.Stop) (tasksPart, error) {
	out := tasksPart{Stops: []stopPart{}, Kinds: visitKinds, Met: casework.Met, With: casework.With, Supports: casework.Supports}
	for _, season := range []bool{true, false} {
		for _, c := range casework.Causes {
			if c.InSeason(r.Today.Month()) == season && !c.Protected {
				out.Causes = append(out.Causes, causePart{c.Code, false})
			}
		}
	}
	for _, c := range casework.Causes {
		if c.Protected {
			out.Causes = append(out.Causes, causePart{c.Code, true})
		}
	}
	var pupils []id.ID
	for _, stop := range stops {
		for _, home := range stop.Households {
			for _, t := range home.Tasks {
				_, err := access.May(ctx, tx, r.Who, access.SeeIdentifiers, access.Pupil(t.Pupil))
				if err == nil {
					pupils = append(pupils, t.Pupil)
				} else if !fault.Is(err, fault.Forbidden) {
					return out, err
				}
			}
		}
	}
	guardians := map[id.ID][]student.Guardian{}
	if len(pupils) > 0 {
		var err error
		if guardians, err = student.GuardiansOf(ctx, tx, r.Who.Realm, pupils); err != nil {
			return out, err
		}
	}
	for _, stop := range stops {
		s := stopPart{Name: stop.Name, Households: []householdPart{}}
		for _, home := range stop.Households {
			h := householdPart{Family: home.Family, Tasks: []taskPart{}}
			for _, t := range home.Tasks {
				task := taskPart{Case: t.Case, Pupil: t.Pupil, Name: t.Name, Class: t.Class, School: t.School, Words: whyAway(r.Lang, t), Step: string(t.Step), State: string(t.State),
					Due: dayWritten(t.Due), Promise: dayWritten(t.Promise), Untouched: t.LastAct == 0 && t.State == casework.Open, Guardians: []guardianPart{}}
				for _, g := range guardians[t.Pupil] {
					task.Guardians = append(task.Guardians, guardianPart{g.Relation, g.Name, g.Phone})
				}
				h.Tasks = append(h.Tasks, task)
			}
			s.Households = append(s.Households, h)
		}
		out.Stops = append(out.Stops, s)
	}
	return out, nil
}

// whyAway is the newest warning in words; of a protected case only that the child is supported.
func whyAway(lang text.Lang, t casework.Task) string {
	switch {
	case t.Hidden:
		return text.T(lang, "casework.supported")
	case t.Signal != nil:
		return warning.Sentence(lang, *t.Signal)
	}
	return t.Why
}

func dayWritten(d day.Day) string {
	if d == 0 || d >= day.Forever {
		return ""
	}
	return d.String()
}
