package help_test

import (
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/web/help"
)

func TestHelpOpensAtOnesOwnRole(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, help.Routes()...)
		quan := in(apptest.Quan)
		page := quan.Get("/tro-giup").Want(t, 200, "Quản trị viên mặc nhiên không xem được học sinh")
		if n := strings.Count(page.Body, "<details class=\"more\" open"); n != 1 {
			t.Errorf("%d guides are open", n)
		}
		quan.Get("/quyen-rieng").Want(t, 200, "91/2025/QH15")
	})
}
