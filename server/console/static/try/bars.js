/** Each feature of the voice against the speaker's own calm one: a bar from the middle. */

import { make } from "../lib/dom.js";
import { measured } from "../panel/sheet.js";

/** A contribution to the score that fills the bar: with it alone the index would be at its end. */
const FULL = 0.77;
/** From here on a feature is worth a colour. */
const TENSE = 0.15;

export function drawBars(place, { drivers }, say) {
  const sorted = [...drivers].sort((a, b) => a.name.localeCompare(b.name));
  if (place.children.length !== 3 * sorted.length) {
    place.replaceChildren(...sorted.flatMap(() => [
      make("span", { class: "name" }), make("span", { class: "track", "aria-hidden": "true" }, make("span")), make("span", { class: "values" }),
    ]));
  }
  sorted.forEach((driver, row) => {
    const [name, track, values] = [...place.children].slice(3 * row, 3 * row + 3);
    const value = Math.max(-0.5, Math.min(1, driver.contribution / FULL));
    name.textContent = say(`feature.${driver.name}`);
    track.firstChild.style.setProperty("--value", value.toFixed(3));
    track.classList.toggle("tense", driver.contribution >= TENSE);
    values.textContent = `${measured(driver.name, driver.value, say)}, ${say("sheet.usual", { value: measured(driver.name, driver.baseline, say) })}`;
  });
}
