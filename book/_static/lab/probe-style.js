// The looks of the 1×1 probe.
(function (lab) {
  "use strict";

  lab.probeStyle = `
.stage {
  align-items: center;
  column-gap: 2.25rem;
  display: grid;
  grid-template-columns: minmax(5.5rem, 7rem) 1fr minmax(4.5rem, 6rem);
  position: relative;
}
.lines {
  height: 100%;
  inset: 0;
  pointer-events: none;
  position: absolute;
  width: 100%;
  z-index: 1;
}
.lines path {
  fill: none;
  stroke: var(--lab-accent);
  stroke-opacity: 0.55;
  stroke-width: 1.5;
}
.maps { border-radius: var(--lab-radius); display: grid; gap: 0.4rem; }
.map { margin: 0; min-width: 0; }
.map figcaption {
  color: var(--lab-soft);
  font-size: 0.8em;
  line-height: 1.2;
  margin-bottom: 0.15rem;
}
.frame {
  border: 1px solid var(--lab-line);
  cursor: crosshair;
  position: relative;
  touch-action: none;
}
.frame canvas {
  aspect-ratio: 1;
  display: block;
  image-rendering: pixelated;
  width: 100%;
}
.marker {
  border: 2px solid #fff;
  height: calc(100% / 28 + 8px);
  margin: -4px;
  outline: 2px solid #d33;
  pointer-events: none;
  position: absolute;
  width: calc(100% / 28 + 8px);
}
.map.chosen .frame { outline: 2px solid var(--lab-accent); }
i { font-family: KaTeX_Math, "Times New Roman", serif; }
b { font-family: KaTeX_Main, "Times New Roman", serif; font-weight: 700; }
.equation {
  align-items: center;
  display: flex;
  gap: 0.3rem;
  justify-content: center;
  position: relative;
  z-index: 2;
}
.hint { margin: 0 0 0.5rem; }
sub { line-height: 0; }
.part { text-align: center; }
.part > header { color: var(--lab-soft); height: 1.6em; }
.bracket {
  border: solid var(--lab-soft);
  border-radius: 0.3rem;
  border-width: 0 2px;
  display: grid;
  gap: 5px;
  padding: 2px 5px 5px;
}
.part.W .bracket { grid-template-columns: repeat(3, 1fr); }
.cell {
  align-items: center;
  border: 0;
  border-radius: 0.25rem;
  display: flex;
  font-size: 0.85rem;
  font-variant-numeric: tabular-nums;
  height: 2.4rem;
  justify-content: center;
  min-width: 2.9rem;
  padding: 0 0.2rem;
}
button.cell { cursor: pointer; touch-action: manipulation; }
button.cell[aria-pressed="true"] {
  box-shadow: 0 0 0 2px var(--lab-paper), 0 0 0 4px var(--lab-accent);
  position: relative;
  z-index: 2;
}
.cell.row-chosen { box-shadow: 0 3px 0 var(--lab-accent); }
.sign { padding-top: 1.6em; text-align: center; }
.sign small { display: block; font-size: 0.7em; line-height: 1; }
.sum {
  background: var(--lab-paper);
  border-radius: 0.4rem;
  margin: var(--lab-gap) 0 0;
  padding: 0.5rem 0.75rem;
  text-align: center;
}
.sum mark {
  background: none;
  border-bottom: 2px solid var(--lab-accent);
  color: inherit;
  font-weight: 600;
}
.slide { flex-wrap: nowrap; margin-top: 0.4rem; }
.slide .value { min-width: 3rem; text-align: right; }
.tools { margin: 0.4rem 0; }
.key { align-items: center; display: inline-flex; gap: 0.3rem; }
.key canvas { border: 1px solid var(--lab-line); height: 0.7em; width: 5em; }
.keys {
  display: flex;
  flex-wrap: wrap;
  gap: 0.2rem 1rem;
  justify-content: space-between;
}
@container (max-width: 540px) {
  .stage { display: block; }
  .lines { display: none; }
  .maps { gap: 0.5rem; margin: 0.25rem 0; }
  .inputMaps { grid-template-columns: repeat(3, 1fr); }
  .outputMaps { grid-template-columns: repeat(4, 1fr); }
  .map { display: flex; flex-direction: column; }
  .map figcaption { flex: 1; }
  .equation { gap: 0.1rem; justify-content: space-between; }
  .bracket { gap: 5px 2px; padding: 2px 3px 5px; }
  .cell { font-size: 0.78rem; min-width: 2.25rem; padding: 0; }
  .sum { font-size: 0.8rem; padding: 0.4rem; }
}
@media print { .tools, .slide { display: none; } }
`;
})(window.NinLab);
