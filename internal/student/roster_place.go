package student

import (
	"strings"

	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/viet"
)

// placeIndex finds communes and villages by what people write.
type placeIndex struct {
	tree     *org.Tree
	communes map[string][]id.ID         // folded name → communes
	villages map[id.ID]map[string]id.ID // commune → folded name → village; 0 for a name that two bear
}

func newPlaceIndex(tree *org.Tree) *placeIndex {
	x := &placeIndex{tree, map[string][]id.ID{}, map[id.ID]map[string]id.ID{}}
	for unit, u := range tree.Units {
		switch u.Kind {
		case "commune":
			x.communes[viet.Fold(u.Name)] = append(x.communes[viet.Fold(u.Name)], unit)
		case "village":
			if x.villages[u.Parent] == nil {
				x.villages[u.Parent] = map[string]id.ID{}
			}
			names := map[string]bool{viet.Fold(u.FullName): true, viet.Fold(u.Name): true}
			for name := range names {
				if _, twice := x.villages[u.Parent][name]; twice {
					unit = 0
				}
				x.villages[u.Parent][name] = unit
				unit = u.ID
			}
		}
	}
	return x
}

// communeOf is the commune that a unit is or lies in.
func (x *placeIndex) communeOf(unit id.ID) id.ID {
	for _, u := range x.tree.Path(unit) {
		if u.Kind == "commune" {
			return u.ID
		}
	}
	return 0
}

var placeWords = []string{"tieu khu ", "to dan pho ", "to ", "tdp ", "thon ", "ban ", "xom ", "khu ", "khoi ", "pho ", "xa ", "phuong ", "thi tran ", "dac khu "}

func bare(name string) string {
	for _, word := range placeWords {
		if rest, ok := strings.CutPrefix(name, word); ok && rest != "" {
			return rest
		}
	}
	return name
}

// commune finds a commune by name among those of the same province, the same district first.
func (x *placeIndex) commune(written string, near id.ID) id.ID {
	name := viet.Fold(viet.Clean(written))
	found := x.communes[name]
	if len(found) == 0 {
		found = x.communes[bare(name)]
	}
	best, shared, ties := id.ID(0), 0, 0
	home := x.tree.Path(near)
	for _, c := range found {
		path := x.tree.Path(c)
		n := 0
		for n < len(path) && n < len(home) && path[n].ID == home[n].ID {
			n++
		}
		switch {
		case n > shared:
			best, shared, ties = c, n, 1
		case n == shared:
			ties++
		}
	}
	if ties != 1 || shared == 0 {
		return 0
	}
	return best
}

func (x *placeIndex) village(commune id.ID, written string) id.ID {
	name := viet.Fold(viet.Clean(written))
	if v := x.villages[commune][name]; v != 0 {
		return v
	}
	return x.villages[commune][bare(name)]
}

// home finds where a child lives from the columns of a row: the village within the
// commune, by the present address before the registered one; else the commune, and then
// exact is false. It is 0 when the row says nothing.
func (x *placeIndex) home(l RosterLine, school id.ID) (unit id.ID, exact bool) {
	if l.Address+l.Village+l.Commune == "" {
		return 0, true
	}
	parts := strings.FieldsFunc(l.Address, func(r rune) bool { return strings.ContainsRune(",;–\n", r) || r == '-' })
	var communes []id.ID
	for _, part := range append(parts, l.Commune) {
		if c := x.commune(part, school); c != 0 {
			communes = append(communes, c)
		}
	}
	for _, c := range append(communes, school) {
		for _, name := range append(parts, l.Village) {
			if v := x.village(c, name); v != 0 {
				return v, true
			}
		}
	}
	if len(communes) > 0 {
		return communes[0], false
	}
	return school, false
}

type homeKey struct {
	school                    id.ID
	address, village, commune string
}

type home struct {
	unit  id.ID
	exact bool
}

// homesKept bounds what is remembered of written homes.
const homesKept = 20_000

// home is placeIndex.home, once for each way in which a list writes a home.
func (r *Roster) home(s *rosterSchool, l RosterLine) (id.ID, bool) {
	key := homeKey{s.commune, l.Address, l.Village, l.Commune}
	h, known := r.homes[key]
	if !known {
		if len(r.homes) >= homesKept {
			clear(r.homes)
		}
		h.unit, h.exact = r.places.home(l, s.commune)
		r.homes[key] = h
	}
	return h.unit, h.exact
}
