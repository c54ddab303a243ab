// The looks of <nin-canvas>: one column on a phone, two on a wide page.
(function (lab) {
  "use strict";

  lab.canvasStyle = `
.lab {
  display: grid;
  gap: var(--lab-gap) 1.25rem;
  grid-template-areas: "strip" "stage" "tools" "rows" "numbers" "switches"
                       "status";
  grid-template-columns: minmax(0, 1fr);
}
.strip { grid-area: strip; }
.frame { grid-area: stage; }
.rows { grid-area: rows; }
.tools { align-content: start; display: grid; gap: 0.4rem; grid-area: tools; }
.switches { grid-area: switches; }
.numbers { grid-area: numbers; }
.lab > [role="status"] { grid-area: status; min-height: 1.4em; }
@container (min-width: 600px) {
  .lab {
    grid-template-areas: "strip strip" "stage rows" "tools rows"
                         "switches switches" "numbers numbers"
                         "status status";
    grid-template-columns: minmax(0, 9fr) minmax(0, 11fr);
    grid-template-rows: auto auto 1fr;
  }
}
:host([dropping]) { border-color: var(--lab-accent); border-style: dashed; }

.strip {
  display: flex;
  gap: 4px;
  margin: -3px;
  overflow-x: auto;
  padding: 3px;
  scrollbar-width: thin;
}
.thumb {
  background: #000;
  border: 2px solid transparent;
  border-radius: 0.35rem;
  cursor: pointer;
  flex: none;
  overflow: hidden;
  padding: 0;
}
.thumb canvas { display: block; height: 40px; width: 40px; }
.thumb svg { display: block; height: 24px; margin: 8px; width: 24px; }
.own { background: var(--lab-paper); border-color: var(--lab-line); }
.thumb:hover { border-color: var(--lab-soft); }
.thumb[aria-pressed="true"] { border-color: var(--lab-accent); }

.frame {
  justify-self: center;
  max-width: 17rem;
  position: relative;
  width: 100%;
}
@container (min-width: 600px) { .frame { max-width: 22rem; } }
.stage {
  aspect-ratio: 1;
  background: #000;
  border-radius: 0.4rem;
  display: block;
  touch-action: none;
  width: 100%;
}
.hint {
  background: #fffd;
  border-radius: 1rem;
  bottom: 0.6rem;
  color: #111;
  font-size: 0.8rem;
  left: 50%;
  padding: 0.1rem 0.7rem;
  pointer-events: none;
  position: absolute;
  transform: translateX(-50%);
}

.rows { align-content: start; display: grid; gap: 2px; }
.heading, .item {
  column-gap: 0.6rem;
  display: grid;
  grid-template-columns: 2.4rem minmax(0, 1fr) auto minmax(0, 38%);
  padding: 2px 0.35rem;
}
.heading span:nth-child(2) { grid-column: span 2; }
.item {
  background: none;
  border: 1px solid transparent;
  border-radius: 0.4rem;
  cursor: pointer;
  grid-template-areas: "map name score share" "map mean mean soft";
  text-align: left;
}
.item:disabled { color: inherit; cursor: default; opacity: 0.45; }
.item:not(:disabled):hover { border-color: var(--lab-line); }
.item.chosen { background: var(--lab-paper); border-color: var(--lab-line); }
.item[aria-pressed="true"] { border-color: var(--lab-accent); }
.item.top .name, .item.top .share { font-weight: 700; }
.map {
  aspect-ratio: 1;
  border-radius: 3px;
  grid-area: map;
  image-rendering: pixelated;
  width: 100%;
}
.headless .map { visibility: hidden; }
.name { align-self: end; grid-area: name; line-height: 1.2; }
.score { align-self: end; grid-area: score; line-height: 1.2; }
.share { align-self: end; grid-area: share; line-height: 1.2; }
.bar {
  align-self: center;
  background: color-mix(in srgb, var(--lab-ink) 12%, transparent);
  border-radius: 3px;
  height: 7px;
  overflow: hidden;
}
.bar i {
  background: var(--lab-soft);
  display: block;
  height: 100%;
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 80ms linear;
}
.mean { grid-area: mean; }
.soft { grid-area: soft; }
.top .bar i { background: var(--lab-accent); }
.refusal { display: none; font-weight: 600; margin: 0.25rem 0.35rem; }
.refused .refusal { display: block; }

.slider { align-items: center; display: flex; gap: 0.5rem; }
.slider > span:first-child { min-width: 4.2rem; }
.slider input[type="number"] {
  background: var(--lab-paper);
  border: 1px solid var(--lab-line);
  border-radius: 0.3rem;
  min-height: var(--lab-size);
  padding: 0 0.25rem;
  text-align: right;
  width: 3.6rem;
}
.buttons { gap: 0.35rem; }
.buttons .button { flex: 1 1 auto; padding: 0.2rem 0.4rem; }

.switches { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; }
.switches .button { padding: 0.2rem 0.55rem; }
.labelled { display: grid; gap: 0.2rem; }
.choice { display: flex; }
.choice .button { border-radius: 0; margin-left: -1px; }
.choice .button:first-child { border-radius: 0.4rem 0 0 0.4rem; margin: 0; }
.choice .button:last-child { border-radius: 0 0.4rem 0.4rem 0; }

.numbers {
  border-top: 1px solid var(--lab-line);
  display: flex;
  flex-wrap: wrap;
  gap: 1rem;
  padding-top: var(--lab-gap);
}
.numbers[hidden] { display: none; }
.numbers > div { flex: 1 1 15rem; }
.numbers h2 { font-size: 1.05rem; margin: 0 0 0.5rem; }
.numbers p { margin: 0 0 0.5rem; }
.big {
  aspect-ratio: 1;
  border-radius: 0.4rem;
  cursor: crosshair;
  flex: 1 1 15rem;
  max-width: 20rem;
  min-width: 0;
}
:host([compact]) :is(.buttons, .numbers, .own) { display: none; }
`;
})(window.NinLab);
