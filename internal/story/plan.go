package story

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
)

// Options name a story.
type Options struct {
	Story string // TuanGiao or LaiChau; "" = TuanGiao
	Size  string // SizeCommune, SizeDistrict or SizeProvince; "" = SizeDistrict
	Seed  uint64 // 0 = the story's own

	// For measuring how the product grows. Pupils is about how many children go to the same schools of the same places:
	// each school has fewer or more classes of the usual size; 0 is as many as the story tells. Since is the first day
	// whose rolls are loaded; 0 is the whole year.
	Pupils int
	Since  day.Day
}

// The stories and sizes.
const (
	TuanGiao = "tuan-giao-2019"
	LaiChau  = "lai-chau-2026"

	SizeCommune  = "commune"
	SizeDistrict = "district"
	SizeProvince = "province"
)

// Place is a unit of the official lists as Make needs it.
type Place struct {
	Code, FullName, Kind, Name string
	District, Province         string // codes; District "" where there is none
}

// Plan is a whole story in memory. Indexes (Commune, Village, School …) point into the Plan's own slices.
type Plan struct {
	Options
	Year     int // school year Year-Year+1
	Teaching day.Range
	Clock    day.Instant // where the story's running clock starts
	Top      string      // code of the unit everything lies in: district of Tuần Giáo, province
	Province string      // code
	People   []Person    // those who have a name and a way to sign in
	Communes []Commune   // official places
	Villages []Village   // invented
	Schools  []School    // invented
	Sites    []Site      // the main site and điểm trường of every school
	Classes  []Class     //
	Pupils   []Pupil     //
	Spells   []Enrolment // by pupil, in order of time
	Expected []Expect    // whom the schools expected at the opening
	// The calendar in the words of its room; a scope's id is the index in the plan + 1 (0: everybody).
	Terms      []calendar.Term
	Timetables []calendar.Timetable
	Exceptions []calendar.Exception
	crowd      float64         // pupils to a pupil of the story as it is told; 1 unless Options.Pupils says otherwise
	built      []seats         // what each class is made for
	rosters    [][]rosterEntry // by class
	due        [][]Slot        // by class, the whole year
}

// Commune is an official place with an invented make-up.
type Commune struct {
	Place
	Highland bool               // vùng cao in this story
	Falling  bool               // lower secondary attendance falls here after the return
	Mix      map[string]float64 // ethnic group code → share
	Poor     float64            // share of poor households
	Weight   float64
	Villages []int
}

// Village is an invented bản or khối.
type Village struct {
	Commune int
	Code    string // commune code + "-" + number
	Name    string // "Bản Huổi Lơ"
	Group   string // ethnic group of most households
	Remote  bool   // too far to walk to the main school every day
}

// Levels of schooling.
const (
	MN   = "MN"
	TH   = "TH"
	THCS = "THCS"
	THPT = "THPT"
	GDTX = "GDTX"
)

// School is an invented school.
type School struct {
	Code     string
	Name     string // "Trường PTDTBT THCS Nắng Mới, xã Phình Sáng"
	Type     string // MN, TH, THCS, TH&THCS, PTDTBT TH, PTDTBT THCS, PTDTBT TH&THCS, THPT, PTDTNT, GDNN-GDTX
	Levels   []string
	Commune  int
	Manager  string // code of the unit that manages it (not where it stands): district, commune or province
	Boarding bool   // has semi-boarders (PTDTBT) or boarders (PTDTNT)
	Sites    []int
	Classes  []int
}

// Site is where classes of a school are held.
type Site struct {
	School  int
	Name    string // "Trung tâm" for the main site, else the village's
	Main    bool
	Village int
}

// Class is one class of the year. A combined class (lớp ghép) has several grades.
type Class struct {
	School, Site int
	Name         string
	Level        string
	Grades       []string // "NT", "3T", "4T", "5T", "1" … "12"
	Afternoons   bool     // meets in the afternoon: the school is short of rooms
	Teacher      string
	TeacherGirl  bool
}

// How a pupil lives while at school.
const (
	AtHome      = ""
	SemiBoarder = "semi"
	Boarder     = "full"
)

// Poverty of the household in the year.
const (
	NotPoor  = ""
	NearPoor = "near_poor"
	Poor     = "poor"
)

// Pupil is an invented child.
type Pupil struct {
	Name         string
	Girl         bool
	Born         day.Day
	Ethnic       string // code of the 1979 list
	Village      int    // of residence, wherever the school is
	Stay         string
	Poverty      string
	Disabled     bool
	MinistryCode string // 10 digits, begins with 99
	PersonalCode string // 12 digits, begins with 999
	Guardian     string
	Relation     string // "father", "mother", "grandparent"
	Phone        string // "" or 10 digits, begins with 010

	habit float32 // how often she is away, 1 = as her class
}

// How spells begin and end.
const (
	Continuing  = "continuing"   // from the grade below
	NewEntrant  = "new_entrant"  // lớp 1, 6, 10, first year of preschool
	Repeater    = "repeater"     // the same grade once more
	TransferIn  = "transfer_in"  // from another school
	Returned    = "returned"     // after dropping out this year
	Open        = ""             // still enrolled
	TransferOut = "transfer_out" // to a school of this story, accepted
	LeftArea    = "left_area"    // to a school outside, not yet confirmed
	Unconfirmed = "unconfirmed"  // offered to a school of this story, not yet accepted
	DroppedOut  = "dropped_out"
	Vocational  = "vocational"
	Died        = "died"
)

// Enrolment is one spell of a pupil at a school, and her classes in it.
type Enrolment struct {
	Pupil, School int
	Grade         string
	From, Until   day.Day // until is exclusive; day.Forever = open
	Entry, Exit   string
	Cause         string // of dropping out: "poverty", "weak", "far", "work", "marriage", "other"
	To            int    // school it was handed to (TransferOut, Unconfirmed), else -1
	Origin        int    // school it came from (TransferIn), else -1
	Classes       []Membership

	fade day.Day // from this day on she stays away; 0 = never
}

// Expect is a child whom a school expected when the year opened, and what became of her by then or since.
type Expect struct {
	Pupil, School int
	Level, Grade  string
	Origin        string  // "opening", "repeater", "entrant"
	State         string  // "arrived", "lost" (in the summer), "moved", "expected" (nobody has said yet)
	Settled       day.Day // day.Forever while expected
	Cause         string
}

// Membership is the time of a spell in one class.
type Membership struct {
	Class       int
	From, Until day.Day
}

// Person is somebody with a name, a role and a place, for one-click sign-in.
type Person struct {
	Key     string // "homeroom", "principal" …; stable
	Login   string
	Name    string
	Girl    bool
	Ethnic  string
	Role    string
	Unit    string // code of the unit she answers for, or ""
	School  int    // or -1
	Class   int    // or -1
	Village int    // or -1
	From    day.Day
	Until   day.Day // of a grant for some days, else day.Forever
}

// Make invents the story from its options and the official list of units valid on its days.
func Make(o Options, places []Place) (*Plan, error) {
	p, chosen, err := begin(o, places)
	if err != nil {
		return nil, err
	}
	for _, place := range chosen {
		p.addCommune(place)
	}
	p.addVillages()
	p.crowd = 1
	if o.Pupils > 0 {
		p.crowd = float64(o.Pupils) / p.told()
	}
	p.addSchools()
	p.addPupils()
	p.addYear()
	p.addMoves()
	p.fillRosters()
	p.addExpected()
	p.addPeople()
	return p, nil
}

// Stage is when and where a story plays.
type Stage struct {
	Realm string      // name of the authority, for opening the realm
	Clock day.Instant // where the running clock starts

	year     int
	teaching day.Range
	top      string // code of the unit everything lies in
	province string
	seed     uint64
	within   map[string]bool // codes of the communes of a story that is smaller than its top; nil: all
}

// Begin says when and where the story of the options plays, without inventing it.
//
// Faults: story.unknown, story.unknown-size.
func Begin(o Options) (s Stage, err error) {
	o = o.whole()
	at := func(y int, m time.Month, d int) day.Instant {
		return day.InstantOf(time.Date(y, m, d, 7, 0, 0, 0, day.Place))
	}
	one := ""
	switch o.Story {
	case TuanGiao:
		s = Stage{Realm: "Điện Biên", Clock: at(2020, 5, 29), year: 2019, top: "099", province: "11", seed: 6102020}
		s.teaching, one = day.Through(day.Date(2019, 8, 26), day.Date(2020, 7, 11)), "03259"
	case LaiChau:
		s = Stage{Realm: "Lai Châu", Clock: at(2026, 11, 17), year: 2026, top: "12", province: "12", seed: 7852026, within: laiChauShort}
		s.teaching, one = day.Through(day.Date(2026, 8, 24), day.Date(2027, 5, 29)), "03571"
	default:
		return s, fault.New(fault.Invalid, "story.unknown", fault.Args{"story": o.Story, "known": TuanGiao + ", " + LaiChau})
	}
	switch o.Size {
	case SizeCommune:
		s.within = map[string]bool{one: true}
	case SizeProvince:
		s.top, s.within = s.province, nil
	case SizeDistrict:
	default:
		return s, fault.New(fault.Invalid, "story.unknown-size", fault.Args{"size": o.Size, "known": SizeCommune + ", " + SizeDistrict + ", " + SizeProvince})
	}
	if o.Seed != 0 {
		s.seed = o.Seed
	}
	return s, nil
}

// whole fills in what the options leave open.
func (o Options) whole() Options {
	if o.Story == "" {
		o.Story = TuanGiao
	}
	if o.Size == "" {
		o.Size = SizeDistrict
	}
	return o
}

func begin(o Options, places []Place) (*Plan, []Place, error) {
	s, err := Begin(o)
	if err != nil {
		return nil, nil, err
	}
	p := &Plan{Options: o.whole(), Year: s.year, Teaching: s.teaching, Clock: s.Clock, Top: s.top, Province: s.province}
	p.Seed = s.seed
	var chosen []Place
	for _, place := range places {
		if place.Province == p.Province && len(place.Code) == 5 && (s.within == nil || s.within[place.Code]) &&
			(p.Top == p.Province || place.District == p.Top) {
			chosen = append(chosen, place)
		}
	}
	if len(chosen) == 0 {
		return nil, nil, fmt.Errorf("story: the list of units has no commune for %s, %s", p.Story, p.Size)
	}
	return p, chosen, nil
}

// stream is a source of chance of its own for one purpose, so that a change in one part of the story moves no other.
func (p *Plan) stream(purpose string, n int) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d", purpose, n)
	return rand.New(rand.NewPCG(p.Seed, h.Sum64()))
}

// today is the day of the clock's start: yesterday is the last day whose rolls are in.
func (p *Plan) today() day.Day { return p.Clock.Day() }
