// What the editor offers while somebody types: terms of the ontology, prefixes, words of SPARQL.

const WORDS =
  "SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS BIND VALUES GRAPH CONSTRUCT ASK DESCRIBE FROM " +
  "PREFIX ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC EXISTS NOT IN AS COUNT SUM MIN MAX AVG SAMPLE " +
  "GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND COALESCE IF CONTAINS STRSTARTS STRENDS REGEX " +
  "REPLACE LCASE UCASE STRLEN CONCAT YEAR MONTH DAY NOW IRI isIRI isLITERAL isBLANK";
const keywords = WORDS.split(" ").map(label => ({ label, type: "keyword", boost: -1 }));
const TYPED = /[?$]?[\p{L}_][\p{L}\w-]*(?::[\w.-]*)?|[?$]/u;

/** Returns the lines that declare the known prefixes that a query uses and does not declare. */
export function missingPrefixes(query, prefixes) {
  const bare = query.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/g, " ");
  const declared = new Set([...bare.matchAll(/PREFIX\s+([\w-]*):/gi)].map(found => found[1]));
  const used = new Set([...bare.matchAll(/(?<![\w?$@-])([a-z][\w-]*):/gi)].map(found => found[1]));
  return [...used]
    .filter(name => !declared.has(name) && Object.hasOwn(prefixes, name))
    .map(name => `PREFIX ${name}: <${prefixes[name]}>\n`)
    .join("");
}

/** Returns what completes a query; `known` may be filled after the editor is there. */
export function completions(known) {
  return context => {
    const typed = context.matchBefore(TYPED);
    if (!typed && !context.explicit) return null;
    const text = typed ? typed.text : "";
    return {
      from: typed ? typed.from : context.pos,
      options: /^[?$]/.test(text)
        ? variables(context.state.doc.toString(), text)
        : [...terms(known, text.includes(":")), ...prefixes(known), ...keywords],
      validFor: /^[?$]?[\p{L}\w.-]*$/u,
    };
  };
}

function variables(query, typed) {
  const names = new Set(query.match(/[?$]\w+/g));
  names.delete(typed);
  return [...names].map(label => ({ label, type: "variable" }));
}

/** Returns the terms by what they are written as, or else by what they are called. */
function terms(known, written) {
  return known.terms.map(({ name, label, definition }) => ({
    label: written || !label ? name : label,
    detail: written ? label : name,
    info: definition || undefined,
    type: "class",
    apply: (view, _, from, to) => insert(view, name, from, to, known.prefixes),
  }));
}

function prefixes(known) {
  return Object.entries(known.prefixes).map(([name, iri]) => ({
    label: `${name}:`,
    detail: iri,
    type: "namespace",
    apply: (view, _, from, to) => insert(view, `${name}:`, from, to, known.prefixes),
  }));
}

/** Puts a name in, and declares its prefix above if the query does not. */
function insert(view, name, from, to, prefixes) {
  const query = view.state.doc.toString();
  const declaring = /PREFIX\s+$/i.test(query.slice(0, from));
  const text = declaring ? `${name} <${prefixes[name.slice(0, -1)] ?? ""}>` : name;
  const head = declaring ? "" : missingPrefixes(query.slice(0, from) + text + query.slice(to), prefixes);
  view.dispatch({
    changes: [...(head ? [{ from: 0, insert: head }] : []), { from, to, insert: text }],
    selection: { anchor: head.length + from + text.length },
    userEvent: "input.complete",
  });
}
