package frame

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/benefit"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/web/ui"
)

// What a record, a class and a school show of a support.

// BenefitScheme is the support with the decree that holds for it.
func BenefitScheme(r *door.Request, b benefit.Benefit) templ.Component {
	rule, _ := b.Scheme.On(b.From)
	return ui.TextNote(b.Scheme.Name(r.Lang), rule.Source)
}

// BenefitGround is why somebody is entitled, and by which decision.
func BenefitGround(r *door.Request, b benefit.Benefit) templ.Component {
	paper := ""
	if b.Paper != "" {
		paper = r.T("benefit_page.decision", "paper", b.Paper)
	}
	if b.Ground == "" && paper == "" {
		return ui.Nothing()
	}
	if b.Ground == "" {
		return ui.Text(paper)
	}
	return ui.TextNote(b.Ground.Name(r.Lang), paper)
}

// BenefitPeriod is from when until when.
func BenefitPeriod(r *door.Request, b benefit.Benefit) string {
	if b.Until == day.Forever {
		return r.T("benefit_page.open_end", "from", b.From.Vietnamese())
	}
	return r.T("benefit_page.from_to", "from", b.From.Vietnamese(), "last", b.Period().Last().Vietnamese())
}

// BenefitPaid says for how many months something was paid, and for which of a period nothing was.
func BenefitPaid(r *door.Request, b benefit.Benefit, paid []benefit.Month, within day.Range) templ.Component {
	if len(paid) == 0 {
		return Wrap(`<span class="muted">`, `</span>`, ui.Text(r.T("benefit_page.never_paid")))
	}
	words := r.T("benefit_page.months_paid", "n", len(paid))
	if rule, _ := b.Scheme.On(b.From); rule.Months > 0 {
		words = r.T("benefit_page.months_of", "n", len(paid), "most", rule.Months)
	}
	months := make([]day.Day, len(paid))
	for i, m := range paid {
		months[i] = m.Month
	}
	parts := []templ.Component{ui.TextNote(words, r.T("benefit_page.months_list", "months", MonthList(months)))}
	if missing := b.Unpaid(paid, within); len(missing) > 0 {
		parts = append(parts, Wrap(`<div>`, `</div>`, ui.Badge{Label: r.T("benefit_page.unpaid", "months", MonthList(missing)), Tone: ui.Amber}.Draw()))
	}
	return templ.Join(parts...)
}

// MonthList names months, each year once: "9, 10/2019, 1/2020".
func MonthList(months []day.Day) string {
	words := make([]string, len(months))
	for i, m := range months {
		words[i] = strconv.Itoa(int(m.Month()))
		if i == len(months)-1 || months[i+1].Year() != m.Year() {
			words[i] += "/" + strconv.Itoa(m.Year())
		}
	}
	return strings.Join(words, ", ")
}

// BenefitSum is what was paid and handed out in all.
func BenefitSum(r *door.Request, paid []benefit.Month) templ.Component {
	dong, grams := benefit.Sums(paid)
	var words []string
	if dong > 0 {
		words = append(words, r.T("benefit_page.dong", "n", ui.Number(dong)))
	}
	if grams > 0 {
		words = append(words, r.T("benefit_page.kilograms", "n", Kilograms(grams)))
	}
	if len(words) == 0 {
		return ui.Nothing()
	}
	return ui.Text(strings.Join(words, " · "))
}

// Kilograms writes grams as kilograms: "15", "7,5".
func Kilograms(grams int64) string {
	words := ui.Number(grams / 1000)
	if rest := grams % 1000; rest != 0 {
		words += "," + strings.TrimRight(strconv.FormatInt(1000+rest, 10)[1:], "0")
	}
	return words
}
