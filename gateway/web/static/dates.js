// Says a date in full beside its field as it is typed: browsers show it in their own order of day and month. What
// the page said when it came is said without this script.
const ZH = document.documentElement.lang.startsWith("zh");

function inFull(typed) {
  const [date, time = ""] = typed.split("T");
  const [year, month, day] = date.split("-").map(Number);
  const at = new Date(year, month - 1, day);
  if (!typed || Number.isNaN(at.getTime())) return "";
  if (ZH) return `${year}年${month}月${day}日（周${"日一二三四五六"[at.getDay()]}）${time}`;
  const words = at.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${words} ${time}`;
}

document.addEventListener("input", ({ target }) => {
  const said = target.closest("label, td, div, form")?.querySelector(`output[for="${target.id}"]`);
  if (target.id && said) said.textContent = inFull(target.value);
});
