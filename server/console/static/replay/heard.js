/** What was heard of the caller and, after the call, of the agent: each with its moment. */

import { make } from "../lib/dom.js";
import { callLang, named } from "../lib/i18n.js";
import { moment } from "./story.js";

/** What the caller objected to, in the caller's own words. */
export function drawObjections(list, log, say) {
  const items = log.all("objection_heard").map((e) =>
    line(e.start_s, named(say, "subject", e.subject), e.quote, log, e.times > 1 ? say("replay.times", { n: e.times }) : ""));
  fill(list, items, say("replay.objections_none"));
}

/** Through which stages the caller went, and what led there. */
export function drawStages(list, log, say) {
  const items = log.all("stage_changed").map((e) => {
    const reasons = e.reasons.map((name) => named(say, "heard", name)).join(say("list.comma"));
    return make("li", {}, moment(e.since_s), make("div", {},
      make("p", {}, named(say, "stage", e.stage)), make("p", { class: "quiet" }, reasons || say("replay.stage_time"))));
  });
  fill(list, items, say("replay.stages_none"));
}

/** The agent's conduct: for the talk after the call, so a call that goes on has none here. */
export function drawConduct(list, log, say) {
  const noted = log.call.state === "live" ? [] : log.all("conduct_noted");
  const items = noted.map((e) => line(e.start_s, `${e.good ? "+" : "–"} ${named(say, "conduct", e.conduct)}`, e.quote, log));
  fill(list, items, say(log.call.state === "live" ? "replay.conduct_later" : "replay.conduct_none"));
}

function line(s, what, quote, log, more = "") {
  const words = make("p", { class: "quiet", lang: callLang(log.call.language) }, quote);
  return make("li", {}, moment(s), make("div", {}, make("p", {}, what, more && ` ${more}`), ...(quote ? [words] : [])));
}

function fill(list, items, none) {
  list.replaceChildren(...(items.length ? items : [make("li", { class: "none" }, none)]));
}
