// Saves what is typed into a draft by itself, so that a sign-in that ends takes nothing along. Without
// scripts the page's own buttons save.
const form = document.getElementById("draft-form");
const told = document.getElementById("kept");
const PAUSE = 15_000; // ms after something was typed

let changed = false;
let timer = 0;

async function save() {
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

// Whether somebody is signed in; whoever signed in anew meanwhile gets forms that are good for that.
async function renew() {
  const answer = await fetch(form.action, { redirect: "manual" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
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

if (form && told) {
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    changed = false;
    clearTimeout(timer);
  });
  window.addEventListener("focus", () => {
    if (changed) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
