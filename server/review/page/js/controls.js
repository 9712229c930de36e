/** The player of the page: buttons, keys, and the moments to hear. */

import { find, make } from "../../../console/static/lib/dom.js";
import { clock } from "../../../console/static/lib/format.js";

const STEP_S = 5;
const FAST = 1.5;
const KEYS = { j: "next", k: "before", s: "speed", c: "copy", " ": "toggle", ArrowLeft: "back", ArrowRight: "on" };
const LEGEND = [["J", "key.next"], ["K", "key.before"], ["", "key.toggle"], ["S", "key.speed"], ["← →", "key.step"], ["C", "key.copy"]];

export class Controls {
  /**
   * @param {HTMLElement} root the player's section
   * @param {import("../../../console/static/replay/player.js").Player} player
   * @param {{from_s: number, to_s: number}[]} moments
   * @param {{copy: () => void, failed: () => void, heard: (place: number|null) => void}} does
   */
  constructor(root, player, moments, does) {
    Object.assign(this, { root, player, moments, does });
    /** The moment that was gone to last, and where it ends. */
    this.place = null;
    this.untilS = Infinity;
    this.slider = find(root, "[name=position]");
    this.slider.max = String(player.lengthS);
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    find(root, ".play").addEventListener("click", () => this.toggle());
    find(root, ".speed").addEventListener("click", () => this.speed());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  speak(say) {
    this.say = say;
    find(this.root, ".player-keys").replaceChildren(...LEGEND.flatMap(([key, name]) => [make("kbd", {}, key || say("key.space")), ` ${say(name)} `]));
    this.#buttons(this.player.playing);
  }

  /** Show where the player is; a moment that was gone to stops at its end. */
  at(s, playing) {
    if (playing && s >= this.untilS) {
      this.untilS = Infinity;
      this.player.pause();
      return;
    }
    const text = `${clock(s)} / ${clock(this.player.lengthS)}`;
    this.slider.value = String(s);
    this.slider.setAttribute("aria-valuetext", text);
    find(this.root, ".moment-now").textContent = text;
    this.#buttons(playing);
  }

  /** Go to a time, away from any moment. */
  go(s) {
    this.untilS = Infinity;
    this.#hear(null);
    this.player.seek(s);
  }

  /** Hear a moment, from 5 s before it. */
  hear(place) {
    const found = this.moments[place];
    this.#hear(place);
    this.player.seek(found.from_s);
    this.untilS = found.to_s;
    if (!this.player.playing) this.toggle();
  }

  toggle() {
    if (this.player.playing) this.player.pause();
    else this.player.play().catch(this.does.failed);
  }

  speed() {
    this.player.speed(this.player.rate === 1 ? FAST : 1);
    this.#buttons(this.player.playing);
  }

  next() {
    if (this.moments.length) this.hear(this.place === null ? 0 : (this.place + 1) % this.moments.length);
  }

  before() {
    const last = this.moments.length - 1;
    if (last >= 0) this.hear(this.place ? this.place - 1 : last);
  }

  back() {
    this.go(this.player.s - STEP_S);
  }

  on() {
    this.go(this.player.s + STEP_S);
  }

  copy() {
    this.does.copy();
  }

  #hear(place) {
    if (place !== null || this.place !== null) this.does.heard(place);
    this.place = place;
  }

  #buttons(playing) {
    const { root, player, say } = this;
    if (!say) return;
    find(root, ".play").textContent = say(playing ? "replay.pause" : "replay.play");
    const speed = find(root, ".speed");
    speed.textContent = `${FAST}×`;
    speed.setAttribute("aria-label", say("player.speed"));
    speed.setAttribute("aria-pressed", String(player.rate !== 1));
  }

  #key(event) {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input:not([type=range]), select, textarea")) return;
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || (action === "toggle" && target.closest("button, summary, a"))) return;
    if (event.key.startsWith("Arrow") && target.closest("input")) return;
    event.preventDefault();
    this[action]();
  }
}
