package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"

	"ralop/internal/access"
	"ralop/internal/store"
)

// MakeGatewaySecret makes the word by which a gateway for text messages proves itself, and
// gives it once: only its hash is kept. An earlier one is no longer good.
func MakeGatewaySecret(ctx context.Context, tx *store.Tx, who access.Who) (string, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return "", err
	}
	var random [20]byte
	rand.Read(random[:])
	secret := base32.StdEncoding.EncodeToString(random[:])
	if _, err := tx.Exec(ctx, sqlPutGateway, who.Realm, gatewayHash(secret), who.Account, tx.Now()); err != nil {
		return "", err
	}
	return secret, record(ctx, tx, who, "device.gateway", 0, rule, nil)
}

// HasGateway says whether a gateway for text messages was set up.
func HasGateway(ctx context.Context, tx *store.Tx, realm int) (bool, error) {
	hash, err := store.One[string](ctx, tx, sqlGateway, realm)
	if store.IsNone(err) {
		return false, nil
	}
	return hash != "", err
}

// IsGateway says whether secret is the gateway's of the realm.
func IsGateway(ctx context.Context, tx *store.Tx, realm int, secret string) (bool, error) {
	hash, err := store.One[string](ctx, tx, sqlGateway, realm)
	if store.IsNone(err) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return secret != "" && hash != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(gatewayHash(secret))) == 1, nil
}

func gatewayHash(secret string) string {
	sum := sha256.Sum256([]byte("ralop gateway " + secret))
	return hex.EncodeToString(sum[:])
}
