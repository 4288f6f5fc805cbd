// Elements, drawings, words and times: what every screen is made of.

export function h(tag, set = {}, ...inside) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name === 'data') Object.assign(element.dataset, value)
    else if (name in element && !name.startsWith('aria') && typeof value !== 'object' && name !== 'list') element[name] = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...inside.flat(Infinity).filter((x) => x !== undefined && x !== null && x !== false && x !== ''))
  return element
}

const drawings = {
  today: '<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 3v4M16 3v4m-7.5 8 2.5 2.5 4.5-4.5"/>',
  pupils: '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.3-3.8 2.9-6 6.5-6s6.2 2.2 6.5 6M15.5 4.9a3.5 3.5 0 0 1 0 6.3M18 14.8c2.1.9 3.3 2.7 3.5 5.2"/>',
  care: '<path d="M12 20.3C7.5 17 3.5 13.6 3.5 9.3A4.3 4.3 0 0 1 12 7.8a4.3 4.3 0 0 1 8.5 1.5c0 4.3-4 7.7-8.5 11z"/>',
  visit: '<path d="M3 11.5 12 4l9 7.5M5.5 9.600V20h13V9.6"/><path d="M12 17.200c-1.7-1-2.8-2-2.8-3.300a1.5 1.5 0 0 1 2.8-.7 1.5 1.5 0 0 1 2.8.7c0 1.3-1.1 2.3-2.8 3.300z"/>',
  send: '<path d="M3.5 11.5 20.5 4l-6 17-3-7.500zM11.5 13.500l9-9.5"/>',
  left: '<path d="m14.5 5-7 7 7 7"/>',
  right: '<path d="m9.5 5 7 7-7 7"/>',
  check: '<path d="m4.5 12.5 5 5 10-11"/>',
  clock: '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.300l3.5 2"/>',
  warning: '<path d="M12 4 2.8 20h18.400zM12 10v4.500M12 17.300v.1"/>',
  phone: '<path d="M6 3.500h3l1.5 4.5-2 1.500a12 12 0 0 0 6 6l1.5-2 4.5 1.500v3a2 2 0 0 1-2.2 2C10.5 19.5 4.5 13.5 4 5.700A2 2 0 0 1 6 3.500z"/>',
  lock: '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.5"/>',
  person: '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.500c.4-4 3.3-6.5 7.5-6.500s7.1 2.5 7.5 6.5"/>',
  calendar: '<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 3v4M16 3v4"/>',
  download: '<path d="M12 4v11m-5-4.5 5 5 5-5M4 20h16"/>',
  key: '<circle cx="8" cy="15.5" r="4"/><path d="m11 12.5 8-8M16 7.500l2.5 2.500M13.5 10l1.5 1.5"/>',
  erase: '<path d="M9 5h11v14H9l-6-7zM12 9.500l5 5m0-5-5 5"/>',
  more: '<path d="M5 12v.1M12 12v.1M19 12v.1" stroke-width="3"/>',
  ring: '<circle cx="12" cy="12" r="7.5" stroke-dasharray="3 3.3"/>',
}

// icon draws a line drawing of 24 × 24; the word beside it carries the meaning.
export function icon(name, ...classes) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('class', ['icon', ...classes].join(' '))
  svg.innerHTML = drawings[name] // our own constant
  return svg
}

// --- words ---

let words = {}
export let language = 'vi'

export async function speak(chosen) {
  language = chosen === 'en' ? 'en' : 'vi'
  words = (await import(`./words-${language}.js`)).default
  document.documentElement.lang = language
}

export const has = (id) => id in words
export const t = (id, facts = {}) => (words[id] ?? `«${id}»`).replace(/\{\{\.(\w+)\}\}/g, (_, name) => facts[name] ?? '')

// --- times: all of Việt Nam ---

const at = (ms) => new Date(ms + 7 * 3600e3)
const two = (n) => String(n).padStart(2, '0')
export const clock = (ms) => two(at(ms).getUTCHours()) + ':' + two(at(ms).getUTCMinutes())
export const dayShort = (day) => Number(day.slice(8)) + '/' + Number(day.slice(5, 7))
export const dayLong = (day) => day.slice(8) + '/' + day.slice(5, 7) + '/' + day.slice(0, 4)
export const weekday = (day) => t('day-' + new Date(day + 'T00:00:00Z').getUTCDay())
export const clockOn = (ms, today) => {
  const day = at(ms).toISOString().slice(0, 10)
  return day === today ? clock(ms) : clock(ms) + ' ' + dayShort(day)
}
export const upper = (s) => s.charAt(0).toUpperCase() + s.slice(1)
export const nextDay = (day, n = 1) => new Date(Date.parse(day + 'T00:00:00Z') + n * 86400e3).toISOString().slice(0, 10)

// --- small parts ---

export const button = (label, onclick, kind = '', more = {}) => h('button', { type: 'button', className: 'button ' + kind, onclick, ...more }, label)
export const notice = (tone, title, ...inside) => h('div', { className: 'notice ' + tone, role: 'status' }, title && h('strong', {}, title), inside)
export const empty = (name, title, words, ...acts) => h('div', { className: 'empty' }, icon(name), h('h2', {}, title), h('p', {}, words), acts)

// say speaks to those who do not see; the same words stand on the screen.
export function say(words) {
  const voice = document.getElementById('tieng') ?? document.body.appendChild(h('p', { id: 'tieng', className: 'sr', role: 'status' }))
  voice.textContent = words
}

// sheet opens a dialog from below; it is closed by its button, by Escape and by a touch beside it.
export function sheet(title, ...inside) {
  const dialog = h('dialog', { 'aria-labelledby': 'hop-ten' }, h('h2', { id: 'hop-ten', className: 'part' }, title), inside)
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close() })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}
