/** The charts of a replay, by Plotly: index, what drives it, who speaks; and the gauge. */

import { clock } from "../lib/format.js";
import { named } from "../lib/i18n.js";
import { colours } from "./colours.js";
import { lane, marks, plain, ticksOf } from "./lanes.js";
import { broken, MOST_POINTS, thin } from "./points.js";

const CONFIG = { displayModeBar: false, responsive: true };
/** Where calm ends and tense begins on the index. */
const LEVELS = [50, 75];
const PLAYHEAD = 0;
/** Caller, agent, stage, objection, card. */
const LANES = 5;

/** Load Plotly's script once. */
export function loadPlotly(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(address));
    document.head.append(script);
  });
}

export class Charts {
  /**
   * @param {object} Plotly
   * @param {{timeline: HTMLElement, gauge: HTMLElement}} places
   * @param {import("./log.js").Log} log
   * @param {import("../lib/i18n.js").Say} say
   * @param {(s: number) => void} seek
   */
  constructor(Plotly, places, log, say, seek) {
    Object.assign(this, { Plotly, places, log, say });
    this.readings = log.all("index_changed").filter((e) => e.index !== null);
    this.below = "drivers";
    this.s = 0;
    this.draw();
    places.timeline.on("plotly_click", ({ points }) => seek(points[0].x));
  }

  /** Everything again: the light changed, or another feature is wanted below. */
  draw() {
    this.colours = colours();
    this.Plotly.react(this.places.timeline, this.#traces(), this.#layout(), CONFIG);
    this.#gauge();
  }

  /** Move the line of now. */
  at(s) {
    this.s = s;
    const line = `shapes[${PLAYHEAD}]`;
    this.Plotly.relayout(this.places.timeline, { [`${line}.x0`]: s, [`${line}.x1`]: s });
    this.#gauge();
  }

  #traces() {
    const { log, say, colours: c } = this;
    const [cards, stages, objections] = [log.cards(), log.stages(), log.all("objection_heard")];
    return [
      this.#line(say("replay.index"), (e) => e.index, c.accent, { yaxis: "y", showlegend: false, line: { color: c.accent, width: 2 } }),
      ...this.#below(),
      ...["caller", "agent"].map((role) => lane(say(`role.${role}`), log.speech(role), role === "caller" ? c.accent : c.muted)),
      lane(say("replay.lane.stage"), stages.map((e) => [e.since_s, e.toS]), c.withdrawn, stages.map((e) => named(say, "stage", e.stage))),
      marks(say("replay.lane.objection"), objections.map((e) => e.start_s), c.urgent, objections.map((e) => `${named(say, "subject", e.subject)}: ${plain(e.quote)}`)),
      lane(say("replay.lane.card"), cards.map((card) => [card.atS, card.endS]), c.tense, cards.map((card) => plain(card.why))),
    ];
  }

  /** Under the index: every driver's part, or one feature and the caller's own calm value of it. */
  #below() {
    const { say, colours: c } = this;
    if (this.below !== "drivers") {
      const of = (e) => e.drivers.find((driver) => driver.name === this.below);
      return [
        this.#line(say("replay.now"), (e) => of(e)?.value, c.accent),
        this.#line(say("replay.usual"), (e) => of(e)?.baseline, c.muted, { line: { color: c.muted, dash: "dot", width: 1.5 } }),
      ];
    }
    return driverNames(this.readings).map((name, place) =>
      this.#line(named(say, "feature", name), (e) => e.drivers.find((d) => d.name === name)?.contribution, "", {
        line: { color: c.series[place % c.series.length], dash: place < c.series.length ? "solid" : "dot", width: 1.5 },
      }));
  }

  #line(name, valueOf, color, also = {}) {
    const points = this.readings.map((e) => ({ x: e.at_s, y: valueOf(e) })).filter((p) => p.y !== undefined);
    const drawn = broken(thin(points, MOST_POINTS / 2));
    return {
      type: "scatter", mode: "lines", name, x: drawn.map((p) => p.x), y: drawn.map((p) => p.y),
      yaxis: "y2", line: { color, width: 1.5 }, hovertemplate: `${name} %{y:.2f}<extra></extra>`, ...also,
    };
  }

  #layout() {
    const { log, say, colours: c } = this;
    const line = { type: "line", yref: "paper", y0: 0, y1: 1, x0: this.s, x1: this.s, line: { color: c.ink, width: 1.5 } };
    const tense = log.tense().map(([x0, x1]) => ({
      type: "rect", yref: "y domain", x0, x1, y0: 0, y1: 1, fillcolor: c.tense, opacity: 0.14, line: { width: 0 }, layer: "below",
    }));
    const calm = { type: "rect", xref: "paper", x0: 0, x1: 1, y0: 0, y1: LEVELS[0], fillcolor: c.accent, opacity: 0.07, line: { width: 0 }, layer: "below" };
    const axis = { gridcolor: c.line, zerolinecolor: c.line, fixedrange: true, tickfont: { color: c.muted, size: 11 } };
    const ticks = ticksOf(log.lengthS);
    return {
      height: 500, margin: { l: 72, r: 12, t: 8, b: 28 }, showlegend: true,
      legend: { orientation: "h", y: -0.1, font: { color: c.muted, size: 11 } },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: c.ink, family: c.font },
      hovermode: "x unified", hoverlabel: { bgcolor: c.surface, font: { color: c.ink } },
      xaxis: { ...axis, range: [0, log.lengthS], tickvals: ticks, ticktext: ticks.map(clock), anchor: "y3" },
      yaxis: { ...axis, domain: [0.62, 1], range: [0, 102], tickvals: [0, ...LEVELS, 100], title: { text: say("replay.index"), font: { size: 11, color: c.muted } } },
      yaxis2: { ...axis, domain: [0.32, 0.57], nticks: 4 },
      yaxis3: { ...axis, domain: [0, 0.27], type: "category", showgrid: false, autorange: false, range: [LANES - 0.5, -0.5] },
      shapes: [line, calm, ...tense],
      annotations: [{ text: say("replay.calm_band"), x: 0.005, xref: "paper", xanchor: "left", y: LEVELS[0], yanchor: "bottom", showarrow: false, font: { size: 10, color: c.muted } }],
    };
  }

  #gauge() {
    const { colours: c, say } = this;
    const now = this.readings.findLast((e) => e.known_at_s <= this.s + 1e-9)?.index ?? null;
    if (this.shownIndex === now && this.gaugeColours === c) return;
    [this.shownIndex, this.gaugeColours] = [now, c];
    const steps = [[0, LEVELS[0]], LEVELS, [LEVELS[1], 100]];
    const fills = [c.accentSoft, c.sunken, c.tenseSoft];
    this.Plotly.react(
      this.places.gauge,
      [{
        type: "indicator", mode: now === null ? "gauge" : "gauge+number", value: now ?? 0,
        number: { font: { color: c.ink, size: 30 } },
        gauge: {
          axis: { range: [0, 100], tickvals: [0, ...LEVELS, 100], tickfont: { color: c.muted, size: 10 } },
          bar: { color: now >= LEVELS[1] ? c.tense : c.accent, thickness: 0.35 }, bgcolor: c.surface, bordercolor: c.line, borderwidth: 1,
          steps: steps.map((range, place) => ({ range, color: fills[place] })),
        },
      }],
      {
        height: 170, margin: { l: 30, r: 30, t: 22, b: 4 }, paper_bgcolor: "rgba(0,0,0,0)", font: { family: c.font },
        annotations: now === null ? [{ text: say("replay.gauge.none"), showarrow: false, y: 0.05, font: { color: c.muted, size: 12 } }] : [],
      },
      { ...CONFIG, staticPlot: true },
    );
  }
}

/** Everything that drove the index in this call, in a fixed order. */
export function driverNames(readings) {
  return [...new Set(readings.flatMap((e) => e.drivers.map((driver) => driver.name)))].sort();
}
