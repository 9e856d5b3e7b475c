import { el, keepingFocus, setText } from './dom.js';
import { UNKNOWN } from './format.js';

/**
 * A table whose rows are kept from one look to the next, by their key: a selection, the focus and
 * what is scrolled stay where they are. A column is
 * `{ head, kind, cell(row) }`; a cell gives text, or `{ key, node() }`, made anew when its key
 * changes; `kind` 'number' stands to the right, 'wide' may break. On small screens each row is a card, and
 * the roles say what is a table all the same.
 */
export class Table {
  #columns;
  #key;
  #rows = new Map();
  #body = el('tbody', { role: 'rowgroup' });
  #empty;
  #more = el('p.more', { hidden: true });

  constructor({ name, columns, key, empty }) {
    this.#columns = columns;
    this.#key = key;
    this.#empty = el('p.empty', { hidden: true }, empty);
    const head = el('tr', { role: 'row' }, ...columns.map((column) =>
      el(`th.${column.kind ?? 'text'}`, { role: 'columnheader', scope: 'col' }, column.head)));
    const table = el('table', { role: 'table', 'aria-label': name }, el('thead', { role: 'rowgroup' }, head), this.#body);
    this.node = el('div.table', {}, el('div.scroll', { tabindex: '0', role: 'region', 'aria-label': name }, table), this.#empty, this.#more);
    this.table = table;
  }

  /**
   * @param {object[]} rows in the order to show
   * @param {string} more what is said below of those that are not shown; empty: nothing
   */
  show(rows, more = '') {
    keepingFocus(this.#body, () => this.#place(new Map(rows.map((row) => [String(this.#key(row)), row]))));
    this.table.parentNode.hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
    this.#more.hidden = more === '';
    setText(this.#more, more);
  }

  /** Those that went first: the others need not be moved then. */
  #place(rows) {
    for (const [key, shown] of this.#rows) {
      if (!rows.has(key)) {
        shown.node.remove();
        this.#rows.delete(key);
      }
    }
    let before = null;
    for (const [key, row] of rows) {
      const shown = this.#row(key);
      this.#fill(shown, row);
      const next = before === null ? this.#body.firstChild : before.nextSibling;
      if (next !== shown.node) this.#body.insertBefore(shown.node, next);
      before = shown.node;
    }
  }

  #row(key) {
    let shown = this.#rows.get(key);
    if (shown === undefined) {
      const cells = this.#columns.map((column, i) =>
        i === 0 ? el(`th.${column.kind ?? 'text'}`, { role: 'rowheader', scope: 'row' }) : el(`td.${column.kind ?? 'text'}`, { role: 'cell', 'data-head': column.head }));
      shown = { node: el('tr', { role: 'row' }, ...cells), cells, keys: [] };
      this.#rows.set(key, shown);
    }
    return shown;
  }

  #fill(shown, row) {
    this.#columns.forEach((column, i) => {
      const made = column.cell(row);
      if (typeof made === 'object') {
        if (shown.keys[i] !== made.key) {
          shown.keys[i] = made.key;
          keepingFocus(shown.cells[i], () => shown.cells[i].replaceChildren(made.node()));
        }
      } else {
        setText(shown.cells[i], made);
      }
      shown.cells[i].classList.toggle('unknown', shown.cells[i].textContent === UNKNOWN);
    });
  }
}
