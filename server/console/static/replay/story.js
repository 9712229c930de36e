/** Beside the charts, in words: every card with how it ended, and the whole transcript. */

import { make } from "../lib/dom.js";
import { clock, oneLine } from "../lib/format.js";
import { callLang, named } from "../lib/i18n.js";

/** A moment that can be gone to: the page seeks when its button is pressed. */
export function moment(s) {
  return make("button", { type: "button", class: "moment", "data-s": String(s) }, clock(s));
}

export function drawCards(list, log, say) {
  const lang = callLang(log.call.language);
  const items = log.cards().map((card) => {
    const seconds = (card.endS - card.atS).toFixed(0);
    const reason = named(say, "left", card.reason);
    const end = card.withheld ? say("replay.withheld") : say("replay.shown", { s: seconds, reason });
    return make("li", {}, moment(card.atS),
      make("div", {}, make("p", { lang, class: "card-why" }, card.why), make("p", { lang, class: "card-say" }, oneLine(card.say)), make("p", { class: "quiet" }, end)));
  });
  list.replaceChildren(...(items.length ? items : [make("li", {}, say("replay.card_none"))]));
}

/** @returns {{s: number, element: HTMLElement}[]} each line with when it was said */
export function drawTranscript(list, log, say) {
  const lang = callLang(log.call.language);
  const said = log.all("words_final", "words_missing").map((e) => {
    const text = e.type === "words_final" ? e.text : say("replay.words_missing", { reason: e.reason });
    const s = e.start_s ?? e.at_s;
    const role = named(say, "role", e.role);
    const element = make("li", { "data-role": e.role }, moment(s), make("span", { class: "who" }, role),
      make("span", { lang, class: e.type === "words_final" ? "what" : "quiet" }, text));
    return { s, element };
  });
  said.sort((a, b) => a.s - b.s);
  list.replaceChildren(...(said.length ? said.map((line) => line.element) : [make("li", {}, say("replay.transcript_none"))]));
  return said;
}
