/** What the page is built with: its data, its words, elements, figures and colours. */
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const TEXTS = JSON.parse(document.getElementById("texts").textContent);
const HTML_LANG = { en: "en", zh: "zh-Hans" };
const settings = {
  lang: new URLSearchParams(location.search).get("lang") ?? document.documentElement.dataset.lang
    ?? (navigator.language.startsWith("zh") ? "zh" : "en"),
  theme: new URLSearchParams(location.search).get("theme") ?? "auto",
};
if (!(settings.lang in TEXTS)) settings.lang = "en";

/** The interface's words for a key. */
function say(key, values = {}) {
  const text = TEXTS[settings.lang][key];
  if (text === undefined) throw new Error(`no words for ${key} in ${settings.lang}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Words for a name from the data; one that has none here is shown as it is. */
const named = (kind, name) => (`${kind}.${name}` in TEXTS.en ? say(`${kind}.${name}`) : String(name));

/** An element with attributes and children; text goes in as text, never as markup. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const locale = () => (settings.lang === "zh" ? "zh-CN" : "en-GB");
const number = (value, digits = 0) =>
  value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (value, digits = 0) => `${number(100 * value, digits)} %`;
const signed = (text, value) => (value > 0 ? `+${text}` : text.replace("-", "−"));
const day = (iso) =>
  new Date(`${iso}T00:00:00Z`).toLocaleDateString(locale(), { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const weekName = (iso) =>
  new Date(`${iso}T00:00:00Z`).toLocaleDateString(locale(), { day: "numeric", month: "short", timeZone: "UTC" });
const weekday = (place) =>
  new Date(Date.UTC(2026, 0, 5 + place)).toLocaleDateString(locale(), { weekday: "short", timeZone: "UTC" });

/** Plotly reads markup in its texts; names and words are text. */
const plain = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A share with its range. */
const range = (share) => (share ? say("range", { low: percent(share[1], 1), high: percent(share[2], 1) }) : "");

const COLOURS = {
  ink: "--ink", muted: "--muted", line: "--line", strong: "--line-strong", surface: "--surface", sunken: "--sunken",
  accent: "--accent", accentSoft: "--accent-soft", tense: "--tense", tenseSoft: "--tense-soft", withdrawn: "--withdrawn",
};

/** What the custom properties compute to just now. */
function colours() {
  const probe = document.body.appendChild(document.createElement("span"));
  const found = Object.fromEntries(
    Object.entries(COLOURS).map(([name, property]) => {
      probe.style.color = `var(${property})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  found.font = getComputedStyle(document.body).fontFamily;
  probe.remove();
  return found;
}

const faded = (colour, alpha) => colour.replace(/^rgba?\(([^,]+),([^,]+),([^,)]+).*$/, `rgba($1,$2,$3,${alpha})`);

/**
 * A table. A column is `{title, number}`; a row `{cells, few, clear}` with its first cell as header.
 * It scrolls sideways by itself, so it takes the focus.
 */
function table(caption, columns, rows) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map((c) => el("th", { scope: "col", class: c.number && "number" }, c.title)))),
      el("tbody", {}, rows.map((row) => tableRow(columns, row)))));
}

function tableRow(columns, { cells, few = false, clear = false }) {
  return el("tr", { class: few ? "few" : clear ? "clear" : null },
    cells.map((cell, place) => place
      ? el("td", { class: columns[place].number && "number" }, cell)
      : el("th", { scope: "row" }, cell)));
}

/** A table that opens under its chart: the same figures, for whoever cannot see it or wants them. */
const figures = (caption, columns, rows) =>
  el("details", {}, el("summary", {}, say("as_table")), table(caption, columns, rows));
