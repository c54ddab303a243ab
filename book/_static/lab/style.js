// The looks that all widgets of the lab share; the theme's colours follow its
// light and dark modes by themselves.
(function (lab) {
  "use strict";

  lab.style(`
:host {
  --lab-gap: 0.75rem;
  --lab-radius: 0.6rem;
  --lab-size: 2.25rem;
  --lab-line: var(--pst-color-border, #c9c9c9);
  --lab-paper: var(--pst-color-background, #fff);
  --lab-ink: var(--pst-color-text-base, #222832);
  --lab-soft: var(--pst-color-text-muted, #48566b);
  --lab-accent: var(--pst-color-primary, #176de8);
  background: var(--pst-color-surface, #f3f4f5);
  border: 1px solid var(--lab-line);
  border-radius: var(--lab-radius);
  box-sizing: border-box;
  color: var(--lab-ink);
  container-type: inline-size;
  display: block;
  font-size: 0.9rem;
  line-height: 1.35;
  margin: 1.5rem 0;
  padding: 1rem;
  scroll-margin-top: 4.5rem; /* below the theme's bar */
}
@media (pointer: coarse) { :host { --lab-size: 2.75rem; } }
@media (max-width: 480px) { :host { padding: 0.75rem; } }
* { box-sizing: border-box; }
button, input, output, select { color: inherit; font: inherit; }
.button {
  align-items: center;
  background: var(--lab-paper);
  border: 1px solid var(--lab-line);
  border-radius: calc(var(--lab-radius) / 1.5);
  cursor: pointer;
  display: inline-flex;
  gap: 0.4rem;
  justify-content: center;
  min-height: var(--lab-size);
  padding: 0.2rem 0.75rem;
}
.button:hover { border-color: var(--lab-accent); }
.button[aria-pressed="true"] {
  background: var(--lab-accent);
  border-color: var(--lab-accent);
  color: var(--pst-color-primary-text, #fff);
}
.button:disabled { cursor: default; opacity: 0.5; }
:focus-visible { outline: 3px solid var(--lab-accent); outline-offset: 2px; }
.row { align-items: center; display: flex; flex-wrap: wrap; gap: 0.5rem; }
.note { color: var(--lab-soft); font-size: 0.85em; margin: 0; }
.number { font-variant-numeric: tabular-nums; }
.unseen {
  clip-path: inset(50%);
  height: 1px;
  overflow: hidden;
  position: absolute;
  white-space: nowrap;
  width: 1px;
}
input[type="range"] {
  accent-color: var(--lab-accent);
  flex: 1;
  height: var(--lab-size);
  margin: 0;
  min-width: 6rem;
}
.failure {
  align-items: start;
  background: var(--pst-color-danger-bg, #fde7ea);
  border-left: 4px solid var(--pst-color-danger, #d72d47);
  border-radius: 0.25rem;
  color: var(--pst-color-text-base, #222832);
  display: flex;
  gap: 0.5rem;
  justify-content: space-between;
  margin: 0 0 var(--lab-gap);
  padding: 0.5rem 0.75rem;
}
.close { background: none; border: 0; cursor: pointer; font-size: 1.2rem; }
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important;
                           transition: none !important; }
}
@media print { .button, input { display: none; } }
`);

  // Colours of values: dark to bright for 0 to 1, in steps that the eye, also
  // a colour-blind one, sees as even (viridis, van der Walt and Smith).
  const VIRIDIS = [
    [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142],
    [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50],
    [253, 231, 37],
  ];
  const BLUE = [33, 102, 172], GREY = [222, 222, 222], RED = [214, 96, 22];

  function mix(a, b, share) {
    return a.map((value, i) => Math.round(value + (b[i] - value) * share));
  }

  lab.ramp = function (t) {
    const at = Math.min(Math.max(t, 0), 1) * (VIRIDIS.length - 1);
    const i = Math.min(Math.floor(at), VIRIDIS.length - 2);
    return mix(VIRIDIS[i], VIRIDIS[i + 1], at - i);
  };

  // For -1 to 1: blue, grey, orange.
  lab.diverging = function (t) {
    return mix(GREY, t < 0 ? BLUE : RED, Math.min(Math.abs(t), 1));
  };
})(window.NinLab);
