package story

// AgeRow is the household survey of a village for one age.
type AgeRow struct {
	Village   int
	Age       int // school year's first year less the year of birth
	Children  int // who live there, in school or not
	Exempt    int // cannot learn
	Elsewhere int // known to learn outside the province
}

// outOfSchool is how many children of an age are in no school of the story for each who is.
func outOfSchool(age int, highland bool) float64 {
	hard := 1.0
	if highland {
		hard = 2.2
	}
	switch {
	case age <= 2:
		return 2.1
	case age <= 5:
		return .004 * hard
	case age <= 10:
		return .0015 * hard
	case age <= 14:
		return .009 * hard
	default:
		return .24 * hard
	}
}

// Register is the register of children aged 0 to 17 at the beginning of the year: those who learn by where they live,
// and an invented number who do not.
func (p *Plan) Register() []AgeRow {
	const ages = 18
	learning := make([][ages]int, len(p.Villages))
	first := map[int]bool{}
	for _, e := range p.Spells {
		child := &p.Pupils[e.Pupil]
		if age := p.Year - child.Born.Year(); age < ages && !first[e.Pupil] {
			first[e.Pupil] = true
			learning[child.Village][age]++
		}
	}
	var rows []AgeRow
	for v, counts := range learning {
		r := p.stream("register", v)
		highland := p.Communes[p.Villages[v].Commune].Highland
		for age, n := range counts {
			if age < 2 { // as many as of two-year-olds, and none in school
				n = counts[2]
			}
			row := AgeRow{Village: v, Age: age, Children: n}
			for range n {
				if x := outOfSchool(age, highland); x >= 1 && age == 2 {
					row.Children += 1 + r.IntN(3)
				} else if r.Float64() < x {
					row.Children++
				}
				if r.IntN(900) == 0 {
					row.Exempt++
					row.Children++
				}
				if age >= 6 && r.IntN(140) == 0 {
					row.Elsewhere++
					row.Children++
				}
			}
			if row.Children > 0 {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// Target is what a unit was set for the year, as n in d.
type Target struct {
	Commune   int // -1: the whole story
	Indicator string
	Level     string
	N, D      int
}

// Targets are invented: what is asked of a highland commune is less than of the town.
func (p *Plan) Targets() []Target {
	var all []Target
	add := func(commune int, indicator, level string, n int) {
		all = append(all, Target{commune, indicator, level, n, 1000})
	}
	for c := -1; c < len(p.Communes); c++ {
		ease := 0
		if c >= 0 && p.Communes[c].Highland {
			ease = 1
		}
		add(c, "attendance", "", 955-10*ease)
		add(c, "attendance", MN, 930-15*ease)
		add(c, "attendance", TH, 980-10*ease)
		add(c, "attendance", THCS, 955-20*ease)
		add(c, "retention", "", 992-4*ease)
		add(c, "retention", MN, 998)
		add(c, "retention", TH, 998-ease)
		add(c, "retention", THCS, 985-8*ease)
		add(c, "mobilisation", "", 965-15*ease)
		if c < 0 {
			add(c, "attendance", THPT, 960)
			add(c, "retention", THPT, 970)
		}
	}
	return all
}
