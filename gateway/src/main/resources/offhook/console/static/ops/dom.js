// Makes elements. Text that comes from the network goes in as text, never as markup.

/**
 * @param {string} tag 'td', or 'td.number' with classes
 * @param {object} attributes properties by name; `on` holds listeners; undefined and false are left out
 * @param {...(Node|string|number|null|undefined)} children
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const made = document.createElement(name);
  if (classes.length > 0) made.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'on') {
      for (const [type, listener] of Object.entries(value)) made.addEventListener(type, listener);
    } else if (value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? '' : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined).map(asNode));
  return made;
}

function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

const SVG = 'http://www.w3.org/2000/svg';

/** The same of SVG. */
export function svg(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const made = document.createElementNS(SVG, name);
  if (classes.length > 0) made.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.map(asNode));
  return made;
}

/**
 * Text of the network whose direction of writing does not spill over into what stands beside it;
 * what would write its letters in another order than they came in is shown as \ufffd.
 */
export function bdi(text) {
  const shown = String(text).replace(/[\u202a-\u202e]/g, '\ufffd');
  // A name that is isolated already, and a number: browsers would take the direction of the name for
  // both, and the plus of the number would stand behind it.
  return el('bdi', shown.includes('\u2068') ? { dir: 'ltr' } : {}, shown);
}

/**
 * Does what makes elements anew, or moves them, without losing the place of whoever has no mouse:
 * the focus stays where it was within the node, or goes to the first thing there.
 */
export function keepingFocus(node, change) {
  const active = document.activeElement;
  const had = node.contains(active);
  change();
  if (had && document.activeElement !== active) {
    const next = active.isConnected ? active : node.querySelector('a, button') ?? document.getElementById('view');
    next.focus({ preventScroll: true });
  }
}

/** A word with a colour that says how it stands, and not by the colour alone. */
export function pill(text, tone) {
  return el(`span.pill.${tone ?? 'plain'}`, {}, text);
}

/** Gives whoever looks a file to keep. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  el('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

/** Sets text only when it is another one: a selection in it is not lost then. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
