/* One slide at a time: arrows, Page Up and Down, space, Home, End; N for the
   notes.  Without this script all slides stand one below the other. */

const slides = [...document.querySelectorAll(".slide")];
const notes = [...document.querySelectorAll(".notes")];
const [previous, place, next, toggle] = ["previous", "place", "next", "notes"].map(
  (id) => document.getElementById(id),
);
const root = document.documentElement;
let current = 0;

function fit() {
  const below = root.classList.contains("with-notes") ? 0.42 : 0;
  const height = innerHeight * (1 - below);
  root.style.setProperty("--scale", Math.min(innerWidth / 1280, height / 720));
}

function show(number) {
  current = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((slide, i) => slide.classList.toggle("current", i === current));
  notes.forEach((note, i) => note.classList.toggle("current", i === current));
  place.textContent = `${current + 1} / ${slides.length}`;
  previous.disabled = current === 0;
  next.disabled = current === slides.length - 1;
  history.replaceState(null, "", `#s${current + 1}`);
}

function toggleNotes() {
  const on = root.classList.toggle("with-notes");
  toggle.setAttribute("aria-pressed", on);
  fit();
}

const keys = {
  ArrowRight: () => show(current + 1),
  ArrowDown: () => show(current + 1),
  PageDown: () => show(current + 1),
  " ": () => show(current + 1),
  ArrowLeft: () => show(current - 1),
  ArrowUp: () => show(current - 1),
  PageUp: () => show(current - 1),
  Home: () => show(0),
  End: () => show(slides.length - 1),
  n: toggleNotes,
};

function fromAddress() {
  return Math.max(0, slides.findIndex((slide) => `#${slide.id}` === location.hash));
}

addEventListener("keydown", (event) => {
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const modified = event.ctrlKey || event.altKey || event.metaKey;
  if (!action || modified || (event.key === " " && event.target.closest("button"))) return;
  event.preventDefault();
  action();
});
previous.addEventListener("click", () => show(current - 1));
next.addEventListener("click", () => show(current + 1));
toggle.addEventListener("click", toggleNotes);
addEventListener("resize", fit);
addEventListener("hashchange", () => show(fromAddress()));

root.classList.add("live");
document.querySelector("nav").hidden = false;
fit();
show(fromAddress());
