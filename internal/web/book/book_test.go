package book_test

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	web "ralop/internal/web/book"
)

// week calls the roll of 8A on three mornings: number 1 is away with leave, then without,
// then late; number 2 is away and nobody has said why.
func week(t *testing.T, h *apptest.House) {
	t.Helper()
	one, two := apptest.Pupil(apptest.Class8A, 1), apptest.Pupil(apptest.Class8A, 2)
	for i, s := range []rollcall.Submission{
		{Day: day.MustParse("2020-05-26"), Marks: []rollcall.Mark{{Pupil: one, Kind: rollcall.Excused}}},
		{Day: day.MustParse("2020-05-27"), Marks: []rollcall.Mark{{Pupil: one, Kind: rollcall.Unexcused}, {Pupil: two, Kind: rollcall.Unknown}}},
		{Day: day.MustParse("2020-05-28"), Marks: []rollcall.Mark{{Pupil: one, Kind: rollcall.Late}}},
	} {
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			s.Act, s.Class, s.Session, s.State, s.TakenAt = [16]byte{7, byte(i)}, apptest.Class8A, calendar.Morning, rollcall.Taken, tx.Now()
			_, err := rollcall.Submit(ctx, tx, apptest.Hoa.Who(), s)
			return err
		})
	}
}

func TestTheBooksOfAMonthSayWhatWasCalled(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		week(t, h)
		enter := apptest.Doors(t, h, web.Routes()...)
		hoa := enter(apptest.Hoa)
		base := web.Address(apptest.Class8A)
		hoa.Get(base+"?thang=2020-05").Want(t, 200, "3 buổi đã điểm danh, 35 học sinh", "Còn 1 lượt vắng chưa rõ", "chuyen-can.pdf?thang=2020-05", "ghi-dau-bai.xlsx", "smas.xlsx")
		hoa.Get(base+"?thang=2020-13").Want(t, 422, "“2020-13” không hợp lệ")

		all := table(t, hoa.Get(base+"/chuyen-can.docx?thang=2020-05").Want(t, 200).Body)
		for _, want := range []string{"STT|Họ và tên|26|27|28|P|K|?|M", "|P|K|M|1|1|0|1", "||?||0|0|1|0"} {
			if !strings.Contains(all, want) {
				t.Errorf("the book does not have %q:\n%s", want, all)
			}
		}
		for _, file := range []string{"chuyen-can.pdf", "chuyen-can.docx", "chu-nhiem.pdf", "ghi-dau-bai.docx"} {
			if body := hoa.Get(base+"/"+file+"?thang=2020-05").Want(t, 200).Body; len(body) < 2000 {
				t.Errorf("%s has %d bytes", file, len(body))
			}
		}
		for name, want := range map[string][]string{
			"smas":  {"STT", "Mã học sinh", "26", "P", "K", ""},
			"vnedu": {"STT", "Mã định danh", "26/05", "CP", "KP", ""},
		} {
			body := strings.TrimPrefix(hoa.Get(base+"/"+name+".csv?thang=2020-05").Want(t, 200).Body, "\ufeff")
			rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			const first = 4 // column of the first day of the month
			if len(rows) != 36 || len(rows[0]) != first+31+3 || rows[0][0] != want[0] || rows[0][1] != want[1] || rows[0][first+25] != want[2] {
				t.Fatalf("%s: %d rows, heads %q", name, len(rows), rows[0])
			}
			found := 0
			for _, row := range rows[1:] {
				if row[first+31] == "1" && row[first+32] == "1" && row[first+33] == "3" {
					found++
					if row[first+25] != want[3] || row[first+26] != want[4] || row[first+27] != want[5] {
						t.Errorf("%s: the week of the one who was away: %q", name, row[first+25:first+28])
					}
				}
				if row[first+26] == "?" {
					found += 10
				}
			}
			if found != 11 {
				t.Errorf("%s: found %d", name, found)
			}
		}
		hoa.Get(base+"/chuyen-can.exe").Want(t, 404)
		hoa.Get(base+"/khac.pdf").Want(t, 404)
		other := enter(apptest.Pao) // the head of one village is no teacher of the class
		other.Get(base).Want(t, 403)
		other.Get(base+"/smas.csv").Want(t, 403)
	})
}

func TestTheRegisterOfASchoolHoldsEverybodyOfTheYear(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, web.Routes()...)
		base := "/truong/" + apptest.MuongMunS.String()
		clerk := enter(apptest.Mai)
		clerk.Get(base+"/so?nam=2019").Want(t, 200, "8A", "so-dang-bo.pdf?nam=2019")
		count := strings.Count(table(t, clerk.Get(base+"/so-dang-bo/so-dang-bo.docx?nam=2019").Want(t, 200).Body), "/2019, ")
		var want int
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			want, err = store.One[int](ctx, tx, `SELECT COUNT(*) FROM enrolment WHERE realm = $1 AND school = $2 AND year = 2019`, apptest.Realm, apptest.MuongMunS)
			return err
		})
		if count != want || want < 35 {
			t.Errorf("%d lines of %d spells", count, want)
		}
		enter(apptest.Pao).Get(base+"/so-dang-bo/so-dang-bo.pdf").Want(t, 403)
	})
}

var tag = regexp.MustCompile(`<[^>]*>`)

// table reads the text of a paper: a line for a row, a stroke between cells.
func table(t *testing.T, content string) string {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := archive.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	all, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("\n", "", "</w:tc></w:tr>", "\n", "</w:tr>", "\n", "</w:tc>", "|").Replace(string(all))
	return tag.ReplaceAllString(text, "")
}
