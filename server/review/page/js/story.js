/** What was heard: objections, cards and what the agent did then, what was told, conduct. */

import { make } from "../../../console/static/lib/dom.js";
import { clock, oneLine } from "../../../console/static/lib/format.js";
import { callLang, named } from "../../../console/static/lib/i18n.js";
import { cited, moment, none, pairs, quote, table } from "./parts.js";

export function drawObjections(place, page) {
  const { report: { objections }, say } = page;
  const rows = objections.map(({ subject, times, line }) =>
    [moment(line.at_s), named(say, "subject", subject), times > 1 ? `${times} ×` : "", quote(page, line)]);
  const heads = ["at", "subject", "times", "words"].map((name) => say(`column.${name}`));
  place.replaceChildren(rows.length ? table(say("objections.title"), heads, rows) : none(say("objections.none")));
}

/** Each card with its way off the screen, what the agent did next, and the caller before and after. */
export function drawCards(place, page) {
  const { report: { cards }, say } = page;
  place.replaceChildren(...(cards.length ? cards.map((card) => one(page, card)) : [none(say("cards.none"))]));
}

function one(page, card) {
  const { report, say } = page;
  const lang = callLang(report.language);
  const shownS = card.left_at_s === null ? null : Math.round(card.left_at_s - card.at_s);
  const fate = card.withheld ? say(`withheld.${card.withheld}`)
    : say(shownS === null ? "card.open" : "card.shown", { s: shownS, reason: named(say, "left", card.left ?? "open") });
  const agent = card.agent.map((line) => make("li", {}, cited(page, line)));
  return make("article", { class: "card" },
    make("h3", {}, moment(card.at_s), " ", make("span", { lang }, card.why)),
    make("p", { class: "card-say", lang }, oneLine(card.say)),
    make("p", { class: "quiet" }, fate),
    pairs([
      [say("card.did"), make("span", { class: `chip did-${card.did}` }, say(`did.${card.did}`)),
        ...(agent.length ? [make("ul", { class: "said-then" }, ...agent)] : [])],
      [say("card.caller"), `${caller(page, card.before)} → ${caller(page, card.after)}`],
    ]));
}

function caller({ say }, { at_s: atS, state, index, stage, withdrawn }) {
  const parts = [state === null ? say("word.none") : say(`word.${state}`)];
  if (index !== null) parts.push(say("card.index", { index }));
  if (stage !== "calm" && stage !== null) parts.push(named(say, "stage", stage));
  if (withdrawn) parts.push(say("word.withdrawn"));
  return `${clock(atS)} ${parts.join(say("list.comma"))}`;
}

/** What the caller told, and asked again. */
export function drawTold(place, page) {
  const { report: { facts, repeated }, say } = page;
  const rows = [
    ...facts.map(({ kind, line }) => [moment(line.at_s), named(say, "fact", kind), quote(page, line)]),
    ...repeated.map((line) => [moment(line.at_s), say("told.again"), quote(page, line)]),
  ];
  const heads = ["at", "what", "words"].map((name) => say(`column.${name}`));
  place.replaceChildren(rows.length ? table(say("told.title"), heads, rows) : none(say("told.none")));
}

/** The agent's words and turn-taking: what was good, and what was not. Never how the agent felt. */
export function drawConduct(place, page) {
  const { report: { conduct }, say } = page;
  if (conduct.length === 0) return place.replaceChildren(none(say("conduct.none")));
  const list = (good) => make("div", {},
    make("h3", {}, say(good ? "conduct.good" : "conduct.bad")),
    make("ul", { class: "conduct-list" }, ...conduct.filter((noted) => noted.good === good).map(({ name, line }) =>
      make("li", {}, moment(line.at_s), " ", named(say, "conduct", name), " ", ...(line.text ? [quote(page, line)] : [])))));
  place.replaceChildren(make("div", { class: "two" }, list(true), list(false)));
}
