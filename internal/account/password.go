package account

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"ralop/internal/fault"
	"ralop/internal/viet"
)

// work is OWASP's second choice for argon2id: 19 MiB, two rounds, one lane.
var work = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing caps how many hashes are made at once: a morning of sign-ins must not take the
// memory and the processors that roll calls need.
var hashing = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))

// hashed counts the hashes made, for the test that strangers cost the same.
var hashed atomic.Int64

func hash(ctx context.Context, password string) (string, error) {
	if err := enter(ctx); err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(norm.NFC.String(password), work)
}

func enter(ctx context.Context) error {
	select {
	case hashing <- struct{}{}:
		hashed.Add(1)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func leave() { <-hashing }

// nobody is the hash that a password is compared with when there is none: a login that
// does not exist takes as long as one that does.
var nobody = sync.OnceValues(func() (string, error) { return argon2id.CreateHash("nobody", work) })

// compare says whether the password is the one of the hash, and whether the hash was
// made with less work than today's.
func compare(ctx context.Context, password, hash string) (match, weak bool, err error) {
	known := hash != ""
	if !known {
		if hash, err = nobody(); err != nil {
			return false, false, err
		}
	}
	if err := enter(ctx); err != nil {
		return false, false, err
	}
	defer leave()
	match, params, err := argon2id.CheckHash(norm.NFC.String(password), hash)
	if err != nil {
		return false, false, err
	}
	return match && known, params.Memory < work.Memory || params.Iterations < work.Iterations, nil
}

// Lengths of a password, in letters.
const (
	shortest = 10
	longest  = 128
)

// common are beginnings that are guessed first.
var common = []string{"12345", "password", "matkhau", "qwerty", "abc123", "iloveyou", "anhyeuem", "vietnam", "giaovien", "hocsinh", "truonghoc", "diemdanh", "ralop", "admin", "00000", "11111"}

// checkPassword holds a new password to the rules: long enough, not mostly one of the
// words guessed first, not the person's own name or login. No rule asks for signs or
// digits, and none for changing it every month: both make passwords worse.
func checkPassword(password, login, name string) error {
	refuse := func(code string, args fault.Args) error { return fault.New(fault.Invalid, code, args).On("password") }
	switch n := utf8.RuneCountInString(password); {
	case n < shortest:
		return refuse("account.short", fault.Args{"letters": shortest})
	case n > longest:
		return refuse("account.long", fault.Args{"letters": longest})
	}
	plain := strings.ReplaceAll(viet.Fold(password), " ", "")
	distinct := map[rune]bool{}
	for _, r := range plain {
		distinct[r] = true
	}
	if len(distinct) < 5 {
		return refuse("account.simple", nil)
	}
	for _, own := range []string{login, name} {
		own = strings.ReplaceAll(viet.Fold(own), " ", "")
		if len(own) >= 3 && strings.Contains(plain, own) && len(plain)-len(own) < shortest-2 {
			return refuse("account.own", nil)
		}
	}
	for _, word := range common {
		if strings.HasPrefix(plain, word) && len(plain)-len(word) < 9 {
			return refuse("account.simple", nil)
		}
	}
	return nil
}
