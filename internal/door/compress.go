package door

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// compressible kinds; files such as xlsx, docx and pdf are packed already.
var compressible = []string{"text/", "application/json", "application/problem+json", "application/geo+json", "image/svg+xml"}

// smallest body worth packing: below, it fits one packet anyway.
const smallest = 1400

var packers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(io.Discard, 5)
	return w
}}

func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.TrimSpace(quality) != "q=0" {
			return true
		}
	}
	return false
}

// send writes a finished body, packed where that helps. Pages hold no secret that a
// length could betray: there are no tokens in forms.
func send(w http.ResponseWriter, r *http.Request, status int, body *bytes.Buffer) error {
	kind := w.Header().Get("Content-Type")
	packs := false
	for _, prefix := range compressible {
		packs = packs || strings.HasPrefix(kind, prefix)
	}
	if packs {
		w.Header().Add("Vary", "Accept-Encoding")
	}
	if packs && body.Len() >= smallest && acceptsGzip(r) {
		var packed bytes.Buffer
		packer := packers.Get().(*gzip.Writer)
		packer.Reset(&packed)
		_, err := packer.Write(body.Bytes())
		if err == nil {
			err = packer.Close()
		}
		packers.Put(packer)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Encoding", "gzip")
		body = &packed
	}
	if bodyAllowed(status) {
		w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	}
	w.WriteHeader(status)
	if !bodyAllowed(status) || r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body.Bytes())
	return err
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}
