package paper

import (
	"encoding/json"
	"fmt"
	"io"
)

// Format is a kind of file; its text is the ending of the file's name.
type Format string

// The formats of papers; lists come as FormatXLSX and FormatCSV.
const (
	FormatDocx Format = "docx"
	FormatPDF  Format = "pdf"
	FormatXLSX Format = "xlsx"
	FormatJSON Format = "json"
	FormatCSV  Format = "csv"
)

// MediaType is the media type of a format, "application/octet-stream" for one not known.
func (f Format) MediaType() string {
	switch f {
	case FormatDocx:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case FormatPDF:
		return "application/pdf"
	case FormatXLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case FormatJSON:
		return "application/json"
	case FormatCSV:
		return "text/csv; charset=utf-8"
	}
	return "application/octet-stream"
}

// Write writes the document in a format: docx, pdf, xlsx or json.
func Write(w io.Writer, f Format, d Document) error {
	switch f {
	case FormatDocx:
		return Docx(w, d)
	case FormatPDF:
		return PDF(w, d)
	case FormatXLSX:
		return Workbook(w, d)
	case FormatJSON:
		return JSON(w, d)
	}
	return fmt.Errorf("paper: no paper is written as %q", f)
}

// NewList begins a list as csv or xlsx.
func NewList(w io.Writer, f Format, list List) (ListWriter, error) {
	switch f {
	case FormatCSV:
		return CSV(w, list)
	case FormatXLSX:
		return XLSX(w, list)
	}
	return nil, fmt.Errorf("paper: no list is written as %q", f)
}

// JSON writes the document itself, with its text in NFC, after the same checks as the other formats.
func JSON(w io.Writer, d Document) error {
	if _, err := d.plan(); err != nil {
		return err
	}
	out, err := d.normalised()
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("paper: json: %w", err)
	}
	return nil
}
