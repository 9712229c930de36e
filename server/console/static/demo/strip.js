/** Who speaks when, as it happens, with a numbered mark where each card came. */

const SVG = "http://www.w3.org/2000/svg";
const LANES = { caller: 4, agent: 30 };
const HEIGHT = 20;

export class Strip {
  /** @param {SVGSVGElement} svg with a viewBox of 1000 x 76 */
  constructor(svg) {
    this.svg = svg;
    this.lengthS = 1;
    this.open = {};
    this.cards = 0;
    this.now = this.#add("line", { class: "now", y1: 0, y2: 76 });
  }

  /** @param {number} s length of the whole call */
  length(s) {
    this.lengthS = s;
  }

  /** Empty it for the next call. */
  clear() {
    this.svg.replaceChildren(this.now);
    this.open = {};
    this.cards = 0;
  }

  /** Take an event of the call. */
  take(event) {
    if (event.type === "speech_started" && event.role in LANES) this.#start(event);
    if (event.type === "speech_ended") this.#end(event);
    if (event.type === "cue_shown") this.#card(event);
  }

  /** Draw where the call is; whoever speaks goes on speaking. */
  at(s) {
    for (const rect of Object.values(this.open)) rect.setAttribute("width", Math.max(0, this.#x(s) - Number(rect.getAttribute("x"))));
    for (const name of ["x1", "x2"]) this.now.setAttribute(name, this.#x(s));
  }

  #start({ role, at_s: s }) {
    this.open[role] = this.#add("rect", { class: role, x: this.#x(s), y: LANES[role], width: 0, height: HEIGHT, rx: 2 });
  }

  #end({ role, start_s: from, at_s: to }) {
    this.open[role]?.setAttribute("width", this.#x(to) - this.#x(from));
    delete this.open[role];
  }

  #card({ known_at_s: s }) {
    this.cards += 1;
    const mark = this.#add("g", { class: "mark", transform: `translate(${this.#x(s)} 0)` });
    mark.append(part("line", { y1: 0, y2: 56 }), part("circle", { cy: 65, r: 9 }));
    const number = part("text", { y: 69 });
    number.textContent = String(this.cards);
    mark.append(number);
  }

  #x(s) {
    return Math.min(1000, (s / this.lengthS) * 1000);
  }

  #add(name, attributes) {
    return this.svg.appendChild(part(name, attributes));
  }
}

function part(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
