package frame

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
)

// SchoolTabs lead through the pages of a school's pupils; now is the path of this one.
func SchoolTabs(r *door.Request, school id.ID, now string) []ui.Choice {
	var tabs []ui.Choice
	for _, t := range []struct {
		path   string
		action access.Action
	}{{"hoc-sinh", access.SeePupils}, {"tiep-nhan", access.ChangePupils}, {"ho-so-trung", access.ChangePupils}, {"bien-dong", access.SeeBoard}, {"che-do", access.SeeBenefits}, {"so", access.ChangePupils}} {
		if access.MaySomewhere(r.Who, t.action) {
			tabs = append(tabs, ui.Choice{Label: r.T("pupils.tab-" + t.path), URL: SchoolAddress(school) + "/" + t.path, Current: t.path == now})
		}
	}
	return tabs
}

// ClassTabs lead through the pages of a class's pupils that the caller may open; now is the
// path of this one.
func ClassTabs(ctx context.Context, tx *store.Tx, r *door.Request, class id.ID, now string) ([]ui.Choice, error) {
	var tabs []ui.Choice
	for _, t := range []struct {
		path, word string
		action     access.Action
	}{{"hoc-sinh", "pupils.list", access.SeePupils}, {"diem-danh", "pupils.roll", access.TakeRoll}, {"so", "book.tab", access.SeePupils}, {"che-do", "benefit_page.tab", access.SeeBenefits}} {
		if _, err := access.May(ctx, tx, r.Who, t.action, access.Class(class)); err == nil {
			tabs = append(tabs, ui.Choice{Label: r.T(t.word), URL: "/lop/" + class.String() + "/" + t.path, Current: t.path == now})
		} else if !fault.Is(err, fault.Forbidden) {
			return nil, err
		}
	}
	return tabs, nil
}

// Years lead to the school year before and after one, none that has not begun; the address
// of each is the caller's.
func Years(r *door.Request, year int, address func(year int) string) templ.Component {
	var years []ui.Choice
	for _, y := range []int{year - 1, year, year + 1} {
		if y <= r.Today.SchoolYear() || y == year {
			years = append(years, ui.Choice{Label: strconv.Itoa(y) + "–" + strconv.Itoa(y+1), URL: address(y), Current: y == year})
		}
	}
	return ui.Switch(r.T("pupils.year"), years...)
}

// Months lead to the month before and after one, none that has not begun.
func Months(r *door.Request, month day.Day, address string) templ.Component {
	var months []ui.Choice
	for _, m := range []day.Day{month.AddMonths(-1), month, month.AddMonths(1)} {
		if m <= r.Today || m == month {
			months = append(months, ui.Choice{Label: r.T("frame.month", "month", m.Midnight().Format("1/2006")), URL: address + "?thang=" + m.Midnight().Format("2006-01"), Current: m == month})
		}
	}
	return ui.Switch(r.T("frame.months"), months...)
}
