// Pupils of my classes with whom to call, and those to think of today. Nothing is written here.

import { h, icon, t, empty } from './dom.js'
import { classes } from './kind-roll.js'

const plain = (phone) => phone.replace(/[^\d+]/g, '')

function callLines(p) {
  return p.guardians.filter((g) => g.phone).map((g) => h('a', { className: 'call', href: 'tel:' + plain(g.phone) }, icon('phone'),
    h('span', {}, h('span', { className: 'sr' }, t('call-family', { pupil: p.name })), h('b', {}, g.phone), h('small', {}, [t('relation-' + g.relation), g.name].filter(Boolean).join(' ')))))
}

const card = (p, words, calls = callLines(p)) => h('li', { className: 'person', data: { pupil: p.id } },
  h('div', { className: 'person-words' }, h('b', { className: 'pupil-name' }, p.name), words && h('p', { className: 'sentence' }, words), h('small', { className: 'pupil-note' }, p.note)),
  calls.length ? calls : h('p', { className: 'pupil-note' }, t('no-phone')))

export function pupilsScreen(app) {
  const mine = classes(app)
  app.head(t('tab-pupils'), mine.map((c) => c.name).join(', '))
  if (!mine.length) return [empty('pupils', t('no-classes'), t('no-classes-text'))]
  const find = h('input', { className: 'input', type: 'search', id: 'tim', placeholder: t('find'), 'aria-label': t('find'), autocomplete: 'off' })
  const fold = (s) => s.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()
  const lists = mine.map((part) => h('section', { 'aria-labelledby': 'em-' + part.id }, h('h2', { className: 'part', id: 'em-' + part.id }, t('title', { class: part.name, size: part.roll.pupils.length })),
    h('ul', { className: 'people' }, part.roll.pupils.map((p) => Object.assign(card(p), { folded: fold(p.name) })))))
  find.addEventListener('input', () => {
    const wanted = fold(find.value.trim())
    for (const list of lists) for (const li of list.querySelectorAll('li')) li.hidden = !li.folded.includes(wanted)
  })
  return [h('div', { className: 'field' }, find), lists]
}

export function careScreen(app) {
  const mine = classes(app)
  const found = mine.map((part) => [part, (app.parts.get('watch/' + part.id) ?? []).map((w) => [part.roll.pupils.find((p) => p.id === w.pupil), w.words]).filter(([p]) => p)]).filter(([, some]) => some.length)
  app.head(t('care-title'), t('care-lead'))
  if (!found.length) return [empty('care', t('care-none'), t('care-none-text'))]
  return found.map(([part, some]) => h('section', { 'aria-labelledby': 'lo-' + part.id }, h('h2', { className: 'part', id: 'lo-' + part.id }, t('class-of', { class: part.name })), h('ul', { className: 'people' }, some.map(([p, words]) => card(p, words)))))
}
