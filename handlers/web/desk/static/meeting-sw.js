"use strict";
/* Keeps the meeting's page on the device, so that it opens where reception fails. It keeps nothing else,
   and lets go of it when the visit is over. */
const SHELF = "kizuki-meeting";
const PAGE = /^\/desk\/meeting(\/\d+)?$/;
const PART = /^\/desk\/static\/(desk\.css|meeting\.css|meeting\.js)$/;
const PATIENCE = 8000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const { keep, forget } = event.data || {};
  if (forget) event.waitUntil(caches.delete(SHELF));
  for (const path of keep || []) event.waitUntil(fresh(new Request(path), path).catch(() => undefined));
});
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  const isPage = event.request.mode === "navigate" && PAGE.test(pathname);
  if (isPage || PART.test(pathname)) event.respondWith(fresh(event.request, pathname));
});

async function fresh(request, name) {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await Promise.race([fetch(request), tooLong()]);
    if (answer.status === 401) await caches.delete(SHELF);
    else if (answer.ok && !answer.redirected) await shelf.put(name, answer.clone());
    return answer;
  } catch (error) {
    const kept = await shelf.match(name);
    if (kept) return kept;
    throw error;
  }
}

function tooLong() {
  return new Promise((_, refuse) => setTimeout(() => refuse(new Error("no answer")), PATIENCE));
}
