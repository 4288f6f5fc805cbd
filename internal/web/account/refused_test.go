package account_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/store"
	pages "ralop/internal/web/account"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// One who is refused pupils is led to the form of purposes, and from there back.
func TestRefusedPupilsLeadToOpening(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	list := door.Route{Method: "GET", Pattern: "/lop/{class}/hoc-sinh", Names: door.Names{"class": access.ClassKind}, Action: access.SeePupils,
		Handler: door.Read(func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
			class, err := r.ID("class")
			if err != nil {
				return door.Answer{}, err
			}
			_, err = access.May(ctx, tx, r.Who, access.SeePupils, access.Class(class))
			return door.Page(ui.Text("names")), err
		})}
	d := door.New(door.Config{Store: h.Store, Face: frame.Face, Log: slog.New(slog.DiscardHandler), SignIn: ui.SignInAddress})
	server := httptest.NewServer(d.Handler(append(pages.Routes(), list)))
	defer server.Close()
	const open = "/mo-ho-so?loai=lop&amp;ma=602&amp;return=%2Flop%2F602%2Fhoc-sinh"
	official := visit(t, server).signIn(apptest.Thuong)
	if page := official.get("/lop/602/hoc-sinh", 403); !strings.Contains(page, open) {
		t.Errorf("no way to open: %s", sentence(page))
	}
	official.get(strings.ReplaceAll(open, "&amp;", "&"), 200)
	_, to := official.post("/mo-ho-so", 303, "loai", "lop", "ma", "602", "minutes", "60", "purpose", "vandong", "return", "/lop/602/hoc-sinh")
	official.get(to, 200)
	teacher := visit(t, server).signIn(apptest.Binh)
	if page := teacher.get("/lop/602/hoc-sinh", 403); strings.Contains(page, "/mo-ho-so?") || !strings.Contains(page, "Giáo viên chủ nhiệm – 8A") {
		t.Errorf("a teacher of another class: %s", sentence(page))
	}
}
