// Seals an act for the server alone: HPKE of RFC 9180 in base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
// AES-128-GCM. What is sealed can wait on any phone and travel by any hand; nobody on the way can read or change it.

const { subtle } = crypto
const text = new TextEncoder()
const none = new Uint8Array()
const p256 = { name: 'ECDH', namedCurve: 'P-256' }
const kem = join(text.encode('KEM'), [0, 16]) // KEM 0x0010
const suite = join(text.encode('HPKE'), [0, 16, 0, 1, 0, 1]) // with KDF 0x0001 and AEAD 0x0001
const info = text.encode('ralop act 1')

export function join(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export function base64(bytes) {
  let s = ''
  for (const b of new Uint8Array(bytes)) s += String.fromCharCode(b)
  return btoa(s)
}

export const bytesOf = (written) => Uint8Array.from(atob(written), (c) => c.charCodeAt(0))

async function hmac(key, data) {
  const k = await subtle.importKey('raw', key.length ? key : new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', k, data))
}

const labelled = (id, label) => join(text.encode('HPKE-v1'), id, text.encode(label))
const extract = (id, salt, label, secret) => hmac(salt, join(labelled(id, label), secret))

async function expand(id, key, label, about, length) { // one block of 32 bytes is enough for all lengths used here
  return (await hmac(key, join([0, length], labelled(id, label), about, [1]))).slice(0, length)
}

// seal gives enc ‖ ciphertext. publicKey is the server's, 65 bytes uncompressed. The last two are for test vectors.
export async function seal(publicKey, message, about = info, ephemeral = undefined, associated = none) {
  const mine = ephemeral ?? await subtle.generateKey(p256, false, ['deriveBits'])
  const enc = new Uint8Array(await subtle.exportKey('raw', mine.publicKey))
  const theirs = await subtle.importKey('raw', publicKey, p256, false, [])
  const shared = new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: theirs }, mine.privateKey, 256))
  const secret = await expand(kem, await extract(kem, none, 'eae_prk', shared), 'shared_secret', join(enc, publicKey), 32)

  const context = join([0], await extract(suite, none, 'psk_id_hash', none), await extract(suite, none, 'info_hash', about))
  const schedule = await extract(suite, secret, 'secret', none)
  const [key, iv] = await Promise.all([expand(suite, schedule, 'key', context, 16), expand(suite, schedule, 'base_nonce', context, 12)])
  const aes = await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  return join(enc, new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: associated }, aes, message)))
}

// sealAct signs the text of an act as this person on this device, and seals it: base64.
export async function sealAct({ device, account, secret, publicKey }, act) {
  const mac = base64(await hmac(bytesOf(secret), text.encode(act)))
  return base64(await seal(bytesOf(publicKey), text.encode(JSON.stringify({ device, account, mac, act }))))
}
