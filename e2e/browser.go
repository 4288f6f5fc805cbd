// Package e2e drives the whole house through a real Chromium. This file and page.go are the rig: a browser, a
// page of a given width and colour scheme, taps, typing, slow machines and bad networks, pictures, and axe for
// what a person who cannot see or use a mouse would stumble over. Journeys are tests in this folder.
//
// A test says Open(t) once, NewPage(t, Phone, Light) as often as it has people, and reads like what they do.
package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Patience is how long one step of a page may take before the test fails.
const Patience = 30 * time.Second

var shared struct {
	sync.Mutex
	ctx   context.Context
	close func()
	users int
}

// find names the installed browser, or says how to get one. A missing browser is a failure, never a skip.
func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no chromium, chromium-browser or google-chrome in PATH; make test installs one")
}

// Open starts Chromium, or joins the one that another test of this run started; it ends with its last user.
func Open(t testing.TB) context.Context {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.users == 0 {
		path, err := find()
		if err != nil {
			t.Fatal(err)
		}
		if shared.ctx, shared.close, err = start(path); err != nil {
			t.Fatalf("starting %s: %v", path, err)
		}
	}
	shared.users++
	t.Cleanup(func() {
		shared.Lock()
		defer shared.Unlock()
		if shared.users--; shared.users == 0 {
			shared.close()
		}
	})
	return shared.ctx
}

func start(path string) (context.Context, func(), error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("lang", "vi-VN"),
	)
	if os.Geteuid() == 0 { // Chromium refuses its sandbox to root
		options = append(options, chromedp.NoSandbox)
	}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endBrowser := chromedp.NewContext(allocator)
	end := func() { endBrowser(); endAllocator() }
	if err := chromedp.Do(ctx); err != nil {
		end()
		return nil, nil, err
	}
	return ctx, end, nil
}
