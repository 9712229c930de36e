/** Keeps the recording in step with the media clock of the call that is streamed. */

/** Further apart than this the recording jumps; nearer it is left alone, since a jump can be heard. */
export const MOST_APART_S = 0.15;
const KEPT = 8;

/**
 * Where the call is now, from the ticks of its clock.
 *
 * A tick can come late but never early, so of the last ticks the one that was least late is right.
 */
export class MediaClock {
  /** @param {number} speed media seconds a second */
  constructor(speed = 1) {
    this.speed = speed;
    this.ticks = [];
  }

  /** @param {number} mediaS @param {number} nowS any steady clock, in seconds */
  tick(mediaS, nowS) {
    this.ticks = [...this.ticks, mediaS - nowS * this.speed].slice(-KEPT);
  }

  /** @returns {number|null} media time; ``null`` before the first tick */
  at(nowS) {
    return this.ticks.length ? Math.max(...this.ticks) + nowS * this.speed : null;
  }
}

/**
 * Seek a recording to where the call is, if they are too far apart.
 * @param {{currentTime: number}} audio
 * @param {number|null} mediaS
 * @returns {boolean} whether it jumped
 */
export function follow(audio, mediaS) {
  if (mediaS === null || Math.abs(audio.currentTime - mediaS) <= MOST_APART_S) return false;
  audio.currentTime = Math.max(0, mediaS);
  return true;
}
