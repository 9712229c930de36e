/** The few things that every page does with the document. Words go in as text, never as markup. */

/** @returns {HTMLElement} the first match below ``root``; it must be there */
export function find(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

/** Write a text only where it differs, so that a screen reader is not told the same twice. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node|string)} children strings become text
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @returns {DocumentFragment} a copy of ``<template id=...>`` */
export function copyOf(id) {
  return document.getElementById(id).content.cloneNode(true);
}
