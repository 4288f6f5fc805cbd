package token_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/store"
	"ralop/internal/token"
	pages "ralop/internal/web/token"
	"ralop/internal/webhook"
)

func TestMyTokens(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, pages.Routes()...)
		son := enter(apptest.Son)
		son.Get(pages.MineAddress).Want(t, 200, "Chưa có mã truy cập", "Chưa có webhook", "pupils.read", "sheet.received", "/api/")
		// The administrator calls no roll and sees no pupil: scopes and events for that are not offered.
		enter(apptest.Quan).Get(pages.MineAddress).Want(t, 200, "places.read").Silent(t, "sheets.write", "pupils.read", "case.opened")

		form := url.Values{"form": {"ma"}, "label": {"Thời khóa biểu"}, "scopes": {"pupils.read", "places.read"}, "days": {"400"}}
		son.Post(pages.MineAddress+"/ma", form).Want(t, 422, "Thời hạn từ 1 đến 366 ngày", "Thời khóa biểu")
		form.Set("days", "30")
		made := son.Post(pages.MineAddress+"/ma", form).Want(t, 200, "Chỉ hiện một lần này", "28/06/2020")
		secret := regexp.MustCompile(`ralop_1_[A-Za-z0-9_-]{43}`).FindString(made.Body)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			c, err := token.Find(ctx, tx, secret)
			if err != nil || c.Who.Account != apptest.Son.Account || c.Token.Scopes != "places.read pupils.read" {
				t.Errorf("the secret of the page: %+v, %v", c.Token, err)
			}
			return nil
		})
		son.Get(pages.MineAddress).Want(t, 200, "Thời khóa biểu", "đang dùng", "chưa dùng", "Thu hồi", "Đến 28/06/2020").Silent(t, secret, secret[10:])
		number := apptest.Query[string](t, h, `SELECT CAST(id AS TEXT) FROM api_token WHERE realm = 1`)[0]
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Lan, apptest.Thuong} {
			enter(p).Post(pages.MineAddress+"/ma/"+number+"/thu-hoi", nil).Want(t, 403)
			enter(p).Get(pages.MineAddress).Want(t, 200).Silent(t, "Thời khóa biểu")
		}
		son.Post(pages.MineAddress+"/ma/5/thu-hoi", nil).Want(t, 404)
		enter(apptest.Quan).Get(pages.ManageAddress).Want(t, 200, "Thời khóa biểu", "Của Trần Văn Sơn")
		if got := enter(apptest.Quan).Post(pages.MineAddress+"/ma/"+number+"/thu-hoi", url.Values{"return": {pages.ManageAddress}}).Want(t, 303); got.Location != pages.ManageAddress {
			t.Errorf("led to %s", got.Location)
		}
		son.Get(pages.MineAddress).Want(t, 200, "đã thu hồi")
	})
}

func TestMyWebhooks(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, pages.Routes()...)
		son, quan := enter(apptest.Son), enter(apptest.Quan)
		form := url.Values{"form": {"webhook"}, "name": {"Bảng tin"}, "url": {"https://10.2.3.4/x?khoa=bi-mat"}, "events": {"sheet.received"}}
		son.Post(pages.MineAddress+"/webhook", form).Want(t, 422, "mạng nội bộ", "Bảng tin", "10.2.3.4")
		quan.Post(pages.ManageAddress+"/may-chu", url.Values{"hosts": {"http://x"}}).Want(t, 422, "không phải tên máy chủ")
		quan.Post(pages.ManageAddress+"/may-chu", url.Values{"hosts": {"10.2.3.4\r\nsmas.noi-bo"}}).Want(t, 303)
		quan.Get(pages.ManageAddress).Want(t, 200, "smas.noi-bo")
		for _, p := range []apptest.Person{apptest.Son, apptest.Huong} {
			enter(p).Get(pages.ManageAddress).Want(t, 403)
			enter(p).Post(pages.ManageAddress+"/may-chu", url.Values{"hosts": {"a"}}).Want(t, 403)
		}
		made := son.Post(pages.MineAddress+"/webhook", form).Want(t, 200, "whsec_", "Chỉ hiện một lần này")
		if made.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the page with the secret may be kept: %s", made.Header.Get("Cache-Control"))
		}
		number := apptest.Query[string](t, h, `SELECT CAST(id AS TEXT) FROM webhook WHERE realm = 1`)[0]
		address := pages.MineAddress + "/webhook/" + number
		if webhook.Page != pages.MineAddress+"/webhook/" {
			t.Errorf("notices lead to %s", webhook.Page)
		}
		son.Get(address).Want(t, 200, "bi-mat", "Gửi thử", "Chưa gửi gì").Silent(t, "whsec_")
		quan.Get(address).Want(t, 200, "10.2.3.4").Silent(t, "bi-mat", "whsec_") // the path may hold a key
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Lan} {
			enter(p).Get(address).Want(t, 404)
			for _, act := range []string{"/gui-thu", "/gui-lai", "/ket-thuc", "/5/gui-lai"} {
				enter(p).Post(address+act, nil).Want(t, 404)
			}
		}
		son.Post(address+"/gui-thu", nil).Want(t, 303)
		son.Get(address).Want(t, 200, "Gửi thử", "đang chờ").Silent(t, ">Gửi lại<")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE webhook_delivery SET state = 'dead', tries = 8, status = 503, error = 'status', ended_at = $1`, tx.Now())
			return err
		})
		page := son.Get(address).Want(t, 200, "đã thôi gửi", "503 – bên nhận từ chối", "Gửi lại những gì đã thôi gửi", "8 lần gửi")
		replay := regexp.MustCompile(regexp.QuoteMeta(address) + `/\d+/gui-lai`).FindString(page.Body)
		son.Post(replay, nil).Want(t, 303)
		son.Get(address).Want(t, 200, "đang chờ")
		quan.Get(pages.ManageAddress).Want(t, 200, "Bảng tin", "đang chờ: 1")
		quan.Post(address+"/ket-thuc", nil).Want(t, 303)
		son.Get(address).Want(t, 200, "đã kết thúc", "đã bỏ").Silent(t, "Gửi thử</button>")
		son.Post(address+"/gui-thu", nil).Want(t, 409)
		if strings.Count(son.Get(pages.MineAddress).Want(t, 200, "đã kết thúc").Body, "10.2.3.4") != 1 {
			t.Error("the list does not say where it led")
		}
	})
}
