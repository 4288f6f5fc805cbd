package ui

import (
	"net/url"

	"github.com/a-h/templ"

	"ralop/internal/text"
)

// The few addresses that the frame itself names. Whoever builds the route table serves them.
const (
	CommandAddress  = "/tim"         // GET ?q=: the command box
	LanguageAddress = "/ngon-ngu"    // POST lang=vi|en, return=address
	ThemeAddress    = "/giao-dien"   // POST theme=auto|light|dark, return=address
	SignOutAddress  = "/dang-xuat"   // POST
	ProfileAddress  = "/tai-khoan"   // GET
	HomeAddress     = "/"            // GET
	SignInAddress   = "/dang-nhap"   // GET
	PrivacyAddress  = "/quyen-rieng" // GET
	HelpAddress     = "/tro-giup"    // GET
)

// Theme is light, dark, or whatever the person's machine says.
type Theme string

const (
	ThemeAuto  Theme = ""
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"
)

// ParseTheme reads a theme; whatever is not light or dark is auto.
func ParseTheme(s string) Theme {
	if s == string(ThemeLight) || s == string(ThemeDark) {
		return Theme(s)
	}
	return ThemeAuto
}

// Tone is the meaning of a colour; it never stands without a word or a sign.
type Tone string

const (
	Plain Tone = ""
	Red   Tone = "red"   // absent without leave, failed, late
	Amber Tone = "amber" // excused, waiting, to be looked at
	Green Tone = "green" // done, received, reached
	Grey  Tone = "grey"  // unknown, closed, of the past
	Cham  Tone = "cham"  // action, the chosen one
)

func (t Tone) class() string {
	if t == Plain {
		return ""
	}
	return "tone-" + string(t)
}

// Chrome is everything that stands around a desk page.
type Chrome struct {
	Lang   text.Lang
	Theme  Theme
	Title  string // of the browser's tab and, unless Bare, the heading of the page
	Lead   string // one sentence under the heading, may be empty
	Return string // address of this page, for the switches of language and theme

	Nav    []NavItem // the six words, as far as the role allows
	Place  []Crumb   // Tỉnh › Xã › Trường › Lớp
	Time   *TimeControl
	Person *Person // nil: nobody is signed in
	Query  string  // what stands in the command box
	Bell   string  // address of the person's notices, which also answers Bell/so with how many are new; "": none

	Demonstration bool     // the banner "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ"
	DemoLinks     []Choice // beside it, such as other roles to sign in as
	Notices       []Notice
	Actions       templ.Component // buttons beside the heading, may be nil
	Badge         templ.Component // beside the heading, such as a state; may be nil
	Version       string

	Bare    bool     // the page writes its own h1
	Narrow  bool     // one narrow column: signing in, an error
	Modules []string // addresses of further ES modules
}

// NavItem is one of the six words.
type NavItem struct {
	Label   string
	URL     string
	Icon    Icon
	Current bool
}

// Crumb is one place of the chain from the widest to this one. The last has no URL, or
// its own; a place that the reader has no right to open has no URL either.
type Crumb struct {
	Label string
	URL   string
}

// Choice is one of several links.
type Choice struct {
	Label   string
	URL     string
	Current bool
	Count   string // a number behind the label, may be empty
}

// Pair is a hidden field.
type Pair struct{ Name, Value string }

// Person is who is signed in.
type Person struct {
	Name string
	Role string // in words, with the place: "Giáo viên chủ nhiệm 7A"
	More []Choice
}

// TimeControl chooses the days that the page is about and keeps the page.
type TimeControl struct {
	Label    string   // "Tháng 5/2020"
	Detail   string   // "01/05/2020 – 29/05/2020"
	Previous string   // address of the period before, "" when there is none
	Next     string   // of the period after
	Choices  []Choice // hôm nay, tuần, tháng, học kỳ, năm học
	Action   string   // address of the page for the form from–to
	From, To string   // values of the form, YYYY-MM-DD, both inclusive
	Keep     []Pair   // what else stands in the address
}

// KeepFrom gives the pairs of a query except these names, for TimeControl.Keep and FilterBar.Keep.
func KeepFrom(query url.Values, except ...string) []Pair {
	var pairs []Pair
	for _, name := range sortedKeys(query) {
		if contains(except, name) {
			continue
		}
		for _, value := range query[name] {
			pairs = append(pairs, Pair{name, value})
		}
	}
	return pairs
}

// Notice is a message above the page: what happened, what to do.
type Notice struct {
	Tone  Tone
	Title string // may be empty
	Text  string
	Links []Choice
}

func (n Notice) icon() Icon {
	switch n.Tone {
	case Red, Amber:
		return IconWarning
	case Green:
		return IconCheck
	}
	return IconInfo
}

// LightChrome is everything that stands around the roll call on a phone.
type LightChrome struct {
	Lang          text.Lang
	Theme         Theme
	Title         string // "7A · 35 em"
	Detail        string // "Sáng thứ Hai, 18/5/2020"
	Back          string // address of where one came from
	State         string // "Đã lưu trên máy 7:12"
	Demonstration bool
	Notices       []Notice
	Module        string // address of the one script, may be empty
	Imported      string // address of the module it imports, to be fetched with it; may be empty
	Manifest      string // address of the web manifest, may be empty
}
