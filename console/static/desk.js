// Everything here is comfort: without it every page and form of the desk works as well.
"use strict";

const heard = document.querySelector("[data-heard]");
// A dialog that was closed this moment may still have the focus.
const typing = (element) =>
  element?.matches?.("input:not([type=checkbox]), textarea, select") && !element.closest("dialog:not([open])");

// Dialogs: a link that opens one shows it here instead of asking the server for the page again.
function show(dialog) {
  dialog.close?.();
  dialog.showModal();
  const first = dialog.querySelector("[aria-invalid]") ?? dialog.querySelector("input:not([type=hidden]), select, textarea");
  first?.focus();
}
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    show(dialog);
  }
  const shower = event.target.closest("[data-shows]");
  if (shower) document.getElementById(shower.dataset.shows)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer?.closest("dialog")) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});
for (const dialog of document.querySelectorAll("dialog[open]")) {
  dialog.removeAttribute("open");
  show(dialog);
  // Nothing had the focus before: afterwards it goes to what opens the dialog.
  dialog.addEventListener("close", () => document.querySelector(`[data-opens="${dialog.id}"]`)?.focus(), { once: true });
}
// A form that is shown again has the address it was sent to, which nobody can read.
const here = () => document.body.dataset.livePage || location.pathname + location.search;
// What is typed must not be lost by a reload that has nothing to do with it.
const beingFilledIn = () => document.querySelector("dialog[open]") !== null;
// A form is sent once; the server would act on it once anyway.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Keys: j and k move, x ticks, Enter opens, / searches, ? helps; others press the button they name.
const rows = () => [...document.querySelectorAll("[data-row]")];
function move(step) {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.querySelector("a")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(document.activeElement) || beingFilledIn()) return;
  const row = document.activeElement?.closest?.("[data-row]");
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "x" && row) row.querySelector("input[type=checkbox]")?.click();
  else if (event.key === "/") document.querySelector("input[type=search]")?.focus();
  else if (event.key === "?") document.getElementById("shortcuts")?.showModal();
  else {
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button || event.key.length > 1) return;
    // A key acts on what is ticked; with nothing ticked, on the row that has the focus.
    const box = row?.querySelector("input[type=checkbox]");
    if (box && !document.querySelector("[data-row] input:checked")) box.click();
    button.click();
  }
  event.preventDefault();
});

// Ticks: how many there are, and all at once.
function count() {
  const ticked = document.querySelectorAll("[data-row] input:checked").length;
  for (const place of document.querySelectorAll("[data-ticked]")) place.textContent = ticked;
  for (const bar of document.querySelectorAll("[data-bulk]")) bar.classList.toggle("some", ticked > 0);
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const box of document.querySelectorAll("[data-row] input[type=checkbox]")) box.checked = event.target.checked;
  }
  count();
});
count();

// Live: when something happened anywhere, the parts of this page that changed are put in place.
// What has the focus, what is ticked, where the page is scrolled to and open dialogs stay.
// A page asks once at a time, so that a desk with much to do is not asked ever more.
let again = null;
let reading = false;
let missed = false;
async function refresh() {
  again = null;
  missed = reading;
  if (reading) return;
  reading = true;
  await renew();
  reading = false;
  if (missed) again ??= setTimeout(refresh, 50);
}
let tag = "";
async function renew() {
  const address = here();
  const answer = await fetch(address, { headers: { "X-Live": "1", "If-None-Match": tag }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok || address !== here()) return;
  tag = answer.headers.get("ETag") ?? "";
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const part of document.querySelectorAll("[data-live][id]")) {
    const other = fresh.getElementById(part.id);
    if (other && put(part, other)) changed = true;
  }
  count();
  if (changed && heard) {
    heard.textContent = "";
    heard.textContent = heard.dataset.heard;
  }
}
function put(part, other) {
  if (part.source === undefined) part.source = plain(part);
  const source = plain(other);
  if (source === part.source) return false;
  const active = document.activeElement;
  if (part.contains(document.querySelector("dialog[open]")) || (part.contains(active) && typing(active))) {
    // What could not be put in place is asked for again.
    tag = "";
    return false;
  }
  const focus = part.contains(active) ? name(active) : null;
  const place = focus ? named(part, focus).indexOf(active) : 0;
  const ticked = new Set([...part.querySelectorAll("input:checked")].map((box) => box.value));
  const open = new Set([...part.querySelectorAll("details[open][id]")].map((one) => one.id));
  other.source = source;
  part.replaceWith(other);
  for (const box of other.querySelectorAll("input[type=checkbox]")) box.checked = ticked.has(box.value);
  for (const one of other.querySelectorAll("details[id]")) one.open = open.has(one.id);
  if (focus) (named(other, focus)[place] ?? named(other, focus)[0])?.focus({ preventScroll: true });
  return true;
}
const name = (element) => element.getAttribute("href") || element.id || element.value;
const named = (part, wanted) => [...part.querySelectorAll("a[href], [id], input")].filter((one) => name(one) === wanted);
// The number of a form is new on every page: it says nothing about a change.
const plain = (element) => element.outerHTML.replace(/name="form" value="[0-9a-f]*"/g, "").replace(/ (checked|open)=""/g, "");
// Pages that nobody looks at hold no line; they catch up when somebody does.
let line = null;
let seen = null;
function listen() {
  if (document.hidden) {
    line?.close();
    line = null;
    return;
  }
  if (line) return;
  line = new EventSource("/live?of=" + encodeURIComponent(here()));
  const state = document.querySelector("[data-state]");
  line.addEventListener("here", (event) => {
    if (state) state.hidden = false;
    if (seen !== null && seen !== event.data) refresh();
    seen = event.data;
  });
  line.addEventListener("changed", (event) => {
    seen = event.data;
    again ??= setTimeout(refresh, 50);
  });
  line.addEventListener("waits", (event) => {
    const waits = JSON.parse(event.data);
    for (const place of document.querySelectorAll("[data-waits]")) {
      const count = waits[place.dataset.waits] ?? "0";
      place.textContent = count;
      place.hidden = count === "0";
    }
  });
  line.addEventListener("error", () => {
    if (state) state.hidden = true;
  });
}
if (document.body.hasAttribute("data-live-page")) {
  for (const part of document.querySelectorAll("[data-live][id]")) part.source = plain(part);
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", () => { line?.close(); line = null; });
  listen();
}
