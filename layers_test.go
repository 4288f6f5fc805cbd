package ralop_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The floor plan of ARCHITECTURE.md. Imports go down, never up; on one floor a package enters only the neighbours
// listed beside it. A new room is a new row here, with the neighbours it truly needs.

// floors, from the ground up. A package belongs to the first path below internal/ (cmd, e2e, bench: the house).
var floors = []map[string]string{
	{"day": "", "id": "", "fault": "", "viet": "", "ratio": "", "text": "viet fault"},
	{"store": "", "audit": "store", "job": "store", "intake": "store", "notify": "store job", "paper": "", "schema": "", "pwa": ""},
	{ // rooms: all may enter access
		"access": "", "account": "", "org": "", "calendar": "org", "student": "org calendar roster", "rollcall": "org calendar student",
		"indicator": "org calendar student rollcall", "report": "org calendar student rollcall indicator",
		"token": "account", "webhook": "account calendar", "roster": "", "bundle": "account org calendar student rollcall roster", "upkeep": "", "device": "account org", "committee": "account org", "warning": "org calendar student rollcall",
		"casework":   "account org calendar student rollcall device committee warning",
		"book":       "org calendar student rollcall",
		"afterbreak": "org calendar student rollcall warning casework",
		"benefit":    "org student indicator", "learning": "student", "household": "org student", "staff": "account org",
		"handout": "", "national": "org calendar student benefit",
		"transfer": "org calendar student rollcall learning",
	},
	// Pages take uploaded files and hand them to exchange, which alone knows how class lists and unit lists are read, and to
	// offline, which alone opens the unsent acts of a phone.
	{"door": "", "web": "exchange offline", "api": "", "offline": "", "exchange": ""},
	{"app": "story", "storetest": "", "apptest": "app story storetest", "story": "storetest apptest", "cmd": "app story", "e2e": "app apptest story storetest", "bench": "app apptest story storetest"},
}

var floorNames = []string{"words", "ground", "rooms", "doors", "house"}

// guarded packages and the only rooms, with their tests, that may import them.
var guarded = map[string]string{
	"net/http":                              "door web api offline exchange app notify webhook apptest cmd e2e bench",
	"database/sql":                          "store storetest bench", // bench writes the floor that the product is measured against
	"database/sql/driver":                   "store day",             // a day knows how it is stored
	"github.com/jackc/pgx":                  "store storetest bench",
	"modernc.org/sqlite":                    "store bench",
	"github.com/riverqueue":                 "job",
	"github.com/danielgtaylor/huma":         "api",
	"github.com/a-h/templ":                  "door web",
	"github.com/xuri/excelize":              "exchange paper bench",
	"github.com/prometheus":                 "app",
	"github.com/benbjohnson/litestream":     "store",
	"github.com/wneessen/go-mail":           "notify",
	"github.com/SherClockHolmes/webpush-go": "notify",
}

// fixtures are what a test of any floor may use besides its own floor and those below.
var fixtures = "apptest storetest schema store"

func TestImportsGoDown(t *testing.T) {
	seen := 0
	walk(t, ".go", func(path, text string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			return
		}
		room, test := roomOf(filepath.ToSlash(filepath.Dir(path))), strings.HasSuffix(path, "_test.go")
		floor := floorOf(room)
		if room != "" && floor < 0 {
			t.Errorf("%s: %q stands on no floor. Add it to the table in layers_test.go: on which floor, and which neighbours may it enter?", path, room)
			return
		}
		seen++
		for _, spec := range file.Imports {
			target := strings.Trim(spec.Path.Value, `"`)
			if !strings.HasPrefix(target, "ralop/") {
				guard(t, path, room, target)
				continue
			}
			to := roomOf(strings.TrimPrefix(target, "ralop/"))
			if room == "" || to == room && to != "web" || test && (allowed(fixtures, to) || floor == len(floors)-1) {
				continue
			}
			switch up := floorOf(to); {
			case to == "web" && room == "web":
				page, ui := strings.Count(path, "/") > 2, strings.HasPrefix(target, "ralop/internal/web/ui")
				if page && !ui && filepath.ToSlash(filepath.Dir(path)) != strings.TrimPrefix(target, "ralop/") {
					t.Errorf("%s imports %s: pages of one room never enter another's. What both show is a component in web/ui; what both know belongs to a room.", path, target)
				}
			case up > floor:
				t.Errorf("%s imports %s: imports go down, never up (%s → %s). What both need belongs on the lower floor, or the upper one hands it in.", path, target, floorNames[floor], floorNames[up])
			case up == floor && !allowed(floors[floor][room], to) && to != "access" && !(to == "door" && floorNames[floor] == "doors"):
				t.Errorf("%s imports %s: %q may not enter its neighbour %q. Ask the room below both, pass a value in, or argue for the neighbour in a row of layers_test.go.", path, target, room, to)
			}
		}
	})
	if seen < 20 {
		t.Fatalf("only %d files were read; the test does not see the tree", seen)
	}
}

func guard(t *testing.T, path, room, target string) {
	if rooms, exact := guarded[target]; exact && allowed(rooms, room) {
		return
	}
	for prefix, rooms := range guarded {
		if (target == prefix || strings.HasPrefix(target, prefix+"/")) && room != "" && !allowed(rooms, room) {
			t.Errorf("%s imports %s: only %s may. A room knows no HTTP, no driver and no page: take a *store.Tx, return a value.", path, target, rooms)
		}
	}
}

func allowed(list, name string) bool { return slices.Contains(strings.Fields(list), name) }

// roomOf names the room of a folder ("" for the root and tools, which are held to nothing).
func roomOf(folder string) string {
	parts := strings.Split(folder, "/")
	switch {
	case strings.HasPrefix(folder, "internal/store/storetest"): // databases for tests: above the store and the schema
		return "storetest"
	case parts[0] == "internal" && len(parts) > 1:
		return parts[1]
	case parts[0] == "cmd" || parts[0] == "e2e" || parts[0] == "bench" || parts[0] == "pwa":
		return parts[0]
	}
	return ""
}

func floorOf(room string) int {
	return slices.IndexFunc(floors, func(f map[string]string) bool { _, ok := f[room]; return ok })
}

// walk reads every file of the project with the ending, without vendored and outside files.
func walk(t *testing.T, ending string, read func(path, text string)) {
	t.Helper()
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == ".git" || name == "vendor" || name == "testdata" || name == "bin" || name == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ending) {
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if err == nil {
			read(path, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
