package handout_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/exchange"
	"ralop/internal/store"
	"ralop/internal/text"
	pages "ralop/internal/web/handout"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestListsAreChosenMadeAndFetched(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		son, mai, quan, xuan, hoa := in(apptest.Son), in(apptest.Mai), in(apptest.Quan), in(apptest.Xuan), in(apptest.Hoa)
		her := apptest.PupilName(apptest.Class8A, 9)

		// The desk offers what the person may have, and a short list comes at once.
		son.Get("/truong/501/xuat").Want(t, 200, "Danh sách học sinh", "Điểm danh trong tháng", "CSDL ngành: học sinh").Silent(t, her, "Biểu 02-TH-ĐN")
		xuan.Get("/truong/502/xuat").Want(t, 200, "Biểu 02-TH-ĐN")
		hoa.Get("/truong/501/xuat").Want(t, 403)
		hoa.Get("/lop/602/xuat").Want(t, 200, "CSDL ngành: danh sách lớp").Silent(t, her)
		hoa.Post("/lop/602/xuat", form("kind", "csdl-list", "format", "csv")).Want(t, 200, "STT,Mã định danh Bộ GD&ĐT,Họ tên", her)
		hoa.Post("/lop/601/xuat", form("kind", "csdl-list", "format", "csv")).Want(t, 403)
		hoa.Post("/truong/501/xuat", form("kind", "pupils", "format", "csv")).Want(t, 403).Silent(t, her)
		quan.Get("/truong/501/xuat").Want(t, 200).Silent(t, "CSDL ngành: học sinh", "Biểu 02-TH-ĐN")
		quan.Get("/truong/99999/xuat").Want(t, 404)
		short := son.Post("/truong/501/xuat", form("kind", "pupils", "format", "csv", "s-grade", "6")).Want(t, 200, apptest.PupilName(apptest.Class6A, 3)).Silent(t, her)
		if name := short.Header.Get("Content-Disposition"); !strings.Contains(name, "hoc-sinh-2020-05-29.csv") {
			t.Errorf("the file is called %q", name)
		}
		xuan.Post("/truong/502/xuat", form("kind", "form02", "format", "csv")).Want(t, 200, "37,3.1.,Tổng quy mô,người,15,8,15,8,")
		xuan.Post("/truong/502/xuat", form("kind", "form02", "format", "xlsx")).Want(t, 200, "PK")
		son.Post("/truong/501/xuat", form("kind", "form02", "format", "csv")).Want(t, 422, "không dạy tiểu học")
		son.Post("/truong/501/xuat", form("kind", "pupils", "format", "pdf")).Want(t, 422, "Chọn Excel hoặc CSV")
		son.Post("/truong/501/xuat", form("kind", "month", "format", "csv", "s-month", "13/2020")).Want(t, 422, "Tháng phải có dạng")
		son.Get("/tep-xuat").Want(t, 200, "Chưa có tệp nào", "/truong/501/xuat")

		// What is long to read is ordered: it waits, is made, and is fetched by the one who asked.
		ordered := son.Post("/truong/501/xuat", form("kind", "month", "format", "csv", "s-month", "05/2020")).Want(t, 303)
		file := "/tep-xuat/" + strings.TrimPrefix(ordered.Location, "/tep-xuat?moi=")
		son.Get(ordered.Location).Want(t, 200, "Chờ chuẩn bị", `hx-get="`+file+`"`).Silent(t, her)
		son.Get(file).Want(t, 409, "chưa xong")
		if err := exchange.HandOut(t.Context(), h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		son.Get("/tep-xuat").Want(t, 200, "Đã xong", "Tải về", "30/05/2020").Silent(t, her, "hx-get=\"/tep-xuat/")
		got := son.Get(file).Want(t, 200, her)
		if name := got.Header.Get("Content-Disposition"); !strings.Contains(name, "diem-danh-thang-2020-05-29.csv") {
			t.Errorf("the file is called %q", name)
		}
		mai.Get(file).Want(t, 404).Silent(t, her)
		mai.Post(file+"/xoa", nil).Want(t, 404)
		details := apptest.Query[string](t, h, `SELECT action FROM audit_entry WHERE realm = 1 AND account = 705 ORDER BY id`)
		if all := strings.Join(details, " "); !strings.Contains(all, "export.ask export.made export") {
			t.Errorf("the audit book has %v", details)
		}

		for _, act := range []string{"export.ask", "export.made", "export.delete"} {
			if !text.Has(text.Vietnamese, "people.act-"+act) || !text.Has(text.English, "people.act-"+act) {
				t.Errorf("the audit book has no words for %s", act)
			}
		}

		// Who may not see the list any more does not get it.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE role_grant SET role = 'inspector', scope_kind = 'unit', scope = 99 WHERE realm = 1 AND account = 705`)
			return err
		})
		son.Get(file).Want(t, 403).Silent(t, her)
		son.Post(file+"/xoa", nil).Want(t, 303)
		son.Get(file).Want(t, 404)
	})
}
