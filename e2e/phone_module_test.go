package e2e

import (
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"ralop/internal/store"
	"ralop/pwa"
)

// The pure modules of the app, imported in the browser that runs them.

func TestTheModulesOfTheApp(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	p := NewPage(t, Phone, Light)
	p.Go(h.URL + "/lop/")
	p.ready()
	Eval[bool](p, `globalThis.part = (name) => import(document.querySelector('script[type=module]').src.replace('app.js', name)), globalThis.bytes = (hex) => Uint8Array.from(hex.match(/../g), x => parseInt(x, 16)), globalThis.hex = (b) => [...new Uint8Array(b)].map(x => x.toString(16).padStart(2, '0')).join(''), true`)
	if n := Eval[int](p, `performance.getEntriesByType('resource').filter(r => r.name.endsWith('.js') && r.name.includes('/pwa/')).length`); n > 15 || n < 10 {
		t.Errorf("the app is %d modules", n)
	}
	for name, test := range map[string]func(*testing.T, *Page){"seal is the RFC's": sealIsTheRFCs, "Go opens what the phone seals": goOpensWhatThePhoneSeals,
		"lock and store": lockAndStore, "days and guesses": daysAndGuesses} {
		t.Run(name, func(t *testing.T) { test(t, p) })
	}
}

// RFC 9180, appendix A.3.1, first message.
func sealIsTheRFCs(t *testing.T, p *Page) {
	got := Eval[string](p, `(async () => {
		const { seal } = await part('seal.js'), curve = { name: 'ECDH', namedCurve: 'P-256' }
		const mine = bytes('04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4')
		const u = (b) => btoa(String.fromCharCode(...b)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
		const jwk = { kty: 'EC', crv: 'P-256', x: u(mine.slice(1, 33)), y: u(mine.slice(33)), d: u(bytes('4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb')) }
		const ephemeral = { privateKey: await crypto.subtle.importKey('jwk', jwk, curve, false, ['deriveBits']), publicKey: await crypto.subtle.importKey('raw', mine, curve, true, []) }
		const theirs = bytes('04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0')
		return hex(await seal(theirs, bytes('4265617574792069732074727574682c20747275746820626561757479'), bytes('4f6465206f6e2061204772656369616e2055726e'), ephemeral, bytes('436f756e742d30')))
	})()`)
	const want = "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4" +
		"5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434"
	if got != want {
		t.Errorf("sealed to\n%s, the RFC has\n%s", got, want)
	}
}

// What the phone seals, Go's own HPKE opens; a changed byte it does not.
func goOpensWhatThePhoneSeals(t *testing.T, p *Page) {
	key, err := hpke.DHKEM(ecdh.P256()).GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	public := base64.StdEncoding.EncodeToString(key.PublicKey().Bytes())
	secret := base64.StdEncoding.EncodeToString(make([]byte, 32))
	sealed := Eval[string](p, `part('seal.js').then(m => m.sealAct({ device: 'd', account: '704', secret: `+quote(secret)+`, publicKey: `+quote(public)+` }, '{"kind":"roll","note":"đi nương"}'))`)
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES128GCM(), []byte("ralop act 1"), raw)
	if err != nil {
		t.Fatal(err)
	}
	var envelope struct{ Device, Account, MAC, Act string }
	if err := json.Unmarshal(plain, &envelope); err != nil || envelope.Account != "704" || envelope.Act != `{"kind":"roll","note":"đi nương"}` {
		t.Errorf("opened to %s, %v", plain, err)
	}
	proof := hmac.New(sha256.New, make([]byte, 32))
	proof.Write([]byte(envelope.Act))
	if mac, err := base64.StdEncoding.DecodeString(envelope.MAC); err != nil || !hmac.Equal(mac, proof.Sum(nil)) {
		t.Errorf("the proof %s is none", envelope.MAC)
	}
	raw[len(raw)-1] ^= 1
	if _, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES128GCM(), []byte("ralop act 1"), raw); err == nil {
		t.Error("a changed act opens")
	}
}

// The store under its lock: what is kept opens only with the key, under its own name; the tenth wrong PIN takes it off
// and leaves the outbox; numbers of acts go on.
func lockAndStore(t *testing.T, p *Page) {
	got := Eval[[]string](p, `(async () => {
		const said = [], store = await part('store.js'), lock = await part('lock.js')
		const key = await lock.newKey(), who = { account: '7', key }
		await store.change('7', (one) => { one.name = 'Hoa' })
		await store.keep(who, 'part', 'class/1', { name: 'Sùng A Dơ' })
		const raw = await (await store.open()).get('kept', ['7', 'part', 'class/1'])
		said.push(String(new TextDecoder('latin1').decode(raw.data).includes('Dơ')))
		said.push((await store.read(who, 'part', 'class/1')).name)
		await (await store.open()).put('kept', { ...raw, name: 'class/2' })
		said.push(await store.read(who, 'part', 'class/2').catch((e) => e.name))
		const pin = await lock.pinLock(key, '271828', 1000)
		said.push(String(await lock.rounds() >= 200000))
		await store.change('7', (one) => { one.locks = [pin] })
		said.push(String(await store.number('7')), String(await store.number('7')))
		await store.add({ id: 'x', account: '7', made: 1, sequence: 2, sealed: 's' })
		for (let i = 0; i < 9; i++) await lock.openPIN('7', '000000')
		const again = await lock.openPIN('7', '271828')
		said.push(again.key ? (await store.read({ account: '7', key: again.key }, 'part', 'class/1')).name : 'shut')
		let last
		for (let i = 0; i < 10; i++) last = await lock.openPIN('7', '000000')
		said.push(String(last.left), String((await (await store.open()).getAllKeys('kept')).length), String((await store.outbox()).length))
		said.push(String((await lock.openPIN('7', '271828')).left), String(await store.number('7')))
		const sync = await part('sync.js'), file = JSON.parse(await (await sync.handIn()).text())
		said.push(file.ralop, JSON.stringify(file.acts), String((await sync.unsent()).count))
		await store.update('x', { tried: 1 })
		said.push(String(await store.undo('x')))
		return said
	})()`)
	want := "false|Sùng A Dơ|OperationError|true|1|2|Sùng A Dơ|0|0|1|0|3|acts|[{\"id\":\"x\",\"sealed\":\"s\"}]|1|false"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}

// A day of the phone is the civil day of Việt Nam, whatever the phone's own place; a phone that knows no timetable
// for the day takes that of the weekday.
func daysAndGuesses(t *testing.T, p *Page) {
	got := Eval[[]string](p, `(async () => {
		const sync = await part('sync.js'), kind = await part('kind-roll.js')
		const at = (text) => sync.dayOf(Date.parse(text))
		const of = { id: '1', horizon: '2020-06-13', roll: { pupils: [{ id: '5' }, { id: '6' }] }, pinned: [{ pupil: '5', days: 2, since: '2020-05-27' }],
			days: [{ day: '2020-05-29', session: 1, main: true, held: true, version: 0, marks: [], leave: [] }, { day: '2020-06-04', session: 2, main: false, held: true, version: 0, marks: [], leave: [] }] }
		const sheet = { act: 'a', of: '1', day: '2020-05-29', session: 1, main: true, base: 0, state: 'taken', marks: [{ pupil: '5', kind: 'excused' }, { pupil: '6', kind: 'unknown' }] }
		const app = { sheets: new Map([['1 2020-05-29 1', sheet]]), outbox: [{ id: 'a', state: 'waiting' }] }
		const runs = kind.runs(app, of, '2020-06-01')
		return [at('2020-05-28T17:00:00Z'), at('2020-05-28T16:59:59Z'), String(kind.sessions(of, '2020-06-01').length), kind.sessions(of, '2020-06-18').map((d) => d.session + '' + d.guessed).join(), String(kind.sessions(of, '2020-06-14').length),
			runs.get('5').days + ' ' + runs.get('6').days, kind.rows(of, of.days[0], kind.standing(app, '1', of.days[0])).map((r) => r.mark).join()]
	})()`)
	want := "2020-05-29|2020-05-28|0|2true|0|3 1|excused,unknown"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}

// The app wears the tokens of the pages.
func TestTheAppWearsTheTokensOfThePages(t *testing.T) {
	mine, err := pwa.Files.ReadFile("app/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile("../internal/web/ui/assets/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	if string(mine) != string(theirs) {
		t.Error("pwa/app/tokens.css is not internal/web/ui/assets/tokens.css: copy it")
	}
}
