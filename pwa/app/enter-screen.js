// The way in: first sign-in, choosing a PIN, unlocking, another person on a shared phone.

import { h, icon, t, button, notice, say } from './dom.js'
import * as lock from './lock.js'
import * as store from './store.js'

// keypad asks for a PIN; done(pin) may give back words to show, and then the PIN is asked for again.
function keypad(label, done) {
  let pin = '', busy = false
  const dots = h('div', { className: 'dots', 'aria-hidden': 'true' }, Array.from({ length: lock.pinLength }, () => h('i')))
  const words = h('p', { className: 'pin-words', id: 'pin-loi', role: 'alert' })
  const show = () => [...dots.children].forEach((dot, i) => dot.classList.toggle('is-set', i < pin.length))
  async function press(digit) {
    if (busy || pin.length >= lock.pinLength) return
    pin += digit
    words.textContent = ''
    show()
    if (pin.length < lock.pinLength) return
    busy = true
    dots.classList.add('is-busy')
    const whole = pin
    pin = ''
    const wrong = await done(whole)
    busy = false
    dots.classList.remove('is-busy')
    show()
    if (wrong === undefined) return
    words.textContent = wrong
    dots.classList.add('is-wrong')
    setTimeout(() => dots.classList.remove('is-wrong'), 400)
  }
  const erase = () => { if (!busy) { pin = pin.slice(0, -1); show() } }
  const typed = (event) => {
    if (!pad.isConnected) return removeEventListener('keydown', typed)
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (/^\d$/.test(event.key)) press(event.key)
    else if (event.key === 'Backspace') erase()
  }
  addEventListener('keydown', typed)
  const digit = (d) => h('button', { type: 'button', className: 'key', data: { digit: d }, onclick: () => press(d) }, d)
  const pad = h('div', { className: 'pad', role: 'group', 'aria-label': label },
    h('p', { className: 'pin-label', id: 'pin-hoi' }, label), dots, words,
    h('div', { className: 'keys' }, '123456789'.split('').map(digit), h('span'), digit('0'), h('button', { type: 'button', className: 'key key-erase', 'aria-label': t('erase'), onclick: erase }, icon('erase'))))
  return pad
}

const face = (...inside) => h('div', { className: 'enter' }, inside)

// welcome is for a phone that nobody uses yet.
export function welcome(app, state) {
  app.head(t('product'), t('product-lead'))
  return [face(h('img', { className: 'enter-mark', src: new URL('./mark.svg', import.meta.url).href, alt: '', width: 72, height: 72 }), h('h2', {}, t('welcome')), h('p', {}, t('welcome-text')),
    state === 'offline' && notice('tone-amber', t('welcome-offline'), t('welcome-offline-text')), state === 'blocked' && notice('tone-red', t('blocked-title'), t('blocked-text')),
    h('a', { className: 'button button-primary', id: 'dang-nhap', href: app.signIn }, t('sign-in')), h('ol', { className: 'steps' }, [1, 2, 3].map((n) => h('li', {}, t('welcome-' + n)))))]
}

// choose asks a person who has just signed in for a PIN, twice; then(key, locks) goes on.
export function choose(app, name, then) {
  app.head(t('choose-pin'), name)
  const place = face()
  const ask = (words) => place.replaceChildren(h('p', { className: 'quiet' }, t('choose-pin-text')), words ? notice('tone-amber', '', words) : '', keypad(t('choose-pin-first'), (first) => {
    if (/^(\d)\1*$/.test(first) || '01234567890'.includes(first) || '09876543210'.includes(first)) return t('pin-weak')
    place.replaceChildren(h('p', { className: 'quiet' }, t('choose-pin-text')), keypad(t('choose-pin-again'), async (second) => {
      if (second !== first) return void ask(t('pin-differs'))
      const key = await lock.newKey()
      await then(key, [await lock.pinLock(key, first)])
    }))
    say(t('choose-pin-again'))
  }))
  ask('')
  return [place]
}

// unlock asks the person for the PIN; passkey first where there is one.
export async function unlock(app, person, waiting, then) {
  app.head(person.name, t('locked'))
  if (!person.locks.length) return [gone(app, person, waiting)]
  const passkey = person.locks.find((l) => l.kind === 'passkey')
  const pad = keypad(t('enter-pin'), async (pin) => {
    const { key, left } = await lock.openPIN(person.account, pin)
    if (key) return then(key)
    if (left === 0) return app.redraw()
    return t('pin-wrong', { n: left })
  })
  return [face(pad, passkey && button([icon('key'), t('passkey-use')], async () => {
    const { key } = await lock.openPasskey(person.account).catch(() => ({}))
    if (key) then(key)
    else say(t('passkey-failed'))
  }, '', { id: 'dung-van-tay' }),
  h('div', { className: 'enter-links' }, button(t('switch'), app.switch, 'button-quiet', { id: 'doi-nguoi' }), button(t('forgot'), () => app.show([forgot(app, person, waiting)]), 'button-quiet', { id: 'quen-pin' })))]
}

const kept = (n) => n > 0 && notice('tone-green', t('kept-title', { n }), t('kept-text'))

// gone says why this phone holds no data of the person, and what was kept.
const gone = (app, person, waiting) => face(h('div', { className: 'enter-icon' }, icon('lock')), h('h2', {}, t('gone-' + (person.gone || 'left'))), h('p', {}, t('gone-text')), kept(waiting),
  h('a', { className: 'button button-primary', id: 'dang-nhap', href: app.signIn }, t('sign-in')), button(t('switch'), app.switch, 'button-quiet', { id: 'doi-nguoi' }))

const forgot = (app, person, waiting) => face(h('h2', {}, t('forgot')), h('p', {}, t('forgot-text')), kept(waiting),
  button(t('forgot-go'), async () => { await store.forget(person.account, 'forgotten'); location.assign(app.signIn) }, 'button-primary', { id: 'quen-di' }), button(t('back'), app.redraw, 'button-quiet'))

// who asks which person uses the phone now; the data of each stays under its own lock.
export function who(app, people, counts, pick) {
  app.head(t('switch-title'), t('switch-lead'))
  return [h('ul', { className: 'people' }, people.map((p) => h('li', {}, h('button', { type: 'button', className: 'go', data: { account: p.account }, onclick: () => pick(p) }, h('span', { className: 'go-sign' }, icon('person')),
    h('span', { className: 'go-words' }, h('b', {}, p.name), counts.get(p.account) > 0 && h('small', {}, t('switch-waiting', { n: counts.get(p.account) }))), h('span', { className: 'go-act' }, icon('right')))))),
  h('p', { className: 'quiet' }, t('switch-text')), h('div', { className: 'actions' }, h('a', { className: 'button', id: 'nguoi-khac', href: app.signIn }, t('switch-other')))]
}
