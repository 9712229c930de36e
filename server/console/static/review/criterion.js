/** One criterion of a scorecard, to be answered: the machine's answer, people's, and the own one. */

import { make } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { callLang, has } from "../lib/i18n.js";

const REPLIES = ["yes", "partly", "no", "none"];

/**
 * @param {object} answer of the scorecard
 * @param {object} report
 * @param {string} by who answers now
 * @param {import("../lib/i18n.js").Say} say
 */
export function criterion(answer, { scorecard, assessment, blind, effective, language }, by, say) {
  const { criterion_id: id, title, question } = answer;
  const hidden = blind?.hidden.includes(id) ?? false;
  const people = assessment.answers.filter((one) => one.criterion_id === id && one.form === scorecard.form);
  const own = people.findLast((one) => one.by === by);
  const doubtful = effective.suggest_only.includes(id) ? [make("span", { class: "quiet" }, say("score.suggest_only"))] : [];
  const drawn = JSON.stringify([answer, people, own, hidden, doubtful.length]);
  return make("li", { "data-drawn": drawn },
    make("form", { "data-criterion": id, "data-hidden": String(hidden) },
      make("h3", {}, title),
      make("p", { class: "quiet" }, question),
      make("p", {}, make("span", { class: "quiet" }, `${say("assess.machine")} `), ...(hidden ? [say("score.hidden")] : machine(answer, say)), " ", ...doubtful),
      ...(answer.evidence.length ? [make("ul", { class: "evidence" }, ...answer.evidence.map((line) => evidence(line, language, say)))] : []),
      ...people.map((one) => make("p", {}, make("span", { class: "quiet" }, `${one.by} `), reply(one.answer, say), one.comment ? ` ${one.comment}` : "")),
      make("fieldset", {}, make("legend", { class: "unseen" }, title),
        ...REPLIES.map((value) => choice(id, value, own, say))),
      make("label", { class: "comment" }, make("span", { class: "quiet" }, `${say("assess.comment")} (${say("assess.comment_why")})`),
        make("input", { type: "text", name: "comment", maxlength: "2000", value: own?.comment ?? "" })),
      make("button", { class: "plain" }, say("assess.save"), make("span", { class: "unseen" }, ` ${title}`))));
}

function choice(id, value, own, say) {
  const chosen = own && (own.answer ?? "none") === value ? { checked: "" } : {};
  return make("label", { class: "choice" },
    make("input", { type: "radio", name: "reply", value, required: "", ...chosen }), ` ${say(`answer.${value}`)}`);
}

function machine({ answer, not_assessable: reason, auto_fail_proposed: fail }, say) {
  const why = answer === null && has(`why_not.${reason}`) ? ` (${say(`why_not.${reason}`)})` : "";
  return [reply(answer, say), why, ...(fail ? [" ", make("strong", { class: "failed" }, say("score.proposed"))] : [])];
}

function reply(answer, say) {
  return make("strong", {}, say(`answer.${answer ?? "none"}`));
}

function evidence(line, language, say) {
  const about = has(`conduct.${line.about}`) ? `${say(`conduct.${line.about}`)} ` : "";
  return make("li", {}, make("button", { type: "button", class: "moment", "data-s": String(line.at_s) }, clock(line.at_s)), " ",
    make("span", { class: "quiet" }, about),
    ...(line.text ? [make("span", { lang: callLang(language) }, `${say("quote.open")}${line.text}${say("quote.close")}`)] : []));
}

/** What the agent said, and of what. */
export function responseLine({ kind, criterion_id: id, comment, by, at }, { answers }, say) {
  const title = answers.find((one) => one.criterion_id === id)?.title;
  return make("li", {}, make("strong", {}, say(`response.${kind}`)), title ? ` ${title}${say("list.colon")}` : " ", comment ?? "",
    make("span", { class: "quiet" }, ` ${by} · ${at.slice(0, 10)}`));
}
