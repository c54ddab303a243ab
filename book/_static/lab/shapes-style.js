// The looks of the shape calculator.
(function (lab) {
  "use strict";

  lab.shapesStyle = `
.head {
  display: grid;
  gap: 0.5rem;
  grid-template-columns: 1fr repeat(3, 6.5rem);
}
.setting { color: var(--lab-soft); display: grid; font-size: 0.85rem; }
.setting input[type="number"], .setting select {
  background: var(--lab-paper);
  border: 1px solid var(--lab-line);
  border-radius: calc(var(--lab-radius) / 1.5);
  color: var(--lab-ink);
  font-size: 0.95rem;
  min-height: var(--lab-size);
  min-width: 0;
  padding: 0.2rem 0.5rem;
  width: 100%;
}
.editor .setting { width: 6rem; }
.editor .setting.check {
  align-self: end;
  gap: 0.4rem;
  grid-template-columns: auto 1fr;
  min-height: var(--lab-size);
  place-items: center start;
  width: auto;
}
.setting input[aria-invalid="true"] {
  border-color: var(--pst-color-danger, #d72d47);
}
select.button { justify-content: start; }
.bad, .problem { color: var(--lab-bad); }
:host { --lab-bad: var(--pst-color-danger, #d72d47); }
.cards {
  display: grid;
  gap: 0.5rem;
  grid-template-columns: repeat(4, 1fr);
  margin: var(--lab-gap) 0 0.5rem;
}
.cards div {
  background: var(--lab-paper);
  border-radius: 0.4rem;
  padding: 0.35rem 0.6rem;
}
.cards dt { color: var(--lab-soft); font-size: 0.8rem; font-weight: 400; }
.cards dd { font-size: 1.05rem; font-weight: 600; margin: 0; }
.problem:empty { display: none; }
.problem {
  align-items: center;
  border-left: 4px solid var(--lab-bad);
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  justify-content: space-between;
  margin: 0.5rem 0;
  padding: 0.25rem 0.75rem;
}
.remarks { margin: 0; padding: 0 0 0.25rem 1.2rem; }
table { border-collapse: collapse; width: 100%; }
thead th {
  color: var(--lab-soft);
  font-size: 0.8rem;
  font-weight: 400;
  padding: 0.2rem 0.35rem;
  text-align: right;
}
thead th.layer { text-align: left; }
tbody tr { border-top: 1px solid var(--lab-line); }
td, th.layer {
  font-size: 0.85rem;
  font-weight: 400;
  padding: 0.1rem 0.35rem;
  text-align: right;
  white-space: nowrap;
}
th.layer { padding: 0; text-align: left; }
td:is(.params, .macs, .memory, .field) {
  background: linear-gradient(
    to left, var(--lab-bar) var(--share, 0%), transparent 0) no-repeat
    right bottom -5px / 100% 4px content-box border-box;
  padding: 0.05rem 0 0.4rem 0.75rem;
}
thead th { padding-right: 0; }
td.output { padding-right: 0; }
.params { --lab-bar: rgb(74 144 226); }
.macs { --lab-bar: rgb(224 112 40); }
.memory { --lab-bar: rgb(40 158 124); }
.field { --lab-bar: rgb(136 136 136); }
.name {
  background: none;
  border: 0;
  cursor: pointer;
  min-height: max(1.75rem, var(--lab-touch, 0px));
  padding: 0 0.35rem 0 0;
  text-align: left;
  width: 100%;
}
@media (pointer: coarse) { .name { --lab-touch: 2.5rem; } }
.name::before {
  color: var(--lab-soft);
  content: "▸" / "";
  display: inline-block;
  width: 1.1em;
}
.name[aria-expanded="true"]::before { content: "▾" / ""; }
.name:hover { color: var(--lab-accent); }
tr.bad { background: color-mix(in srgb, var(--lab-bad) 14%, transparent); }
tr.bad .name::before { color: var(--lab-bad); content: "✕" / ""; }
tr.bad td.output { font-weight: 600; }
tr.odd .name::after { content: " ⚠" / ""; }
tr.undone td { color: var(--lab-soft); }
tr.undone.bad td.output { color: var(--lab-bad); }
td.editor {
  background: var(--lab-paper);
  padding: 0.5rem 0.75rem 0.75rem;
  text-align: left;
  white-space: normal;
}
.editor > .row { align-items: start; margin-bottom: 0.5rem; }
.editor > .row:last-child { margin: 0.5rem 0 0; }
.formulas {
  display: grid;
  gap: 0.15rem 0.75rem;
  grid-template-columns: auto 1fr;
}
.formulas span:nth-child(odd) { color: var(--lab-soft); }
.adder { border-top: 1px solid var(--lab-line); padding-top: 0.6rem; }
@container (max-width: 560px) {
  .head { grid-template-columns: repeat(3, 1fr); }
  .head .wide { grid-column: 1 / -1; }
  .cards { grid-template-columns: 1fr 1fr; }
  table, thead, tbody { display: block; }
  thead tr, tbody tr {
    display: grid;
    grid-template-columns: 1.2fr 1.25fr 1fr 0.85fr;
    grid-template-areas: "l l o o" "p m b f";
  }
  th.layer { grid-area: l; }
  .output { grid-area: o; }
  .params { grid-area: p; }
  .macs { grid-area: m; }
  .memory { grid-area: b; }
  .field { grid-area: f; }
  td.output { align-self: center; font-weight: 600; }
  td:is(.params, .macs, .memory, .field), thead th { font-size: 0.75rem; }
  td:not(.editor, .output) { min-height: 1.5rem; }
  td.editor { grid-area: 1 / 1 / 3 / 5; }
}
@media print { .adder { display: none; } }
`;
})(window.NinLab);
