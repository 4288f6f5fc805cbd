package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/fault"
	"ralop/internal/store"
)

const settingHosts = "webhook.hosts"

// AllowedHosts are the hosts inside the house to which webhooks may lead. It asks no right.
func AllowedHosts(ctx context.Context, tx *store.Tx, realm int) ([]string, error) {
	text, err := store.One[string](ctx, tx, sqlHosts, realm, settingHosts)
	if store.IsNone(err) {
		return nil, nil
	}
	return strings.Fields(text), err
}

// AllowHosts says to which hosts inside the house webhooks may lead: names or addresses
// without a port. It replaces what was said before. Fault: webhook.bad-host.
func AllowHosts(ctx context.Context, tx *store.Tx, who access.Who, hosts []string) error {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return err
	}
	var kept []string
	for _, host := range hosts {
		host = strings.ToLower(strings.TrimSpace(host))
		if host == "" {
			continue
		}
		if _, err := netip.ParseAddr(host); err != nil && (strings.ContainsAny(host, "/:@?#*_ \t") || len(host) > 253) {
			return fault.New(fault.Invalid, "webhook.bad-host", fault.Args{"host": host}).On("hosts")
		}
		if !slices.Contains(kept, host) {
			kept = append(kept, host)
		}
	}
	slices.Sort(kept)
	if _, err := tx.Exec(ctx, sqlPutHosts, who.Realm, settingHosts, strings.Join(kept, " "), who.Account, tx.Now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("webhook.hosts", access.Realm(), rule, map[string]any{"hosts": kept}))
}

// inside says whether an address is of a machine that the world does not reach: what
// a webhook must not be used to ask.
func inside(at netip.Addr) bool {
	at = at.Unmap()
	return !at.IsGlobalUnicast() || at.IsPrivate() || slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(at) })
}

// special are ranges that netip calls global and that are not the world: shared address
// space (RFC 6598), IETF assignments, benchmarks (RFC 2544), reserved; NAT64 and 6to4 carry a
// v4 address inside.
var special = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16")}

var errInside = errors.New("address-inside")

// patience is how long one try may take, from looking up the name to the end of the answer.
const patience = 10 * time.Second

// caller makes the client of one pass. It looks at the address itself, after the name was
// looked up: a name that leads outside today may lead inside tomorrow.
func caller(allowed []string, wait time.Duration) *http.Client {
	free := &net.Dialer{Timeout: wait}
	guarded := &net.Dialer{Timeout: wait, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || inside(at.Addr()) {
			return errInside
		}
		return nil
	}}
	return &http.Client{Timeout: wait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{TLSHandshakeTimeout: wait, ResponseHeaderTimeout: wait, DisableKeepAlives: true, MaxResponseHeaderBytes: 32 << 10,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				host, _, _ := net.SplitHostPort(address)
				if slices.Contains(allowed, strings.ToLower(host)) {
					return free.DialContext(ctx, network, address)
				}
				return guarded.DialContext(ctx, network, address)
			}}}
}
