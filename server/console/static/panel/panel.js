/**
 * The panel at work: a state, the view of it, and what keys do.
 *
 * Where the envelopes come from (a live socket, a stored log) is not its business.
 */

import * as api from "../lib/api.js";
import { applyLang, speaker } from "../lib/i18n.js";
import { after, applyTheme, browserLang, remember, setting } from "../lib/settings.js";
import { listen } from "./keys.js";
import { Note } from "./note.js";
import { failedContent, moreContent, optOutContent, Sheet, whyContent } from "./sheet.js";
import { reduce, START } from "./state.js";
import { PanelView } from "./view.js";

export class Panel {
  /**
   * @param {HTMLElement} host
   * @param {object} options
   * @param {string|null} [options.lang] if nobody chose one; else the browser's
   * @param {"waiting"|"replay"} [options.status]
   * @param {() => void} [options.onPopout] what the key for an own window does
   * @param {(choice: {lang: string}) => void} [options.onLang] tells the page around it
   * @param {boolean} [options.reviews] whether the server writes notes of calls
   */
  constructor(host, { lang, status = "waiting", onPopout, onLang, reviews = false } = {}) {
    this.state = START;
    this.onPopout = onPopout;
    this.onLang = onLang;
    this.replays = status === "replay";
    this.lang = setting("lang", lang ?? browserLang());
    this.look = {
      mode: this.replays ? "full" : setting("mode", "full"),
      theme: setting("theme", "auto"),
      words: true,
      status,
    };
    this.say = speaker(this.lang);
    applyLang(this.lang);
    applyTheme(this.look.theme);
    this.note = reviews && !this.replays ? new Note(() => this.#noteCame()) : null;
    this.view = new PanelView(host, this.say);
    this.sheet = new Sheet(this.view.root.querySelector(".sheet"));
    this.stop = listen(this.view.root, (action) => this.act(action));
    this.draw();
  }

  /** Take an envelope, and show what it changes. */
  take(envelope) {
    this.show(reduce(this.state, envelope));
  }

  /** Show a state. */
  show(state) {
    if (state === this.state) return;
    const before = this.state;
    this.state = state;
    this.draw();
    const next = before.callId !== state.callId;
    if (next && (this.sheet.open !== "note" || state.phase === "live")) this.sheet.close();
    if (next && state.phase === "live") this.note?.drop();
    if (next || before.phase !== state.phase) this.tellQuiet();
    if (before.phase === "live" && state.phase !== "live" && !before.optedOut) this.note?.fetch(before);
    if (state.card && state.card.cueId !== before.card?.cueId) mark("calmline:card", state.card.cueId);
  }

  /** Whether the server is there. */
  connected(up) {
    this.look.up = up;
    this.draw();
  }

  draw() {
    const status = this.replays ? "replay" : this.look.up ? this.state.phase : "connecting";
    this.view.draw(this.state, { ...this.look, status });
    const content = SHEETS[this.sheet.open];
    if (this.sheet.open === "why") this.sheet.refresh(content(this));
  }

  /** @param {string} action a key's name; see ``keys.js`` */
  act(action) {
    if (action === "escape") action = this.sheet.open ? "close" : "not_now";
    if (action === "opted_out" && this.sheet.open === "opted_out") action = "opted_out_yes";
    if (action in SHEETS) this.#open(action);
    else ACTIONS[action]?.(this);
  }

  /** Choose the next mode, language or light, and remember it. */
  choose(name, value) {
    const chosen = after(name, value);
    remember(name, chosen);
    return chosen;
  }

  restyle() {
    this.draw();
    if (this.sheet.open) this.sheet.refresh(SHEETS[this.sheet.open](this));
  }

  /** A card that is not drawn was not shown: the call has to know. */
  tellQuiet(was = false) {
    const quiet = this.look.mode === "quiet";
    if (quiet !== was) this.press(quiet ? "quiet_on" : "quiet_off");
  }

  /** Press a key in the call; the server's events say what came of it. */
  async press(key, cueId = null) {
    if (this.replays || this.state.phase !== "live") return;
    try {
      await api.press(this.state.callId, key, cueId);
    } catch {
      this.#open("failed");
    }
  }

  /** The call is over and its note is there: it lies where cards were, and moves nothing. */
  #noteCame() {
    if (this.state.phase !== "live" && this.sheet.open !== "more") this.sheet.show("note", SHEETS.note(this));
  }

  #open(name) {
    if (name === "note" && !this.note?.note) return;
    if (name === "opted_out" && (this.replays || this.state.phase !== "live" || this.state.optedOut)) return;
    this.sheet.toggle(name, SHEETS[name](this));
    if (name === "why" && this.sheet.open) this.press("why", this.state.card?.cueId);
  }
}

const SHEETS = {
  why: ({ state, say }) => whyContent(state, say),
  more: ({ look, say }) => moreContent(look, say),
  opted_out: ({ say }) => optOutContent(say),
  failed: ({ say }) => failedContent(say),
  note: ({ note, say }) => note.content(say),
};

const ACTIONS = {
  close: (panel) => panel.sheet.close(),
  not_now: (panel) => panel.state.card && panel.press("not_now", panel.state.card.cueId),
  wrong: (panel) => panel.state.card && panel.press("wrong", panel.state.card.cueId),
  help: (panel) => panel.press("help"),
  pause: (panel) => panel.press("pause"),
  opted_out_yes: (panel) => {
    panel.sheet.close();
    panel.press("opted_out");
  },
  words: (panel) => {
    panel.look.words = !panel.look.words;
    panel.press("words");
    panel.restyle();
  },
  mode: (panel) => {
    const was = panel.look.mode === "quiet";
    panel.look.mode = panel.choose("mode", panel.look.mode);
    panel.tellQuiet(was);
    panel.restyle();
  },
  theme: (panel) => {
    panel.look.theme = panel.choose("theme", panel.look.theme);
    applyTheme(panel.look.theme);
    panel.restyle();
  },
  lang: (panel) => {
    panel.lang = panel.choose("lang", panel.lang);
    panel.say = speaker(panel.lang);
    applyLang(panel.lang);
    panel.view.speak(panel.say);
    panel.restyle();
    panel.onLang?.({ lang: panel.lang });
  },
  popout: (panel) => panel.onPopout?.(),
  copy: async (panel) => {
    if (panel.sheet.open !== "note") return;
    await panel.note.copy(panel.say);
    panel.restyle();
  },
  outcome_1: (panel) => choose(panel, 1),
  outcome_2: (panel) => choose(panel, 2),
  outcome_3: (panel) => choose(panel, 3),
};

/** How the call ended, as the agent says; it goes into the note that is copied. */
function choose(panel, outcome) {
  if (panel.sheet.open !== "note") return;
  panel.note.choose(outcome);
  panel.restyle();
}

/** Note when a card was on the screen, for whoever measures it. */
function mark(name, detail) {
  requestAnimationFrame(() => performance.mark(name, { detail }));
}
