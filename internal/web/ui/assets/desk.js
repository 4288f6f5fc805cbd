// What a page can do better with a script; every page works without it.

const command = () => document.querySelector('.command input')
const typing = (at) => at.closest('input, textarea, select, [contenteditable]')

document.addEventListener('keydown', (event) => {
  const asked = (event.key === '/' && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) ||
    (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey))
  if (asked) {
    const box = command()
    if (!box) return
    event.preventDefault()
    if (box.offsetParent) { box.focus(); box.select() } else location.assign(box.form.action)
    return
  }
  if (event.key === 'Escape') {
    for (const open of document.querySelectorAll('details[data-pop][open]')) {
      open.open = false
      if (open.contains(document.activeElement)) open.querySelector('summary').focus()
    }
  }
})

document.addEventListener('click', (event) => {
  for (const open of document.querySelectorAll('details[data-pop][open]')) {
    if (!open.contains(event.target)) open.open = false
  }
  const opener = event.target.closest('[data-opens]')
  const dialog = opener && document.getElementById(opener.dataset.opens)
  if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal() }
  const closer = event.target.closest('[data-closes]')
  if (closer) { event.preventDefault(); closer.closest('dialog').close() }
  if (event.target.closest('[data-prints]')) window.print()
})

document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submits]')) event.target.form.requestSubmit()
})

// A form that came back with errors: the reader lands on the list of them.
const toFaults = () => { document.querySelector('.faults')?.focus() }
toFaults()
document.addEventListener('htmx:after:swap', toFaults)
