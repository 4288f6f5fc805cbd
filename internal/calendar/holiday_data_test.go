//go:build data

package calendar_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"ralop/internal/calendar"
	"ralop/internal/day"
)

// TestDataHolidays compares the computed named days of 2014–2030 with the outside list, both ways.
func TestDataHolidays(t *testing.T) {
	shared := os.Getenv("RALOP_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(shared, "data", "calendar", "vn_holidays_2014_2030.csv"))
	if err != nil {
		t.Fatalf("the outside list of holidays is missing: %v (set RALOP_SHARED)", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{
		"Tết Dương lịch": "new-year", "Giao thừa": "tet-eve", "Tết Nguyên đán (mùng 1)": "tet", "Giỗ Tổ Hùng Vương": "hung-kings",
		"Ngày Giải phóng miền Nam": "victory", "Quốc tế Lao động": "labour", "Quốc khánh": "national",
		"Ngày Nhà giáo Việt Nam": "teachers", "Tết Mông (approximate: mùng 1 tháng Chạp)": "hmong-new-year",
	}
	listed := map[string]bool{}
	for _, row := range rows[1:] {
		code, ok := codes[row[2]]
		if !ok {
			t.Errorf("the list names %q, which no rule knows", row[2])
			continue
		}
		listed[row[0]+" "+code] = row[1] == "public"
	}
	if len(listed) != 153 {
		t.Errorf("the list has %d days, want 153", len(listed))
	}
	known := map[string]bool{}
	for _, code := range codes {
		known[code] = true
	}
	found := 0
	for year := 2014; year <= 2030; year++ {
		for _, h := range calendar.Holidays(year) {
			if !known[h.Code] {
				continue
			}
			if calendar.LunarOf(h.Day).Year == 2030 && h.Code == "hmong-new-year" {
				continue // the list ends before month 12 of the lunar year 2030
			}
			key := h.Day.String() + " " + h.Code
			off, ok := listed[key]
			if !ok {
				t.Errorf("%s is computed and not listed", key)
			} else if off != h.Off {
				t.Errorf("%s: off is %v, the list says %v", key, h.Off, off)
			}
			found++
			if _, isOff := calendar.DayOff(day.MustParse(h.Day.String())); off && !isOff {
				t.Errorf("%s is a day off in the list only", key)
			}
		}
	}
	if found != len(listed) {
		t.Errorf("%d days computed, %d listed", found, len(listed))
	}
}
