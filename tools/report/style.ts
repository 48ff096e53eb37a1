/** The page of the report: in the light and in the dark, on a phone and on paper. */
export const PAGE_STYLE = `:root { --ink: #1f2937; --faint: #59636e; --ground: #fff; --card: #f4f6f8; --rule: #d5dae1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --faint: #a7b0bb; --ground: #14181f; --card: #1e242e; --rule: #394150; } }
@media print { :root { --ink: #000; --faint: #333; --ground: #fff; --card: #fff; --rule: #bbb; } figure, section { break-inside: avoid; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 26px; margin: 0; }
h2 { font-size: 16px; margin: 0 0 10px; }
header p { color: var(--faint); margin: 4px 0 20px; }
figure, section { margin: 0 0 34px; }
figcaption { color: var(--faint); font-size: 13px; margin-top: 6px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 14px; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 16px; }
.card h2 { font-size: 13px; font-weight: 600; color: var(--faint); margin: 0; }
.card p { margin: 0; font-size: 13px; color: var(--faint); }
.card .figure { font-size: 30px; font-weight: 650; color: var(--ink); line-height: 1.3; }
.wide { overflow-x: auto; }
.wide .plot { min-width: 640px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child { text-align: left; }
thead th { color: var(--faint); font-weight: 600; }
.words th { width: 170px; }
.words td { text-align: left; }
`;
