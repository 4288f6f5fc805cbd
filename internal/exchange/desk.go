package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// kinds are the files that the desk takes in, each in a file desk_KIND.go.
var kinds = []Kind{studentsKind, registersKind, attendanceKind, staffKind, benefitsKind, resultsKind, householdsKind, headcountsKind, onerosterKind}

// Kind is one sort of file: what its columns are, where and by which right it goes in, and
// how its rows are planned and written. Words for people: intake.kind-NAME, intake.field-FIELD,
// intake.setting-SETTING.
type Kind struct {
	Name     string
	Fields   []Field
	At       map[access.Kind]access.Action // places where it may be imported, and the right asked for there
	Settings []string                      // questions beside the file: year, from …
	Habits   []string                      // those of them that a source answers alike each time: remembered with its columns
	Begin    func(ctx context.Context, tx *store.Tx, job Job) (Taker, error)

	// Open reads a file that is no table, and is nil for those that are. Parts are the names of
	// its files, of which PartStride tells row numbers apart. Such a file needs no columns
	// chosen and is mended where it came from.
	Open  func(content io.ReaderAt, size int64) (rows []Row, notes []RowFault, err error)
	Parts []string
	// Prepare does, before a run writes, what no undo takes back and no slice could hold; may be
	// nil. It changes nothing the second time.
	Prepare func(ctx context.Context, db *store.Store, job Job) error

	// Whole says that the lines of a file belong together: all of them are planned at once.
	Whole bool
	// Derived are tables that only follow from others: their rows do not stand in the way of
	// an undo. Clear are those of them that go with a row that an undo takes away.
	Derived []string
	Clear   intake.Clear
	// Standing says what else was built on a run, beside rows that point to its rows; may be nil.
	Standing func(ctx context.Context, tx *store.Tx, who access.Who, run intake.Run) ([]intake.Standing, error)
	// Restored brings up to date what follows from rows that an undo changed in this transaction; may be nil.
	Restored func(ctx context.Context, tx *store.Tx, who access.Who, rows []intake.Restored) error
}

// Job is one pass over a file.
type Job struct {
	Who      access.Who
	Run      intake.Run
	Settings map[string]string
	DryRun   bool
}

// Taker plans and writes the rows of one pass, batch by batch. It is used by one goroutine.
type Taker interface {
	// Plan says for each line, in their order, what is to be done: by what tx shows and by
	// the lines before. It writes nothing.
	Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error)
	// Passed remembers lines that an earlier, stopped pass has carried out already.
	Passed(ctx context.Context, tx *store.Tx, lines []Line) error
	// Write carries some acts (New and Changed ones only) out in one transaction, and lets j
	// see every row that changes. It may be run again when the transaction is. A fault
	// refuses all of them: they are then tried one by one.
	Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error
	// Wrote is called once the transaction of Write stands.
	Wrote(acts []Act)
	// More gives counts of other things than rows: classes opened … It may be nil.
	More() map[string]int
}

// reader is a Taker that must know how its file stands: titles, headings of days.
type reader interface{ opened(*Reading) }

// Plainly has what a Taker need not do. Embed it.
type Plainly struct{}

func (Plainly) Passed(context.Context, *store.Tx, []Line) error { return nil }
func (Plainly) Wrote([]Act)                                     {}
func (Plainly) More() map[string]int                            { return nil }

// Line is a row of the file under its headings.
type Line struct {
	Row  Row
	Head Head
}

// Get gives the cell of a field, "" when the sheet has no such column.
func (l Line) Get(field string) string { return l.Head.Get(l.Row, field) }

// What is what an act does.
type What string

const (
	New     What = "new"
	Changed What = "changed"
	Same    What = "same"
)

// Act is what is to be done for a line.
type Act struct {
	Row    int
	What   What
	Name   string // whom or what, for the preview of the one who imports
	Where  string // the class, the unit …
	Fields []FieldChange
	Faults []*fault.Fault // any of them refuses the row
	Notes  []Remark
	Digest string // all that the act will write, as text: the same text is the same act
	Do     any    // the kind's own
}

// FieldChange is one field that becomes another, under the kind's own word for it.
type FieldChange struct{ Field, Was, Is string }

// RowKind is the LinkKind of a link to a row of the same file; Link is its number.
const RowKind access.Kind = "row"

// Remark is a finding: the row goes in, and somebody should look, perhaps at what it links to.
type Remark struct {
	Fault    *fault.Fault
	LinkKind access.Kind
	Link     id.ID
}

// Preview is the body of an intake.Line of sort New or Changed.
type Preview struct {
	Name   string
	Where  string
	Fields []FieldChange
}

// Asked is how a file is to be read, and the answers to the questions beside it. It is kept
// with the run as JSON; the Layout of it is remembered for the next file of the source.
type Asked struct {
	Layout   Layout            `json:"layout"`
	Settings map[string]string `json:"settings,omitempty"`
}

// Answers are the possible answers to a question beside the file, the one for "not answered"
// first; nil when people write what they like. Words: intake.SETTING-ANSWER.
func Answers(setting string) []string {
	switch setting {
	case "blanks":
		return []string{string(rollcall.BlanksUnasked), string(rollcall.BlanksUnmarked), string(rollcall.BlanksPresent), string(rollcall.BlanksEveryDay)}
	case "halves":
		return []string{string(rollcall.HalvesUnasked), string(rollcall.HalvesMain), string(rollcall.HalvesAll)}
	}
	return nil
}

func askedOf(run intake.Run) (a Asked, err error) {
	if run.Choice != "" {
		err = json.Unmarshal([]byte(run.Choice), &a)
	}
	return a, err
}

func (a Asked) text() string {
	text, err := json.Marshal(a)
	if err != nil {
		panic("exchange: a choice cannot be written: " + err.Error()) // plain data only
	}
	return string(text)
}

// Kinds are all kinds of files, in the order in which they are offered.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindOf finds a kind by its name. Fault: intake.unknown_kind.
func KindOf(name string) (Kind, error) {
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, fault.New(fault.NotFound, "intake.unknown_kind", fault.Args{"name": name})
}

// OfFile is the kind that a file shows itself to be of: a bundle is known by its manifest,
// whatever it was taken for.
func (k Kind) OfFile(content io.ReaderAt, size int64) Kind {
	if k.Open == nil && IsBundle(content, size) {
		return onerosterKind
	}
	return k
}

// partsOf are the tables that are read of a file of the kind.
func (k Kind) partsOf(chosen Layout) []string {
	if k.Open != nil {
		return k.Parts
	}
	return chosen.Parts
}

// May says by which rule the caller may import files of the kind at a place.
func (k Kind) May(ctx context.Context, tx *store.Tx, who access.Who, place intake.Place) (rule string, err error) {
	action, there := k.At[access.Kind(place.Kind)]
	if !there {
		return "", fault.New(fault.NotFound, "intake.unknown_kind", fault.Args{"name": k.Name})
	}
	return access.May(ctx, tx, who, action, resourceOf(place))
}

func resourceOf(place intake.Place) access.Resource {
	return access.Resource{Kind: access.Kind(place.Kind), ID: place.ID}
}

// UploadIn is a file that comes in.
type UploadIn struct {
	Kind    string
	Place   intake.Place
	Name    string
	Content io.Reader
	Asked   Asked
}

// Upload keeps a file and begins its run, which waits for Choose. Faults: intake.unknown_kind,
// exchange.too-large, those of the right.
func Upload(ctx context.Context, db *store.Store, who access.Who, in UploadIn) (intake.Run, error) {
	kind, err := KindOf(in.Kind)
	if err != nil {
		return intake.Run{}, err
	}
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := kind.May(ctx, tx, who, in.Place)
		return err
	})
	if err != nil {
		return intake.Run{}, err
	}
	file, err := intake.Keep(ctx, db, who.Realm, who.Account, in.Name, in.Content)
	if err != nil {
		return intake.Run{}, err
	}
	var run intake.Run
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rule, err := kind.May(ctx, tx, who, in.Place)
		if err != nil {
			return err
		}
		in.Asked.Layout.Parts = kind.partsOf(in.Asked.Layout)
		made, err := intake.Begin(ctx, tx, who.Realm, intake.Run{Account: who.Account, Kind: kind.Name, Place: in.Place, File: file, FileName: in.Name, Choice: in.Asked.text()})
		if err != nil {
			return err
		}
		if run, err = intake.Find(ctx, tx, who.Realm, made); err != nil {
			return err
		}
		return record(ctx, tx, who, "import.upload", run, rule)
	})
	return run, err
}

// record writes what is done with a run into the audit book: numbers and codes only.
func record(ctx context.Context, tx *store.Tx, who access.Who, action string, run intake.Run, rule string) error {
	detail := map[string]any{"run": run.ID, "kind": run.Kind, "file": run.File}
	if run.Counts.Rows > 0 {
		detail["new"], detail["changed"] = run.Counts.New, run.Counts.Changed
	}
	return audit.Record(ctx, tx, who.Audit(action, resourceOf(run.Place), rule, detail))
}

// RunOf gives a run to whoever may import at its place. Faults: intake.no_run, those of the right.
func RunOf(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) (intake.Run, Kind, error) {
	r, kind, _, err := runOf(ctx, tx, who, run)
	return r, kind, err
}

func runOf(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) (r intake.Run, kind Kind, rule string, err error) {
	if r, err = intake.Find(ctx, tx, who.Realm, run); err != nil {
		return r, kind, "", err
	}
	if kind, err = KindOf(r.Kind); err != nil {
		return r, kind, "", err
	}
	rule, err = kind.May(ctx, tx, who, r.Place)
	return r, kind, rule, err
}

// Runs lists the newest runs of a place, of the kinds that the caller may import there.
func Runs(ctx context.Context, tx *store.Tx, who access.Who, place intake.Place, limit int) ([]intake.Run, error) {
	all, err := intake.Of(ctx, tx, who.Realm, place, limit)
	if err != nil {
		return nil, err
	}
	may := map[string]bool{}
	return slices.DeleteFunc(all, func(r intake.Run) bool {
		allowed, asked := may[r.Kind]
		if !asked && err == nil {
			kind, wrong := KindOf(r.Kind)
			if wrong == nil {
				_, wrong = kind.May(ctx, tx, who, place)
			}
			if _, refused := fault.Of(wrong); wrong != nil && !refused {
				err = wrong
			}
			allowed = wrong == nil
			may[r.Kind] = allowed
		}
		return !allowed
	}), err
}

// Choose says how a run's file is read, and lets it be planned.
func Choose(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, asked Asked) error {
	r, kind, _, err := runOf(ctx, tx, who, run)
	if err != nil {
		return err
	}
	asked.Layout.Parts = kind.partsOf(asked.Layout)
	if err := intake.SetChoice(ctx, tx, who.Realm, run, asked.text()); err != nil {
		return err
	}
	return intake.Ask(ctx, tx, who.Realm, r.ID, intake.Planning, intake.Uploaded, intake.Planned, intake.Failed, intake.Done)
}

// Mend keeps cells that were mended on the screen and lets the run be planned again.
func Mend(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, fixes []intake.Fix) error {
	r, _, _, err := runOf(ctx, tx, who, run)
	if err != nil {
		return err
	}
	if err := intake.Mend(ctx, tx, who.Realm, run, who.Account, fixes); err != nil {
		return err
	}
	return intake.Ask(ctx, tx, who.Realm, r.ID, intake.Planning, intake.Planned, intake.Failed, intake.Done)
}

// Commit lets exactly the plan that was shown go in; digest is Run.Digest of that plan.
// Faults: intake.moved when another plan is shown by now, intake.not_now.
func Commit(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, digest string) error {
	r, kind, rule, err := runOf(ctx, tx, who, run)
	if err != nil {
		return err
	}
	if r.Digest != digest || digest == "" {
		return fault.New(fault.Conflict, "intake.moved", nil)
	}
	asked, err := askedOf(r)
	if err != nil {
		return err
	}
	if r.Source != "" {
		kept, err := json.Marshal(habitsOf(kind, asked))
		if err != nil {
			return err
		}
		if err := intake.Remember(ctx, tx, who.Realm, sourceOf(r, r.Source), string(kept), who.Account); err != nil {
			return err
		}
	}
	if err := intake.Ask(ctx, tx, who.Realm, run, intake.Committing, intake.Planned); err != nil {
		return err
	}
	return record(ctx, tx, who, "import.commit", r, rule)
}

// CommitUnseen lets a file go in without a plan that anybody saw: for the command line.
func CommitUnseen(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) error {
	r, _, rule, err := runOf(ctx, tx, who, run)
	if err != nil {
		return err
	}
	if err := intake.Ask(ctx, tx, who.Realm, run, intake.Committing, intake.Uploaded); err != nil {
		return err
	}
	return record(ctx, tx, who, "import.commit", r, rule)
}

// Discard forgets a run of which nothing went in, with its file. Fault: intake.not_now.
func Discard(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) error {
	r, _, rule, err := runOf(ctx, tx, who, run)
	if err != nil {
		return err
	}
	if r.Entries > 0 || !r.Ended() {
		return fault.New(fault.Conflict, "intake.not_now", nil)
	}
	if err := intake.Forget(ctx, tx, who.Realm, r); err != nil {
		return err
	}
	return record(ctx, tx, who, "import.discard", r, rule)
}

// Resume lets a run that failed while it wrote, or was left behind, go on where it stands.
func Resume(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) error {
	r, _, rule, err := runOf(ctx, tx, who, run)
	if err != nil {
		return err
	}
	if err := intake.GoOn(ctx, tx, who.Realm, run); err != nil {
		return err
	}
	return record(ctx, tx, who, "import.resume", r, rule)
}

// sourceOf is what the mapping of a file is remembered under: the place, the kind, the headings.
func sourceOf(run intake.Run, headings string) string {
	sum := sha256.Sum256([]byte(run.Place.Kind + "/" + run.Place.ID.String() + "/" + run.Kind + "/" + headings))
	return hex.EncodeToString(sum[:16])
}

// Lines gives what is said of a run's rows: one sort of lines, after a number. Those that
// wait for a decision are among the refused.
func Lines(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, sort string, after int64, limit int) ([]intake.Line, error) {
	f := intake.Filter{Sorts: []string{sort}}
	if sort == intake.Refused {
		f.Sorts = refusedSorts
	}
	return LinesOf(ctx, tx, who, run, f, after, limit)
}

// refusedSorts are the lines of rows that do not go in.
var refusedSorts = []string{intake.Refused, intake.Asks}

// LinesOf gives the lines of a filter after a number.
func LinesOf(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, f intake.Filter, after int64, limit int) ([]intake.Line, error) {
	if _, _, _, err := runOf(ctx, tx, who, run); err != nil {
		return nil, err
	}
	return intake.Lines(ctx, tx, who.Realm, run, f, after, limit)
}

// LinesUpTo gives the lines of a filter up to a number, the last first.
func LinesUpTo(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, f intake.Filter, last int64, limit int) ([]intake.Line, error) {
	if _, _, _, err := runOf(ctx, tx, who, run); err != nil {
		return nil, err
	}
	return intake.LinesUpTo(ctx, tx, who.Realm, run, f, last, limit)
}

// FindingKind is one kind of finding of a run, with a line that says it.
type FindingKind struct {
	intake.Finding
	Line intake.Line
}

// Findings gives the kinds of findings among lines of a sort, the most frequent first.
func Findings(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, sort string) ([]FindingKind, error) {
	if _, _, _, err := runOf(ctx, tx, who, run); err != nil {
		return nil, err
	}
	all, err := intake.Findings(ctx, tx, who.Realm, run, []string{sort})
	if err != nil {
		return nil, err
	}
	kinds := make([]FindingKind, len(all))
	for i, f := range all {
		says, err := intake.Lines(ctx, tx, who.Realm, run, intake.Filter{Sorts: []string{sort}, Code: f.Code}, f.First-1, 1)
		if err != nil {
			return nil, err
		}
		kinds[i] = FindingKind{f, says[0]}
	}
	return kinds, nil
}
