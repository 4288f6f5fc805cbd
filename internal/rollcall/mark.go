package rollcall

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/viet"
)

// Kind is what a mark says of a pupil who was not simply present.
type Kind int

const (
	Present   Kind = 0 // no mark: was in class
	Unknown   Kind = 1 // vắng, chưa rõ: counts as absent, a column of its own
	Excused   Kind = 2 // vắng có phép (P)
	Unexcused Kind = 3 // vắng không phép (K): only when a person says so
	Late      Kind = 4 // muộn (M): present
)

// Kinds lists the kinds in the order in which taps go through them.
var Kinds = [...]Kind{Unknown, Excused, Unexcused, Late}

// Valid says whether k is one of the kinds.
func (k Kind) Valid() bool { return k >= Unknown && k <= Late }

// Absent says whether a pupil with this mark was not in class.
func (k Kind) Absent() bool { return k == Unknown || k == Excused || k == Unexcused }

// Join is what is said of a pupil of whom two people say two things, until a person
// decides: what both say; late where one saw her come late; else "chưa rõ". It takes
// kinds in any order and any number of times: Unknown stands above all, Late above Present.
func (k Kind) Join(o Kind) Kind {
	switch {
	case k == o:
		return k
	case min(k, o) == Present && max(k, o) == Late:
		return Late
	}
	return Unknown
}

// Code is the kind's name in files, addresses and message ids ("rollcall.kind-unknown").
func (k Kind) Code() string {
	switch k {
	case Present:
		return "present"
	case Unknown:
		return "unknown"
	case Excused:
		return "excused"
	case Unexcused:
		return "unexcused"
	case Late:
		return "late"
	}
	return fmt.Sprintf("kind-%d", int(k))
}

// ParseKind reads a code or the letter of a paper sheet: "?", P, K, M.
func ParseKind(text string) (Kind, bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "unknown", "?", "v":
		return Unknown, true
	case "excused", "p":
		return Excused, true
	case "unexcused", "k":
		return Unexcused, true
	case "late", "m":
		return Late, true
	}
	return 0, false
}

// Mark is one exception on a sheet.
type Mark struct {
	Pupil  id.ID
	Kind   Kind
	Reason string // code of Reasons, "" when not known
	Note   string // one line, at most NoteLength letters
}

// NoteLength is the most letters a note has.
const NoteLength = 200

// checkMarks gives the marks in order of pupil, with clean notes. Unknown kinds and
// reasons and a pupil named twice are faults.
func checkMarks(marks []Mark) ([]Mark, error) {
	out := slices.Clone(marks)
	for i := range out {
		m := &out[i]
		if !m.Kind.Valid() {
			return nil, fault.New(fault.Invalid, "rollcall.bad-kind", fault.Args{"value": int(m.Kind)}).On("marks")
		}
		if m.Reason != "" && !knownReason(m.Reason) {
			return nil, fault.New(fault.Invalid, "rollcall.bad-reason", fault.Args{"value": m.Reason}).On("marks")
		}
		if m.Note = viet.Clean(m.Note); len([]rune(m.Note)) > NoteLength {
			return nil, fault.New(fault.Invalid, "rollcall.long-note", fault.Args{"most": NoteLength}).On("marks")
		}
	}
	slices.SortFunc(out, byPupil)
	for i := 1; i < len(out); i++ {
		if out[i].Pupil == out[i-1].Pupil {
			return nil, fault.New(fault.Invalid, "rollcall.twice", nil).On("marks")
		}
	}
	return out, nil
}

func byPupil(a, b Mark) int { return cmp.Compare(a.Pupil, b.Pupil) }

// encodeMarks writes the exceptions of one version: a line for each, "pupil kind reason
// note", the pupil in base 36. Marks of pupils who had left the class by then follow
// with a minus: they were sent and are kept, but do not count.
func encodeMarks(marks, dropped []Mark) string {
	var b strings.Builder
	write := func(sign string, marks []Mark) {
		for _, m := range marks {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(sign)
			b.WriteString(strconv.FormatInt(int64(m.Pupil), 36))
			b.WriteByte(' ')
			b.WriteString(strconv.Itoa(int(m.Kind)))
			if m.Reason != "" || m.Note != "" {
				b.WriteByte(' ')
				b.WriteString(m.Reason)
			}
			if m.Note != "" {
				b.WriteByte(' ')
				b.WriteString(m.Note)
			}
		}
	}
	write("", marks)
	write("-", dropped)
	return b.String()
}

func decodeMarks(body string) (marks, dropped []Mark, err error) {
	if body == "" {
		return nil, nil, nil
	}
	for line := range strings.SplitSeq(body, "\n") {
		rest, gone := strings.CutPrefix(line, "-")
		parts := strings.SplitN(rest, " ", 4)
		if len(parts) < 2 {
			return nil, nil, fmt.Errorf("rollcall: a kept version has the line %q", line)
		}
		pupil, err := strconv.ParseInt(parts[0], 36, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("rollcall: a kept version: %w", err)
		}
		kind, err := strconv.Atoi(parts[1])
		if err != nil {
			return nil, nil, fmt.Errorf("rollcall: a kept version: %w", err)
		}
		m := Mark{Pupil: id.ID(pupil), Kind: Kind(kind)}
		if len(parts) > 2 {
			m.Reason = parts[2]
		}
		if len(parts) > 3 {
			m.Note = parts[3]
		}
		if gone {
			dropped = append(dropped, m)
		} else {
			marks = append(marks, m)
		}
	}
	return marks, dropped, nil
}
