// A form that stood open for long leaves only while somebody is signed in and the server is there: sent without, what
// was typed would be gone. To type counts as use, so that a sign-in does not end meanwhile.
const LONG = 5 * 60_000; // ms without a word from the server
const HOME = "/console";
const notice = document.getElementById("not-sent");

let heard = Date.now();
let asking = false;

// Whether somebody is signed in; whoever signed in anew gets forms that are good for that.
async function signedIn() {
  const answer = await fetch(HOME);
  if (new URL(answer.url).pathname !== HOME) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("input[name=form_token]");
  if (fresh) for (const each of document.querySelectorAll("input[name=form_token]")) each.value = fresh.value;
  heard = Date.now();
  return true;
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.method !== "post" || Date.now() - heard < LONG) return;
  heard = Date.now();
  signedIn().catch(() => {}); // whoever sends the form is told
});

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (!asking && Date.now() - heard < LONG) return;
  event.preventDefault();
  if (asking) return;
  asking = true;
  let why = "lost";
  try {
    why = (await signedIn()) ? "" : "ended";
  } catch {
    // the connection is lost: told below
  }
  asking = false;
  if (why === "") {
    form.requestSubmit(submitter);
    return;
  }
  heard = 0; // ask once more, however soon it is tried again
  (submitter ?? form.lastElementChild).before(notice);
  notice.firstElementChild.textContent = notice.dataset[why];
  notice.lastElementChild.hidden = why === "lost";
  notice.hidden = false;
  form.dispatchEvent(new Event("kept-back"));
});
