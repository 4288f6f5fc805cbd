// The roll call on the phone, and the list of classes that leads to it. The list opens grey; one tap is "vắng – chưa
// rõ"; nothing leaves the phone until Nộp is pressed.

import { signs, keys, isException, next, put, allPresent, count } from './marks.js'
import { h, icon, t, button, notice, empty, say, sheet, weekday, dayLong, dayShort, upper } from './dom.js'
import { classes, classOf, sessions, entryOf, sessionName, when, whenUpper, standing, rows as rowsOf, runs, key, finish, marksOf, send } from './kind-roll.js'
import { told } from './sync-screen.js'
import { today, line } from './sync.js'

const order = ['present', 'unknown', 'excused', 'unexcused', 'late']

// --- my classes ---

// due are the sessions of a class up to today that nobody has called, today's first.
const due = (app, part) => {
  const past = part.days.filter((d) => d.held && d.day < today() && d.day >= (part.lock ?? '') && standing(app, part.id, d).state === '')
  return past.sort((a, b) => a.day < b.day ? 1 : -1)
}

function sessionRow(app, part, entry, past) {
  const s = standing(app, part.id, entry)
  const all = count(finish(rowsOf(part, entry, s)))
  const words = s.state === 'taken' ? counted(all) : s.state === 'no-class' ? t('no-class') : s.state === 'void' ? t('void') : t('mark-none')
  const answer = s.mine?.stands ? told(s.mine.act) : undefined
  const done = s.state !== ''
  return h('a', { className: 'go ' + (done ? 'is-done' : past ? 'is-past' : 'is-due'), href: app.to('lop', part.id, entry.day, entry.session) },
    h('span', { className: 'go-sign' }, icon(done ? 'check' : 'ring')),
    h('span', { className: 'go-words' }, h('b', {}, past ? whenUpper(entry.day, entry.session) : upper(sessionName(entry.session))), h('small', {}, words), answer && h('small', { className: 'told ' + answer.tone }, answer.words)),
    h('span', { className: 'go-act' }, done || past ? h('span', { className: 'sr' }, done ? t('open') : t('call')) : t('call'), icon('right')))
}

export function home(app) {
  const on = today(), mine = classes(app)
  app.head(t('my-classes'), upper(weekday(on)) + ', ' + dayLong(on))
  if (!mine.length && app.parts.has('tasks')) location.replace(app.to('viec')) // nothing to call, somebody to visit
  if (!mine.length) return [empty('pupils', app.who.pulled ? t('no-classes') : t('not-pulled'), app.who.pulled ? t('no-classes-text') : t('not-pulled-text'))]
  return mine.map((part) => {
    const open = sessions(part, on).filter((d) => d.held || standing(app, part.id, d).state), past = due(app, part)
    return h('section', { className: 'card', 'aria-labelledby': 'lop-' + part.id },
      h('div', { className: 'card-head' }, h('h2', { id: 'lop-' + part.id }, t('class-of', { class: part.name })), part.substitute && h('span', { className: 'badge' }, t('substitute')),
        h('p', {}, [part.school_name, t('pupils-n', { n: part.roll.pupils.length })].filter(Boolean).join(' · '))),
      open.map((d) => sessionRow(app, part, d)),
      !open.length && h('p', { className: 'quiet' }, t('no-session-today')),
      past.length > 0 && h('h3', { className: 'part' }, t('still-open')),
      past.map((d) => sessionRow(app, part, d, true)))
  })
}

// first is where the day begins: the one session that is still to be called, when there is only one.
export function first(app) {
  if (!classes(app).length && app.parts.has('tasks')) return app.to('viec') // who has no class begins with the children to visit
  const open = classes(app).flatMap((part) => sessions(part, today()).filter((d) => d.held && standing(app, part.id, d).state === '').map((d) => [part.id, d.day, d.session]))
  return open.length === 1 ? app.to('lop', ...open[0]) : app.to('')
}

// --- the sheet ---

const counted = (n) => t(n.late ? 'counted-late' : 'counted', { size: n.size, absent: n.absent, late: n.late })
const reasonWords = (code) => code && t('reason-' + code)

// Letting go of a long press must not press what has come under the finger: no click until the next touch.
function hush() {
  const stop = (event) => { event.preventDefault(); event.stopPropagation() }
  document.addEventListener('click', stop, true)
  document.addEventListener('pointerdown', () => document.removeEventListener('click', stop, true), { once: true, capture: true })
}

const painted = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); setTimeout(done, 100) })

export async function roll(app, id, day, sessionText) {
  const part = classOf(app, id)
  if (!part) return [empty('pupils', t('class-unknown'), t('class-unknown-text'))]
  const session = Number(sessionText), name = key(id, day, session)
  let entry = entryOf(part, day, session)
  app.head(t('title', { class: part.name, size: part.roll.pupils.length }), whenUpper(day, session), app.to(''))

  const draft = await app.draft(name)
  let state = standing(app, id, entry), all = draft?.rows ?? rowsOf(part, entry, state)
  const base = draft?.base ?? entry.version ?? 0
  const known = new Set(part.roll.pupils.map((p) => p.id))
  all = [...all.filter((r) => known.has(r.id)), ...part.roll.pupils.filter((p) => !all.some((r) => r.id === p.id)).map((p) => ({ id: p.id, mark: '', guess: false, reason: '', note: '' }))]
  const away = runs(app, part, day), pupils = new Map(part.roll.pupils.map((p) => [p.id, p])), leave = new Map((entry.leave ?? []).map((l) => [l.pupil, l]))
  all.sort((a, b) => (away.get(b.id)?.days ?? 0) - (away.get(a.id)?.days ?? 0)) // stable: the others stay in the order of the list
  let touched = Boolean(draft), undoable = null, before = all, busy = false, told1 = draft ? t('draft-back') : '', timer = 0
  const items = new Map(), at = (i) => [...items.values()][i]

  const sum = h('b', { id: 'dem' }), receipt = h('small', { id: 'bien-nhan', role: 'status' })
  const press = h('button', { id: 'nop', className: 'button button-primary', type: 'button', onclick: submit })
  const fill = button('', () => { show(allPresent(all)); changed() }, '', { id: 'ca-lop' })
  const why = h('input', { id: 'ly-do-sua', className: 'input', maxLength: 200, autocomplete: 'off', required: true, 'aria-describedby': 'ly-do-sua-giup' })
  const correcting = entry.version > 0 && day < today()

  function noteOf(row) {
    const p = pupils.get(row.id), run = away.get(row.id), told = leave.get(row.id)
    const first = told ? t('note-leave')
      : run && (run.days === 1 ? t('note-run-one', { since: dayShort(run.since) }) : t('note-run', { n: run.days, since: dayShort(run.since) }))
    return [reasonWords(row.reason), row.note, first, p.note].filter(Boolean).join(' · ')
  }

  function draw(row) {
    const { li, sign, word, note } = items.get(row.id)
    li.dataset.mark = row.mark
    li.classList.toggle('is-guess', row.guess)
    sign.textContent = signs[row.mark]
    word.textContent = row.guess ? t('mark-guess') : t('mark-' + (row.mark || 'none'))
    word.classList.toggle('sr', row.mark === '') // grey says it already to those who see
    note.textContent = noteOf(row)
  }

  const still = () => busy || (!undoable && state.state !== '' && !touched) // nothing to send

  function bar() {
    const n = count(all), mine = state.mine?.act
    sum.textContent = counted(n)
    fill.textContent = all.some((r) => isException(r) && !r.guess) ? t('rest-present') : t('all-present')
    fill.parentElement?.toggleAttribute('hidden', n.open === 0)
    press.textContent = busy ? t('keeping') : undoable ? t('undo') : state.state ? t('send-again') : t('send')
    press.setAttribute('aria-disabled', still())
    const answer = !touched && mine ? told(mine) : undefined
    receipt.className = answer?.tone ?? ''
    receipt.textContent = told1 || (touched ? t('not-sent') : answer?.words ?? (state.state ? t('received') : t('not-sent')))
  }

  function show(to) {
    all = to
    all.forEach(draw)
    bar()
  }

  // The mark is painted first, then kept; one write at a time, the latest wins.
  let writing, pending
  function keepDraft() {
    pending = { base, rows: all }
    writing ??= (async () => {
      while (pending) {
        await painted()
        const now = pending
        pending = undefined
        await app.keepDraft(name, now)
      }
    })().catch(app.failed).finally(() => { writing = undefined })
  }

  function changed(words = '') {
    clearTimeout(timer)
    undoable = null
    touched = true
    told1 = words
    bar()
    keepDraft()
  }

  function change(id, row) {
    all = all.map((r) => r.id === id ? row : r)
    draw(row)
    changed()
  }

  async function commit(marks, words) {
    busy = true
    bar()
    try {
      await writing
      await send(app, part, { ...entry, version: base }, { state: 'taken', marks, reason: correcting ? why.value.trim() : '' })
      await app.dropDraft(name)
      touched = false
      told1 = words
    } finally {
      busy = false
    }
  }

  async function submit() {
    if (still()) return
    if (undoable) return undo(undoable)
    if (correcting && !why.reportValidity()) return
    before = all
    const past = state.state === 'taken' ? rowsOf(part, entry, state) : null, sheet = app.sheets.get(name)
    await commit(marksOf(finish(all)), '')
    undoable = { past, seen: before, sheet, act: app.sheets.get(name).act }
    timer = setTimeout(() => { undoable = null; bar() }, 10000)
    state = standing(app, id, entry)
    show(finish(all))
    say(receipt.textContent)
  }

  async function undo({ past, seen, sheet, act }) {
    clearTimeout(timer)
    undoable = null
    if (await app.takeBack(act, name, sheet)) { // it had not begun to travel
      state = standing(app, id, entry)
      show(seen)
      return changed(t('taken-back'))
    }
    if (!past) {
      show(seen)
      return changed(t('undone-first'))
    }
    await commit(marksOf(past), t('undone'))
    state = standing(app, id, entry)
    show(past)
  }

  // --- reasons ---

  function open(id) {
    const row = all.find((r) => r.id === id), p = pupils.get(id)
    const chip = (group, value, label, on) => h('label', { className: 'chip' }, h('input', { className: 'sr', type: 'radio', name: group, value, checked: on }), label)
    const mark = isException(row) ? row.mark : 'unknown'
    const form = h('form', { method: 'dialog' },
      h('div', { className: 'chips', role: 'group', 'aria-label': t('what') }, order.map((m) => chip('loai', m, t('mark-' + m), m === mark))),
      h('h3', { className: 'part', id: 'ly-do-hay' }, t('reason-common')),
      h('div', { className: 'chips', role: 'group', 'aria-labelledby': 'ly-do-hay' }, part.reasons.slice(0, 5).map((c) => chip('ly', c, reasonWords(c), c === row.reason))),
      h('details', { className: 'more' }, h('summary', {}, t('reason-more')),
        h('div', { className: 'chips' }, part.reasons.slice(5).map((c) => chip('ly', c, reasonWords(c), c === row.reason)), chip('ly', '', t('reason-none'), !row.reason))),
      h('div', { className: 'field' }, h('label', { htmlFor: 'ghi-chu' }, t('note')), h('input', { className: 'input', id: 'ghi-chu', name: 'ghi', maxLength: 200, autocomplete: 'off', value: row.note })),
      h('div', { className: 'actions' }, h('button', { className: 'button button-primary', value: 'xong' }, t('finished'))))
    const dialog = sheet(p.name, form)
    dialog.addEventListener('close', () => {
      const inside = new FormData(form)
      if (dialog.returnValue === 'xong') change(id, put(row, inside.get('loai'), inside.get('ly') ?? '', inside.get('ghi').trim()))
      items.get(id).tap.focus()
    })
  }

  function pupilRow(row, i) {
    const p = pupils.get(row.id)
    let held = 0, long = false
    const sign = h('span', { className: 'sign', 'aria-hidden': 'true' }), word = h('span', { className: 'pupil-mark' }), note = h('span', { className: 'pupil-note' })
    const tap = h('button', { type: 'button', className: 'pupil-tap' }, sign, h('span', { className: 'pupil-words' }, h('span', { className: 'pupil-name' }, p.name), note), word)
    const more = h('button', { type: 'button', className: 'pupil-more', 'aria-label': t('reasons-for', { name: p.name }), onclick: () => open(row.id) }, icon('more'))
    const li = h('li', { className: 'pupil', data: { pupil: row.id } }, tap, more)
    const on = (types, act) => types.split(' ').forEach((type) => tap.addEventListener(type, act))
    on('pointerdown', () => { long = false; held = setTimeout(() => { long = true; hush(); open(row.id) }, 500) })
    on('pointerup pointerleave pointercancel', () => clearTimeout(held))
    on('contextmenu', (event) => event.preventDefault())
    on('click', () => { const now = all.find((r) => r.id === row.id); if (!long) change(row.id, put(now, next(now))) })
    on('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return
      const pressed = event.key.toLowerCase()
      if (keys[pressed]) change(row.id, put(all.find((r) => r.id === row.id), keys[pressed]))
      else if (pressed === 'arrowdown') at(i + 1)?.tap.focus()
      else if (pressed === 'arrowup') at(i - 1)?.tap.focus()
      else if (pressed === 'l') open(row.id)
      else return
      event.preventDefault()
    })
    items.set(row.id, { li, sign, word, note, tap })
    return li
  }

  // --- the page ---

  const pinned = all.filter((r) => away.has(r.id)), others = all.filter((r) => !away.has(r.id))
  const choices = sessions(part, day).filter((d) => d.held)
  const list = (label, some, from) => some.length > 0 && [label && h('h2', { className: 'part' }, label), h('ul', { className: 'pupils' }, some.map((r, i) => pupilRow(r, from + i)))]
  const page = [
    choices.length > 1 && h('nav', { className: 'chips chips-top', 'aria-label': t('sessions') }, choices.map((d) => h('a', { className: 'chip', href: app.to('lop', id, day, d.session), 'aria-current': d.session === session && 'true' }, upper(sessionName(d.session))))),
    entry.guessed && notice('', t('guessed-title'), t('guessed-text')),
    state.state === 'no-class' && notice('tone-amber', t('no-class'), state.reason, ' ', t('no-class-change')),
    state.mine?.act.outcome === 'refused' && notice('tone-red', t('refused-title'), state.mine.act.words),
    state.mine?.act.outcome === 'conflict' && notice('tone-amber', t('conflict-title'), t('conflict-text'), ' ', h('a', { href: '/lop/' + id + '/lich-su?ngay=' + day + '&buoi=' + session }, t('conflict-open'))),
    !entry.version && day < today() && notice('', t('late-label'), day < (part.lock ?? '') ? t('locked-text') : t('late-text')),
    waitingList(app, part, day),
    list(t('pinned'), pinned, 0),
    list(pinned.length ? t('everyone') : '', others, pinned.length),
    h('div', { className: 'actions' }, fill),
    correcting && h('div', { className: 'field' }, h('label', { htmlFor: 'ly-do-sua' }, t('correction')), h('p', { className: 'pupil-note', id: 'ly-do-sua-giup' }, t('correction-help')), why),
    noClass(app, part, { ...entry, version: base }, name),
    h('div', { className: 'send' }, h('div', { className: 'send-in' }, h('div', { className: 'send-words' }, sum, receipt), press)),
  ]
  show(all)
  // News of the outbox changes what the bar says; a list that nobody is changing follows the server.
  app.onchange = () => {
    const fresh = classOf(app, id)
    if (fresh) entry = entryOf(fresh, day, session)
    state = standing(app, id, entry)
    if (!touched && !busy && !undoable && state.state) show(rowsOf(part, entry, state).sort((a, b) => (away.get(b.id)?.days ?? 0) - (away.get(a.id)?.days ?? 0)))
    else bar()
  }
  return page
}

// "Chưa rõ" of the last days waits on top with two buttons until somebody knows.
function waitingList(app, part, day) {
  const open = (part.waiting ?? []).filter((w) => w.day < day && (w.left ?? 0) >= 0 && part.days.some((d) => d.day === w.day && d.session === w.session)
    && standing(app, part.id, entryOf(part, w.day, w.session)).marks.some((m) => m.pupil === w.pupil && m.kind === 'unknown'))
  if (!open.length) return undefined
  const names = new Map(part.roll.pupils.map((p) => [p.id, p.name]))
  return h('section', { id: 'chua-ro', 'aria-labelledby': 'cho' }, h('h2', { className: 'part', id: 'cho' }, t('waiting')), h('ul', { className: 'pupils' }, open.map((w) => {
    const answer = (kind, style) => button(t('mark-' + kind), async (event) => {
      const li = event.target.closest('li'), entry = entryOf(part, w.day, w.session)
      const marks = standing(app, part.id, entry).marks.map((m) => m.pupil === w.pupil ? { ...m, kind } : m)
      await send(app, part, entry, { state: 'taken', marks, reason: t('resolve-reason') })
      li.replaceChildren(h('p', { className: 'pupil-mark' }, names.get(w.pupil) + ': ' + t('mark-' + kind)))
      say(t('mark-' + kind))
    }, style, { 'aria-label': t('resolve-for', { what: t('mark-' + kind), name: names.get(w.pupil), day: when(w.day, w.session) }) })
    return h('li', { className: 'pupil pupil-waiting', data: { pupil: w.pupil } },
      h('div', { className: 'pupil-words' }, h('span', { className: 'pupil-name' }, names.get(w.pupil)), h('span', { className: 'pupil-note' }, whenUpper(w.day, w.session), w.left === 0 ? ' · ' + t('waiting-last') : w.left > 0 ? ' · ' + t('waiting-left', { n: w.left }) : '')),
      h('div', { className: 'pair' }, answer('excused', 'button-p'), answer('unexcused', 'button-k')))
  })))
}

// "Buổi này lớp không học" is one choice with a reason.
function noClass(app, part, entry, name) {
  const why = h('input', { className: 'input', id: 'ly-do-nghi', maxLength: 200, autocomplete: 'off', required: true, 'aria-describedby': 'ly-do-nghi-giup' })
  return h('details', { className: 'more', id: 'khong-hoc' }, h('summary', {}, t('no-class')),
    h('form', { onsubmit: async (event) => {
      event.preventDefault()
      await send(app, part, entry, { state: 'no-class', reason: why.value.trim() })
      await app.dropDraft(name)
      app.go('')
    } },
      h('div', { className: 'chips' }, [1, 2, 3, 4].map((n) => h('button', { type: 'button', className: 'chip', onclick: () => { why.value = t('no-class-' + n); why.focus() } }, t('no-class-' + n)))),
      h('div', { className: 'field' }, h('label', { htmlFor: 'ly-do-nghi' }, t('no-class-reason')), h('p', { className: 'pupil-note', id: 'ly-do-nghi-giup' }, t('no-class-help')), why),
      h('div', { className: 'actions' }, h('button', { className: 'button' }, t('no-class-send')))))
}
