// The practice page: asks every second what there is to see, and carries what a hand does to the stand-ins.
import { cardWords, drawBlocks, drawField, el, formValues, link, mrkdwn } from "./blocks.js";

const $ = (id) => document.getElementById(id);
const HOME = "home";
const DM = "dm";
const LOST = "Kizukiにつながりません。動いているか確かめてください。";
const shown = { version: "", town: null, line: null, slack: null, room: null, answering: null, seen: {}, modal: "" };

async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  let answer = {};
  try {
    const response = await fetch(`/practice/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    answer = response.headers.get("content-type")?.includes("json") ? await response.json() : { said: response.ok ? "" : "うまくいきませんでした。" };
    answer.ok = response.ok;
  } catch {
    answer = { ok: false, said: LOST };
  }
  tell(answer.ok ? "" : answer.said);
  await refresh();
  return answer;
}

const onPhone = (deed, body) => post(`line/${encodeURIComponent(shown.line)}/${deed}`, body);
const inSlack = (deed, body) => post(`slack/${encodeURIComponent(shown.slack)}/${deed}`, body);

function tell(words) {
  $("notice").textContent = words || "";
  $("notice").hidden = !words;
}

async function refresh() {
  let state;
  try {
    const response = await fetch(`/practice/state.json?version=${encodeURIComponent(shown.version)}`);
    state = await response.json();
    if ($("notice").textContent === LOST) tell("");
  } catch {
    tell(LOST);
    return;
  }
  drawClock(state.clock);
  if (!state.line) return;
  shown.version = state.version;
  shown.town = state;
  draw();
}

function drawClock(clock) {
  $("clock-day").textContent = clock.day;
  $("clock-at").textContent = clock.at;
  if ($("clock-said").textContent !== clock.said) $("clock-said").textContent = clock.said;
}

function draw() {
  keepingFocus(() => {
    drawPhone();
    drawOffice();
  });
  drawModal();
}

// What is drawn anew keeps the focus and the place where it was read.
function keepingFocus(work) {
  const key = document.activeElement?.dataset?.key;
  const logs = [$("chat"), $("channel")];
  const places = logs.map((log) => (log.scrollHeight - log.scrollTop - log.clientHeight < 60 ? null : log.scrollTop));
  work();
  logs.forEach((log, index) => { log.scrollTop = places[index] ?? log.scrollHeight; });
  if (key) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function withDays(items, momentOf, drawOne) {
  const out = [];
  let day = "";
  for (const item of items) {
    const moment = momentOf(item);
    if (moment.day !== day) out.push(el("p", { class: "day", text: moment.day }));
    day = moment.day;
    out.push(drawOne(item));
  }
  return out;
}

// --- LINE

function drawPhone() {
  for (const tab of document.querySelectorAll("[data-line]")) {
    const user = tab.dataset.line;
    const newest = shown.town.line[user].messages.at(-1);
    const id = newest?.id ?? "";
    if (user === shown.line && newest?.side === "bot" && id !== shown.seen[user]) $("heard").textContent = newest.text;
    if (user === shown.line || shown.seen[user] === undefined) shown.seen[user] = id;
    tab.setAttribute("aria-pressed", String(user === shown.line));
    tab.querySelector(".new").hidden = id === shown.seen[user] || newest?.side !== "bot";
  }
  const phone = shown.town.line[shown.line];
  if (!phone) return;
  $("friend").textContent = phone.friend ? "ブロックする" : "友だちに追加する";
  $("friend").className = phone.friend ? "quiet" : "";
  const bubbles = withDays(phone.messages, (one) => one, (one) => bubble(one));
  if (phone.loading) bubbles.push(el("p", { class: "bubble bot", text: "…", "aria-label": "返事を書いています" }));
  $("chat").replaceChildren(...bubbles);
  $("quick").replaceChildren(...phone.quick.map((one) => pressable(one, "chip")));
  $("menu").replaceChildren(...phone.menu.map((one) => pressable(one, "menu-area")));
}

function bubble(message) {
  const body = el("div", { class: `bubble ${message.side}${message.unsent ? " unsent" : ""}` });
  const card = message.card ? cardWords(message.card) : [];
  if (card.length) for (const line of card) body.append(el(line.big ? "strong" : "p", { text: line.text }));
  else body.append(el("p", { text: message.text }));
  if (message.buttons.length) body.append(el("div", { class: "bubble-buttons" }, ...message.buttons.map((one) => pressable(one, "card-button"))));
  const side = el("div", { class: "bubble-side" }, el("span", { text: message.at }));
  if (message.side === "person" && !message.unsent) {
    const take = () => onPhone("unsend", { message_id: message.id });
    side.append(el("button", { type: "button", class: "small", "data-key": "unsend" + message.id, text: "取り消す", "aria-label": `取り消す: ${message.text.slice(0, 20)}`, onclick: take }));
  }
  const who = el("span", { class: "hidden-label", text: message.side === "bot" ? "気づき: " : "自分: " });
  return el("div", { class: `row ${message.side}` }, who, body, side);
}

function pressable(choice, style) {
  if (choice.link) {
    const made = link(choice.link, choice.label);
    if (made.classList) made.classList.add(style);
    return made;
  }
  const press = () => onPhone("press", { label: choice.label, message_id: choice.message_id });
  return el("button", { type: "button", class: style, "data-key": style + choice.message_id + choice.label, text: choice.label, onclick: press });
}

// --- Slack

function rooms() {
  const slack = shown.town.slack;
  return [...slack.channels.map((one) => ({ id: one.id, name: `#${one.name}`, channel: one })),
    { id: DM, name: "ボットとの会話", channel: slack.dms[shown.slack] },
    { id: HOME, name: "ホーム", channel: null }];
}

function drawOffice() {
  for (const tab of document.querySelectorAll("[data-slack]")) tab.setAttribute("aria-pressed", String(tab.dataset.slack === shown.slack));
  if (!shown.slack) return;
  const all = rooms();
  const room = all.find((one) => one.id === shown.room) || all[0];
  shown.room = room.id;
  $("rooms").replaceChildren(...all.map((one) =>
    el("button", { type: "button", class: "room", "aria-pressed": String(one.id === room.id), "data-key": "room" + one.id, text: one.name, onclick: () => enter(one.id) })));
  $("slack-form").hidden = room.id === HOME;
  $("channel").replaceChildren(...(room.id === HOME ? home() : posts(room.channel)));
}

function enter(room) {
  shown.room = room;
  answer(null);
  draw();
  $("channel").scrollTop = $("channel").scrollHeight;
  if (room === HOME) inSlack("home");
}

function home() {
  const blocks = shown.town.slack.homes[shown.slack];
  if (!blocks.length) return [el("p", { class: "quiet-text", text: "まだ何もありません。" })];
  const press = (one, value) => inSlack("press", { place: "home", action_id: one.action_id, value });
  return [el("div", { class: "post" }, drawBlocks(blocks, { names: shown.town.slack.names, press }))];
}

function posts(channel) {
  const threads = withDays(channel.threads, (one) => one.root, (one) => thread(channel, one));
  const mine = channel.ephemeral.filter((one) => one.to === shown.slack);
  const whispers = mine.map((one) => el("div", { class: "whisper" }, el("p", { class: "quiet-text", text: "あなただけに表示されています" }), written(channel, one, true)));
  return [...threads, ...whispers];
}

function thread(channel, one) {
  const box = el("article", { class: "thread" }, written(channel, one.root));
  if (one.replies.length) {
    box.append(el("div", { class: "replies" }, el("p", { class: "quiet-text", text: `返信 ${one.replies.length}件` }), ...one.replies.map((reply) => written(channel, reply))));
  }
  return box;
}

function written(channel, message, whisper = false) {
  const names = shown.town.slack.names;
  const press = (one, value) => inSlack("press", { channel: channel.id, ts: message.ts, action_id: one.action_id, value });
  const isBot = message.user === shown.town.slack.bot;
  const head = el("p", { class: "post-head" }, el("strong", { text: names[message.user] || "Slack" }), " ", el("span", { text: message.at }));
  if (message.edited && !isBot) head.append(" （編集済み）");
  const blocks = isBot && message.blocks?.length ? drawBlocks(message.blocks, { names, press }) : el("div", { class: "words" }, mrkdwn(message.text, names));
  const post = el("div", { class: "post" }, head, blocks);
  if (!whisper && message.subtype !== "tombstone") post.append(tools(channel, message, isBot));
  return post;
}

function tools(channel, message, isBot) {
  const target = { channel: channel.id, ts: message.ts };
  const small = (label, act) => el("button", { type: "button", class: "small", "data-key": label + message.ts, text: label, onclick: act });
  const row = [small("返信する", () => answer({ kind: "reply", ts: message.thread_ts || message.ts, text: message.text }))];
  if (!isBot) row.push(small("気づきとして登録", () => inSlack("message_shortcut", target)));
  if (message.user === shown.slack) {
    row.push(small("直す", () => answer({ kind: "edit", ts: message.ts, text: message.text })), small("消す", () => inSlack("delete", target)));
  }
  return el("div", { class: "tools" }, ...row);
}

// What the next posting is: a new one, an answer in a thread, or a correction.
function answer(target) {
  shown.answering = target;
  $("answering").hidden = !target;
  if (!target) return;
  const gist = target.text.slice(0, 24);
  $("answering").querySelector("span").textContent = target.kind === "edit" ? `「${gist}」を直します。` : `「${gist}」に返信します。`;
  if (target.kind === "edit") $("slack-text").value = target.text;
  $("slack-text").focus();
}

// --- Modal

function drawModal() {
  const view = shown.slack && shown.town.slack.modals[shown.slack];
  const dialog = $("modal");
  if (!view) {
    shown.modal = "";
    if (dialog.open) dialog.close();
    return;
  }
  const stamp = view.id + view.hash + JSON.stringify(view.errors);
  if (stamp === shown.modal) return;
  const kept = shown.modal.startsWith(view.id + view.hash) ? formValues($("modal-form")) : {};
  shown.modal = stamp;
  showModal(view, view.errors, kept);
  if (!dialog.open) dialog.showModal();
}

function showModal(view, errors, kept) {
  $("modal-title").textContent = view.title.text;
  $("modal-error").textContent = errors[""] || "";
  $("modal-error").hidden = !errors[""];
  $("modal-submit").hidden = !view.submit;
  $("modal-submit").textContent = view.submit ? view.submit.text : "";
  $("modal-close").textContent = view.close ? view.close.text : "閉じる";
  const press = (one, value) => inSlack("press", { place: "modal", action_id: one.action_id, value });
  const names = shown.town.slack.names;
  $("modal-blocks").replaceChildren(drawBlocks(view.blocks, { names, press, field: (block) => drawField(block, errors, names) }));
  for (const field of $("modal-blocks").querySelectorAll("[data-action]")) {
    const value = kept[field.dataset.action];
    if (typeof value === "string" && "value" in field) field.value = value;
  }
}

// --- Hands

function choosePhone(user) {
  shown.line = user;
  if (shown.town) draw();
  $("chat").scrollTop = $("chat").scrollHeight;
}

function chooseMember(user) {
  shown.slack = user;
  shown.modal = "";
  answer(null);
  if (shown.town) draw();
}

for (const tab of document.querySelectorAll("[data-line]")) tab.addEventListener("click", () => choosePhone(tab.dataset.line));
for (const tab of document.querySelectorAll("[data-slack]")) tab.addEventListener("click", () => chooseMember(tab.dataset.slack));
for (const one of document.querySelectorAll("[data-send]")) one.addEventListener("click", () => onPhone(one.dataset.send));
$("friend").addEventListener("click", () => onPhone(shown.town.line[shown.line].friend ? "unfollow" : "follow"));
$("shortcut").addEventListener("click", () => inSlack("shortcut"));
$("stop-answering").addEventListener("click", () => { answer(null); $("slack-text").value = ""; });
$("modal-close").addEventListener("click", () => inSlack("close"));
$("modal").addEventListener("cancel", (event) => { event.preventDefault(); inSlack("close"); });

$("line-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("line-text").value.trim();
  if (text && (await onPhone("say", { text })).ok) $("line-text").value = "";
});

$("slack-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("slack-text").value.trim();
  const channel = rooms().find((one) => one.id === shown.room)?.channel?.id;
  if (!text || !channel) return;
  const target = shown.answering;
  const sent = target?.kind === "edit"
    ? await inSlack("edit", { channel, ts: target.ts, text })
    : await inSlack("say", { channel, text, thread_ts: target?.ts });
  if (sent.ok) { $("slack-text").value = ""; answer(null); }
});

$("modal-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const view = shown.town.slack.modals[shown.slack];
  const values = formValues($("modal-form"));
  const sent = await inSlack("submit", { values });
  if (sent.errors && view) showModal(view, sent.errors, values);
});

for (const field of [$("line-text"), $("slack-text")]) {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });
}

$("next").addEventListener("click", async () => {
  $("next").disabled = true;
  $("clock-said").textContent = "時計を進めています…";
  await post("clock/next");
  $("next").disabled = false;
  $("next").focus();
});

choosePhone(document.querySelector("[data-line]")?.dataset.line ?? null);
chooseMember(document.querySelector("[data-slack]")?.dataset.slack ?? null);
refresh();
setInterval(() => { if (!document.hidden) refresh(); }, 1000);
