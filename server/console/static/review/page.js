/** A review with its scorecard: what the machine says, what people say, what the agent says to it. */

import * as api from "../lib/api.js";
import { find, make, write } from "../lib/dom.js";
import { begin, fail } from "../lib/page.js";
import { remember, remembered } from "../lib/settings.js";
import { criterion, responseLine } from "./criterion.js";

const { lang, say } = await begin();
const callId = decodeURIComponent(location.pathname.split("/").at(-1));
const by = find(document, "[name=by]");
const blind = find(document, "[name=blind]");
const frame = find(document, ".report");
const told = find(document, ".told");
let shown = "";

find(document, "h1").textContent = callId;
document.title = `${callId} · Calmline`;
find(document, ".open").href = api.reportUrl(callId, { interface: lang });
find(document, ".download").href = api.reportUrl(callId, { interface: lang, download: "true" });
by.value = remembered("by") ?? "";
by.addEventListener("change", () => {
  remember("by", by.value.trim());
  refresh();
});
blind.addEventListener("change", refresh);
find(document, ".criteria").addEventListener("submit", (event) => {
  event.preventDefault();
  answer(event.target);
});
find(document, ".response").addEventListener("submit", (event) => {
  event.preventDefault();
  respond(event.target, event.submitter.value);
});
document.addEventListener("click", ({ target }) => {
  const found = target.closest(".moment");
  if (found) hear(found.dataset.s);
});
await refresh();

/** Draw it anew: somebody said something, or another person looks. */
async function refresh() {
  const who = by.value.trim();
  blind.disabled = who === "";
  if (!who) blind.checked = false;
  const hide = blind.checked ? { blind: "true", by: who } : {};
  try {
    draw(await api.review(callId, hide), hide);
    find(document, "main > .failed").hidden = true;
  } catch (error) {
    fail(say, error);
  }
}

function draw(report, hide) {
  const { scorecard, assessment, blind: hidden } = report;
  find(document, ".with-report").hidden = false;
  const left = hidden?.hidden.length ?? 0;
  const score = scorecard.score === null ? say("score.none")
    : `${say("score.of", { score: Math.round(report.effective.score ?? scorecard.score) })} ${say("score.share", { share: `${Math.round(100 * report.effective.assessed_share)} %` })}`;
  write(told, left ? say("assess.left", { n: left, of: scorecard.answers.length }) : by.value.trim() ? score : `${score} · ${say("assess.blind_who")}`);
  const items = scorecard.answers.map((one) => criterion(one, report, by.value.trim(), say));
  keepDrafts(find(document, ".criteria"), items);
  const about = find(document, ".response select");
  if (about.length === 0) {
    about.append(make("option", { value: "" }, say("assess.whole")),
      ...scorecard.answers.map((one) => make("option", { value: one.criterion_id }, one.title)));
  }
  find(document, ".responses").replaceChildren(...assessment.responses.map((one) => responseLine(one, scorecard, say)));
  show(api.reportUrl(callId, { interface: lang, ...(left ? hide : {}) }));
}

/** Replace only what says something else than before: what somebody has begun to answer stays. */
function keepDrafts(list, items) {
  items.forEach((item, place) => {
    const there = list.children[place];
    if (!there) list.append(item);
    else if (there.dataset.drawn !== item.dataset.drawn) there.replaceWith(item);
  });
}

/** The report beside it stays where it is, unless it has to show or hide something else. */
function show(address) {
  if (shown === address) return;
  shown = address;
  frame.src = address;
}

function hear(s) {
  const { location: place } = frame.contentWindow;
  place.hash = ""; // the same moment again is gone to again
  place.hash = `#t=${s}`;
}

async function answer(form) {
  const { reply, comment } = form.elements;
  const id = form.dataset.criterion;
  await submit(() => api.override(callId, {
    criterion_id: id, answer: reply.value === "none" ? null : reply.value, comment: comment.value.trim() || null,
    by: by.value.trim(), blind: form.dataset.hidden === "true",
  }), form);
  document.querySelector(`[data-criterion="${CSS.escape(id)}"] button`)?.focus();
}

async function respond(form, kind) {
  const { criterion: about, comment } = form.elements;
  const text = comment.value.trim() || null;
  const more = kind === "dispute" ? { criterion_id: about.value || null } : {};
  if (await submit(() => api.respond(callId, kind, { by: by.value.trim(), comment: text, ...more }), form)) comment.value = "";
}

/** Say something, if it is known who says it; a refusal is told where it was tried. */
async function submit(send, form) {
  if (!by.reportValidity() || !by.value.trim()) {
    by.focus();
    write(told, say("assess.by_why"));
    return false;
  }
  try {
    await send();
    await refresh();
    write(told, `${say("assess.saved")} ${told.textContent}`);
    return true;
  } catch (error) {
    const line = form.querySelector(".failed") ?? form.appendChild(make("p", { class: "failed", role: "alert" }));
    line.textContent = say("page.failed", { why: error.message });
    return false;
  }
}
