/** Draws the panel's state. It keeps nothing but what is on the screen, and asks no clock. */

import { copyOf, find, make, write } from "../lib/dom.js";
import { clock, tail } from "../lib/format.js";
import { callLang, translate } from "../lib/i18n.js";
import { CardSlot } from "./card.js";
import { callerReading, note } from "./reading.js";
import { drawStart, drawTold } from "./told.js";

const ARROWS = { up: "↑", flat: "→", down: "↓" };
const PHASES = ["opening", "problem", "options", "closing"];
/** Two lines of the panel, in half-width characters. */
const SAID_WIDTH = 84;

/**
 * @typedef {object} Look how the agent wants the panel, apart from the call
 * @property {"full"|"tension"|"quiet"} mode
 * @property {boolean} words whether the caller's last words are shown
 * @property {"waiting"|"connecting"|"live"|"over"|"replay"} status
 */

export class PanelView {
  /**
   * @param {HTMLElement} host where the panel goes
   * @param {import("../lib/i18n.js").Say} say
   */
  constructor(host, say) {
    host.replaceChildren(copyOf("panel"));
    /** @type {HTMLElement} */
    this.root = find(host, ".panel");
    this.slot = new CardSlot(find(this.root, ".slot"));
    find(this.root, ".ticks").append(...PHASES.map((phase) => make("li", { "data-phase": phase })));
    this.speak(say);
  }

  /** Say everything in another language from the next :meth:`draw` on. */
  speak(say) {
    this.say = say;
    translate(this.root, say);
    this.slot.speak(say);
    this.drawn = {};
  }

  /**
   * @param {import("./state.js").PanelState} state
   * @param {Look} look
   */
  draw(state, look) {
    const { root } = this;
    root.dataset.mode = look.mode;
    root.dataset.words = look.words ? "on" : "off";
    root.dataset.status = look.status;
    write(find(root, ".status-text"), this.say(`status.${look.status}`));
    write(find(root, ".clock"), clock(state.mediaS));
    this.#context(context(state, this.say));
    write(find(root, ".pause-text"), this.say(state.paused ? "key.resume" : "key.pause"));
    for (const name of ["help", "pause", "opted_out"]) {
      find(root, `.keys [data-do=${name}]`).disabled = look.status === "replay" || state.phase !== "live" || state.optedOut;
    }
    find(root, ".keys [data-do=words]").setAttribute("aria-pressed", String(look.words));
    this.#caller(state);
    this.slot.draw(look.mode === "quiet" && !state.card?.urgent ? null : state.card, callLang(state.language));
    this.#when("told", [state.facts, state.promises, state.call, state.roles, state.words, state.language], () => {
      drawStart(find(root, ".start"), state, this.say);
      drawTold(find(root, ".told"), state, this.say);
    });
    this.#when("ticks", [state.phases], () => this.#ticks(state.phases));
    this.#said(state);
  }

  #context(text) {
    const line = find(this.root, ".context");
    write(line, text);
    line.title = text; // it is one line, and may be cut
  }

  #caller(state) {
    const { root, say } = this;
    const { word, trend, sinceS } = callerReading(state);
    root.dataset.word = word;
    write(find(root, ".word"), say(`word.${word}`));
    write(find(root, ".arrow"), ARROWS[trend] ?? "");
    write(find(root, ".trend-text"), trend ? say(`trend.${trend}`) : "");
    write(find(root, ".since"), sinceS === null ? "" : say("since", { at: sinceS }));
    const line = note(state);
    write(find(root, ".note"), line ? say(line.key, line.values) : "");
  }

  #ticks(phases) {
    for (const item of find(this.root, ".ticks").children) {
      const done = phases.includes(item.dataset.phase);
      item.classList.toggle("done", done);
      item.replaceChildren(
        this.say(`phase.${item.dataset.phase}`),
        make("span", { class: "unseen" }, ` ${this.say(done ? "tick.done" : "tick.open")}`),
      );
    }
  }

  #said({ said, saying, language }) {
    const line = find(this.root, ".said");
    line.lang = callLang(language);
    const partial = tail(saying?.text ?? "", SAID_WIDTH);
    const room = SAID_WIDTH - 2 * partial.length;
    write(find(line, ".final"), room > 10 && said ? tail(said.text, partial ? room : SAID_WIDTH) : "");
    write(find(line, ".partial"), partial ? ` ${partial}` : "");
  }

  /** Draw a part only when what it shows has changed. */
  #when(part, shown, draw) {
    const before = this.drawn[part];
    if (before && shown.every((value, place) => value === before[place])) return;
    this.drawn[part] = shown;
    draw();
  }
}

/** In a context, what is for the server: which bundled call this is. */
const NOT_SHOWN = ["sample"];

/** Who calls: what the source told of the caller, in the order in which it told it. */
function context({ phase, call }, say) {
  if (phase === "waiting") return "";
  const told = Object.entries(call?.context ?? {}).filter(
    ([name, value]) => !NOT_SHOWN.includes(name) && ["string", "number"].includes(typeof value),
  );
  return told.map(([, value]) => value).join(" · ") || call?.caller_ref || say("context.unknown");
}
