// Keeps a page up to date: only what differs is touched, so that focus, selection and scrolling stay. A stream
// brings the whole fragment with each event; a page without one is asked for again now and then. Without this
// script pages reload themselves.
"use strict";

const content = document.getElementById("content");
const view = document.getElementById("snapshot");
const connection = document.getElementById("connection");
const told = document.getElementById("told"); // what is read aloud
const SILENT = 20000; // ms; the server says something every 10 s
const OFFLINE_AFTER = 4000; // ms; a shorter break is mended before anybody needs to know
const QUIET = 20000; // ms between two things that are read aloud
const AGAIN = 5000; // ms until the next try where the browser has given up

let source = null;
let heardAt = Date.now();
let mark = null; // of what was read aloud last
let toldAt = 0;
let touched = false; // somebody has begun to fill something in

// A summary is read aloud when something has really changed (its stage, a tenth of the way, a lane, a reason),
// and never more often than people can listen.
function tell() {
  const summary = document.getElementById("summary");
  if (summary === null || summary.dataset.mark === mark || Date.now() < toldAt + QUIET) return;
  if (mark !== null) {
    told.textContent = summary.textContent;
    toldAt = Date.now();
  }
  mark = summary.dataset.mark;
}

function say(state) {
  connection.hidden = false;
  if (connection.dataset.state === state) return;
  connection.dataset.state = state;
  connection.classList.toggle("offline", state === "offline");
  connection.textContent = connection.dataset[state];
}

function sync(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(to);
    return;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  for (const { name } of [...from.attributes])
    if (!to.hasAttribute(name) && !(name === "open" && from.nodeName === "DETAILS")) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  syncChildren(from, to);
}

// What has an id is known by it, wherever it stands now; the rest by its place.
function syncChildren(from, to) {
  const known = new Map([...from.children].filter((each) => each.id).map((each) => [each.id, each]));
  const kept = new Set([...to.children].map((each) => each.id));
  known.forEach((each, id) => kept.has(id) || each.remove());
  let at = from.firstChild;
  for (const node of [...to.childNodes]) {
    const same = node.id ? known.get(node.id) : at !== null && !at.id ? at : undefined;
    while (same && at !== same && at.nodeType === Node.TEXT_NODE) {
      at = at.nextSibling;
      at.previousSibling.remove();
    }
    if (same === undefined || at !== same) from.insertBefore(same ?? node, at);
    else at = at.nextSibling;
    if (same !== undefined) sync(same, node);
  }
  while (at !== null) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

function show(event) {
  heardAt = Date.now();
  syncChildren(view, parsed(event.data).body);
  view.dataset.id = event.lastEventId;
  tell();
  say("online");
}

async function refused() {
  // the browser tells no status: whoever has to sign in again is led there by the page itself
  try {
    const answer = await fetch(location.href, { method: "GET", redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect" || answer.status === 404) location.reload();
  } catch {
    // the server is away: the next try comes anyway
  }
}

function connect() {
  source = new EventSource(view.dataset.events);
  source.addEventListener("snapshot", show);
  source.onopen = () => {
    heardAt = Date.now();
    say("online");
  };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
    refused();
    setTimeout(connect, AGAIN);
  };
}

function stream() {
  setInterval(() => {
    const quiet = Date.now() - heardAt;
    if (source.readyState !== EventSource.OPEN ? quiet > OFFLINE_AFTER : quiet > SILENT) say("offline");
  }, 1000);
  tell();
  say("connecting");
  connect();
}

async function askAgain() {
  if (document.hidden || touched) return;
  try {
    const answer = await fetch(location.href, { redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect") location.reload(); // to sign in again
    else if (answer.ok && !touched) syncChildren(content, parsed(await answer.text()).getElementById("content"));
  } catch {
    // the server is away: what is shown stays, with its time
  }
}

if (view !== null) stream();
else if (content.dataset.reload) {
  content.addEventListener("input", () => (touched = true));
  setInterval(askAgain, 1000 * content.dataset.reload);
}
