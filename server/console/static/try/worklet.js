/** Runs on the audio thread: gathers 0.1 s, as 16-bit samples of two channels. */

const BLOCK_S = 0.1;
const FULL = 32767;

class Caller extends AudioWorkletProcessor {
  constructor() {
    super();
    this.#begin();
  }

  #begin() {
    // caller, agent, caller, agent ...: the agent's stay zero
    this.samples = new Int16Array(2 * Math.round(BLOCK_S * sampleRate));
    this.filled = 0;
    this.peak = 0;
  }

  process([[channel]]) {
    for (const value of channel ?? []) {
      const clipped = Math.max(-1, Math.min(1, value));
      this.samples[this.filled] = Math.round(clipped * FULL);
      this.peak = Math.max(this.peak, Math.abs(clipped));
      this.filled += 2;
      if (this.filled === this.samples.length) {
        this.port.postMessage({ samples: this.samples, peak: this.peak }, [this.samples.buffer]);
        this.#begin();
      }
    }
    return true;
  }
}

registerProcessor("calmline-caller", Caller);
