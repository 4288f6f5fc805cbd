//go:build ha

package ha

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"ralop/internal/app"
	"ralop/internal/store/storetest"
)

// makeDatabase does what ha.md says after the cluster is there.
func (c *cluster) makeDatabase(t *testing.T) string {
	t.Helper()
	storetest.Run(t, c.address("postgres", "postgres"), "CREATE ROLE ralop LOGIN PASSWORD '"+password+"'", "CREATE DATABASE ralop OWNER ralop")
	return c.address("ralop", "ralop")
}

// The primary dies, hands over and freezes, and etcd loses most of its members, while
// teachers send: nothing that was answered is lost, nothing is there twice, and the house
// goes on by itself. Outages are printed.
func TestAFailedPrimaryLosesNothing(t *testing.T) {
	c := startCluster(t)
	h := openHouse(t, app.Config{URL: c.makeDatabase(t)}, 16)
	h.begin()
	h.goOn(t, patience)
	trouble := func(what string, make func(), after func()) {
		t.Helper()
		c.untilWhole(t)
		h.goOn(t, patience)
		before, began := c.primary(), time.Now()
		make()
		h.goOn(t, patience)
		outage := h.outage(began)
		t.Logf("%s: %s without a receipt (primary %s, then %s)", what, outage.Round(100*time.Millisecond), before.name, c.leads(t))
		if after != nil {
			after()
		}
		h.goOn(t, patience)
	}
	var struck *node
	again := func() { c.run(t, struck.patroni); struck.down = false }
	kill := func() { struck = c.primary(); struck.kill() }

	trouble("primary killed", kill, again)
	trouble("switchover", func() { c.switchover(t) }, nil)
	trouble("synchronous standby killed", func() { struck = c.role(t, "sync_standby"); struck.kill() }, again)
	trouble("primary killed again", kill, again)
	trouble("primary frozen for 90 s", func() {
		struck = c.primary()
		struck.signal(syscall.SIGSTOP)
		time.Sleep(90 * time.Second)
		struck.signal(syscall.SIGCONT)
	}, nil)
	trouble("one member of etcd killed", func() { c.etcd[0].signal(syscall.SIGKILL); <-c.etcd[0].over }, func() { c.run(t, c.etcd[0]) })
	trouble("two members of etcd frozen for 60 s", func() {
		for _, e := range c.etcd[1:] {
			e.signal(syscall.SIGSTOP)
		}
		time.Sleep(60 * time.Second)
		for _, e := range c.etcd[1:] {
			e.signal(syscall.SIGCONT)
		}
	}, nil)
	trouble("PostgreSQL of the primary killed, Patroni not", func() { syscall.Kill(c.primary().postgres()[0], syscall.SIGKILL) }, nil)
	c.untilWhole(t)
	h.rest()
	h.prove(t)
	t.Log(h.answers())
}

// role is the node in a role.
func (c *cluster) role(t *testing.T, role string) *node {
	t.Helper()
	for _, m := range c.members() {
		for _, n := range c.nodes {
			if m.Role == role && m.Name == n.name {
				return n
			}
		}
	}
	t.Fatalf("nobody is %s: %v", role, c.members())
	return nil
}

// leads is the name of the primary now.
func (c *cluster) leads(t *testing.T) string {
	t.Helper()
	c.until(t, "a primary", func() bool { return c.primary() != nil })
	return c.primary().name
}

// The versions that were tried, for docs/reliability.md.
func TestVersions(t *testing.T) {
	for _, name := range []string{"patroni", "etcd", "postgres"} {
		command := exec.Command(program(t, name), "--version")
		command.Env = os.Environ()
		told, err := command.Output()
		if err != nil {
			t.Error(err)
		}
		t.Log(strings.SplitN(string(told), "\n", 2)[0])
	}
}
