// Switches pushes on and off for this browser. The words come with the page.
const box = document.querySelector("[data-push-key]");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const tell = (address, fields) => fetch(address, { method: "POST", body: new URLSearchParams(fields) });

async function on(registration) {
  if ((await Notification.requestPermission()) !== "granted") return box.dataset.blocked;
  const kept = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.pushKey) });
  const answer = await tell("/thong-bao/may", { endpoint: kept.endpoint, p256dh: base64(kept.getKey("p256dh")), auth: base64(kept.getKey("auth")) });
  return answer.ok ? "" : box.dataset.failed;
}

async function off(kept) {
  const answer = await tell("/thong-bao/may/bo", { endpoint: kept.endpoint });
  await kept.unsubscribe();
  return answer.ok ? "" : box.dataset.failed;
}

async function start() {
  const button = box.querySelector("button");
  const said = box.querySelector("[role=status]");
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    said.textContent = box.dataset.none;
    return;
  }
  const registration = await navigator.serviceWorker.register("/thong-bao/sw.js", { scope: "/thong-bao/" });
  const kept = await registration.pushManager.getSubscription();
  const mine = kept && box.dataset.mine.split(" ").includes(await hash(kept.endpoint));
  button.lastChild.textContent = mine ? box.dataset.stop : box.dataset.here;
  button.hidden = false;
  if (Notification.permission === "denied") said.textContent = box.dataset.blocked;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      said.textContent = await (mine ? off(kept) : on(registration));
    } catch {
      said.textContent = box.dataset.failed;
    }
    if (said.textContent === "") location.reload();
    button.disabled = false;
  });
}

// hash is how the server names a browser without saying its address.
async function hash(endpoint) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return base64(sum.slice(0, 18));
}

if (box) start();
