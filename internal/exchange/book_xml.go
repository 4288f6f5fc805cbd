package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of one piece of a sheet's XML.
const (
	maxTextRun = 1 << 20 // a cell of a spreadsheet program holds 32,767 characters
	maxTag     = 64 << 10
)

var (
	errHugeCell = errors.New("exchange: a cell is larger than any a spreadsheet program writes")
	errBrokenML = errors.New("exchange: the sheet is not well-formed")
)

// xmlScanner walks the XML of a sheet tag by tag, without building a tree: a sheet of a
// province is some hundred megabytes of it. It knows what spreadsheet programs write: no
// document type, UTF-8, names with or without a prefix.
type xmlScanner struct {
	in     *bufio.Reader
	name   string // of the tag, without its prefix
	attrs  []byte
	end    bool // </name>
	empty  bool // <name/>
	text   []byte
	tag    []byte
	wanted bool // text is kept
	names  map[string]string
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{in: bufio.NewReaderSize(r, 64<<10), names: map[string]string{}}
}

// next goes to the next tag; text before it is added to s.text when it is wanted.
// io.EOF at the end.
func (s *xmlScanner) next() error {
	for {
		run := 0
		for {
			piece, err := s.in.ReadSlice('<')
			full := errors.Is(err, bufio.ErrBufferFull)
			if err != nil && !full {
				if errors.Is(err, io.EOF) && len(bytes.TrimSpace(piece)) > 0 {
					return io.ErrUnexpectedEOF
				}
				return err
			}
			if run += len(piece); run > maxTextRun {
				return errHugeCell
			}
			if s.wanted {
				s.text = appendUnescaped(s.text, bytes.TrimSuffix(piece, []byte("<")))
			}
			if !full {
				break
			}
		}
		if err := s.readTag(); err != nil {
			return err
		}
		switch {
		case bytes.HasPrefix(s.tag, []byte("![CDATA[")):
			if s.wanted {
				s.text = append(s.text, s.tag[8:len(s.tag)-2]...)
			}
			continue
		case s.tag[0] == '!' && !bytes.HasPrefix(s.tag, []byte("!--")):
			return errBrokenML // a document type: entities are a trap
		case s.tag[0] == '!', s.tag[0] == '?':
			continue
		}
		s.split()
		return nil
	}
}

// readTag reads up to the end of the tag; ">" may stand inside quotes.
func (s *xmlScanner) readTag() error {
	s.tag = s.tag[:0]
	for {
		piece, err := s.in.ReadSlice('>')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return io.ErrUnexpectedEOF
		}
		s.tag = append(s.tag, piece...)
		if len(s.tag) > maxTextRun || len(s.tag) > maxTag && s.tag[0] != '!' {
			return errHugeCell
		}
		if err == nil && tagEnds(s.tag) {
			break
		}
	}
	s.tag = s.tag[:len(s.tag)-1]
	if len(s.tag) == 0 {
		return errBrokenML
	}
	return nil
}

func tagEnds(tag []byte) bool {
	switch {
	case bytes.HasPrefix(tag, []byte("!--")):
		return len(tag) >= 6 && bytes.HasSuffix(tag, []byte("-->"))
	case bytes.HasPrefix(tag, []byte("![CDATA[")):
		return len(tag) >= 11 && bytes.HasSuffix(tag, []byte("]]>"))
	}
	var quote byte
	for _, c := range tag {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote == 0
}

func (s *xmlScanner) split() {
	tag := s.tag
	s.end, s.empty = false, false
	if tag[0] == '/' {
		s.end, tag = true, tag[1:]
	}
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		s.empty, tag = true, tag[:len(tag)-1]
	}
	at := bytes.IndexAny(tag, " \t\r\n")
	name := tag
	s.attrs = nil
	if at >= 0 {
		name, s.attrs = tag[:at], tag[at+1:]
	}
	if colon := bytes.IndexByte(name, ':'); colon >= 0 {
		name = name[colon+1:]
	}
	known, ok := s.names[string(name)]
	if !ok {
		known = string(name)
		if len(s.names) < 1000 {
			s.names[known] = known
		}
	}
	s.name = known
}

// attr gives an attribute of the tag by its name without prefix, "" when there is none.
func (s *xmlScanner) attr(name string) string {
	rest := s.attrs
	for len(rest) > 0 {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		key := bytes.TrimSpace(rest[:eq])
		if colon := bytes.LastIndexByte(key, ':'); colon >= 0 {
			key = key[colon+1:]
		}
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		close := bytes.IndexByte(rest[1:], rest[0])
		if close < 0 {
			return ""
		}
		if string(key) == name {
			return string(appendUnescaped(nil, rest[1:close+1]))
		}
		rest = rest[close+2:]
	}
	return ""
}

// number reads an attribute that counts; 0 when there is none or it is not a number.
func (s *xmlScanner) number(name string) int {
	n, err := strconv.Atoi(s.attr(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (s *xmlScanner) on(name string) bool {
	v := s.attr(name)
	return v == "1" || v == "true"
}

var entities = map[string]byte{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

func appendUnescaped(to, text []byte) []byte {
	for {
		at := bytes.IndexByte(text, '&')
		if at < 0 {
			return append(to, text...)
		}
		to, text = append(to, text[:at]...), text[at:]
		end := bytes.IndexByte(text, ';')
		if end < 0 || end > 12 {
			return append(to, text...)
		}
		entity := string(text[1:end])
		if c, ok := entities[entity]; ok {
			to = append(to, c)
		} else if digits, ok := strings.CutPrefix(entity, "#"); ok {
			base := 10
			if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
				digits, base = hex, 16
			}
			if r, err := strconv.ParseInt(digits, base, 32); err == nil && r > 0 {
				to = utf8.AppendRune(to, rune(r))
			}
		}
		text = text[end+1:]
	}
}
