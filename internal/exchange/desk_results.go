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
	return list[learning.Line, learning.Planned]{
		read: func(l Line, a *Act) (learning.Line, error) {
			a.Where = l.Get("class")
			who, err := l.named()
			return learning.Line{Row: l.Row.Number, Pupil: who, Term: l.Get("term"), Study: l.Get("study"), Conduct: l.Get("conduct")}, err
		},
		plan:    func(read []learning.Line) ([]learning.Planned, error) { return t.list.Plan(ctx, tx, read) },
		refused: func(p learning.Planned) *fault.Fault { return p.Fault },
		show: func(p learning.Planned, a *Act) {
			a.Digest = fmt.Sprint(p.Is)
			scale, _ := learning.ScaleOf(p.Is.Year, p.Is.Grade)
			a.change(FieldChange{"study", scale.StudyName(text.Vietnamese, p.Was.Study), scale.StudyName(text.Vietnamese, p.Is.Study)},
				FieldChange{"conduct", scale.ConductName(text.Vietnamese, p.Was.Conduct), scale.ConductName(text.Vietnamese, p.Is.Conduct)})
		},
	}.acts(lines)
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
