/** The note of a call that is over: asked for at hang-up, completed by the agent, copied by one key. */

import * as api from "../lib/api.js";
import { make } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { callLang } from "../lib/i18n.js";
import { noteLines, noteText } from "../lib/note.js";

/** The last events are stored within a moment of hang-up; no longer than this is waited for them. */
const ASK_MS = 300;
const MOST_MS = 4000;
const OUTCOMES = [1, 2, 3];

export class Note {
  /** @param {() => void} came called when there is a note that says something */
  constructor(came) {
    this.came = came;
    this.drop();
  }

  drop() {
    clearTimeout(this.timer);
    this.callId = null;
    this.language = null;
    this.note = null;
    this.outcome = null;
    this.told = null;
  }

  /**
   * Ask for the note of a call that has just ended.
   * @param {import("./state.js").PanelState} call
   */
  fetch({ callId, language }) {
    this.drop();
    [this.callId, this.language] = [callId, language];
    this.until = performance.now() + MOST_MS;
    this.#ask(callId);
  }

  async #ask(callId) {
    const found = await api.note(callId).catch(() => null);
    if (this.callId !== callId) return;
    if (!found?.over && performance.now() < this.until) {
      this.timer = setTimeout(() => this.#ask(callId), ASK_MS);
      return;
    }
    if (!found || !says(found.note)) return;
    this.note = found.note;
    this.outcome = found.note.suggested_outcome;
    this.came();
  }

  choose(outcome) {
    this.outcome = outcome;
    this.told = null;
  }

  /** Put it on the clipboard as plain text. */
  async copy(say) {
    const outcome = this.outcome ? `\n${say("callnote.outcome")}${say("list.colon")}${say(`outcome.${this.outcome}`)}` : "";
    try {
      await navigator.clipboard.writeText(noteText(this.note, say) + outcome);
      this.told = "callnote.copied";
    } catch {
      this.told = "callnote.not_copied"; // a frame of another site may forbid it
    }
  }

  /** What the sheet shows. */
  content(say) {
    const lang = callLang(this.language);
    const rows = noteLines(this.note, say).flatMap(({ name, line, text }) =>
      [make("dt", {}, name), make("dd", line && line.text === text ? { lang } : {}, text, ...(line ? [at(line)] : []))]);
    const promises = this.note.promises.map(({ what, due }) =>
      make("li", {}, make("span", { lang }, what.text), make("span", { class: "usual" }, due ? ` · ${due}` : ""), at(what)));
    return [
      make("h2", {}, say("callnote.title")),
      make("dl", { class: "pairs" }, ...rows),
      ...(promises.length ? [make("h3", {}, say("callnote.ledger")), make("ul", {}, ...promises)] : []),
      make("p", { class: "outcomes", role: "group", "aria-label": say("callnote.outcome") }, ...OUTCOMES.map((n) =>
        make("button", { type: "button", "data-do": `outcome_${n}`, "aria-pressed": String(this.outcome === n) },
          make("kbd", {}, String(n)), ` ${say(`outcome.${n}`)}`))),
      make("p", { class: "actions" },
        make("span", { class: "usual", role: "status" }, this.told ? say(this.told) : ""),
        make("button", { type: "button", "data-do": "copy" }, make("kbd", {}, "C"), ` ${say("key.copy")}`),
        make("button", { type: "button", "data-do": "close" }, make("kbd", {}, "Esc"), ` ${say("key.close")}`)),
    ];
  }
}

/** Whether anything was heard that a note could say. */
function says(note) {
  return Boolean(note.request ?? note.problem ?? note.agreed ?? note.solved ?? note.promises[0]);
}

function at(line) {
  return make("span", { class: "usual" }, ` ${clock(line.at_s)}`);
}
