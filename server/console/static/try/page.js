/** Try it with your own voice: the microphone plays the caller, and nothing is kept. */

import * as api from "../lib/api.js";
import { find } from "../lib/dom.js";
import { Feed } from "../lib/feed.js";
import { begin } from "../lib/page.js";
import { Panel } from "../panel/panel.js";
import { drawBars } from "./bars.js";
import { Microphone } from "./microphone.js";
import { Stream } from "./stream.js";

/** Seconds of own speech to be calm for. */
const CALM_S = 20;
/** Below this peak a microphone is as good as silent. */
const SILENT = 0.003;
const SILENT_BLOCKS = 40;

const { lang, say, config } = await begin();
const panel = new Panel(find(document, ".frame"), { lang });
const button = find(document, ".begin");
const status = find(document, ".try-status");
const prompt = find(document, ".prompt");
const progress = find(document, ".progress");
const level = find(document, ".level");
let running = null;

const able = config.media_url !== null && navigator.mediaDevices !== undefined;
button.disabled = !able;
if (config.media_url === null) status.textContent = say("try.offline");
else if (!able) status.textContent = say("try.elsewhere");
button.addEventListener("click", () => (running ? running.stop() : start()));

async function start() {
  button.disabled = true;
  status.textContent = "";
  let stream = null;
  let silent = 0;
  const microphone = new Microphone(
    (samples) => stream?.sound(samples),
    (peak) => {
      level.style.setProperty("--value", String(Math.min(1, Math.sqrt(peak))));
      silent = peak < SILENT ? silent + 1 : 0;
      if (silent === SILENT_BLOCKS) status.textContent = say("try.quiet");
    },
  );
  let rate;
  try {
    rate = await microphone.open();
  } catch (error) {
    await microphone.close();
    status.textContent = say("try.refused", { why: error.message });
    button.disabled = false;
    return;
  }
  let feed = null;
  stream = new Stream(config.media_url, rate, {
    started: () => {
      feed = watch(stream.callId);
      microphone.start();
      button.disabled = false;
      button.textContent = say("try.stop");
    },
    closed: async (problem) => {
      running = null;
      await microphone.close();
      feed?.close();
      panel.take({ kind: "waiting" });
      level.style.setProperty("--value", "0");
      prompt.textContent = "";
      status.textContent = problem === null ? say("try.over") : `${say("try.lost")} (${problem})`;
      button.textContent = say("try.begin");
      button.disabled = false;
    },
  });
  running = stream;
}

/** Show what the server makes of it. */
function watch(callId) {
  let calmS = 0;
  tell(calmS);
  return new Feed({
    url: (resume) => api.callSocket(callId, resume ? { from: resume.fromSeq } : {}),
    once: true,
    onStatus: (up) => panel.connected(up),
    onEnvelope: (envelope) => {
      panel.take(envelope);
      if (envelope.kind === "clock" && envelope.speaking.includes(0)) tell((calmS += 1));
      drawBars(find(document, ".bars"), panel.state, say);
    },
  });
}

function tell(calmS) {
  const s = Math.min(calmS, CALM_S);
  prompt.textContent = say(s < CALM_S ? "try.calm" : "try.hurried");
  progress.style.setProperty("--value", String(s / CALM_S));
  find(document, ".progress-text").textContent = say("try.learned", { s, of: CALM_S });
}
