/** What all pages around the panel share: language, light, and the line at the top. */

import * as api from "./api.js";
import { find } from "./dom.js";
import { applyLang, speaker, translate } from "./i18n.js";
import { after, applyTheme, browserLang, remember, setting } from "./settings.js";

/**
 * Begin a page.
 * @returns {Promise<{lang: "en"|"zh", say: import("./i18n.js").Say, config: object}>}
 */
export async function begin() {
  const config = await api.config();
  const lang = setting("lang", config.lang ?? browserLang());
  const say = speaker(lang);
  applyLang(lang);
  applyTheme(setting("theme", "auto"));
  translate(document.body, say);
  find(document, "[data-choose=lang]").addEventListener("click", () => choose("lang", lang));
  find(document, "[data-choose=theme]").addEventListener("click", () => {
    const theme = setting("theme", "auto");
    remember("theme", after("theme", theme));
    applyTheme(after("theme", theme));
  });
  return { lang, say, config };
}

/** Say plainly that something did not work. */
export function fail(say, error) {
  const line = find(document, ".failed");
  line.textContent = say("page.failed", { why: error.message });
  line.hidden = false;
}

/** The page is written once in one language, so it is opened again in the other. */
function choose(name, value) {
  remember(name, after(name, value));
  const address = new URL(location.href);
  address.searchParams.delete(name);
  location.replace(address);
}
