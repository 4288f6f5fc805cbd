package exchange

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"ralop/internal/paper"
	"ralop/internal/transfer"
)

// archiveFirst is the sheet that an import desk reads: the 25 columns of the class list.
const archiveFirst = "Học sinh"

// arriving is what the child is at the school that reads the archive.
const arriving = "Chuyển đến"

// WriteArchive writes the archive of a transfer as a workbook that opens with the password
// only (ECMA-376 standard encryption: AES-128, the key from 50,000 rounds of SHA-1; every
// office program opens it). watermark is a line above the first heads, "" for none. The
// first sheet is what ImportStudents and the desk read without a mapping.
func WriteArchive(w io.Writer, a transfer.Archive, watermark, password string) error {
	f := excelize.NewFile()
	defer f.Close()
	b := archiveBook{f: f}
	var err error
	if b.bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}); err != nil {
		return fmt.Errorf("exchange: archive: %w", err)
	}
	if b.text, err = f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}); err != nil {
		return fmt.Errorf("exchange: archive: %w", err)
	}
	child := nationalRow(1, a.Child)
	child[6] = paper.Text(arriving)
	sheets := append([]transfer.Sheet{{Name: archiveFirst, Heads: nationalHeads, Rows: [][]paper.Cell{child}}}, a.Sheets...)
	for i, s := range sheets {
		top := ""
		if i == 0 {
			top = watermark
		}
		if err := b.add(s, top); err != nil {
			return fmt.Errorf("exchange: archive: %w", err)
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("exchange: archive: %w", err)
	}
	f.SetActiveSheet(0)
	var plain bytes.Buffer
	if err := f.Write(&plain); err != nil {
		return fmt.Errorf("exchange: archive: %w", err)
	}
	locked, err := excelize.Encrypt(plain.Bytes(), &excelize.Options{Password: password})
	if err != nil {
		return fmt.Errorf("exchange: archive: %w", err)
	}
	_, err = w.Write(locked)
	return err
}

// archiveBook is the workbook under construction.
type archiveBook struct {
	f          *excelize.File
	bold, text int
}

func (b archiveBook) add(s transfer.Sheet, top string) error {
	if _, err := b.f.NewSheet(s.Name); err != nil {
		return err
	}
	row := 0
	put := func(style int, cells []any) error {
		row++
		first, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		last, err := excelize.CoordinatesToCellName(len(cells), row)
		if err != nil {
			return err
		}
		if err := b.f.SetSheetRow(s.Name, first, &cells); err != nil {
			return err
		}
		return b.f.SetCellStyle(s.Name, first, last, style)
	}
	if top != "" {
		if err := put(b.bold, []any{top}); err != nil {
			return err
		}
	}
	widths := make([]float64, len(s.Heads))
	heads := make([]any, len(s.Heads))
	for i, h := range s.Heads {
		heads[i], widths[i] = h, letters(h)
	}
	if err := put(b.bold, heads); err != nil {
		return err
	}
	for _, line := range s.Rows {
		cells := make([]any, len(line))
		for i, c := range line {
			if c.Kind == paper.CellInteger {
				cells[i] = c.Value
				continue
			}
			cells[i], widths[i] = c.Text, max(widths[i], letters(c.Text)) // text is never a formula in a workbook
		}
		if err := put(b.text, cells); err != nil {
			return err
		}
	}
	for i, width := range widths {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := b.f.SetColWidth(s.Name, column, column, width); err != nil {
			return err
		}
	}
	return nil
}

// letters is the width of a column that holds a text, in letters; longer ones are broken.
func letters(text string) float64 { return float64(min(max(utf8.RuneCountInString(text)+3, 9), 44)) }
