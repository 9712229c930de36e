// Elements whose text is cut off, or that reach out of the window; run in a page by test_looks.py.
() => [...document.querySelectorAll("body *")].filter((element) => {
  const style = getComputedStyle(element);
  const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const unseen = style.visibility === "hidden" || element.closest(".unseen, svg, select, [hidden]");
  if (!says || unseen) return false;
  const cut = style.overflowX === "hidden" || style.overflowY === "hidden";
  const wider = element.scrollWidth > element.clientWidth + 1;
  const higher = element.scrollHeight > element.clientHeight + 1;
  const out = element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll");
  return (cut && (wider || higher)) || out;
}).map((element) => `${element.className}: ${element.textContent.slice(0, 40)}`)
