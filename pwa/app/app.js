// The app: who is in, which screen is open, and what all screens share. Screens are functions that return elements;
// kinds of acts come from the modules named kind-*.js that the page lists.

import * as store from './store.js'
import * as lines from './sync.js'
import * as lock from './lock.js'
import { sealAct } from './seal.js'
import { newAct } from './marks.js'
import { h, icon, t, speak, notice, say } from './dom.js'
import { welcome, choose, unlock, who as whoScreen } from './enter-screen.js'
import { first } from './roll-screen.js'
import { pupilsScreen, careScreen } from './pupils-screen.js'
import { syncScreen, alarm } from './sync-screen.js'

const kinds = (await Promise.all([...document.querySelectorAll('link[rel=modulepreload][href*="/kind-"]')].map((l) => import(l.href)))).map((m) => m.default)
const screens = Object.assign({ 'hoc-sinh': pupilsScreen, 'quan-tam': careScreen, gui: syncScreen }, ...kinds.map((k) => k.screens))
const tabs = [{ path: 'quan-tam', icon: 'care', words: 'tab-care', order: 2 }, { path: 'hoc-sinh', icon: 'pupils', words: 'tab-pupils', order: 3 }, { path: 'gui', icon: 'send', words: 'tab-sync', order: 9 },
  ...kinds.flatMap((k) => k.tabs ?? [])].sort((a, b) => a.order - b.order)

const place = document.getElementById('app')
const idle = 5 * 60e3 // out of sight for so long, the data is locked

const app = {
  who: undefined, // { account, key, name, secret, publicKey, passkey, pulled } of the person whose data is open
  me: undefined, parts: new Map(), sheets: new Map(), outbox: [], kinds: new Map(kinds.map((k) => [k.name, k])),
  build: document.querySelector('meta[name=build]').content,
  signIn: '/dang-nhap?' + new URLSearchParams({ tiep: '/lop/?vao=1' }),
  language: localStorage.getItem('lang') ?? 'vi', theme: localStorage.getItem('theme') ?? '', mayPasskey: false,

  to: (...path) => '#/' + path.join('/'),
  go: (...path) => { location.hash = app.to(...path) },
  head(title, detail = '', back = undefined) { Object.assign(app, { title, detail, back }) },
  redraw: () => draw(),
  show: (inside) => page(inside),
  failed: (err) => { console.error(err); page([notice('tone-red', t('fault'), t('fault-text'), ' ', String(err?.message ?? err))]) },

  // act seals what was done and puts it into the outbox; it is on the phone when the promise is kept.
  async act(kind, format, body, about) {
    const made = lines.now(), id = newAct(made), sequence = await store.number(app.who.account)
    const written = JSON.stringify({ id, kind, format, sequence, taken_at: made, body })
    const sealed = await sealAct({ device, ...app.who }, written)
    const act = { id, account: app.who.account, kind, ...about, made, sequence, sealed }
    await store.add(act)
    await gather()
    lines.changed()
    lines.sync()
    return act
  },
  // takeBack undoes an act that has not begun to travel; what this phone showed before comes back.
  async takeBack(id, name, sheet) {
    if (!await store.undo(id)) return false
    if (sheet) await app.keepSheet(name, sheet)
    else {
      app.sheets.delete(name)
      await store.drop(app.who.account, 'sheet', name)
    }
    lines.changed()
    return true
  },
  async keepSheet(name, sheet) {
    app.sheets.set(name, sheet)
    await store.keep(app.who, 'sheet', name, sheet)
  },
  draft: (name) => store.read(app.who, 'draft', name),
  async keepDraft(name, value) {
    await store.keep(app.who, 'draft', name, value)
  },
  async dropDraft(name) {
    await store.drop(app.who.account, 'draft', name)
    renew()
  },

  async setLanguage(chosen) {
    localStorage.setItem('lang', app.language = chosen)
    await speak(chosen)
    draw()
  },
  setTheme(chosen) {
    app.theme = chosen
    if (chosen) localStorage.setItem('theme', chosen)
    else localStorage.removeItem('theme')
    dress()
    draw()
  },
  lock() {
    close()
    draw()
  },
  async switch() {
    close()
    const people = await store.people(), counts = new Map()
    for (const a of app.outbox) if (!store.settled(a)) counts.set(a.account, (counts.get(a.account) ?? 0) + 1)
    page(whoScreen(app, people, counts, async (p) => { await store.set('current', p.account); draw() }))
  },
  async leave() {
    const { account } = app.who
    close()
    await store.leave(account)
    await store.set('current', '')
    draw()
  },
  async addPasskey() {
    const one = await lock.passkeyLock(app.who.key, app.who.account, app.who.name).catch(() => undefined)
    if (!one) return say(t('passkey-failed'))
    await store.change(app.who.account, (p) => { p.locks = [...p.locks.filter((l) => l.kind !== 'passkey'), one] })
    app.who.passkey = true
    draw()
  },
}

function dress() {
  if (app.theme) document.documentElement.dataset.theme = app.theme
  else delete document.documentElement.dataset.theme
}

// --- who is in ---

let device, entered // entered: what registering after a sign-in told, until the person has unlocked

async function enter(account, key) {
  const person = await store.person(account)
  const self = entered?.account === account ? { secret: entered.secret, publicKey: entered.key.public } : await store.read({ account, key }, 'self', '')
  if (entered?.account === account) await store.keep({ account, key }, 'self', '', self)
  entered = undefined
  app.who = { account, key, name: person.name, pulled: person.pulled, passkey: person.locks.some((l) => l.kind === 'passkey'), ...self }
  await store.set('current', account)
  await store.expire(account)
  await gather()
  await read()
  if (!location.hash || location.hash === '#/') history.replaceState(null, '', first(app))
  await draw()
  lines.become(app.who)
}

function close() {
  app.who = app.me = undefined
  app.parts = new Map()
  app.sheets = new Map()
  lines.become(undefined)
}

// arrived: a person comes back from the sign-in page. She is known by her lock, or chooses a PIN.
async function arrived() {
  history.replaceState(null, '', '/lop/' + location.hash)
  try {
    entered = await lines.register()
  } catch (err) {
    return err.status === 403 ? 'blocked' : err.status === 401 ? 'signed-out' : 'offline'
  }
  await store.set('current', entered.account)
  await store.change(entered.account, (p) => { p.name = entered.name })
  if (!localStorage.getItem('lang') && entered.language) await app.setLanguage(entered.language)
  return ''
}

const gather = async () => { app.outbox = await store.outbox() }
async function read() {
  app.parts = await store.readAll(app.who, 'part')
  // A class comes in two parts: what seldom changes, and its days. Screens see one.
  for (const [name, days] of app.parts) if (name.startsWith('days/')) Object.assign(app.parts.get('class/' + name.slice(5)) ?? {}, days)
  app.sheets = await store.readAll(app.who, 'sheet')
  app.me = app.parts.get('me')
}

// --- drawing ---

let problem = ''
async function draw() {
  app.onchange = undefined
  say('')
  try {
    if (app.who) {
      const [name = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/')
      return page(await (screens[name] ?? screens[''])(app, ...rest), tabs.some((tab) => tab.path === name) ? name : undefined)
    }
    const people = await store.people(), current = await store.setting('current')
    const person = people.find((p) => p.account === current) ?? (people.length === 1 ? people[0] : undefined)
    await gather()
    if (entered && !person.locks.length) return page(choose(app, entered.name, async (key, locks) => {
      await store.change(entered.account, (p) => Object.assign(p, { locks, tries: 0, gone: '' }))
      lines.persist()
      await enter(entered.account, key)
    }))
    if (!person) return people.length ? app.switch() : page(welcome(app, problem))
    const waiting = app.outbox.filter((a) => a.account === person.account && !store.settled(a)).length
    page(await unlock(app, person, waiting, (key) => enter(person.account, key)))
  } catch (err) {
    app.failed(err)
  }
}

function page(inside, tab) {
  const main = h('main', { className: 'sheet' + (tab === undefined ? '' : ' has-tabs'), id: 'noi-dung', tabIndex: -1 }, h('div', { id: 'bao' }), inside)
  place.replaceChildren(
    h('header', { className: 'top' }, h('div', { className: 'top-in' }, app.back && h('a', { className: 'top-back', href: app.back, 'aria-label': t('back') }, icon('left')),
      h('div', { className: 'top-words' }, h('h1', {}, app.title), app.detail && h('p', {}, app.detail)))),
    main,
    ...tab === undefined ? [] : [h('nav', { className: 'tabs', 'aria-label': t('tabs') }, tabs.map((x) => h('a', { href: app.to(x.path), 'aria-current': x.path === tab && 'page', data: { tab: x.path } }, icon(x.icon), h('span', {}, t(x.words)), x.path === 'gui' && h('span', { className: 'count', id: 'con-lai' }))))])
  document.title = app.title + ' · ' + t('product')
  if (app.who) signs()
}

// signs: how many acts wait, and the alarm once they have waited too long.
async function signs() {
  const n = app.outbox.filter((a) => !store.settled(a)).length, count = document.getElementById('con-lai')
  if (count) {
    count.textContent = n || ''
    count.setAttribute('aria-label', n ? t('count-waiting', { n }) : '')
    count.hidden = !n
  }
  document.getElementById('bao')?.replaceChildren(...[await alarm()].filter(Boolean))
}

lines.changes.addEventListener('change', async () => {
  await gather()
  if (!app.who) return
  const pulled = (await store.person(app.who.account))?.pulled
  if (pulled !== app.who.pulled) {
    app.who.pulled = pulled
    await read()
    if (!app.onchange) return draw()
  }
  app.onchange?.()
  signs()
})
lines.changes.addEventListener('signed-out', ({ detail }) => { if (app.who?.account === detail) app.lock() })

// --- a new build: installed whole beside this one, it takes over when no draft is open and nothing travels ---

async function renew() {
  const registration = await navigator.serviceWorker?.getRegistration('/lop/')
  if (!registration?.waiting || (await store.drafts()).length) return
  navigator.locks.request('ralop-sync', { ifAvailable: true }, async (free) => { if (free && !(await store.drafts()).length) registration.waiting?.postMessage('activate') })
}

async function install() {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker.register('/lop/sw.js', { scope: '/lop/', updateViaCache: 'none' })
  let first = !navigator.serviceWorker.controller
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!first) location.reload()
    first = false
  })
  registration.addEventListener('updatefound', () => registration.installing.addEventListener('statechange', () => setTimeout(renew, 100)))
  lines.changes.addEventListener('change', () => { if (lines.line.state !== 'sending') renew() })
  renew()
}

// --- begin ---

dress()
await speak(app.language)
device = await lines.begin()
addEventListener('hashchange', draw)
let hiddenAt = 0
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') hiddenAt = Date.now()
  else if (app.who && Date.now() - hiddenAt > idle) app.lock()
})
lines.watch()
if (new URLSearchParams(location.search).has('vao') || !(await store.people()).length) problem = await arrived()
await draw()
document.documentElement.dataset.ready = '' // the app is usable
performance.mark('ready')
lock.mayPasskey().then((may) => { app.mayPasskey = may })
lines.sync()
install().catch(console.error)
