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
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// load is what the generator sends. It is a process of its own, so that its work is counted apart from the product's.
type load struct {
	Addr     string
	Clients  int
	Rate     float64 // requests a second, started whether or not the earlier ones are answered; 0: each client sends when it is answered
	Requests [][]byte
	Want     []byte // what every answer must hold
}

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
	if len(a.Failures) > 0 {
		return a, fmt.Errorf("%d of %d requests failed: %s", len(a.Failures), len(l.Requests), a.Failures[0])
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
	g := generator{load: l, latencies: make([]time.Duration, len(l.Requests))}
	for range l.Clients {
		conn, err := net.Dial("tcp", l.Addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		g.conns = append(g.conns, &connection{conn, bufio.NewReader(conn)})
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
	in *bufio.Reader
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
				if i >= len(g.Requests) {
					return
				}
				from := time.Now()
				if g.Rate > 0 {
					// From when it should have gone, so that a queue of waiting requests is not left out.
					from = began.Add(time.Duration(float64(i) / g.Rate * float64(time.Second)))
					time.Sleep(time.Until(from))
				}
				if err := g.send(c, g.Requests[i]); err != nil {
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
	if response.StatusCode != http.StatusOK || !bytes.Contains(body, g.Want) {
		return fmt.Errorf("%s: %.300s", response.Status, body)
	}
	return nil
}
