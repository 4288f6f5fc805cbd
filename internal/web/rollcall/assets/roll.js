// The roll call: a thin layer over a form that works without it. The rules are in marks.js.
import { allPresent, count, fields, isException, keys, newAct, next, put, signs } from './marks.js'

// The answer, or nothing when it is refused; throws when the line is cut, or the seconds to wait when the server is busy.
export async function post(form, pairs) {
  const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(pairs), headers: { Accept: 'application/json' } })
  if ([429, 502, 503, 504].includes(response.status)) throw Number(response.headers.get('Retry-After')) || 15
  return response.ok && response.json()
}

// --- the page ---

const fill = (words, ...facts) => words.replace(/#/g, () => facts.shift())
const make = (tag, set) => Object.assign(document.createElement(tag), set)
const hide = (name, value) => make('input', { type: 'hidden', name, value })

// Letting go of a long press must not press what has come under the finger: no click until the next touch.
function hush() {
  const stop = (event) => { event.preventDefault(); event.stopPropagation() }
  document.addEventListener('click', stop, true)
  document.addEventListener('pointerdown', () => document.removeEventListener('click', stop, true), { once: true, capture: true })
}

// The row becomes a button; the choice of the plain form stays behind it and keeps the value.
function upgrade(li, reasons) {
  const label = li.querySelector('.pupil-tap')
  const tap = make('button', { type: 'button', className: 'pupil-tap' })
  tap.append(...label.childNodes, make('span', { className: 'pupil-mark' }))
  label.replaceWith(tap)
  const [sign, note, name, word] = ['.sign', '.pupil-note', '.pupil-name', '.pupil-mark'].map((s) => tap.querySelector(s))
  const more = make('button', { type: 'button', className: 'pupil-more', textContent: '⋯', ariaLabel: fill(reasons, name.textContent) })
  li.append(more)
  return { li, tap, more, sign, note, word, name: name.textContent, born: note.textContent, pick: li.querySelector('select') }
}

export function live(form) {
  const say = form.dataset, find = (s) => form.querySelector(s), field = (name) => form.elements[name]
  const value = (name) => field(name)?.value ?? ''
  const take = (name) => { const was = value(name); field(name)?.remove(); return was }
  const [send, line, sum, all] = ['#nop', '#bien-nhan', '#dem', '[data-all-present]'].map(find), dialog = document.getElementById('ly-do')
  const began = performance.now(), now = () => Number(say.now) + Math.round(performance.now() - began)
  const items = [...form.querySelectorAll('[data-pupil]')].map((li) => upgrade(li, say.reasons))
  let rows = items.map(({ li, pick }) => {
    const id = li.dataset.pupil
    return { id, mark: pick.value, guess: li.classList.contains('is-guess'), reason: take('r' + id), note: take('n' + id) }
  })
  let kept = value('ban') > 0 ? rows : null // what the server holds
  let undo = null, before = rows, timer = 0, retry = 0, busy = false, touched = false

  function draw(i) {
    const row = rows[i], { li, sign, pick, word, note, born } = items[i]
    li.dataset.mark = row.mark
    li.classList.toggle('is-guess', row.guess)
    sign.textContent = signs[row.mark]
    pick.value = row.mark
    word.textContent = row.guess ? say.guess : row.mark && pick.selectedOptions[0].textContent
    const reason = row.reason && dialog.querySelector(`[name=ly][value="${row.reason}"]`)?.parentElement.textContent
    note.textContent = [reason, row.note, born].filter(Boolean).join(' · ')
  }

  const still = () => busy || (!undo && kept !== null && !touched) // nothing to send

  function bar() {
    const n = count(rows)
    sum.textContent = n.late ? fill(say.countedLate, n.size, n.absent, n.late) : fill(say.counted, n.size, n.absent)
    all.textContent = rows.some((r) => isException(r) && !r.guess) ? say.rest : say.all
    all.parentElement.hidden = n.open === 0
    send.textContent = busy ? say.sending : undo ? say.undo : kept ? say.again : say.send
    send.setAttribute('aria-disabled', still())
  }

  const tell = (words, done = false) => { line.textContent = words; line.classList.toggle('receipt', done) }
  const endUndo = () => { clearTimeout(timer); undo = null }
  const show = (to) => { rows = to; items.forEach((_, i) => draw(i)); bar() }

  function change(i, row) {
    rows = rows.map((r, j) => j === i ? row : r)
    draw(i)
    changed(say.unsent)
  }

  function changed(words) {
    endUndo()
    touched = true
    tell(words)
    bar()
    try { sessionStorage.setItem(say.roll, JSON.stringify([value('ban'), rows])) } catch { /* no draft, then */ }
  }

  // The tab keeps what is not yet sent: ids and marks, no name.
  function restore() {
    let base, draft
    try { [base, draft] = JSON.parse(sessionStorage.getItem(say.roll)) } catch { return }
    if (base !== value('ban')) return
    rows = rows.map((r) => draft.find((d) => d.id === r.id) ?? r)
    touched = true
    tell(say.draft)
  }

  // Somebody was first, or it is locked: sent as without a script, and the page says what.
  function plain() {
    for (const [name, value] of fields(rows)) if (name[0] !== 'm') form.append(hide(name, value))
    form.submit()
  }

  async function submit(words) {
    clearTimeout(retry)
    retry = 0
    busy = true
    bar()
    field('luc').value = now()
    const fixed = ['ngay', 'buoi', 'ds', 'ban', 'luc', 'nguon', 'ma', 'ly_do'].filter(field).map((n) => [n, value(n)])
    let answer
    try {
      answer = await post(form, [...fixed, ...fields(rows)])
    } catch (wait) {
      retry = setTimeout(submit, wait > 0 ? wait * 1000 : 15000, words)
      busy = false
      tell(wait > 0 ? say.busy : say.offline)
      return bar()
    }
    if (!answer?.version) return plain()
    busy = touched = false
    sessionStorage.removeItem(say.roll)
    field('ban').value = answer.version
    field('ds').value = answer.roll
    field('ma').value = newAct(now())
    endUndo()
    if (!words) {
      undo = { past: kept, seen: before }
      timer = setTimeout(() => bar(endUndo()), 10000)
    }
    show(kept = rows.map((r) => r.mark === '' ? put(r, 'present') : { ...r, guess: false }))
    tell([words ? fill(words, answer.clock) : answer.words, answer.notice].filter(Boolean).join(' · '), true)
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (still()) return
    if (!undo) return submit(undefined, before = rows)
    const { past, seen } = undo
    show(past ?? seen)
    if (past) submit(say.undone)
    else changed(say.undoneFirst)
  })

  function open(i) {
    const row = rows[i], inside = dialog.querySelector('form').elements
    dialog.querySelector('#ly-do-ten').textContent = items[i].name
    inside.loai.value = isException(row) ? row.mark : 'unknown'
    inside.ly.value = row.reason
    inside.ghi.value = row.note
    dialog.returnValue = ''
    dialog.onclose = () => {
      if (dialog.returnValue === 'xong') change(i, put(row, inside.loai.value, inside.ly.value, inside.ghi.value.trim()))
      items[i].tap.focus()
    }
    dialog.showModal()
  }

  const go = (i) => items[i]?.tap.focus()
  const moves = { arrowdown: (i) => go(i + 1), arrowup: (i) => go(i - 1), l: open }

  items.forEach(({ tap, more }, i) => {
    let held = 0, long = false, entered = false
    const on = (types, act) => types.split(' ').forEach((type) => tap.addEventListener(type, act))
    on('pointerdown', () => { long = false; held = setTimeout(() => { hush(); open(i, long = true) }, 500) })
    on('pointerup pointerleave pointercancel', () => clearTimeout(held))
    on('contextmenu', (event) => event.preventDefault())
    on('click', () => { if (!long) change(i, put(rows[i], next(rows[i]))) })
    more.addEventListener('click', () => open(i))
    on('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return
      const key = event.key.toLowerCase()
      if (keys[key]) change(i, put(rows[i], keys[key]))
      else if (moves[key]) moves[key](i)
      else if (key === 'enter') entered = true
      else return
      event.preventDefault()
    })
    on('keypress', (event) => { if (event.key === 'Enter') event.preventDefault() })
    on('keyup', (event) => { if (entered && event.key === 'Enter') { entered = false; send.focus() } })
  })

  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close() })
  document.addEventListener('keydown', (event) => { if (event.key === 'ArrowDown' && document.activeElement === document.body) { event.preventDefault(); go(0) } })
  all.addEventListener('click', () => { show(allPresent(rows)); changed(say.unsent) })
  window.addEventListener('online', () => { if (retry) submit() })

  for (const part of form.querySelectorAll('[data-live]')) part.hidden = false
  restore()
  form.classList.add('is-live')
  show(rows)
}

// "Chưa rõ" of earlier days: the answer is kept without leaving the list.
export function liveResolve(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const body = new FormData(form, event.submitter)
    try {
      form.replaceWith(make('p', { className: 'pupil-mark', textContent: (await post(form, body)).words.trim() }))
    } catch { // as without a script: the page says what is wrong
      form.append(hide('loai', body.get('loai')))
      form.submit()
    }
  })
}

if (globalThis.document) {
  document.querySelectorAll('form[data-roll]').forEach(live)
  document.querySelectorAll('form[data-resolve]').forEach(liveResolve)
}
