package device_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/device"
	"ralop/internal/store"
	pages "ralop/internal/web/device"
)

const phone = "0b1f9f6e-6c1c-4f3e-9d6a-0a2b3c4d5e6f"

func register(t *testing.T, h *apptest.House, p apptest.Person, name string) (r device.Registered) {
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = device.Register(ctx, tx, p.Who(), device.Registration{Device: name, Label: "chrome/android"})
		return err
	})
	return r
}

func TestMyPhones(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, pages.Routes()...)
		hoa := enter(apptest.Hoa)
		hoa.Get(pages.MineAddress).Want(t, 200, "Chưa dùng ứng dụng trên máy nào", "/lop/")
		register(t, h, apptest.Hoa, phone)
		hoa.Get(pages.MineAddress).Want(t, 200, "Chrome – Android", "Đang dùng", "Đăng xuất máy này", phone)
		form := url.Values{"device": {phone}}
		hoa.Post(pages.MineAddress+"/dang-xuat", form).Want(t, 303)
		hoa.Get(pages.MineAddress).Want(t, 200, "Sẽ đăng xuất", "gửi nốt dữ liệu rồi xóa")
		hoa.Post(pages.MineAddress+"/chan", form).Want(t, 303)
		hoa.Get(pages.MineAddress).Want(t, 200, "Đã chặn", "Bỏ chặn")
		hoa.Post(pages.MineAddress+"/bo-chan", form).Want(t, 303)
		hoa.Get(pages.MineAddress).Want(t, 200, "Đã đăng xuất")
		// Somebody else's phone is nobody's to see or to sign out.
		binh := enter(apptest.Binh)
		binh.Get(pages.MineAddress).Want(t, 200).Silent(t, phone)
		binh.Post(pages.MineAddress+"/dang-xuat", form).Want(t, 404)
		form.Set("account", apptest.Hoa.Account.String())
		for _, p := range []apptest.Person{apptest.Binh, apptest.Lan, apptest.Thuong, apptest.Pao} {
			enter(p).Post(pages.MineAddress+"/chan", form).Want(t, 403)
		}
		form.Set("return", "/truong/501/may")
		if got := enter(apptest.Mai).Post(pages.MineAddress+"/chan", form).Want(t, 303); got.Location != "/truong/501/may" {
			t.Errorf("the clerk is led to %s", got.Location)
		}
		hoa.Get(pages.MineAddress).Want(t, 200, "Đã chặn")
	})
}

func TestQuietPhonesOfAPlace(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, pages.Routes()...)
		register(t, h, apptest.Hoa, phone)
		son, thuong := enter(apptest.Son), enter(apptest.Thuong)
		son.Get("/truong/501/may").Want(t, 200, "Không có máy nào im lặng", "3 người điểm danh, 1 người dùng ứng dụng").Silent(t, "Lò Thị Hoa")
		h.Clock.Advance(30 * time.Hour)
		son.Get("/truong/501/may").Want(t, 200, "Lò Thị Hoa", "8A", "sáng 29/5", "/truong/501/hom-nay?ngay=2020-05-29", "và ", "Chặn máy")
		son.Get("/truong/501/may?so-ngay=3").Want(t, 200, "Không có máy nào im lặng")
		h.Clock.Advance(60 * time.Hour)
		for _, address := range []string{"/don-vi/3268/may?so-ngay=3", "/don-vi/99/may"} {
			visitor := thuong
			if strings.Contains(address, "/99/") {
				visitor = enter(apptest.Huong)
			}
			visitor.Get(address).Want(t, 200, "Lò Thị Hoa", "PTDTBT THCS Mường Mùn", "8A").Silent(t, "Chặn máy", apptest.PupilName(apptest.Class8A, 1))
		}
		got := thuong.Get("/don-vi/3268/may.csv?so-ngay=3").Want(t, 200, "Lò Thị Hoa", "sáng 29/5")
		if strings.Contains(got.Header.Get("Content-Disposition"), "Hoa") {
			t.Error("the file's name names somebody")
		}
		if got := enter(apptest.Mai).Get(pages.HealthAddress); got.Location != "/truong/501/may" {
			t.Errorf("the clerk is led to %s", got.Location)
		}
		for address, people := range map[string][]apptest.Person{
			"/truong/501/may": {apptest.Hoa, apptest.Lan, apptest.Nhung, apptest.Pao}, "/don-vi/3268/may": {apptest.Son, apptest.Nhung}, pages.HealthAddress: {apptest.Hoa, apptest.Pao},
		} {
			for _, p := range people {
				enter(p).Get(address).Want(t, 403).Silent(t, "Chrome – Android")
			}
		}
		enter(apptest.Quan).Get("/don-vi/11/may").Want(t, 200, "Điểm danh bằng tin nhắn", "Chưa đặt mã bí mật")
		enter(apptest.Quan).Post(pages.HealthAddress+"/tin-nhan", nil).Want(t, 200, "chỉ hiện một lần", "Đã đặt mã bí mật")
		son.Post(pages.HealthAddress+"/tin-nhan", nil).Want(t, 403)
	})
}

func TestHandingInAFile(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, pages.Routes()...)
		r := register(t, h, apptest.Hoa, phone)
		lan := enter(apptest.Lan) // of another school: she only carries it
		lan.Get(pages.HandInAddress).Want(t, 200, "mã hóa", "Tệp từ ứng dụng")
		lan.Upload(pages.HandInAddress, "x.json", []byte(`{"some":"file"}`), nil).Want(t, 422, "không phải là tệp")
		file := fileOf(t, r, apptest.Hoa, "602", "601")
		lan.Upload(pages.HandInAddress, "chua-gui.json", file, nil).Want(t, 200, "1 mới nhận", "1 không được nhận", "Đã nhận 07:00").Silent(t, "8A", apptest.PupilName(apptest.Class8A, 1))
		lan.Upload(pages.HandInAddress, "chua-gui.json", file, nil).Want(t, 200, "0 mới nhận, 1 đã nhận từ trước")
		enter(apptest.Hoa).Get(pages.MineAddress).Want(t, 200, "Không được nhận", "Điểm danh", "sáng 29/5")
		enter(apptest.Son).Get("/truong/501/may").Want(t, 200, "Lần ghi không được nhận", "Lò Thị Hoa")
	})
}
