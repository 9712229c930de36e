/** A call note as lines and as plain text: the same on the agent's panel and on a review's page. */

import { clock } from "./format.js";
import { named } from "./i18n.js";

/**
 * What a note says, line by line; what nobody said is left out.
 * @param {object} note as the server tells it
 * @param {import("./i18n.js").Say} say
 * @returns {{name: string, line: {text: string, at_s: number}|null, text: string}[]}
 */
export function noteLines(note, say) {
  const cause = note.root_cause ?? {};
  const surface = cause.surface_objection;
  const rows = [
    ["request", note.request],
    ["problem", note.problem],
    ["agreed", note.agreed],
    ["accepted", note.accepted],
    ["solved", note.answer, note.solved && say(`solved.${note.solved}`)],
    ["grade", null, note.grade && [note.grade, note.grade_reason && named(say, "grade", note.grade_reason), note.urgent && say("grade.urgent")].filter(Boolean).join(say("list.comma"))],
    ["surface", surface?.line, surface && named(say, "subject", surface.subject)],
    ["need", cause.deeper_need],
    ["point", cause.product_point],
    ["state", null, cause.state && say(`resolution.${cause.state}`)],
  ];
  return rows.filter(([, line, text]) => line || text)
    .map(([key, line, text]) => ({ name: say(`callnote.${key}`), line: line ?? null, text: text || line.text }));
}

/** The whole note for a ticket: one line each, with its moment. */
export function noteText(note, say) {
  const lines = noteLines(note, say).map(({ name, line, text }) => {
    const quoted = line && line.text !== text ? `${text}${say("list.colon")}${line.text}` : text;
    return `${name}${say("list.colon")}${quoted}${line ? ` (${clock(line.at_s)})` : ""}`;
  });
  const promises = note.promises.map(({ what, due }) =>
    `- ${what.text}${due ? ` [${due}]` : ""} (${clock(what.at_s)})`);
  return [...lines, ...(promises.length ? [`${say("callnote.ledger")}${say("list.colon")}`.trim(), ...promises] : [])].join("\n");
}
