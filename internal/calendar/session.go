package calendar

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"ralop/internal/day"
)

// Session is a part of the school day (buổi).
type Session int

const (
	WholeDay  Session = 0 // in a closure, a make-up or a headcount: all sessions of the day
	Morning   Session = 1
	Afternoon Session = 2
	Evening   Session = 3 // continuing education
)

// Sessions lists the sessions of a day in order.
var Sessions = [...]Session{Morning, Afternoon, Evening}

// Valid says whether s is one of the sessions or the whole day.
func (s Session) Valid() bool { return s >= WholeDay && s <= Evening }

// Code is the session's name in files, addresses and message ids ("calendar.session.morning").
func (s Session) Code() string {
	switch s {
	case WholeDay:
		return "whole-day"
	case Morning:
		return "morning"
	case Afternoon:
		return "afternoon"
	case Evening:
		return "evening"
	}
	return fmt.Sprintf("session-%d", int(s))
}

// ParseSession reads a code or the Vietnamese word; "" is the whole day.
func ParseSession(text string) (Session, bool) {
	switch strings.ToLower(text) {
	case "", "whole-day", "day", "0", "cả ngày", "ca ngay":
		return WholeDay, true
	case "morning", "1", "sáng", "sang", "buổi sáng", "buoi sang":
		return Morning, true
	case "afternoon", "2", "chiều", "chieu", "buổi chiều", "buoi chieu":
		return Afternoon, true
	case "evening", "3", "tối", "toi", "buổi tối", "buoi toi":
		return Evening, true
	}
	return WholeDay, false
}

// Week is the set of sessions of a week: bit 3·weekday + session − 1, Monday first.
type Week uint32

func weekBit(weekday time.Weekday, s Session) Week {
	return 1 << (3*((int(weekday)+6)%7) + int(s) - 1)
}

// WeekOf makes the week that has session s on each of the first n days from Monday.
func WeekOf(s Session, n int) Week {
	var w Week
	for i := range n {
		w = w.With(time.Weekday((i+1)%7), s)
	}
	return w
}

// With adds a session.
func (w Week) With(weekday time.Weekday, s Session) Week { return w | weekBit(weekday, s) }

// Without takes a session away.
func (w Week) Without(weekday time.Weekday, s Session) Week { return w &^ weekBit(weekday, s) }

// Has says whether the week has the session.
func (w Week) Has(weekday time.Weekday, s Session) bool {
	return s >= Morning && s <= Evening && w&weekBit(weekday, s) != 0
}

// Any says whether the session is held on any day of the week.
func (w Week) Any(s Session) bool {
	for weekday := time.Sunday; weekday <= time.Saturday; weekday++ {
		if w.Has(weekday, s) {
			return true
		}
	}
	return false
}

// On says whether the weekday has any session.
func (w Week) On(weekday time.Weekday) bool { return w&(7*weekBit(weekday, Morning)) != 0 }

// Count is the number of sessions in the week.
func (w Week) Count() int { return bits.OnesCount32(uint32(w)) }

// Valid says whether w has no bit beyond Sunday evening.
func (w Week) Valid() bool { return w < 1<<21 }

// Timetable is which sessions are held in a week, from a day until another.
type Timetable struct {
	Scope  Scope
	Level  string // "" for all levels
	Period day.Range
	Week   Week
	Main   Session // the one session a day that feeds the limit of 45
}
