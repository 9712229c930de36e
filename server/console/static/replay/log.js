/** A stored log: the panel at any moment, and what the charts draw of it. */

import { reduce, START } from "../panel/state.js";

export class Log {
  /**
   * @param {object} call its row
   * @param {{event: object}[]} stored in order
   */
  constructor(call, stored) {
    this.call = call;
    this.events = stored.map(({ event }) => event);
    const last = this.events.at(-1)?.known_at_s ?? 0;
    /** Seconds of the call. */
    this.lengthS = Math.max(call.heard_s ?? 0, last);
    this.#rewind();
  }

  /**
   * The panel's state at a moment: what was known by then, and nothing else.
   * @param {number} s media time
   * @returns {import("../panel/state.js").PanelState}
   */
  at(s) {
    if (s < this.now) this.#rewind();
    this.now = s;
    for (; this.next < this.events.length && this.events[this.next].known_at_s <= s + 1e-9; this.next += 1) {
      this.#take({ kind: "event", event: this.events[this.next] });
    }
    this.#take({ kind: "clock", media_s: Math.min(s, this.lengthS) });
    return this.state;
  }

  /** Every event of a kind. */
  all(...types) {
    return this.events.filter((event) => types.includes(event.type));
  }

  /** Stretches of speech of a role: [start, end]. */
  speech(role) {
    return this.all("speech_ended").filter((e) => e.role === role).map((e) => [e.start_s, e.at_s]);
  }

  /** Tense stretches: [start, end]. */
  tense() {
    const stretches = [];
    for (const { state, since_s: since } of this.all("state_changed")) {
      if (state === "tense") stretches.push([since, this.lengthS]);
      else if (stretches.length) stretches.at(-1)[1] = since;
    }
    return stretches;
  }

  /** Stages of the caller other than calm: words and turns, never the voice alone. */
  stages() {
    const changes = this.all("stage_changed");
    return changes
      .map((e, place) => ({ ...e, toS: changes[place + 1]?.since_s ?? this.lengthS }))
      .filter((e) => e.stage !== "calm");
  }

  /** Cards that were shown or withheld, each with its end. */
  cards() {
    const left = new Map(this.all("cue_left").map((e) => [e.cue_id, e]));
    const texts = new Map(this.all("cue_raised", "cue_shown").map((e) => [e.cue_id, e]));
    return this.all("cue_shown", "cue_withheld").map((e) => ({
      ...texts.get(e.cue_id),
      atS: e.known_at_s,
      endS: left.get(e.cue_id)?.known_at_s ?? this.lengthS,
      reason: left.get(e.cue_id)?.reason ?? "open",
      withheld: e.type === "cue_withheld",
    }));
  }

  #rewind() {
    this.next = 0;
    this.now = 0;
    this.state = START;
    // while it went on it was live, however it ended
    this.#take({ kind: "call", call: { ...this.call, state: "live" } });
  }

  #take(envelope) {
    this.state = reduce(this.state, { ...envelope, call_id: this.call.call_id });
  }
}
