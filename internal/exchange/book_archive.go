package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"ralop/internal/fault"
)

// Bounds of a zip. A member that is more than maxRatio times its packed size is refused
// when it is large: sheets of repeated words reach 30, lists as text 60.
const (
	maxMembers  = 500
	maxRatio    = 400
	ratioBegins = 4 << 20
)

var errBomb = errors.New("exchange: a packed file grows beyond all measure")

// addArchive takes a workbook, or each member of a zip that is a table.
func (b *Book) addArchive(name, shown string, content io.ReaderAt, size int64, outermost bool) error {
	if size > MaxFile {
		return fault.New(fault.Invalid, "exchange.too-large", fault.Args{"file": shown, "megabytes": MaxFile >> 20})
	}
	archive, err := zip.NewReader(content, size)
	if err != nil {
		return (&Table{name: shown}).broken(0, err)
	}
	var total uint64
	for _, f := range archive.File {
		if f.UncompressedSize64 > ratioBegins && f.UncompressedSize64/maxRatio > f.CompressedSize64 {
			return fault.New(fault.Invalid, "exchange.bomb", fault.Args{"file": shown}).Because(errBomb)
		}
		total += f.UncompressedSize64
	}
	if total > MaxUnpacked {
		return fault.New(fault.Invalid, "exchange.too-large", fault.Args{"file": shown, "megabytes": MaxUnpacked >> 20})
	}
	if isWorkbook(archive) {
		return b.addWorkbook(name, shown, archive)
	}
	for _, f := range archive.File {
		if f.Name == "mimetype" || f.Name == "word/document.xml" {
			return fault.New(fault.Unsupported, "exchange.not-a-table", fault.Args{"file": shown})
		}
	}
	if !outermost {
		return fault.New(fault.Unsupported, "exchange.nested-zip", fault.Args{"file": shown, "member": shown})
	}
	return b.addMembers(archive)
}

func isWorkbook(archive *zip.Reader) bool {
	for _, f := range archive.File {
		if n := slashed(f.Name); n == "xl/workbook.xml" || n == "[Content_Types].xml" && hasRelations(archive) {
			return true
		}
	}
	return false
}

func hasRelations(archive *zip.Reader) bool {
	for _, f := range archive.File {
		if strings.HasSuffix(slashed(f.Name), "/_rels/workbook.xml.rels") {
			return true
		}
	}
	return false
}

func slashed(name string) string { return strings.ReplaceAll(strings.TrimPrefix(name, "/"), `\`, "/") }

// addMembers takes the tables of a zip. What is not one is told and left.
func (b *Book) addMembers(archive *zip.Reader) error {
	left := int64(MaxUnpacked)
	members := 0
	for _, f := range archive.File {
		name := memberName(f.Name)
		if strings.HasSuffix(slashed(f.Name), "/") || passedOver(slashed(f.Name)) {
			continue
		}
		if members++; members > maxMembers {
			return fault.New(fault.Invalid, "exchange.too-many-members", fault.Args{"file": b.name, "most": maxMembers})
		}
		if f.Flags&1 != 0 {
			b.note("exchange.locked-member", fault.Args{"member": name})
			continue
		}
		content, err := unpackMember(f, left)
		if errors.Is(err, errTooLarge) {
			return fault.New(fault.Invalid, "exchange.too-large", fault.Args{"file": b.name, "megabytes": MaxUnpacked >> 20})
		} else if errors.Is(err, errBomb) {
			return fault.New(fault.Invalid, "exchange.bomb", fault.Args{"file": b.name}).Because(err)
		}
		left -= int64(len(content))
		if err == nil {
			err = b.add(name, bytes.NewReader(content), int64(len(content)), false)
		} else {
			err = (&Table{name: name}).broken(0, err)
		}
		if found, ok := fault.Of(err); ok {
			b.notes = append(b.notes, RowFault{0, found})
		} else if err != nil {
			return err
		}
	}
	return nil
}

// unpackMember reads a member and believes no size that the archive states.
func unpackMember(f *zip.File, left int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	most := max(ratioBegins, int64(min(f.CompressedSize64, MaxFile))*maxRatio)
	content, err := io.ReadAll(&limited{r: r, left: min(left, most) + 1})
	if errors.Is(err, errTooLarge) && most < left {
		return nil, errBomb
	}
	return content, err
}

// passedOver are what operating systems and spreadsheet programs leave in folders.
func passedOver(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") || strings.EqualFold(base, "thumbs.db")
}

// memberName is the last part of a member's path, as text that can be shown.
func memberName(name string) string {
	name = path.Base(slashed(name))
	if !utf8.ValidString(name) {
		name = strings.ToValidUTF8(name, "?")
	}
	if letters := []rune(name); len(letters) > 80 {
		name = string(letters[:80])
	}
	return name
}
