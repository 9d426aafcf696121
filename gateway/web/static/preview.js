// Takes in the figures of a preview, which take a walk through the directory. Without scripts a link leads there.
const numbers = document.querySelector("#numbers[data-from]");
const PAUSE = 400; // ms, while they are being worked out

async function figures() {
  for (;;) {
    const answer = await fetch(numbers.dataset.from, { redirect: "manual" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("numbers");
    if (!("pending" in found.dataset)) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

async function take() {
  try {
    numbers.replaceChildren(...(await figures()).childNodes);
  } catch {
    numbers.append(numbers.dataset.lost);
  }
  numbers.removeAttribute("aria-busy");
}

if (numbers) {
  numbers.setAttribute("aria-busy", "true");
  take();
}
