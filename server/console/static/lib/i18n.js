/**
 * The interface in English and Simplified Chinese, whatever the language of the call.
 *
 * An element with ``data-t="key"`` gets its text from the dictionary, one with
 * ``data-t-label="key"`` its aria-label (and its title, where it has one).
 */

import { clock } from "./format.js";
import namesEn from "./names.en.js";
import namesZh from "./names.zh.js";
import pagesEn from "./pages.en.js";
import pagesZh from "./pages.zh.js";
import reviewEn from "./review.en.js";
import reviewZh from "./review.zh.js";
import scoreEn from "./score.en.js";
import scoreZh from "./score.zh.js";
import panelEn from "./words.en.js";
import panelZh from "./words.zh.js";

const DICTIONARIES = {
  en: { ...panelEn, ...pagesEn, ...namesEn, ...reviewEn, ...scoreEn },
  zh: { ...panelZh, ...pagesZh, ...namesZh, ...reviewZh, ...scoreZh },
};
const HTML_LANG = { en: "en", zh: "zh-Hans" };
const CALL_LANG = { en: "en", zh: "zh" };

/**
 * @typedef {(key: string, values?: Record<string, string|number>) => string} Say
 * @param {"en"|"zh"} lang
 * @returns {Say}
 */
export function speaker(lang) {
  const words = DICTIONARIES[lang];
  return (key, values = {}) => {
    const text = words[key];
    if (text === undefined) throw new Error(`no words for ${key} in ${lang}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return name === "at" && typeof value === "number" ? clock(value) : String(value);
    });
  };
}

/** Whether there are words for a key. */
export function has(key) {
  return key in DICTIONARIES.en;
}

/** Words for a name that the server gives; one that has none here (it is newer) is shown as it is. */
export function named(say, kind, name) {
  const key = `${kind}.${name}`;
  return has(key) ? say(key) : String(name).replaceAll("_", " ");
}

/** Write the interface's words into a part of the page. */
export function translate(root, say) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) {
    const label = say(element.dataset.tLabel);
    element.setAttribute("aria-label", label);
    if (element.hasAttribute("title")) element.title = label;
  }
}

/** Tell the browser which language the page is in: its fonts and its screen reader ask. */
export function applyLang(lang) {
  document.documentElement.lang = HTML_LANG[lang];
}

/** The language in which the caller and the card speak, for the same reason. */
export function callLang(language) {
  return CALL_LANG[language] ?? "";
}
