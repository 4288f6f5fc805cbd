package student_test

import (
	"context"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
	pages "ralop/internal/web/student"
)

func TestTwoRecordsBecomeOneAndTwoAgain(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan, xuan := in(apptest.Mai), in(apptest.Lan), in(apptest.Xuan)
		one, other := apptest.Pupil(apptest.Class8A, 7), apptest.Pupil(apptest.Class8B, 3)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE pupil SET name = $3, name_fold = 'giang a do', born = $4, sex = 'M', national_id = '' WHERE realm = $1 AND id IN ($2)`, apptest.Realm, store.In([]id.ID{one, other}), "Giàng A Đô", day.MustParse("2007-02-03"))
			return err
		})
		if _, err := student.FindDuplicates(t.Context(), h.Store, apptest.Realm, nil); err != nil {
			t.Fatal(err)
		}
		pair := "/ho-so-trung/" + one.String() + "/" + other.String()
		mai.Get("/truong/501/ho-so-trung").Want(t, 200, "Giàng A Đô", "cùng họ tên; cùng ngày sinh", `href="`+pair+`"`)
		mai.Get("/ho-so-trung?tep=csv").Want(t, 200, "Giàng A Đô, 03/02/2007")
		xuan.Get("/ho-so-trung").Want(t, 200).Silent(t, "Giàng A Đô")
		lan.Get(pair).Want(t, 404).Silent(t, "Giàng")
		lan.Get("/truong/501/ho-so-trung").Want(t, 403)
		page := mai.Get(pair).Want(t, 200, "So sánh hai hồ sơ", "Gộp hai hồ sơ", "Quá trình nào đúng?")
		page.Silent(t, "1100602007")
		mai.Post(pair+"/khac", form("why", "")).Want(t, 422, "lý do")
		so := "so-" + apptest.Enrolment(apptest.Class8A, 7).String() + "-" + apptest.Enrolment(apptest.Class8B, 3).String()
		mai.Post(pair+"/gop", form("keep", one.String(), "version_one", "1", "version_other", "1")).Want(t, 422, "Hãy chọn quá trình học nào đúng")
		fields := form("keep", one.String(), "version_one", "1", "version_other", "1", "take-code", other.String(), so, apptest.Enrolment(apptest.Class8B, 3).String())
		lan.Post(pair+"/gop", fields).Want(t, 403)
		if got := mai.Post(pair+"/gop", fields); got.Status != 303 || !strings.HasPrefix(got.Location, "/hoc-sinh/"+one.String()) {
			t.Fatalf("merging answers %d %q", got.Status, got.Location)
		}
		if got := mai.Get("/hoc-sinh/" + other.String()); got.Status != 303 || got.Location != "/hoc-sinh/"+one.String() {
			t.Errorf("the old link answers %d %q", got.Status, got.Location)
		}
		lan.Get("/hoc-sinh/"+other.String()).Want(t, 403)
		mai.Get("/hoc-sinh/"+one.String()).Want(t, 200, "Đang học lớp 8B", "Hồ sơ đã gộp vào đây")
		merge := apptest.Query[id.ID](t, h, `SELECT id FROM pupil_merge WHERE realm = 1`)[0].String()
		lan.Get("/hoc-sinh/"+one.String()+"/tach/"+merge).Want(t, 403)
		mai.Get("/hoc-sinh/"+one.String()+"/tach/12345").Want(t, 404)
		mai.Get("/hoc-sinh/"+one.String()+"/tach/"+merge).Want(t, 200, "Hai hồ sơ trở lại đúng như trước khi gộp.")
		mai.Post("/hoc-sinh/"+one.String()+"/tach/"+merge, nil).Want(t, 303)
		mai.Get("/hoc-sinh/"+one.String()).Want(t, 200, "Đang học lớp 8A")
		mai.Get("/hoc-sinh/"+other.String()).Want(t, 200, "Đang học lớp 8B")
	})
}

func TestTheDossierTravelsAndTheWrongChildGoesBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan, xuan := in(apptest.Mai), in(apptest.Lan), in(apptest.Xuan)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE class SET grades = '8 9' WHERE realm = $1 AND id = $2`, apptest.Realm, apptest.Class9A)
			return err
		})
		pupil, name := apptest.Pupil(apptest.Class8A, 9), apptest.PupilName(apptest.Class8A, 9)
		n := pupil.String()
		mai.Post("/hoc-sinh/"+n+"/chuyen-truong", form("version", "1", "to", "503", "from", "2020-05-25")).Want(t, 303)
		mai.Get("/truong/501/tiep-nhan").Want(t, 200, name, "Trả lời trước hết ngày 03/06/2020")
		lan.Get("/truong/503/tiep-nhan").Want(t, 200, name, "Trả lời trước hết ngày 03/06/2020", "Xem hồ sơ kèm theo")
		offer := apptest.Query[id.ID](t, h, `SELECT id FROM transfer_offer WHERE realm = 1`)[0].String()
		phone := apptest.Query[string](t, h, `SELECT phone FROM guardian WHERE realm = 1 AND pupil = $1`, pupil)[0]
		at := "/truong/503/tiep-nhan/" + offer
		lan.Get(at).Want(t, 200, name, "Lò Thị Mẹ", "Trường PTDTBT THCS Mường Mùn").Silent(t, phone)
		lan.Get("/hoc-sinh/"+n).Want(t, 403)
		xuan.Get(at).Want(t, 403).Silent(t, name)
		xuan.Get("/truong/502/tiep-nhan/"+offer).Want(t, 404).Silent(t, name)
		lan.Post("/truong/503/tiep-nhan", form("pupil", n, "grade", "8", "class-"+n, "606", "from-"+n, "2020-05-26", "act", "accept")).Want(t, 303)
		lan.Get("/truong/503/tiep-nhan").Want(t, 200, "Đã tiếp nhận", `href="`+at+`"`)
		lan.Get(at).Want(t, 200, "Hủy tiếp nhận")
		lan.Post(at, form("why", "")).Want(t, 422, "lý do")
		lan.Post(at, form("why", "nhầm em cùng tên")).Want(t, 303)
		lan.Get("/truong/503/tiep-nhan").Want(t, 200, "Chờ trường mình tiếp nhận", name)
		lan.Post("/truong/503/tiep-nhan", form("pupil", n, "reason-"+n, "không phải em này", "act", "refuse")).Want(t, 303)
		mai.Get("/truong/501/tiep-nhan").Want(t, 200, "Không tiếp nhận", "không phải em này")
		mai.Get("/hoc-sinh/"+n).Want(t, 200, "Đang học lớp 8A")
	})
}
