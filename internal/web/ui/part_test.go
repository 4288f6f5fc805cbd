package ui_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"ralop/internal/ratio"
	"ralop/internal/text"
	"ralop/internal/web/ui"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.000", 25012: "25.012", 1234567: "1.234.567", -1204: "-1.204"} {
		if got := ui.Number(n); got != want {
			t.Errorf("Number(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestKeepFromLeavesOutAndKeepsOrder(t *testing.T) {
	query := url.Values{"thang": {"2020-05"}, "cap": {"thcs"}, "xep": {"-ten", "lop"}, "tu": {"x"}}
	want := []ui.Pair{{Name: "cap", Value: "thcs"}, {Name: "xep", Value: "-ten"}, {Name: "xep", Value: "lop"}}
	if diff := cmp.Diff(want, ui.KeepFrom(query, "thang", "tu", "den")); diff != "" {
		t.Error(diff)
	}
}

func TestRateSaysItsCountsAndWhenItIsThin(t *testing.T) {
	page := render(t, ui.Rate{Ratio: ratio.Of(711, 770), Coverage: ratio.Of(58, 100), Thin: true, URL: "/so"}.Cell())
	for _, part := range []string{"92,34 %", "711/770", "is-thin", "58,0 %", `href="/so"`, `width="92.34%"`} {
		if !strings.Contains(page, part) {
			t.Errorf("%s lacks %q", page, part)
		}
	}
	unknown := render(t, ui.Rate{Ratio: ratio.Of(0, 0), URL: "/so"}.Cell())
	if strings.Contains(unknown, "%") || strings.Contains(unknown, "href") {
		t.Errorf("an unknown rate is not 0 %% and opens nothing: %s", unknown)
	}
}

func TestTileThatIsThinSaysSo(t *testing.T) {
	tile := ui.Tile{Label: "Chuyên cần", Ratio: ratio.Of(9, 10), Coverage: ratio.Of(1, 2)}
	if strings.Contains(render(t, tile.Draw()), "chưa đủ") {
		t.Error("a tile that is not thin must not say so")
	}
	tile.Thin = true
	page := render(t, tile.Draw())
	if !strings.Contains(page, "is-thin") || !strings.Contains(page, "Mới điểm danh 50,0 % số lớp–buổi, chưa đủ để đánh giá") {
		t.Error(page)
	}
}

func TestWhatPeopleWriteIsEscaped(t *testing.T) {
	evil := `<script>"&'`
	row := ui.Row{Cells: []templ.Component{ui.Link("javascript:alert(1)", evil), ui.Text(evil)}}
	page := render(t, ui.Table{Caption: evil, Columns: []ui.Column{{Label: evil}, {Label: evil}}, Rows: []ui.Row{row}}.Draw())
	page += render(t, ui.UnitMap{Title: evil, Units: []ui.MapUnit{{Name: evil, URL: "javascript:alert(1)"}}}.Draw())
	page += render(t, ui.Input(ui.Field{Name: "a", Label: evil, Value: evil, Error: evil, Help: evil}))
	if strings.Contains(page, "<script") || strings.Contains(page, "javascript:") {
		t.Error(page)
	}
}

func TestLanguageOfAPage(t *testing.T) {
	c := ui.Chrome{Lang: text.English, Title: "Board", Theme: ui.ThemeDark}
	page := render(t, within(ui.Page(c), ui.Rate{}.Cell()))
	for _, part := range []string{`lang="en"`, `data-theme="dark"`, "Skip to content", "No data yet"} {
		if !strings.Contains(page, part) {
			t.Errorf("the English page lacks %q", part)
		}
	}
	if part := render(t, ui.In(text.English, ui.Rate{}.Cell())); !strings.Contains(part, "No data yet") {
		t.Errorf("the English part: %s", part)
	}
	if ui.Lang(context.Background()) != text.Vietnamese {
		t.Error("a part of no page is Vietnamese")
	}
}

func TestLineLiftsThePenOverGaps(t *testing.T) {
	points := []ui.Point{{Label: "1", Value: 90}, {Label: "2", Value: 91}, {Label: "3", None: true}, {Label: "4", Value: 92}, {Label: "5", None: true}, {Label: "6", Value: 93}, {Label: "7", Value: 94}}
	page := render(t, ui.LineChart{Title: "x", Unit: "%", Series: []ui.Series{{Name: "a", Points: points}}}.Draw())
	path := regexp.MustCompile(`class="line series-0" d="([^"]+)"`).FindStringSubmatch(page)
	if path == nil || strings.Count(path[1], "M") != 3 || strings.Count(path[1], "h.01") != 1 {
		t.Errorf("three strokes, the lone value a dot: %v", path)
	}
	if strings.Count(page, "<td") != 7 || !strings.Contains(page, ">–</td>") {
		t.Error("the table behind has every value, and a dash where there is none")
	}
	for _, y := range regexp.MustCompile(`text-anchor="end">([^<]+)<`).FindAllStringSubmatch(page, -1) {
		if y[1] > "100" && len(y[1]) >= 3 && y[1] != "100" && !strings.Contains(y[1], ",") {
			t.Errorf("a percentage over 100 on the scale: %s", y[1])
		}
	}
}

func TestEmptyChartsSaySo(t *testing.T) {
	page := render(t, ui.LineChart{Title: "x", Series: []ui.Series{{Name: "a", Points: []ui.Point{{None: true}}}}}.Draw())
	if !strings.Contains(page, "Chưa có số liệu") || strings.Contains(page, "<svg") || strings.Contains(page, "NaN") || strings.Contains(page, "Inf") {
		t.Error(page)
	}
	for _, c := range []templ.Component{
		ui.Spark(ui.Sparkline{Label: "x"}), ui.BarChart{Title: "x", Bars: []ui.Bar{{Label: "a", Point: ui.Point{None: true}}}}.Draw(),
		ui.LineChart{Title: "x", Series: []ui.Series{{Name: "a", Points: []ui.Point{{Label: "1", Value: 5}}}}}.Draw(), ui.Strip{Title: "x"}.Draw(), ui.UnitMap{Title: "x"}.Draw(),
	} {
		if page := render(t, c); strings.Contains(page, "NaN") || strings.Contains(page, "Inf") {
			t.Error(page)
		}
	}
}

func TestMapStepsAreInclusiveBelow(t *testing.T) {
	m := ui.UnitMap{Title: "x", Bounds: [4]float64{80, 85, 90, 95}, Units: []ui.MapUnit{
		{Name: "a", Point: ui.Point{Value: 79.99}}, {Name: "b", Point: ui.Point{Value: 80}}, {Name: "c", Point: ui.Point{Value: 95}}, {Name: "d", Point: ui.Point{None: true}}}}
	grounds := func() (list []string) {
		for _, match := range regexp.MustCompile(`ground-step-(\w+)`).FindAllStringSubmatch(render(t, m.Draw()), -1) {
			list = append(list, match[1])
		}
		return list
	}
	if diff := cmp.Diff([]string{"0", "1", "4", "none"}, grounds()); diff != "" {
		t.Error(diff)
	}
	m.LowDark = true
	if diff := cmp.Diff([]string{"4", "3", "0", "none"}, grounds()); diff != "" {
		t.Error(diff)
	}
}

func TestFieldsTieTheirErrorsToTheQuestion(t *testing.T) {
	f := ui.Field{Name: "ly_do", Label: "Lý do", Help: "h", Error: "Xin ghi lý do."}
	page := render(t, ui.TextArea(f))
	for _, part := range []string{`id="o-ly_do"`, `aria-invalid="true"`, `aria-describedby="o-ly_do-giup o-ly_do-loi"`, `for="o-ly_do"`, "required"} {
		if !strings.Contains(page, part) {
			t.Errorf("%s lacks %s", page, part)
		}
	}
	list := render(t, ui.Faults("", ui.Mistakes(ui.Field{Name: "b"}, f)))
	if !strings.Contains(list, `href="#o-ly_do"`) || strings.Contains(list, "o-b") {
		t.Error(list)
	}
	if render(t, ui.Faults("", nil)) != "" {
		t.Error("no mistakes, no list")
	}
}
