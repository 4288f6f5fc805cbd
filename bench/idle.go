package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// measureIdle starts the product as people do and looks at what it weighs.
func measureIdle(ctx context.Context, o options, f folders, t *table) error {
	say("starting ralop serve")
	product, err := f.product()
	if err != nil {
		return err
	}
	if _, err := runProcess(product, "--data", f.at("empty"), "init", "--realm", "Điện Biên"); err != nil {
		return err
	}
	for _, c := range []struct {
		key, what, folder string
		most              float64
	}{
		{"idle-empty", "ralop serve, idle, a realm without schools", "empty", 60},
		{"idle-story", "ralop serve, idle, with the story (" + o.Size + ")", "idle", 250},
	} {
		var first, memory series
		for range 5 {
			ms, mb, err := startOnce(ctx, product, f.at(c.folder))
			if err != nil {
				return err
			}
			first.add(ms)
			memory.add(mb)
		}
		t.add(c.key, c.what, fmt.Sprintf("≤ %.0f MB resident", c.most), memory.text(" MB"), "–", memory.median() <= c.most)
		t.add(c.key+"-start", "start to first answer, the same", "≤ 300 ms", first.text(" ms"), "–", first.median() <= 300)
	}
	return nil
}

// startOnce starts the server, waits for its first answer and gives the milliseconds until then, and its resident
// megabytes three seconds later, when the workers have had their turn.
func startOnce(ctx context.Context, product, dir string) (ms, mb float64, err error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	addr := free.Addr().String()
	if err := free.Close(); err != nil {
		return 0, 0, err
	}
	command := exec.CommandContext(ctx, product, "--data", dir, "serve", "--addr", addr)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		err = errors.Join(err, command.Process.Signal(os.Interrupt), command.Wait())
	}()
	client := &http.Client{Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for {
		response, err := client.Get("http://" + addr + "/")
		if err == nil {
			if err := response.Body.Close(); err != nil {
				return 0, 0, err
			}
			ms = micro(time.Since(began)) / 1e3
			break
		}
		if time.Since(began) > 20*time.Second {
			return 0, 0, fmt.Errorf("the server does not answer: %w", err)
		}
		time.Sleep(2 * time.Millisecond)
	}
	time.Sleep(3 * time.Second)
	if mb = resident(command.Process.Pid, "VmRSS:"); mb == 0 {
		return 0, 0, errors.New("the server has gone")
	}
	return ms, mb, nil
}
