/** The page of one agent: follows that agent's calls, one after the other. */

import * as api from "./lib/api.js";
import { find } from "./lib/dom.js";
import { Feed } from "./lib/feed.js";
import { translate } from "./lib/i18n.js";
import { Panel } from "./panel/panel.js";
import { popOut } from "./panel/popout.js";

const agentId = decodeURIComponent(location.pathname.split("/").at(-1));
const framed = new URLSearchParams(location.search).has("frame");
const main = find(document, "main");
const rest = find(document, ".rest");

const { lang, reviews } = await api.config();
const panel = new Panel(main, { lang, reviews, onPopout: framed ? undefined : leave });
let feed = start();
find(rest, "button").addEventListener("click", come);

function start() {
  return new Feed({
    url: (resume) => api.agentSocket(agentId, resume ? { call_id: resume.callId, from: resume.fromSeq } : {}),
    onEnvelope: (envelope) => {
      performance.mark("calmline:envelope", { detail: envelope.event?.cue_id ?? envelope.kind });
      panel.take(envelope);
    },
    onStatus: (up) => panel.connected(up),
  });
}

let own = null;

/** The panel goes into a window of its own. */
async function leave() {
  own = await popOut();
  if (!own) return;
  feed.close();
  panel.sheet.close();
  translate(rest, panel.say);
  main.hidden = true;
  rest.hidden = false;
  const watch = setInterval(() => own?.closed && come(), 500);
  own.addEventListener("pagehide", () => setTimeout(() => own?.closed && come()));

  function stop() {
    clearInterval(watch);
  }
  rest.addEventListener("calmline:back", stop, { once: true });
}

/** The panel comes back. */
function come() {
  if (rest.hidden) return;
  rest.dispatchEvent(new Event("calmline:back"));
  own?.close();
  own = null;
  rest.hidden = true;
  main.hidden = false;
  feed = start();
}
