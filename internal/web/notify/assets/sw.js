// Shows what is pushed, also while no page is open. It answers for /thong-bao/ only and
// keeps nothing: the offline app has a service worker of its own.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    return;
  }
  event.waitUntil(
    self.registration.showNotification(told.title, { body: told.body, tag: told.tag, lang: told.lang, data: told.url, renotify: false }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data || "/thong-bao", self.location.origin);
  if (address.origin === self.location.origin) event.waitUntil(self.clients.openWindow(address.href));
});
