package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Kinds of a guardian's request (Luật 91/2025/QH15: to see, to correct, to delete) and its states.
var RequestKinds = []string{"see", "correct", "delete"}

const (
	RequestOpen    = "open"
	RequestDone    = "done"
	RequestRefused = "refused"
)

// Request is what a guardian asked about what is kept of a child.
type Request struct {
	ID         id.ID
	Pupil      id.ID
	Kind       string
	Body       string
	State      string
	Answer     string
	ReceivedAt day.Instant
	ReceivedBy id.ID
	AnsweredAt day.Instant
}

// RequestsOf lists the guardians' requests about a child, the newest first. It asks no
// right: the page of the child does.
func RequestsOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) ([]Request, error) {
	return store.All[Request](ctx, tx, sqlRequestsOf, realm, pupil)
}

// ReceiveRequest writes down a guardian's request. Faults: student.unknown-request,
// student.request-empty.
func ReceiveRequest(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID, kind, body string) (id.ID, error) {
	rule, err := access.May(ctx, tx, who, access.AnswerGuardian, access.Pupil(pupil))
	if err != nil {
		return 0, err
	}
	if !contains(RequestKinds, kind) {
		return 0, fault.New(fault.Invalid, "student.unknown-request", nil).On("kind")
	}
	if body = viet.CleanText(body); body == "" {
		return 0, fault.New(fault.Invalid, "student.request-empty", nil).On("body")
	}
	request := tx.NewID()
	if _, err := tx.Exec(ctx, sqlInsertRequest, who.Realm, request, pupil, kind, body, RequestOpen, "", tx.Now(), who.Account, day.Instant(0)); err != nil {
		return 0, err
	}
	return request, record(ctx, tx, who, "guardian.request", pupil, rule, map[string]any{"request": request, "kind": kind})
}

// AnswerRequest ends a request with what was done or why not. Faults: student.no-request,
// student.unknown-request, student.request-empty.
func AnswerRequest(ctx context.Context, tx *store.Tx, who access.Who, pupil, request id.ID, state, answer string) error {
	rule, err := access.May(ctx, tx, who, access.AnswerGuardian, access.Pupil(pupil))
	if err != nil {
		return err
	}
	if state != RequestDone && state != RequestRefused {
		return fault.New(fault.Invalid, "student.unknown-request", nil).On("state")
	}
	if answer = viet.CleanText(answer); answer == "" {
		return fault.New(fault.Invalid, "student.request-empty", nil).On("answer")
	}
	n, err := tx.Exec(ctx, sqlAnswerRequest, who.Realm, request, pupil, state, answer, tx.Now(), RequestOpen)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.NotFound, "student.no-request", nil)
	}
	return record(ctx, tx, who, "guardian.answer", pupil, rule, map[string]any{"request": request, "state": state})
}
