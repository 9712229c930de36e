/** Points of a line: no more than a chart can take, and none invented where nothing was measured. */

/** Plotly stays quick up to here; a trace with more keeps its lowest and highest points. */
export const MOST_POINTS = 5000;

/** Without a reading for so long the line breaks: nothing was measured there. */
const GAP_S = 5;

/** Break a line where nothing was measured for so long; at most doubles the points. */
export function broken(points, gapS = GAP_S) {
  return points.flatMap((point, place) => {
    const far = place > 0 && point.x - points[place - 1].x > gapS;
    return far ? [{ x: point.x, y: null }, point] : [point];
  });
}

/**
 * At most so many points: of each stretch the lowest and the highest, so that no peak is lost.
 * @template {{y: number}} P
 * @param {P[]} points in order
 */
export function thin(points, most = MOST_POINTS) {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / Math.floor(most / 2));
  const kept = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    const low = stretch.reduce((a, b) => (b.y < a.y ? b : a));
    const high = stretch.reduce((a, b) => (b.y > a.y ? b : a));
    kept.push(...(low === high ? [low] : stretch.indexOf(low) < stretch.indexOf(high) ? [low, high] : [high, low]));
  }
  return kept;
}
