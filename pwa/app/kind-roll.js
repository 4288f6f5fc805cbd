// The roll call as a kind of act: what a session looks like on this phone before anybody marks, what is sent, and
// how it is told. The marks themselves are marks.js, the screen is roll-screen.js.
//
// A module named kind-*.js is loaded by app.js because it is there; its default export says which tabs, screens and
// acts it brings. Another kind of act is another such file.

import { put, isException } from './marks.js'
import { t, weekday, dayShort, upper } from './dom.js'
import { home, roll } from './roll-screen.js'

export default {
  name: 'roll',
  tabs: [{ path: '', icon: 'today', words: 'tab-roll', order: 1 }],
  screens: { '': home, lop: roll },
  tell: (act, app) => t('act-roll', { class: classOf(app, act.subject)?.name ?? t('class-unknown'), when: when(act.day, act.session) }),
}

export const classOf = (app, id) => app.parts.get('class/' + id)
export const classes = (app) => [...app.parts].filter(([name]) => name.startsWith('class/')).map(([, part]) => part)
  .sort((a, b) => a.name.localeCompare(b.name, 'vi', { numeric: true }))

export const sessionName = (n) => t('session-' + n)
export const when = (day, session) => t('when', { session: sessionName(session), weekday: weekday(day), day: dayShort(day) })
export const whenUpper = (day, session) => upper(when(day, session))
export const key = (of, day, session) => [of, day, session].join(' ')

// sessions gives the entries of a class on a day. A phone that has not pulled for days does not know today's
// timetable: it takes that of the same weekday, or the main session, and says so (guessed).
export function sessions(part, day) {
  const known = part.days.filter((d) => d.day === day)
  if (known.length) return known
  if (day < part.horizon) return []
  const like = part.days.filter((d) => d.held && new Date(d.day).getUTCDay() === new Date(day).getUTCDay())
  const shape = like.length ? like : [1, 2, 3, 4, 5, 6].includes(new Date(day).getUTCDay()) ? [{ session: 1, main: true }] : []
  return shape.map(({ session, main }) => ({ day, session, main, held: true, state: 'not-taken', version: 0, marks: [], leave: [], guessed: true }))
}

export const entryOf = (part, day, session) => sessions(part, day).find((d) => d.session === session)
  ?? { day, session, main: session === 1, held: false, state: 'not-taken', version: 0, marks: [], leave: [] }

// own gives what this phone itself has sent of a session, while the server's list does not show it yet.
export function own(app, of, entry) {
  const sent = app.sheets.get(key(of, entry.day, entry.session))
  const act = sent && app.outbox.find((a) => a.id === sent.act)
  if (!act) return undefined
  const stands = act.state === 'waiting' || (act.outcome !== 'refused' && (entry.version ?? 0) <= sent.base)
  return { ...sent, act, stands }
}

// state is what there is to say of a session: '' (nobody has called), 'taken', 'no-class', and the marks.
export function standing(app, of, entry) {
  const mine = own(app, of, entry)
  if (mine?.stands) return { state: mine.state, marks: mine.marks, reason: mine.reason, mine }
  return { state: entry.version > 0 ? entry.state : '', marks: entry.marks ?? [], reason: entry.reason ?? '', mine }
}

// rows are the pupils with what is known of them: marked, present because the roll was called, or guessed from
// leave told in advance.
export function rows(part, entry, { state, marks }) {
  const by = new Map(marks.map((m) => [m.pupil, m])), told = new Map((entry.leave ?? []).map((l) => [l.pupil, l]))
  return part.roll.pupils.map(({ id }) => {
    const mark = by.get(id), leave = told.get(id)
    if (mark) return { id, mark: mark.kind, guess: false, reason: mark.reason ?? '', note: mark.note ?? '' }
    if (state === 'taken') return { id, mark: 'present', guess: false, reason: '', note: '' }
    if (leave) return { id, mark: 'excused', guess: true, reason: leave.reason ?? '', note: leave.note ?? '' }
    return { id, mark: '', guess: false, reason: '', note: '' }
  })
}

export const finish = (all) => all.map((r) => r.mark === '' ? put(r, 'present') : { ...r, guess: false })
export const marksOf = (all) => all.filter(isException).map(({ id, mark, reason, note }) => ({ pupil: id, kind: mark, ...reason && { reason }, ...note && { note } }))

// runs gives, for each pupil absent at the last roll call before a day, how many days in a row and since when: what
// the server knew, carried on by what this phone has called since.
export function runs(app, part, day) {
  const found = new Map((part.pinned ?? []).map((r) => [r.pupil, { days: r.days, since: r.since }]))
  const later = [...app.sheets.values()].filter((s) => s.of === part.id && s.main && s.state === 'taken' && s.base === 0 && s.day < day && own(app, part.id, entryOf(part, s.day, s.session))?.stands)
  for (const sheet of later.sort((a, b) => a.day < b.day ? -1 : 1)) {
    const away = new Set(sheet.marks.filter((m) => m.kind !== 'late').map((m) => m.pupil))
    for (const { id } of part.roll.pupils) {
      const before = found.get(id)
      if (!away.has(id)) found.delete(id)
      else found.set(id, before ? { ...before, days: before.days + 1 } : { days: 1, since: sheet.day })
    }
  }
  return found
}

// send makes the act of a session and keeps its marks beside it, for this phone to show.
export async function send(app, part, entry, { state, marks = [], reason = '' }) {
  const body = { class: part.id, day: entry.day, session: entry.session, base: entry.version ?? 0, roll: part.roll.number, state, reason, marks }
  const act = await app.act('roll', 1, body, { subject: part.id, day: entry.day, session: entry.session })
  await app.keepSheet(key(part.id, entry.day, entry.session), { act: act.id, of: part.id, day: entry.day, session: entry.session, main: entry.main, base: entry.version ?? 0, state, marks, reason })
  return act
}
