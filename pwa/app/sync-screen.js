// What became of everything, in words: what is kept on the phone, what travels, what was received and what somebody
// must look at. Silent for the first day, amber after one day unsent, red after three.

import { h, icon, t, button, notice, clockOn, say } from './dom.js'
import { line, now, today, sync, handIn, unsent, persist } from './sync.js'
import * as store from './store.js'

const time = (ms) => clockOn(ms, today())

// told says of one act what became of it.
export function told(act) {
  if (act.state === 'waiting') {
    const tone = age(act.made)
    return act.tried && line.state === 'sending' ? { tone, words: t('told-sending') } : { tone, words: t('told-saved', { clock: time(act.made) }) }
  }
  const facts = { clock: time(act.receipt?.received ?? act.answered) }
  return { conflict: { tone: 'tone-amber', words: t('told-conflict') }, waiting: { tone: 'tone-amber', words: t('told-waiting') },
    refused: { tone: 'tone-red', words: t('told-refused') } }[act.outcome] ?? { tone: 'receipt', words: t('told-received', facts) }
}

const span = (minutes) => minutes < 120 ? t('span-minutes', { n: Math.round(minutes) }) : minutes < 2880 ? t('span-hours', { n: Math.round(minutes / 60) }) : t('span-days', { n: Math.round(minutes / 1440) })

const age = (made) => {
  const days = (now() - made) / 86400e3
  return days >= 3 ? 'tone-red' : days >= 1 ? 'tone-amber' : ''
}

// alarm is what every screen shows on top once something has waited too long; undefined on the first day.
export async function alarm() {
  const { count, since } = await unsent()
  if (!count || !age(since)) return undefined
  return notice(age(since), t('alarm', { n: count, since: time(since) }), lineWords(), ' ', h('a', { href: '#/gui' }, t('alarm-open')))
}

// lineWords is how it stands with the network and the session.
export function lineWords() {
  return { sending: t('line-sending'), offline: t('line-offline'), 'signed-out': t('line-signed-out'), other: t('line-other'), busy: t('line-busy', { clock: time(line.again + line.offset) }), failed: t('line-failed', { clock: time(line.again + line.offset) }) }[line.state]
    ?? (line.contact ? t('line-good', { clock: time(line.contact) }) : t('line-never'))
}

export async function syncScreen(app) {
  app.head(t('sync-title'), line.contact ? t('sync-contact', { clock: time(line.contact) }) : '')
  const acts = app.outbox.filter((a) => app.who.account === a.account), others = app.outbox.filter((a) => a.account !== app.who.account && !store.settled(a))
  const waiting = acts.filter((a) => !store.settled(a)), look = acts.filter((a) => store.settled(a) && !a.seen && !['done', 'already'].includes(a.outcome)), done = acts.filter((a) => store.settled(a) && !look.includes(a)).reverse()
  app.onchange = () => app.redraw()

  const item = (act) => {
    const { tone, words } = told(act), kind = app.kinds.get(act.kind)
    return h('li', { className: 'line ' + tone }, h('span', { className: 'line-sign' }, icon(act.state === 'waiting' ? 'clock' : ['done', 'already'].includes(act.outcome) ? 'check' : 'warning')),
      h('span', { className: 'line-words' }, h('b', {}, kind ? kind.tell(act, app) : act.kind), h('small', {}, words), act.words && look.includes(act) && h('small', {}, act.words),
        act.outcome === 'conflict' && act.kind === 'roll' && h('a', { href: '/lop/' + act.subject + '/lich-su?ngay=' + act.day + '&buoi=' + act.session }, t('conflict-open'))),
      look.includes(act) && button(t('seen'), async () => { await store.update(act.id, { seen: true }); app.redraw() }, 'button-quiet'))
  }
  const list = (title, some, none) => [h('h2', { className: 'part' }, title), some.length ? h('ul', { className: 'lines' }, some) : h('p', { className: 'quiet' }, none)]
  const signIn = ['signed-out', 'other'].includes(line.state) && h('a', { className: 'button button-primary', href: app.signIn }, t('sign-in-again'))
  return [
    h('div', { className: 'state-card' }, h('div', { className: 'state-sign ' + (line.state === 'good' ? 'receipt' : '') }, icon(line.state === 'good' ? 'check' : line.state === 'sending' ? 'send' : 'clock')),
      h('p', { role: 'status' }, lineWords()),
      h('div', { className: 'actions' }, signIn, button(t('send-now'), () => { say(t('line-sending')); sync(true) }, signIn ? '' : 'button-primary', { id: 'gui-ngay', 'aria-disabled': line.state === 'sending' }))),
    line.device === 'signing-out' && notice('tone-amber', t('signing-out-title'), t('signing-out-text')),
    line.skewed !== 0 && !app.me?.demonstration && notice('tone-amber', t('clock-title'), t(line.skewed > 0 ? 'clock-behind' : 'clock-ahead', { span: span(Math.abs(line.skewed) / 60000) })),
    line.persisted === false && notice('tone-amber', t('persist-title'), t('persist-text'), ' ', button(t('persist-ask'), persist, 'button-inline')),
    store.full && notice('tone-red', t('full-title'), t('full-text')),
    list(t('sync-waiting'), waiting.map(item), t('sync-waiting-none')),
    others.length > 0 && h('p', { className: 'quiet' }, t('sync-others', { n: others.length })),
    look.length > 0 && list(t('sync-look'), look.map(item)),
    done.length > 0 && list(t('sync-done'), done.slice(0, 40).map(item)),
    h('details', { className: 'more' }, h('summary', {}, t('hand-in')), h('p', { className: 'quiet' }, t('hand-in-text')),
      h('div', { className: 'actions' }, button([icon('download'), t('hand-in-save', { n: waiting.length + others.length })], save, '', { id: 'nop-tep' }))),
    mine(app),
  ]
}

async function save() {
  const link = h('a', { href: URL.createObjectURL(await handIn()), download: 'ra-lop-' + today() + '.json' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
  say(t('hand-in-saved'))
}

// mine: language, colours, lock, and who uses this phone.
function mine(app) {
  const chips = (id, label, now, choose, all) => h('div', { className: 'field' }, h('b', { className: 'label' }, label), h('div', { className: 'chips chips-flush', role: 'group', 'aria-label': label },
    all.map(([value, words]) => h('button', { type: 'button', className: 'chip', id: id + '-' + (value || 'auto'), 'aria-pressed': String(value === now), onclick: () => choose(value) }, words))))
  return h('section', { 'aria-labelledby': 'may' }, h('h2', { className: 'part', id: 'may' }, t('this-phone')),
    h('div', { className: 'panel' },
      chips('ngon-ngu', t('language'), app.language, app.setLanguage, [['vi', t('language-vi')], ['en', t('language-en')]]),
      chips('mau', t('theme'), app.theme, app.setTheme, [['', t('theme-auto')], ['light', t('theme-light')], ['dark', t('theme-dark')]]),
      h('div', { className: 'actions' }, button([icon('lock'), t('lock')], app.lock, '', { id: 'khoa' }), button([icon('person'), t('switch')], app.switch, '', { id: 'doi-nguoi' }), app.mayPasskey && !app.who.passkey && button([icon('key'), t('passkey-add')], app.addPasskey, '', { id: 'van-tay' })),
      h('p', { className: 'quiet' }, t('leave-text')),
      h('div', { className: 'actions' }, button(t('leave'), app.leave, 'button-quiet', { id: 'roi-may' }))),
    h('p', { className: 'quiet fine' }, t('build', { build: app.build })))
}
