/** The demo: a bundled call goes through the real socket, and can be heard in step with it. */

import * as api from "../lib/api.js";
import { find, make } from "../lib/dom.js";
import { Feed } from "../lib/feed.js";
import { clock, oneLine } from "../lib/format.js";
import { callLang, named } from "../lib/i18n.js";
import { begin, fail } from "../lib/page.js";
import { Panel } from "../panel/panel.js";
import { Strip } from "./strip.js";
import { follow, MediaClock } from "./sync.js";

const LOOK_MS = 1500;

const { lang, say, config } = await begin();
const audio = find(document, "audio");
const listen = find(document, ".listen");
const panel = new Panel(find(document, ".frame"), { lang, reviews: config.reviews });
const strip = new Strip(find(document, ".strip"));
const cards = find(document, ".card-list");
const transcript = find(document, ".transcript");
let media = new MediaClock();
let listening = false;
let played = null;

listen.addEventListener("click", () => {
  listening = !listening;
  listen.textContent = say(listening ? "demo.mute" : "demo.listen");
  if (listening) sound();
  else audio.pause();
});
audio.addEventListener("loadedmetadata", () => strip.length(audio.duration));
await look();

/** Wait until a bundled call is played, and go along with it. */
async function look() {
  const demo = await api.demoCall().catch(() => null);
  find(document, ".nothing").hidden = demo !== null;
  if (demo === null) {
    setTimeout(look, LOOK_MS);
    return;
  }
  start(demo);
  new Feed({
    url: (resume) => api.agentSocket(demo.agent_id, resume ? { call_id: resume.callId, from: resume.fromSeq } : {}),
    onEnvelope: take,
    onStatus: (up) => panel.connected(up),
  });
  requestAnimationFrame(frame);
}

function start(demo) {
  played = demo.call_id;
  media = new MediaClock(demo.speed);
  strip.clear();
  cards.replaceChildren(make("li", { class: "quiet" }, say("demo.cards_none")));
  transcript.replaceChildren();
  find(document, ".over").hidden = true;
  audio.src = `/demo/audio/${encodeURIComponent(demo.sample)}.wav`;
  audio.playbackRate = demo.speed;
}

function take(envelope) {
  panel.take(envelope);
  if (envelope.kind === "call" && envelope.call_id !== played) next();
  if (envelope.call_id !== played) return;
  if (envelope.kind === "clock") media.tick(envelope.media_s, performance.now() / 1000);
  if (envelope.kind === "event") event(envelope.event);
  if (envelope.kind === "end") over();
}

/** Another call is played on the same line. */
async function next() {
  const demo = await api.demoCall().catch(() => null);
  if (demo && demo.call_id !== played) start(demo);
}

function event(told) {
  strip.take(told);
  const language = callLang(panel.state.language);
  if (told.type === "words_final" && told.text) {
    const line = make("li", { "data-role": told.role, class: "heard" }, make("span", { class: "at" }, clock(told.start_s)),
      make("span", { class: "who" }, named(say, "role", told.role)), make("span", { lang: language }, told.text));
    transcript.append(line);
    transcript.scrollTop = transcript.scrollHeight;
  }
  if (told.type === "cue_shown") {
    if (strip.cards === 1) cards.replaceChildren();
    cards.append(make("li", {}, make("span", { class: "mark-number" }, String(strip.cards)),
      make("div", {}, make("p", { class: "card-why", lang: language }, `${clock(told.known_at_s)} · ${told.why}`), make("p", { lang: language }, oneLine(told.say)))));
    cards.scrollTop = cards.scrollHeight;
  }
}

function over() {
  audio.pause();
  media = new MediaClock();
  find(document, ".over").hidden = false;
  find(document, ".over a").href = `/replay/${encodeURIComponent(played)}`;
}

function frame() {
  const s = media.at(performance.now() / 1000);
  if (s !== null) {
    strip.at(s);
    if (listening && !audio.paused) follow(audio, s);
    if (listening && audio.paused && s < audio.duration) sound();
  }
  requestAnimationFrame(frame);
}

let starting = false;

/** Begin to sound where the call is; a browser may refuse until somebody has clicked. */
async function sound() {
  if (starting) return;
  starting = true;
  follow(audio, media.at(performance.now() / 1000));
  await audio.play().catch((error) => error.name === "AbortError" || fail(say, error));
  starting = false;
}
