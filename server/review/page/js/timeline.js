/** The call along its time: who spoke, the caller's index, pitch and rate; and the same as tables. */

import { clock } from "../../../console/static/lib/format.js";
import { named } from "../../../console/static/lib/i18n.js";
import { colours } from "../../../console/static/replay/colours.js";
import { lane, marks, plain, shortLane, ticksOf } from "../../../console/static/replay/lanes.js";
import { broken, MOST_POINTS, thin } from "../../../console/static/replay/points.js";
import { folded, table } from "./parts.js";

const CONFIG = { displayModeBar: false, responsive: true };
const LEVELS = [50, 75];
const MARGIN = { l: 84, r: 14, t: 6, b: 26 };
/** Height of a lane and of a chart, in pixels; of the space between. */
const [LANE, CHART, SPACE] = [22, 130, 34];
const MOST_ROWS = 60;
/** Windows come each half second while the caller speaks: a line breaks where they do not. */
const GAP_S = 2;

export class Timeline {
  /**
   * @param {object} Plotly
   * @param {{plot: HTMLElement, playhead: HTMLElement}} places
   * @param {(s: number) => void} seek
   */
  constructor(Plotly, places, seek) {
    Object.assign(this, { Plotly, places, seek, s: 0 });
    /** In pixels, where the page does not give it. @type {number|undefined} */
    this.width = undefined;
    new ResizeObserver(() => this.at(this.s)).observe(places.plot);
  }

  /** @param {import("./parts.js").Page} page */
  draw(page) {
    this.lengthS = Math.max(page.report.duration_s, 1);
    const rows = rowsOf(page, colours());
    this.Plotly.react(this.places.plot, rows.flatMap((row, place) => row.traces.map((trace) => onAxis(trace, place))),
      { ...this.#layout(rows), width: this.width, autosize: this.width === undefined }, CONFIG);
    if (!this.clicks) this.clicks = this.places.plot.on("plotly_click", ({ points }) => this.seek(points[0].x));
    this.at(this.s);
  }

  /** Move the line of now: a line over the charts, which stay as they are. */
  at(s) {
    this.s = s;
    const width = this.places.plot.clientWidth - MARGIN.l - MARGIN.r;
    this.places.playhead.style.transform = `translateX(${MARGIN.l + (width * s) / (this.lengthS ?? 1)}px)`;
  }

  #layout(rows) {
    const c = colours();
    const inner = rows.reduce((sum, row) => sum + row.height, 0) + SPACE * (rows.length - 1);
    const axis = { gridcolor: c.line, zeroline: false, fixedrange: true, tickfont: { color: c.muted, size: 11 } };
    const ticks = ticksOf(this.lengthS);
    const layout = {
      height: inner + MARGIN.t + MARGIN.b, margin: MARGIN, showlegend: false, shapes: [], annotations: [],
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: c.ink, family: c.font },
      hovermode: "closest", hoverlabel: { bgcolor: c.surface, font: { color: c.ink } },
      xaxis: { ...axis, range: [0, this.lengthS], tickvals: ticks, ticktext: ticks.map(clock), anchor: axisName(rows.length - 1) },
    };
    let top = inner;
    rows.forEach((row, place) => {
      const domain = [(top - row.height) / inner, top / inner];
      layout[place ? `yaxis${place + 1}` : "yaxis"] = { ...axis, domain, ...row.axis };
      layout.shapes.push(...(row.shapes ?? []).map((shape) => ({ yref: `${axisName(place)} domain`, y0: 0, y1: 1, line: { width: 0 }, layer: "below", type: "rect", ...shape, ...(shape.level ? { yref: axisName(place) } : {}) })));
      if (row.title) {
        layout.annotations.push({ text: row.title, xref: "paper", x: 0, xanchor: "left", yref: "paper", y: domain[1], yanchor: "bottom", showarrow: false, font: { size: 12, color: c.muted } });
      }
      top -= row.height + SPACE;
    });
    return layout;
  }
}

function axisName(place) {
  return place ? `y${place + 1}` : "y";
}

function onAxis(trace, place) {
  return { ...trace, yaxis: axisName(place) };
}

/** The rows of the figure, without those of which the call has nothing. */
function rowsOf({ report, say }, c) {
  const readings = report.index.filter((point) => point.index !== null);
  return [
    laneRow(speakers(report, say, c), c),
    ...(readings.length ? [indexRow(report, readings, say, c)] : []),
    ...(readings.length || report.objections.length || report.cards.length ? [laneRow(heard(report, say, c), c)] : []),
    ...voiceRow(report, say("row.pitch"), say, c, (p) => hertz(p.f0_st), (p) => hertz(p.calm_f0_st), "%{y:.0f}"),
    ...voiceRow(report, say("row.rate"), say, c, (p) => p.rate_hz, (p) => p.calm_rate_hz, "%{y:.1f}"),
  ];
}

function laneRow(traces, c) {
  const names = [...new Set(traces.map((trace) => trace.name))];
  const axis = { type: "category", showgrid: false, autorange: false, range: [names.length - 0.5, -0.5], categoryorder: "array", categoryarray: names, tickfont: { color: c.ink, size: 11 } };
  return { height: LANE * names.length, traces, axis };
}

function speakers(report, say, c) {
  const spans = (all) => all.map((span) => [span.from_s, span.to_s]);
  const gaps = (kind) => report.gaps.filter((gap) => gap.kind === kind);
  const color = { caller: c.accent, agent: c.muted, unknown: c.lineStrong };
  const by = (overlap) => say(overlap.barge_in ? "lane.barge_in" : "lane.came_in", { role: named(say, "role", overlap.by) });
  const after = (silence) => say("lane.after", { role: named(say, "role", silence.after) });
  const found = [
    ...report.lanes.map(({ role, track, speech }) => lane(report.lanes.length > 1 && role === "unknown" ? say("lane.track", { n: track + 1 }) : say(`role.${role}`), spans(speech), color[role])),
    shortLane(say("lane.overlap"), spans(report.overlaps), c.urgent, report.overlaps.map(by)),
    lane(say("lane.silence"), spans(report.silences), c.lineStrong, report.silences.map(after)),
    ...["hold", "pause", "lost"].map((kind) => shortLane(say(`lane.${kind}`), spans(gaps(kind)), kind === "lost" ? c.urgent : c.withdrawn)),
  ];
  const always = new Set([...report.lanes.keys()]);
  return found.filter((trace, place) => always.has(place) || trace.x.length);
}

function heard(report, say, c) {
  const { stages, withdrawals, objections, cards } = report;
  const upset = stages.filter((span) => span.stage !== "calm");
  const end = (card) => card.left_at_s ?? report.duration_s;
  return [
    lane(say("replay.lane.stage"), upset.map((s) => [s.from_s, s.to_s]), c.tense, upset.map((s) => named(say, "stage", s.stage))),
    ...(withdrawals.length ? [lane(say("word.withdrawn"), withdrawals.map((s) => [s.from_s, s.to_s]), c.withdrawn)] : []),
    marks(say("replay.lane.objection"), objections.map((o) => o.line.at_s), c.urgent, objections.map((o) => `${named(say, "subject", o.subject)}: ${plain(o.line.text)}`)),
    lane(say("replay.lane.card"), cards.map((card) => [card.at_s, end(card)]), c.accent, cards.map((card) => plain(card.why))),
  ];
}

function indexRow(report, readings, say, c) {
  const tense = report.states.filter((span) => span.state === "tense");
  return {
    height: CHART, title: say("row.index"),
    traces: [line(readings.map((p) => ({ x: p.at_s, y: p.index })), c.accent, `${say("replay.index")} %{y}`)],
    axis: { range: [0, 102], tickvals: [0, ...LEVELS, 100] },
    shapes: [
      ...tense.map((span) => ({ x0: span.from_s, x1: span.to_s, fillcolor: c.tense, opacity: 0.16 })),
      { level: true, xref: "paper", x0: 0, x1: 1, y0: 0, y1: LEVELS[0], fillcolor: c.accent, opacity: 0.07 },
    ],
  };
}

/** The caller's voice against their own calm voice; nothing at all where it was not measured. */
function voiceRow(report, title, say, c, now, calm, format) {
  const of = (value) => report.voice.map((p) => ({ x: p.at_s, y: value(p) })).filter((p) => p.y !== null);
  const measured = of(now);
  if (measured.length === 0) return [];
  return [{
    height: CHART, title, axis: { nticks: 5, range: rangeOf([...measured, ...of(calm)]) },
    traces: [
      line(of(calm), c.lineStrong, `${say("replay.usual")} ${format}`, { dash: "dot" }),
      line(measured, c.accent, `${say("replay.now")} ${format}`),
    ],
  }];
}

/** From the lowest to the highest, with a tenth around it. */
function rangeOf(points) {
  const values = points.map((p) => p.y);
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const room = 0.1 * (high - low) || 0.05 * high || 1;
  return [low - room, high + room];
}

function line(points, color, hover, also = {}) {
  const drawn = broken(thin(points, MOST_POINTS / 2), GAP_S);
  return {
    type: "scatter", mode: "lines", x: drawn.map((p) => p.x), y: drawn.map((p) => p.y),
    line: { color, width: 1.75, ...also }, hovertemplate: `${hover}<extra></extra>`,
  };
}

function hertz(st) {
  return st === null ? null : 100 * 2 ** (st / 12); // st re 100 Hz
}

/** The same figures for whoever reads rather than looks. */
export function tables(page) {
  const { report, say } = page;
  const heads = (...names) => names.map((name) => say(`column.${name}`));
  const spans = [
    ...report.overlaps.map((o) => [o, say("lane.overlap"), say(o.barge_in ? "lane.barge_in" : "lane.came_in", { role: named(say, "role", o.by) })]),
    ...report.silences.map((s) => [s, say("lane.silence"), say("lane.after", { role: named(say, "role", s.after) })]),
    ...report.gaps.map((g) => [g, say(`lane.${g.kind}`), ""]),
    ...report.stages.filter((s) => s.stage !== "calm").map((s) => [s, named(say, "stage", s.stage), s.reasons.map((name) => named(say, "heard", name)).join(say("list.comma"))]),
    ...report.withdrawals.map((w) => [w, say("word.withdrawn"), ""]),
  ].sort(([a], [b]) => a.from_s - b.from_s);
  const talk = Object.entries(report.coverage.speech_s).map(([role, s]) => [named(say, "role", role), clock(s)]);
  return [
    folded(say("table.events"), table(say("table.events"), heads("from", "to", "what", "more"),
      spans.map(([span, what, more]) => [clock(span.from_s), clock(span.to_s), what, more]))),
    folded(say("table.caller"), table(say("table.caller"), heads("at", "index", "pitch", "own", "rate", "own"), sampled(report))),
    folded(say("table.talk"), table(say("table.talk"), heads("who", "speech"), talk)),
  ];
}

/** Of each stretch the highest index, and the voice in its last window. */
function sampled({ duration_s: lengthS, index, voice }) {
  const step = Math.max(10, Math.ceil(lengthS / MOST_ROWS / 10) * 10);
  const show = (value, digits) => (value === null || value === undefined ? "–" : value.toFixed(digits));
  return Array.from({ length: Math.ceil(lengthS / step) }, (_, place) => {
    const inside = (point) => point.at_s > place * step && point.at_s <= (place + 1) * step;
    const highest = index.filter(inside).reduce((most, p) => (p.index === null ? most : Math.max(most ?? 0, p.index)), null);
    const last = voice.findLast(inside) ?? {};
    return [clock(place * step), show(highest, 0), show(hertz(last.f0_st ?? null), 0), show(hertz(last.calm_f0_st ?? null), 0), show(last.rate_hz, 1), show(last.calm_rate_hz, 1)];
  });
}
