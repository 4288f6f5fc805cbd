//go:build ha

package ha

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cluster is what docs/operating/ha.md sets up on three machines, on loopback: three nodes of
// PostgreSQL under Patroni and three members of etcd.
type cluster struct {
	dir        string
	credential *syscall.Credential // PostgreSQL refuses root; nil: we are not
	etcd       []*process
	nodes      []*node
}

type node struct {
	name       string
	port, rest int
	data       string
	patroni    *process
	down       bool // we have killed it
}

// process is one that the cluster has started.
type process struct {
	name    string
	words   []string
	command *exec.Cmd
	over    chan struct{}
}

const (
	password = "only-on-loopback"
	patience = 3 * time.Minute // for whatever a cluster does
)

// program finds one of the programs that tools/needs-ha.sh brings.
func program(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		t.Fatalf("%s is not on this machine; `make test-ha` brings it", name)
	}
	return found[len(found)-1]
}

// binaries is the folder of PostgreSQL's programs; in PATH there may be links to some of them.
func binaries(t *testing.T) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(program(t, "initdb"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(path)
}

func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		// Below those that the kernel gives to whoever connects: another program must not get it meanwhile.
		port := 20_000 + rand.IntN(12_000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		listener.Close()
		return port
	}
	t.Fatal("no port is free")
	return 0
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	removeLeftovers()
	dir, err := os.MkdirTemp("", fmt.Sprintf("ralop-ha-%d-", os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{dir: dir}
	t.Cleanup(func() { c.stop(); os.RemoveAll(dir) })
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	c.startEtcd(t)
	for _, name := range []string{"a", "b", "c"} {
		n := &node{name: name, port: freePort(t), rest: freePort(t), data: filepath.Join(dir, name)}
		c.nodes = append(c.nodes, n)
	}
	for i, n := range c.nodes {
		file := filepath.Join(dir, n.name+".yml")
		if err := os.WriteFile(file, []byte(c.settings(t, n)), 0o644); err != nil {
			t.Fatal(err)
		}
		n.patroni = &process{name: "patroni-" + n.name, words: []string{program(t, "patroni"), file}}
		c.run(t, n.patroni)
		if i == 0 {
			c.until(t, "a first primary", func() bool { return c.primary() == n })
		}
	}
	c.untilWhole(t)
	return c
}

func (c *cluster) startEtcd(t *testing.T) {
	t.Helper()
	var members, clients, peers []string
	for i := range 3 {
		peer, client := freePort(t), freePort(t)
		peers, clients = append(peers, fmt.Sprintf("http://127.0.0.1:%d", peer)), append(clients, fmt.Sprintf("http://127.0.0.1:%d", client))
		members = append(members, fmt.Sprintf("e%d=%s", i, peers[i]))
	}
	for i := range 3 {
		name := fmt.Sprintf("e%d", i)
		p := &process{name: name, words: []string{program(t, "etcd"), "--name", name, "--data-dir", filepath.Join(c.dir, name),
			"--listen-peer-urls", peers[i], "--initial-advertise-peer-urls", peers[i], "--listen-client-urls", clients[i], "--advertise-client-urls", clients[i],
			"--initial-cluster", strings.Join(members, ","), "--heartbeat-interval", "300", "--election-timeout", "3000", "--logger", "zap"}}
		c.etcd = append(c.etcd, p)
		c.run(t, p)
	}
}

// settings are patroni.yml as ha.md has it, with the ports of this machine.
func (c *cluster) settings(t *testing.T, n *node) string {
	var etcd []string
	for _, e := range c.etcd {
		for i, word := range e.words {
			if word == "--listen-client-urls" {
				etcd = append(etcd, strings.TrimPrefix(e.words[i+1], "http://"))
			}
		}
	}
	return fmt.Sprintf(`scope: ralop
name: %[1]s
restapi: {listen: "127.0.0.1:%[2]d", connect_address: "127.0.0.1:%[2]d"}
etcd3: {hosts: [%[3]s]}
bootstrap:
  dcs:
    ttl: 30
    loop_wait: 10
    retry_timeout: 10
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    failsafe_mode: true
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters: {max_connections: 100, wal_level: replica, hot_standby: "on", wal_log_hints: "on", max_wal_senders: 10, max_replication_slots: 10, shared_buffers: 64MB}
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
  pg_hba: ["host replication replicator 127.0.0.1/32 scram-sha-256", "host all all 127.0.0.1/32 scram-sha-256", "local all all trust"]
postgresql:
  listen: "127.0.0.1:%[4]d"
  connect_address: "127.0.0.1:%[4]d"
  data_dir: %[5]s
  bin_dir: %[6]s
  pgpass: %[5]s.pgpass
  authentication:
    superuser: {username: postgres, password: %[7]s}
    replication: {username: replicator, password: %[7]s}
    rewind: {username: rewinder, password: %[7]s}
  parameters: {unix_socket_directories: %[8]s, password_encryption: scram-sha-256}
`, n.name, n.rest, strings.Join(etcd, ", "), n.port, n.data, binaries(t), password, c.dir)
}

// run starts a process under a thread that lives as long as we do: the kernel then ends it
// with us. What it says is in a file of its name.
func (c *cluster) run(t *testing.T, p *process) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(c.dir, p.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	p.command = exec.Command(p.words[0], p.words[1:]...)
	p.command.Dir, p.command.Stdout, p.command.Stderr = c.dir, log, log
	p.command.Env = append(os.Environ(), "HOME="+c.dir)
	p.command.SysProcAttr = &syscall.SysProcAttr{Credential: c.credential, Pdeathsig: syscall.SIGKILL}
	p.over = make(chan struct{})
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer close(p.over)
		defer log.Close()
		started <- p.command.Start()
		if p.command.Process != nil {
			p.command.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
}

func (p *process) signal(s syscall.Signal) { p.command.Process.Signal(s) }

// postgres are the process of a node's server and all that it has started.
func (n *node) postgres() (ids []int) {
	content, err := os.ReadFile(filepath.Join(n.data, "postmaster.pid"))
	if err != nil {
		return nil
	}
	first, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(content), "\n", 2)[0]))
	if err != nil || !isPostgres(first) {
		return nil
	}
	ids = []int{first}
	entries, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, entry := range entries {
		stat, err := os.ReadFile(entry)
		if err != nil {
			continue
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(after)
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(entry)))
		if len(fields) > 1 && fields[1] == strconv.Itoa(first) {
			ids = append(ids, id)
		}
	}
	return ids
}

func isPostgres(id int) bool {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", id))
	return err == nil && strings.TrimSpace(string(name)) == "postgres"
}

// signal reaches the whole node, as if it were its machine.
func (n *node) signal(s syscall.Signal) {
	n.patroni.signal(s)
	for _, id := range n.postgres() {
		syscall.Kill(id, s)
	}
}

// kill ends a node without a word, as a failing current does.
func (n *node) kill() {
	n.down = true
	n.signal(syscall.SIGKILL)
	<-n.patroni.over
}

func (c *cluster) stop() {
	for _, n := range c.nodes {
		if n.patroni != nil && n.patroni.command != nil && n.patroni.command.Process != nil {
			n.signal(syscall.SIGCONT)
			n.kill()
		}
	}
	for _, e := range c.etcd {
		e.signal(syscall.SIGCONT)
		e.signal(syscall.SIGKILL)
		<-e.over
	}
}

// removeLeftovers ends the servers of tests that were ended themselves.
func removeLeftovers() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), "ralop-ha-*"))
	for _, folder := range folders {
		parts := strings.Split(filepath.Base(folder), "-")
		id, err := strconv.Atoi(parts[2])
		if err != nil || !errors.Is(syscall.Kill(id, 0), syscall.ESRCH) {
			continue
		}
		for _, name := range []string{"a", "b", "c"} {
			for _, id := range (&node{data: filepath.Join(folder, name)}).postgres() {
				syscall.Kill(id, syscall.SIGKILL)
			}
		}
		os.RemoveAll(folder)
	}
}

// member is a node as Patroni tells of it.
type member struct{ Name, Role, State string }

var quick = http.Client{Timeout: 5 * time.Second}

// members asks the first node that answers.
func (c *cluster) members() (all map[string]member) {
	for _, n := range c.nodes {
		response, err := quick.Get(fmt.Sprintf("http://127.0.0.1:%d/cluster", n.rest))
		if err != nil {
			continue
		}
		var told struct{ Members []member }
		err = json.NewDecoder(response.Body).Decode(&told)
		response.Body.Close()
		if err != nil {
			continue
		}
		all = map[string]member{}
		for _, m := range told.Members {
			all[m.Name] = m
		}
		return all
	}
	return nil
}

// primary is the node that says of itself that it leads and holds the key, nil when none does.
func (c *cluster) primary() *node {
	for _, n := range c.nodes {
		response, err := quick.Get(fmt.Sprintf("http://127.0.0.1:%d/primary", n.rest))
		if err != nil {
			continue
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode == 200 {
			return n
		}
	}
	return nil
}

// whole says whether one leads, one follows synchronously, and one follows.
func (c *cluster) whole() bool {
	roles := map[string]int{}
	for _, m := range c.members() {
		if m.State == "running" || m.State == "streaming" {
			roles[m.Role]++
		}
	}
	return roles["leader"] == 1 && roles["sync_standby"] == 1 && roles["replica"] == 1
}

func (c *cluster) untilWhole(t *testing.T) {
	t.Helper()
	c.until(t, "all three nodes to be there", c.whole)
}

func (c *cluster) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(patience); !done(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(limit) || c.ended() {
			t.Fatalf("waited in vain for %s; members %v\n%s", what, c.members(), c.lastWords())
		}
	}
}

// ended says whether a node came to an end by itself.
func (c *cluster) ended() bool {
	for _, n := range c.nodes {
		if n.patroni == nil || n.down {
			continue
		}
		select {
		case <-n.patroni.over:
			return true
		default:
		}
	}
	return false
}

// lastWords are the ends of the logs of the nodes.
func (c *cluster) lastWords() string {
	var b bytes.Buffer
	logs, _ := filepath.Glob(filepath.Join(c.dir, "patroni-*.log"))
	for _, log := range logs {
		content, _ := os.ReadFile(log)
		fmt.Fprintf(&b, "--- %s\n%s\n", filepath.Base(log), content[max(0, len(content)-6000):])
	}
	return b.String()
}

// switchover asks Patroni to hand over to another node.
func (c *cluster) switchover(t *testing.T) {
	t.Helper()
	leader, candidate := "", ""
	for _, m := range c.members() {
		switch m.Role {
		case "leader":
			leader = m.Name
		case "sync_standby":
			candidate = m.Name
		}
	}
	body, _ := json.Marshal(map[string]string{"leader": leader, "candidate": candidate})
	response, err := (&http.Client{Timeout: patience}).Post(fmt.Sprintf("http://127.0.0.1:%d/switchover", c.primary().rest), "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	told, _ := io.ReadAll(response.Body)
	response.Body.Close()
	if response.StatusCode != 200 {
		t.Fatalf("switchover from %s to %s: %d %s", leader, candidate, response.StatusCode, told)
	}
}

// address is what the product is started with: all three nodes, of which it looks for the one that writes.
func (c *cluster) address(database, user string) string {
	var hosts []string
	for _, n := range c.nodes {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", n.port))
	}
	return fmt.Sprintf("postgres://%s:%s@%s/%s?target_session_attrs=read-write&connect_timeout=3&sslmode=disable", user, password, strings.Join(hosts, ","), database)
}
