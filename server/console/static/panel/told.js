/** "Caller told you": facts in the caller's own words, and what the agent promised. */

import { find, make } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { callLang, knows } from "../lib/i18n.js";

/** The first seconds, while nothing was told: what this call is, and what is listened to. */
export function drawStart(root, state, say) {
  root.hidden = state.phase === "waiting" || state.facts.length + state.promises.length > 0;
  const consent = state.call?.consent;
  const rows = [
    ["start.channels", state.roles.map((role) => say(`role.${role}`)).join(" + ") || "–"],
    ["start.language", say(`call.${state.language ?? "unknown"}`)],
    ["start.consent", say(consent ? `consent.${consent.announced ? "" : "not_"}announced` : "consent.none")],
    ["start.words", state.words === null ? "–" : say(state.words ? "words.on" : "words.off")],
  ];
  find(root, ".start-rows").replaceChildren(
    ...rows.flatMap(([name, value]) => [make("dt", {}, say(name)), make("dd", {}, value)]),
  );
}

export function drawTold(root, { facts, promises, language }, say) {
  const lang = callLang(language);
  find(root, ".facts").hidden = facts.length === 0;
  find(root, ".fact-rows").replaceChildren(
    ...facts.flatMap(({ kind, quote }) => [
      make("dt", {}, knows(`fact.${kind}`) ? say(`fact.${kind}`) : kind),
      make("dd", { lang }, quote),
    ]),
  );
  find(root, ".promises").hidden = promises.length === 0;
  find(root, ".promise-rows").replaceChildren(
    ...promises.map(({ quote, due, startS }) =>
      make(
        "li",
        {},
        make("span", { lang }, quote),
        " ",
        make("span", { class: "due" }, due === null ? clock(startS) : `${say("promise.due", { due })} · ${clock(startS)}`),
      ),
    ),
  );
  root.scrollTop = root.scrollHeight; // what was told last is what matters now
}
