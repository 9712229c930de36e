/** The sheet that lies over the lower half on request: why, keys and settings, opting out. */

import { make } from "../lib/dom.js";
import { callLang, named } from "../lib/i18n.js";
import { MODES, THEMES } from "../lib/settings.js";

/** At most so many drivers: the rest would be reading, not glancing. */
const MOST = 3;

export class Sheet {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    /** @type {string|null} */
    this.open = null;
  }

  /** Open one of the sheets; if it is open already, close it. */
  toggle(name, content) {
    if (this.open === name) {
      this.close();
      return;
    }
    this.returnTo = this.element.hidden ? this.element.ownerDocument.activeElement : this.returnTo;
    this.show(name, content);
    this.element.focus();
  }

  /** Open one of the sheets without taking the keyboard from whoever types elsewhere. */
  show(name, content) {
    this.open = name;
    this.#fill(content);
    this.element.hidden = false;
  }

  /** Write an open sheet again, where it is. */
  refresh(content) {
    const action = this.element.ownerDocument.activeElement?.dataset.do;
    this.#fill(content);
    this.element.querySelector(`[data-do=${action}]`)?.focus();
  }

  /** The first element is the sheet's heading. */
  #fill(content) {
    this.element.replaceChildren(...content);
    this.element.setAttribute("aria-label", content[0].textContent);
  }

  close() {
    if (this.open === null) return;
    this.open = null;
    this.element.hidden = true;
    if (this.returnTo?.isConnected) this.returnTo.focus();
  }
}

/**
 * Why the card came, or else what stands out just now, against the caller's own calm voice: numbers,
 * because they were asked for.
 */
export function whyContent({ drivers, card, language }, say) {
  const out = drivers.filter((driver) => driver.contribution > 0);
  const told = card?.reasons.length
    ? card.reasons.map(({ text, driver }) => [make("dt", { lang: callLang(language) }, text), driver])
    : out.map((driver) => [make("dt", {}, named(say, "feature", driver.name)), driver]);
  const rows = told.slice(0, MOST).flatMap(([name, driver]) => [
    name,
    make("dd", {}, measured(driver, driver.value, say), make("span", { class: "usual" }, ` ${usual(driver, say)}`)),
  ]);
  return [
    make("h2", {}, say("sheet.why")),
    rows.length ? make("dl", { class: "pairs" }, ...rows) : make("p", {}, say("sheet.why.none")),
    buttons(say, ["close", "W", "key.close"]),
  ];
}

/** Every key, and what can be chosen. */
export function moreContent(look, say) {
  const rows = [
    ["mode", "M", say("key.mode"), say(`mode.${MODES.includes(look.mode) ? look.mode : "full"}`)],
    ["lang", "L", say("key.lang"), say("lang.name")],
    ["theme", "D", say("key.theme"), say(`theme.${THEMES.includes(look.theme) ? look.theme : "auto"}`)],
    ["popout", "F", say("key.popout"), ""],
  ];
  const keys = [
    ["Esc", "key.not_now"], ["X", "key.wrong"], ["W", "key.why"], ["H", "key.help"], ["P", "key.pause"],
    ["O", "key.opted_out"], ["T", "key.words"], ["N", "callnote.title"],
  ];
  return [
    make("h2", {}, say("sheet.more")),
    make("div", { class: "choices" }, ...rows.map(([action, key, name, value]) =>
      make("button", { type: "button", "data-do": action }, make("kbd", {}, key), ` ${name}`, make("span", { class: "value" }, value)))),
    make("p", { class: "all-keys" }, ...keys.flatMap(([key, name]) =>
      [make("span", {}, make("kbd", {}, key), ` ${say(name)}`), " "])),
    buttons(say, ["close", "Esc", "key.close"]),
  ];
}

/** Opting out cannot be undone, so it takes two keys. */
export function optOutContent(say) {
  return [
    make("h2", {}, say("sheet.opted_out")),
    make("p", {}, say("sheet.opted_out.text")),
    buttons(say, ["opted_out_yes", "O", "sheet.opted_out.yes"], ["close", "Esc", "sheet.opted_out.no"]),
  ];
}

/** One line, when a key did not reach the server. */
export function failedContent(say) {
  return [make("h2", {}, say("sheet.not_sent")), buttons(say, ["close", "Esc", "key.close"])];
}

function buttons(say, ...all) {
  return make("p", { class: "actions" }, ...all.map(([action, key, name]) =>
    make("button", { type: "button", "data-do": action }, make("kbd", {}, key), ` ${say(name)}`)));
}

/** A value of a feature, in units that a person knows. */
export function measured({ name, unit }, value, say) {
  if (name === "f0_median") return say("unit.hz", { n: Math.round(100 * 2 ** (value / 12)) }); // st re 100 Hz
  switch (unit) {
    case "st": return say("unit.st", { n: value.toFixed(1) });
    case "syl/s": return say("unit.syl", { n: value.toFixed(1) });
    case "ratio": return say("unit.pause", { n: (10 * value).toFixed(1) });
    case "dB": return say("unit.db", { n: value.toFixed(0) });
    default: return say("unit.times", { n: Math.round(value) }); // heard in words or turns
  }
}

/** What the caller's calm voice has of it; nothing for what is counted. */
export function usual(driver, say) {
  const counted = !["st", "syl/s", "ratio", "dB"].includes(driver.unit);
  return counted ? "" : say("sheet.usual", { value: measured(driver, driver.baseline, say) });
}
