/** A call over the native media protocol that leaves nothing behind. */

/** Half a second of sound that waits: the server is behind, and old sound helps nobody. */
const MOST_WAITING_BYTES = 96_000;

export class Stream {
  /**
   * @param {string} url of the media plane
   * @param {number} rate of the microphone, in Hz
   * @param {object} on
   * @param {() => void} on.started
   * @param {(problem: string|null) => void} on.closed ``null`` when it was asked to
   */
  constructor(url, rate, { started, closed }) {
    this.callId = `try-${crypto.randomUUID()}`;
    this.problem = null;
    this.lost = 0;
    const socket = (this.socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#send({
      type: "start", v: 1, call_id: this.callId, rate, encoding: "pcm16", channels: ["caller", "agent"],
      pacing: "realtime", consent: { basis: "own voice", announced_at: new Date().toISOString() }, ephemeral: true,
    });
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "started") started();
      if (message.type === "error") this.problem = message.message;
    };
    socket.onclose = ({ code }) => closed(code === 1000 ? null : (this.problem ?? String(code)));
  }

  /** @param {Int16Array} samples interleaved; what cannot be sent is told as a gap */
  sound(samples) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MOST_WAITING_BYTES) {
      this.lost += samples.length / 2;
      return;
    }
    if (this.lost > 0) this.#send({ type: "gap", samples: this.lost });
    this.lost = 0;
    this.socket.send(samples);
  }

  stop() {
    if (this.socket.readyState === WebSocket.OPEN) this.#send({ type: "stop" });
    else this.socket.close();
  }

  #send(message) {
    this.socket.send(JSON.stringify(message));
  }
}
