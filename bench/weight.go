package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
)

// What a page draws in when it is seen the first time: files named in its head and body, and sheets of style that those
// bring along. Fonts that a style only names for letters that may come are not among them.
var (
	drawnIn      = regexp.MustCompile(`<(?:link[^>]+rel="(?:stylesheet|icon|preload|modulepreload|manifest)"[^>]*href|script[^>]+src|img[^>]+src)="(/[^"]+)"`)
	broughtAlong = regexp.MustCompile(`@import\s+(?:url\()?["']?([^"')]+)`)
)

// coldWeight asks for a page as a browser with an empty cache does, packed, and for every file it draws in. It gives the
// bytes of all answers with their heads, and how many there were.
func (s *served) coldWeight(cookie, address string) (bytes, requests int, err error) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	plain := &http.Client{}
	get := func(client *http.Client, path string) ([]byte, int, error) {
		request, err := http.NewRequest(http.MethodGet, "http://"+s.addr+path, nil)
		if err != nil {
			return nil, 0, err
		}
		request.Header.Set("Cookie", cookie)
		if client != plain {
			request.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, 0, err
		}
		defer response.Body.Close()
		head, err := httputil.DumpResponse(response, false)
		if err != nil {
			return nil, 0, err
		}
		body, err := io.ReadAll(response.Body)
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", path, response.Status)
		}
		return body, len(head) + len(body), err
	}
	seen := map[string]bool{}
	var fetch func(path string) error
	fetch = func(path string) error {
		if seen[path] {
			return nil
		}
		seen[path] = true
		_, n, err := get(client, path)
		if err != nil {
			return err
		}
		bytes, requests = bytes+n, requests+1
		text, _, err := get(plain, path) // unpacked, to look into
		if err != nil {
			return err
		}
		for _, pattern := range []*regexp.Regexp{drawnIn, broughtAlong} {
			for _, found := range pattern.FindAllSubmatch(text, -1) {
				at, err := url.Parse(path)
				if err == nil {
					at, err = at.Parse(html.UnescapeString(string(found[1])))
				}
				if err == nil {
					err = fetch(at.RequestURI())
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	}
	return bytes, requests, fetch(address)
}
