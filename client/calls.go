package client

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// Unit is a unit as it stands on a day.
type Unit struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Parent string `json:"parent"`
	From   string `json:"from"`
	Last   string `json:"last"`
}

// UnitFilter narrows Units; without Parent and Code it is the top units.
type UnitFilter struct{ Parent, Code, Kind, On string }

// Units lists units of the state.
func (c *Client) Units(ctx context.Context, f UnitFilter) iter.Seq2[Unit, error] {
	return all[Unit](ctx, c, "/units", values("parent", f.Parent, "code", f.Code, "kind", f.Kind, "on", f.On))
}

// School is a school as it stands today.
type School struct {
	ID        string   `json:"id"`
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Levels    []string `json:"levels"`
	LocatedIn string   `json:"locatedIn"`
	ManagedBy string   `json:"managedBy"`
}

// SchoolFilter narrows Schools. Relation is "located" (when empty) or "managed".
type SchoolFilter struct{ Unit, Relation, Level, Code string }

// Schools lists the schools that the account answers for.
func (c *Client) Schools(ctx context.Context, f SchoolFilter) iter.Seq2[School, error] {
	return all[School](ctx, c, "/schools", values("unit", f.Unit, "relation", f.Relation, "level", f.Level, "code", f.Code))
}

// Class is a class of a school year.
type Class struct {
	ID     string   `json:"id"`
	School string   `json:"school"`
	Year   int      `json:"year"`
	Name   string   `json:"name"`
	Level  string   `json:"level"`
	Grades []string `json:"grades"`
	From   string   `json:"from"`
	Last   string   `json:"last"`
}

// ClassFilter narrows Classes. Year 0 is the present school year.
type ClassFilter struct {
	School string
	Year   int
	Grade  string
}

// Classes lists the classes that the account answers for.
func (c *Client) Classes(ctx context.Context, f ClassFilter) iter.Seq2[Class, error] {
	query := values("school", f.School, "grade", f.Grade)
	if f.Year != 0 {
		query.Set("year", strconv.Itoa(f.Year))
	}
	return all[Class](ctx, c, "/classes", query)
}

// Pupil is a child of a class.
type Pupil struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Sex       string `json:"sex"`
	Born      string `json:"born"`
	Level     string `json:"level"`
	Grade     string `json:"grade"`
	Class     string `json:"class"`
	School    string `json:"school"`
	Residence string `json:"residence"`
}

// Pupils lists the children of a class on a day; "" is today. Each page is a look in the audit book.
func (c *Client) Pupils(ctx context.Context, class, on, grade string) iter.Seq2[Pupil, error] {
	return all[Pupil](ctx, c, "/classes/"+url.PathEscape(class)+"/pupils", values("on", on, "grade", grade))
}

// Sheet is the roll call of a class in one session, or that it has not come.
type Sheet struct {
	Class     string `json:"class"`
	Day       string `json:"day"`
	Session   string `json:"session"`
	State     string `json:"state"`
	Version   int    `json:"version"`
	Size      int    `json:"size"`
	Unknown   int    `json:"unknown"`
	Excused   int    `json:"excused"`
	Unexcused int    `json:"unexcused"`
	Late      int    `json:"late"`
}

// SheetFilter narrows Sheets; Day "" is today.
type SheetFilter struct{ Day, Class, Session, State string }

// Sheets lists what a school has called on a day and what has not come.
func (c *Client) Sheets(ctx context.Context, school string, f SheetFilter) iter.Seq2[Sheet, error] {
	return all[Sheet](ctx, c, "/sheets", values("school", school, "day", f.Day, "class", f.Class, "session", f.Session, "state", f.State))
}

// Mark is an exception on a sheet: unknown, excused, unexcused, late.
type Mark struct {
	Pupil string `json:"pupil"`
	Kind  string `json:"kind"`
}

// Submission is a roll call, whole.
type Submission struct {
	Class   string `json:"class"`
	Day     string `json:"day"`
	Session string `json:"session"`
	State   string `json:"state,omitempty"` // "taken" when empty
	Base    int    `json:"base,omitempty"`
	Roll    int    `json:"roll,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Marks   []Mark `json:"marks"`
}

// Receipt says what was kept.
type Receipt struct {
	Sheet
	Repeated bool     `json:"repeated"`
	Dropped  []string `json:"dropped"`
}

// Submit calls the roll. The same key again gives the first receipt; see Key.
func (c *Client) Submit(ctx context.Context, key string, s Submission) (receipt Receipt, err error) {
	if s.Marks == nil {
		s.Marks = []Mark{}
	}
	_, err = c.send(ctx, http.MethodPost, "/api/v1/sheets", http.Header{"Idempotency-Key": {key}}, s, &receipt)
	return receipt, err
}

// Value is a figure: N of D.
type Value struct {
	N             int64 `json:"n"`
	D             int64 `json:"d"`
	Taken         int64 `json:"taken"`
	Due           int64 `json:"due"`
	Recalculating bool  `json:"recalculating"`
	Suppressed    bool  `json:"suppressed"`
}

// Figure is a figure with its parts.
type Figure struct {
	Indicator string `json:"indicator"`
	Version   int    `json:"version"`
	Source    string `json:"source"`
	Place     string `json:"place"`
	Name      string `json:"name"`
	From      string `json:"from"`
	To        string `json:"to"`
	AsOf      string `json:"asOf"`
	View      string `json:"view"`
	By        string `json:"by"`
	Total     Value  `json:"total"`
	Rows      []FigureRow
	Next      string `json:"next"`
}

// FigureRow is a part of a figure.
type FigureRow struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Value Value  `json:"value"`
}

// FigureQuery asks for a figure. Place is "unit:ID", "school:ID" or "class:ID".
type FigureQuery struct{ Place, From, To, AsOf, View, Level, By string }

// Figure gives a figure with all its parts.
func (c *Client) Figure(ctx context.Context, indicator string, q FigureQuery) (whole Figure, err error) {
	query := values("place", q.Place, "from", q.From, "to", q.To, "asOf", q.AsOf, "view", q.View, "level", q.Level, "by", q.By)
	if c.Page > 0 {
		query.Set("limit", strconv.Itoa(c.Page))
	}
	for {
		var part Figure
		if _, err = c.Get(ctx, "/api/v1/figures/"+url.PathEscape(indicator), query, nil, &part); err != nil {
			return whole, err
		}
		rows := append(whole.Rows, part.Rows...)
		whole, whole.Rows = part, rows
		if part.Next == "" {
			return whole, nil
		}
		query.Set("cursor", part.Next)
	}
}

// Webhook is an address that is told what happened.
type Webhook struct {
	ID     string   `json:"id"`
	Label  string   `json:"label"`
	URL    string   `json:"url"`
	Events []string `json:"events"`
	State  string   `json:"state"` // good, ended
	Made   string   `json:"made"`
}

// Webhooks lists the webhooks of the account.
func (c *Client) Webhooks(ctx context.Context) iter.Seq2[Webhook, error] {
	return all[Webhook](ctx, c, "/webhooks", url.Values{})
}

// NewWebhook is a webhook that is wanted; without events it gets the usual ones.
type NewWebhook struct {
	Label  string   `json:"label"`
	URL    string   `json:"url"`
	Events []string `json:"events,omitempty"`
}

// MadeWebhook is a webhook with the secret that Verify takes.
type MadeWebhook struct {
	Webhook
	Secret   string `json:"secret"`
	Repeated bool   `json:"repeated"` // the key had been received before
}

// MakeWebhook makes a webhook. The same key again gives the same one; see Key.
func (c *Client) MakeWebhook(ctx context.Context, key string, w NewWebhook) (made MadeWebhook, err error) {
	_, err = c.send(ctx, http.MethodPost, "/api/v1/webhooks", http.Header{"Idempotency-Key": {key}}, w, &made)
	return made, err
}

// EndWebhook ends a webhook; ending it again changes nothing.
func (c *Client) EndWebhook(ctx context.Context, webhook string) (ended Webhook, err error) {
	_, err = c.send(ctx, http.MethodDelete, "/api/v1/webhooks/"+url.PathEscape(webhook), nil, nil, &ended)
	return ended, err
}

// Delivery is one event on its way to a webhook.
type Delivery struct {
	Event    string `json:"event"`
	Type     string `json:"type"`
	At       string `json:"at"`
	State    string `json:"state"` // waiting, sending, sent, dead, dropped
	Tries    int    `json:"tries"`
	Status   int    `json:"status"`
	Error    string `json:"error"`
	Next     string `json:"next"`
	Replays  int    `json:"replays"`
	Repeated bool   `json:"repeated"` // of Replay: the key had been received before
}

// Deliveries lists what a webhook was sent, the oldest first; state "" is all.
func (c *Client) Deliveries(ctx context.Context, webhook, state string) iter.Seq2[Delivery, error] {
	return all[Delivery](ctx, c, "/webhooks/"+url.PathEscape(webhook)+"/deliveries", values("state", state))
}

// Replay sends an event again. The same key again sends nothing; see Key.
func (c *Client) Replay(ctx context.Context, key, webhook, event string) (d Delivery, err error) {
	_, err = c.send(ctx, http.MethodPost, "/api/v1/webhooks/"+url.PathEscape(webhook)+"/deliveries/"+url.PathEscape(event)+"/replay", http.Header{"Idempotency-Key": {key}}, nil, &d)
	return d, err
}
