package access

import (
	"context"
	"strings"

	"ralop/internal/audit"
	"ralop/internal/store"
)

// MaskNumber hides a number of the state but for its last three digits: "011098002214" is
// "•••••••••214". A short number is hidden whole.
func MaskNumber(number string) string { return mask(number, 3) }

// MaskPhone hides a telephone number but for its last two digits.
func MaskPhone(phone string) string { return mask(phone, 2) }

func mask(text string, shown int) string {
	letters := []rune(text)
	if len(letters) < 2*shown {
		return strings.Repeat("•", len(letters))
	}
	return strings.Repeat("•", len(letters)-shown) + string(letters[len(letters)-shown:])
}

// Unmask is asked when a person wants to see the numbers of the state and telephones of a
// class or a pupil in full. It may, or fails with a fault; that it was asked is in the
// audit book.
func Unmask(ctx context.Context, tx *store.Tx, w Who, resource Resource) (rule string, err error) {
	if rule, err = May(ctx, tx, w, SeeIdentifiers, resource); err != nil {
		return "", err
	}
	return rule, audit.Record(ctx, tx, w.Audit("identifiers.see", resource, rule, nil))
}
