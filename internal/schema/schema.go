// Package schema is the one shape of the database: numbered migrations, one text for
// SQLite and PostgreSQL. It belongs to the house floor; app and the tests give it to
// store.Migrate. A room's SQL stays in the room; only the shape of its tables is here,
// because tables stand in one order of dependency.
//
// The tokens ({{day}}, {{instant}}, {{facts}} …) are explained in store/migrate.go.
package schema

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations is the folder of numbered files.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is embedded: it is there
	}
	return sub
}
