/** Small parts that every section of the page is made of. */

import { make } from "../../../console/static/lib/dom.js";
import { clock } from "../../../console/static/lib/format.js";
import { callLang, named } from "../../../console/static/lib/i18n.js";

/**
 * @typedef {object} Page what every section is drawn from
 * @property {object} report as ``calmline schema --report`` describes it
 * @property {import("../../../console/static/lib/i18n.js").Say} say
 * @property {"en"|"zh"} lang of the interface
 */

/** A moment that can be gone to: the player seeks when its button is pressed. */
export function moment(atS, label = clock(atS)) {
  return make("button", { type: "button", class: "moment", "data-s": String(atS) }, label);
}

/** The call's own words, in the call's language; shaded where they are no evidence. */
export function quote(page, line) {
  const { report, say } = page;
  const attributes = { class: sure(page, line) ? "quote" : "quote unsure", lang: callLang(report.language) };
  const open = say("quote.open");
  return make("q", attributes, `${open}${line.text}${say("quote.close")}`);
}

/** A moment and what was said then. */
export function cited(page, line) {
  const about = line.about ? [make("span", { class: "about-line" }, aboutOf(page, line)), " "] : [];
  return make("span", { class: "cited" }, moment(line.at_s), " ", ...about, ...(line.text ? [quote(page, line)] : []));
}

function aboutOf({ say, has }, line) {
  const key = ["conduct", "fact", "heard", "about"].map((kind) => `${kind}.${line.about}`).find(has);
  return key ? say(key) : "";
}

function sure({ report }, line) {
  return !line.text || (line.probability ?? 0) >= report.coverage.sure_from;
}

/** Rows of names and what belongs to them. */
export function pairs(rows, attributes = {}) {
  return make("dl", { class: "pairs", ...attributes }, ...rows.flatMap(([name, ...values]) =>
    [make("dt", {}, name), make("dd", {}, ...values)]));
}

/** A table that scrolls sideways where it must. */
export function table(caption, heads, rows) {
  const cell = (value) => (value instanceof Node ? value : String(value));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", {},
      make("caption", { class: "unseen" }, caption),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((value) => make("td", {}, cell(value))))))));
}

/** Something folded away; print opens it not. */
export function folded(summary, ...content) {
  return make("details", {}, make("summary", {}, summary), ...content);
}

export function none(text) {
  return make("p", { class: "none" }, text);
}

/** A share as a percentage; what is nearly all is not all. */
export function percent(share) {
  if (share > 0.995 && share < 1) return "> 99 %";
  if (share > 0 && share < 0.005) return "< 1 %";
  return `${Math.round(100 * share)} %`;
}

/** How the values of a sentence are read: names of things by their words, times as times. */
const READ = {
  stage: "stage", reason: "heard", after: "role", by: "role", leaning: "leaning", then: "then", reasons: "gone",
};

/** What a key says with its values; a key that has no words here (it is newer) is shown as it is. */
export function told({ say, has }, key, values = {}) {
  const read = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, reading(say, name, value)]));
  return has(key) ? say(key, read) : key.split(".").at(-1).replaceAll("_", " ");
}

function reading(say, name, value) {
  if (name in READ) return value.split(", ").map((each) => named(say, READ[name], each)).join(say("list.comma"));
  if (name === "share") return percent(value);
  if (name === "seconds") return String(Math.round(value));
  return name.endsWith("_s") ? clock(value) : value;
}
