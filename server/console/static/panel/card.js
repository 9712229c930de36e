/** The slot of the one card: it comes and goes in 150 ms, and nothing else on the panel moves. */

import { copyOf, find, write } from "../lib/dom.js";
import { oneLine } from "../lib/format.js";
import { translate } from "../lib/i18n.js";

/** Longer than the fade, in case its end is never told (a hidden window draws nothing). */
const GONE_MS = 400;

export class CardSlot {
  /** @param {HTMLElement} slot */
  constructor(slot) {
    this.slot = slot;
    this.card = null;
    /** @type {HTMLElement|null} */
    this.element = null;
  }

  /** @param {import("../lib/i18n.js").Say} say */
  speak(say) {
    this.say = say;
    if (this.element) translate(this.element, say);
  }

  /**
   * @param {import("./state.js").Card|null} card
   * @param {string} lang of the card's words: the caller's, not the interface's
   */
  draw(card, lang) {
    if (card?.cueId === this.card?.cueId) return;
    if (this.element) leave(this.element);
    this.card = card;
    this.element = card && this.#enter(card, lang);
  }

  #enter(card, lang) {
    const element = find(copyOf("card"), ".card");
    translate(element, this.say);
    element.dataset.cue = card.cueId;
    element.classList.toggle("urgent", card.urgent);
    find(element, ".urgent-text").hidden = !card.urgent;
    for (const name of ["why-text", "say", "next-text", "avoid-text"]) find(element, `.${name}`).lang = lang;
    write(find(element, ".why-text"), card.why);
    write(find(element, ".say"), oneLine(card.say));
    write(find(element, ".next-text"), card.next);
    write(find(element, ".avoid-text"), card.avoid);
    this.slot.append(element);
    return element;
  }
}

function leave(element) {
  element.classList.add("leaving");
  element.inert = true;
  element.setAttribute("aria-hidden", "true");
  element.addEventListener("transitionend", () => element.remove(), { once: true });
  setTimeout(() => element.remove(), GONE_MS);
}
