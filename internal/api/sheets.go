package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/token"
)

// Sheet is the roll call of a class in one session, or that it has not come.
type Sheet struct {
	Class     id.ID  `json:"class"`
	Day       string `json:"day"`
	Session   string `json:"session" doc:"morning, afternoon, evening"`
	State     string `json:"state" doc:"taken, no-class, void, or not-taken when it is due and has not come"`
	Version   int    `json:"version" doc:"0 when there is none; to be sent as base of a correction"`
	Size      int    `json:"size" doc:"Pupils on the roll."`
	Unknown   int    `json:"unknown" doc:"Absent, nobody knows yet whether with leave."`
	Excused   int    `json:"excused"`
	Unexcused int    `json:"unexcused"`
	Late      int    `json:"late"`
}

type sheetsIn struct {
	Paging
	School  string `query:"school" required:"true"`
	Day     string `query:"day" doc:"Today when absent."`
	Class   string `query:"class"`
	Session string `query:"session" enum:"morning,afternoon,evening"`
	State   string `query:"state" enum:"taken,no-class,void,not-taken"`
}

// Mark is an exception on a sheet: whoever is not named was present.
type Mark struct {
	Pupil string `json:"pupil"`
	Kind  string `json:"kind" enum:"unknown,excused,unexcused,late"`
}

// Submission is a roll call, whole.
type Submission struct {
	Class   string `json:"class"`
	Day     string `json:"day" doc:"YYYY-MM-DD"`
	Session string `json:"session" enum:"morning,afternoon,evening"`
	State   string `json:"state,omitempty" enum:"taken,no-class" default:"taken"`
	Base    int    `json:"base,omitempty" minimum:"0" doc:"Version of the sheet that the sender saw; 0 when there was none."`
	Roll    int    `json:"roll,omitempty" minimum:"0" doc:"Number of the roll that the sender saw; 0 when not known."`
	Reason  string `json:"reason,omitempty" maxLength:"200" doc:"Why there is no class, or why an earlier day is corrected."`
	Marks   []Mark `json:"marks" maxItems:"500" doc:"The full set of exceptions."`
}

// Receipt says what was kept.
type Receipt struct {
	Sheet
	Repeated bool    `json:"repeated,omitempty" doc:"This key had been received before; this is what was kept then."`
	Dropped  []id.ID `json:"dropped,omitempty" doc:"Pupils named who are no longer in the class."`
}

type submitIn struct {
	Key   string `header:"Idempotency-Key" required:"true" pattern:"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$" doc:"A UUID of the sender's; the same again gives the first receipt and changes nothing."`
	Match string `header:"If-Match" pattern:"^\"[0-9]+\"$" doc:"ETag of the sheet that the sender saw, the same as base of the body: \"0\" when there was none. When somebody was first it gives 412."`
	Body  Submission
}

type submitOut struct {
	ETag string `header:"ETag" doc:"Of the sheet: its version."`
	Body Receipt
}

func (d *desk) sheets() {
	read(d, route("listSheets", "GET", "/sheets", "Roll calls of a day",
		"What a school has called on a day, and what has not come. Counts only: no names and no causes.", token.ReadSheets), listSheets)
	op := route("submitSheet", "POST", "/sheets", "Call the roll",
		"Keeps a roll call as if it had been sent from a screen. When somebody changed the sheet meanwhile, 409 says so and nothing is lost.", token.WriteSheets)
	op.Errors = append(op.Errors, 409, 412, 423)
	huma.Register(d.api, op, func(ctx context.Context, in *submitIn) (*submitOut, error) {
		c := callOf(ctx)
		out := &submitOut{}
		s, err := submissionOf(in)
		if err == nil {
			err = d.config.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				receipt, err := rollcall.Submit(ctx, tx, c.Who, s)
				out.Body, out.ETag = receiptOf(receipt), fmt.Sprintf(`"%d"`, receipt.Version)
				return err
			})
		}
		if err != nil && in.Match != "" && fault.HasCode(err, "rollcall.conflict") {
			p := problemOf(d, c.Lang, err)
			p.Status, p.Title = http.StatusPreconditionFailed, http.StatusText(http.StatusPreconditionFailed)
			return out, p
		}
		return out, c.problem(d, err)
	})
}

func sheetKey(s Sheet) string { return order(s.Class) + s.Session }

func listSheets(ctx context.Context, tx *store.Tx, c *Call, in *sheetsIn) (page Page[Sheet], err error) {
	school, err := idOf(in.School, "school")
	if err != nil {
		return page, err
	}
	class, err := idOf(in.Class, "class")
	if err != nil {
		return page, err
	}
	on, err := dayOf(in.Day, "day", tx.Today())
	if err != nil {
		return page, err
	}
	if _, err := access.May(ctx, tx, c.Who, access.SeeBoard, access.School(school)); err != nil {
		return page, err
	}
	today, err := rollcall.Today(ctx, tx, c.Who, school, on)
	if err != nil {
		return page, err
	}
	list := []Sheet{}
	for _, row := range today.Classes {
		for _, cell := range row.Sessions {
			s := Sheet{Class: row.Class, Day: on.String(), Session: cell.Verdict.Session.Code(), State: "not-taken"}
			if cell.Sheet != nil {
				s = sheetOf(*cell.Sheet)
			} else if !cell.Missing() {
				continue
			}
			if (class == 0 || s.Class == class) && (in.Session == "" || s.Session == in.Session) && (in.State == "" || s.State == in.State) {
				list = append(list, s)
			}
		}
	}
	slices.SortFunc(list, func(a, b Sheet) int { return strings.Compare(sheetKey(a), sheetKey(b)) })
	return pageOf(in.Paging, list, sheetKey)
}

func sheetOf(s rollcall.Sheet) Sheet {
	return Sheet{s.Class, s.Day.String(), s.Session.Code(), s.State.Code(), s.Version, s.Size, s.Unknown, s.Excused, s.Unexcused, s.Late}
}

func receiptOf(r rollcall.Receipt) Receipt {
	return Receipt{Sheet{r.Class, r.Day.String(), r.Session.Code(), r.State.Code(), r.Version, r.Size, r.Unknown, r.Excused, r.Unexcused, r.Late},
		r.Repeated, r.Dropped}
}

func submissionOf(in *submitIn) (s rollcall.Submission, err error) {
	if s.Class, err = idOf(in.Body.Class, "class"); err != nil {
		return s, err
	}
	if s.Day, err = dayOf(in.Body.Day, "day", day.Day(0)); err != nil {
		return s, err
	}
	if s.Day.IsZero() {
		return s, fault.New(fault.Invalid, "api.day", nil).On("day")
	}
	key, err := hex.DecodeString(strings.ReplaceAll(in.Key, "-", ""))
	if err != nil || len(key) != len(s.Act) {
		return s, fault.New(fault.Invalid, "rollcall.act-missing", nil).On("Idempotency-Key")
	}
	copy(s.Act[:], key)
	s.Session, _ = calendar.ParseSession(in.Body.Session)
	s.State = rollcall.Taken
	if in.Body.State == rollcall.NoClass.Code() {
		s.State = rollcall.NoClass
	}
	s.Roll, s.BaseVersion, s.Reason, s.Device = in.Body.Roll, in.Body.Base, in.Body.Reason, "api"
	if in.Match != "" {
		version, _ := number(strings.Trim(in.Match, `"`))
		if in.Body.Base != 0 && in.Body.Base != version {
			return s, fault.New(fault.Invalid, "api.two-bases", nil).On("If-Match")
		}
		s.BaseVersion = version
	}
	for _, m := range in.Body.Marks {
		pupil, err := idOf(m.Pupil, "marks")
		if err != nil {
			return s, err
		}
		kind, _ := rollcall.ParseKind(m.Kind)
		s.Marks = append(s.Marks, rollcall.Mark{Pupil: pupil, Kind: kind})
	}
	return s, nil
}
