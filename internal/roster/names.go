package roster

import (
	"context"

	"ralop/internal/store"
)

// Kind is a kind of object.
type Kind string

const (
	Org        Kind = "org"
	Session    Kind = "academicSession"
	Course     Kind = "course"
	Class      Kind = "class"
	User       Kind = "user"
	Enrollment Kind = "enrollment"
	Role       Kind = "role"
)

type key struct {
	kind Kind
	name string
}

// Names are the names of a realm, both ways.
type Names struct {
	sourced map[key]string
	local   map[key]string
}

// Read gives the names of a realm.
func Read(ctx context.Context, tx *store.Tx, realm int) (*Names, error) {
	type row struct {
		Kind            Kind
		Object, Sourced string
	}
	rows, err := store.All[row](ctx, tx, sqlNames, realm)
	n := &Names{map[key]string{}, map[key]string{}}
	for _, r := range rows {
		n.put(r.Kind, r.Object, r.Sourced)
	}
	return n, err
}

func (n *Names) put(kind Kind, local, sourced string) {
	n.sourced[key{kind, local}], n.local[key{kind, sourced}] = sourced, local
}

// Note adds a name that Keep wrote, after its transaction has been committed.
func (n *Names) Note(kind Kind, local, sourced string) {
	if _, known := n.sourced[key{kind, local}]; !known && local != sourced {
		n.put(kind, local, sourced)
	}
}

// Sourced gives what others call an object: its local name when nothing else is known.
func (n *Names) Sourced(kind Kind, local string) string {
	if name, known := n.sourced[key{kind, local}]; known {
		return name
	}
	return local
}

// Local gives the local name of what others name, and whether it came with a bundle. What
// did not is its own local name, if it is anything.
func (n *Names) Local(kind Kind, sourced string) (string, bool) {
	if name, known := n.local[key{kind, sourced}]; known {
		return name, true
	}
	return sourced, false
}

// Keep writes down what an object is called, when others call it otherwise than the house
// does. The same again changes nothing; an object that has a name keeps it.
func Keep(ctx context.Context, tx *store.Tx, realm int, kind Kind, local, sourced string) error {
	if local == sourced {
		return nil
	}
	_, err := tx.Exec(ctx, sqlKeep, realm, kind, local, sourced)
	return err
}
