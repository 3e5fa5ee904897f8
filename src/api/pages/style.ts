/**
 * How the pages look: the reader's own fonts, light or dark as the reader has it, one column on a phone.
 */
export const style = `:root {
  color-scheme: light dark;
  --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --band: #f3f5f7;
  --link: #0550ae; --bad: #a40e26; --badpaper: #fff0ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3; --soft: #a3adb8; --paper: #12161b; --line: #3d444d; --band: #1c2128;
    --link: #79b8ff; --bad: #ff9d94; --badpaper: #3a1a1c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
h1 small { font-size: 1rem; font-weight: normal; color: var(--soft); }
h2 { font-size: 1.15rem; margin: 1.5rem 0 0.25rem; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
nav a { margin-right: 1rem; }
dt { font-weight: 600; margin-top: 0.75rem; }
dd { margin: 0; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
form { border: 1px solid var(--line); border-radius: 6px; padding: 1rem; margin: 1rem 0; }
form[hidden], p[hidden] { display: none; }
label { display: block; font-weight: 600; }
input { font: inherit; width: 100%; max-width: 28rem; padding: 0.4rem; margin: 0.25rem 0; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; }
button { font: inherit; padding: 0.4rem 0.9rem; color: inherit; background: var(--band); border: 1px solid var(--soft); border-radius: 4px; cursor: pointer; }
.soft { color: var(--soft); font-size: 0.9rem; margin: 0.25rem 0; }
.bad { color: var(--bad); background: var(--badpaper); border-left: 4px solid var(--bad); padding: 0.4rem 0.75rem; overflow-wrap: anywhere; }
section { border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem 1rem; margin: 0 0 0.75rem; }
section h2 { margin-top: 0; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
caption { text-align: left; color: var(--soft); font-size: 0.9rem; padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; font-weight: normal; }
thead th { border-top: 0; color: var(--soft); font-size: 0.85rem; }
tbody th { width: 24%; }
tr.differs th, tr.differs td { background: var(--badpaper); }
.mark { color: var(--bad); font-weight: 700; }
.tag { display: inline-block; border: 1px solid var(--soft); border-radius: 999px; padding: 0 0.5rem; font-size: 0.8rem; margin-left: 0.4rem; }
@media (max-width: 42rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td, caption { display: block; width: 100%; }
  tbody th { width: 100%; font-weight: 600; padding-bottom: 0; }
  td { border-top: 0; padding-top: 0; padding-left: 0.75rem; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); font-size: 0.85rem; }
  td:empty { display: none; }
}
@media (prefers-reduced-motion: no-preference) { button:hover { filter: brightness(0.95); } }
`;
