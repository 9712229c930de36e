/** Each feature of the voice against the speaker's own calm one: a bar from the middle. */

import { make } from "../lib/dom.js";
import { named } from "../lib/i18n.js";
import { measured, usual } from "../panel/sheet.js";

/** The least that fills a bar, so that a calm voice has short ones. */
const FULL = 0.75;
/** From this share of a bar on a feature is worth a colour. */
const TENSE = 0.2;

export function drawBars(place, { drivers }, say) {
  const sorted = [...drivers].sort((a, b) => a.name.localeCompare(b.name));
  if (sorted.length === 0) return;
  if (place.children.length !== 3 * sorted.length) {
    place.replaceChildren(...sorted.flatMap(() => [
      make("span", { class: "name" }), make("span", { class: "track", "aria-hidden": "true" }, make("span")), make("span", { class: "values" }),
    ]));
  }
  const full = Math.max(FULL, ...sorted.map((driver) => driver.contribution));
  sorted.forEach((driver, row) => {
    const [name, track, values] = [...place.children].slice(3 * row, 3 * row + 3);
    const value = Math.max(-0.5, Math.min(1, driver.contribution / full));
    name.textContent = named(say, "feature", driver.name);
    track.firstChild.style.setProperty("--value", value.toFixed(3));
    track.classList.toggle("tense", value >= TENSE);
    values.textContent = [measured(driver, driver.value, say), usual(driver, say)].filter(Boolean).join(", ");
  });
}
