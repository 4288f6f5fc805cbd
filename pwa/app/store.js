// What lies on this phone. In clear: who uses it, and of every act its id, kind, class, day and answer, never a
// name or a mark. Everything else is encrypted under the person's data key (lock.js), and each act is sealed to the
// server (seal.js), so that the outbox outlives a forgotten PIN, a sign-out and every upgrade.

import { openDB } from './idb.js'

const text = new TextEncoder()

// An upgrade adds stores and never drops or rewrites "outbox".
const steps = [
  (db) => {
    db.createObjectStore('settings')
    db.createObjectStore('people', { keyPath: 'account' })
    db.createObjectStore('outbox', { keyPath: 'id' })
    db.createObjectStore('kept', { keyPath: ['account', 'kind', 'name'] })
  },
]

let opened
export function open(name = 'ralop') {
  opened ??= openDB(name, steps.length, {
    upgrade: (db, from) => steps.slice(from).forEach((step) => step(db)),
    blocking: () => close(), // another tab has a newer build: let it upgrade
    terminated: () => { opened = undefined },
  })
  return opened
}

export function close() {
  opened?.then((db) => db.close())
  opened = undefined
}

export const setting = async (name) => (await open()).get('settings', name)
export const set = async (name, value) => (await open()).put('settings', value, name)

export const people = async () => (await open()).getAll('people')
export const person = async (account) => (await open()).get('people', account)

// change reads a person, lets f change it, and writes it, in one transaction: two tabs never lose each other's change.
export async function change(account, f) {
  const tx = (await open()).transaction('people', 'readwrite')
  const one = await tx.store.get(account) ?? { account, sequence: 0, tries: 0, locks: [] }
  f(one)
  await tx.store.put(one)
  await tx.done
  return one
}

// forget takes all of a person's data off the phone; the outbox stays, and so do name and count of acts.
export async function forget(account, why) {
  const tx = (await open()).transaction(['people', 'kept'], 'readwrite')
  await tx.objectStore('kept').delete(IDBKeyRange.bound([account], [account, []]))
  const one = await tx.objectStore('people').get(account)
  if (one) await tx.objectStore('people').put({ ...one, locks: [], cursor: '', pulled: 0, tries: 0, gone: why })
  await tx.done
}

// leave strikes a person of whom nothing waits.
export async function leave(account) {
  await forget(account, 'left')
  if (!(await outbox()).some((a) => a.account === account && !settled(a))) (await open()).delete('people', account)
}

// --- encrypted: what was pulled ("part"), what is being written ("draft"), what was sent ("sheet") ---

const bound = (account, kind, name) => text.encode(JSON.stringify([account, kind, name])) // a record read under another name does not open

export async function keep({ account, key }, kind, name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound(account, kind, name) }, key, text.encode(JSON.stringify(value)))
  await roomy(async () => (await open()).put('kept', { account, kind, name, at: Date.now(), iv, data }))
}

const decrypt = async ({ account, key }, r) => JSON.parse(new TextDecoder().decode(
  await crypto.subtle.decrypt({ name: 'AES-GCM', iv: r.iv, additionalData: bound(account, r.kind, r.name) }, key, r.data)))

export async function read(who, kind, name) {
  const record = await (await open()).get('kept', [who.account, kind, name])
  return record && decrypt(who, record)
}

export async function readAll(who, kind) {
  const records = await (await open()).getAll('kept', IDBKeyRange.bound([who.account, kind], [who.account, kind, []]))
  return new Map(await Promise.all(records.map(async (r) => [r.name, await decrypt(who, r)])))
}

export const drop = async (account, kind, name) => (await open()).delete('kept', [account, kind, name])

export async function drafts() {
  return (await (await open()).getAllKeys('kept')).filter(([, kind]) => kind === 'draft')
}

// --- the outbox: { id, account, kind, subject, day, session, made, sequence, sealed, state, outcome, words, receipt, answered } ---

export const outbox = async () => (await (await open()).getAll('outbox')).sort((a, b) => a.made - b.made || a.sequence - b.sequence)
export const settled = (act) => act.state === 'answered'

// number gives the next number of this person's acts; it is never given twice, also after a wipe.
export const number = async (account) => (await change(account, (p) => { p.sequence++ })).sequence

export const add = (act) => roomy(async () => (await open()).put('outbox', { ...act, state: 'waiting' }))

// undo takes an act back that has not begun to travel; false when it has.
export async function undo(id) {
  const tx = (await open()).transaction('outbox', 'readwrite')
  const act = await tx.store.get(id)
  const still = act?.state === 'waiting' && !act.tried
  if (still) await tx.store.delete(id)
  await tx.done
  return still
}

export async function update(id, fields) {
  const tx = (await open()).transaction('outbox', 'readwrite')
  const act = await tx.store.get(id)
  if (act) await tx.store.put({ ...act, ...fields })
  await tx.done
}

// tidy drops what was answered long ago; an answer that a person must still look at stays.
const month = 30 * 86400e3
export async function tidy(now, after = month) {
  const tx = (await open()).transaction('outbox', 'readwrite')
  for (const act of await tx.store.getAll()) {
    if (settled(act) && (act.seen || ['done', 'already'].includes(act.outcome)) && now - act.answered > after) await tx.store.delete(act.id)
  }
  await tx.done
}

// A full phone: what the server holds already makes room, then the act is tried once more. full tells the screens.
export let full = false
async function roomy(write) {
  try {
    await write()
    full = false
  } catch (err) {
    if (err.name !== 'QuotaExceededError') throw err
    full = true
    await tidy(Infinity, 0)
    const tx = (await open()).transaction('kept', 'readwrite')
    for (const key of await tx.store.getAllKeys()) if (key[1] === 'sheet') await tx.store.delete(key)
    await tx.done
    await write()
  }
}

// expire: nothing stays on a phone longer than 60 days.
const longest = 60 * 86400e3
export async function expire(account, now = Date.now()) {
  const tx = (await open()).transaction('kept', 'readwrite')
  for (const r of await tx.store.getAll(IDBKeyRange.bound([account], [account, []]))) if (r.kind !== 'self' && now - r.at > longest) await tx.store.delete([r.account, r.kind, r.name])
  await tx.done
}
