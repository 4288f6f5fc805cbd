package exchange

import (
	"ralop/internal/fault"
)

// listed is what a room plans for a line of a list.
type listed interface {
	New() bool
	Changed() bool
}

// list is how a kind's lines go through the room that plans them: R is a line as the room
// reads it, P what it plans.
type list[R any, P listed] struct {
	read    func(Line, *Act) (R, error) // may say in the act where the line belongs; a fault refuses the line
	plan    func([]R) ([]P, error)      // one P for each R, in their order
	refused func(P) *fault.Fault
	show    func(P, *Act) // what the act becomes for people, and its digest
}

// acts reads each line, has those that can be read planned together, and makes an act of
// every line. An error that is no fault ends the pass: it is nobody's mistake in the file.
func (l list[R, P]) acts(lines []Line) ([]Act, error) {
	acts := make([]Act, len(lines))
	var read []R
	var of []*Act
	for i, line := range lines {
		acts[i] = Act{Row: line.Row.Number, What: Same, Name: line.Get("name")}
		r, err := l.read(line, &acts[i])
		if f, refused := fault.Of(err); refused {
			acts[i].Faults = append(acts[i].Faults, f)
			continue
		} else if err != nil {
			return nil, err
		}
		read, of = append(read, r), append(of, &acts[i])
	}
	planned, err := l.plan(read)
	if err != nil {
		return nil, err
	}
	for i, p := range planned {
		a := of[i]
		if f := l.refused(p); f != nil {
			a.Faults = append(a.Faults, f)
			continue
		}
		switch {
		case p.New():
			a.What = New
		case p.Changed():
			a.What = Changed
		}
		a.Do = p
		l.show(p, a)
	}
	return acts, nil
}

// change notes a field when it becomes another.
func (a *Act) change(all ...FieldChange) {
	for _, f := range all {
		if f.Was != f.Is {
			a.Fields = append(a.Fields, f)
		}
	}
}
