package indicator

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// By says what the rows of a Result are.
type By string

const (
	Total       By = "total" // no rows
	ByDay       By = "day"
	ByMonth     By = "month"
	ByChildren  By = "children"
	ByLevel     By = "level"
	ByGrade     By = "grade"
	BySex       By = "sex"
	ByEthnicity By = "ethnicity"
	ByBoarding  By = "boarding"
	ByPoverty   By = "poverty"
	ByVillage   By = "village" // unit of residence
	ByZone      By = "zone"
	ByAge       By = "age" // mobilisation only
)

var allBy = []By{Total, ByDay, ByMonth, ByChildren, ByLevel, ByGrade, BySex, ByEthnicity, ByBoarding, ByPoverty, ByVillage, ByZone, ByAge}

// sensitive breakdowns need a role of their own, and their small cells are hidden.
func (b By) sensitive() bool { return b == ByEthnicity || b == ByPoverty }

// Query asks for a figure.
type Query struct {
	Indicator ID
	Place     Place
	Period    day.Range
	AsOf      day.Day // the day whose tree is used; zero is the last day of the period
	View      View    // "" is the indicator's own
	Level     string  // "" is all
	By        By      // "" is Total
}

// Row is a part of the whole.
type Row struct {
	Key   string // id of a place, YYYY-MM-DD, a level, a grade, a code
	Label string // what people call it; "" when the key is a code of the message files
	Child Child  // of ByChildren
	Value Value
}

// Result is a figure with its parts.
type Result struct {
	Query      Query // as answered: AsOf, View and By filled in
	Definition Definition
	Code       string // of the place
	Name       string
	Kind       string
	Total      Value
	Rows       []Row
	Rule       string // the access rule that allowed it
}

// Measure works out a figure. The caller must be allowed to see the board of the place
// (and, for a breakdown by ethnicity or poverty, to see sensitive ones there). Faults:
// "indicator.unknown", "indicator.no-view", "indicator.no-breakdown", "indicator.no-place-then".
func Measure(ctx context.Context, tx *store.Tx, who access.Who, q Query) (Result, error) {
	if q.Period.Empty() {
		return Result{}, fault.New(fault.Invalid, "indicator.empty-period", nil).On("to")
	}
	definition, err := Lookup(q.Indicator, q.Period.Last())
	if err != nil {
		return Result{}, err
	}
	if q.View, err = definition.view(q.View); err != nil {
		return Result{}, err
	}
	if q.By == "" {
		q.By = Total
	}
	if q.AsOf.IsZero() {
		q.AsOf = q.Period.Last()
	}
	if !slices.Contains(allBy, q.By) {
		return Result{}, noBreakdown(q)
	}
	rule, err := maySee(ctx, tx, who, q)
	if err != nil {
		return Result{}, err
	}
	l, err := lay(ctx, tx, who.Realm, q.Place, q.AsOf)
	if err != nil {
		return Result{}, err
	}
	if q.View == ByResidence {
		if err := l.residences(ctx, tx); err != nil {
			return Result{}, err
		}
	}
	m := &measuring{ctx: ctx, tx: tx, realm: who.Realm, query: q, layout: l}
	total, rows, err := m.run()
	if err != nil {
		return Result{}, err
	}
	return Result{Query: q, Definition: definition, Code: l.code, Name: l.name, Kind: l.kind, Total: total, Rows: rows, Rule: rule}, nil
}

func noBreakdown(q Query) error {
	return fault.New(fault.Invalid, "indicator.no-breakdown", fault.Args{"indicator": string(q.Indicator), "by": string(q.By)}).On("by")
}

// maySee asks for the board of the place. Who answers for the children that live in a
// unit (a village head) sees its board by residence.
func maySee(ctx context.Context, tx *store.Tx, who access.Who, q Query) (string, error) {
	action := access.SeeBoard
	if q.By.sensitive() {
		action = access.SeeSensitive
	}
	rule, err := access.May(ctx, tx, who, action, q.Place.resource())
	if fault.Is(err, fault.Forbidden) && q.View == ByResidence && q.Place.Kind == access.UnitKind {
		if rule, err := access.May(ctx, tx, who, action, access.Residence(q.Place.ID)); err == nil {
			return rule, nil
		}
	}
	return rule, err
}

// measuring is one figure being worked out.
type measuring struct {
	ctx    context.Context
	tx     *store.Tx
	realm  int
	query  Query
	layout *layout
}

func (m *measuring) run() (Value, []Row, error) {
	switch m.query.Indicator {
	case Attendance, AttendanceUnexcused, AttendanceMoment, AttendanceExcludingReleased:
		return m.attendance()
	case Retention, RetentionGross, Dropout, TransferUnconfirmed, TransferIn, TransferOut:
		return m.ledger()
	case Repeat:
		return m.repeaters()
	case LongAbsence:
		return m.longAbsence()
	}
	return m.population()
}
