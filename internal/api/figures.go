package api

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/store"
	"ralop/internal/token"
)

// Value is a figure: n of d. Whoever divides sees how complete it is.
type Value struct {
	N             int64 `json:"n"`
	D             int64 `json:"d"`
	Taken         int64 `json:"taken" doc:"Sheets that are in."`
	Due           int64 `json:"due" doc:"Sheets that were due; 0 for figures that need no roll call."`
	Recalculating bool  `json:"recalculating,omitempty" doc:"What is due is being worked out again."`
	Suppressed    bool  `json:"suppressed,omitempty" doc:"A small cell is hidden: n and d are 0 and mean nothing."`
}

// FigureRow is a part of a figure.
type FigureRow struct {
	Key   string `json:"key"`
	Label string `json:"label,omitempty"`
	Value Value  `json:"value"`
}

// Figure is a figure with a page of its parts.
type Figure struct {
	Indicator string      `json:"indicator"`
	Version   int         `json:"version" doc:"Of the definition."`
	Source    string      `json:"source" doc:"The paper that defines it."`
	Place     string      `json:"place"`
	Name      string      `json:"name"`
	From      string      `json:"from"`
	To        string      `json:"to"`
	AsOf      string      `json:"asOf" doc:"The day whose tree of places is used."`
	View      string      `json:"view"`
	By        string      `json:"by"`
	Total     Value       `json:"total"`
	Rows      []FigureRow `json:"rows"`
	Next      string      `json:"next,omitempty" doc:"Cursor of the following rows."`
}

type figureIn struct {
	Paging
	Indicator string `path:"indicator" doc:"attendance, retention, dropout …"`
	Place     string `query:"place" required:"true" doc:"unit:ID, school:ID or class:ID" pattern:"^(unit|school|class):[0-9]+$"`
	From      string `query:"from" required:"true" doc:"First day."`
	To        string `query:"to" required:"true" doc:"Last day."`
	AsOf      string `query:"asOf" doc:"The day whose tree is used; the last day when absent."`
	View      string `query:"view" enum:"truong,cu-tru" doc:"Where a child is counted: at school or where it lives."`
	Level     string `query:"level"`
	By        string `query:"by" enum:"total,day,month,children,level,grade,sex,boarding,village,zone,age" default:"total"`
}

func (d *desk) figures() {
	read(d, route("getFigure", "GET", "/figures/{indicator}", "A figure",
		"A figure of a place in a period, as the boards show it: two whole numbers, never a rate, with how much of the data behind it is in.", token.ReadFigures), getFigure)
}

func getFigure(ctx context.Context, tx *store.Tx, c *Call, in *figureIn) (figure Figure, err error) {
	kind, number, _ := strings.Cut(in.Place, ":")
	place, err := idOf(number, "place")
	if err != nil {
		return figure, err
	}
	var first, last, asOf day.Day
	if first, err = dayOf(in.From, "from", 0); err == nil {
		if last, err = dayOf(in.To, "to", 0); err == nil {
			asOf, err = dayOf(in.AsOf, "asOf", 0)
		}
	}
	if err != nil {
		return figure, err
	}
	switch indicator.By(in.By) {
	case indicator.ByEthnicity, indicator.ByPoverty:
		return figure, fault.New(fault.Invalid, "indicator.no-breakdown", fault.Args{"indicator": in.Indicator, "by": in.By}).On("by")
	}
	r, err := indicator.Measure(ctx, tx, c.Who, indicator.Query{Indicator: indicator.ID(in.Indicator),
		Place: indicator.Place{Kind: access.Kind(kind), ID: place}, Period: day.Through(first, last), AsOf: asOf,
		View: indicator.View(in.View), Level: in.Level, By: indicator.By(in.By)})
	if err != nil {
		return figure, err
	}
	figure = Figure{string(r.Query.Indicator), r.Definition.Version, r.Definition.Source, in.Place, r.Name, first.String(), last.String(),
		r.Query.AsOf.String(), string(r.Query.View), string(r.Query.By), valueOf(r.Total), nil, ""}
	// Rows keep the order of the boards; their number is the cursor's key.
	rows := make([]FigureRow, len(r.Rows))
	places := map[string]int{}
	for i, row := range r.Rows {
		rows[i] = FigureRow{row.Key, row.Label, valueOf(row.Value)}
		places[row.Key] = i
	}
	page, err := pageOf(in.Paging, rows, func(row FigureRow) string { return order(id.ID(places[row.Key])) })
	figure.Rows, figure.Next = page.Items, page.Next
	return figure, err
}

func valueOf(v indicator.Value) Value {
	return Value{v.N, v.D, v.Coverage.Taken, v.Coverage.Due, v.Recalculating, v.Suppressed}
}
