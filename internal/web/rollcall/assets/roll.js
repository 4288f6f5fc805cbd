// The roll call: pure rules first, then a thin layer over the form that works without it.
// A row is { id, mark, guess, reason, note }; mark '' is "not called". Rows are never changed in place.

export const marks = ['unknown', 'excused', 'unexcused', 'late', 'present']
export const signs = { '': '', unknown: '?', excused: 'P', unexcused: 'K', late: 'M', present: '✓' }
export const keys = { v: 'unknown', p: 'excused', k: 'unexcused', m: 'late', c: 'present' }
export const isAbsent = (mark) => mark === 'unknown' || mark === 'excused' || mark === 'unexcused'

// A tap goes on to the next mark. A guess (leave told in advance) that is tapped was wrong: she is here.
export const next = (row) => row.guess ? 'present' : marks[(marks.indexOf(row.mark) + 1) % marks.length]

// A mark by hand is no guess; a reason stays only with an absence or lateness.
export function put(row, mark, reason = row.reason, note = row.note) {
  const keeps = mark !== '' && mark !== 'present'
  return { ...row, mark, guess: false, reason: keeps ? reason : '', note: keeps ? note : '' }
}

// "Cả lớp có mặt" fills only what nobody has said anything about.
export const allPresent = (rows) => rows.map((row) => row.mark === '' ? put(row, 'present') : row)

export function count(rows) {
  const n = (is) => rows.filter(is).length
  return { size: rows.length, absent: n((r) => isAbsent(r.mark)), late: n((r) => r.mark === 'late'), open: n((r) => r.mark === '') }
}

// What is sent: only those who are not simply present.
export const exceptions = (rows) => rows.filter((r) => r.mark !== '' && r.mark !== 'present')

export function fields(rows) {
  const out = []
  for (const r of exceptions(rows)) {
    out.push(['m' + r.id, r.mark])
    if (r.reason) out.push(['r' + r.id, r.reason])
    if (r.note) out.push(['n' + r.id, r.note])
  }
  return out
}

// UUIDv7: the id of an act, made by whoever acts.
export function newAct(ms, random = crypto.getRandomValues(new Uint8Array(10))) {
  const hex = Math.floor(ms).toString(16).padStart(12, '0') + [...random].map((b) => b.toString(16).padStart(2, '0')).join('')
  const variant = (8 + (parseInt(hex[16], 16) & 3)).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

// --- the page ---

const fill = (words, ...facts) => words.replace(/#/g, () => facts.shift())

export function live(form) {
  const say = form.dataset, field = (name) => form.elements[name]
  const send = form.querySelector('#nop'), line = form.querySelector('#bien-nhan'), sum = form.querySelector('#dem')
  const all = form.querySelector('[data-all-present]'), dialog = document.getElementById('ly-do')
  const began = performance.now(), now = () => Number(say.now) + Math.round(performance.now() - began)
  const items = [...form.querySelectorAll('[data-pupil]')].map(upgrade)
  const value = (name) => field(name)?.value ?? ''
  let rows = items.map((i) => ({ id: i.id, mark: i.pick.value, guess: i.li.classList.contains('is-guess'), reason: value('r' + i.id), note: value('n' + i.id) }))
  let undo = null, timer = 0, retry = 0, busy = false, touched = false
  let kept = 'received' in say || field('ban').value > 0 ? rows : null // what the server holds

  // The row becomes one button; the choice of a page without a script stays behind it and keeps its value.
  function upgrade(li) {
    const label = li.querySelector('.pupil-tap'), tap = document.createElement('button'), more = document.createElement('button')
    tap.type = more.type = 'button'
    tap.className = 'pupil-tap'
    tap.append(...label.childNodes)
    const word = tap.appendChild(Object.assign(document.createElement('span'), { className: 'pupil-mark' }))
    const note = tap.querySelector('.pupil-note')
    more.className = 'pupil-more'
    more.textContent = '⋯'
    more.setAttribute('aria-label', fill(say.reasons, tap.querySelector('.pupil-name').textContent))
    label.replaceWith(tap)
    li.append(more)
    return { li, id: li.dataset.pupil, tap, more, word, note, born: note.textContent, sign: tap.querySelector('.sign'), pick: li.querySelector('select'), name: tap.querySelector('.pupil-name').textContent }
  }

  function hide(name, text) {
    let input = field(name)
    if (!input && text) input = form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name }))
    if (input) input.value = text
  }

  function draw(i) {
    const row = rows[i], item = items[i]
    item.li.dataset.mark = row.mark
    item.li.classList.toggle('is-guess', row.guess)
    item.sign.textContent = signs[row.mark]
    item.pick.value = row.mark
    item.word.textContent = row.guess ? say.guess : row.mark ? item.pick.selectedOptions[0].textContent : ''
    const reason = row.reason && dialog?.querySelector(`[name=ly][value="${row.reason}"]`)?.parentElement.textContent
    item.note.textContent = [reason, row.note, item.born].filter(Boolean).join(' · ')
    hide('r' + row.id, row.reason)
    hide('n' + row.id, row.note)
  }

  function bar() {
    const n = count(rows)
    sum.textContent = n.late ? fill(say.countedLate, n.size, n.absent, n.late) : fill(say.counted, n.size, n.absent)
    if (all) {
      all.textContent = exceptions(rows).some((r) => !r.guess) ? say.rest : say.all
      all.parentElement.hidden = n.open === 0
    }
  }

  function tell(words, done) {
    line.textContent = words
    line.classList.toggle('receipt', done)
  }

  const still = () => busy || (!undo && kept !== null && !touched) // nothing to send

  function face() {
    send.textContent = busy ? say.sending : undo ? say.undo : kept ? say.again : say.send
    send.setAttribute('aria-disabled', still())
  }

  function change(i, row) {
    rows = rows.with ? rows.with(i, row) : rows.map((r, j) => j === i ? row : r)
    draw(i)
    changed()
  }

  function changed() {
    endUndo()
    touched = true
    tell(say.unsent, false)
    bar()
    face()
    keep()
  }

  // The tab keeps what is not yet sent: ids and marks only.
  function keep() {
    try { sessionStorage.setItem(say.roll, JSON.stringify([field('ban').value, rows.map((r) => [r.id, r.mark, r.reason, r.note, r.guess])])) } catch { /* a full or forbidden store costs only the draft */ }
  }

  function restore() {
    try {
      const [base, draft] = JSON.parse(sessionStorage.getItem(say.roll)) ?? []
      if (base !== field('ban').value) return sessionStorage.removeItem(say.roll)
      const by = new Map(draft.map(([id, ...rest]) => [id, rest]))
      rows = rows.map((r) => { const d = by.get(r.id); return d ? { id: r.id, mark: d[0], reason: d[1], note: d[2], guess: d[3] } : r })
      touched = true
      tell(say.draft, false)
    } catch { /* no draft */ }
  }

  function endUndo() {
    clearTimeout(timer)
    undo = null
  }

  async function submit(words) {
    if (busy) return
    clearTimeout(retry)
    busy = true
    face()
    field('luc').value = now()
    const body = new URLSearchParams(['ngay', 'buoi', 'ds', 'ban', 'luc', 'nguon', 'ma', 'ly_do'].filter((n) => field(n)).map((n) => [n, field(n).value]).concat(fields(rows)))
    let answer
    try {
      const response = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } })
      answer = response.ok ? await response.json() : null
    } catch {
      busy = false
      face()
      tell(say.offline, false)
      retry = setTimeout(() => submit(words), 15000)
      return
    }
    busy = false
    if (!answer?.version) return form.submit() // somebody else was first, or it is locked: the page says what
    sessionStorage.removeItem(say.roll)
    const first = kept === null, past = kept ?? rows
    kept = rows = rows.map((r) => r.mark === '' ? put(r, 'present') : { ...r, guess: false })
    field('ban').value = answer.version
    field('ds').value = answer.roll
    field('ma').value = newAct(now())
    touched = false
    items.forEach((_, i) => draw(i))
    bar()
    endUndo()
    if (!words) {
      undo = first ? [null, before] : [past, before]
      timer = setTimeout(() => { endUndo(); face() }, 10000)
    }
    tell([words ? fill(words, answer.clock) : answer.words, answer.notice].filter(Boolean).join(' · '), true)
    face()
  }

  let before = rows // what the person saw when she pressed

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (still()) return
    if (!undo) {
      before = rows
      return submit()
    }
    const [past, seen] = undo
    endUndo()
    rows = past ?? seen
    items.forEach((_, i) => draw(i))
    if (past) return submit(say.undone)
    changed()
    tell(say.undoneFirst, false)
  })

  function open(i) {
    const row = rows[i], inside = dialog.querySelector('form').elements
    dialog.querySelector('#ly-do-ten').textContent = items[i].name
    inside.loai.value = exceptions([row]).length ? row.mark : 'unknown'
    for (const radio of inside.ly) radio.checked = radio.value === row.reason
    inside.ghi.value = row.note
    dialog.returnValue = ''
    dialog.onclose = () => {
      if (dialog.returnValue !== 'xong') return
      change(i, put(row, inside.loai.value, inside.ly.value, inside.ghi.value.trim()))
      items[i].tap.focus()
    }
    dialog.showModal()
  }
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close() })

  const tapOf = (i) => { items[i]?.tap.focus(); items[i]?.tap.scrollIntoView({ block: 'nearest' }) }

  items.forEach((item, i) => {
    let held = 0, long = false, entered = false
    const letGo = () => clearTimeout(held)
    item.tap.addEventListener('pointerdown', () => { long = false; held = setTimeout(() => { long = true; open(i) }, 500) })
    for (const end of ['pointerup', 'pointerleave', 'pointercancel']) item.tap.addEventListener(end, letGo)
    item.tap.addEventListener('contextmenu', (event) => event.preventDefault())
    item.tap.addEventListener('click', () => { if (!long) change(i, put(rows[i], next(rows[i]))) })
    item.more.addEventListener('click', () => open(i))
    item.tap.addEventListener('keypress', (event) => { if (event.key === 'Enter') event.preventDefault() })
    item.tap.addEventListener('keyup', (event) => { if (entered && event.key === 'Enter') { entered = false; send.focus() } })
    item.tap.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return
      const key = event.key.toLowerCase()
      if (keys[key]) change(i, put(rows[i], keys[key]))
      else if (key === 'l') open(i)
      else if (key === 'arrowdown') tapOf(i + 1)
      else if (key === 'arrowup') tapOf(i - 1)
      else if (key === 'home') tapOf(0)
      else if (key === 'end') tapOf(items.length - 1)
      else if (key === 'enter') entered = true
      else return
      event.preventDefault()
    })
  })

  document.addEventListener('keydown', (event) => { if (event.key === 'ArrowDown' && document.activeElement === document.body) { tapOf(0); event.preventDefault() } })
  all?.addEventListener('click', () => { rows = allPresent(rows); items.forEach((_, i) => draw(i)); changed() })
  window.addEventListener('online', () => { if (retry) submit() })

  for (const part of form.querySelectorAll('[data-live]')) part.hidden = false
  restore()
  form.classList.add('is-live')
  items.forEach((_, i) => draw(i))
  bar()
  face()
}

// "Chưa rõ" of earlier days: the answer is kept without leaving the list.
export function liveResolve(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const body = new URLSearchParams(new FormData(form, event.submitter))
    try {
      const response = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } })
      if (!response.ok) throw response
      const { words } = await response.json()
      form.replaceWith(Object.assign(document.createElement('p'), { className: 'pupil-mark', textContent: words }))
    } catch {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'loai', value: body.get('loai') }))
      form.submit()
    }
  })
}

if (typeof document !== 'undefined') {
  const form = document.querySelector('form[data-roll]')
  if (form) live(form)
  document.querySelectorAll('form[data-resolve]').forEach(liveResolve)
}
