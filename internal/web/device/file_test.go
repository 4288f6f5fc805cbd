package device_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/device"
	"ralop/internal/offline"
)

// fileOf is the file of a phone with a roll call of each class, as the app writes it.
func fileOf(t *testing.T, r device.Registered, who apptest.Person, classes ...string) []byte {
	t.Helper()
	f := offline.File{Ralop: "acts", Device: phone}
	for i, class := range classes {
		name := fmt.Sprintf("01985d2e-0000-7000-8000-%012d", i+1)
		text := fmt.Sprintf(`{"id":%q,"kind":"roll","format":1,"sequence":%d,"taken_at":%d,"body":{"class":%q,"day":"2020-05-29","session":1,"base":0,"roll":0,"state":"taken","reason":"","marks":[]}}`,
			name, i+1, apptest.Start.UnixMilli(), class)
		plain, err := json.Marshal(device.Envelope{Device: phone, Account: who.Account, MAC: device.Prove(r.Secret, text), Act: text})
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := device.Seal(r.Key.Public, plain)
		if err != nil {
			t.Fatal(err)
		}
		f.Acts = append(f.Acts, offline.Sent{ID: name, Sealed: base64.StdEncoding.EncodeToString(sealed)})
	}
	content, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
