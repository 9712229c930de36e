/**
 * What the agent's panel knows, as one pure function of the envelopes that came in.
 *
 * Live and replay use the same function; it reads no clock and touches no page. An event that was
 * already taken is left out, so that a reconnect may repeat what it likes.
 *
 * @typedef {{name: string, contribution: number, value: number, baseline: number, unit: string}}
 *   Driver
 * @typedef {{cueId: string, cardId: string, kind: string, urgent: boolean, why: string,
 *   say: string, next: string, avoid: string, shownS: number}} Card
 * @typedef {{kind: string, quote: string, startS: number}} ToldFact
 * @typedef {{quote: string, due: string|null, startS: number}} Promised
 * @typedef {{id: string, text: string}} Said
 *
 * @typedef {object} PanelState
 * @property {"waiting"|"live"|"over"} phase
 * @property {string|null} end how the call ended: ended, broken or lost
 * @property {string|null} callId
 * @property {object|null} call its row, as the server tells it
 * @property {number} lastSeq last event taken
 * @property {number} mediaS seconds of the call so far
 * @property {string[]} roles who is on which channel
 * @property {string|null} language of the call
 * @property {boolean|null} words whether words are transcribed
 * @property {{state: "calm"|"tense", sinceS: number, decided: boolean}} caller
 * @property {number|null} withdrawnS since when the caller seems to have given up
 * @property {{atS: number, index: number}[]} readings the last seconds of the index, for the arrow
 * @property {number} learnedS seconds of calm voice learned
 * @property {boolean} heard whether the voice was measured at all
 * @property {string|null} noIndex why there is no index
 * @property {Driver[]} drivers
 * @property {Card|null} card
 * @property {ToldFact[]} facts
 * @property {Promised[]} promises
 * @property {string[]} phases reached by the agent's words
 * @property {Said|null} said last final words of the caller
 * @property {Said|null} saying words of the caller not final yet
 * @property {string[]} finals utterances whose words came, or never will; the last few
 * @property {string[]} degraded
 * @property {boolean} onHold
 * @property {boolean} paused
 * @property {boolean} optedOut
 * @property {number|null} helpS when the agent asked for help
 */

/** Seconds of calm voice after which the caller's normal voice counts as learned. */
export const LEARNED_S = 20;
const TREND_S = 8;
const FINALS_KEPT = 16;

/** @type {PanelState} */
export const START = Object.freeze({
  phase: "waiting",
  end: null,
  callId: null,
  call: null,
  lastSeq: 0,
  mediaS: 0,
  roles: [],
  language: null,
  words: null,
  caller: { state: "calm", sinceS: 0, decided: false },
  withdrawnS: null,
  readings: [],
  learnedS: 0,
  heard: false,
  noIndex: null,
  drivers: [],
  card: null,
  facts: [],
  promises: [],
  phases: [],
  said: null,
  saying: null,
  finals: [],
  degraded: [],
  onHold: false,
  paused: false,
  optedOut: false,
  helpS: null,
});

/** What each event changes; an event that is not named here changes nothing on the panel. */
const EVENTS = {
  call_started: (state, e) => ({ roles: e.roles, language: e.language, words: e.words }),
  degraded: (state, e) => ({ degraded: added(state.degraded, e.reason) }),
  hold: (state, e) => ({ onHold: e.on }),
  paused: (state, e) => ({ paused: e.on }),
  pressed: (state, e) => (e.key === "opted_out" ? { optedOut: true } : {}),
  help_wanted: (state, e) => ({ helpS: e.at_s }),
  baseline_reset: () => ({
    caller: START.caller, withdrawnS: null, readings: [], drivers: [], learnedS: 0, heard: false,
  }),

  index_changed: (state, e) =>
    e.index === null
      ? { noIndex: e.reason, drivers: [], readings: [], optedOut: state.optedOut || e.reason === "opted_out" }
      : {
          noIndex: null,
          heard: true,
          learnedS: e.baseline_s,
          drivers: e.drivers,
          readings: [...state.readings.filter((r) => r.atS > e.at_s - TREND_S), { atS: e.at_s, index: e.index }],
        },
  state_changed: (state, e) => ({ caller: { state: e.state, sinceS: e.since_s, decided: true } }),
  withdrawal: (state, e) => ({ withdrawnS: e.on ? e.at_s : null }),

  cue_shown: (state, e) => ({
    card: {
      cueId: e.cue_id, cardId: e.card_id, kind: e.kind, urgent: e.priority === "P0",
      why: e.why, say: e.say, next: e.next, avoid: e.avoid, shownS: e.known_at_s,
    },
  }),
  cue_left: (state, e) => (state.card?.cueId === e.cue_id ? { card: null } : {}),

  words_final: (state, e) => ({
    ...utteranceDone(state, e),
    ...(e.role === "caller" && e.text ? { said: { id: e.utterance_id, text: e.text } } : {}),
  }),
  words_missing: (state, e) => utteranceDone(state, e),
  fact_heard: (state, e) => {
    const known = state.facts.some((f) => f.kind === e.kind && same(f.quote, e.quote));
    return known ? {} : { facts: [...state.facts, { kind: e.kind, quote: e.quote, startS: e.start_s }] };
  },
  promise_made: (state, e) => ({
    promises: [...state.promises, { quote: e.quote, due: e.due, startS: e.start_s }],
  }),
  phase_reached: (state, e) => ({ phases: added(state.phases, e.phase) }),
};

const ENVELOPES = {
  waiting: () => START,
  call: (state, { call_id, call }) => ({
    ...(state.callId === call_id ? state : START),
    callId: call_id,
    call,
    phase: call.state === "live" ? "live" : "over",
    end: call.state === "live" ? null : call.state,
  }),
  event: (state, { event }) => {
    if (event.seq <= state.lastSeq) return state;
    const change = EVENTS[event.type]?.(state, event) ?? {};
    return { ...state, ...change, lastSeq: event.seq, mediaS: Math.max(state.mediaS, event.known_at_s) };
  },
  partial: (state, p) =>
    p.role !== "caller" || state.finals.includes(p.utterance_id)
      ? state
      : { ...state, saying: { id: p.utterance_id, text: p.text } },
  clock: (state, { media_s }) => ({ ...state, mediaS: Math.max(state.mediaS, media_s) }),
  end: (state, { state: end }) => ({ ...state, phase: "over", end, saying: null }),
};

/**
 * Take one envelope.
 * @param {PanelState} state
 * @param {{kind: string, call_id?: string}} envelope
 * @returns {PanelState} the same object where nothing changed
 */
export function reduce(state, envelope) {
  const ours = envelope.kind === "call" || envelope.kind === "waiting" || envelope.call_id === state.callId;
  return ours && envelope.kind in ENVELOPES ? ENVELOPES[envelope.kind](state, envelope) : state;
}

/** @returns {object} what changes when an utterance has its words, or will never have them */
function utteranceDone(state, { utterance_id: id }) {
  return {
    finals: [...state.finals, id].slice(-FINALS_KEPT),
    saying: state.saying?.id === id ? null : state.saying,
  };
}

function added(list, item) {
  return list.includes(item) ? list : [...list, item];
}

function same(one, other) {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
