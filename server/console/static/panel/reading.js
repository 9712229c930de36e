/** What the panel says of the caller: read from the state, in words, never in numbers. */

import { LEARNED_S } from "./state.js";

/** Change of the index over the last seconds below which the arrow lies flat. */
const FLAT = 10;

/**
 * The caller's state in a word, with an arrow and since when.
 * @param {import("./state.js").PanelState} state
 * @returns {{word: "none"|"learning"|"calm"|"tense"|"withdrawn", trend: "up"|"flat"|"down"|null,
 *   sinceS: number|null}}
 */
export function callerReading(state) {
  if (state.phase === "waiting") return { word: "none", trend: null, sinceS: null };
  if (state.noIndex !== null || state.optedOut) return { word: "none", trend: null, sinceS: null };
  if (state.withdrawnS !== null && state.caller.state === "calm") {
    return { word: "withdrawn", trend: "down", sinceS: state.withdrawnS };
  }
  if (!state.caller.decided && state.learnedS < LEARNED_S) {
    return { word: "learning", trend: null, sinceS: null };
  }
  const { state: word, sinceS, decided } = state.caller;
  return { word, trend: word === "tense" ? trend(state.readings) : "flat", sinceS: decided ? sinceS : null };
}

/**
 * The one line under it: what the agent should know of the analysis itself, the gravest first.
 * @param {import("./state.js").PanelState} state
 * @returns {{key: string, values?: object}|null} a key of the dictionary
 */
export function note(state) {
  if (state.phase === "waiting") return { key: "note.waiting" };
  if (state.phase === "over") return { key: `note.${state.end}` };
  if (state.optedOut) return { key: "note.opted_out" };
  if (state.paused) return { key: "note.paused" };
  if (state.onHold) return { key: "note.hold" };
  const blind = state.noIndex ?? state.degraded.find((reason) => NO_INDEX.includes(reason));
  if (blind) return { key: `note.${blind}` };
  if (state.helpS !== null) return { key: "note.help", values: { at: state.helpS } };
  if (state.degraded.includes("demo_words")) return { key: "note.demo_words" };
  if (callerReading(state).word === "learning") {
    return { key: "note.learning", values: { s: Math.floor(state.learnedS), of: LEARNED_S } };
  }
  if (state.withdrawnS !== null) return { key: "note.withdrawn" };
  if (state.degraded.includes("voice_only")) return { key: "note.voice_only" };
  if (state.degraded.includes("late_words")) return { key: "note.late_words" };
  return null;
}

const NO_INDEX = ["mono", "identical_channels", "unknown_role"];

function trend(readings) {
  if (readings.length < 2) return "flat";
  const change = readings.at(-1).index - readings[0].index;
  return change >= FLAT ? "up" : change <= -FLAT ? "down" : "flat";
}
