package exchange_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/student"
)

// What goes out under the national heads comes in again and changes nothing.
func TestExportedListComesBackUnchanged(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		for _, format := range []paper.Format{paper.FormatCSV, paper.FormatXLSX} {
			var file bytes.Buffer
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				if _, err := student.Export(ctx, tx, apptest.Thuong.Who(), student.ListIn{School: apptest.MuongMunS}); !fault.Is(err, fault.Forbidden) {
					t.Errorf("an official: %v", err)
				}
				children, err := student.Export(ctx, tx, mai, student.ListIn{School: apptest.MuongMunS})
				if err != nil {
					return err
				}
				return exchange.WriteStudents(&file, format, paper.List{Title: "8A"}, children)
			})
			if format == paper.FormatCSV && (!strings.Contains(file.String(), ",Bản Phiêng Pi,Tỉnh Điện Biên,Xã Pú Nhung,") || strings.Contains(file.String(), "•")) {
				t.Error("no place or masked numbers in the list")
			}
			got := importList(t, h, mai, theYear, file.String(), paper.FormatCSV)
			if want := (student.RosterCounts{Same: 57}); got.RosterCounts != want || len(got.notes) > 0 {
				t.Errorf("%s: %+v, %v", format, got.RosterCounts, got.refused)
			}
		}
		exports := apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1 AND action = 'export'`)
		if len(exports) != 2 || !strings.Contains(exports[0], `"pupils":57`) {
			t.Errorf("export log: %v", exports)
		}
	})
}
