package paper

import (
	"encoding/json"
	"errors"
	"fmt"

	"ralop/internal/day"
	"ralop/internal/viet"
)

// Document is one paper. A line break in Agency, ParentAgency, Kind or Subject is kept.
type Document struct {
	ParentAgency string      `json:"parent_agency,omitempty"` // cơ quan chủ quản, in capitals; may be empty
	Agency       string      `json:"agency"`                  // cơ quan ban hành, in capitals
	Number       string      `json:"number,omitempty"`        // from the agency's book; empty until issued
	Symbol       string      `json:"symbol,omitempty"`        // UBND-GDĐT, BC-BCĐ: what follows the number
	Place        string      `json:"place,omitempty"`
	Date         day.Day     `json:"date,omitempty"`    // the zero day leaves room for the hand
	Kind         string      `json:"kind,omitempty"`    // BÁO CÁO, in capitals; empty makes a công văn
	Subject      string      `json:"subject,omitempty"` // trích yếu, without "V/v"
	To           []string    `json:"to,omitempty"`      // Kính gửi, without dashes and stops
	Body         []Block     `json:"body"`
	Receivers    []string    `json:"receivers,omitempty"` // Nơi nhận, without dashes and stops
	Signatures   []Signature `json:"signatures,omitempty"`
	Footnotes    []string    `json:"footnotes,omitempty"` // small print under the signature: audit head, provenance
	Appendices   []Appendix  `json:"appendices,omitempty"`
	Mark         string      `json:"mark,omitempty"`      // framed under the number: DỰ THẢO
	Watermark    string      `json:"watermark,omitempty"` // across every page, and a banner on every sheet
}

// Signature is one signer: {["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"], "PHÓ CHỦ TỊCH", "Mùa Ya Hồ"}.
// Name is empty on a paper that waits for its signer. One Signature stands at the right of
// the receivers; several (minutes) stand side by side above them.
type Signature struct {
	Authority []string `json:"authority,omitempty"`
	Capacity  string   `json:"capacity"`
	Note      string   `json:"note,omitempty"` // (Ký, ghi rõ họ tên)
	Name      string   `json:"name,omitempty"`
}

// Appendix stands after the signature on pages of its own, numbered by itself.
type Appendix struct {
	Title string  `json:"title"`
	Body  []Block `json:"body"`
}

// errBlock is wrapped by every fault of a block.
var errBlock = errors.New("paper: bad block")

// normalised gives a deep copy of the document with all text in NFC. It goes through
// JSON, so that no field added later can be forgotten.
func (d Document) normalised() (Document, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return Document{}, fmt.Errorf("paper: %w", err)
	}
	var out Document
	if err := json.Unmarshal([]byte(viet.NFC(string(text))), &out); err != nil {
		return Document{}, fmt.Errorf("paper: %w", err)
	}
	return out, nil
}

// tables gives the tables of body and appendices, in order; charts count as tables of
// their points.
func (d Document) tables() []*Table {
	var out []*Table
	collect := func(blocks []Block) {
		for i := range blocks {
			switch {
			case blocks[i].Table != nil:
				out = append(out, blocks[i].Table)
			case blocks[i].Chart != nil:
				out = append(out, blocks[i].Chart.table())
			}
		}
	}
	collect(d.Body)
	for _, a := range d.Appendices {
		collect(a.Body)
	}
	return out
}
