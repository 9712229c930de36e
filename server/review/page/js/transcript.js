/** The transcript: follows the player; words below the limit are shaded. */

import { make } from "../../../console/static/lib/dom.js";
import { callLang, named } from "../../../console/static/lib/i18n.js";
import { moment, none } from "./parts.js";

/** @returns {{startS: number, endS: number, element: HTMLElement}[]} its lines, in order */
export function drawTranscript(list, page) {
  const { report, say } = page;
  const lang = callLang(report.language);
  const lines = [...report.transcript].sort((a, b) => a.start_s - b.start_s).map((said) => ({
    startS: said.start_s,
    endS: said.end_s,
    element: make("li", { "data-role": said.role, "data-s": String(said.start_s) },
      moment(said.start_s),
      make("span", { class: "who" }, named(say, "role", said.role)),
      said.missing ? make("span", { class: "quiet" }, say("replay.words_missing", { reason: said.missing }))
        : make("span", { class: "what", lang }, ...shaded(said, report.coverage.sure_from, say))),
  }));
  list.replaceChildren(...(lines.length ? lines.map((line) => line.element) : [make("li", { class: "none" }, none(say("transcript.none")))]));
  return lines;
}

export function drawLegend(place, { report, say }) {
  place.hidden = !report.transcript.some(({ words }) => words.length);
  place.replaceChildren(make("span", { class: "unsure" }, say("transcript.unsure")), " ",
    say("transcript.legend", { limit: report.coverage.sure_from }));
}

/** Words in the spelling and spacing of the whole utterance, the unsure ones marked. */
function shaded({ text, words }, sureFrom, say) {
  const parts = [];
  let [done, next] = [0, 0]; // written so far, and where the next word is looked for
  for (const word of words) {
    const at = text.indexOf(word.text.trim(), next);
    if (at < 0) continue;
    next = at + word.text.trim().length;
    if (word.probability >= sureFrom) continue;
    parts.push(text.slice(done, at), make("span", { class: "unsure", title: say("transcript.unsure") }, text.slice(at, next)));
    done = next;
  }
  return [...parts, text.slice(done)];
}

/** Marks the line that is said at a moment, and keeps it in sight. */
export class Follower {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    this.lines = [];
    this.now = null;
  }

  at(s) {
    const line = this.lines.findLast(({ startS }) => startS <= s + 0.05) ?? null;
    if (line === this.now) return;
    this.now?.element.removeAttribute("aria-current");
    this.now = line;
    if (!line) return;
    line.element.setAttribute("aria-current", "true");
    const { list } = this;
    const [top, middle] = [line.element.offsetTop - list.offsetTop, list.clientHeight / 2];
    list.scrollTop = top - middle + line.element.offsetHeight / 2; // the page itself stays where it is
  }
}
