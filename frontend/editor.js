// The SPARQL editor: takes the place of the plain field, and of loading a page for each answer.
//
// The form stays what it is. Whatever fails here, it is sent as it would be without this file.

import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

import { completions, missingPrefixes } from "./completion.js";
import { answer, LONGEST_ADDRESS } from "./result.js";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--code-value)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-name)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--quiet)", fontStyle: "italic" },
]);

function editorOver(form) {
  const field = form.querySelector("textarea");
  const label = form.querySelector(`label[for="${field.id}"]`);
  const phrases = JSON.parse(form.dataset.phrases || "{}");
  const known = terms(form.dataset.terms);

  const run = () => {
    const added = missingPrefixes(view.state.doc.toString(), known.prefixes);
    if (added) view.dispatch({ changes: { from: 0, insert: added } });
    form.requestSubmit();
    return true;
  };
  const view = new EditorView({
    state: EditorState.create({
      doc: field.value,
      extensions: [
        EditorState.phrases.of(phrases),
        EditorView.cspNonce.of(form.dataset.nonce),
        EditorView.contentAttributes.of({
          "aria-label": label.textContent,
          "aria-describedby": "editor-keys",
          "aria-multiline": "true",
          spellcheck: "false",
        }),
        EditorView.lineWrapping,
        EditorView.updateListener.of(update => {
          if (update.docChanged) field.value = update.state.doc.toString();
        }),
        // Tab is bound to nothing, so that the keyboard leads out of the editor.
        keymap.of([
          { key: "Mod-Enter", run },
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        lineNumbers(),
        history(),
        bracketMatching(),
        lintGutter(),
        autocompletion({ override: [completions(known)], icons: false }),
        sparql(),
        syntaxHighlighting(colours),
      ],
    }),
  });
  view.dom.dir = "ltr";
  // As high as the field, so that nothing below it moves.
  view.dom.style.blockSize = `${field.offsetHeight}px`;
  field.hidden = true;
  field.after(view.dom);
  label.addEventListener("click", () => view.focus());
  return view;
}

function terms(address) {
  const known = { prefixes: {}, terms: [] };
  fetch(address)
    .then(response => response.json())
    .then(found => Object.assign(known, found))
    .catch(() => {}); // Without the terms it is an editor all the same.
  return known;
}

function put(view, text) {
  if (text === view.state.doc.toString()) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** Marks the place that an error speaks of, and nothing if there is no error. */
function mark(view, region) {
  const wrong = region.querySelector("[data-line]");
  const found = [];
  if (wrong) {
    const { doc } = view.state;
    const line = doc.line(Math.min(Math.max(1, Number(wrong.dataset.line)), doc.lines));
    const at = Math.min(line.from + Math.max(0, Number(wrong.dataset.column) - 1), line.to);
    // A mistake at the very end of a line is shown at its last character.
    const place = view.state.wordAt(at) ?? { from: Math.max(line.from, Math.min(at, line.to - 1)), to: line.to };
    found.push({ from: place.from, to: place.to, severity: "error", message: wrong.textContent });
    if (view.hasFocus) view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  }
  view.dispatch(setDiagnostics(view.state, found));
}

function start(form) {
  const view = editorOver(form);
  const region = () => document.getElementById("result");
  const show = async (address, body) => {
    if (await answer(address, body)) mark(view, region());
    else form.submit();
  };

  form.addEventListener("submit", event => {
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form));
    const address = new URL(form.action);
    address.search = fields;
    if (address.href.length > LONGEST_ADDRESS) {
      show(new URL(form.action), fields);
      return;
    }
    if (address.href !== location.href) window.history.pushState(null, "", address);
    show(address);
  });
  window.addEventListener("popstate", async () => {
    const asked = new URL(location.href).searchParams.get("query");
    if (asked === null) location.reload();
    put(view, asked ?? "");
    show(location.href);
  });
  mark(view, region());
}

const form = document.querySelector("form[data-terms]");
if (form) start(form);
