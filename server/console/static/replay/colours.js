/** The page's colours as a script can read them: what a custom property computes to just now. */

const NAMES = {
  ink: "--ink", muted: "--muted", line: "--line", lineStrong: "--line-strong", surface: "--surface", sunken: "--sunken",
  accent: "--accent", accentSoft: "--accent-soft", tense: "--tense", tenseSoft: "--tense-soft", withdrawn: "--withdrawn", urgent: "--urgent",
};
const SERIES = ["--accent", "--tense", "--withdrawn", "--urgent", "--muted", "--line-strong"];

export function colours() {
  const probe = document.body.appendChild(document.createElement("span"));
  const read = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, read(name)]));
  found.series = SERIES.map(read);
  found.font = getComputedStyle(document.body).fontFamily;
  probe.remove();
  return found;
}

/** Call back when the light changes, by the system or by choice. */
export function onLight(changed) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
