/** The page: its sections in order, drawn again when the language or the light changes. */
"use strict";

const num = (title) => ({ title, number: true });
const col = (title) => ({ title });
const shareColumns = (first) => [col(first), num(say("column.calls")), num(say("column.cases")), num(say("column.share")), num(say("column.range"))];
const shareRow = (name, told) => ({
  cells: [name, number(told.n), number(told.hits), told.share ? percent(told.share[0], 1) : "", range(told.share)], few: told.n < LIMITS.cell,
});
const block = (title, ...parts) => el("section", { class: "block" }, el("h2", {}, title), ...parts);
const hint = (key, values) => el("p", { class: "hint" }, say(key, values));
const kindName = (kind) => named("kind", kind);

function head() {
  const a = DATA.about;
  const facts = [
    a.first ? say("about.period", { first: day(a.first), last: day(a.last) }) : say("about.undated"),
    a.heard < a.calls ? say("about.heard", { heard: number(a.heard), calls: number(a.calls) }) : null,
    a.demo_words ? say("about.demo_words", { n: number(a.demo_words) }) : null,
    a.assessed < a.calls ? say("about.assessed", { n: number(a.calls - a.assessed) }) : null,
    a.first && a.undated ? say("about.some_undated", { n: number(a.undated) }) : null,
  ];
  return el("header", {}, el("h1", {}, say("title")), el("p", { class: "lead" }, facts.filter(Boolean).join(" ")));
}

function figureRow() {
  const a = DATA.about;
  const of = (hits, n) => (n ? percent(hits / n, 1) : "–");
  const items = [
    [say("about.calls"), number(a.calls), ""],
    [say("about.hours"), number(a.hours, a.hours < 100 ? 1 : 0), ""],
    [say("about.objected"), of(DATA.objected.hits, DATA.objected.n), range(DATA.objected.share)],
    [say("left.tense"), of(a.tense, a.assessed), ""],
    [say("left.withdrew"), of(a.withdrew, a.assessed), ""],
  ];
  return el("dl", { class: "figures" }, items.map(([name, value, low]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value, " ", el("span", { class: "range" }, low)))));
}

function alertBlock() {
  const values = { rise: percent(LIMITS.alert_rise), cases: LIMITS.alert_cases, kinds: DATA.subjects.length };
  const list = DATA.alerts.map((alert) => {
    const [ratio, low, high] = alert.ratio;
    return el("li", {},
      el("strong", {}, say("alert.rose", { kind: kindName(alert.kind), by: signed(percent(ratio - 1), 1) })), " ",
      say("alert.when", { week: day(alert.week), before: number(alert.before), after: number(alert.after), low: signed(percent(low - 1), low - 1), high: signed(percent(high - 1), high - 1) }),
      alert.marks.length ? el("span", { class: "with" }, say("alert.marks", { what: alert.marks.map((what) => named("mark", what)).join(", ") })) : null);
  });
  return block(say("alert.title"),
    list.length ? el("ul", { class: "alerts" }, list) : el("p", { class: "note" }, say("alert.none")),
    hint("alert.how", values));
}

function trendBlock() {
  const up = new Set(DATA.alerts.map((alert) => alert.kind));
  const weeks = DATA.weeks.map((week) => week.start);
  const cells = DATA.subjects.map((kind) => DATA.weeks.map((week) => ({ hits: week.cases[kind], n: week.calls, share: week.calls ? [week.cases[kind] / week.calls] : null })));
  return block(say("trend.title"),
    el("div", { class: "small" }, DATA.subjects.map((kind) =>
      el("div", {}, el("h3", { "data-up": up.has(kind) }, kindName(kind), up.has(kind) ? " ▲" : ""), trend(kind)))),
    DATA.marks.length ? el("ul", { class: "marks" }, DATA.marks.map((mark) =>
      el("li", {}, say("mark.line", { week: day(mark.week), what: named("mark", mark.what), before: mark.before, after: mark.after })))) : null,
    hint("trend.how"),
    figures(say("trend.table"), [col(say("column.kind")), ...weeks.map((week) => num(weekName(week)))],
      DATA.subjects.map((kind, k) => ({ cells: [kindName(kind), ...cells[k].map((cell) => (cell.share ? percent(cell.share[0], 1) : "–"))] }))));
}

function paretoBlock() {
  const vital = DATA.pareto.filter((bar) => bar.vital);
  return block(say("pareto.title"),
    el("p", {}, say("pareto.says", { n: vital.length, of: DATA.subjects.length, share: percent(vital.at(-1).cumulative) })),
    paretoChart(),
    figures(say("pareto.title"), [col(say("column.kind")), num(say("column.cases")), num(say("column.share")), num(say("column.cumulative"))],
      DATA.pareto.map((bar) => ({ cells: [kindName(bar.kind), number(bar.cases), percent(bar.share, 1), percent(bar.cumulative, 1)] }))));
}

function hourBlock() {
  const days = Array.from({ length: 7 }, (_, place) => weekday(place));
  const open = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => DATA.hours.some((row) => row[hour]));
  const some = open.length > 0;
  const all = some ? Array.from({ length: open.at(-1) - open[0] + 1 }, (_, place) => open[0] + place) : [];
  const hours = all.map((hour) => String(hour).padStart(2, "0"));
  const cells = DATA.hours.map((row) => all.map((hour) => row[hour]));
  return block(say("hours.title"),
    ...(some
      ? [heat(say("hours.title"), hours, days, cells, { height: 270, texts: false, xTitle: say("hours.axis") }),
        hint("heat.how", { n: LIMITS.cell }),
        figures(say("hours.title"), shareColumns(say("column.hour")), cells.flatMap((row, d) => row.flatMap((cell, h) => (cell ? [shareRow(`${days[d]} ${hours[h]}`, cell)] : []))))]
      : [el("p", { class: "note" }, say("hours.none"))]));
}

function queueBlock() {
  if (!DATA.queues.length) return block(say("queues.title"), el("p", { class: "note" }, say("queues.none")));
  const cells = DATA.subjects.map((kind) => DATA.queues.map((one) => one.kinds[kind]));
  return block(say("queues.title"),
    heat(say("queues.title"), DATA.queues.map((one) => one.queue), DATA.subjects.map(kindName), cells, { height: 330, digits: 1 }),
    hint("queues.how", { n: LIMITS.cell }),
    figures(say("queues.title"), shareColumns(say("column.queue_kind")), DATA.queues.flatMap((one) => DATA.subjects.map((kind) => shareRow(`${one.queue}, ${kindName(kind)}`, one.kinds[kind])))));
}

function togetherBlock() {
  return block(say("together.title"),
    DATA.together.length
      ? table(say("together.caption"), [col(say("together.given")), col(say("together.also")), num(say("column.calls")), num(say("together.confidence")), num(say("together.risk")), num(say("column.range"))],
        DATA.together.map((rule) => ({ cells: [rule.given.map(kindName).join(" + "), kindName(rule.also), number(rule.calls), percent(rule.confidence), `${number(rule.risk[0], 1)}×`, say("range", { low: `${number(rule.risk[1], 1)}×`, high: `${number(rule.risk[2], 1)}×` })] })))
      : el("p", { class: "note" }, say("together.none")),
    hint("together.how", { n: LIMITS.together }));
}

function wordBlock() {
  const langs = ["en", "zh"];
  const kinds = DATA.subjects.filter((kind) => langs.some((lang) => DATA.telling[lang][kind]));
  const list = (kind, lang) => DATA.telling[lang][kind] && el("ul", { lang: HTML_LANG[lang] },
    DATA.telling[lang][kind].map(({ word, calls }) => el("li", {}, word, " ", el("small", {}, number(calls)))));
  return block(say("telling.title"),
    kinds.length
      ? el("div", { class: "words" }, kinds.map((kind) => el("div", {}, el("h3", {}, kindName(kind)), langs.map((lang) => list(kind, lang)))))
      : el("p", { class: "note" }, say("telling.none")),
    hint("telling.how", { n: LIMITS.telling_calls, times: number(LIMITS.telling_times) }));
}

function leftBlock() {
  const { calm, tense } = DATA.left;
  return block(say("left.title"), DATA.weeks.length ? leftChart() : null,
    table(say("left.caption"), shareColumns(say("column.voice")), [shareRow(say("left.voice_calm"), calm), shareRow(say("left.voice_tense"), tense)]),
    hint("left.how"));
}

const difference = (found) => signed(percent(found[0], 1), found[0]);
const differenceRange = (found) => say("range", { low: signed(percent(found[1], 1), found[1]), high: signed(percent(found[2], 1), found[2]) });

function cardBlock() {
  if (!DATA.cards) return block(say("cards.title"), el("p", { class: "note" }, say("cards.none")), hint("cards.how", { n: LIMITS.effect }));
  const name = (one) => `${one.card_id ?? say("cards.all")}: ${named("measure", one.measure)}`;
  const lines = DATA.cards.filter((one) => one.difference || one.card_id === null);
  const drawn = lines.filter((one) => one.difference && (one.card_id === null || one.verdict === "clear"));
  return block(say("cards.title"),
    drawn.length ? forest(say("cards.title"), drawn.map((one) => ({ name: name(one), value: one.difference[0], low: one.difference[1], high: one.difference[2], clear: one.verdict === "clear" }))) : null,
    figures(say("cards.caption"), [col(say("column.card")), num(say("cards.shown")), num(say("cards.withheld")), num(say("column.difference")), num(say("column.range")), col(say("column.verdict"))],
      lines.map((one) => ({
        cells: [name(one), shown(one.shown), shown(one.withheld), one.difference ? difference(one.difference) : "", one.difference ? differenceRange(one.difference) : "", say(`verdict.${one.verdict}`)],
        few: one.verdict === "too_few", clear: one.verdict === "clear",
      }))),
    hint("cards.how", { n: LIMITS.effect }));
}

const shown = (told) => (told.share ? say("share_of", { share: percent(told.share[0], 1), n: number(told.n) }) : "–");

function compareBlock() {
  const { split, by, changes } = DATA.compare;
  const columns = [col(say("column.figure")), num(say("compare.before")), num(say("compare.after")), num(say("column.difference")), num(say("column.range")), col(say("column.verdict"))];
  const groups = [...new Set(changes.map((change) => change.by))].map((group) => {
    const own = changes.filter((change) => change.by === group);
    const name = group === "" ? say("compare.all") : `${named("by", by)}: ${group}`;
    const clear = own.filter((change) => change.verdict === "clear").length;
    return el("details", { open: group === "" || clear > 0 },
      el("summary", {}, say("compare.group", { name, clear: number(clear), all: number(own.length) })),
      table(say("compare.caption", { day: day(split) }) + ` (${name})`, columns, own.map(compareRow)));
  });
  return block(say("compare.title", { day: day(split) }), ...groups, hint("compare.how", { n: LIMITS.compare }));
}

function compareRow(change) {
  const write = (value) => (change.share ? percent(value, 1) : figure(change.figure, value));
  const of = (side) => (side.n ? say("share_of", { share: write(side.mean), n: number(side.n) }) : "–");
  const [value, low, high] = change.difference ?? [];
  return {
    cells: [`${named("figure", change.figure)} (${named("group", change.group)})`, of(change.before), of(change.after),
      change.difference ? signed(write(value), value) : "",
      change.difference ? say("range", { low: signed(write(low), low), high: signed(write(high), high) }) : "", say(`verdict.${change.verdict}`)],
    few: change.verdict === "too_few", clear: change.verdict === "clear",
  };
}

const figure = (name, value) => (name.endsWith("_s") ? say("seconds", { n: number(value, 1) }) : name.includes("share") ? percent(value, 1) : number(value, 2));

function translate() {
  document.documentElement.lang = HTML_LANG[settings.lang];
  document.title = `Calmline: ${say("title")}`;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", say(element.dataset.tLabel));
  document.getElementById("lang").textContent = say("lang.other");
  document.getElementById("lang").lang = HTML_LANG[settings.lang === "en" ? "zh" : "en"];
  document.getElementById("theme").textContent = say(`theme.${settings.theme}`);
}

function fill() {
  if (settings.theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = settings.theme;
  translate();
  drawings.length = 0;
  const dated = DATA.weeks.length > 0;
  document.getElementById("main").replaceChildren(
    ...[
      head(), figureRow(),
      dated ? alertBlock() : null,
      DATA.about.heard ? (dated ? trendBlock() : null) : block(say("trend.title"), el("p", { class: "note" }, say("heard.none"))),
      DATA.pareto.length ? el("div", { class: "pair" }, paretoBlock(), togetherBlock()) : null,
      DATA.pareto.length ? el("div", { class: "pair" }, hourBlock(), queueBlock()) : null,
      DATA.pareto.length ? wordBlock() : null,
      leftBlock(), cardBlock(),
      DATA.compare ? compareBlock() : null,
      el("p", { class: "hint" }, say("foot")),
    ].filter(Boolean),
  );
  for (const draw of drawings) draw();
}

document.getElementById("lang").addEventListener("click", () => {
  settings.lang = settings.lang === "en" ? "zh" : "en";
  fill();
});
document.getElementById("theme").addEventListener("click", () => {
  const themes = ["auto", "light", "dark"];
  settings.theme = themes[(themes.indexOf(settings.theme) + 1) % themes.length];
  fill();
});
document.getElementById("print").addEventListener("click", () => print());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (settings.theme === "auto") fill(); });

/** Paper is white, and narrower than a screen: charts are drawn for it and back. */
const PAPER_PX = 700;
addEventListener("beforeprint", () => {
  document.documentElement.dataset.theme = "light";
  document.getElementById("main").style.width = `${PAPER_PX}px`;
  for (const draw of drawings) draw(true);
});
addEventListener("afterprint", () => {
  document.getElementById("main").style.width = "";
  fill();
});

fill();
document.documentElement.dataset.ready = "";
