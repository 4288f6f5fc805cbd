package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Event is what a webhook receives. ID stays the same however often it is sent: who has
// seen it may answer 200 and do nothing.
type Event struct {
	ID   string    `json:"id"`
	Type string    `json:"type"` // sheet.received, case.opened, report.frozen, webhook.tried
	At   time.Time `json:"at"`
	Data EventData `json:"data"`
}

// EventData are the ids of an event; what its type does not speak of is empty.
type EventData struct {
	Class   string `json:"class"`
	Day     string `json:"day"`
	Session string `json:"session"`
	Version int    `json:"version"`
	Case    string `json:"case"`
	Report  string `json:"report"`
	Place   string `json:"place"`
	Webhook string `json:"webhook"`
}

// ErrSignature says that a request did not come from the house, was changed on the way, or
// is an old one sent again.
var ErrSignature = errors.New("client: the signature does not hold")

// Fresh is how far the time of a signature may be from now when Verify is told nothing.
const Fresh = 5 * time.Minute

// Verify reads a delivery: header and body as they came, and the secret that was shown when
// the webhook was made. now is the receiver's clock. It gives ErrSignature when the body
// must not be believed.
func Verify(secret string, header http.Header, body []byte, now time.Time) (event Event, err error) {
	var seconds, sum string
	for part := range strings.SplitSeq(header.Get("Ralop-Signature"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			seconds = value
		case "v1":
			sum = value
		}
	}
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > Fresh {
		return event, ErrSignature
	}
	given, err := hex.DecodeString(sum)
	if err != nil {
		return event, ErrSignature
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil), given) {
		return event, ErrSignature
	}
	return event, json.Unmarshal(body, &event)
}
