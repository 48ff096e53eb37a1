/**
 * How drawings look: one sheet for the report and the page. The scale of heat goes from dark blue to yellow, grows in lightness
 * all along, and so is read by the colour-blind and in grey; reference and ours differ in lightness too.
 */
export const PLOT_STYLE = `.plot {
  --plot-ink: #1f2937; --plot-faint: #59636e; --plot-grid: #d5dae1;
  --plot-reference: #9aa5b1; --plot-ours: #0b6bb8; --plot-band: #f0b95a; --plot-unknown: #e8e8e8;
  display: block; width: 100%; height: auto; font: 12px/1 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  .plot {
    --plot-ink: #e6e8ec; --plot-faint: #a7b0bb; --plot-grid: #394150;
    --plot-reference: #6d7887; --plot-ours: #58b0f2; --plot-band: #d99a3d;
  }
}
@media print {
  .plot {
    --plot-ink: #000; --plot-faint: #333; --plot-grid: #ccc;
    --plot-reference: #9aa5b1; --plot-ours: #0b6bb8; --plot-band: #f0b95a; --plot-unknown: #e8e8e8;
  }
}
.plot rect { shape-rendering: crispEdges; }
.plot .label, .plot .value { fill: var(--plot-ink); }
.plot .value { font-weight: 600; }
.plot .tick { fill: var(--plot-faint); font-size: 11px; }
.plot .grid { stroke: var(--plot-grid); stroke-width: 1; }
.plot .reference { fill: var(--plot-reference); }
.plot .ours { fill: var(--plot-ours); }
.plot .band { fill: var(--plot-band); fill-opacity: 0.45; stroke: none; }
.plot .middle { fill: none; stroke: var(--plot-band); stroke-width: 2; stroke-dasharray: 4 3; }
.plot .line { fill: none; stroke: var(--plot-ours); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.plot .unknown { fill: none; stroke: var(--plot-faint); stroke-dasharray: 1 3; }
${["#00204d", "#00336f", "#39486b", "#575d6d", "#707173", "#8a8779", "#a69d75", "#c4b56c", "#e4cf5b", "#ffea46"]
  .map((colour, step) => `.plot .heat${step} { fill: ${colour}; }`)
  .join("\n")}
`;
