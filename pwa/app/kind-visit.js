// A visit, a call or a reply as a kind of act: the tasks of the person by village and home, and the form that is
// filled at the door of a house without a network. What is chosen is kept as a draft until it is saved.

import { h, icon, t, button, notice, empty, dayShort, say } from './dom.js'
import { told } from './sync-screen.js'
import { today } from './sync.js'

export default {
  name: 'visit',
  tabs: [{ path: 'viec', icon: 'visit', words: 'visit-tab', order: 1.5 }],
  screens: { viec: tasks, 'den-nha': form },
  tell: (act, app) => {
    const task = find(app, act.subject)
    return task ? t('visit-act', { kind: task.name }) : t('visit-act', { kind: t('visit-title') })
  },
}

const all = (part) => part.stops.flatMap((s) => s.households.flatMap((x) => x.tasks))
const find = (app, id) => all(app.parts.get('tasks') ?? { stops: [] }).find((x) => x.case === id)
const word = (list, code) => t('case-' + list + '-' + code)

function tasks(app) {
  const part = app.parts.get('tasks')
  app.head(t('visit-title'), t('visit-lead'))
  app.onchange = () => app.redraw()
  if (!part || !part.stops.length) return [empty('visit', t('visit-none'), t('visit-none-text'))]
  return part.stops.map((stop) => h('section', {}, h('h2', { className: 'part' }, stop.name),
    stop.households.map((home) => h('div', { className: 'card' }, h('div', { className: 'card-head' }, h('h3', {}, home.family ? t('visit-home-of', { name: home.family }) : t('visit-home-unknown'))),
      home.tasks.map((task) => row(app, task))))))
}

function row(app, task) {
  const mine = app.outbox.filter((a) => a.kind === 'visit' && a.subject === task.case && a.account === app.who.account).at(-1)
  const answer = mine && told(mine), late = task.state === 'open' && task.due && task.due < today()
  const calls = task.guardians.filter((g) => g.phone)
  return h('article', { className: 'person', data: { case: task.case } },
    h('div', { className: 'person-words' }, h('b', { className: 'pupil-name' }, task.name), h('small', { className: 'pupil-note' }, [task.class, task.school].filter(Boolean).join(' · ')),
      h('p', { className: 'sentence' }, task.words),
      h('p', { className: 'pupil-note' + (late ? ' tone-red' : '') }, task.state !== 'open' ? word('state', task.state) : [word('step', task.step), task.due && t(late ? 'visit-late' : 'visit-due', { day: dayShort(task.due) })].filter(Boolean).join(' · ')),
      task.promise && task.state === 'open' && h('p', { className: 'pupil-note' }, t('visit-promised', { day: dayShort(task.promise) })),
      task.untouched && !mine && h('p', { className: 'pupil-note' }, t('visit-untouched')),
      answer && h('p', { className: 'told ' + answer.tone, data: { told: '' } }, answer.words)),
    h('div', { className: 'actions' }, h('a', { className: 'button button-primary', href: app.to('den-nha', task.case) }, icon('visit'), t('visit-record')),
      calls.map((g) => h('a', { className: 'button', href: 'tel:' + g.phone.replace(/[^\d+]/g, '') }, icon('phone'), t('visit-call', { name: [t('relation-' + g.relation), g.name].filter(Boolean).join(' ') })))))
}

const blank = { kind: 'visit', reached: true, met: [], with: [], cause: '', secondary: [], promise: '', support_school: [], support_commune: [], hope: '', note: '', protect: false }

async function form(app, id) {
  const part = app.parts.get('tasks'), task = find(app, id), name = 'visit/' + id
  app.head(t('visit-form'), task?.name ?? '', app.to('viec'))
  app.onchange = () => {} // what is being written is not drawn anew
  if (!task) return [empty('visit', t('visit-gone'), t('visit-gone-text'), h('a', { className: 'button', href: app.to('viec') }, t('visit-title')))]
  const draft = await app.draft(name), body = { ...structuredClone(blank), ...draft }
  let later
  const changed = () => {
    clearTimeout(later)
    later = setTimeout(() => app.keepDraft(name, body), 300)
  }

  const choice = (label, key, codes, list, many) => h('div', { className: 'field' }, h('b', { className: 'label' }, label),
    h('div', { className: 'chips chips-flush', role: 'group', 'aria-label': label }, codes.map((code) => {
      const chosen = () => many ? body[key].includes(code) : body[key] === code
      const chip = h('button', { type: 'button', className: 'chip', 'aria-pressed': String(chosen()), data: { [key.replace(/_(\w)/g, (_, c) => c.toUpperCase())]: code }, onclick: () => {
        if (!many) body[key] = code
        else body[key] = chosen() ? body[key].filter((c) => c !== code) : [...body[key], code]
        for (const other of chip.parentElement.children) other.setAttribute('aria-pressed', String(many ? body[key].includes(other.code) : body[key] === other.code))
        changed()
      } }, word(list, code))
      chip.code = code
      return chip
    })))
  const check = (key, label, help) => {
    const chip = h('button', { type: 'button', className: 'chip', id: 'v-' + key, 'aria-pressed': String(body[key]), onclick: () => {
      body[key] = !body[key]
      chip.setAttribute('aria-pressed', String(body[key]))
      warn()
      changed()
    } }, label)
    return h('div', { className: 'field' }, h('div', { className: 'chips chips-flush' }, chip), help && h('small', {}, help))
  }
  const words = (key, label, rows) => h('div', { className: 'field' }, h('label', { className: 'label', htmlFor: 'v-' + key }, label), h('textarea', { className: 'input', id: 'v-' + key, rows, maxLength: 1000, value: body[key], oninput: (e) => { body[key] = e.target.value; changed() } }))
  const danger = h('div', { hidden: true }, notice('tone-red', '', t('case-hotline'), ' ', h('a', { className: 'button', href: 'tel:111' }, icon('phone'), t('visit-hotline-call'))))
  const warn = () => { danger.hidden = !part.causes.find((c) => c.code === body.cause)?.protected && !body.protect }
  const cause = h('select', { className: 'input', id: 'v-cause', onchange: (e) => { body.cause = e.target.value; warn(); changed() } },
    h('option', { value: '' }, t('visit-cause-none')), part.causes.map((c) => h('option', { value: c.code, selected: c.code === body.cause }, word('cause', c.code))))
  warn()

  const save = async (event) => {
    event.target.disabled = true
    clearTimeout(later)
    const act = { ...body, case: id }
    if (body.place === undefined) delete act.place
    await app.act('visit', 1, act, { subject: id })
    await app.dropDraft(name)
    say(t('visit-saved'))
    app.go('viec')
  }
  const place = h('input', { type: 'checkbox', id: 'v-place', onchange: (e) => {
    if (!e.target.checked) return delete body.place
    navigator.geolocation?.getCurrentPosition(({ coords }) => { body.place = { lat: coords.latitude, lon: coords.longitude } }, () => {
      e.target.checked = false
      say(t('visit-place-failed'))
    }, { timeout: 15000 })
  } })
  return [draft && notice('', t('visit-kept-form')),
    h('div', { className: 'panel' },
      choice(t('visit-what'), 'kind', part.kinds, 'act'),
      check('reached', t('visit-reached')),
      choice(t('visit-met'), 'met', part.met, 'met', true),
      h('div', { className: 'field' }, h('label', { className: 'label', htmlFor: 'v-promise' }, t('visit-promise')), h('input', { className: 'input', type: 'date', id: 'v-promise', min: today(), value: body.promise, onchange: (e) => { body.promise = e.target.value; changed() } })),
      h('div', { className: 'field' }, h('label', { className: 'label', htmlFor: 'v-cause' }, t('visit-cause')), cause),
      danger,
      words('note', t('visit-note'), 3),
      h('details', { className: 'more' }, h('summary', {}, t('visit-more')),
        choice(t('visit-with'), 'with', part.with, 'with', true),
        choice(t('visit-support-school'), 'support_school', part.supports, 'support', true),
        choice(t('visit-support-commune'), 'support_commune', part.supports, 'support', true),
        words('hope', t('visit-hope'), 2),
        navigator.geolocation && h('div', { className: 'field' }, h('label', { className: 'check' }, place, ' ', t('visit-place')), h('small', {}, t('visit-place-text')))),
      check('protect', t('visit-protect'), t('visit-protect-text')),
      h('div', { className: 'actions' }, button(t('visit-save'), save, 'button-primary', { id: 'luu' }), h('a', { className: 'button button-quiet', href: app.to('viec') }, t('back'))))]
}
