/** One action for each key, and for each button that names it in ``data-do``. */

const KEYS = {
  escape: "escape", x: "wrong", w: "why", h: "help", p: "pause", o: "opted_out", t: "words",
  m: "mode", l: "lang", d: "theme", f: "popout", "?": "more",
  n: "note", c: "copy", 1: "outcome_1", 2: "outcome_2", 3: "outcome_3",
};

/**
 * @param {HTMLElement} root the panel
 * @param {(action: string) => void} act
 * @returns {() => void} stops listening
 */
export function listen(root, act) {
  const { defaultView: view } = root.ownerDocument;
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    const action = KEYS[event.key?.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    act(action);
  };
  const onClick = (event) => {
    const button = event.target.closest("[data-do]");
    if (button && root.contains(button) && !button.disabled) act(button.dataset.do);
  };
  view.addEventListener("keydown", onKey);
  root.addEventListener("click", onClick);
  return () => {
    view.removeEventListener("keydown", onKey);
    root.removeEventListener("click", onClick);
  };
}

function typing(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
