// Shows what would leave as the form of a follow-up is filled in now. Without scripts its own button does.
const form = document.getElementById("follow");
const PAUSE = 400; // ms after something was filled in
const CONFIRMS = ["word", "number"]; // say nothing of what leaves

let timer = 0;
let asked = 0;

async function look() {
  const turn = ++asked;
  const fields = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(`${form.action}/look`, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("outlook");
    if (found && turn === asked) document.getElementById("outlook").replaceWith(found);
  } catch {
    // the connection is lost: what is shown stays, and the button tells
  }
}

form?.addEventListener("input", (event) => {
  if (CONFIRMS.includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
});
