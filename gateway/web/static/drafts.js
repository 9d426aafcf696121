// Saves what is typed into a draft by itself, so that a sign-in that ends takes nothing along, and counts anew
// who is meant when that changes. Without scripts the page's own buttons do.
const form = document.getElementById("draft-form");
const told = document.getElementById("kept");
const PAUSE = 15_000; // ms after something was typed
const COUNTING = 400; // ms after who is meant was changed

let changed = false;
let timer = 0;
let counting = 0;

async function save() {
  clearTimeout(timer);
  changed = false;
  let kept = false;
  try {
    kept = (await renew()) && (await send());
  } catch {
    // the connection is lost: told below
  }
  if (kept) {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    told.textContent = `${told.dataset.saved} ${time}`;
  } else {
    changed = true;
    told.textContent = told.dataset.lost;
  }
}

async function look() {
  const answer = await fetch(form.action, { redirect: "manual" });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

// Whether somebody is signed in; whoever signed in anew meanwhile gets forms that are good for that.
async function renew() {
  const page = await look();
  if (page === null) return false;
  const fresh = page.querySelector("#draft-form input[name=form_token]");
  if (fresh) for (const each of document.querySelectorAll("input[name=form_token]")) each.value = fresh.value;
  return fresh !== null;
}

async function send() {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("go", "save");
  const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
  return answer.type === "opaqueredirect"; // what was kept leads on to a page
}

// All of them, or only those that are ticked: what was touched last counts.
function agree(touched) {
  const boxes = [...document.querySelectorAll("#meant-part .only input")];
  const [all, some] = document.querySelectorAll("#meant-part input[name=meant]");
  if (touched.type === "checkbox" && touched.checked) some.checked = true;
  if (touched === all) for (const each of boxes) each.checked = false;
}

async function count() {
  await save();
  const page = changed ? null : await look();
  for (const id of page === null ? [] : ["meant-count", "said"]) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id).replaceWith(fresh);
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
  form.addEventListener("submit", () => {
    changed = false;
    clearTimeout(timer);
    clearTimeout(counting);
  });
  window.addEventListener("focus", () => {
    if (changed) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
