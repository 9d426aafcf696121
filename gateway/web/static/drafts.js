// Saves what is typed into a draft (of a decision, of a report) by itself, so that a sign-in that ends takes nothing along, and counts anew
// who is meant when that changes. Without scripts the page's own buttons do.
const form = document.getElementById("draft-form");
const told = document.getElementById("kept");
const PAUSE = 15_000; // ms after something was typed
const COUNTING = 400; // ms after who is meant was changed

let changed = false;
let timer = 0;
let counting = 0;
let saving = null; // what is under way: one after the other, each in the place of the one before

// Gives the page as it is afterwards; null where nothing was kept.
async function save() {
  clearTimeout(timer);
  const before = saving;
  const own = (saving = (async () => {
    await before;
    return keep();
  })());
  const page = await own;
  if (saving === own) saving = null;
  return page;
}

async function keep() {
  changed = false;
  let sent = null;
  try {
    sent = await send();
    if (!sent.kept && !sent.overtaken && (await renew())) sent = await send();
  } catch {
    // the connection is lost: told below
  }
  if (sent?.kept) {
    const seen = sent.page.querySelector("#draft-form input[name=seen]"); // which version is kept now
    if (seen) form.elements.seen.value = seen.value;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    told.textContent = `${told.dataset.saved} ${time}`;
    return sent.page;
  }
  changed = true;
  told.textContent = (sent?.overtaken && told.dataset.overtaken) || told.dataset.lost;
  return null;
}

async function send() {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("go", "save");
  return read(await fetch(form.action, { method: "POST", body: fields }));
}

// Whether somebody is signed in; whoever signed in anew meanwhile gets forms that are good for that.
async function renew() {
  const { page } = await read(await fetch(form.dataset.page ?? form.action));
  const fresh = page.querySelector("#draft-form input[name=form_token]");
  if (fresh) for (const each of document.querySelectorAll("input[name=form_token]")) each.value = fresh.value;
  return Boolean(fresh);
}

// What was kept leads on to the page of the draft; anything else was not kept.
async function read(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const kept = answer.ok && page.getElementById("draft-form") !== null;
  return { page, kept, overtaken: page.getElementById("overtaken") !== null };
}

// All of them, or only those that are ticked: what was touched last counts.
function agree(touched) {
  const boxes = [...document.querySelectorAll("#meant-part .only input")];
  const [all, some] = document.querySelectorAll("#meant-part input[name=meant]");
  if (touched.type === "checkbox" && touched.checked) some.checked = true;
  if (touched === all) for (const each of boxes) each.checked = false;
}

async function count() {
  const page = await save();
  for (const id of page ? ["meant-count", "said"] : []) {
    document.getElementById(id).replaceWith(page.getElementById(id));
  }
}

if (form && told) {
  form.addEventListener("change", (event) => {
    const ofMeant = event.target.closest("#meant-part");
    if (ofMeant) agree(event.target);
    if (ofMeant || event.target.name === "area") {
      clearTimeout(counting);
      counting = setTimeout(count, COUNTING);
    }
  });
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", async (event) => {
    changed = false;
    clearTimeout(timer);
    clearTimeout(counting);
    if (saving === null) return;
    event.preventDefault(); // what is under way is a version that this one would not know
    await saving;
    form.requestSubmit(event.submitter);
  });
  form.addEventListener("kept-back", () => {
    changed = true; // it was not sent: see forms.js
  });
  window.addEventListener("focus", () => {
    if (changed) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
