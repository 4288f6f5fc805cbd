// The lock of one person on this phone. Pupil data is encrypted under a data key; a PIN or a passkey wraps that key.
// Ten wrong PINs take the data off the phone; what waits in the outbox is sealed to the server and stays.

import * as store from './store.js'
import { bytesOf, base64, join } from './seal.js'

const { subtle } = crypto
const text = new TextEncoder()
export const tries = 10
export const pinLength = 6

const random = (n) => crypto.getRandomValues(new Uint8Array(n))
export const newKey = () => subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])

async function fromPIN(pin, salt, rounds) {
  const base = await subtle.importKey('raw', text.encode(pin), 'PBKDF2', false, ['deriveKey'])
  return subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, base, { name: 'AES-GCM', length: 256 }, false, ['wrapKey', 'unwrapKey'])
}

// As many rounds as a third of a second of this phone allows: a strong phone must not make the lock of a weak one weak.
export async function rounds(least = 200_000, most = 1_000_000) {
  const began = performance.now()
  await fromPIN('0', random(16), 50_000)
  return Math.min(most, Math.max(least, Math.round(333 / (performance.now() - began) * 50) * 1000))
}

async function wrapped(key, by) {
  const iv = random(12)
  return { iv, data: await subtle.wrapKey('raw', key, by, { name: 'AES-GCM', iv }) }
}

// unwrap fails when the key is the wrong one. Extractable only where another lock is to be added.
const unwrap = (lock, by, extractable) => subtle.unwrapKey('raw', lock.data, by, { name: 'AES-GCM', iv: lock.iv }, 'AES-GCM', extractable, ['encrypt', 'decrypt'])

export async function pinLock(key, pin, n = undefined) {
  const salt = random(16)
  n ??= await rounds()
  return { kind: 'pin', salt, rounds: n, ...await wrapped(key, await fromPIN(pin, salt, n)) }
}

// openPIN gives the data key, or { left } tries, 0 when the data has been taken off. The try is counted before it is
// made, so that switching the phone off does not give another one.
export async function openPIN(account, pin, extractable = false) {
  const who = await store.change(account, (p) => { p.tries++ })
  const lock = who.locks.find((l) => l.kind === 'pin')
  if (!lock) return { left: 0 }
  if (who.tries <= tries) {
    try {
      const key = await unwrap(lock, await fromPIN(pin, lock.salt, lock.rounds), extractable)
      await store.change(account, (p) => { p.tries = 0 })
      return { key }
    } catch (err) {
      if (err.name !== 'OperationError') throw err
    }
  }
  const left = tries - who.tries
  if (left <= 0) await store.forget(account, 'tries')
  return { left: Math.max(0, left) }
}

// --- passkey: the authenticator's PRF makes the wrapping key; nothing of it is known to the server ---

export const mayPasskey = async () => Boolean(globalThis.PublicKeyCredential && await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable?.().catch(() => false))

async function fromPRF(output, salt) {
  const base = await subtle.importKey('raw', output, 'HKDF', false, ['deriveKey'])
  return subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: text.encode('ralop data key 1') }, base, { name: 'AES-GCM', length: 256 }, false, ['wrapKey', 'unwrapKey'])
}

async function ask(id, salt) {
  const found = await navigator.credentials.get({ publicKey: { challenge: random(32), allowCredentials: [{ type: 'public-key', id }], userVerification: 'required', extensions: { prf: { eval: { first: salt } } } } })
  return found.getClientExtensionResults().prf?.results?.first
}

// passkeyLock is undefined where the authenticator has no PRF.
export async function passkeyLock(key, account, name) {
  const salt = random(32)
  const made = await navigator.credentials.create({ publicKey: {
    rp: { name: 'Ra Lớp' }, user: { id: join(text.encode('ralop '), text.encode(account)), name, displayName: name }, challenge: random(32),
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }],
    authenticatorSelection: { authenticatorAttachment: 'platform', userVerification: 'required' }, extensions: { prf: { eval: { first: salt } } } } })
  const prf = made.getClientExtensionResults().prf
  if (!prf?.enabled) return undefined
  const output = prf.results?.first ?? await ask(made.rawId, salt)
  return output && { kind: 'passkey', id: base64(made.rawId), salt, ...await wrapped(key, await fromPRF(output, salt)) }
}

export async function openPasskey(account, extractable = false) {
  const lock = (await store.person(account)).locks.find((l) => l.kind === 'passkey')
  const output = await ask(bytesOf(lock.id), lock.salt)
  const key = await unwrap(lock, await fromPRF(output, lock.salt), extractable)
  await store.change(account, (p) => { p.tries = 0 })
  return { key }
}
