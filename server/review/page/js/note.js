/** The call note: each line with its moment, and the whole as plain text on one key. */

import { make } from "../../../console/static/lib/dom.js";
import { callLang } from "../../../console/static/lib/i18n.js";
import { noteLines, noteText } from "../../../console/static/lib/note.js";
import { cited, none, pairs, table } from "./parts.js";

export function drawNote(place, page) {
  const { report: { note, polished, language }, say } = page;
  const rows = noteLines(note, say).map(({ name, line, text }) => [name, ...(line && line.text !== text ? [text, " "] : []), ...(line ? [cited(page, line)] : [text])]);
  if (note.suggested_outcome) rows.push([say("callnote.suggested"), say(`outcome.${note.suggested_outcome}`)]);
  const promises = note.promises.map(({ who, what, due }) => [say(`role.${who}`), cited(page, what), due ?? say("callnote.no_due")]);
  const heads = ["who", "promise", "due"].map((name) => say(`column.${name}`));
  place.replaceChildren(
    ...(polished ? [inOtherWords(polished, language, say)] : []),
    rows.length ? pairs(rows) : none(say("callnote.none")),
    make("h3", {}, say("callnote.ledger")),
    promises.length ? table(say("callnote.ledger"), heads, promises) : none(say("callnote.no_promise")),
  );
}

/** The same by a language model, where one was asked for: named, and never instead of the quotes. */
function inOtherWords({ text, model, host }, language, say) {
  return make("div", { class: "polished" }, make("p", { lang: callLang(language) }, text),
    make("p", { class: "quiet" }, say("callnote.polished", { model, host })));
}

/** Put the note on the clipboard; @returns {Promise<void>} */
export function copyNote({ report, say }) {
  return navigator.clipboard.writeText(noteText(report.note, say));
}
