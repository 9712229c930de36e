/** What the page rests on: the versions that were pinned, and the files as they were. */

import { make } from "../../../console/static/lib/dom.js";
import { clock } from "../../../console/static/lib/format.js";
import { pairs, table } from "./parts.js";

export function drawFooter(place, { report, say, has }) {
  const versions = Object.entries(report.versions).filter(([, value]) => value !== null)
    .map(([name, value]) => [has(`version.${name}`) ? say(`version.${name}`) : name, String(value)]);
  if (report.f0_by === "pyin") versions.push([say("version.pitch"), "librosa.pyin"]);
  const files = report.call.files.map((file) =>
    [file.name, clock(file.duration_s ?? 0), `${file.channels} × ${file.rate} Hz`, file.codec ?? "–", make("code", {}, file.sha256)]);
  const heads = ["file", "length", "sound", "codec", "sha"].map((name) => say(`column.${name}`));
  place.replaceChildren(
    make("h2", {}, say("versions.title")),
    pairs(versions),
    ...(files.length ? [table(say("versions.files"), heads, files)] : []),
    make("p", { class: "quiet" }, say("versions.about")),
  );
}
