package warning_test

import (
	"context"
	"encoding/binary"
	"net/url"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/warning"
	web "ralop/internal/web/warning"
)

// tell calls the mornings of 8A and 9A of the last week: numbers 1 and 9 of 8A are away
// for three days, all five of Bản Phiêng Pi on the last.
func tell(t *testing.T, h *apptest.House) {
	t.Helper()
	n := uint64(0)
	for i, on := range []string{"2020-05-25", "2020-05-26", "2020-05-27", "2020-05-28"} {
		for _, class := range []id.ID{apptest.Class8A, apptest.Class9A} {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				d := day.MustParse(on)
				list, err := student.RollOn(ctx, tx, apptest.Realm, class, d)
				if err != nil {
					return err
				}
				s := rollcall.Submission{Class: class, Day: d, Session: calendar.Morning, Roll: list.Number, State: rollcall.Taken, TakenAt: tx.Now()}
				n++
				binary.BigEndian.PutUint64(s.Act[:8], n)
				mark := func(number int) {
					s.Marks = append(s.Marks, rollcall.Mark{Pupil: apptest.Pupil(class, number), Kind: rollcall.Unexcused})
				}
				if class == apptest.Class8A && i > 0 {
					mark(9)
				}
				if class == apptest.Class8A && i == 3 {
					for number := 1; number <= 5; number++ {
						mark(number)
					}
				}
				_, err = rollcall.Submit(ctx, tx, access.System(apptest.Realm), s)
				return err
			})
		}
	}
	if _, err := warning.Nightly(t.Context(), h.Store, apptest.Realm); err != nil {
		t.Fatal(err)
	}
}

func signalOf(t *testing.T, h *apptest.House, pupil id.ID) warning.Signal {
	t.Helper()
	var all []warning.Signal
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = warning.SignalsOf(ctx, tx, apptest.Realm, pupil)
		return err
	})
	if len(all) == 0 {
		t.Fatal("there is no signal")
	}
	return all[0]
}

func TestEachSeesWhatSheAnswersFor(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		tell(t, h)
		enter := apptest.Doors(t, h, web.Routes()...)
		away, boarder := apptest.PupilName(apptest.Class8A, 9), apptest.PupilName(apptest.Class8A, 1)
		// The homeroom teacher: her class, by name.
		hoa := enter(apptest.Hoa)
		if got := hoa.Get("/canh-bao"); got.Location != "/lop/602/can-quan-tam" {
			t.Errorf("the teacher of one class is led to %q", got.Location)
		}
		hoa.Get("/lop/602/can-quan-tam").Want(t, 200, away, "Vắng 3 ngày liền từ 26/5, không phép", "Đến thăm nhà", boarder, "đã có một cảnh báo chung")
		hoa.Get("/lop/606/can-quan-tam").Want(t, 403)
		// The school: one line for the village, the child of three days by name.
		enter(apptest.Mai).Get("/truong/501/canh-bao").Want(t, 200, away, "Bản Phiêng Pi", "5 em cùng bản vắng", "Lớp chưa điểm danh").Silent(t, boarder+"<")
		// Where the children live: the village head sees hers, who learn elsewhere.
		pao := enter(apptest.Pao)
		pao.Get("/noi-o/32831/canh-bao").Want(t, 200, "5 em cùng bản vắng").Silent(t, away)
		pao.Get("/noi-o/3268/canh-bao").Want(t, 403)
		// The district: numbers.
		huong := enter(apptest.Huong)
		huong.Get("/don-vi/99/canh-bao").Want(t, 200, "PTDTBT THCS Mường Mùn").Silent(t, away, boarder)
		huong.Get("/truong/501/canh-bao").Want(t, 200, "Bạn xem được số lượng", "Vắng nhiều ngày liền").Silent(t, away, boarder)
		huong.Get("/truong/501/canh-bao?tep=csv").Want(t, 404).Silent(t, away)
		// Filters, and the file.
		mai := enter(apptest.Mai)
		mai.Get("/truong/501/canh-bao?buoc=visit").Want(t, 200, away).Silent(t, "5 em cùng bản vắng")
		mai.Get("/truong/501/canh-bao?quy-tac=village-cluster").Want(t, 200, "5 em cùng bản vắng").Silent(t, away)
		mai.Get("/truong/501/canh-bao?quy-tac=nothing").Want(t, 422)
		mai.Get("/truong/501/canh-bao?tep=csv").Want(t, 200, away, "Vắng 3 ngày liền")
	})
}

func TestOneSignalShowsItsEvidence(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		tell(t, h)
		enter := apptest.Doors(t, h, web.Routes()...)
		s := signalOf(t, h, apptest.Pupil(apptest.Class8A, 9))
		address := "/canh-bao/" + s.ID.String()
		enter(apptest.Hoa).Get(address).Want(t, 200, apptest.PupilName(apptest.Class8A, 9), "28/05/2020", "không phép", "phiên bản 1", "Đã nói gì, khi nào", "nhận lúc 07:00")
		enter(apptest.Pao).Get(address).Want(t, 403).Silent(t, apptest.PupilName(apptest.Class8A, 9))
		enter(apptest.Huong).Get(address).Want(t, 403)
		part := signalOf(t, h, apptest.Pupil(apptest.Class8A, 2))
		enter(apptest.Pao).Get("/canh-bao/"+part.PartOf.String()).Want(t, 200, "Bản Phiêng Pi", apptest.PupilName(apptest.Class8A, 2))
		enter(apptest.Hoa).Get("/canh-bao/"+part.PartOf.String()).Want(t, 403)
		enter(apptest.Hoa).Get("/canh-bao/99999").Want(t, 404)
		enter(apptest.Hoa).Get("/canh-bao/quy-tac").Want(t, 200, "Vắng nhiều ngày liền", "Không bao giờ dùng", "1, 2, 3, 5, 10")
	})
}

func TestThresholdsAreTriedAndSet(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		tell(t, h)
		enter := apptest.Doors(t, h, web.Routes()...)
		son, address := enter(apptest.Son), "/truong/501/nguong-canh-bao"
		son.Get(address).Want(t, 200, "1, 2, 3, 5, 10", "Mặc định")
		son.Get(address+"?sua=absent-run.days").Want(t, 200, "Ghi 5 số", "Lý do")
		form := url.Values{"sua": {"absent-run.days"}, "so": {"2 3 4 6 11"}, "tu": {"2020-05-29"}, "viec": {"thu"}}
		son.Post(address, form).Want(t, 200, "Nếu dùng hôm nay", "bớt 5, đổi bước 1", "Chưa lưu gì")
		form.Set("viec", "dat")
		son.Post(address, form).Want(t, 422, "Cần ghi lý do")
		form.Set("ly-do", "Trường xa, đường khó")
		form.Set("so", "2 3 4")
		son.Post(address, form).Want(t, 422, "cần đúng 5 số")
		form.Set("so", "2 3 4 6 11")
		if got := son.Post(address, form); got.Status != 303 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		son.Get(address).Want(t, 200, "2, 3, 4, 6, 11", "Trường xa, đường khó", "mặc định: 1, 2, 3, 5, 10", "Trần Văn Sơn")
		if _, err := warning.Nightly(t.Context(), h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		if s := signalOf(t, h, apptest.Pupil(apptest.Class8A, 1)); s.State != warning.Over || s.EndedReason != warning.EndedThreshold {
			t.Errorf("one day under the new threshold: %+v", s)
		}
		if s := signalOf(t, h, apptest.Pupil(apptest.Class8A, 9)); s.State != warning.Open || s.Step != warning.StepCall {
			t.Errorf("three days under the new threshold: %+v", s)
		}
		// A teacher reads, and may not set.
		enter(apptest.Huong).Get("/don-vi/99/nguong-canh-bao").Want(t, 200, "1, 2, 3, 5, 10").Silent(t, "?sua=")
		form.Set("ly-do", "thử")
		enter(apptest.Hoa).Post(address, form).Want(t, 403)
		set := apptest.Query[id.ID](t, h, `SELECT id FROM warning_threshold WHERE realm = $1`, apptest.Realm)
		if got := son.Post(address, url.Values{"viec": {"rut"}, "nguong": {set[0].String()}}); got.Status != 303 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		son.Get(address).Want(t, 200, "đã rút 29/05/2020", "Mặc định")
		enter(apptest.Lan).Post("/truong/503/nguong-canh-bao", url.Values{"viec": {"rut"}, "nguong": {set[0].String()}}).Want(t, 403)
	})
}

func TestPagesSpeakEnglish(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	tell(t, h)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE account SET language = 'en' WHERE realm = $1`, apptest.Realm)
		return err
	})
	enter := apptest.Doors(t, h, web.Routes()...)
	mai := enter(apptest.Mai)
	got := mai.Get("/truong/501/canh-bao").Want(t, 200, "Away 3 school days running since 26 May, without leave", "Visit at home")
	if strings.Contains(got.Body, "Vắng") {
		t.Error("the English page says it in Vietnamese")
	}
	mai.Get("/canh-bao/quy-tac").Want(t, 200, "Never used")
	mai.Get("/truong/501/nguong-canh-bao").Want(t, 200, "As delivered")
	mai.Get("/canh-bao/"+signalOf(t, h, apptest.Pupil(apptest.Class8A, 9)).ID.String()).Want(t, 200, "What was said, when")
}
