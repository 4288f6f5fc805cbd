//go:build data

package exchange_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"ralop/internal/apptest"
	"ralop/internal/exchange"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// TestDataEncodingsGoIn: every text of the outside file goes in from every encoding it has,
// as the address of an invented pupil, and stands in the database as the file says.
func TestDataEncodingsGoIn(t *testing.T) {
	file, err := os.Open(shared(t, "encoding", "vietnamese_legacy_encodings.csv"))
	must(t, err)
	defer file.Close()
	texts, err := csv.NewReader(file).ReadAll()
	must(t, err)
	texts = texts[1:]
	if len(texts) < 200 {
		t.Fatalf("only %d rows", len(texts))
	}
	for column, e := range []viet.Encoding{viet.Unicode, viet.TCVN3, viet.VNI, viet.VIQR} {
		for _, asBytes := range []bool{false, true} {
			if asBytes && (e == viet.Unicode || e == viet.VIQR) {
				continue
			}
			t.Run(fmt.Sprint(e, asBytes), func(t *testing.T) {
				var want []string
				content := "Mã học sinh;Họ tên;Ngày sinh;Giới tính;Lớp;Địa chỉ\n"
				for i, text := range texts {
					content += fmt.Sprintf("11990%05d;Lo A %s;1/2/2007;Nam;7A;%s\n", i, letters(i), text[column])
					is := viet.Clean(text[0])
					if e == viet.TCVN3 { // "Pa ủ", as the file has it for want of a capital, is mended
						is, _ = viet.RestoreCapitals(is)
					}
					want = append(want, is)
				}
				if asBytes { // the headings, too, are of that time
					head, rows, _ := strings.Cut(content, "\n")
					content, err = charmap.Windows1252.NewEncoder().String(written(e, head) + "\n" + rows)
					must(t, err)
				}
				h := apptest.Open(t, store.SQLite)
				b, err := open(t, "x.csv", []byte(content))
				must(t, err)
				reading, err := b.Read(exchange.Layout{}, exchange.StudentFields())
				must(t, err)
				in := theYear
				in.Reach = func(ctx context.Context, tx *store.Tx, changes []student.ClassDays) error {
					_, err := rollcall.ApplyEnrolments(ctx, tx, apptest.Mai.Who(), changes, "import")
					return err
				}
				roster := student.NewRoster(apptest.Mai.Who(), in)
				_, err = exchange.ImportStudents(t.Context(), h.Store, exchange.StudentsIn{Table: reading.Table(), Roster: roster})
				must(t, err)
				got := apptest.Query[string](t, h, `SELECT address FROM pupil WHERE realm = 1 AND code LIKE '11990%' ORDER BY code`)
				if roster.New != len(texts) || !slices.Equal(got, want) {
					for i := range min(len(got), len(want)) {
						if got[i] != want[i] {
							t.Errorf("row %d: %q, want %q", i+2, got[i], want[i])
						}
					}
					t.Fatalf("%+v", roster.RosterCounts)
				}
			})
		}
	}
}

// letters is a name of plain letters for a number.
func letters(n int) string {
	return string(rune('A'+n/26%26)) + string(rune('a'+n%26))
}
