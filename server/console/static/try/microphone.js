/** The microphone as a caller's channel: blocks of samples, beside an agent who says nothing. */

const MOST_HZ = 48_000;
const WORKLET = new URL("./worklet.js", import.meta.url).href;
/** The voice is measured as it is: nothing that levels or cleans it. */
const RAW = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };

export class Microphone {
  /**
   * @param {(samples: Int16Array) => void} onBlock caller and agent interleaved, 0.1 s
   * @param {(level: number) => void} onLevel peak of a block, 0 to 1
   */
  constructor(onBlock, onLevel) {
    this.onBlock = onBlock;
    this.onLevel = onLevel;
  }

  /**
   * Ask for the microphone.
   * @returns {Promise<number>} its sample rate in Hz
   */
  async open() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: RAW, video: false });
    let context = new AudioContext();
    if (context.sampleRate > MOST_HZ) {
      await context.close();
      context = new AudioContext({ sampleRate: MOST_HZ });
    }
    this.context = context;
    await context.audioWorklet.addModule(WORKLET);
    return context.sampleRate;
  }

  /** Begin to give blocks. */
  async start() {
    const node = new AudioWorkletNode(this.context, "calmline-caller", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data: { samples, peak } }) => {
      this.onBlock(samples);
      this.onLevel(peak);
    };
    this.context.createMediaStreamSource(this.stream).connect(node);
    await this.context.resume();
  }

  /** Let go of the microphone. Idempotent. */
  async close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    if (this.context && this.context.state !== "closed") await this.context.close();
  }
}
