package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
)

// Scope is one thing that a token is good for.
type Scope string

const (
	ReadPlaces  Scope = "places.read"    // units, schools, classes
	ReadPupils  Scope = "pupils.read"    // names of the pupils of a class
	ReadSheets  Scope = "sheets.read"    // who called the roll on a day, and how many were absent
	ReadFigures Scope = "figures.read"   // indicators
	ReadRosters Scope = "rostering.read" // OneRoster: classes, teachers and pupils
	WriteSheets Scope = "sheets.write"   // call the roll

	ReadDemographics Scope = "demographics.read" // OneRoster: sex and birth date of pupils
	Webhooks         Scope = "webhooks.replay"   // webhooks of the account, what they were sent, and again
	WriteWebhooks    Scope = "webhooks.write"    // make webhooks of the account, and end them
)

// Scopes lists the scopes.
var Scopes = []Scope{ReadPlaces, ReadPupils, ReadSheets, ReadFigures, ReadRosters, ReadDemographics, WriteSheets, Webhooks, WriteWebhooks}

// needs is what an account must hold somewhere so that the scope means anything; places are open to whoever holds anything.
var needs = map[Scope]access.Action{ReadPupils: access.SeePupils, ReadSheets: access.SeeBoard, ReadFigures: access.SeeBoard,
	ReadRosters: access.SeePupils, ReadDemographics: access.SeePupils, WriteSheets: access.TakeRoll}

// Times of a token.
const (
	Longest   = 366 // days that a token may last
	Usual     = 90  // days that it lasts when nothing is said
	seenEvery = 5 * time.Minute
)

// LabelLength is the most letters a label has.
const LabelLength = 60

// prefix makes a token that was published by mistake easy to find.
const prefix = "ralop_"

// Token is what is kept of a token.
type Token struct {
	ID        id.ID
	Account   id.ID
	Label     string
	Scopes    Set
	MadeBy    id.ID
	MadeAt    day.Instant
	ExpiresAt day.Instant
	UsedAt    day.Instant // 0: never
	RevokedAt day.Instant // 0: good
}

// Good says whether the token opens anything at a moment.
func (t Token) Good(now day.Instant) bool { return t.State(now) == "good" }

// Set is scopes separated by spaces, in the order of Scopes.
type Set string

// SetOf makes a set. Fault: token.unknown-scope, token.no-scope.
func SetOf(scopes []Scope) (Set, error) {
	var words []string
	for _, s := range Scopes {
		if slices.Contains(scopes, s) {
			words = append(words, string(s))
		}
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes, s) {
			return "", fault.New(fault.Invalid, "token.unknown-scope", fault.Args{"scope": string(s)}).On("scopes")
		}
	}
	if len(words) == 0 {
		return "", fault.New(fault.Invalid, "token.no-scope", nil).On("scopes")
	}
	return Set(strings.Join(words, " ")), nil
}

// Has says whether the scope is in the set.
func (s Set) Has(scope Scope) bool { return slices.Contains(s.List(), scope) }

// List gives the scopes one by one.
func (s Set) List() []Scope {
	var list []Scope
	for word := range strings.FieldsSeq(string(s)) {
		list = append(list, Scope(word))
	}
	return list
}

// secret makes a token: it names its realm, so that the one who reads it knows where to look.
func secret(realm int) string {
	var random [32]byte
	rand.Read(random[:])
	return prefix + strconv.Itoa(realm) + "_" + base64.RawURLEncoding.EncodeToString(random[:])
}

// realmOf reads the realm of a token; false when it is none.
func realmOf(secret string) (int, bool) {
	rest, ok := strings.CutPrefix(secret, prefix)
	number, random, both := strings.Cut(rest, "_")
	realm, err := strconv.Atoi(number)
	return realm, ok && both && err == nil && len(random) == 43
}

// hashOf is what is kept. The secret has 256 random bits, so that no salt is needed.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// State is where the token stands: "good", "expired", "revoked".
func (t Token) State(now day.Instant) string {
	switch {
	case !t.RevokedAt.IsZero():
		return "revoked"
	case now >= t.ExpiresAt:
		return "expired"
	}
	return "good"
}

// Usable lists the scopes that mean anything for who may do what w may do today.
func Usable(w access.Who) []Scope {
	return slices.DeleteFunc(slices.Clone(Scopes), func(s Scope) bool {
		action, asked := needs[s]
		return asked && !access.MaySomewhere(w, action)
	})
}
