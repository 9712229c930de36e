/** A call over again: the panel as the agent saw it, and beside it what the agent did not see. */

import * as api from "../lib/api.js";
import { find, make } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { named } from "../lib/i18n.js";
import { begin, fail } from "../lib/page.js";
import { Panel } from "../panel/panel.js";
import { Charts, driverNames, loadPlotly } from "./charts.js";
import { onLight } from "./colours.js";
import { drawConduct, drawObjections, drawStages } from "./heard.js";
import { Log } from "./log.js";
import { Player } from "./player.js";
import { drawCards, drawTranscript } from "./story.js";

/** The line of now moves so often in the charts; the panel follows each frame. */
const CHART_MS = 200;
const STEP_S = 5;

const { lang, say, config } = await begin();
const callId = decodeURIComponent(location.pathname.split("/").at(-1));
try {
  const [call, events, Plotly] = await Promise.all([api.call(callId), api.events(callId), loadPlotly(config.plotly)]);
  await show(new Log(call, events), Plotly);
} catch (error) {
  fail(say, error);
}

async function show(log, Plotly) {
  find(document, ".replay").hidden = false;
  find(document, "h1").textContent = `${say("page.replay")} · ${callId}`;
  document.title = `${callId} · Calmline`;
  const panel = new Panel(find(document, ".frame"), { lang, status: "replay" });
  drawCards(find(document, ".cue-list"), log, say);
  drawObjections(find(document, ".objection-list"), log, say);
  drawStages(find(document, ".stage-list"), log, say);
  drawConduct(find(document, ".conduct-list"), log, say);
  const lines = drawTranscript(find(document, ".transcript"), log, say);
  const audio = log.call.audio ? find(document, "audio") : null;
  if (audio) audio.src = api.audioUrl(callId);
  find(document, ".no-audio").hidden = audio !== null;

  const charts = new Charts(Plotly, { timeline: find(document, ".timeline"), gauge: find(document, ".gauge") }, log, say, (s) => player.seek(s));
  const slider = find(document, "[name=position]");
  const toggle = find(document, ".play");
  slider.max = String(log.lengthS);
  let charted = 0;

  const player = new Player(audio, log.lengthS, (s, playing) => {
    panel.show(log.at(s));
    slider.value = String(s);
    slider.setAttribute("aria-valuetext", `${clock(s)} / ${clock(log.lengthS)}`);
    find(document, ".moment-now").textContent = `${clock(s)} / ${clock(log.lengthS)}`;
    toggle.textContent = say(playing ? "replay.pause" : "replay.play");
    for (const line of lines) line.element.classList.toggle("heard", line.s <= s);
    if (!playing || performance.now() - charted > CHART_MS) {
      charted = performance.now();
      charts.at(s);
    }
  });

  const failed = (error) => fail(say, error);
  const press = () => (player.playing ? player.pause() : player.play().catch(failed));
  toggle.addEventListener("click", press);
  slider.addEventListener("input", () => player.seek(Number(slider.value)));
  find(document, "[name=speed]").addEventListener("change", ({ target }) => player.speed(Number(target.value)));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest(".moment");
    if (button) player.seek(Number(button.dataset.s));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, button") || event.ctrlKey || event.metaKey) return;
    const step = { ArrowLeft: -STEP_S, ArrowRight: STEP_S }[event.key];
    if (step) player.seek(player.s + step);
    if (event.key === " ") {
      event.preventDefault();
      press();
    }
  });
  chooseBelow(charts);
  onLight(() => charts.draw());

  const at = Number(new URLSearchParams(location.search).get("at"));
  player.seek(Number.isFinite(at) ? at : 0);
}

/** What the chart below the index shows. */
function chooseBelow(charts) {
  const select = find(document, "[name=below]");
  select.append(make("option", { value: "drivers" }, say("replay.drivers")),
    ...driverNames(charts.readings).map((name) => make("option", { value: name }, say("replay.own", { feature: named(say, "feature", name) }))));
  select.addEventListener("change", () => {
    charts.below = select.value;
    charts.draw();
  });
}
