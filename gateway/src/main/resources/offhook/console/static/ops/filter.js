import { el } from './dom.js';

// Which recorded calls are wanted: a form, and the same in the address, so that it can be sent to
// somebody or kept as a bookmark.

const VERDICTS = ['good', 'fair', 'bad', 'failed', 'unknown'];
const RESULTS = ['answered', 'abandoned', 'refused', 'failed', 'turned-away', 'open'];
const WAYS = ['in', 'out', 'internal', 'transit'];

const FIELDS = [
  { name: 'since', label: 'Began from', type: 'datetime-local' },
  { name: 'until', label: 'Began before', type: 'datetime-local' },
  { name: 'number', label: 'Number has', type: 'search' },
  { name: 'trunk', label: 'Trunk', known: (now) => [...now.trunks.list.map((trunk) => trunk.name), 'web'] },
  { name: 'agent', label: 'Agent', known: (now) => now.agents.list.map((agent) => agent.name) },
  { name: 'queue', label: 'Queue', known: (now) => now.queues.list.map((queue) => queue.name) },
  { name: 'direction', label: 'Direction', options: WAYS },
  { name: 'result', label: 'Result', options: RESULTS },
  { name: 'reason', label: 'Reason', known: () => ['hang-up', 'no-answer', 'crash', 'operator'] },
  { name: 'talked', label: 'Talked at least, s', type: 'number', min: '0', max: '999999', step: '1' },
  { name: 'mos-below', label: 'MOS below', type: 'number', min: '1', max: '5', step: '0.1' },
  { name: 'verdict', label: 'Verdict', options: VERDICTS },
];

/** 2026-03-01T08:00 by the clock of who looks, as the gateway understands it. */
function asMoment(local) {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}

/** The same backwards, to the minute. */
function asLocal(moment) {
  const time = new Date(moment);
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What an address wants; what it does not know of is left out. */
export function fromAddress(query) {
  const said = new URLSearchParams(query);
  return new URLSearchParams(FIELDS.map(({ name }) => [name, said.get(name) ?? '']).filter(([, text]) => text !== ''));
}

/** The form. `changed` is told what is wanted, as parameters, when somebody asks for it. */
export class FilterForm {
  #inputs = new Map();
  #lists = new Map();

  constructor(wanted, changed) {
    const fields = FIELDS.map((field) => this.#field(field, wanted.get(field.name) ?? ''));
    this.node = el('form.filter', { 'aria-label': 'Filter', on: {
      submit: (event) => {
        event.preventDefault();
        changed(this.wanted());
      },
    } }, ...fields, el('div.buttons', {},
      el('button.main', { type: 'submit' }, 'Search'),
      el('button', { type: 'button', on: { click: () => changed(new URLSearchParams()) } }, 'All calls')));
  }

  #field({ name, label, type, options, known, ...limits }, text) {
    const id = `filter-${name}`;
    let input;
    if (options === undefined) {
      input = el('input', { id, type: type ?? 'text', maxlength: '200', autocomplete: 'off', spellcheck: 'false', list: known && `${id}-known`, ...limits });
      input.value = type === 'datetime-local' ? asLocal(text) : text;
    } else {
      input = el('select', { id }, el('option', { value: '' }, 'any'), ...options.map((each) => el('option', { value: each }, each)));
      input.value = text;
    }
    this.#inputs.set(name, { input, asSaid: type === 'datetime-local' ? asMoment : (said) => said.trim() });
    const suggestions = known === undefined ? null : el('datalist', { id: `${id}-known` });
    if (suggestions !== null) this.#lists.set(suggestions, known);
    return el('div', {}, el('label', { for: id }, label), input, suggestions);
  }

  /** What the gateway has is suggested. */
  suggest(now) {
    for (const [list, known] of this.#lists) {
      const names = known(now);
      const key = names.join('\n');
      if (list.dataset.key !== key) {
        list.dataset.key = key;
        list.replaceChildren(...names.map((name) => el('option', { value: name })));
      }
    }
  }

  wanted() {
    return new URLSearchParams([...this.#inputs]
      .map(([name, { input, asSaid }]) => [name, input.value === '' ? '' : asSaid(input.value)])
      .filter(([, text]) => text !== ''));
  }
}
