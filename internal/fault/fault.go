// Package fault is the one kind of error a person is meant to read.
//
// It is on the words floor and every package may import it. A room says what is
// wrong by a code ("rollcall.locked") and the facts that belong to it; package text
// holds the sentences in Vietnamese and English, and a door turns the kind into a
// status, an exit code or a marked field. Errors that are not faults are the
// machine's: a door shows them as a number to quote and logs the rest.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says what a door should do about a fault.
type Kind string

const (
	Invalid     Kind = "invalid"     // what was sent is wrong; the sender can mend it
	Forbidden   Kind = "forbidden"   // known person, not allowed
	Unsigned    Kind = "unsigned"    // nobody is signed in
	NotFound    Kind = "not-found"   // it does not exist, or may not be known to exist
	Conflict    Kind = "conflict"    // somebody else changed it first; nothing was lost
	Locked      Kind = "locked"      // the time for it is over; somebody can open it again
	Busy        Kind = "busy"        // try again later
	Unsupported Kind = "unsupported" // a file or a form that is not read here
)

// Args are the facts of a fault, by the name the sentence uses. A child's name is
// never one of them: faults are logged.
type Args map[string]any

// Fault is an error for people.
type Fault struct {
	Kind  Kind
	Code  string // message id, "room.what"
	Args  Args
	Field string // the form field or column at fault, "" when it is the whole
	cause error
}

// New makes a Fault.
func New(kind Kind, code string, args Args) *Fault { return &Fault{Kind: kind, Code: code, Args: args} }

// On marks the field at fault.
func (f *Fault) On(field string) *Fault { f.Field = field; return f }

// Because keeps the machine's error behind the fault, for the log.
func (f *Fault) Because(cause error) *Fault { f.cause = cause; return f }

// Error is for logs and developers; people read the sentence of package text.
func (f *Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Kind, f.Code)
	names := make([]string, 0, len(f.Args))
	for name := range f.Args {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, " %s=%v", name, f.Args[name])
	}
	if f.Field != "" {
		fmt.Fprintf(&b, " (field %s)", f.Field)
	}
	if f.cause != nil {
		fmt.Fprintf(&b, ": %v", f.cause)
	}
	return b.String()
}

func (f *Fault) Unwrap() error { return f.cause }

// List is several faults of one input, such as all the wrong fields of a form.
type List []*Fault

func (l List) Error() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "; ")
}

func (l List) Unwrap() []error {
	all := make([]error, len(l))
	for i, f := range l {
		all[i] = f
	}
	return all
}

// OrNil is l as an error, or nil when it is empty.
func (l List) OrNil() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Of finds the (first) Fault in err.
func Of(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Is says whether err holds a fault of this kind.
func Is(err error, kind Kind) bool {
	f, ok := Of(err)
	return ok && f.Kind == kind
}

// HasCode says whether err holds a fault with this code.
func HasCode(err error, code string) bool {
	f, ok := Of(err)
	return ok && f.Code == code
}
