package story

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/casework"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/warning"
)

// worker lets the people of a loaded story do their work.
type worker struct {
	p        *Plan
	db       *store.Store
	realm    int
	units    map[string]id.ID
	accounts map[string]id.ID // by login
	acts     uint32
}

// worked are the evenings, in days before the clock, on which the story's people look at what was noticed and act.
var worked = []int{5}

// Work lets the people of a story that Build has loaded do what the months before its clock asked of them: committees
// are founded and their members put in charge of villages (some still have nobody), the lists of the breaks are
// settled, and over the last weeks absences are noticed and followed by calls and visits. Everything goes through the
// rooms. at moves the clock of db; it stands at the story's start when Work ends. What has happened since then the house
// sees when it catches up.
func Work(ctx context.Context, db *store.Store, realm int, p *Plan, at func(context.Context, time.Time) error) error {
	w := &worker{p: p, db: db, realm: realm, units: map[string]id.ID{}, accounts: map[string]id.ID{}}
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		err := tx.Each(ctx, func(row store.Row) error {
			var unit id.ID
			var code, kind string
			err := row.Scan(&unit, &code, &kind)
			w.units[kind+" "+code] = unit
			return err
		}, sqlUnits, p.today())
		if err != nil {
			return err
		}
		return tx.Each(ctx, func(row store.Row) error {
			var account id.ID
			var login string
			err := row.Scan(&account, &login)
			w.accounts[login] = account
			return err
		}, sqlLogins, realm)
	})
	if err != nil {
		return err
	}
	if err := w.foundAll(ctx); err != nil {
		return err
	}
	for {
		n, err := afterbreak.Refresh(ctx, db, realm, 100)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	// The product was not there yet when those breaks began: the story says that the lists were made in time.
	if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlFrozenInTime, realm, p.today())
		return err
	}); err != nil {
		return err
	}
	for _, before := range worked {
		evening := p.Clock.Time().AddDate(0, 0, -before).Add(11 * time.Hour)
		if err := at(ctx, evening); err != nil {
			return err
		}
		if err := w.follow(ctx); err != nil {
			return err
		}
	}
	return at(ctx, p.Clock.Time())
}

// follow is an evening: what was noticed becomes cases, and teachers write down whom they called and visited.
func (w *worker) follow(ctx context.Context) error {
	for _, pass := range []func(context.Context, *store.Store, int) (int, error){warning.Nightly, casework.TakeSignals} {
		if _, err := pass(ctx, w.db, w.realm); err != nil {
			return err
		}
	}
	type file struct {
		Case    id.ID
		Code    string // of the pupil: the same on every machine
		Teacher id.ID
		Opened  day.Day
	}
	var files []file
	err := w.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		files, err = store.All[file](ctx, tx, sqlOpenCases, w.realm, tx.Today())
		return err
	})
	if err != nil {
		return err
	}
	for i, f := range files {
		var seed int
		for _, c := range f.Code {
			seed = seed*10 + int(c-'0')
		}
		r := w.p.stream("visit "+f.Opened.String(), seed)
		if r.IntN(100) >= 62 { // nobody has come to it yet
			continue
		}
		err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			who, err := access.Load(ctx, tx, w.realm, f.Teacher)
			if err != nil {
				return err
			}
			_, err = casework.Record(ctx, tx, who, w.act(r, f.Case, tx.Now()))
			return err
		})
		if err != nil {
			return fmt.Errorf("story: case %d of the evening: %w", i+1, err)
		}
	}
	return nil
}

// act is a call or a visit, and what was heard.
func (w *worker) act(r *rand.Rand, of id.ID, now day.Instant) casework.Act {
	w.acts++
	a := casework.Act{ID: [16]byte{0x01, 0x73, 6: 0x70, 8: 0x80, 12: byte(w.acts >> 24), 13: byte(w.acts >> 16), 14: byte(w.acts >> 8), 15: byte(w.acts)},
		Case: of, Kind: "call", TakenAt: now.Add(-time.Duration(10+r.IntN(240)) * time.Minute), Reached: r.IntN(10) < 8}
	if r.IntN(10) < 6 {
		a.Kind = "visit"
		if r.IntN(3) == 0 {
			a.With = []string{"village", "front"}
		}
	}
	if !a.Reached {
		return a
	}
	a.Met = []string{pick(r, []string{"mother", "father", "mother", "grandparent"})}
	a.Cause = pick(r, []string{"field-work", "field-work", "helping-parents", "minding-siblings", "illness", "far-away", "hardship", "weak-learning", "moved-with-parents", "festival"})
	if r.IntN(10) < 6 {
		a.Promise = now.Day() + day.Day(1+r.IntN(6))
	}
	if a.Kind == "visit" && r.IntN(2) == 0 {
		a.SupportSchool = []string{pick(r, []string{"extra-lessons", "books"})}
	}
	return a
}

// foundAll founds the committees of the top unit and of every commune.
func (w *worker) foundAll(ctx context.Context) error {
	if top, ok := w.units["district "+w.p.Top]; ok {
		err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return w.found(ctx, tx, w.p.stream("committee", -1), top, committee.Renewal, -1)
		})
		if err != nil {
			return err
		}
	}
	for c := range w.p.Communes {
		err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return w.found(ctx, tx, w.p.stream("committee", c), w.units["commune "+w.p.Communes[c].Code], committee.Universalisation, c)
		})
		if err != nil {
			return fmt.Errorf("story: %s: %w", w.p.Communes[c].FullName, err)
		}
	}
	return nil
}

// post is somebody in a committee.
type post struct {
	office committee.Office
	body   committee.Body
	job    string
	login  string // of an account, "" for one who works on paper
	at     int    // village in whose name the post is held, or -1
}

// found founds one committee with its members, and puts them in charge.
func (w *worker) found(ctx context.Context, tx *store.Tx, r *rand.Rand, unit id.ID, kind committee.Kind, commune int) error {
	system, p := access.System(w.realm), w.p
	from := day.Date(p.Year, 9, 12) + day.Day(r.IntN(12))
	made, err := committee.Found(ctx, tx, system, committee.FoundInput{Unit: unit, Kind: kind,
		Decision: committee.Decision{Number: fmt.Sprintf("%d/QĐ-UBND", 40+r.IntN(300)), Day: from, Issuer: "Chủ tịch UBND"}})
	if err != nil {
		return err
	}
	posts := w.posts(commune)
	var inCharge []id.ID // members of commune bodies, who take villages in turn
	heads := map[int]id.ID{}
	for _, post := range posts {
		ethnic := kinh
		if commune >= 0 {
			ethnic = likeliest(p.Communes[commune].Mix)
		}
		name := personName(r, ethnic, r.IntN(3) == 0 || post.body == "womens-union", "")
		in := committee.MemberInput{Office: post.office, Body: post.body, Name: name, Job: post.job, Period: day.Range{From: from, Until: day.Forever},
			Phone: fmt.Sprintf("010%07d", r.IntN(10_000_000)), Account: w.accounts[post.login]}
		if in.Account != 0 {
			if in.Name, err = store.One[string](ctx, tx, sqlAccountName, w.realm, in.Account); err != nil {
				return err
			}
		}
		m, err := committee.AddMember(ctx, tx, system, made.ID, in)
		if err != nil {
			return err
		}
		switch {
		case post.at >= 0:
			heads[post.at] = m.ID
		case post.office == committee.Ordinary:
			inCharge = append(inCharge, m.ID)
		}
	}
	if commune < 0 {
		return nil
	}
	duty := func(member id.ID, villages ...int) error {
		var places []committee.Place
		for _, v := range villages {
			places = append(places, committee.Place{Kind: committee.UnitPlace, ID: w.units["village "+p.Villages[v].Code]})
		}
		_, err := committee.Assign(ctx, tx, system, committee.DutyInput{Committee: made.ID, Member: member, Places: places,
			Tasks: []committee.Task{committee.Mobilise, committee.Attendance}, Period: day.Range{From: from, Until: day.Date(p.Year+1, 8, 1)}})
		return err
	}
	turns := make([][]int, len(inCharge))
	for i, v := range p.Communes[commune].Villages {
		switch n := r.IntN(100); {
		case heads[v] != 0:
			if err := duty(heads[v], v); err != nil {
				return err
			}
		case n < 14 || i == len(p.Communes[commune].Villages)-1 && commune%3 == 0: // nobody has been named yet
		default:
			turns[i%len(turns)] = append(turns[i%len(turns)], v)
		}
	}
	for i, villages := range turns {
		if len(villages) > 0 {
			if err := duty(inCharge[i], villages...); err != nil {
				return err
			}
		}
	}
	return nil
}

// posts of a committee; commune -1 is the top unit's.
func (w *worker) posts(commune int) []post {
	p := w.p
	if commune < 0 {
		return []post{
			{committee.Chair, "peoples-committee", "Phó Chủ tịch UBND huyện", "district-chair", -1},
			{committee.StandingDeputy, "education-division", "Trưởng phòng GD&ĐT", "district-head", -1},
			{committee.Deputy, "fatherland-front", "Chủ tịch Ủy ban MTTQ huyện", "", -1},
			{committee.Secretary, "education-division", "Chuyên viên Phòng GD&ĐT", "district", -1},
			{committee.Ordinary, "womens-union", "Chủ tịch Hội LHPN huyện", "", -1},
			{committee.Ordinary, "youth-union", "Bí thư Huyện đoàn", "", -1},
			{committee.Ordinary, "study-promotion", "Chủ tịch Hội Khuyến học huyện", "", -1},
		}
	}
	c := &p.Communes[commune]
	chair, official, stage := "", "xa-"+c.Code, p.Schools[p.Classes[p.stage()].School].Commune == commune
	if stage {
		chair, official = "commune-chair", "commune"
	}
	society, division := committee.Body("culture-society"), p.today() >= day.Date(2025, 7, 1)
	if division {
		society = "culture-society-division"
	}
	principal := ""
	for s := range p.Schools {
		if p.Schools[s].Commune == commune && p.Schools[s].Levels[len(p.Schools[s].Levels)-1] == THCS {
			principal = "ht-" + strings.ToLower(p.Schools[s].Code)
			if s == p.Classes[p.stage()].School {
				principal = "principal"
			}
			break
		}
	}
	posts := []post{
		{committee.Chair, "peoples-committee", "Chủ tịch UBND xã", chair, -1},
		{committee.StandingDeputy, "peoples-committee", "Phó Chủ tịch UBND xã", "", -1},
		{committee.Secretary, society, "Công chức Văn hóa – Xã hội", official, -1},
		{committee.Ordinary, "fatherland-front", "Chủ tịch Ủy ban MTTQ xã", "", -1},
		{committee.Ordinary, "womens-union", "Chủ tịch Hội LHPN xã", "", -1},
		{committee.Ordinary, "youth-union", "Bí thư Đoàn xã", "", -1},
		{committee.Ordinary, "farmers-union", "Chủ tịch Hội Nông dân xã", "", -1},
		{committee.Ordinary, "study-promotion", "Chủ tịch Hội Khuyến học xã", "", -1},
	}
	if principal != "" {
		posts = append(posts, post{committee.Deputy, "school", "Hiệu trưởng", principal, -1})
	}
	for i, v := range c.Villages {
		login := ""
		if person := p.villageHead(); person != nil && person.Village == v {
			login = person.Login
		}
		if i%3 == 0 || login != "" {
			name := p.Villages[v].Name
			posts = append(posts, post{committee.Ordinary, "village-head", "Trưởng " + strings.ToLower(name[:1]) + name[1:], login, v})
		}
	}
	return posts
}

func (p *Plan) villageHead() *Person {
	for i := range p.People {
		if p.People[i].Key == "village" {
			return &p.People[i]
		}
	}
	return nil
}
