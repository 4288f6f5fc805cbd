package e2e

import (
	"strings"
	"testing"

	"ralop/internal/store"
)

// Children, places, calendars and imports, looked at by those who use them.
func TestPagesOfChildrenAndPlaces(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	href := func(p *Page, selector string) string {
		return h.URL + Eval[string](p, `document.querySelector(`+quote(selector)+`).getAttribute("href")`)
	}

	clerk := NewPage(t, Desktop, Light)
	clerk.Enter(h, "clerk")
	clerk.Go(h.URL + "/hoc-sinh")
	school := strings.TrimSuffix(clerk.Address(), "/hoc-sinh")
	clerk.Look("pupils-school", school+"/hoc-sinh")
	pupil := href(clerk, `tbody a[href^="/hoc-sinh/"]`)
	clerk.Look("pupil", pupil)
	clerk.Look("pupil-change", pupil+"/sua")
	clerk.Look("pupil-leave", pupil+"/thoi-hoc")
	clerk.Look("transfers", school+"/tiep-nhan")
	clerk.Look("ledger", school+"/bien-dong")
	clerk.Look("school", school)
	clerk.Look("class-open", school+"/lop-moi")
	clerk.Look("calendar-month", school+"/lich")
	clerk.Look("calendar-week", school+"/lich?xem=tuan")
	clerk.Look("calendar-declare", school+"/lich/khai-bao")
	clerk.Look("timetable", school+"/lich/thoi-khoa-bieu")
	clerk.Look("import", school+"/nhap-hoc-sinh")
	clerk.Look("find", h.URL+"/tim?q=nguyen")
	clerk.Look("help", h.URL+"/tro-giup")
	clerk.Look("privacy", h.URL+"/quyen-rieng")
	clerk.Look("manage-places", h.URL+"/quan-tri/dia-ban")

	village := NewPage(t, Phone, Light)
	village.Enter(h, "village")
	village.Go(h.URL + "/hoc-sinh")
	village.Look("village", village.Address())

	admin := NewPage(t, Desktop, Light)
	admin.Enter(h, "admin")
	admin.Go(h.URL + "/don-vi")
	admin.Look("unit-top", admin.Address())
	admin.Look("unit", href(admin, `tbody a[href^="/don-vi/"]`))
	admin.Look("lists", h.URL+"/quan-tri/nhap")
}
