package fault

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// badLine is a proxy to a server that may not be there: each connection is one request.
type badLine struct {
	net.Listener
	server *atomic.Value // address
	mutex  sync.Mutex
	fates  map[string]int
}

func openLine(t *testing.T, server *atomic.Value) *badLine {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	l := &badLine{Listener: listener, server: server, fates: map[string]int{}}
	go func() {
		for {
			phone, err := listener.Accept()
			if err != nil {
				return
			}
			go l.carry(phone.(*net.TCPConn))
		}
	}()
	return l
}

func (l *badLine) counts() map[string]int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.fates
}

func (l *badLine) fate() string {
	fate := "whole"
	switch n := rand.IntN(100); {
	case n < 4:
		fate = "dropped"
	case n < 8:
		fate = "request cut"
	case n < 14:
		fate = "answer cut"
	case n < 20:
		fate = "doubled"
	case n < 35:
		fate = "delayed"
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.fates[fate]++
	return fate
}

// carry takes one request to the server and its answer back, or fails to.
func (l *badLine) carry(phone *net.TCPConn) {
	defer phone.Close()
	fate := l.fate()
	if fate == "dropped" {
		return
	}
	if fate == "delayed" {
		time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
	}
	server, err := l.dial()
	if err != nil {
		return
	}
	defer server.Close()
	var request bytes.Buffer
	go func() {
		var from io.Reader = io.TeeReader(phone, &request)
		if fate == "request cut" {
			from = io.LimitReader(from, int64(rand.IntN(600)))
		}
		io.Copy(server, from)
		if fate == "request cut" {
			server.Close()
		}
	}()
	var answer io.Reader = server
	if fate == "answer cut" {
		answer = io.LimitReader(server, int64(rand.IntN(700)))
	}
	io.Copy(phone, answer)
	if fate != "doubled" {
		return
	}
	phone.Close()
	time.Sleep(5 * time.Millisecond) // until the copy of the request has ended
	if again, err := l.dial(); err == nil {
		defer again.Close()
		again.SetDeadline(time.Now().Add(5 * time.Second))
		again.Write(request.Bytes())
		io.Copy(io.Discard, again)
	}
}

func (l *badLine) dial() (net.Conn, error) {
	return net.DialTimeout("tcp", l.server.Load().(string), 2*time.Second)
}
