package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"ralop/internal/fault"
)

// Bundle is a OneRoster 1.2 bundle of csv files (bulk) as it was read: every filled file
// that the house takes in, its lines by column.
type Bundle struct {
	tables  map[string]*csvTable
	Ignored []string // files that are filled and that the house does not take in
	System  string   // source.systemName of the manifest
}

type csvTable struct {
	name string
	at   map[string]int
	rows [][]string
}

// cell gives a field of a line by its heading.
func (t *csvTable) cell(row []string, heading string) string { return row[t.at[heading]] }

// Limits of what is read: against archives that unpack to more than they look like.
const (
	mostParts    = 64
	mostUnpacked = 1 << 30
	longestCell  = 4 << 10
	mostRows     = 2_000_000 // of one file
)

func bad(code string, args fault.Args) error {
	return fault.New(fault.Invalid, "api."+code, args)
}

// Read reads a bundle and holds its manifest and headings to the standard.
//
// Faults: Invalid api.bundle-zip, api.bundle-big, api.bundle-no-manifest, api.bundle-version,
// api.bundle-missing, api.bundle-unannounced, api.bundle-heading-missing,
// api.bundle-heading-unknown, api.bundle-heading-twice, api.bundle-encoding, api.bundle-csv,
// api.bundle-empty; Unsupported api.bundle-delta.
func Read(r io.ReaderAt, size int64) (*Bundle, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, bad("bundle-zip", nil)
	}
	if len(archive.File) > mostParts {
		return nil, bad("bundle-big", nil)
	}
	parts := map[string]*zip.File{}
	for _, part := range archive.File {
		name := path.Base(strings.ReplaceAll(part.Name, `\`, "/"))
		if part.FileInfo().IsDir() || strings.HasPrefix(part.Name, "__MACOSX") || strings.HasPrefix(name, ".") {
			continue
		}
		if _, twice := parts[name]; twice {
			return nil, bad("bundle-zip", nil)
		}
		parts[name] = part
	}
	left := int64(mostUnpacked)
	manifest, err := readTable(parts["manifest.csv"], "manifest", []string{"propertyName", "value"}, &left)
	if err != nil {
		return nil, err
	}
	if manifest == nil {
		return nil, bad("bundle-no-manifest", nil)
	}
	said := map[string]string{}
	for _, row := range manifest.rows {
		said[row[0]] = row[1]
	}
	if said["oneroster.version"] != "1.2" || said["manifest.version"] != "1.0" {
		return nil, bad("bundle-version", fault.Args{"version": said["oneroster.version"], "manifest": said["manifest.version"]})
	}
	b := &Bundle{tables: map[string]*csvTable{}, System: said["source.systemName"]}
	for _, name := range Files {
		part, there := parts[name+".csv"]
		switch said["file."+name] {
		case "delta":
			return nil, fault.New(fault.Unsupported, "api.bundle-delta", fault.Args{"file": name + ".csv"})
		case "bulk":
			if !there {
				return nil, bad("bundle-missing", fault.Args{"file": name + ".csv"})
			}
		default:
			if there {
				return nil, bad("bundle-unannounced", fault.Args{"file": name + ".csv"})
			}
			continue
		}
		if Heads[name] == "" {
			b.Ignored = append(b.Ignored, name+".csv")
			continue
		}
		if b.tables[name], err = readTable(part, name, strings.Split(Heads[name], ","), &left); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"orgs", "academicSessions"} {
		if b.tables[name] == nil {
			return nil, bad("bundle-missing", fault.Args{"file": name + ".csv"})
		}
	}
	for name, heading := range Heads {
		if b.tables[name] == nil {
			b.tables[name] = &csvTable{name: name, at: positions(strings.Split(heading, ","))}
		}
	}
	return b, nil
}

func positions(headings []string) map[string]int {
	at := map[string]int{}
	for i, h := range headings {
		at[h] = i
	}
	return at
}

// readTable reads a part; nil when it is not there. Headings must all be there; more are
// allowed only as extensions ("metadata.…"), as the standard has it.
func readTable(part *zip.File, name string, headings []string, left *int64) (*csvTable, error) {
	if part == nil {
		return nil, nil
	}
	file := name + ".csv"
	r, err := part.Open()
	if err != nil {
		return nil, bad("bundle-zip", nil)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, *left+1))
	if err != nil {
		return nil, bad("bundle-zip", nil)
	}
	if *left -= int64(len(content)); *left < 0 {
		return nil, bad("bundle-big", nil)
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(content) {
		return nil, bad("bundle-encoding", fault.Args{"file": file})
	}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.ReuseRecord = false
	first, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, bad("bundle-empty", fault.Args{"file": file})
	}
	torn := func(err error) error {
		line := 0
		if at := (*csv.ParseError)(nil); errors.As(err, &at) {
			line = at.Line
		}
		return bad("bundle-csv", fault.Args{"file": file, "line": line})
	}
	if err != nil {
		return nil, torn(err)
	}
	t := &csvTable{name: name, at: map[string]int{}}
	for i, heading := range first {
		heading = strings.TrimSpace(heading)
		if !slices.Contains(headings, heading) && !strings.HasPrefix(heading, "metadata.") {
			return nil, bad("bundle-heading-unknown", fault.Args{"file": file, "heading": clipped(heading)})
		}
		if _, twice := t.at[heading]; twice {
			return nil, bad("bundle-heading-twice", fault.Args{"file": file, "heading": heading})
		}
		t.at[heading] = i
	}
	for _, heading := range headings {
		if _, there := t.at[heading]; !there {
			return nil, bad("bundle-heading-missing", fault.Args{"file": file, "heading": heading})
		}
	}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, torn(err)
		}
		if len(t.rows) == mostRows {
			return nil, bad("bundle-big", nil)
		}
		t.rows = append(t.rows, row)
	}
}

// clipped shortens what a file says before it is shown.
func clipped(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}

// Lines gives the lines of a file below its headings, as they stand.
func (b *Bundle) Lines(file string) [][]string { return b.tables[file].rows }
