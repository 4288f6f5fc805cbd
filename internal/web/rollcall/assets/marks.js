// The rules of the roll call, pure: the page (roll.js) and the app on the phone share them.
// A row is { id, mark, guess, reason, note }, never changed in place; mark '' is "not called".

export const marks = ['unknown', 'excused', 'unexcused', 'late', 'present']
export const signs = { '': '', unknown: '?', excused: 'P', unexcused: 'K', late: 'M', present: '✓' }
export const keys = { v: 'unknown', p: 'excused', k: 'unexcused', m: 'late', c: 'present' }
export const isException = (row) => row.mark !== '' && row.mark !== 'present'

// A tap goes on to the next mark; a guess (leave told in advance) that is tapped was wrong.
export const next = (row) => row.guess ? 'present' : marks[(marks.indexOf(row.mark) + 1) % marks.length]

// A mark by hand is no guess; a reason stays only with an absence or lateness.
export function put(row, mark, reason = row.reason, note = row.note) {
  const after = { ...row, mark, guess: false, reason, note }
  return isException(after) ? after : { ...after, reason: '', note: '' }
}

// "Cả lớp có mặt" fills only what nobody has said anything about.
export const allPresent = (rows) => rows.map((row) => row.mark === '' ? put(row, 'present') : row)

export function count(rows) {
  const late = rows.filter((r) => r.mark === 'late').length
  return { size: rows.length, late, absent: rows.filter(isException).length - late, open: rows.filter((r) => r.mark === '').length }
}

// What is sent: only those who are not simply present.
export const fields = (rows) => rows.filter(isException)
  .flatMap((r) => [['m' + r.id, r.mark], ['r' + r.id, r.reason], ['n' + r.id, r.note]].filter(([, v]) => v))

// UUIDv7: the id of an act, made by whoever acts.
export function newAct(ms, random = crypto.getRandomValues(new Uint8Array(10))) {
  const b = [...random]
  b[0] = b[0] & 15 | 112
  b[2] = b[2] & 63 | 128
  const hex = Math.floor(ms).toString(16).padStart(12, '0') + b.map((x) => x.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
