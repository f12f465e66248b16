"use strict";
/* The meeting's page where reception is bad. Every tap and every word is first kept on this device, each under
   an id of its own, and sent until the server has answered for it; the server counts each id once. What the page
   shows is always what the server said last, with what has not been sent yet laid over it. */
(() => {
  const root = document.getElementById("sitting");
  if (!root) return;
  const said = root.dataset;
  const here = `/desk/meeting/${said.meeting}`;
  const mayWrite = Boolean(said.mark);
  const PREFIX = `kizuki-meeting-${said.meeting}-`;
  const SETTLE = 900; // ms without typing after which words are sent
  const STALE = 30000; // ms after which words that a closed tab was typing are sent by another
  const EVERY = 7000;
  const BATCH = 20;

  // --- what is kept on this device ---------------------------------------------------------------
  const memory = new Map(); // where a browser keeps nothing (private windows), at least until the page closes
  const keep = (key, value) => {
    const text = JSON.stringify(value);
    try { localStorage.setItem(PREFIX + key, text); } catch { memory.set(PREFIX + key, text); }
  };
  const drop = (key) => { memory.delete(PREFIX + key); try { localStorage.removeItem(PREFIX + key); } catch { /* nothing kept */ } };
  const all = (kind) => {
    const found = new Map(memory);
    try {
      for (let place = 0; place < localStorage.length; place += 1) {
        const key = localStorage.key(place);
        found.set(key, localStorage.getItem(key));
      }
    } catch { /* nothing kept */ }
    return [...found].filter(([key, text]) => key.startsWith(PREFIX + kind) && text).flatMap(([, text]) => {
      try { return [JSON.parse(text)]; } catch { return []; }
    });
  };
  const uuid = () => (crypto.randomUUID ? crypto.randomUUID()
    : [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  const tab = uuid();
  let seq = Math.max(0, ...all("deed-").map((deed) => deed.seq + 1));

  const deeds = () => all("deed-").sort((one, other) => one.at - other.at || one.seq - other.seq);
  const field = (deed) => [deed.deed, deed.item || deed.person].filter(Boolean).join(":");
  const isText = (deed) => deed.deed === "words" || deed.deed === "charge";
  const put = (deed) => keep(`deed-${deed.id}`, deed);
  const make = (name, about, value) => ({ id: uuid(), tab, seq: seq++, at: Date.now(), deed: name, ...about, value, settled: true });
  const press = (name, about, value) => { settleAll(); put(make(name, about, value)); paint(); send(); };

  // --- words that are being typed ------------------------------------------------------------------
  const drafts = new Map(); // field → the deed that grows while somebody types
  const timers = new Map();
  let isComposing = false; // Japanese is typed through an input method; its pieces are no words yet

  const seen = (name) => {
    const own = deeds().filter((deed) => field(deed) === name).pop();
    return own ? own.id : (state.marks[name] || "");
  };
  const write = (input) => {
    const about = { item: Number(input.closest("[data-settle]").dataset.settle) };
    const name = `${input.dataset.write}:${about.item}`;
    let draft = drafts.get(name);
    if (!draft || Date.now() - draft.at > STALE / 2) {
      if (draft) settle(name);
      draft = { ...make(input.dataset.write, about, ""), after: seen(name), settled: false };
    }
    drafts.set(name, Object.assign(draft, { value: input.value, at: Date.now() }));
    put(draft);
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(() => later(name), SETTLE));
  };
  const later = (name) => {
    if (isComposing) timers.set(name, setTimeout(() => later(name), SETTLE));
    else { settle(name); send(); }
  };
  const settle = (name) => {
    const draft = drafts.get(name);
    if (!draft) return;
    drafts.delete(name);
    put({ ...draft, settled: true });
  };
  const settleAll = () => [...drafts.keys()].forEach(settle);

  // --- what the page shows ---------------------------------------------------------------------------
  let state = [...all("state"), JSON.parse(said.state)].sort((one, other) => other.now - one.now)[0];
  state.ahead ??= state.now - Date.now(); // how far the server's clock is before this device's
  const clock = () => Date.now() + state.ahead;

  const overlaid = () => {
    const view = structuredClone(state);
    for (const deed of deeds()) {
      const item = view.items[deed.item];
      if (deed.deed === "open") { view.opened = true; if (!view.up && view.order.length) turn(view, view.order[0], deed.at); }
      else if (deed.deed === "turn") { view.opened = true; turn(view, deed.value, deed.at); }
      else if (deed.deed === "presence") view.people[deed.person] = deed.value;
      else if (item && deed.deed in item) item[deed.deed] = deed.value;
    }
    return view;
  };
  const turn = (view, item, at) => {
    const moment = at + state.ahead;
    const before = view.items[view.up];
    if (view.up === item) return;
    if (before) before.spent += Math.max(0, (moment - view.since) / 1000);
    view.up = item;
    view.since = moment;
  };

  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const setText = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
  const setPressed = (button, is) => { button.setAttribute("aria-pressed", is); button.classList.toggle("chosen", is); };
  const each = (selector, act, within = root) => within.querySelectorAll(selector).forEach(act);
  const isSettled = (item, id) => (root.querySelector(`#item-${id} .six`) || item.choice ? Boolean(item.choice) : item.done);

  let last = null;
  const paint = () => {
    const view = overlaid();
    last = view;
    paintPeople(view);
    each("[data-item]", (article) => paintItem(article, view));
    each("[data-line]", (line) => paintLine(line, view));
    const begin = document.getElementById("begin");
    if (begin) begin.hidden = view.opened;
    const open = view.order.filter((id) => !isSettled(view.items[id], id)).length;
    setText(document.getElementById("left"), open ? fill(said.left, { count: open }) : said.none);
    document.getElementById("end")?.classList.toggle("primary", !open && view.order.length > 0);
    paintAdded();
    paintBar(view);
    tickClock();
  };
  const paintPeople = (view) => {
    let present = 0, seated = 0, excused = 0;
    each("[data-person]", (place) => {
      const presence = view.people[place.dataset.person] || "";
      const shown = place.querySelector("button") || place;
      shown.className = `person ${presence}`;
      if (shown !== place) shown.setAttribute("aria-pressed", presence === "present");
      setText(place.querySelector(".is"), said[presence || "unknown"]);
      if (presence === "present") { present += 1; if (place.dataset.seated) seated += 1; }
      if (presence === "excused") { excused += 1; place.dataset.off = "excused"; }
    });
    const seats = Number(said.seats), parts = [];
    if (seats) {
      parts.push(fill(said.quorum, { seats, present: seated }));
      parts.push(seated * 2 > seats ? said.reached : fill(said.short, { count: Math.floor(seats / 2) + 1 - seated }));
    }
    parts.push(fill(said.counted, { present, invited: Object.keys(view.people).length }));
    if (excused) parts.push(fill(said.excuses, { count: excused }));
    const standing = document.getElementById("standing");
    if (mayWrite && standing.textContent.trim() !== parts.join(" ")) {
      standing.replaceChildren(...parts.flatMap((part) => { const span = document.createElement("span"); span.textContent = part; return [span, " "]; }));
    }
  };
  const paintItem = (article, view) => {
    const id = article.dataset.item, item = view.items[id];
    article.hidden = view.up !== Number(id);
    article.classList.toggle("up", view.up === Number(id));
    if (!item) return;
    each("[name=choice]", (button) => setPressed(button, button.value === item.choice), article);
    each("[name=done]", (button) => { setPressed(button, item.done); button.value = item.done ? "no" : "yes"; }, article);
    each("[name=organisation]", (box) => { box.checked = item.organisations.includes(Number(box.value)); }, article);
    each(".homes", (homes) => { homes.hidden = item.choice !== "take_home"; }, article);
    each("[data-due]", (input) => { if (document.activeElement !== input) input.value = item.due; }, article);
    each("[data-day]", (button) => setPressed(button, button.dataset.day === item.due), article);
    each("[data-write]", (input) => paintWords(input, id, item[input.dataset.write]), article);
  };
  const paintWords = (input, id, words) => {
    if (drafts.has(`${input.dataset.write}:${id}`) || isComposing || input.value.trim() === words) return;
    const fromEnd = input.value.length - input.selectionEnd;
    const isFocused = document.activeElement === input;
    input.value = words;
    if (isFocused) input.setSelectionRange(words.length - fromEnd, words.length - fromEnd);
  };
  const paintLine = (line, view) => {
    const id = line.dataset.line, item = view.items[id];
    if (!item) return;
    const isUp = view.up === Number(id);
    if (isUp) line.setAttribute("aria-current", "step"); else line.removeAttribute("aria-current");
    const fate = line.querySelector(".fate");
    setText(fate, item.choice ? said[`choice_${item.choice}`] : item.done ? said.settled : said.pending);
    fate.classList.toggle("settled", Boolean(item.choice || item.done));
  };
  const paintAdded = () => {
    const lines = deeds().filter((deed) => deed.deed === "line").map((deed) => fill(said.line, { words: deed.value }));
    const added = document.getElementById("added");
    if (added && added.textContent !== lines.join("")) {
      added.replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    }
  };
  const bar = document.getElementById("bar");
  const paintBar = (view) => {
    const place = view.order.indexOf(view.up);
    bar.hidden = place < 0;
    const isAlone = !mayWrite || view.over;
    for (const [name, there] of [["previous", place - 1], ["next", place + 1]]) {
      const button = document.getElementById(name);
      button.hidden = isAlone;
      button.disabled = !(there in view.order);
      button.dataset.to = view.order[there] ?? "";
    }
  };
  const tickClock = () => {
    if (!last) return;
    for (const id of last.order) {
      const item = last.items[id], article = document.getElementById(`item-${id}`);
      if (!article || article.hidden) continue;
      const running = last.up === id && last.since ? Math.max(0, (clock() - last.since) / 1000) : 0;
      const minutes = Math.floor((item.spent + running) / 60);
      const spent = fill(said.spent, { spent: minutes });
      setText(article.querySelector(".spent"), spent);
      const late = article.querySelector(".late");
      late.hidden = !item.minutes || minutes <= item.minutes;
      if (!late.hidden) setText(late, fill(said.late, { minutes: minutes - item.minutes }));
      setText(document.getElementById("whereabouts"), `${last.order.indexOf(id) + 1}／${last.order.length}　${spent}`);
    }
  };

  // --- sending ----------------------------------------------------------------------------------------
  const signal = document.getElementById("signal");
  let wasTrouble = false, fading;
  const show = (text, tone) => {
    clearTimeout(fading);
    signal.hidden = !text;
    signal.className = `signal ${tone}`;
    setText(signal, text);
  };
  const trouble = (text) => {
    const count = deeds().length;
    wasTrouble = true;
    show(text + (count ? ` ${fill(said.waiting, { count })}` : ""), "trouble");
  };
  const allSent = (didSend) => {
    if (state.over) { show(said.over, "over"); return; }
    if (!didSend && !wasTrouble) return;
    wasTrouble = false;
    show(said.sent, "well");
    fading = setTimeout(() => show("", ""), 4000);
  };

  const ready = () => deeds().filter((deed) => deed.settled || (deed.tab !== tab && Date.now() - deed.at > STALE));
  const ask = async (path, body) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), 12000);
    try {
      return await fetch(here + path, { method: body ? "POST" : "GET", body, signal: patience.signal, redirect: "error", cache: "no-store" });
    } finally { clearTimeout(timer); }
  };
  const post = async (batch) => {
    const body = () => new URLSearchParams({ mark: said.mark, sent_at: Date.now(), deeds: JSON.stringify(batch) });
    const answer = await ask("/deeds", body());
    if (answer.status !== 403) return answer;
    const renewed = await ask("/state"); // signed in again: the old page's mark is no longer good
    if (!renewed.ok) return renewed;
    said.mark = (await renewed.json()).mark;
    return ask("/deeds", body());
  };
  const heard = (told, batch) => {
    for (const deed of batch) {
      const answer = told.answers[deed.id];
      if (!answer) continue;
      if (answer.outcome === "refused" && (isText(deed) || deed.deed === "line") && deed.value) keep(`refused-${deed.id}`, { ...deed, why: answer.why });
      drop(`deed-${deed.id}`);
    }
  };
  const listen = (told) => {
    said.mark = mayWrite ? told.mark : "";
    state = { ...told.state, ahead: told.state.now - Date.now() };
    keep("state", state);
    paint();
    paintRefused();
    if (state.over && !deeds().length) forget();
    else reopenIfChanged();
  };

  let isBusy = false, isWanted = false;
  const send = async () => {
    if (isBusy) { isWanted = true; return; }
    isBusy = true;
    let didSend = false;
    try {
      do {
        isWanted = false;
        const batch = mayWrite ? ready().slice(0, BATCH) : [];
        const answer = await (batch.length ? post(batch) : ask("/state"));
        if (answer.status === 401) { trouble(said.shut); return; }
        if (!answer.ok) throw new Error(answer.status);
        const told = await answer.json();
        if (batch.length) { heard(told, batch); didSend = true; }
        listen(told);
      } while (isWanted || (mayWrite && ready().length));
      allSent(didSend);
    } catch { trouble(said.cut); } finally { isBusy = false; }
  };

  const paintRefused = () => {
    const lost = all("refused-"), box = document.getElementById("refused");
    box.hidden = !lost.length;
    box.replaceChildren();
    if (!lost.length) return;
    box.append(Object.assign(document.createElement("p"), { textContent: said.refused }));
    for (const deed of lost) {
      const row = Object.assign(document.createElement("p"), { className: "row" });
      const away = Object.assign(document.createElement("button"), { type: "button", className: "small plain", textContent: said.away });
      away.addEventListener("click", () => { drop(`refused-${deed.id}`); paintRefused(); });
      row.append(Object.assign(document.createElement("q"), { textContent: deed.value }), ` ${deed.why} `, away);
      box.append(row);
    }
  };
  const reopenIfChanged = () => {
    const shown = [...root.querySelectorAll("[data-item]")].map((article) => Number(article.dataset.item));
    const now = state.order.join();
    if (shown.join() === now || deeds().length || document.activeElement?.matches("input, textarea")) return;
    const key = `${PREFIX}opened-for`;
    if (sessionStorage.getItem(key) === now) return;
    sessionStorage.setItem(key, now);
    show(said.changed, "well");
    location.reload();
  };
  const forget = () => {
    drop("state");
    navigator.serviceWorker?.controller?.postMessage({ forget: true });
  };

  // --- hands --------------------------------------------------------------------------------------------
  const FORMS = {
    open: () => press("open", {}, ""),
    turn: (form, value) => go(Number(value)),
    presence: (form) => {
      const isHere = (last.people[form.dataset.person] || "") === "present";
      press("presence", { person: form.dataset.person }, isHere ? form.dataset.off : "present");
    },
    line: (form) => {
      const input = form.querySelector("input[name=value]");
      if (input.value.trim()) press("line", {}, input.value.trim());
      input.value = "";
      input.blur();
    },
  };
  const go = (id) => {
    press("turn", {}, id);
    document.getElementById("contents").open = false;
    document.getElementById("attendance").open = false;
    const matter = document.getElementById(`matter-${id}`);
    matter?.focus({ preventScroll: true });
    matter?.closest("article").scrollIntoView({ block: "start" });
  };
  const asksFirst = (form, submitter) => { // what is put off again and again is asked about once, and never stopped
    const again = form.querySelector("[data-again]");
    const isNew = submitter.value === "carry_over" && last.items[form.dataset.settle]?.choice !== "carry_over";
    const isAsked = Boolean(again?.hidden) && isNew;
    const isSilent = [...form.querySelectorAll("[data-write], [data-due]")].every((input) => !input.value.trim());
    if (again) again.hidden = !(isAsked && isSilent);
    if (!isAsked || !isSilent) return false;
    form.querySelector("[data-write]").focus();
    return true;
  };
  const settleForm = (form, submitter) => {
    const about = { item: Number(form.dataset.settle) };
    if (submitter?.name === "choice") { if (!asksFirst(form, submitter)) press("choice", about, submitter.value); }
    else if (submitter?.name === "done") press("done", about, submitter.value === "yes");
  };
  root.addEventListener("submit", (event) => {
    const form = event.target, act = FORMS[form.dataset.deed];
    if (!act && !form.dataset.settle) return;
    event.preventDefault();
    if (act) act(form, event.submitter?.value); else settleForm(form, event.submitter);
    if (form.dataset.deed === "open" && last.up) go(last.up);
  });
  root.addEventListener("input", (event) => { if (event.target.dataset.write) write(event.target); });
  root.addEventListener("focusout", (event) => { if (event.target.dataset.write) { settleAll(); send(); } });
  root.addEventListener("compositionstart", () => { isComposing = true; });
  root.addEventListener("compositionend", () => { isComposing = false; });
  root.addEventListener("change", (event) => {
    const { target } = event;
    if (target.dataset.due) press("due", { item: Number(target.dataset.due) }, target.value);
    if (target.name === "organisation") {
      const homes = target.closest("[data-homes]");
      const chosen = [...homes.querySelectorAll(":checked")].map((box) => Number(box.value));
      press("organisations", { item: Number(homes.dataset.homes) }, chosen);
    }
  });
  root.addEventListener("click", (event) => {
    const { day, to } = event.target.dataset;
    if (day) press("due", { item: Number(event.target.closest("[data-settle]").dataset.settle) }, day);
    if (to) go(Number(to));
  });
  root.addEventListener("keydown", (event) => { // Enter in a one-line field would press the first decision
    if (event.key === "Enter" && event.target.matches("input[data-write], input[data-due]")) event.preventDefault();
  });
  document.getElementById("end")?.addEventListener("click", async (event) => {
    event.preventDefault();
    settleAll();
    await send();
    if (deeds().length || wasTrouble) show(said.end, "trouble"); else location.assign(event.target.href);
  });
  document.querySelector('form[action="/desk/leave"]')?.addEventListener("submit", forget);
  for (const name of ["pagehide", "visibilitychange"]) addEventListener(name, settleAll);
  addEventListener("online", send);
  addEventListener("offline", () => trouble(said.cut));
  addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  addEventListener("storage", (event) => { if (event.key?.startsWith(`${PREFIX}deed-`)) paint(); });

  // --- begin ----------------------------------------------------------------------------------------------
  each("[data-plain]", (element) => { element.hidden = true; });
  each("[data-scripted]", (element) => { element.hidden = false; });
  document.body.classList.add("live");
  paint();
  paintRefused();
  send();
  setInterval(send, EVERY);
  setInterval(tickClock, 1000);
  navigator.serviceWorker?.register("/desk/static/meeting-sw.js", { scope: "/desk/meeting" })
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => ready.active.postMessage({ keep: [location.pathname, "/desk/static/desk.css", "/desk/static/meeting.css", "/desk/static/meeting.js"] }))
    .catch(() => undefined);
})();
