package device

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Envelope is what is in a sealed act: who made it on which phone, and the proof.
type Envelope struct {
	Device  string `json:"device"`
	Account id.ID  `json:"account"`
	MAC     string `json:"mac"` // base64 of HMAC-SHA256(secret of the pair, Act)
	Act     string `json:"act"` // JSON, byte for byte as the phone wrote it
}

// Prove makes the proof of an act's text; for tests and programs that act as phones.
func Prove(secret []byte, act string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(act))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Open opens a sealed act and proves its author. Faults (Invalid): device.unreadable when
// no key opens it or it holds no envelope; device.unproved when the pair is not known or
// the proof is none.
func Open(ctx context.Context, tx *store.Tx, realm int, sealed []byte) (Envelope, error) {
	var e Envelope
	plain, err := unseal(ctx, tx, realm, sealed)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(plain, &e); err != nil {
		return e, fault.New(fault.Invalid, "device.unreadable", nil).Because(err)
	}
	mac, err := base64.StdEncoding.DecodeString(e.MAC)
	if err != nil || e.Account == 0 {
		return e, fault.New(fault.Invalid, "device.unproved", nil)
	}
	secrets, err := store.All[[]byte](ctx, tx, sqlSecrets, realm, e.Device, e.Account)
	if err != nil {
		return e, err
	}
	for _, secret := range secrets {
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(e.Act))
		if hmac.Equal(mac, h.Sum(nil)) {
			return e, nil
		}
	}
	return e, fault.New(fault.Invalid, "device.unproved", nil)
}
