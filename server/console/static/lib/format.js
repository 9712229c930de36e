/** Times and texts as a person reads them. */

/** @param {number} s seconds; 75.2 becomes 1:15, an hour 1:00:00 */
export function clock(s) {
  const whole = Math.max(0, Math.floor(s + 1e-6));
  const [h, m, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(rest)}` : `${m}:${two(rest)}`;
}

/**
 * The end of a text, cut where a word begins.
 * @param {string} text
 * @param {number} most width in half-width characters; a Hanzi counts two
 */
export function tail(text, most) {
  let width = 0;
  let start = text.length;
  for (const char of [...text].reverse()) {
    width += wide(char) ? 2 : 1;
    if (width > most) break;
    start -= char.length;
  }
  if (start === 0) return text;
  const rest = text.slice(start);
  const space = rest.search(/\s/);
  return `… ${(wide(rest[0]) || space < 0 ? rest : rest.slice(space)).trim()}`;
}

/** Lines of a card as one text: the panel breaks it where it fits. */
export function oneLine(text) {
  return text.trim().replace(/\s*\n\s*/g, (gap, at, all) => (wide(all[at - 1] ?? "") ? "" : " "));
}

function wide(char) {
  return /[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]/u.test(char);
}
