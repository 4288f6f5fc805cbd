package main

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"ralop/internal/day"
)

// load is what the generator sends. It is a process of its own, so that its work is counted apart from the product's.
type load struct {
	Addr     string
	Clients  int
	Rate     float64 // requests a second, started whether or not the earlier ones are answered; 0: each client sends when it is answered
	Requests [][]byte
	Classes  []formClass
	Forms    []form // sent when there are no Requests: written by the generator, so that they are none of the product's work
	Want     []byte // what every answer must hold
	Tolerant bool   // failures are counted; else the first one ends the run
}

// formClass is a class whose roll calls are sent.
type formClass struct {
	ID, Cookie string
	Pupils     []string
}

// form is a roll call as the page sends it.
type form struct {
	Class         int // index of Classes
	Day           day.Day
	Session, Roll int
	Act           [16]byte
	Marks         []formMark
}

type formMark struct {
	Pupil string
	Kind  string
}

func (l *load) len() int { return max(len(l.Requests), len(l.Forms)) }

// request writes the nth request.
func (l *load) request(n int) []byte {
	if n < len(l.Requests) {
		return l.Requests[n]
	}
	f := &l.Forms[n]
	c := &l.Classes[f.Class]
	a := f.Act
	a[6], a[8] = a[6]&0x0f|0x70, a[8]&0x3f|0x80
	values := url.Values{"ma": {fmt.Sprintf("%x-%x-%x-%x-%x", a[:4], a[4:6], a[6:8], a[8:10], a[10:])}, "ds": {strconv.Itoa(f.Roll)}, "ban": {"0"},
		"ngay": {f.Day.String()}, "buoi": {strconv.Itoa(f.Session)}}
	for _, p := range c.Pupils {
		values.Set("m"+p, "present")
	}
	for _, m := range f.Marks {
		values.Set("m"+m.Pupil, m.Kind)
	}
	body := values.Encode()
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST /lop/%s/diem-danh HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: application/json\r\n%s: %d\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", c.ID, l.Addr, c.Cookie, dayHeader, f.Day, len(body), body)
	return b.Bytes()
}

// writtenBefore is how many forms the generator writes before the run begins; those of a longer run it writes as it goes.
const writtenBefore = 20_000

// answered is what the generator saw.
type answered struct {
	Wall      time.Duration
	CPU       time.Duration // of the generator
	Latencies []time.Duration
	Failures  []string
}

// child runs this program's other faces. It says whether there was one to run.
func child(args []string) bool {
	var err error
	switch args[0] {
	case "generate":
		err = generate(os.Stdin, os.Stdout)
	case "read":
		err = onlyRead(args[1])
	case "duplicates":
		err = searchDoubles(args[1], args[2], args[3])
	default:
		return false
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	return true
}

// cpuTime is the processor time that this process used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// drive runs a generator process; around is called when it stands ready, and the function it gives when it is done.
func drive(l load, around func() func()) (a answered, err error) {
	self, err := os.Executable()
	if err != nil {
		return a, err
	}
	command := exec.Command(self, "generate")
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := command.StdinPipe()
	if err != nil {
		return a, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return a, err
	}
	if err := command.Start(); err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, in.Close(), command.Wait()) }()
	to, from := gob.NewEncoder(in), gob.NewDecoder(out)
	var ready, done bool
	if err := to.Encode(l); err != nil {
		return a, err
	}
	if err := from.Decode(&ready); err != nil {
		return a, err
	}
	end := around()
	if err := to.Encode(true); err != nil {
		return a, err
	}
	if err := from.Decode(&done); err != nil {
		return a, err
	}
	end()
	if err := from.Decode(&a); err != nil {
		return a, err
	}
	if len(a.Failures) > 0 && !l.Tolerant {
		return a, fmt.Errorf("%d of %d requests failed: %s", len(a.Failures), l.len(), a.Failures[0])
	}
	return a, nil
}

// generate is the other side of drive.
func generate(in io.Reader, out io.Writer) error {
	from, to := gob.NewDecoder(in), gob.NewEncoder(out)
	var l load
	if err := from.Decode(&l); err != nil {
		return err
	}
	if len(l.Forms) <= writtenBefore {
		for i := range l.Forms {
			l.Requests = append(l.Requests, l.request(i))
		}
	}
	g := generator{load: l, latencies: make([]time.Duration, l.len())}
	for range l.Clients {
		conn, err := net.Dial("tcp", l.Addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		g.conns = append(g.conns, &connection{Conn: conn, in: bufio.NewReader(conn)})
	}
	var start bool
	if err := to.Encode(true); err != nil {
		return err
	}
	if err := from.Decode(&start); err != nil {
		return err
	}
	cpu, began := cpuTime(), time.Now()
	g.run(began)
	a := answered{Wall: time.Since(began), CPU: cpuTime() - cpu, Latencies: g.latencies, Failures: g.failures}
	if err := to.Encode(true); err != nil {
		return err
	}
	return to.Encode(a)
}

type connection struct {
	net.Conn
	in     *bufio.Reader
	broken bool
}

type generator struct {
	load
	conns     []*connection
	next      atomic.Int64
	latencies []time.Duration
	mu        sync.Mutex
	failures  []string
}

func (g *generator) run(began time.Time) {
	var wait sync.WaitGroup
	for _, c := range g.conns {
		wait.Go(func() {
			for {
				i := int(g.next.Add(1) - 1)
				if i >= len(g.latencies) {
					return
				}
				request := g.request(i)
				from := time.Now()
				if g.Rate > 0 {
					// From when it should have gone, so that a queue of waiting requests is not left out.
					from = began.Add(time.Duration(float64(i) / g.Rate * float64(time.Second)))
					time.Sleep(time.Until(from))
				}
				if err := g.send(c, request); err != nil {
					g.mu.Lock()
					g.failures = append(g.failures, err.Error())
					g.mu.Unlock()
				}
				g.latencies[i] = time.Since(from)
			}
		})
	}
	wait.Wait()
}

func (g *generator) send(c *connection, request []byte) error {
	if c.broken {
		conn, err := net.Dial("tcp", g.Addr)
		if err != nil {
			return err
		}
		c.Conn.Close()
		c.Conn, c.in = conn, bufio.NewReader(conn)
	}
	c.broken = true
	if _, err := c.Write(request); err != nil {
		return err
	}
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	c.broken = false
	if response.StatusCode != http.StatusOK || !bytes.Contains(body, g.Want) {
		return fmt.Errorf("%s: %.300s", response.Status, body)
	}
	return nil
}
