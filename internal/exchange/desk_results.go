package exchange

import (
	"context"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/learning"
	"ralop/internal/store"
	"ralop/internal/text"
)

// resultsKind takes results of learning and conduct of a term or a year.
var resultsKind = Kind{
	Name: "results",
	Fields: append(append([]Field{}, pupilFields...),
		Field{Name: "class", Aliases: classField.Aliases},
		Field{Name: "term", Aliases: []string{"học kỳ", "học kì", "kỳ", "HK"}},
		Field{Name: "study", Aliases: []string{"kết quả học tập", "học tập", "học lực", "xếp loại học lực", "KQHT", "đánh giá kết quả giáo dục", "mức đạt được", "xếp loại học tập"}},
		Field{Name: "conduct", Aliases: []string{"kết quả rèn luyện", "rèn luyện", "hạnh kiểm", "xếp loại hạnh kiểm", "KQRL", "phẩm chất", "xếp loại rèn luyện"}}),
	At:       map[access.Kind]access.Action{access.SchoolKind: access.ImportPupils},
	Settings: []string{"year", "term"},
	Begin: func(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
		year, err := yearSetting(job.Settings)
		if err != nil {
			return nil, err
		}
		list, err := learning.Begin(ctx, tx, job.Who, learning.ListIn{School: job.Run.Place.ID, Year: year, Term: job.Settings["term"]})
		return &resultsTaker{who: job.Who, school: job.Run.Place.ID, list: list}, err
	},
}

type resultsTaker struct {
	Plainly
	who    access.Who
	school id.ID
	list   *learning.List
}

func (t *resultsTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	acts := make([]Act, len(lines))
	var read []learning.Line
	var at []int
	for i, l := range lines {
		acts[i] = Act{Row: l.Row.Number, What: Same, Name: l.Get("name"), Where: l.Get("class")}
		who, err := l.named()
		if f, refused := fault.Of(err); refused {
			acts[i].Faults = append(acts[i].Faults, f)
			continue
		}
		read, at = append(read, learning.Line{Row: l.Row.Number, Pupil: who, Term: l.Get("term"), Study: l.Get("study"), Conduct: l.Get("conduct")}), append(at, i)
	}
	planned, err := t.list.Plan(ctx, tx, read)
	if err != nil {
		return nil, err
	}
	for n, p := range planned {
		a := &acts[at[n]]
		switch {
		case p.Fault != nil:
			a.Faults = append(a.Faults, p.Fault)
			continue
		case p.New():
			a.What = New
		case p.Changed():
			a.What = Changed
		}
		a.Do, a.Digest = p, fmt.Sprint(p.Is)
		scale, _ := learning.ScaleOf(p.Is.Year, p.Is.Grade)
		for _, f := range []FieldChange{
			{"study", scale.StudyName(text.Vietnamese, p.Was.Study), scale.StudyName(text.Vietnamese, p.Is.Study)},
			{"conduct", scale.ConductName(text.Vietnamese, p.Was.Conduct), scale.ConductName(text.Vietnamese, p.Is.Conduct)},
		} {
			if f.Was != f.Is {
				a.Fields = append(a.Fields, f)
			}
		}
	}
	return acts, nil
}

func (t *resultsTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	planned, pupils := make([]learning.Planned, len(acts)), make([]id.ID, len(acts))
	for i, a := range acts {
		planned[i] = a.Do.(learning.Planned)
		pupils[i] = planned[i].Is.Pupil
	}
	if err := j.Watch(ctx, tx, "learning_result", []string{"pupil"}, store.In(pupils)); err != nil {
		return err
	}
	return learning.Put(ctx, tx, t.who, t.school, planned)
}
