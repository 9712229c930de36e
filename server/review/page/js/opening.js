/** What the page opens with: what cannot be known, and the call in five lines. */

import { make } from "../../../console/static/lib/dom.js";
import { clock } from "../../../console/static/lib/format.js";
import { named } from "../../../console/static/lib/i18n.js";
import { cited, moment, percent, quote, told } from "./parts.js";

/** What is missing, before anything that it would make worth less. */
export function drawLimits(place, page) {
  const { report, say } = page;
  place.hidden = report.limits.length === 0;
  place.replaceChildren(
    make("h2", {}, say("limit.title")),
    make("ul", {}, ...report.limits.map(({ kind, values, hides }) =>
      make("li", {}, told(page, `limit.${kind}`, values), " ", make("span", { class: "quiet" }, hidden(page, hides))))),
  );
}

function hidden({ say }, parts) {
  return parts.length ? say("limit.hides", { parts: parts.map((part) => named(say, "part", part)).join(say("list.comma")) }) : "";
}

export function drawFive(list, page) {
  const { say } = page;
  const lines = [
    ["five.wanted", wanted(page)],
    ["five.outcome", outcome(page)],
    ["five.coverage", coverage(page)],
    ["five.score", score(page)],
    ["five.moments", moments(page)],
  ];
  list.replaceChildren(...lines.flatMap(([key, values]) =>
    [make("dt", {}, say(key)), make("dd", { class: key.replace(".", "-") }, ...values)]));
}

function wanted(page) {
  const found = page.report.wanted;
  if (!found?.quote) return [page.say("wanted.none")];
  return [quoted(page, found), " ", moment(found.at_s)];
}

function outcome(page) {
  const { report: { outcome: { resolved, answer, left }, coverage: { words_share: words }, roles }, say } = page;
  const unheard = resolved === "unknown" && !(words && roles.includes("caller")); // not the same as unsaid
  return [
    make("strong", {}, say(unheard ? "resolved.unheard" : `resolved.${resolved}`)),
    ...(answer ? [" ", cited(page, answer)] : []),
    make("span", { class: "quiet" }, ` ${say(`left_call.${left.replaceAll(" ", "_")}`)}`),
  ];
}

function coverage({ report: { coverage: c, roles, call }, say }) {
  const words = c.words_share === null ? say("coverage.nobody")
    : c.words_share === 0 ? say("coverage.voice_only")
    : say("coverage.words", { share: percent(c.words_share) });
  const parts = [words];
  if (c.sure_share !== null) parts.push(say("coverage.sure", { share: percent(c.sure_share) }));
  parts.push(c.lost_share ? say("coverage.lost", { share: percent(c.lost_share) }) : say("coverage.whole"));
  if (call.files.length) parts.push(say("coverage.rate", { khz: Math.min(...call.files.map((file) => file.rate)) / 1000 }));
  parts.push(say("coverage.channels", { roles: roles.map((role) => say(`role.${role}`)).join(" + ") }));
  return [parts.join(" · ")];
}

/** The score, the share of the form behind it, and what a person should look at. */
function score(page) {
  const { report: { scorecard, effective, blind }, say } = page;
  if (blind?.hidden.length) return [say("score.blind")];
  const proposed = scorecard.answers.filter((answer) => answer.auto_fail_proposed).length;
  return [
    ...(scorecard.score === null ? [say("score.none")]
      : [make("strong", {}, say("score.of", { score: Math.round(scorecard.score) })), " ", say("score.share", { share: percent(scorecard.assessed_share) })]),
    ...(proposed ? [" ", make("span", { class: "chip urgent" }, say("score.auto_fail", { n: proposed }))] : []),
    ...(effective.by_people ? [" ", make("span", { class: "chip" }, corrected(effective, say))] : []),
  ];
}

/** The score with people's answers in the place of the machine's. */
function corrected({ score: value, by_people: n }, say) {
  return value === null ? say("score.overridden", { n }) : say("score.corrected", { n, score: Math.round(value) });
}

function moments(page) {
  const { report, say } = page;
  if (report.moments.length === 0) return [say("moments.none")];
  return [make("ol", { class: "moments" }, ...report.moments.map((found, place) =>
    make("li", { "data-place": String(place) },
      make("button", { type: "button", class: "hear" },
        make("span", { class: "hear-at" }, clock(found.from_s)), " ",
        make("strong", {}, title(page, found))),
      ...(found.quote ? [quoted(page, found)] : []),
      make("span", { class: "quiet" }, told(page, found.why.key, found.why.values)))))];
}

/** What the agent did is named as such: what it is an instance of, then what it was. */
function title(page, { kind, title_key: key }) {
  const named = told(page, key);
  return key === `moment.${kind}` ? named : `${told(page, `moment.${kind}`)}${page.say("list.colon")}${named}`;
}

/** Words of a moment are evidence, or it would not be shown. */
function quoted(page, found) {
  return quote(page, { text: found.quote, probability: 1 });
}
