/** The elements of the page. */

export const byId = (id) => document.getElementById(id);

/** Live regions speak at each change: the same text is not written again. */
export function setText(id, text) {
  if (byId(id).textContent !== text) {
    byId(id).textContent = text;
  }
}
