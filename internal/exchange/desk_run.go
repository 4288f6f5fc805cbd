package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
)

// Bounds of a pass.
const (
	deskSlice  = 64    // acts that one transaction writes: some 10 ms, so that a roll call never waits long
	deskSaid   = 50000 // refused rows and remarks that are kept
	digestSize = 8
)

// MostShown is how many rows that are made, changed or left as they are a preview keeps, of
// each; the counts are of all.
const MostShown = 1000

// Work does what the runs of a realm wait for, also what another process left behind. It is
// the worker's turn: call it often.
func Work(ctx context.Context, db *store.Store, realm int) error {
	for {
		var waiting []id.ID
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			waiting, err = intake.Waiting(ctx, tx, realm, tx.NewID())
			return err
		})
		if err != nil || len(waiting) == 0 {
			return err
		}
		for _, run := range waiting {
			if _, err := Drive(ctx, db, realm, run, nil); err != nil && !errors.Is(err, intake.ErrTaken) {
				return err
			}
		}
	}
}

// Drive does what one run waits for, here and now, and gives the run as it is then: a fault
// that ended it stands in it. The error is intake.ErrTaken when another process works on it.
func Drive(ctx context.Context, db *store.Store, realm int, run id.ID, progress func(done, total int)) (intake.Run, error) {
	d := &driver{db: db, realm: realm, progress: progress}
	err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		var ok bool
		if d.holder, ok, err = intake.Take(ctx, tx, realm, run); err != nil {
			return err
		}
		if d.run, err = intake.Find(ctx, tx, realm, run); err == nil && !ok && !d.run.Ended() {
			err = intake.ErrTaken
		}
		return err
	})
	if err != nil || d.run.Ended() {
		return d.run, err
	}
	if err := d.drive(ctx); err != nil {
		if _, known := fault.Of(err); errors.Is(err, intake.ErrTaken) || !known && ctx.Err() != nil {
			return d.run, err // it is another's, or goes on when the house stands again
		}
		if err := d.fail(context.WithoutCancel(ctx), err); err != nil {
			return d.run, err
		}
		if _, known := fault.Of(err); !known {
			return d.run, err
		}
	}
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d.run, err = intake.Find(ctx, tx, realm, run)
		return err
	})
	return d.run, err
}

// driver is one process at work on one run.
type driver struct {
	db       *store.Store
	realm    int
	run      intake.Run
	holder   id.ID
	kind     Kind
	who      access.Who
	progress func(done, total int)

	taker  Taker
	source *source
	counts intake.Counts
	lines  int64 // number of the last line said
	said   map[string]int
	plan   []byte // digest of the digests so far
	next   id.ID  // the holder once the transaction in hand stands
}

func (d *driver) drive(ctx context.Context) (err error) {
	if d.kind, err = KindOf(d.run.Kind); err != nil {
		return err
	}
	err = d.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if d.who, err = whoOf(ctx, tx, d.realm, d.run.Account); err == nil {
			_, err = d.kind.May(ctx, tx, d.who, d.run.Place)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case d.run.State == intake.Undoing:
		return d.undo(ctx)
	case d.run.State == intake.Committing && d.kind.Prepare != nil:
		asked, err := askedOf(d.run)
		if err != nil {
			return err
		}
		if err := d.kind.Prepare(ctx, d.db, Job{Who: d.who, Run: d.run, Settings: asked.Settings}); err != nil {
			return err
		}
	}
	return d.pass(ctx, d.run.State == intake.Planning)
}

// whoOf is the one who began a run: the command line of the machine's owner has no account.
func whoOf(ctx context.Context, tx *store.Tx, realm int, account id.ID) (access.Who, error) {
	if account == 0 {
		return access.System(realm), nil
	}
	return access.Load(ctx, tx, realm, account)
}

// fail writes down why a run ended.
func (d *driver) fail(ctx context.Context, why error) error {
	f, known := fault.Of(why)
	if !known {
		f = fault.New(fault.Busy, "intake.broken", nil)
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return intake.End(ctx, tx, d.realm, d.run.ID, d.holder, intake.Finish{State: intake.Failed, Counts: d.counts, Digest: d.run.Digest, Fault: f})
	})
}

// pass reads the file from its first row: to plan it, or to write it from where the run stands.
func (d *driver) pass(ctx context.Context, plans bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if err := d.begin(ctx, plans); err != nil {
		return err
	}
	defer d.source.close()
	number := 0
	at := int64(0) // rows read
	for b := range d.source.batches(ctx) {
		if b.err != nil {
			return b.err
		}
		from := at
		at += int64(len(b.lines))
		number++
		if at <= d.run.Position {
			if err := d.passed(ctx, b.lines); err != nil {
				return err
			}
			continue
		}
		lines := b.lines
		if done := d.run.Position - from; done > 0 {
			if err := d.passed(ctx, lines[:done]); err != nil {
				return err
			}
			lines = lines[done:]
		}
		moved, err := d.batch(ctx, number, int(at-from)-len(lines), lines, plans)
		if err != nil {
			return err
		}
		if moved {
			return d.planAgain(ctx)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return d.finish(ctx, plans)
}

func (d *driver) begin(ctx context.Context, plans bool) error {
	asked, err := askedOf(d.run)
	if err != nil {
		return err
	}
	d.said, d.plan = map[string]int{}, nil
	if d.run.Position == 0 {
		d.counts = intake.Counts{}
		err = d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			d.holder, err = intake.Restart(ctx, tx, d.realm, d.run.ID, d.holder, plans)
			return err
		})
	} else {
		d.counts = d.run.Counts
		d.counts.More = maps.Clone(d.run.Counts.More)
	}
	if err != nil {
		return err
	}
	return d.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if d.run, err = intake.Find(ctx, tx, d.realm, d.run.ID); err != nil {
			return err
		}
		if d.lines, err = intake.LastLine(ctx, tx, d.realm, d.run.ID); err != nil {
			return err
		}
		if d.source, err = openSource(ctx, tx, d.realm, d.run, d.kind); err != nil {
			return err
		}
		if d.taker, err = d.kind.Begin(ctx, tx, Job{Who: d.who, Run: d.run, Settings: d.source.settings(asked), DryRun: plans}); err != nil {
			d.source.close()
			return err
		}
		if r, ok := d.taker.(reader); ok {
			r.opened(d.source.reading)
		}
		return nil
	})
}

func (d *driver) passed(ctx context.Context, lines []Line) error {
	return d.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error { return d.taker.Passed(ctx, tx, lines) })
}

// batch plans some lines and, in a pass that writes, writes them. moved says that the plan of
// a row is not the one that was shown: nothing of the batch is written then.
func (d *driver) batch(ctx context.Context, number, before int, lines []Line, plans bool) (moved bool, err error) {
	var acts []Act
	var shown []byte
	err = d.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if acts, err = d.taker.Plan(ctx, tx, lines); err == nil && !plans && d.run.Digest != "" {
			shown, err = intake.Digests(ctx, tx, d.realm, d.run.ID, number)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	if len(acts) != len(lines) {
		panic("exchange: a kind planned another number of rows than it was given: " + d.kind.Name)
	}
	if plans {
		return false, d.keepPlan(ctx, number, lines, acts)
	}
	if d.run.Digest != "" && !bytes.Equal(digests(acts), shown[min(len(shown), before*digestSize):]) {
		return true, nil
	}
	for len(acts) > 0 {
		n, writes := 0, 0
		for n < len(acts) && writes < deskSlice {
			if acts[n].writes() {
				writes++
			}
			n++
		}
		if err := d.slice(ctx, lines[:n], acts[:n]); err != nil {
			return false, err
		}
		lines, acts = lines[n:], acts[n:]
	}
	return false, nil
}

func (a Act) writes() bool { return len(a.Faults) == 0 && a.What != Same }

// asks says whether a refused row says nothing wrong, and only somebody can decide about it.
func (a Act) asks() bool {
	for _, f := range a.Faults {
		if f.Kind != fault.Conflict {
			return false
		}
	}
	return len(a.Faults) > 0
}

// digests gives 8 bytes for each act.
func digests(acts []Act) []byte {
	all := make([]byte, 0, len(acts)*digestSize)
	for _, a := range acts {
		text := a.Digest
		for _, f := range a.Faults {
			text += "\x00" + f.Code
		}
		sum := sha256.Sum256([]byte(text))
		all = append(all, sum[:digestSize]...)
	}
	return all
}

func (d *driver) keepPlan(ctx context.Context, number int, lines []Line, acts []Act) error {
	said := d.tell(lines, acts, true)
	shown := digests(acts)
	sum := sha256.Sum256(append(d.plan, shown...))
	d.plan = sum[:]
	d.count(acts)
	err := d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := intake.Say(ctx, tx, d.realm, d.run.ID, said); err != nil {
			return err
		}
		if err := intake.KeepDigests(ctx, tx, d.realm, d.run.ID, number, shown); err != nil {
			return err
		}
		return d.advance(ctx, tx, len(acts))
	})
	return d.advanced(err, len(acts))
}

// slice writes some rows in one transaction, together with how far the run is. When it is
// refused its rows are tried one by one.
func (d *driver) slice(ctx context.Context, lines []Line, acts []Act) error {
	said := d.tell(lines, acts, false)
	d.count(acts)
	err := d.write(ctx, acts, said)
	if f, refused := fault.Of(err); !refused || errors.Is(err, intake.ErrTaken) {
		return err
	} else if len(acts) > 1 {
		d.uncount(acts)
		d.untell(said)
		for i := range acts {
			if err := d.slice(ctx, lines[i:i+1], acts[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	} else {
		d.uncount(acts)
		d.untell(said)
		acts[0].Faults = append(acts[0].Faults, f)
	}
	return d.slice(ctx, lines, acts)
}

func (d *driver) write(ctx context.Context, acts []Act, said []intake.Line) error {
	var writing []Act
	for _, a := range acts {
		if a.writes() {
			writing = append(writing, a)
		}
	}
	err := d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if len(writing) > 0 {
			j := intake.NewJournal(d.realm, d.run.ID)
			if err := d.taker.Write(ctx, tx, writing, j); err != nil {
				return err
			}
			if err := j.Close(ctx, tx); err != nil {
				return err
			}
		}
		if err := intake.Say(ctx, tx, d.realm, d.run.ID, said); err != nil {
			return err
		}
		return d.advance(ctx, tx, len(acts))
	})
	if err == nil && len(writing) > 0 {
		d.taker.Wrote(writing)
	}
	return d.advanced(err, len(acts))
}

// advance moves the run on in the transaction of its rows; advanced follows when it stands.
func (d *driver) advance(ctx context.Context, tx *store.Tx, rows int) (err error) {
	next, err := intake.Advance(ctx, tx, d.realm, d.run.ID, d.holder, intake.Step{From: d.run.Position, Position: d.run.Position + int64(rows),
		Total: int64(d.source.reading.Total), Counts: d.counts, Source: d.source.seen.Source})
	d.next = next
	return err
}

func (d *driver) advanced(err error, rows int) error {
	if err != nil {
		return err
	}
	d.holder = d.next
	d.run.Position += int64(rows)
	d.more()
	if d.progress != nil {
		d.progress(int(d.run.Position), d.source.reading.Total)
	}
	return nil
}

// more brings the other counts up to date: those of earlier, stopped passes and this one's.
func (d *driver) more() {
	for name, n := range d.taker.More() {
		if d.counts.More == nil {
			d.counts.More = map[string]int{}
		}
		d.counts.More[name] = d.run.Counts.More[name] + n
	}
}

func (d *driver) count(acts []Act)   { d.add(acts, 1) }
func (d *driver) uncount(acts []Act) { d.add(acts, -1) }

func (d *driver) add(acts []Act, n int) {
	for _, a := range acts {
		d.counts.Rows += n
		switch {
		case len(a.Faults) > 0:
			d.counts.Refused += n
			if a.asks() {
				d.counts.Asked += n
			}
			continue
		case a.What == New:
			d.counts.New += n
		case a.What == Changed:
			d.counts.Changed += n
		default:
			d.counts.Same += n
		}
		if len(a.Notes) > 0 {
			d.counts.Noted += n
		}
	}
}

// tell makes the lines that are said of some rows.
func (d *driver) tell(lines []Line, acts []Act, previews bool) (all []intake.Line) {
	say := func(l intake.Line, most int) {
		if d.said[l.Sort] < most {
			d.said[l.Sort]++
			d.lines++
			l.Number = d.lines
			all = append(all, l)
		}
	}
	for i, a := range acts {
		sort := intake.Refused
		if a.asks() {
			sort = intake.Asks
		}
		for _, f := range a.Faults {
			kind, link := rowMeant(f)
			say(intake.Line{Row: a.Row, Sort: sort, LinkKind: string(kind), Link: link}.Of(lines[i].Head.placed(f)), deskSaid)
		}
		for _, n := range lines[i].Row.Notes {
			say(intake.Line{Row: a.Row, Sort: intake.Note}.Of(n.Fault), deskSaid)
		}
		if len(a.Faults) > 0 {
			continue
		}
		for _, n := range a.Notes {
			say(intake.Line{Row: a.Row, Sort: intake.Note, LinkKind: string(n.LinkKind), Link: n.Link}.Of(lines[i].Head.placed(n.Fault)), deskSaid)
		}
		if previews && d.said[string(a.What)] < MostShown {
			body, err := json.Marshal(Preview{a.Name, a.Where, a.Fields})
			if err != nil {
				continue // plain texts only
			}
			say(intake.Line{Row: a.Row, Sort: string(a.What), Body: string(body)}, MostShown)
		}
	}
	return all
}

// rowMeant gives the row that a fault clashes with.
func rowMeant(f *fault.Fault) (access.Kind, id.ID) {
	if row, ok := f.Args["first"].(int); ok {
		return RowKind, id.ID(row)
	}
	return "", 0
}

// untell takes back the numbers of lines that did not stand.
func (d *driver) untell(said []intake.Line) {
	for _, l := range said {
		d.said[l.Sort]--
		d.lines--
	}
}

// placed names the column of a fault about a field, and the row that it clashes with as
// people call it.
func (h Head) placed(f *fault.Fault) *fault.Fault {
	column := h.Has(f.Field) && f.Args["column"] == nil
	row, clashes := f.Args["first"].(int)
	if !column && !clashes {
		return f
	}
	placed := *f
	placed.Args = fault.Args{}
	for name, value := range f.Args {
		placed.Args[name] = value
	}
	if column {
		placed.Args["column"], placed.Args["heading"] = h.Column(f.Field), h.Heading(f.Field)
	}
	if clashes {
		placed.Args["first"] = h.RowName(row)
	}
	return &placed
}

// finish says of the whole file what is to be said, and ends the pass.
func (d *driver) finish(ctx context.Context, plans bool) error {
	var whole []intake.Line
	for _, n := range append(append([]RowFault(nil), d.source.seen.Notes...), d.source.reading.Notes()...) {
		d.lines++
		whole = append(whole, intake.Line{Number: d.lines, Row: n.Row, Sort: intake.Note}.Of(n.Fault))
	}
	f := intake.Finish{State: intake.Done, Counts: d.counts}
	if plans {
		f.State, f.Moved = intake.Planned, d.run.Moved
		f.Digest = hex.EncodeToString(d.plan)
		if d.counts.Rows == 0 {
			f.Digest = "-"
		}
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := intake.Say(ctx, tx, d.realm, d.run.ID, whole); err != nil {
			return err
		}
		return intake.End(ctx, tx, d.realm, d.run.ID, d.holder, f)
	})
}

// planAgain shows the plan anew: what is there is not what the plan went by.
func (d *driver) planAgain(ctx context.Context) error {
	d.source.close()
	err := d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if d.next, err = intake.Moved(ctx, tx, d.realm, d.run.ID, d.holder); err == nil {
			d.run, err = intake.Find(ctx, tx, d.realm, d.run.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.holder = d.next
	return d.pass(ctx, true)
}
