// Saves what is typed into a draft (of a decision, of a report) by itself, so that a sign-in that ends takes nothing along, and counts anew
// who is meant when that changes. Without scripts the page's own buttons do.
const form = document.getElementById("draft-form");
const told = document.getElementById("kept");
const PAUSE = 15_000; // ms after something was typed
const COUNTING = 400; // ms after who is meant was changed

let changed = false;
let timer = 0;
let counting = 0;

// Gives the page as it is afterwards; null where nothing was kept.
async function save() {
  clearTimeout(timer);
  changed = false;
  let page = null;
  try {
    page = (await send()) ?? ((await renew()) ? await send() : null);
  } catch {
    // the connection is lost: told below
  }
  if (page) {
    const seen = page.querySelector("#draft-form input[name=seen]"); // which version is kept now
    if (seen) form.elements.seen.value = seen.value;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    told.textContent = `${told.dataset.saved} ${time}`;
  } else {
    changed = true;
    told.textContent = told.dataset.lost;
  }
  return page;
}

// What was kept leads on to the page of the draft; anything else was not kept.
async function send() {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("go", "save");
  return draftOf(await fetch(form.action, { method: "POST", body: fields }));
}

// Whether somebody is signed in; whoever signed in anew meanwhile gets forms that are good for that.
async function renew() {
  const fresh = (await draftOf(await fetch(form.dataset.page ?? form.action)))?.querySelector("#draft-form input[name=form_token]");
  if (fresh) for (const each of document.querySelectorAll("input[name=form_token]")) each.value = fresh.value;
  return Boolean(fresh);
}

async function draftOf(answer) {
  const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  return page?.getElementById("draft-form") ? page : null;
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
