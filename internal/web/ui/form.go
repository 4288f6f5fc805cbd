package ui

import "strings"

// Field is one question of a form.
type Field struct {
	Name     string
	Label    string
	Value    string
	Help     string // one sentence, may be empty
	Error    string // a sentence, may be empty
	Optional bool   // says so beside the label; everything else is required
	Disabled bool
	ReadOnly bool
	Class    string   // "input-number", "input-short", may be empty
	Kind     string   // of an input: text (default), date, number, password, email, tel, search, file, time
	Complete string   // autocomplete
	Mode     string   // inputmode: numeric, tel, …
	Hint     string   // placeholder
	Accept   string   // of a file
	Min, Max string   // of a number or date
	Options  []Option // of Select, Radios, Checks
	Submits  bool     // a choice sends the form at once (works with a button too)
	Rows     string   // of a text area
	Filter   bool     // stands in a filter bar: neither required nor marked optional
}

// Option is one answer of a Select, Radios or Checks.
type Option struct {
	Value    string
	Label    string
	Help     string
	Chosen   bool
	Disabled bool
	Group    string // heading of an option group in a Select, may be empty
}

// ID is the id of the field in the page, for links to it.
func (f Field) ID() string {
	return "o-" + strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(f.Name)
}

func (f Field) describedBy() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.ID()+"-giup")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-loi")
	}
	return strings.Join(ids, " ")
}

func (f Field) describing() bool { return f.Help != "" || f.Error != "" }

func (o Option) isIn(f Field) bool { return o.Chosen || (f.Value != "" && o.Value == f.Value) }

// groups keeps the order in which groups of options first appear.
func (f Field) groups() []optionGroup {
	var groups []optionGroup
	for _, option := range f.Options {
		if n := len(groups); n > 0 && groups[n-1].name == option.Group {
			groups[n-1].options = append(groups[n-1].options, option)
			continue
		}
		groups = append(groups, optionGroup{option.Group, []Option{option}})
	}
	return groups
}

type optionGroup struct {
	name    string
	options []Option
}

// Mistake is one line of the list of errors above a form; Field is Field.ID of the
// question it belongs to, may be empty.
type Mistake struct {
	Field string
	Text  string
}

// Mistakes gathers the errors of these fields, in order.
func Mistakes(fields ...Field) []Mistake {
	var list []Mistake
	for _, f := range fields {
		if f.Error != "" {
			list = append(list, Mistake{f.ID(), f.Error})
		}
	}
	return list
}

// Button is a button of a form, or with a URL a link that looks like one.
type Button struct {
	Label    string
	URL      string // a link; empty: a button
	Kind     ButtonKind
	Icon     Icon
	Name     string // of a button: its name and value are sent
	Value    string
	Small    bool
	Large    bool
	Disabled bool
	Opens    string // id of a Dialog
	Download bool
	Prints   bool
	Action   string // another address for the same form (formaction)
}

// ButtonKind is how loud a button is: one Primary a page.
type ButtonKind string

const (
	Default ButtonKind = ""
	Primary ButtonKind = "primary"
	Quiet   ButtonKind = "quiet"
	Danger  ButtonKind = "danger"
)

func (b Button) class() string {
	kind := ""
	if b.Kind != Default {
		kind = "button-" + string(b.Kind)
	}
	return classes("button", kind, when(b.Small, "button-small"), when(b.Large, "button-large"))
}

func (b Button) kindOfButton() string {
	if b.Opens != "" || b.Prints {
		return "button"
	}
	return "submit"
}

// FilterBar narrows what a page lists; a plain GET form.
type FilterBar struct {
	Action string
	Keep   []Pair  // what else stands in the address
	Search *Field  // free text, may be nil
	Fields []Field // drawn as Select when they have Options, else as Input
	Clear  string  // address without any filter, "" when none is set
}
