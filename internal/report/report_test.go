package report_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/paper"
	"ralop/internal/report"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

var may2020 = day.Range{From: day.MustParse("2020-05-01"), Until: day.MustParse("2020-06-01")}

var acts byte

func act() (a [16]byte) {
	acts++
	a[0], a[1], a[15] = acts, acts>>4, 7
	return a
}

func weekdays(from, until string) (days []day.Day) {
	for d := day.MustParse(from); d < day.MustParse(until); d++ {
		if d.Weekday() >= time.Monday && d.Weekday() <= time.Friday {
			days = append(days, d)
		}
	}
	return days
}

// rolls takes the roll of every class of the cast on the mornings from 11 to 22 May; the
// first pupil is away with leave on Mondays, the second without on Fridays.
func rolls(t *testing.T, h *apptest.House) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		year := day.Range{From: apptest.YearStart, Until: apptest.YearEnd}
		if _, err := calendar.MarkScopeStale(ctx, tx, apptest.Realm, calendar.Scope{Kind: calendar.ScopeRealm}, year); err != nil {
			return err
		}
		for _, c := range apptest.Classes {
			if err := calendar.RebuildIn(ctx, tx, apptest.Realm, c.School); err != nil {
				return err
			}
		}
		n := byte(0)
		for _, c := range apptest.Classes {
			for _, d := range weekdays("2020-05-11", "2020-05-23") {
				n++
				s := rollcall.Submission{Act: [16]byte{1, n, byte(c.ID)}, Class: c.ID, Day: d, Session: calendar.Morning, State: rollcall.Taken}
				switch d.Weekday() {
				case time.Monday:
					s.Marks = []rollcall.Mark{{Pupil: apptest.Pupil(c.ID, 1), Kind: rollcall.Excused, Reason: "illness"}}
				case time.Friday:
					s.Marks = []rollcall.Mark{{Pupil: apptest.Pupil(c.ID, 2), Kind: rollcall.Unexcused}}
				}
				if _, err := rollcall.Submit(ctx, tx, access.System(apptest.Realm), s); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func create(t *testing.T, h *apptest.House, who access.Who, place report.Place) id.ID {
	t.Helper()
	made, err := report.Create(t.Context(), h.Store, who, report.CreateIn{Place: place, Period: may2020})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func open(t *testing.T, h *apptest.House, paper id.ID) (o report.Opened) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		o, err = report.Find(ctx, tx, access.System(apptest.Realm), paper)
		return err
	})
	return o
}

// do makes a step as the caller, with the version that stands.
func do(t *testing.T, h *apptest.House, who access.Who, act report.Act, paper id.ID) error {
	t.Helper()
	in := report.StepIn{Report: paper, Version: open(t, h, paper).Version, Note: "Số liệu lớp 8A cần xem lại."}
	switch act {
	case report.ActApprove:
		return report.Approve(t.Context(), h.Store, who, in)
	case report.ActRevise:
		_, err := report.Revise(t.Context(), h.Store, who, in)
		return err
	}
	return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		switch act {
		case report.ActSubmit:
			return report.Submit(ctx, tx, who, in)
		case report.ActAccept:
			return report.Accept(ctx, tx, who, in)
		case report.ActReturn:
			return report.Return(ctx, tx, who, in)
		}
		return report.Issue(ctx, tx, who, report.IssueIn{Report: paper, Version: in.Version, Number: "12", Date: tx.Today()})
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// along takes a paper along its way up to a state.
func along(t *testing.T, h *apptest.House, paper id.ID, to report.State) {
	t.Helper()
	system := access.System(apptest.Realm)
	for _, step := range []struct {
		act report.Act
		to  report.State
	}{{report.ActSubmit, report.Submitted}, {report.ActApprove, report.Approved}, {report.ActIssue, report.Issued}, {report.ActAccept, report.Accepted}} {
		if to == report.Draft {
			return
		}
		must(t, do(t, h, system, step.act, paper))
		if step.to == to {
			return
		}
	}
}

// The figures of a paper are those of the boards, parents are the sums of their children,
// and the identity of CV 6622 holds in every row.
func TestFiguresAreThoseOfTheBoards(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		rolls(t, h)
		for _, place := range []report.Place{report.Unit(apptest.DienBien), report.Unit(apptest.TuanGiao), report.Unit(apptest.MuongMun), report.School(apptest.MuongMunS)} {
			system := access.System(apptest.Realm)
			f := open(t, h, create(t, h, system, place)).Figures
			at := indicator.Unit(place.ID)
			if place.Kind == access.SchoolKind {
				at = indicator.School(place.ID)
			}
			measure := func(what indicator.ID) (r indicator.Result) {
				h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
					r, err = indicator.Measure(ctx, tx, system, indicator.Query{Indicator: what, Place: at, Period: may2020, By: indicator.ByLevel})
					return err
				})
				return r
			}
			attendance, retention := measure(indicator.Attendance), measure(indicator.Retention)
			if attendance.Total.Ratio != f.Total.Attendance() || attendance.Total.N == 0 || attendance.Total.Coverage.Ratio() != f.Total.Coverage() {
				t.Errorf("%s: attendance %v of %v on the board, %v of %v on paper", f.Place.Name, attendance.Total.Ratio, attendance.Total.Coverage, f.Total.Attendance(), f.Total.Coverage())
			}
			if retention.Total.Ratio != f.Total.Retention() {
				t.Errorf("%s: retention %v on the board, %v on paper", f.Place.Name, retention.Total.Ratio, f.Total.Retention())
			}
			for _, row := range attendance.Rows {
				i := slices.IndexFunc(f.Levels, func(l report.LevelRow) bool { return l.Level == row.Key })
				if i < 0 || f.Levels[i].Attendance() != row.Value.Ratio {
					t.Errorf("%s: %s is %v on the board, not on paper: %+v", f.Place.Name, row.Key, row.Value.Ratio, f.Levels)
				}
			}
			var sum report.Row
			for _, c := range f.Children {
				sum = sum.Add(c.Total)
			}
			if sum.Roll != f.Total.Roll || sum.Opening != f.Total.Opening || sum.Absent() != f.Total.Absent() || !f.Balanced() {
				t.Errorf("%s: children sum to %+v, total %+v", f.Place.Name, sum, f.Total)
			}
		}
	})
}

// Freezing, then correcting a mark, a spell and a closure, leaves the paper unchanged and
// lists the three.
func TestFrozenFiguresDoNotMove(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		rolls(t, h)
		system := access.System(apptest.Realm)
		paperID := create(t, h, apptest.Huong.Who(), report.Unit(apptest.TuanGiao))
		along(t, h, paperID, report.Approved)
		frozen := open(t, h, paperID)
		files := map[paper.Format]report.File{}
		readAll := func() map[paper.Format]report.File {
			all := map[paper.Format]report.File{}
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				for _, f := range report.Formats {
					file, _, _, err := report.Read(ctx, tx, apptest.Dung.Who(), paperID, f)
					if err != nil {
						return err
					}
					all[f] = file
				}
				return nil
			})
			return all
		}
		files = readAll()
		if len(frozen.Adjustments) != 0 || frozen.FrozenAt.IsZero() {
			t.Fatalf("just frozen at %v, and adjusted: %+v", frozen.FrozenAt, frozen.Adjustments)
		}
		h.Clock.Advance(time.Hour)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { // a mark of 8A
			_, err := rollcall.Correct(ctx, tx, system, rollcall.Submission{Act: act(), Class: apptest.Class8A, Day: day.MustParse("2020-05-11"),
				Session: calendar.Morning, State: rollcall.Taken, BaseVersion: 1, Reason: "em đến lớp muộn"})
			return err
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { // a spell of 8B
			done, err := student.Correct(ctx, tx, system, student.CorrectIn{Pupil: apptest.Pupil(apptest.Class8B, 3), Version: 1, Enrolment: apptest.Enrolment(apptest.Class8B, 3),
				Grade: "8", Period: day.Range{From: apptest.YearStart, Until: day.MustParse("2020-05-18")}, Entry: student.EntryOpening, Exit: student.ExitDropout,
				ExitState: student.Confirmed, ExitReason: "hardship", Why: "bỏ học từ 18/5"})
			if err != nil {
				return err
			}
			_, err = rollcall.ApplyEnrolments(ctx, tx, system, done.Changes, "student.correct")
			return err
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { // a closure at Pú Nhung
			closed := day.Through(day.MustParse("2020-05-20"), day.MustParse("2020-05-20"))
			if _, err := calendar.DeclareClosure(ctx, tx, system, calendar.DeclareIn{Scope: calendar.Scope{Kind: calendar.ScopeSchool, ID: apptest.PuNhungS},
				Period: closed, Reason: calendar.ReasonFlood}); err != nil {
				return err
			}
			_, err := rollcall.ApplyCalendar(ctx, tx, system, apptest.PuNhungS, closed)
			return err
		})
		after := open(t, h, paperID)
		for f, file := range readAll() {
			if file.Digest != files[f].Digest || string(file.Content) != string(files[f].Content) {
				t.Errorf("the %s changed", f)
			}
		}
		if after.Figures.Total != frozen.Figures.Total || after.Version != frozen.Version {
			t.Errorf("frozen figures moved: %+v, were %+v", after.Figures.Total, frozen.Figures.Total)
		}
		type line struct {
			class id.ID
			why   string
		}
		var got []line
		for _, a := range after.Adjustments {
			got = append(got, line{a.Class, a.Why})
			if a.SchoolName == "" || a.ClassName == "" || a.Before == a.After {
				t.Errorf("an adjustment that says nothing: %+v", a)
			}
		}
		for _, want := range []line{{apptest.Class8A, report.WhyCorrection}, {apptest.Class8B, report.WhyEnrolment}, {apptest.Class9A, report.WhyCalendar}} {
			if !slices.Contains(got, want) {
				t.Errorf("%+v is not among %+v", want, got)
			}
		}
		if len(got) != 3 {
			t.Errorf("%d adjustments, want 3: %+v", len(got), after.Adjustments)
		}
		next, err := report.Create(t.Context(), h.Store, apptest.Huong.Who(), report.CreateIn{Place: report.Unit(apptest.TuanGiao), Period: day.MonthOf(may2020.Until)})
		must(t, err)
		e := open(t, h, next).Figures.Earlier
		if e == nil || e.Report != paperID || len(e.Adjustments) != 3 || e.Frozen != frozen.Figures.Total || e.Today.Dropouts != e.Frozen.Dropouts+1 || e.Today.Roll >= e.Frozen.Roll {
			t.Errorf("the next period carries %+v", e)
		}
	})
}

// A parent sums the accepted frozen figures of its children; the others are provisional.
func TestParentSumsAcceptedPapers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		rolls(t, h)
		system := access.System(apptest.Realm)
		commune := create(t, h, apptest.Thuong.Who(), report.Unit(apptest.MuongMun))
		along(t, h, commune, report.Accepted)
		then := open(t, h, commune).Figures
		h.Clock.Advance(time.Hour)
		for _, class := range []id.ID{apptest.Class8A, apptest.Class9A} { // one commune's is accepted, the other's is live
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := rollcall.Correct(ctx, tx, system, rollcall.Submission{Act: act(), Class: class, Day: day.MustParse("2020-05-11"), Session: calendar.Morning,
					State: rollcall.Taken, BaseVersion: 1, Reason: "nhầm"})
				return err
			})
		}
		district := open(t, h, create(t, h, apptest.Huong.Who(), report.Unit(apptest.TuanGiao)))
		for _, c := range district.Figures.Children {
			switch c.ID {
			case apptest.MuongMun:
				if c.Paper != commune || c.Total != then.Total || c.Provisional() {
					t.Errorf("the accepted paper says %+v, the parent takes %+v", then.Total, c)
				}
			case apptest.PuNhung:
				if c.Paper != 0 || !c.Provisional() || c.Total.Excused != 1 {
					t.Errorf("the other commune's is %+v", c)
				}
			}
		}
		if want := then.Total.Excused + 1; district.Figures.Total.Excused != want {
			t.Errorf("%d excused, want %d", district.Figures.Total.Excused, want)
		}
		if len(district.Figures.Provisional()) != 1 {
			t.Errorf("provisional are %+v", district.Figures.Provisional())
		}
		// What changed between the child's freezing and the parent's is an adjustment of the parent's.
		along(t, h, district.ID, report.Approved)
		adjusted := open(t, h, district.ID).Adjustments
		if len(adjusted) != 1 || adjusted[0].Class != apptest.Class8A || adjusted[0].Why != report.WhyCorrection {
			t.Errorf("adjustments of the parent: %+v", adjusted)
		}
		if papers, flaws, err := report.CheckFrozen(t.Context(), h.Store, apptest.Realm); err != nil || papers != 2 || len(flaws) > 0 {
			t.Errorf("%d frozen papers: %v %v", papers, flaws, err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			children, err := report.Children(ctx, tx, apptest.Huong.Who(), apptest.TuanGiao, may2020)
			for _, c := range children {
				if c.Missing() != (c.ID == apptest.PuNhung) {
					t.Errorf("%s missing: %v", c.Name, c.Missing())
				}
			}
			return err
		})
	})
}

// The whole machine: every act in every state by every person of the cast. A paper of the
// school is made by its people and taken in by those above it.
func TestWhoMayDoWhatWhen(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	rolls(t, h)
	school := map[report.Act][]apptest.Person{
		report.ActSubmit:  {apptest.Mai, apptest.Son, apptest.Thuong, apptest.Chu, apptest.Huong, apptest.Dung, apptest.Thanh},
		report.ActApprove: {apptest.Son, apptest.Chu, apptest.Dung, apptest.Ho},
		report.ActIssue:   {apptest.Son, apptest.Chu, apptest.Dung, apptest.Ho},
		report.ActAccept:  {apptest.Thuong, apptest.Chu, apptest.Huong, apptest.Dung, apptest.Thanh},
		report.ActRevise:  {apptest.Mai, apptest.Son, apptest.Thuong, apptest.Chu, apptest.Huong, apptest.Dung, apptest.Thanh},
	}
	from := map[report.Act]report.State{report.ActSubmit: report.Draft, report.ActApprove: report.Submitted, report.ActIssue: report.Approved, report.ActAccept: report.Issued, report.ActRevise: report.Returned}
	returns := map[report.State][]apptest.Person{report.Submitted: school[report.ActApprove], report.Approved: school[report.ActApprove], report.Issued: school[report.ActAccept]}
	sees := []apptest.Person{apptest.Mai, apptest.Son, apptest.Thuong, apptest.Chu, apptest.Huong, apptest.Dung, apptest.Ho, apptest.Thanh, apptest.Tra}
	made := create(t, h, apptest.Mai.Who(), report.School(apptest.MuongMunS))
	at := report.Draft
	for _, state := range []report.State{report.Draft, report.Submitted, report.Approved, report.Issued, report.Accepted} {
		if state != report.Draft {
			must(t, do(t, h, access.System(apptest.Realm), map[report.State]report.Act{report.Submitted: report.ActSubmit, report.Approved: report.ActApprove, report.Issued: report.ActIssue, report.Accepted: report.ActAccept}[state], made))
		}
		at = state
		for _, p := range apptest.Everyone {
			may := map[report.Act]bool{}
			err := h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				o, err := report.Find(ctx, tx, p.Who(), made)
				for _, a := range o.May {
					may[a] = true
				}
				return err
			})
			if slices.Contains(sees, p) != (err == nil) || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s, %s: opening gives %v", p.Login, at, err)
			}
			for a, people := range school {
				if want := from[a] == at && slices.Contains(people, p); want != may[a] {
					t.Errorf("%s, %s: may %s is %v", p.Login, at, a, may[a])
				}
			}
			if want := slices.Contains(returns[at], p); want != may[report.ActReturn] {
				t.Errorf("%s, %s: may return is %v", p.Login, at, may[report.ActReturn])
			}
			// The room refuses what the page does not offer.
			for _, a := range []report.Act{report.ActSubmit, report.ActApprove, report.ActIssue, report.ActAccept, report.ActReturn, report.ActRevise} {
				if !may[a] && (p == apptest.Hoa || p == apptest.Lan || p == apptest.Mai || p == apptest.Tra) {
					if err := do(t, h, p.Who(), a, made); !fault.Is(err, fault.Forbidden) && !fault.HasCode(err, "report.wrong-state") {
						t.Errorf("%s, %s: %s gives %v", p.Login, at, a, err)
					}
				}
			}
		}
	}
	if o := open(t, h, made); o.State != report.Accepted || o.Number != "12" || o.Document.Number != "12" || o.Document.Mark != "" {
		t.Errorf("at the end the paper is %s, number %s, %q", o.State, o.Number, o.Document.Mark)
	}
	// A commune takes in its schools' papers, not its own.
	own := create(t, h, apptest.Thuong.Who(), report.Unit(apptest.MuongMun))
	along(t, h, own, report.Issued)
	if err := do(t, h, apptest.Chu.Who(), report.ActAccept, own); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the commune accepts its own paper: %v", err)
	}
	must(t, do(t, h, apptest.Huong.Who(), report.ActAccept, own))
}

// A step taken on what another has changed meanwhile is a conflict and changes nothing;
// a frozen paper that comes back is followed by the next revision.
func TestVersionsAndRevisions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		rolls(t, h)
		made := create(t, h, apptest.Mai.Who(), report.School(apptest.MuongMunS))
		if _, err := report.Create(t.Context(), h.Store, apptest.Son.Who(), report.CreateIn{Place: report.School(apptest.MuongMunS), Period: may2020}); !fault.HasCode(err, "report.exists") {
			t.Errorf("a second paper: %v", err)
		}
		edit := func(version int, body string) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return report.Edit(ctx, tx, apptest.Mai.Who(), report.EditIn{Report: made, Version: version, Section: report.Solutions, Body: body})
			})
		}
		must(t, edit(1, "- Nhà trường tổ chức họp phụ huynh ngày 15/5."))
		if err := edit(1, "khác"); !fault.HasCode(err, "report.changed") {
			t.Errorf("an edit of an old version: %v", err)
		}
		// New figures make new sentences; what was edited stays.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.CountPhysically(ctx, tx, apptest.Tra.Who(), rollcall.PhysicalCount{Class: apptest.Class8A, Day: day.MustParse("2020-05-29"), Session: calendar.Morning, Counted: 33})
			return err
		})
		must(t, report.Refresh(t.Context(), h.Store, apptest.Mai.Who(), made, 2))
		o := open(t, h, made)
		s := o.Sections[2]
		if !s.Edited || !s.Outdated() || s.Body != "- Nhà trường tổ chức họp phụ huynh ngày 15/5." || s.Generated == "" {
			t.Errorf("the edited part is %+v", s)
		}
		along(t, h, made, report.Issued)
		if err := do(t, h, apptest.Thuong.Who(), report.ActReturn, made); err != nil {
			t.Fatal(err)
		}
		next, err := report.Revise(t.Context(), h.Store, apptest.Mai.Who(), report.StepIn{Report: made, Version: open(t, h, made).Version})
		must(t, err)
		again := open(t, h, next)
		if next == made || again.Revision != 2 || again.State != report.Draft || again.Sections[2].Body != s.Body || again.Number != "" {
			t.Errorf("the next revision is %+v", again.Report)
		}
		if o := open(t, h, made); o.State != report.Returned || !o.Frozen() || len(o.Files) != 4 {
			t.Errorf("the returned paper is %+v with %d files", o.Report, len(o.Files))
		}
	})
}

func TestProposalsAreAnsweredByTheTierAbove(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		rolls(t, h)
		made := create(t, h, apptest.Mai.Who(), report.School(apptest.MuongMunS))
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return report.Propose(ctx, tx, apptest.Mai.Who(), made, 1, "Hỗ trợ gạo cho 35 học sinh bán trú.")
		})
		proposal := open(t, h, made).Proposals[0]
		answer := func(who access.Who) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return report.Answer(ctx, tx, who, report.AnswerIn{Proposal: proposal.ID, State: report.Answered, Answer: "Xã cân đối trong tháng 6.", Due: day.MustParse("2020-06-15")})
			})
		}
		if err := answer(apptest.Thuong.Who()); !fault.HasCode(err, "report.not-issued") {
			t.Errorf("answered before it came: %v", err)
		}
		along(t, h, made, report.Issued)
		for _, p := range []apptest.Person{apptest.Mai, apptest.Son, apptest.Nhung, apptest.Ho} {
			if err := answer(p.Who()); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s answers: %v", p.Login, err)
			}
		}
		must(t, answer(apptest.Thuong.Who()))
		var list []report.Forwarded
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = report.ChildProposals(ctx, tx, apptest.Thuong.Who(), apptest.MuongMun)
			return err
		})
		if len(list) != 1 || list[0].State != report.Answered || list[0].Place.Name != "Trường PTDTBT THCS Mường Mùn" || !list[0].Overdue(day.MustParse("2020-06-16")) || list[0].AnsweredBy != apptest.Thuong.Account {
			t.Errorf("the commune follows %+v", list)
		}
	})
}

// Entries of the agency's book are asked for, and checked, never made up.
func TestIssueAsksForTheBook(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	rolls(t, h)
	made := create(t, h, apptest.Mai.Who(), report.School(apptest.MuongMunS))
	along(t, h, made, report.Approved)
	version := open(t, h, made).Version
	today := day.InstantOf(h.Clock.Now()).Day()
	for code, in := range map[string]report.IssueIn{
		"report.need-number": {Date: today}, "report.bad-number": {Number: "12/BC", Date: today}, "report.need-date": {Number: "12"},
		"report.date-before": {Number: "12", Date: today - 1}, "report.date-ahead": {Number: "12", Date: today + 1}, "report.not-pdf": {Number: "12", Date: today, Signed: []byte("x")},
	} {
		in.Report, in.Version = made, version
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return report.Issue(ctx, tx, apptest.Son.Who(), in) })
		var list fault.List
		if !errors.As(err, &list) || len(list) != 1 || list[0].Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	must(t, h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return report.Issue(ctx, tx, apptest.Son.Who(), report.IssueIn{Report: made, Version: version, Number: "07", Date: today, Signed: []byte("%PDF-1.7 …")})
	}))
	if o := open(t, h, made); len(o.Files) != 5 || o.Document.Date != today || o.Document.Number != "07" {
		t.Errorf("issued: %d files, %s, %s", len(o.Files), o.Document.Number, o.Document.Date)
	}
}
