/** The page of a review: drawn from the report that lies in it, in either language. */

import { find, make } from "../../../console/static/lib/dom.js";
import { clock } from "../../../console/static/lib/format.js";
import { applyLang, has, named, speaker, translate } from "../../../console/static/lib/i18n.js";
import { after, applyTheme, remember, setting } from "../../../console/static/lib/settings.js";
import { onLight } from "../../../console/static/replay/colours.js";
import { Player } from "../../../console/static/replay/player.js";
import { Controls } from "./controls.js";
import { drawFooter } from "./footer.js";
import { copyNote, drawNote } from "./note.js";
import { drawFive, drawLimits } from "./opening.js";
import { drawScorecard } from "./scorecard.js";
import { sound } from "./sound.js";
import { drawCards, drawConduct, drawObjections, drawTold } from "./story.js";
import { tables, Timeline } from "./timeline.js";
import { drawLegend, drawTranscript, Follower } from "./transcript.js";

/** Of the figure on paper, in CSS pixels: A4 and Letter upright, less their margins. */
const PAPER_WIDTH = 690;

const data = find(document, "#report");
const report = JSON.parse(data.textContent);
const asked = new URLSearchParams(location.search).get("lang");
const page = { report, has, lang: asked === "en" || asked === "zh" ? asked : data.dataset.interface };

const section = (name) => find(document, `.block.${name} > div:last-child`);
const audio = sound(find(document, "audio"), find(document, "#audio"), () => failed());
const follower = new Follower(find(document, ".transcript"));
const timeline = new Timeline(window.Plotly, { plot: find(document, ".plot"), playhead: find(document, ".playhead") }, (s) => controls.go(s));
const player = new Player(audio, report.duration_s, (s, playing) => {
  controls.at(s, playing);
  timeline.at(s);
  follower.at(s);
});
const controls = new Controls(find(document, ".player"), player, report.moments, { copy, failed, heard });

function draw() {
  page.say = speaker(page.lang);
  const { say } = page;
  applyLang(page.lang);
  translate(document.body, say);
  find(document, "h1").textContent = report.call.name;
  find(document, ".about").textContent = about();
  find(document, ".no-audio").hidden = audio !== null;
  find(document, ".copy").replaceChildren(make("kbd", {}, "C"), ` ${say("key.copy")}`);
  drawLimits(find(document, ".limits"), page);
  drawFive(find(document, ".five"), page);
  drawLegend(find(document, ".legend"), page);
  follower.now = null;
  follower.lines = drawTranscript(follower.list, page);
  drawObjections(section("objections"), page);
  drawCards(section("cards"), page);
  drawNote(section("note"), page);
  drawTold(section("told"), page);
  drawScorecard(section("score"), page);
  drawConduct(section("conduct"), page);
  drawFooter(find(document, ".versions"), page);
  timeline.draw(page);
  find(document, ".tables").replaceChildren(...tables(page));
  controls.speak(say);
  heard(controls.place);
  follower.at(player.s);
}

function about() {
  const { call, language } = report;
  const made = call.made_at ? new Date(call.made_at) : null;
  const day = made && new Intl.DateTimeFormat(page.lang === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(made);
  return [clock(report.duration_s), named(page.say, "call", language ?? "unknown"), day && page.say(call.files.length ? "about.made" : "about.began", { day })].filter(Boolean).join(" · ");
}

/** Mark the moment that is heard. */
function heard(place) {
  for (const item of document.querySelectorAll(".moments > li")) {
    const now = item.dataset.place === String(place);
    item.toggleAttribute("data-now", now);
    if (now) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

function failed() {
  find(document, ".failed-audio").hidden = false;
}

function copy() {
  const told = find(document, ".copied");
  copyNote(page).then(
    () => { told.textContent = page.say("callnote.copied"); },
    () => { told.textContent = page.say("callnote.not_copied"); },
  );
}

/** Go where the address says: ``#t=62.5``. */
function goTo() {
  const s = Number(/^#t=([\d.]+)$/.exec(location.hash)?.[1] ?? NaN);
  if (Number.isFinite(s)) controls.go(s);
}

let theme = setting("theme", "auto");
applyTheme(theme);
draw();
player.seek(0);
goTo();
addEventListener("hashchange", goTo);
onLight(() => timeline.draw(page));
addEventListener("beforeprint", () => {
  timeline.width = PAPER_WIDTH;
  applyTheme("light");
  timeline.draw(page);
});
addEventListener("afterprint", () => {
  timeline.width = undefined;
  applyTheme(theme);
  timeline.draw(page);
});
find(document, ".copy").addEventListener("click", copy);
find(document, "[data-choose=lang]").addEventListener("click", () => {
  page.lang = after("lang", page.lang);
  draw();
});
find(document, "[data-choose=theme]").addEventListener("click", () => {
  theme = after("theme", theme);
  remember("theme", theme);
  applyTheme(theme);
});
addEventListener("storage", () => { // chosen in the page around us, or in another window
  theme = setting("theme", theme);
  applyTheme(theme);
});
document.documentElement.toggleAttribute("data-framed", window.parent !== window);
document.addEventListener("click", ({ target, detail }) => {
  const found = target.closest(".moment, .transcript li[data-s]");
  if (found) controls.go(Number(found.dataset.s));
  const clip = target.closest(".moments > li");
  if (clip && target.closest(".hear")) controls.hear(Number(clip.dataset.place));
  if (detail && (found ?? clip)) document.activeElement.blur(); // by mouse: the next space plays
});
