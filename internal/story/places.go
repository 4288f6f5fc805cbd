package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// profile is the invented make-up of a commune.
type profile struct {
	weight   float64 // 1 = the average commune
	highland bool
	falling  bool
	poor     float64
	mix      string // "code:percent …"
}

// Tuần Giáo before July 2025. The shares are invented in the manner of the district; they describe no real commune.
var profiles = map[string]profile{
	"03253": {1.75, false, false, .04, "01:38 03:47 08:11 29:4"},
	"03259": {1.50, true, true, .52, "08:93 03:5 01:2"},
	"03260": {.80, true, false, .44, "08:62 03:36 01:2"},
	"03262": {1.22, false, false, .30, "03:61 08:33 01:6"},
	"03263": {.86, true, false, .46, "03:52 29:32 08:15 01:1"},
	"03265": {.95, true, true, .50, "08:84 03:15 01:1"},
	"03268": {1.22, false, false, .31, "03:70 08:18 29:9 01:3"},
	"03269": {.92, true, true, .55, "08:58 33:24 29:17 01:1"},
	"03271": {.98, true, false, .41, "08:73 03:25 01:2"},
	"03274": {1.15, false, false, .24, "03:72 08:17 29:7 01:4"},
	"03277": {.78, false, false, .33, "03:63 29:23 08:12 01:2"},
	"03280": {.72, true, false, .43, "08:83 03:15 01:2"},
	"03283": {.80, false, false, .36, "03:58 29:38 08:3 01:1"},
	"03284": {.70, true, false, .47, "29:42 03:40 08:17 01:1"},
	"03289": {1.15, false, false, .18, "03:81 08:11 01:8"},
	"03295": {1.40, false, false, .22, "03:76 08:18 01:6"},
	"03298": {.95, false, false, .20, "03:86 29:7 01:7"},
	"03299": {.78, false, false, .26, "03:79 29:16 01:5"},
	"03304": {.50, true, true, .54, "08:91 03:8 01:1"},
}

// The eight communes of the short Lai Châu story.
var laiChauShort = map[string]bool{"03571": true, "03562": true, "03549": true, "03478": true, "03442": true, "03434": true, "03637": true, "03388": true}

var mixes = map[string][]string{
	"11": {"08:88 03:10 01:2", "03:66 08:28 01:6", "03:80 29:12 01:8", "08:55 03:33 29:10 01:2"},
	"12": {"08:80 09:15 01:5", "03:70 08:20 01:10", "09:55 08:38 01:7", "35:72 41:15 01:13", "41:80 35:15 01:5", "03:60 42:20 25:12 01:8", "45:35 03:35 08:28 01:2"},
}

func (p *Plan) addCommune(place Place) {
	f, known := profiles[place.Code]
	if !known || p.Story != TuanGiao {
		r := p.stream("commune", int(atoi(place.Code)))
		f = profile{weight: .7 + .7*r.Float64(), highland: r.IntN(100) < 60, mix: pick(r, mixes[p.Province])}
		f.falling, f.poor = f.highland && r.IntN(4) == 0, .12+.2*r.Float64()
		if f.highland {
			f.poor += .22
		}
		if place.Kind == "Thị trấn" || place.Kind == "Phường" {
			f = profile{weight: 1.5, poor: .05, mix: "01:55 03:30 08:15"}
		}
		if p.Story == LaiChau {
			f.weight *= 2.8 // communes of two tiers are three of the old ones
		}
	}
	p.Communes = append(p.Communes, Commune{Place: place, Highland: f.highland, Falling: f.falling, Mix: parseMix(f.mix), Poor: f.poor, Weight: f.weight})
}

func atoi(s string) (n int64) {
	for _, c := range s {
		n = n*10 + int64(c-'0')
	}
	return n
}

func parseMix(s string) map[string]float64 {
	mix := map[string]float64{}
	for _, word := range list(s) {
		mix[word[:2]] = float64(atoi(word[3:])) / 100
	}
	return mix
}

// draw picks a key by its share, in order of key so that the same chance gives the same key.
func draw(r *rand.Rand, mix map[string]float64) string {
	keys := make([]string, 0, len(mix))
	for k := range mix {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	x := r.Float64()
	for _, k := range keys {
		if x -= mix[k]; x < 0 {
			return k
		}
	}
	return keys[len(keys)-1]
}

var (
	taiFirst    = list("Nà Co Huổi Pom Phiêng Nong Hua Pá Nậm Pha Cộng Chăn")
	taiSecond   = list("Lơ Sàng Muông Tở Hỳ Bon Lanh Xôm Ngùa Lếch Phạ Noi Hén Sảo Mạ Khoang Tong Ló Phúc Hin")
	hmongFirst  = list("Háng Tà Đề Pú Sính Trung Phàng Tủa Hua Chế")
	hmongSecond = list("Chua Dua Pẩu Sáng Lình Tàu Súa Nhè Xá Cải Mua Dê Lùng Tráng Chải Phình Páo")
)

// addVillages invents about nine villages for an average commune; a town has numbered quarters.
func (p *Plan) addVillages() {
	used := map[string]bool{}
	for c := range p.Communes {
		commune := &p.Communes[c]
		r := p.stream("village", c)
		count := min(24, max(6, int(7+3*commune.Weight)))
		for n := 1; n <= count; n++ {
			v := Village{Commune: c, Code: fmt.Sprintf("%s-%02d", commune.Code, n), Group: draw(r, commune.Mix)}
			switch {
			case commune.Kind == "Thị trấn" || commune.Kind == "Phường":
				v.Name = fmt.Sprintf("Khối Minh Họa %d", n)
			default:
				if v.Group == kinh { // nobody's village is wholly Kinh in a highland commune
					v.Group = likeliest(commune.Mix)
				}
				for v.Name == "" || used[v.Name] {
					first, second := taiFirst, taiSecond
					if v.Group == hmong || v.Group == dao {
						first, second = hmongFirst, hmongSecond
					}
					v.Name = "Bản " + pick(r, first) + " " + pick(r, second)
					if r.IntN(6) == 0 || used[v.Name] {
						v.Name += fmt.Sprintf(" %d", 1+r.IntN(3))
					}
					if used[v.Name] && r.IntN(3) == 0 {
						v.Name = "Bản " + pick(r, taiFirst) + " " + pick(r, hmongSecond)
					}
					if len(used) > 600 { // a province: names repeat, as they do
						break
					}
				}
				used[v.Name] = true
				v.Remote = n > 2 && r.Float64() < remoteShare(commune.Highland)
			}
			commune.Villages = append(commune.Villages, len(p.Villages))
			p.Villages = append(p.Villages, v)
		}
	}
}

func remoteShare(highland bool) float64 {
	if highland {
		return .62
	}
	return .28
}

func likeliest(mix map[string]float64) string {
	best := ""
	for k, share := range mix {
		if best == "" || share > mix[best] || share == mix[best] && k < best {
			best = k
		}
	}
	return best
}
