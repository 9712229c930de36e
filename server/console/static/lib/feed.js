/**
 * A live socket that mends itself: after a break it asks for what comes after the last event.
 *
 * It waits 0.25 s, then twice as long each time, 5 s at most; a call that says nothing for 10 s
 * (its clock ticks each second) counts as broken, too.
 */

const FIRST_MS = 250;
const MOST_MS = 5000;
const SILENT_MS = 10_000;

export class Feed {
  /**
   * @param {object} options
   * @param {(resume: {callId: string, fromSeq: number}|null) => string} options.url
   * @param {(envelope: object) => void} options.onEnvelope
   * @param {(up: boolean) => void} options.onStatus
   * @param {boolean} [options.once] whether it is done when its call has ended
   */
  constructor({ url, onEnvelope, onStatus, once = false }) {
    this.options = { url, onEnvelope, onStatus, once };
    this.resume = null;
    this.waitMs = FIRST_MS;
    this.closed = false;
    this.again = () => this.#connect();
    window.addEventListener("online", this.again);
    this.#connect();
  }

  close() {
    this.closed = true;
    window.removeEventListener("online", this.again);
    clearTimeout(this.timer);
    this.socket?.close();
  }

  #connect() {
    clearTimeout(this.timer);
    if (this.closed || (this.socket && this.socket.readyState <= WebSocket.OPEN)) return;
    const socket = (this.socket = new WebSocket(this.options.url(this.resume)));
    socket.onmessage = ({ data }) => socket === this.socket && this.#take(JSON.parse(data));
    socket.onopen = () => this.options.onStatus(true);
    socket.onclose = () => socket === this.socket && this.#mend();
  }

  #take(envelope) {
    this.waitMs = FIRST_MS;
    const { kind, call_id: callId, event } = envelope;
    if (kind === "call" && callId !== this.resume?.callId) this.resume = { callId, fromSeq: 1 };
    if (kind === "waiting") this.resume = null;
    if (kind === "event" && this.resume) {
      if (event.seq > this.resume.fromSeq) return this.#mend(); // something is missing between
      this.resume.fromSeq = Math.max(this.resume.fromSeq, event.seq + 1);
    }
    this.options.onEnvelope(envelope);
    if (kind === "end" && this.options.once) this.close();
    else this.#watch(kind);
  }

  #watch(kind) {
    clearTimeout(this.timer);
    if (kind === "waiting" || kind === "end") return;
    this.timer = setTimeout(() => this.#mend(), SILENT_MS);
  }

  #mend() {
    clearTimeout(this.timer);
    const broken = this.socket;
    this.socket = null;
    broken?.close();
    if (this.closed) return;
    this.options.onStatus(false);
    this.timer = setTimeout(() => this.#connect(), this.waitMs * (0.8 + 0.4 * Math.random()));
    this.waitMs = Math.min(2 * this.waitMs, MOST_MS);
  }
}
