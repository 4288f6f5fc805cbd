package device

import (
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"errors"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// Key is the public half of the pair to which acts are sealed now.
type Key struct {
	Number int
	Public []byte // uncompressed point of P-256, 65 bytes
}

// sealInfo binds a sealed act to its use (RFC 9180, info).
var sealInfo = []byte("ralop act 1")

func kem() hpke.KEM { return hpke.DHKEM(ecdh.P256()) }

// CurrentKey gives the newest key pair of the realm. It needs a Write transaction: the
// first caller makes the pair.
func CurrentKey(ctx context.Context, tx *store.Tx, realm int) (Key, error) {
	for {
		k, err := store.One[Key](ctx, tx, sqlNewestKey, realm)
		if !store.IsNone(err) {
			return k, err
		}
		if err := makeKey(ctx, tx, realm, 1); err != nil {
			return k, err
		}
	}
}

func makeKey(ctx context.Context, tx *store.Tx, realm, number int) error {
	private, err := kem().GenerateKey()
	if err != nil {
		return err
	}
	secret, err := private.Bytes()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlInsertKey, realm, number, secret, private.PublicKey().Bytes(), tx.Now())
	return err
}

// RotateKey makes a new pair, to which phones seal from their next contact on. The pairs
// before it still open what was sealed to them.
func RotateKey(ctx context.Context, tx *store.Tx, who access.Who) (Key, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return Key{}, err
	}
	now, err := CurrentKey(ctx, tx, who.Realm)
	if err != nil {
		return now, err
	}
	if err := makeKey(ctx, tx, who.Realm, now.Number+1); err != nil {
		return now, err
	}
	if now, err = CurrentKey(ctx, tx, who.Realm); err != nil {
		return now, err
	}
	return now, record(ctx, tx, who, "device.key", 0, rule, map[string]any{"number": now.Number})
}

// Seal closes a text as a phone does; for tests and for programs that act as phones.
func Seal(public, plain []byte) ([]byte, error) {
	key, err := kem().NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES128GCM(), sealInfo, plain)
}

// unseal opens with whichever key of the realm fits. Fault: device.unreadable.
func unseal(ctx context.Context, tx *store.Tx, realm int, sealed []byte) ([]byte, error) {
	keys, err := store.All[[]byte](ctx, tx, sqlPrivateKeys, realm)
	if err != nil {
		return nil, err
	}
	why := errors.New("the realm has no key")
	for _, secret := range keys {
		private, err := kem().NewPrivateKey(secret)
		if err != nil {
			return nil, err
		}
		plain, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.AES128GCM(), sealInfo, sealed)
		if err == nil {
			return plain, nil
		}
		why = err
	}
	return nil, fault.New(fault.Invalid, "device.unreadable", nil).Because(why)
}
