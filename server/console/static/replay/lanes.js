/** Lanes of a timeline: who does what, and when. */

/** Stretches as one thick line with gaps. */
export function lane(name, stretches, color, texts = []) {
  return {
    type: "scatter", mode: "lines", name, showlegend: false, yaxis: "y3", line: { color, width: 12, simplify: false },
    x: stretches.flatMap(([from, to]) => [from, to, null]),
    y: stretches.length ? stretches.flatMap(() => [name, name, null]) : [name],
    text: stretches.flatMap((_, place) => [texts[place] ?? "", texts[place] ?? "", null]),
    hovertemplate: `${name} %{text}<extra></extra>`,
  };
}

/** The same where a stretch may be shorter than a pixel of a long call: its ends are marked. */
export function shortLane(name, stretches, color, texts) {
  const marker = { symbol: "line-ns", size: 6, line: { color, width: 1.5 } };
  return { ...lane(name, stretches, color, texts), mode: "lines+markers", marker };
}

/** Moments as marks on a lane. */
export function marks(name, moments, color, texts) {
  return {
    ...lane(name, [], color), mode: "markers", marker: { color, size: 10, symbol: "diamond" },
    x: moments.length ? moments : [null], y: moments.length ? moments.map(() => name) : [name], text: texts,
  };
}

/** What somebody said, where a chart would read markup. */
export function plain(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Where the axis of time is marked: at most a dozen round moments. */
export function ticksOf(lengthS) {
  const step = [5, 10, 30, 60, 300, 600, 1800].find((s) => lengthS / s <= 12) ?? 3600;
  return Array.from({ length: Math.floor(lengthS / step) + 1 }, (_, place) => place * step);
}
