/** A stored log: the panel at any moment, and what the charts draw of it. */

import { reduce, START } from "../panel/state.js";

/** Plotly stays quick up to here; a trace with more keeps its lowest and highest points. */
export const MOST_POINTS = 5000;

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

/** Without a reading for so long the line breaks: nothing was measured there. */
const GAP_S = 5;

/** Break a line where nothing was measured; at most doubles the points. */
export function broken(points) {
  return points.flatMap((point, place) => {
    const far = place > 0 && point.x - points[place - 1].x > GAP_S;
    return far ? [{ x: point.x, y: null }, point] : [point];
  });
}

/**
 * At most so many points: of each stretch the lowest and the highest, so that no peak is lost.
 * @template {{y: number}} P
 * @param {P[]} points in order
 */
export function thin(points, most = MOST_POINTS) {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / Math.floor(most / 2));
  const kept = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    const low = stretch.reduce((a, b) => (b.y < a.y ? b : a));
    const high = stretch.reduce((a, b) => (b.y > a.y ? b : a));
    kept.push(...(low === high ? [low] : stretch.indexOf(low) < stretch.indexOf(high) ? [low, high] : [high, low]));
  }
  return kept;
}
