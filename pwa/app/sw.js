// The service worker: one whole build, from one list, offline. The line before this one names the build and its
// files. It keeps the app, never data: everything below /offline/ goes to the network.

const name = 'ralop-' + build

self.addEventListener('install', (event) => {
  // Modules come from the cache without this worker being started first, where the browser can do that.
  event.addRoutes?.([{ condition: { urlPattern: new URLPattern({ pathname: '/pwa/*' }) }, source: { cacheName: name } }])
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: file.startsWith('/pwa/') ? 'default' : 'reload' })))))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then((all) => Promise.all(all.filter((key) => key.startsWith('ralop-') && key !== name).map((key) => caches.delete(key)))).then(() => self.clients.claim()))
})

// The page says when: no draft is open and nothing travels.
self.addEventListener('message', (event) => { if (event.data === 'activate') self.skipWaiting() })

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== location.origin) return
  if (event.request.mode === 'navigate' && url.pathname === '/lop/') event.respondWith(kept('/lop/', event.request))
  else if (files.includes(url.pathname)) event.respondWith(kept(url.pathname, event.request))
})

async function kept(file, request) {
  return await (await caches.open(name)).match(file) ?? fetch(request)
}
