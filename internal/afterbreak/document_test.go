package afterbreak_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"testing"

	"ralop/internal/afterbreak"
	"ralop/internal/apptest"
	"ralop/internal/paper"
	"ralop/internal/store"
)

var update = flag.Bool("update", false, "write the golden files again")

// The fast report is what it was when somebody last looked at its picture, and one page.
func TestTheFastReportIsOnePage(t *testing.T) {
	const golden = "testdata/fast-report.json"
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		on(h, back-5)
		closed(t, h, everybody, tet)
		refresh(t, h)
		on(h, back)
		call(t, h, apptest.Class8A, back, 1, 2, 3, 4, 5, 6, 7, 8)
		call(t, h, apptest.Class1A, back, 2)
		on(h, back+1)
		call(t, h, apptest.Class8A, back+1, 6, 7, 8)
		refresh(t, h)
		for _, q := range []afterbreak.Query{unit(apptest.TuanGiao), unit(apptest.MuongMun), school(apptest.MuongMunS)} {
			var document paper.Document
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				document, _, err = afterbreak.FastReport(ctx, tx, apptest.Dung.Who(), q, false)
				if q.Place.Kind == "unit" && q.Place.ID == apptest.MuongMun {
					document, _, err = afterbreak.FastReport(ctx, tx, apptest.Chu.Who(), q, true)
				}
				return err
			})
			var pdf, docx, text bytes.Buffer
			for _, err := range []error{paper.PDF(&pdf, document), paper.Docx(&docx, document), paper.JSON(&text, document)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if n := bytes.Count(pdf.Bytes(), []byte("/Type /Page\n")); n != 1 {
				t.Errorf("%v: %d pages", q.Place, n)
			}
			if q.Place.ID != apptest.TuanGiao {
				continue
			}
			if *update {
				if err := os.WriteFile(golden, text.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || !bytes.Equal(text.Bytes(), want) {
				t.Errorf("the report is another (%v):\n%s", err, text.Bytes())
			}
		}
	})
}
