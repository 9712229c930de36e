/** The charts, by Plotly. Each has its figures beside it as a table. */
"use strict";

const CONFIG = { displayModeBar: false, responsive: true };
const LIMITS = DATA.limits;

function layout(c, more = {}) {
  const axis = { gridcolor: c.line, zerolinecolor: c.line, linecolor: c.line, fixedrange: true, tickfont: { color: c.muted, size: 11 }, automargin: true };
  const { xaxis = {}, yaxis = {}, ...rest } = more;
  return {
    margin: { l: 48, r: 16, t: 12, b: 32 }, showlegend: false, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: c.ink, family: c.font, size: 12 }, hoverlabel: { bgcolor: c.surface, bordercolor: c.line, font: { color: c.ink, family: c.font } },
    xaxis: { ...axis, ...xaxis }, yaxis: { ...axis, ...yaxis }, ...rest,
  };
}

/** A place for a chart that says in words what it shows; drawn once it is on the page. */
const drawings = [];
function chart(label, height, draw) {
  const place = el("div", { class: "chart", role: "img", "aria-label": label, style: `height:${height}px` });
  drawings.push((onPaper = false) => {
    const { traces, layout: how } = draw(colours());
    Plotly.react(place, traces, { height, ...(onPaper && { width: place.clientWidth }), ...how }, CONFIG);
  });
  return place;
}

const rate = (cell) => (cell && cell.n >= LIMITS.cell && cell.share ? cell.share[0] : null);

/** Cells from pale to strong in one hue; those of too few calls stay empty. */
function heat(label, xs, ys, cells, { height, digits = 0, texts = true, xTitle = null }) {
  return chart(label, height, (c) => {
    const z = cells.map((row) => row.map((cell) => rate(cell)));
    const most = Math.max(...z.flat().filter((value) => value !== null), 0.01);
    const annotations = !texts ? [] : z.flatMap((row, y) => row.map((value, x) => ({
      x, y, showarrow: false, text: value === null ? "·" : number(100 * value, digits),
      font: { size: 11, color: value === null ? c.muted : value > 0.55 * most ? c.surface : c.ink },
    })));
    return {
      traces: [{
        type: "heatmap", z, x: xs.map((_, x) => x), y: ys.map((_, y) => y), xgap: 2, ygap: 2, zmin: 0, zmax: most, hoverongaps: false,
        colorscale: [[0, c.sunken], [1, c.accent]], showscale: !texts,
        colorbar: { thickness: 10, outlinewidth: 0, tickformat: ".0%", tickfont: { color: c.muted, size: 11 } },
        customdata: cells.map((row, y) => row.map((cell, x) => [plain(ys[y]), plain(xs[x]), cell ? say("of_calls", { hits: number(cell.hits), n: number(cell.n) }) : "", cell ? range(cell.share) : ""])),
        hovertemplate: "%{customdata[0]}, %{customdata[1]}<br>%{z:.1%} (%{customdata[2]})<br>%{customdata[3]}<extra></extra>",
      }],
      layout: layout(c, {
        annotations,
        xaxis: { tickvals: xs.map((_, x) => x), ticktext: xs.map(plain), showgrid: false, zeroline: false, showline: false, ticks: "", title: xTitle && { text: xTitle, font: { size: 11, color: c.muted } } },
        yaxis: { tickvals: ys.map((_, y) => y), ticktext: ys.map(plain), autorange: "reversed", showgrid: false, zeroline: false, showline: false, ticks: "" },
      }),
    };
  });
}

/** Weeks on the x axis, with a dotted line where a model or a playbook changed. */
function weekAxis(c, most = 6) {
  const starts = DATA.weeks.map((week) => week.start);
  const step = Math.max(1, Math.ceil(starts.length / most));
  const ticks = starts.filter((_, place) => place % step === 0);
  return { type: "date", tickvals: ticks, ticktext: ticks.map(weekName), tickangle: 0, tickfont: { color: c.muted, size: 10 } };
}
const markLines = (c) => [...new Set(DATA.marks.map((mark) => mark.week))].map((week) => ({
  type: "line", x0: week, x1: week, yref: "paper", y0: 0, y1: 1, line: { color: c.strong, width: 1, dash: "dot" }, layer: "below",
}));

/** One kind through the weeks: hollow where a week is cut or has few calls, marked where it rose. */
function trend(kind) {
  const risen = new Map(DATA.alerts.filter((alert) => alert.kind === kind).map((alert) => [alert.week, alert]));
  return chart(say("trend.of", { kind: named("kind", kind) }), 136, (c) => {
    const shares = DATA.weeks.map((week) => (week.calls ? week.cases[kind] / week.calls : null));
    const sure = DATA.weeks.map((week) => week.whole && week.calls >= LIMITS.cell);
    return {
      traces: [{
        type: "scatter", mode: "lines+markers", x: DATA.weeks.map((week) => week.start), y: shares,
        line: { color: faded(c.accent, 0.6), width: 1.5 },
        marker: {
          opacity: 1,
          size: DATA.weeks.map((week) => (risen.has(week.start) ? 11 : 5)),
          symbol: DATA.weeks.map((week, place) => (risen.has(week.start) ? "triangle-up" : sure[place] ? "circle" : "circle-open")),
          color: DATA.weeks.map((week) => (risen.has(week.start) ? c.tense : c.accent)),
        },
        customdata: DATA.weeks.map((week) => say("of_calls", { hits: number(week.cases[kind]), n: number(week.calls) })),
        hovertemplate: "%{y:.1%} (%{customdata})<extra></extra>",
      }],
      layout: layout(c, {
        margin: { l: 36, r: 10, t: 6, b: 22 }, shapes: markLines(c), xaxis: weekAxis(c, 3),
        yaxis: { rangemode: "tozero", tickformat: ".0%", nticks: 4 },
      }),
    };
  });
}

function paretoChart() {
  return chart(say("pareto.title"), 300, (c) => {
    const x = DATA.pareto.map((bar) => plain(named("kind", bar.kind)));
    return {
      traces: [
        { type: "bar", x, y: DATA.pareto.map((bar) => bar.cases), marker: { color: DATA.pareto.map((bar) => (bar.vital ? c.accent : faded(c.muted, 0.45))) }, hovertemplate: "%{x}: %{y}<extra></extra>" },
        { type: "scatter", mode: "lines+markers", x, y: DATA.pareto.map((bar) => bar.cumulative), yaxis: "y2", line: { color: c.tense, width: 1.5 }, marker: { size: 5 }, hovertemplate: "%{y:.0%}<extra></extra>" },
      ],
      layout: layout(c, {
        margin: { l: 48, r: 48, t: 12, b: 40 },
        yaxis: { showgrid: false }, xaxis: { showgrid: false },
        yaxis2: { overlaying: "y", side: "right", range: [0, 1.05], tickvals: [0, 0.2, 0.4, 0.6, 0.8, 1], tickformat: ".0%", showgrid: false, fixedrange: true, tickfont: { color: c.muted, size: 11 } },
        shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, yref: "y2", y0: 0.8, y1: 0.8, line: { color: c.strong, width: 1, dash: "dot" } }],
      }),
    };
  });
}

/** Two shares through the weeks, each with the range that chance leaves. */
function leftChart() {
  return chart(say("left.title"), 280, (c) => {
    const weeks = DATA.weeks.filter((week) => week.assessed >= LIMITS.cell);
    const x = weeks.map((week) => week.start);
    const line = (name, colour) => {
      const at = (place) => weeks.map((week) => week[name].share?.[place] ?? null);
      return [
        { type: "scatter", mode: "lines", x: [...x, ...x.toReversed()], y: [...at(2), ...at(1).toReversed()], fill: "toself", fillcolor: faded(colour, 0.14), line: { width: 0 }, hoverinfo: "skip", showlegend: false },
        { type: "scatter", mode: "lines+markers", name: say(`left.${name}`), x, y: at(0), line: { color: colour, width: 2 }, marker: { size: 6, symbol: name === "tense" ? "circle" : "square" }, hovertemplate: `${say(`left.${name}`)} %{y:.1%}<extra></extra>` },
      ];
    };
    return {
      traces: [...line("tense", c.tense), ...line("withdrew", c.withdrawn)],
      layout: layout(c, {
        showlegend: true, legend: { orientation: "h", y: 1.12, x: 0, font: { color: c.ink } }, shapes: markLines(c),
        margin: { l: 48, r: 16, t: 28, b: 32 }, xaxis: weekAxis(c), yaxis: { rangemode: "tozero", tickformat: ".0%" },
      }),
    };
  });
}

/** Differences with their ranges, against a line at none. */
function forest(label, rows) {
  return chart(label, 60 + 26 * rows.length, (c) => ({
    traces: [{
      type: "scatter", mode: "markers", y: rows.map((_, y) => y), x: rows.map((row) => row.value),
      marker: { size: 9, color: rows.map((row) => (row.clear ? c.tense : c.muted)), symbol: rows.map((row) => (row.clear ? "diamond" : "circle-open")) },
      error_x: { type: "data", symmetric: false, array: rows.map((row) => row.high - row.value), arrayminus: rows.map((row) => row.value - row.low), color: c.strong, thickness: 1.5, width: 4 },
      text: rows.map((row) => plain(row.name)), hovertemplate: "%{text}: %{x:+.1%}<extra></extra>",
    }],
    layout: layout(c, {
      margin: { l: 8, r: 16, t: 8, b: 36 },
      shapes: [{ type: "line", x0: 0, x1: 0, yref: "paper", y0: 0, y1: 1, line: { color: c.strong, width: 1 } }],
      xaxis: { tickformat: "+.0%", title: { text: say("cards.axis"), font: { size: 11, color: c.muted } } },
      yaxis: { tickvals: rows.map((_, y) => y), ticktext: rows.map((row) => plain(row.name)), range: [rows.length - 0.5, -0.5], showgrid: false, zeroline: false },
    }),
  }));
}
