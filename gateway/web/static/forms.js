// A form that stood open for long leaves only while somebody is signed in and the server is there: sent without, what
// was typed would be gone. To type counts as use, so that a sign-in does not end meanwhile.
const LONG = 5 * 60_000; // ms without a word from the server
const HOME = "/console";
const notice = document.getElementById("not-sent");

let heard = Date.now();
let asking = false;

// Why a form of this page cannot leave now, "" where it can. It is its reader's alone: whoever else signed in since
// does not send it. Who signed in anew gets forms that are good for that; else they stay, so that one that is sent
// again is known.
async function hindrance() {
  const answer = await fetch(HOME);
  if (new URL(answer.url).pathname !== HOME) return "ended";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const { person, signIn } = page.getElementById("not-sent").dataset;
  if (person !== notice.dataset.person) return "another";
  if (signIn !== notice.dataset.signIn) {
    const fresh = page.querySelector("input[name=form_token]");
    for (const each of document.querySelectorAll("input[name=form_token]")) each.value = fresh.value;
    notice.dataset.signIn = signIn;
  }
  heard = Date.now();
  return "";
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.method !== "post" || Date.now() - heard < LONG) return;
  heard = Date.now();
  hindrance().catch(() => {}); // whoever sends the form is told
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
    why = await hindrance();
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
  notice.lastElementChild.hidden = why !== "ended";
  notice.hidden = false;
  form.dispatchEvent(new Event("kept-back"));
});
