package story

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// Pupils that an average commune sends to school, and the sizes of classes (Điện Biên 2023-24: 22.92, 26.49, 35.93, 38.78).
const (
	averageCommune = 1320.0
	shareMN        = .296
	shareTH        = .372
	shareTHCS      = .247
	shareTHPT      = .076
	shareGDTX      = .011
)

var classSize = map[string]float64{MN: 24.0, TH: 28.2, THCS: 36.2, THPT: 39.2, GDTX: 34}

// seats is what a school is built for: pupils by grade and site, before they have names.
type seats struct {
	class  int
	grades []string
	counts []int
}

// proper names of invented schools
var (
	flowers = list("Hoa_Ban Hoa_Đào Hoa_Mận Hoa_Sim Hoa_Phượng Sao_Mai Họa_Mi Ban_Mai Búp_Sen Tuổi_Thơ Măng_Non Nắng_Hồng")
	hopes   = list("Nắng_Mới Suối_Trong Đỉnh_Gió Rừng_Thông Thác_Bạc Mây_Sớm Đồng_Xanh Bình_Minh Hương_Rừng Sương_Núi Cầu_Vồng Ánh_Dương Tiếng_Khèn Nhịp_Xòe Đá_Trắng Chân_Trời Hạt_Thóc Lúa_Vàng")
)

// told is about how many pupils go to the schools of the story as it is told.
func (p *Plan) told() (pupils float64) {
	for _, c := range p.Communes {
		pupils += averageCommune * c.Weight
	}
	return pupils
}

func (p *Plan) addSchools() {
	for c := range p.Communes {
		commune := &p.Communes[c]
		r := p.stream("school", c)
		all := averageCommune * commune.Weight
		names := newDeck(r)
		p.addLevel(r, c, MN, all*shareMN, 340, names)
		n := all * shareTHCS
		if n < 265 { // too few for a lower secondary school of its own
			half := all * shareTH
			if half > 430 {
				p.addLevel(r, c, TH, half*.45, 430, names)
				half *= .55
			}
			s := p.newSchool(r, c, "TH&THCS", []string{TH, THCS}, names)
			p.addPrimary(r, s, half)
			p.addSecondary(r, s, THCS, n)
		} else {
			p.addLevel(r, c, TH, all*shareTH, 430, names)
			p.addLevel(r, c, THCS, n, 470, names)
		}
	}
	p.addUpper()
}

// addUpper gives each district, or each four communes of two tiers, upper secondary schools.
func (p *Plan) addUpper() {
	groups, order := map[string][]int{}, []string{}
	for c, commune := range p.Communes {
		key := commune.District
		if key == "" {
			key = fmt.Sprint(c / 4)
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], c)
	}
	for g, key := range order {
		r := p.stream("upper", g)
		communes, weight := groups[key], 0.0
		for _, c := range communes {
			weight += p.Communes[c].Weight
		}
		pupils := averageCommune * weight
		names := newDeck(r)
		add := func(kind string, levels []string, n float64, at int) {
			if n >= 60 || levels[0] == GDTX && n >= 40 {
				s := p.newSchool(r, communes[at%len(communes)], kind, levels, names)
				p.addSecondary(r, s, levels[0], n)
			}
		}
		add("PTDTNT", []string{THPT}, pupils*shareTHPT*.16, 0)
		add("THPT", []string{THPT}, pupils*shareTHPT*.50, 0)
		add("THPT", []string{THPT}, pupils*shareTHPT*.34, 3)
		add("GDNN-GDTX", []string{GDTX}, pupils*shareGDTX, 0)
	}
}

// deck deals proper names without repeating one in a commune.
type deck struct{ flowers, hopes []string }

func newDeck(r *rand.Rand) *deck {
	shuffle := func(from []string) []string {
		to := make([]string, len(from))
		for i, j := range r.Perm(len(from)) {
			to[i] = strings.ReplaceAll(from[j], "_", " ")
		}
		return to
	}
	return &deck{shuffle(flowers), shuffle(hopes)}
}

func (d *deck) next(preschool bool) string {
	from := &d.hopes
	if preschool {
		from = &d.flowers
	}
	name := (*from)[0]
	*from = append((*from)[1:], name)
	return name
}

var typeNames = map[string]string{
	"MN": "Trường mầm non", "TH": "Trường tiểu học", "THCS": "Trường THCS", "TH&THCS": "Trường TH&THCS",
	"PTDTBT TH": "Trường PTDTBT tiểu học", "PTDTBT THCS": "Trường PTDTBT THCS", "PTDTBT TH&THCS": "Trường PTDTBT TH&THCS",
	"THPT": "Trường THPT", "PTDTNT": "Trường PTDTNT THPT", "GDNN-GDTX": "Trung tâm GDNN-GDTX",
}

func (p *Plan) newSchool(r *rand.Rand, c int, kind string, levels []string, names *deck) int {
	commune := &p.Communes[c]
	boarding := false
	switch {
	case kind == "PTDTNT":
		boarding = true
	case commune.Highland && (levels[0] == THCS || len(levels) == 2), commune.Highland && levels[0] == TH && r.IntN(100) < 55:
		kind, boarding = "PTDTBT "+kind, true
	}
	manager := commune.District
	if levels[0] == THPT || levels[0] == GDTX {
		manager = p.Province
	} else if manager == "" {
		manager = commune.Code
	}
	n := 1
	for i := range p.Schools {
		if p.Schools[i].Commune == c {
			n++
		}
	}
	p.Schools = append(p.Schools, School{
		Code: fmt.Sprintf("%sS%02d", commune.Code, n), Type: kind, Levels: levels, Commune: c, Manager: manager, Boarding: boarding,
		Name: fmt.Sprintf("%s %s, %s", typeNames[kind], names.next(levels[0] == MN), strings.ToLower(commune.FullName[:1])+commune.FullName[1:]),
	})
	s := len(p.Schools) - 1
	p.newSite(s, "Trung tâm", true, commune.Villages[0])
	return s
}

func (p *Plan) newSite(s int, name string, main bool, village int) int {
	p.Sites = append(p.Sites, Site{School: s, Name: name, Main: main, Village: village})
	p.Schools[s].Sites = append(p.Schools[s].Sites, len(p.Sites)-1)
	return len(p.Sites) - 1
}

func (p *Plan) addLevel(r *rand.Rand, c int, level string, pupils, perSchool float64, names *deck) {
	count := max(1, int(math.Round(pupils/perSchool)))
	for range count {
		n := pupils / float64(count) * (.92 + .16*r.Float64())
		s := p.newSchool(r, c, level, []string{level}, names)
		if level == THCS {
			p.addSecondary(r, s, level, n)
		} else {
			p.addPrimary(r, s, n)
		}
	}
}

// addPrimary makes the classes of a preschool or primary school: a main site with classes by grade, and remote sites
// (điểm trường) in villages too far to walk from, whose few children of several grades share one teacher.
func (p *Plan) addPrimary(r *rand.Rand, s int, pupils float64) {
	school := &p.Schools[s]
	level := school.Levels[0]
	commune := p.Communes[school.Commune]
	var remote []int
	for i, v := range commune.Villages { // each school of the commune serves its own villages
		if p.Villages[v].Remote && i%2 == s%2 {
			remote = append(remote, v)
		}
	}
	limit := 3
	if level == MN {
		limit = 5
	}
	if len(remote) > limit {
		remote = remote[:limit]
	}
	left := pupils
	for _, v := range remote {
		at := p.newSite(s, strings.TrimPrefix(p.Villages[v].Name, "Bản "), false, v)
		if p.crowd < 1 && r.Float64() > p.crowd {
			continue
		}
		name := p.Sites[at].Name
		if level == MN {
			n := 17 + r.IntN(8)
			p.newClass(r, s, at, "Ghép 3-4-5 tuổi "+name, level, []string{"3T", "4T", "5T"}, spread(r, n, []float64{.3, .34, .36}))
			left -= float64(n)
			continue
		}
		n := 15 + r.IntN(7)
		p.newClass(r, s, at, "1+2 "+name, level, []string{"1", "2"}, spread(r, n, []float64{.52, .48}))
		left -= float64(n)
		if r.IntN(2) == 0 {
			n = 14 + r.IntN(7)
			p.newClass(r, s, at, "3 "+name, level, []string{"3"}, []int{n})
			left -= float64(n)
		}
	}
	grades, shares := []string{"1", "2", "3", "4", "5"}, []float64{.18, .18, .20, .22, .22}
	if level == MN {
		grades, shares = []string{"NT", "3T", "4T", "5T"}, []float64{.19, .25, .28, .28}
	}
	p.byGrade(r, s, level, grades, shares, max(left, 60))
}

func (p *Plan) addSecondary(r *rand.Rand, s int, level string, pupils float64) {
	switch level {
	case THCS:
		p.byGrade(r, s, level, []string{"6", "7", "8", "9"}, []float64{.275, .26, .245, .22}, pupils)
	default:
		p.byGrade(r, s, level, []string{"10", "11", "12"}, []float64{.38, .33, .29}, pupils)
	}
}

var preschoolNames = map[string]string{"NT": "Nhà trẻ", "3T": "Mẫu giáo 3 tuổi", "4T": "Mẫu giáo 4 tuổi", "5T": "Mẫu giáo 5 tuổi"}

func (p *Plan) byGrade(r *rand.Rand, s int, level string, grades []string, shares []float64, pupils float64) {
	at := p.Schools[s].Sites[0]
	made := 0
	for g, grade := range grades {
		n := pupils * shares[g] * (.95 + .1*r.Float64()) * p.crowd
		count := max(1, int(math.Round(n/classSize[level])))
		if p.crowd < 1 { // a school with few children has not every grade, but classes of the usual size
			count = int(n/classSize[level] + r.Float64())
			if g == len(grades)-1 && made == 0 {
				count = max(1, count)
			}
			n = float64(count) * classSize[level]
		}
		made += count
		for k := range count {
			size := max(12, int(math.Round(n/float64(count)))+r.IntN(5)-2)
			name := grade + letter(k)
			if level == THCS {
				name = fmt.Sprintf("%sA%d", grade, k+1)
			} else if level == MN {
				name = preschoolNames[grade] + " " + letter(k)
			}
			p.newClass(r, s, at, name, level, []string{grade}, []int{size})
		}
	}
}

// letter names the classes of a grade: A to Z, then A2 to Z2 and on.
func letter(k int) string {
	name := string(rune('A' + k%26))
	if k >= 26 {
		name += fmt.Sprint(k/26 + 1)
	}
	return name
}

// spread divides n by shares; the last takes what is left.
func spread(r *rand.Rand, n int, shares []float64) []int {
	counts, left := make([]int, len(shares)), n
	for i, share := range shares[:len(shares)-1] {
		counts[i] = min(left, int(math.Round(float64(n)*share))+r.IntN(3)-1)
		left -= counts[i]
	}
	counts[len(shares)-1] = left
	return counts
}

func (p *Plan) newClass(r *rand.Rand, s, at int, name, level string, grades []string, counts []int) {
	school := &p.Schools[s]
	c := Class{School: s, Site: at, Name: name, Level: level, Grades: grades}
	c.Afternoons = level == THCS && !school.Boarding && len(school.Levels) == 1 && (grades[0] == "6" || grades[0] == "7") && s%3 == 0
	c.TeacherGirl = r.IntN(100) < map[string]int{MN: 99, TH: 70, THCS: 55, THPT: 50, GDTX: 45}[level]
	c.Teacher = personName(r, pick(r, []string{kinh, thai, thai, likeliest(p.Communes[school.Commune].Mix)}), c.TeacherGirl, "")
	p.Classes = append(p.Classes, c)
	school.Classes = append(school.Classes, len(p.Classes)-1)
	p.built = append(p.built, seats{len(p.Classes) - 1, grades, counts})
}
