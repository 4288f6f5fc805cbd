package student

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"ralop/internal/id"
	"ralop/internal/store"
)

// journal is what a merge remembers: rows of both records, and the keys of rows that follow.
type journal struct {
	Rows  map[string][]store.Image
	Moved map[string][]store.Image `json:",omitempty"`
}

// images reads all that a merge may change of both records.
func (m *merger) images(ctx context.Context) (map[string][]store.Image, error) {
	both := []id.ID{m.in.Kept, m.in.Gone}
	all := map[string][]store.Image{}
	for _, p := range places {
		if p.how != moves && p.how != chosen {
			continue
		}
		s, err := m.tx.ShapeOf(ctx, p.table)
		if err != nil {
			return nil, err
		}
		owners := both
		if p.column == "enrolment" {
			if owners, err = m.enrolmentsOf(ctx, all["enrolment"], both...); err != nil {
				return nil, err
			}
		}
		if all[p.table], err = m.tx.Images(ctx, s, m.realm, []string{p.column}, store.In(owners)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (m *merger) enrolmentsOf(ctx context.Context, rows []store.Image, pupils ...id.ID) (all []id.ID, err error) {
	s, err := m.tx.ShapeOf(ctx, "enrolment")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if slices.Contains(pupils, id.ID(row[s.Place("pupil")].(int64))) {
			all = append(all, id.ID(row[s.Place("id")].(int64)))
		}
	}
	return all, nil
}

// move gives the rows of the record that is gone to the one kept, and names the keys of
// those that live on by themselves. A row that the record kept has already stays behind.
func (m *merger) move(ctx context.Context) (map[string][]store.Image, error) {
	moved := map[string][]store.Image{}
	for _, p := range places {
		if p.how != moves && p.how != follows {
			continue
		}
		s, err := m.tx.ShapeOf(ctx, p.table)
		if err != nil {
			return nil, err
		}
		rows, err := m.tx.Images(ctx, s, m.realm, []string{p.column}, store.In([]id.ID{m.in.Kept, m.in.Gone}))
		if err != nil {
			return nil, err
		}
		taken := map[string]bool{}
		for _, row := range rows {
			if id.ID(row[s.Place(p.column)].(int64)) == m.in.Kept {
				taken[text(keyOf(s, row))] = true
				taken[openSignal(s, row)] = true
			}
		}
		var keys []store.Image
		for _, row := range rows {
			if id.ID(row[s.Place(p.column)].(int64)) != m.in.Gone {
				continue
			}
			after := renamed(s, p, row, m.in.Gone, m.in.Kept)
			if signal := openSignal(s, after); taken[text(keyOf(s, after))] || signal != "" && taken[signal] {
				continue
			}
			keys = append(keys, keyOf(s, row))
			if p.how == follows {
				moved[p.table] = append(moved[p.table], keyOf(s, after))
			}
		}
		if err := m.rename(ctx, p, keys, m.in.Gone, m.in.Kept); err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// openSignal tells open signals of one rule and school apart: a record has one at a time.
func openSignal(s *store.Shape, row store.Image) string {
	if s.Table != "warning_signal" || row[s.Place("state")] != "open" {
		return ""
	}
	return fmt.Sprint("open ", row[s.Place("rule")], " ", row[s.Place("school")])
}

// rename gives rows, by their keys, from one record to another. What is in them otherwise
// stays as it is by now.
func (m *merger) rename(ctx context.Context, p place, keys []store.Image, from, to id.ID) error {
	s, err := m.tx.ShapeOf(ctx, p.table)
	if err != nil || len(keys) == 0 {
		return err
	}
	rows, err := m.tx.Images(ctx, s, m.realm, []string{p.column}, from)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, k := range keys {
		wanted[text(k)] = true
	}
	var update, insert, drop []store.Image
	for _, row := range rows {
		if !wanted[text(keyOf(s, row))] {
			continue
		}
		after := renamed(s, p, row, from, to)
		if text(keyOf(s, after)) == text(keyOf(s, row)) {
			update = append(update, after)
		} else {
			drop, insert = append(drop, keyOf(s, row)), append(insert, after)
		}
	}
	if err := m.tx.UpdateImages(ctx, s, update); err != nil {
		return err
	}
	if err := m.tx.DeleteImages(ctx, s, drop); err != nil {
		return err
	}
	return m.tx.InsertImages(ctx, s, insert)
}

func renamed(s *store.Shape, p place, row store.Image, from, to id.ID) store.Image {
	after := slices.Clone(row)
	after[s.Place(p.column)] = int64(to)
	if p.also != "" && after[s.Place(p.also)] == int64(from) {
		after[s.Place(p.also)] = int64(to)
	}
	return after
}

// restore makes the rows of both records what they were, tables that others point to first.
func (m *merger) restore(ctx context.Context, before, now map[string][]store.Image) error {
	drops := map[string][]store.Image{}
	for _, p := range places {
		if p.how != moves && p.how != chosen {
			continue
		}
		s, err := m.tx.ShapeOf(ctx, p.table)
		if err != nil {
			return err
		}
		stand, wanted := map[string]store.Image{}, map[string]bool{}
		for _, row := range now[p.table] {
			stand[text(keyOf(s, row))] = row
		}
		var update, insert []store.Image
		for _, row := range before[p.table] {
			key := text(keyOf(s, row))
			wanted[key] = true
			switch is, there := stand[key]; {
			case !there:
				insert = append(insert, row)
			case p.table == "pupil":
				row = slices.Clone(row)
				for _, column := range []string{"version", "changed_at"} { // they only grow: forms of before the undo must not fit
					row[s.Place(column)] = is[s.Place(column)]
				}
				row[s.Place("version")] = row[s.Place("version")].(int64) + 1
				update = append(update, row)
			case !reflect.DeepEqual(is, row):
				update = append(update, row)
			}
		}
		for _, row := range now[p.table] {
			if !wanted[text(keyOf(s, row))] {
				drops[p.table] = append(drops[p.table], keyOf(s, row))
			}
		}
		if err := m.tx.UpdateImages(ctx, s, update); err != nil {
			return err
		}
		if err := m.tx.InsertImages(ctx, s, insert); err != nil {
			return err
		}
	}
	for _, p := range slices.Backward(places) {
		if len(drops[p.table]) == 0 {
			continue
		}
		s, err := m.tx.ShapeOf(ctx, p.table)
		if err != nil {
			return err
		}
		if err := m.tx.DeleteImages(ctx, s, drops[p.table]); err != nil {
			return err
		}
		drops[p.table] = nil
	}
	return nil
}

// sameRows compares rows but for the version of a record, which any look for a lock grows.
func sameRows(s *store.Shape, a, b []store.Image) bool {
	if len(a) != len(b) {
		return false
	}
	version, changed := s.Place("version"), s.Place("changed_at")
	for i := range a {
		for n := range a[i] {
			if s.Table == "pupil" && (n == version || n == changed) {
				continue
			}
			if !reflect.DeepEqual(a[i][n], b[i][n]) {
				return false
			}
		}
	}
	return true
}

func keyOf(s *store.Shape, row store.Image) store.Image {
	key := make(store.Image, len(s.Key))
	for i, place := range s.Key {
		key[i] = row[place]
	}
	return key
}

func text(key store.Image) string { return fmt.Sprint([]any(key)...) }

// writeImages keeps numbers, texts and bytes apart, which JSON alone does not.
func writeImages(j journal) string {
	wrap := func(all map[string][]store.Image) map[string][]store.Image {
		out := map[string][]store.Image{}
		for table, rows := range all {
			for _, row := range rows {
				row = slices.Clone(row)
				for i, value := range row {
					switch v := value.(type) {
					case []byte:
						row[i] = map[string]string{"bytes": base64.StdEncoding.EncodeToString(v)}
					case float64:
						row[i] = map[string]float64{"real": v}
					}
				}
				out[table] = append(out[table], row)
			}
		}
		return out
	}
	body, err := json.Marshal(journal{wrap(j.Rows), wrap(j.Moved)})
	if err != nil {
		panic(err) // texts, numbers and maps of these
	}
	return string(body)
}

func readImages(body string) (j journal, err error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.UseNumber()
	if err := decoder.Decode(&j); err != nil {
		return j, fmt.Errorf("student: the rows of a merge: %w", err)
	}
	for _, all := range []map[string][]store.Image{j.Rows, j.Moved} {
		for _, rows := range all {
			for _, row := range rows {
				for i, value := range row {
					if row[i], err = plainValue(value); err != nil {
						return j, fmt.Errorf("student: the rows of a merge: %w", err)
					}
				}
			}
		}
	}
	return j, nil
}

func plainValue(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		return v.Int64()
	case map[string]any:
		if text, ok := v["bytes"].(string); ok {
			return base64.StdEncoding.DecodeString(text)
		}
		if number, ok := v["real"].(json.Number); ok {
			return number.Float64()
		}
	}
	return value, nil
}
