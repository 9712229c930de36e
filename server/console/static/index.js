/** The list of recent calls: the newest first, fresh while somebody looks at it. */

import * as api from "./lib/api.js";
import { find, make } from "./lib/dom.js";
import { clock } from "./lib/format.js";
import { named } from "./lib/i18n.js";
import { begin, fail } from "./lib/page.js";
import { Uploads } from "./upload.js";

const PAGE = 50;
const FRESH_MS = 5000;

const { lang, say, config } = await begin();
const body = find(document, ".calls tbody");
const more = find(document, ".more-calls");
const started = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", {
  dateStyle: "medium", timeStyle: "short",
});

let wanted = PAGE;
more.addEventListener("click", () => {
  wanted += PAGE;
  refresh();
});
find(document, ".opener").addEventListener("submit", (event) => {
  event.preventDefault();
  location.assign(panelOf(new FormData(event.target).get("agent")));
});
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, FRESH_MS);
await refresh();
if (config.uploads) await new Uploads(find(document, ".uploads"), { say, lang, done: refresh }).start();

async function refresh() {
  if (document.hidden) return;
  try {
    const { calls, next_before: earlier } = await api.calls(wanted);
    const focused = document.activeElement?.getAttribute("href");
    body.replaceChildren(...calls.map(row));
    if (focused) body.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    find(document, ".calls").hidden = calls.length === 0;
    find(document, ".none").hidden = calls.length > 0;
    more.hidden = earlier === null;
    find(document, ".failed").hidden = true;
  } catch (error) {
    fail(say, error);
  }
}

function row(call) {
  const language = call.language === null ? "–" : named(say, "call", call.language);
  const links = [make("a", { href: `/replay/${encodeURIComponent(call.call_id)}` }, say("calls.replay"))];
  if (call.agent_id && call.state === "live") {
    links.unshift(make("a", { href: panelOf(call.agent_id) }, say("calls.panel")), " · ");
  }
  if (call.state !== "live") {
    links.push(
      " · ", make("a", { href: `/review/${encodeURIComponent(call.call_id)}` }, say("calls.review")),
      " · ", make("a", { href: api.reportUrl(call.call_id, { interface: lang }) }, say("calls.report")),
    );
  }
  return make(
    "tr",
    {},
    make("td", { class: "number" }, started.format(new Date(call.started_at))),
    make("td", {}, call.call_id),
    make("td", {}, call.agent_id ?? "–"),
    make("td", {}, call.queue ?? "–"),
    make("td", {}, language),
    make("td", { class: "number" }, call.heard_s === null ? "–" : clock(call.heard_s)),
    make("td", { class: call.state }, say(`state.${call.state}`)),
    make("td", {}, ...links),
  );
}

function panelOf(agentId) {
  return `/agent/${encodeURIComponent(agentId)}`;
}
