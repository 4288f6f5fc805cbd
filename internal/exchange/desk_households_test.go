package exchange_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/household"
	"ralop/internal/intake"
	"ralop/internal/store"
)

func TestHouseholdsAtTheDesk(t *testing.T) {
	class := apptest.Classes[0] // its odd numbers live in Bản Lúm
	pupil := apptest.PupilName(class.ID, 1)
	content := "PHIẾU ĐIỀU TRA PHỔ CẬP GIÁO DỤC;;;;;;;;;\n" +
		"Số phiếu;Chủ hộ;Thôn/bản;Họ và tên;Quan hệ với chủ hộ;Ngày sinh;Giới tính;Tình trạng học;Lớp;Trường\n" +
		"12;Lò Văn Cha;Bản Lúm;Lò Văn Cha;Chủ hộ;1980;Nam;;;\n" +
		fmt.Sprintf(";;;%s;Con;%s;Nữ;Đang học;6;THCS Mường Mùn\n", pupil, bornIn6A(1).Vietnamese()) +
		";;;Lò Thị Nhỏ;Con;2012;Nữ;Bỏ học;1;\n" +
		";;;Lò Văn Xa;Con;05/03/2009;Nam;Đang học;5;Trường ở tỉnh khác\n" +
		"13;Quàng Thị Mẹ;Bản Lúm;Quàng Thị Mẹ;Chủ hộ;1985;Nữ;;;\n" +
		";;;Quàng Văn Tật;Con;2010;Nam;Chưa đi học;;\n" +
		"14;Vừ A Khác;Bản Phiêng Pi;Vừ A Khác;Chủ hộ;1970;Nam;;;\n" +
		"15;Không Năm;Bản Lúm;Không Năm;Chủ hộ;;Nam;;;\n"
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Thuong.Who(), intake.Place{Kind: string(access.UnitKind), ID: apptest.MuongMun}}
		before := d.rows("household", "household_person")
		run := d.plan("households", "phieu.csv", content, nil)
		if got := d.said(run, intake.Refused); !slices.Equal(got, []string{"9 org.no-unit", "10 household.no-birth"}) || run.Counts.New != 6 {
			t.Fatalf("%+v, refused %v", run.Counts, got)
		}
		if got := d.said(run, intake.Note); !slices.Equal(got, []string{"5 household.outside", "6 household.unknown-pupil", "8 household.outside"}) {
			t.Errorf("notes %v", got)
		}
		run = d.commit(run)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for _, p := range apptest.Everyone {
				children, _, err := household.Outside(ctx, tx, p.Who(), apptest.BanLum, 0)
				if sees := p.Login == "thuong" || p.Login == "chu"; sees != (err == nil) {
					t.Errorf("%s: %v", p.Login, err)
				} else if sees && (len(children) != 3 || children[0].Name != "Lò Thị Nhỏ" || children[0].Elsewhere() || !children[1].Elsewhere() || children[0].Number != "12") {
					t.Errorf("%+v", children)
				}
			}
			return nil
		})
		linked := apptest.Query[struct{ N int }](t, h, "SELECT COUNT(*) FROM household_person WHERE realm = $1 AND pupil = $2", apptest.Realm, apptest.Pupil(class.ID, 1))
		if linked[0].N != 1 {
			t.Errorf("%d persons are pupil 1 of 6A", linked[0].N)
		}
		good := strings.Join(strings.Split(content, "\n")[:8], "\n") + "\n"
		d.unchanged("households", "phieu.csv", good, nil)
		later := d.commit(d.plan("households", "phieu-2.csv", strings.Replace(good, "2012;Nữ;Bỏ học;1;", "2012;Nữ;Đang học;2;", 1), nil))
		if later.Counts.Changed != 1 || later.Counts.Same != 5 {
			t.Errorf("%+v", later.Counts)
		}
		d.undo(later)
		d.undo(run)
		if after := d.rows("household", "household_person"); after != before {
			t.Errorf("after the undo\n%s\nwant\n%s", after, before)
		}
		for _, p := range []apptest.Person{apptest.Mai, apptest.Nhung, apptest.Pao, apptest.Quan} {
			_, err := exchange.Upload(t.Context(), h.Store, p.Who(), exchange.UploadIn{Kind: "households", Place: d.place, Name: "x.csv", Content: strings.NewReader(content)})
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", p.Login, err)
			}
		}
	})
}
