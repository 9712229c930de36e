/** The recording: inside the page, beside it, or nowhere. */

/**
 * @param {HTMLAudioElement} audio
 * @param {HTMLElement} data holds the recording in base64, or its address
 * @param {() => void} failed called when it turns out not to play
 * @returns {HTMLAudioElement|null} ``null`` where there is no recording
 */
export function sound(audio, data, failed) {
  const [inside, beside] = [data.textContent.trim(), data.dataset.href];
  if (!inside && !beside) return null;
  audio.addEventListener("error", failed, { once: true });
  audio.src = inside ? URL.createObjectURL(new Blob([bytes(inside)], { type: "audio/ogg; codecs=opus" })) : beside;
  return audio;
}

function bytes(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
