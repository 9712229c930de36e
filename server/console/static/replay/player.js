/** Time of a replay: the recording's own where there is one, else a clock. */

/** The sound and the panel never drift apart by more: the panel follows each frame. */
export class Player {
  /**
   * @param {HTMLAudioElement|null} audio
   * @param {number} lengthS
   * @param {(s: number, playing: boolean) => void} onTime
   */
  constructor(audio, lengthS, onTime) {
    this.audio = audio;
    this.lengthS = lengthS;
    this.onTime = onTime;
    this.playing = false;
    this.rate = 1;
    this.s = 0;
    this.drawn = (now) => this.#frame(now);
  }

  async play() {
    if (this.s >= this.lengthS) this.seek(0);
    if (this.audio) await this.audio.play();
    this.playing = true;
    this.before = performance.now();
    requestAnimationFrame(this.drawn);
  }

  pause() {
    this.playing = false;
    this.audio?.pause();
    this.onTime(this.s, false);
  }

  /** @param {number} s */
  seek(s) {
    this.s = Math.min(Math.max(0, s), this.lengthS);
    if (this.audio) this.audio.currentTime = this.s;
    this.onTime(this.s, this.playing);
  }

  /** @param {number} rate times real time */
  speed(rate) {
    this.rate = rate;
    if (this.audio) this.audio.playbackRate = rate;
  }

  #frame(now) {
    if (!this.playing) return;
    this.s = this.audio ? this.audio.currentTime : this.s + ((now - this.before) / 1000) * this.rate;
    this.before = now;
    if (this.s >= this.lengthS || this.audio?.paused) { // at its end, or by a key of the keyboard
      this.s = Math.min(this.s, this.lengthS);
      this.pause();
      return;
    }
    this.onTime(this.s, true);
    requestAnimationFrame(this.drawn);
  }
}
