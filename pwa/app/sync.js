// Talks with the server: pushes what waits in the outbox of everybody on this phone, pulls what the person who is
// signed in may see. Nothing here stops anybody from marking. The state of the line is told in words (sync-screen.js).

import * as store from './store.js'

const minute = 60e3
const batch = 50 // acts in one push
const refresh = 15 * minute // how often an open app asks for news
const report = 6 * 3600e3 // how often the server hears of this phone, also when there is nothing to send
const wrong = 5 * minute // a clock that differs by more is told

// line.state: '' never tried, 'sending', 'good', 'offline', 'signed-out' (sign in to send), 'other' (another person is
// signed in), 'busy' (the server asks to wait), 'failed'.
export const line = { state: '', contact: 0, offset: 0, skewed: 0, device: '', again: 0, persisted: undefined }
export const changes = new EventTarget()
const others = new BroadcastChannel('ralop')
others.onmessage = () => changes.dispatchEvent(new Event('change'))

export function changed() {
  changes.dispatchEvent(new Event('change'))
  others.postMessage('change')
}

// The phone's best knowledge of the server's clock; the school day is the civil date of Việt Nam, always UTC+7.
export const now = () => Date.now() + line.offset
export const dayOf = (ms) => new Date(ms + 7 * 3600e3).toISOString().slice(0, 10)
export const today = () => dayOf(now())

let device
export async function begin() {
  device = await store.setting('device')
  if (!device) await store.set('device', device = crypto.randomUUID())
  Object.assign(line, await store.setting('line'), { state: '' })
  line.persisted = await navigator.storage?.persisted?.().catch(() => undefined)
  return device
}

const remember = () => store.set('line', { contact: line.contact, offset: line.offset, skewed: line.skewed })

class Refused extends Error {
  constructor(response) {
    super('status ' + response.status)
    this.status = response.type === 'opaqueredirect' ? 401 : response.status // sent to the sign-in page
    const wait = response.headers.get('Retry-After')
    this.wait = wait ? (Number(wait) || (Date.parse(wait) - Date.now()) / 1000) * 1000 : 0
  }
}

async function call(address, body) {
  const sent = Date.now()
  const response = await fetch(address, { method: body ? 'POST' : 'GET', signal: AbortSignal.timeout(30e3), cache: 'no-store', redirect: 'manual',
    headers: { Accept: 'application/json', ...body && { 'Content-Type': 'application/json' } }, body: body && JSON.stringify(body) })
  if (!response.ok) throw new Refused(response)
  const answer = await response.json()
  if (answer.now) { // between sending and receiving
    const offset = answer.now - (sent + Date.now()) / 2
    line.skewed = Math.abs(offset) > wrong ? offset : 0
    line.offset = Math.abs(offset) > 2000 ? Math.round(offset) : 0
    line.contact = now()
  }
  return answer
}

// register makes the pair of this phone and the person who is signed in known to the server.
export const register = () => call('/offline/v1/device', { device, label: label() })

function label() { // "chrome/android": what the sheet's history names, never a serial number
  const agent = navigator.userAgent
  const browser = /Edg/.test(agent) ? 'edge' : /Firefox/.test(agent) ? 'firefox' : /Chrom/.test(agent) ? 'chrome' : /Safari/.test(agent) ? 'safari' : 'browser'
  return browser + '/' + (/Android/.test(agent) ? 'android' : /iPhone|iPad/.test(agent) ? 'ios' : /Windows/.test(agent) ? 'windows' : /Mac/.test(agent) ? 'mac' : 'linux')
}

async function push(build) {
  const waiting = (await store.outbox()).filter((a) => !store.settled(a))
  if (!waiting.length && line.contact && now() - line.contact < report && line.device !== 'signing-out') return false
  let look = false // whether somebody must look at an answer
  let size = batch, registered
  for (let at = 0; at < waiting.length || at === 0;) {
    const acts = waiting.slice(at, at + size)
    for (const act of acts) await store.update(act.id, { tried: Date.now() })
    let answer
    try {
      answer = await call('/offline/v1/push', { device, build, now: now(), unsent: waiting.length - at, persisted: line.persisted === true, acts: acts.map(({ id, sealed }) => ({ id, sealed })) })
    } catch (err) {
      if (err.status === 404 && !registered) { // somebody signed in who has not used this phone: she carries the acts of the others
        registered = await register()
        continue
      }
      if (err.status !== 413 || size === 1) throw err
      size = Math.ceil(size / 4)
      continue
    }
    for (const { id, ...told } of answer.acts ?? []) {
      if (!['done', 'already', 'conflict', 'waiting', 'refused'].includes(told.outcome)) continue
      await store.update(id, { ...told, state: 'answered', answered: now() })
      look ||= !['done', 'already'].includes(told.outcome)
    }
    if (answer.key && who && answer.account === who.account && answer.key.public !== who.publicKey) await store.keep(who, 'self', '', { secret: who.secret, publicKey: who.publicKey = answer.key.public })
    await heed(answer)
    changed()
    at += Math.max(1, acts.length)
  }
  return look
}

// heed: somebody has signed this phone out. What waits goes first; at the next contact the data is taken off.
async function heed(answer) {
  line.device = answer.device ?? ''
  if (line.device !== 'signed-out' || !answer.account) return
  await store.forget(answer.account, 'signed-out')
  changes.dispatchEvent(new CustomEvent('signed-out', { detail: answer.account }))
}

async function pull(who) {
  for (let more = true; more;) {
    const { cursor } = await store.person(who.account)
    const answer = await call('/offline/v1/pull?' + new URLSearchParams({ device, cursor: cursor ?? '' }))
    if (answer.account && answer.account !== who.account) return 'other'
    await heed(answer)
    if (line.device === 'signed-out') return 'good'
    for (const [name, value] of Object.entries(answer.parts ?? {})) await store.keep(who, 'part', name, value)
    for (const name of answer.gone ?? []) await store.drop(who.account, 'part', name)
    await store.change(who.account, (p) => { p.cursor = answer.cursor; p.pulled = now() })
    more = answer.more === true
  }
  return 'good'
}

const build = () => globalThis.document?.querySelector('meta[name=build]')?.content ?? ''
let who, timer, failures = 0, again = false

// become says whose data is open; pulling needs a key to keep it under.
export function become(someone) {
  who = someone
  line.device = ''
  if (who) sync()
}

// sync never rejects. One tab at a time; a call during a run makes one more run. A phone that knows it has no network
// does not try, unless a person asks: what has not been tried can still be taken back.
let running, asked = false
export function sync(byHand = false) {
  asked ||= byHand
  again = Boolean(running)
  running ??= navigator.locks.request('ralop-sync', async () => {
    do {
      again = false
      await once()
    } while (again)
  }).finally(() => { running = undefined })
  return running
}

async function once() {
  clearTimeout(timer)
  if (!(await store.people()).length) return
  const dead = navigator.onLine === false && !asked, news = asked
  asked = false
  if (dead) {
    line.state = 'offline'
    plan(minute)
    return changed()
  }
  line.state = 'sending'
  changed()
  try {
    let look = await push(build())
    if (line.device === 'signing-out') look = await push(build()) // everything is sent; the phone may go
    const { pulled } = who ? await store.person(who.account) : {}
    if (who && line.device !== 'signed-out' && (look || news || !pulled || now() - pulled >= refresh)) line.state = await pull(who)
    else line.state = 'good' // what was handed in is shown as it was kept here: the next pull tells the same
    failures = 0
    plan(refresh)
  } catch (err) {
    failures++
    line.state = err.status === 401 ? 'signed-out' : err.status === 429 || err.status === 503 ? 'busy' : err.status ? 'failed' : 'offline'
    plan(err.wait || Math.min(15 * minute, 5000 * 2 ** failures) * (.5 + Math.random() / 2))
  }
  await remember()
  changed()
}

function plan(wait) {
  line.again = Date.now() + wait
  timer = setTimeout(sync, wait)
}

// watch makes the moments at which it is worth trying into tries.
export function watch() {
  addEventListener('online', () => { failures = 0; sync(true) })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && (Date.now() > line.again || line.state !== 'good')) sync()
  })
}

// persist asks the browser not to throw the phone's data away; a refusal is shown.
export async function persist() {
  line.persisted = await navigator.storage?.persist?.().catch(() => false) ?? false
  changed()
}

// handIn is the file that any signed-in person can hand in at any computer: sealed acts, readable by the server only.
export async function handIn() {
  const acts = (await store.outbox()).filter((a) => !store.settled(a)).map(({ id, sealed }) => ({ id, sealed }))
  return new Blob([JSON.stringify({ ralop: 'acts', device, acts })], { type: 'application/json' })
}

// unsent sums up what waits: how many, and since when.
export async function unsent() {
  const waiting = (await store.outbox()).filter((a) => !store.settled(a))
  return { count: waiting.length, since: waiting[0]?.made ?? 0, days: waiting.length ? Math.floor((now() - waiting[0].made) / 86400e3) : 0 }
}
