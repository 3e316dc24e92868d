/** The look of the docs page: no fonts, no images, nothing to fetch. */
export const DOCS_STYLE = `
:root { color-scheme: light dark;
  --ink: light-dark(#1b2130, #e4e8f1); --soft: light-dark(#5a6478, #9aa5ba); --paper: light-dark(#fff, #11151d);
  --panel: light-dark(#f5f7fa, #191f2a); --line: light-dark(#dfe4ec, #2b3444); --accent: light-dark(#0b6b4f, #4fd1a5);
  --code: light-dark(#0d2b4b, #bcd7ff); }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif;
  display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1.25rem; background: var(--panel);
  border-right: 1px solid var(--line); font-size: .9rem; }
nav strong { font-size: 1.1rem; }
nav h2 { margin: 1.4rem 0 .3rem; font-size: .75rem; letter-spacing: .08em; text-transform: uppercase; color: var(--soft);
  border: 0; padding: 0; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .15rem 0; color: var(--ink); text-decoration: none; }
nav a:hover { color: var(--accent); }
main { max-width: 62rem; padding: 2rem clamp(1rem, 4vw, 3.5rem) 6rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0; }
h2 { margin: 3rem 0 1rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); font-size: 1.5rem; }
h3 { margin: 2.2rem 0 .5rem; font-size: 1.15rem; }
h4 { margin: 1.6rem 0 .5rem; font-size: .95rem; }
a { color: var(--accent); }
.lead { font-size: 1.15rem; color: var(--soft); margin: .4rem 0 1.5rem; }
.soft { color: var(--soft); font-weight: 400; }
.route { display: flex; flex-wrap: wrap; gap: .7rem; align-items: center; margin: .3rem 0 .8rem;
  font-family: ui-monospace, monospace; }
.badge { padding: .05rem .55rem; border-radius: .35rem; font: 600 .8rem/1.6 ui-monospace, monospace;
  color: var(--paper); background: var(--accent); }
.badge.refusal { background: light-dark(#a8321e, #ff9d8a); }
code { font: .88em ui-monospace, monospace; color: var(--code); overflow-wrap: anywhere; }
pre { margin: .4rem 0 1rem; padding: .9rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--panel); font-size: .92rem; line-height: 1.5; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .5rem .8rem .5rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
td:first-child code { white-space: nowrap; }
details { margin: .4rem 0; padding: .4rem .9rem; border: 1px solid var(--line); border-radius: .5rem; }
summary { cursor: pointer; }
section:target > h3 { color: var(--accent); }
@media (max-width: 56rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; } }
`;
