// Draws Slack's Block Kit and LINE's cards. Whatever somebody wrote goes through textContent only.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

export function link(address, words) {
  if (!SAFE_LINK.test(address)) return document.createTextNode(words);
  const outside = /^https?:/i.test(address);
  return el("a", { href: address, text: words, target: outside ? "_blank" : null, rel: outside ? "noopener noreferrer" : null });
}

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const TOKEN = /<([^<>|]+)(?:\|([^<>]*))?>|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~|`([^`\n]+)`/g;

// Slack's mrkdwn: links, mentions, bold, italics, struck out, code.
export function mrkdwn(text, names) {
  const out = document.createDocumentFragment();
  let start = 0;
  for (const match of text.matchAll(TOKEN)) {
    out.append(plain(text.slice(start, match.index)), drawn(match, names));
    start = match.index + match[0].length;
  }
  out.append(plain(text.slice(start)));
  return out;
}

function drawn(match, names) {
  const [, target, label, bold, italic, struck, code] = match;
  if (bold) return el("strong", {}, mrkdwn(bold, names));
  if (italic) return el("em", {}, mrkdwn(italic, names));
  if (struck) return el("s", { text: plain(struck) });
  if (code) return el("code", { text: plain(code) });
  if (target.startsWith("@")) return el("span", { class: "mention", text: "@" + (names[target.slice(1)] || label || "だれか") });
  if (target.startsWith("#") || target.startsWith("!")) return el("span", { class: "mention", text: label || target });
  return link(plain(target), plain(label || target.replace(/^(mailto:|tel:)/, "")));
}

function words(object, names) {
  if (!object) return document.createTextNode("");
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : document.createTextNode(object.text);
}

// `tools`: names, press(element, value), and for forms field(block, element).
export function drawBlocks(blocks, tools) {
  const out = document.createDocumentFragment();
  for (const block of blocks || []) {
    const draw = DRAW[block.type];
    out.append(draw ? draw(block, tools) : el("p", { class: "quiet-text", text: "（この部分は表示できません）" }));
  }
  return out;
}

const DRAW = {
  divider: () => el("hr"),
  header: (block) => el("h4", { text: block.text.text }),
  markdown: (block, tools) => el("div", { class: "words" }, mrkdwn(block.text, tools.names)),
  image: (block) => el("p", { class: "quiet-text", text: `（画像: ${block.alt_text}）` }),
  section(block, tools) {
    const row = el("div", { class: "section" });
    const body = el("div", { class: "words" }, words(block.text, tools.names));
    for (const field of block.fields || []) body.append(el("div", { class: "field" }, words(field, tools.names)));
    row.append(body);
    if (block.accessory) row.append(element(block, block.accessory, tools));
    return row;
  },
  context(block, tools) {
    const parts = block.elements.map((one) =>
      one.type === "image" ? el("span", { text: one.alt_text }) : el("span", {}, words(one, tools.names)));
    return el("div", { class: "context" }, ...parts);
  },
  actions: (block, tools) =>
    el("div", { class: "actions" }, ...block.elements.map((one) => element(block, one, tools))),
  input: (block, tools) => (tools.field ? tools.field(block) : el("p", { text: block.label.text })),
  rich_text: (block, tools) => el("div", { class: "words" }, ...block.elements.map((one) => richText(one, tools.names))),
};

function richText(part, names) {
  if (part.type === "text") return document.createTextNode(part.text);
  if (part.type === "link") return link(part.url, part.text || part.url);
  if (part.type === "user") return el("span", { class: "mention", text: "@" + (names[part.user_id] || "") });
  const tag = { rich_text_list: "ul", rich_text_preformatted: "pre", rich_text_quote: "blockquote" }[part.type] || "div";
  const children = (part.elements || []).map((one) => richText(one, names));
  return el(tag, {}, ...(tag === "ul" ? children.map((child) => el("li", {}, child)) : children));
}

function element(block, one, tools) {
  const name = `${block.block_id}/${one.action_id}`;
  if (one.type === "button") return button(one, name, tools);
  if (one.type === "image") return el("span", { class: "quiet-text", text: `（画像: ${one.alt_text}）` });
  const options = optionsOf(one);
  if (one.type === "checkboxes" || one.type === "radio_buttons") return ticks(one, options, name, tools);
  if (one.type === "datepicker") {
    const change = (event) => tools.press(one, event.target.value);
    return el("input", { type: "date", value: one.initial_date, "aria-label": labelOf(one), "data-key": name, onchange: change });
  }
  return choice(one, options, name, (value) => tools.press(one, value));
}

const labelOf = (one) => (one.placeholder && one.placeholder.text) || (one.type === "overflow" ? "ほかの操作" : "選ぶ");
const optionsOf = (one) => one.options || (one.option_groups || []).flatMap((group) => group.options);

function button(one, name, tools) {
  if (one.url && !one.value) return link(one.url, one.text.text);
  const press = () => {
    if (one.confirm && !window.confirm(`${one.confirm.title.text}\n\n${one.confirm.text.text}`)) return;
    tools.press(one, one.value);
  };
  return el("button", { type: "button", class: `action ${one.style || ""}`, "data-key": name + (one.value || ""), text: one.text.text, onclick: press });
}

function choice(one, options, name, chosen) {
  const select = el("select", { "aria-label": labelOf(one), "data-key": name, onchange: (event) => event.target.value && chosen(event.target.value) });
  select.append(el("option", { value: "", text: labelOf(one) }));
  const initial = one.initial_option && one.initial_option.value;
  for (const option of options) {
    select.append(el("option", { value: option.value, text: option.text.text, selected: option.value === initial }));
  }
  return select;
}

function ticks(one, options, name, tools) {
  const single = one.type === "radio_buttons";
  const initial = single ? [one.initial_option && one.initial_option.value] : (one.initial_options || []).map((o) => o.value);
  const group = el("div", { class: "ticks", role: "group", "aria-label": labelOf(one) });
  const changed = () => {
    const values = [...group.querySelectorAll("input:checked")].map((input) => input.value);
    tools.press(one, single ? values[0] : values);
  };
  for (const option of options) {
    const input = el("input", { type: single ? "radio" : "checkbox", name, value: option.value, checked: initial.includes(option.value), onchange: changed });
    group.append(el("label", {}, input, " " + option.text.text));
  }
  return group;
}

// One input of a form. Its value is read by `formValues`.
export function drawField(block, errors, names) {
  const one = block.element;
  const id = `field-${block.block_id}`;
  const hint = block.hint ? el("p", { class: "quiet-text", id: id + "-hint", text: block.hint.text }) : null;
  const wrong = errors[block.block_id] ? el("p", { class: "wrong", id: id + "-wrong", text: errors[block.block_id] }) : null;
  const told = [hint && hint.id, wrong && wrong.id].filter(Boolean).join(" ") || null;
  const common = { id, "data-action": one.action_id, "data-kind": one.type, "aria-describedby": told, "aria-invalid": wrong ? "true" : null, required: !block.optional };
  const label = block.label.text + (block.optional ? "（なくてもよい）" : "");
  if (one.type === "checkboxes" || one.type === "radio_buttons") {
    const group = ticks(one, optionsOf(one), id, { press() {} });
    group.setAttribute("data-action", one.action_id);
    group.setAttribute("data-kind", one.type);
    return el("fieldset", {}, el("legend", { text: label }), group, hint, wrong);
  }
  return el("div", { class: "form-field" }, el("label", { for: id, text: label }), inputFor(one, common, names), hint, wrong);
}

function inputFor(one, common) {
  const placeholder = one.placeholder && one.placeholder.text;
  if (one.type === "plain_text_input" && one.multiline) {
    return el("textarea", { ...common, rows: "4", placeholder, maxlength: one.max_length, text: one.initial_value || "" });
  }
  if (optionsOf(one).length) {
    const select = choice(one, optionsOf(one), common.id, () => {});
    for (const [name, value] of Object.entries(common)) {
      if (value !== null && value !== false) select.setAttribute(name, value === true ? "" : value);
    }
    if (one.type === "multi_static_select") select.multiple = true;
    return select;
  }
  const type = { datepicker: "date", timepicker: "time", number_input: "number", email_text_input: "email", url_text_input: "url" }[one.type] || "text";
  return el("input", { ...common, type, placeholder, value: one.initial_value || one.initial_date || one.initial_time });
}

export function formValues(form) {
  const values = {};
  for (const field of form.querySelectorAll("[data-action]")) {
    const kind = field.dataset.kind;
    if (kind === "checkboxes" || kind === "radio_buttons") {
      const ticked = [...field.querySelectorAll("input:checked")].map((input) => input.value);
      values[field.dataset.action] = kind === "radio_buttons" ? ticked[0] || null : ticked;
    } else if (kind === "multi_static_select") {
      values[field.dataset.action] = [...field.selectedOptions].map((option) => option.value).filter(Boolean);
    } else {
      values[field.dataset.action] = field.value || null;
    }
  }
  return values;
}

// LINE's cards (Flex and templates): their words in order; the buttons are drawn below by the chat.
export function cardWords(part, out = []) {
  if (Array.isArray(part)) part.forEach((one) => cardWords(one, out));
  else if (part && typeof part === "object") {
    const isButton = part.type === "button";
    const words = part.type === "text" && part.contents && part.contents.length ? part.contents.map((one) => one.text || "").join("") : part.text;
    if (!isButton && typeof words === "string") out.push({ text: words, big: part.weight === "bold" || part.title === words });
    if (typeof part.title === "string") out.push({ text: part.title, big: true });
    for (const name of ["columns", "header", "hero", "body", "footer"]) cardWords(part[name], out);
    if (part.type !== "text") cardWords(part.contents, out);
  }
  return out;
}
