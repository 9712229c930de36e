/**
 * What a person chose on this machine: language of the interface, light or dark, mode of the panel.
 *
 * The address says it for one page (?lang=zh), the browser remembers it for all.
 */

const PREFIX = "calmline.";
export const LANGS = ["en", "zh"];
export const THEMES = ["auto", "light", "dark"];
export const MODES = ["full", "tension", "quiet"];

const CHOICES = { lang: LANGS, theme: THEMES, mode: MODES };

/** @param {"lang"|"theme"|"mode"} name @param {string} otherwise */
export function setting(name, otherwise) {
  const asked = new URLSearchParams(location.search).get(name);
  return [asked, remembered(name), otherwise].find((value) => CHOICES[name].includes(value));
}

/** Remember a choice; a private window that refuses to is no reason to fail. */
export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // the choice then lasts as long as the page
  }
}

/** The next of the choices, after the last the first. */
export function after(name, value) {
  const choices = CHOICES[name];
  return choices[(choices.indexOf(value) + 1) % choices.length];
}

/** Light, dark, or as the system says. */
export function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

/** The language that the browser speaks, where it is one of ours. */
export function browserLang() {
  return navigator.language?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** What a person chose before, whatever it is; ``null`` if nothing. */
export function remembered(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}
