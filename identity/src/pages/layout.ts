import { html, type Html } from './html.ts';

/** Where the style sheet is served; a path of ours, so that no page needs inline styles. */
export const stylePath = '/oauth2/style.css';

/** A whole page. It works without scripts, on a phone, and with the keyboard alone. */
export const page = (title: string, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${stylePath}" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.html;

/** A message that screen readers tell at once. */
export const problem = (text: string | null): Html | null =>
  text === null ? null : html`<p class="problem" role="alert">${text}</p>`;

/** Contrast of text and controls is at least 4.5 to 1 in both colour schemes (WCAG 2.2, 1.4.3). */
export const style = `:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #ffffff; --line: #6b6b76; --act: #0b57d0; --on-act: #ffffff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6ea; --paper: #17171a; --line: #9a9aa6; --act: #a8c7fa; --on-act: #062e6f; --bad: #f2b8b5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.125rem; }
label { display: block; margin: 1rem 0 0.25rem; font-weight: 600; }
input[type='text'], input[type='tel'], input[type='email'], input[type='password'] { width: 100%; min-height: 3rem; padding: 0 0.75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 0.375rem; }
button { width: 100%; min-height: 3rem; margin-top: 1rem; font: inherit; font-weight: 600; border-radius: 0.375rem; border: 1px solid var(--act); background: var(--act); color: var(--on-act); cursor: pointer; }
button.second { background: transparent; color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.problem { padding: 0.75rem; border: 1px solid var(--bad); border-radius: 0.375rem; color: var(--bad); }
.hint, small { font-size: 0.875rem; }
a { color: var(--act); }
code { font-size: 1.25rem; letter-spacing: 0.05em; overflow-wrap: anywhere; }
.done { padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.375rem; }
ul { padding-left: 1.25rem; }
.cards { padding: 0; list-style: none; }
.cards li { margin: 0.75rem 0; padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.375rem; }
.cards p { margin: 0.25rem 0; }
.cards button { margin-top: 0.5rem; }
img { display: block; max-width: 100%; height: auto; margin: 1rem 0; background: #ffffff; }
`;
