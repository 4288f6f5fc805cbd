package exchange_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/student"
	"ralop/internal/transfer"
	pages "ralop/internal/web/exchange"
)

// The archive of a transfer comes in at the desk with its password, and needs no mapping.
func TestALockedFileIsOpenedAtTheDesk(t *testing.T) {
	const password, name = "ABCD-EFGH-IJKL-MNOP-QRST", "Vừ Thị Chuyển"
	var locked bytes.Buffer
	err := exchange.WriteArchive(&locked, transfer.Archive{Child: student.Exported{ListedPupil: student.ListedPupil{Name: name, Grade: "8", ClassName: "8A"}, Village: "Bản Lúm",
		Person: student.Person{Name: name, Sex: "F", Born: day.MustParse("2006-03-04"), Code: "1199999911", Ethnicity: "mong"}}}, "", password)
	if err != nil {
		t.Fatal(err)
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Doors(t, h, pages.Routes()...)(apptest.Mai)
		mai.Get(desk).Want(t, 200, "Mật khẩu của tệp")
		send := func(given string) apptest.Got {
			return mai.Upload(desk, "ho-so-chuyen-truong.xlsx", locked.Bytes(), url.Values{"kind": {"students"}, "password": {given}})
		}
		send("").Want(t, 422, "có mật khẩu")
		send("ABCD-EFGH-IJKL-MNOP-QRSA").Want(t, 422, "Mật khẩu không mở được").Silent(t, "QRSA")
		if kept := apptest.Query[int](t, h, `SELECT COUNT(*) FROM intake_run WHERE realm = 1`)[0]; kept != 0 {
			t.Errorf("%d refused files were kept", kept)
		}
		at := send(password).Want(t, 303).Location
		mai.Post(at+"/cot", formOf(mai.Get(at).Want(t, 200, "Theo tiêu đề", name).Body)).Want(t, 303)
		until(t, mai, at, "Chờ đồng ý")
		mai.Get(at+"/bang?xem=new").Want(t, 200, name)
		for _, detail := range apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1`) {
			if strings.Contains(detail, password) {
				t.Errorf("the audit book holds the password: %s", detail)
			}
		}
	})
}
