/** Recordings that are uploaded to be reviewed: how each is sent, waits, is heard, and ends. */

import * as api from "./lib/api.js";
import { find, make } from "./lib/dom.js";

const ASK_MS = 1000;

export class Uploads {
  /**
   * @param {HTMLElement} root
   * @param {object} with_
   * @param {import("./lib/i18n.js").Say} with_.say
   * @param {"en"|"zh"} with_.lang of the interface
   * @param {() => void} with_.done called when a call has come into the store
   */
  constructor(root, { say, lang, done }) {
    Object.assign(this, { root, say, lang, done, sending: [], jobs: [] });
    this.list = find(root, ".jobs");
    find(root, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(event.target);
    });
  }

  async start() {
    this.root.hidden = false;
    await this.#ask();
  }

  /** One file after the other: each as fast as the line allows. */
  async #send(form) {
    const { file, caller, language, announced } = form.elements;
    const known = { caller: caller.value, language: language.value, announced: announced.checked ? "true" : "" };
    const query = Object.fromEntries(Object.entries(known).filter(([, value]) => value));
    const files = [...file.files];
    form.reset();
    for (const each of files) await this.#one(each, query);
  }

  async #one(file, query) {
    const one = { file: file.name, state: "sending", done_share: 0, detail: null };
    this.sending.unshift(one);
    const progress = (share) => {
      one.done_share = share;
      this.#draw();
    };
    this.#draw();
    try {
      await api.upload(file, query, progress);
      this.sending = this.sending.filter((other) => other !== one);
    } catch (error) {
      Object.assign(one, { state: "refused", done_share: null, detail: error.message });
    }
    await this.#ask();
  }

  /** Ask how all stand, and again while something goes on. */
  async #ask() {
    clearTimeout(this.timer);
    const before = this.#over();
    this.jobs = (await api.uploads()).uploads;
    if (this.#over() > before) this.done();
    this.#draw();
    if (this.jobs.some(({ state }) => state === "waiting" || state === "working")) {
      this.timer = setTimeout(() => this.#ask().catch(() => {}), ASK_MS);
    }
  }

  #over() {
    return this.jobs.filter(({ state }) => state === "done").length;
  }

  #draw() {
    this.list.replaceChildren(...[...this.sending, ...this.jobs].map((job) => this.#row(job)));
  }

  #row({ call_id: callId, file, state, done_share: share, detail }) {
    const { say, lang } = this;
    const known = { share: Math.round(100 * (share ?? 0)), why: detail };
    const bar = share === null ? { "aria-label": file } : { "aria-label": file, max: "1", value: String(share) };
    const name = make("span", { class: "job-file" }, file);
    const told = make("span", { class: `job-state ${state}` }, say(`upload.${state}`, known));
    if (state === "done") {
      const links = [
        make("a", { href: `/review/${encodeURIComponent(callId)}` }, say("calls.review")), " · ",
        make("a", { href: api.reportUrl(callId, { interface: lang }) }, say("calls.report")),
      ];
      return make("li", {}, name, told, make("span", {}, ...links), ...(detail ? [make("span", { class: "quiet" }, detail)] : []));
    }
    const goesOn = ["sending", "waiting", "working"].includes(state);
    return make("li", {}, name, told, ...(goesOn ? [make("progress", bar)] : []),
      ...(state === "failed" && detail ? [make("span", { class: "failed" }, detail)] : []));
  }
}
