package notify_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/notify"
	"ralop/internal/store"
	web "ralop/internal/web/notify"
)

func tell(t *testing.T, h *apptest.House, to apptest.Person, key string, urgent bool) {
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		return notify.Enqueue(ctx, tx, notify.Message{Realm: apptest.Realm, To: notify.Recipient{Account: to.Account}, Code: "notify.test", Key: key, Link: "/van-dong/5", Urgent: urgent})
	})
}

func TestEverybodyReadsHerOwnNotices(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, web.Routes()...)
		hoa, pao := enter(apptest.Hoa), enter(apptest.Pao)
		hoa.Get("/thong-bao").Want(t, 200, "Chưa có thông báo nào")
		tell(t, h, apptest.Hoa, "a", true)
		tell(t, h, apptest.Hoa, "b", false)
		if got := hoa.Get("/thong-bao/so").Want(t, 200); got.Body != "2" {
			t.Errorf("the bell says %q", got.Body)
		}
		if got := pao.Get("/thong-bao/so").Want(t, 200); got.Body != "" {
			t.Errorf("his bell says %q", got.Body)
		}
		page := hoa.Get("/thong-bao").Want(t, 200, "Thông báo thử từ Ra Lớp", "Cần làm ngay", "Mới")
		link := regexp.MustCompile(`/thong-bao/mo/\d+`).FindString(page.Body)
		pao.Get(link).Want(t, 404)
		if got := hoa.Get(link).Want(t, 303); got.Location != "/van-dong/5" {
			t.Errorf("the notice leads to %q", got.Location)
		}
		if got := hoa.Get("/thong-bao/so"); got.Body != "1" {
			t.Errorf("after reading one the bell says %q", got.Body)
		}
		latest := regexp.MustCompile(`name="den" value="(\d+)"`).FindStringSubmatch(page.Body)[1]
		hoa.Post("/thong-bao/da-xem", url.Values{"den": {latest}}).Want(t, 303)
		if got := hoa.Get("/thong-bao/so"); got.Body != "" {
			t.Errorf("after reading all the bell says %q", got.Body)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { return notify.Withdraw(ctx, tx, apptest.Realm, "a") })
		hoa.Get("/thong-bao").Want(t, 200, "Không còn hiệu lực")
	})
}

func TestWishesAreKeptAndShownAgain(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		hoa := apptest.Doors(t, h, web.Routes()...)(apptest.Hoa)
		hoa.Get("/thong-bao/cach-nhan").Want(t, 200, "Giờ gửi thư mỗi ngày", `value="06:30"`, "data-push-key=", "/thong-bao/push.js")
		form := url.Values{"mail": {"each"}, "sms": {"1"}, "digest-at": {"5:45"}, "quiet-from": {"20:00"}, "quiet-until": {"5:30"}}
		hoa.Post("/thong-bao/cach-nhan", form).Want(t, 303)
		hoa.Get("/thong-bao/cach-nhan?xong=1").Want(t, 200, `value="05:45"`, `value="20:00"`, "Đã lưu cách nhận")
		form.Set("quiet-from", "hai giờ")
		hoa.Post("/thong-bao/cach-nhan", form).Want(t, 422, "Giờ phải có dạng 6:30", `value="hai giờ"`, `value="05:45"`)
		hoa.Post("/thong-bao/may", url.Values{"endpoint": {"http://trong-nha/1"}}).Want(t, 422)
		if got := hoa.Get("/thong-bao/sw.js").Want(t, 200, "showNotification"); !strings.HasPrefix(got.Header.Get("Content-Type"), "text/javascript") {
			t.Errorf("the worker is %s", got.Header.Get("Content-Type"))
		}
	})
}

func TestTheAdministratorSeesWhatWasSent(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, web.Routes()...)
		quan, hoa := enter(apptest.Quan), enter(apptest.Hoa)
		for _, address := range []string{web.BoardAddress, web.BoardAddress + ".csv", web.SettingsAddress} {
			hoa.Get(address).Want(t, 403)
		}
		hoa.Post(web.SettingsAddress, url.Values{}).Want(t, 403)
		hoa.Post(web.BoardAddress+"/thu", nil).Want(t, 403)
		quan.Get(web.BoardAddress).Want(t, 200, "Chưa có lần gửi nào")
		box := apptest.OpenMailbox(t, nil)
		form := url.Values{"address": {"https://ralop.example.vn/"}, "mail-host": {box.Host}, "mail-port": {"x"}, "mail-tls": {"none"}, "mail-from": {"ralop@example.vn"}, "mail-password": {"rất bí mật"}, "sms-method": {"POST"}, "sms-kind": {"json"}}
		quan.Post(web.SettingsAddress, form).Want(t, 422, "Cổng phải từ 1 đến 65535", `value="https://ralop.example.vn/"`)
		form.Set("mail-port", "25")
		quan.Post(web.SettingsAddress, form).Want(t, 303)
		quan.Get(web.SettingsAddress).Want(t, 200, notify.Masked, "Đã có và được che").Silent(t, "rất bí mật")
		quan.Post(web.BoardAddress+"/thu", nil).Want(t, 303)
		tell(t, h, apptest.Hoa, "a", true)
		quan.Get(web.BoardAddress).Want(t, 200, "Đang chờ", apptest.Quan.Name, apptest.Hoa.Name, "Thư điện tử")
		quan.Get(web.BoardAddress+"?tinh-trang=dead").Want(t, 200, "Chưa có lần gửi nào")
		quan.Get(web.BoardAddress+".csv").Want(t, 200, apptest.Hoa.Name)
	})
}
