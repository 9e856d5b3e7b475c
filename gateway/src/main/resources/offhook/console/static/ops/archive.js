import { ask, read, Refusal } from './api.js';
import { bdi, el, pill, save, setText } from './dom.js';
import { FilterForm, fromAddress } from './filter.js';
import { moment, mosTone, number, person, span, UNKNOWN, verdictText } from './format.js';
import { LEVELS } from './last.js';
import { Table } from './table.js';

const RESULTS = { answered: 'good', abandoned: 'fair', refused: 'fair', failed: 'bad', 'turned-away': 'bad' };

/** Who called, as a record has it. */
export const callerOf = (record) => person(record.caller_name, record.caller || (record.withheld ? 'withheld' : ''));

export const resultOf = (record) => (record.ended_at === null ? pill('open', 'busy') : pill(record.result, RESULTS[record.result]));

const seconds = (millis) => (millis === null ? null : millis / 1000);

const foreign = (text) => ({ key: String(text), node: () => bdi(text || UNKNOWN) });

/** All calls that were recorded, page by page, as far as they fit a filter. */
export class Archive {
  #wanted;
  #form;
  #count = el('span.count', { role: 'status' });
  #why = el('p.why', { role: 'alert', hidden: true });
  #more = el('button', { type: 'button', hidden: true, on: { click: () => this.#load() } }, 'Show more');
  #files;
  #records = [];
  #after = '';
  #asked = false;
  #asking = 0;

  /** @param query what stands behind the question mark of the address */
  constructor(query) {
    this.#wanted = fromAddress(query);
    this.#form = new FilterForm(this.#wanted, (wanted) => this.#search(wanted));
    this.#files = el('div.buttons', { hidden: true },
      el('button', { type: 'button', on: { click: () => this.#download('csv') } }, 'Download CSV'),
      el('button', { type: 'button', on: { click: () => this.#download('jsonl') } }, 'Download JSON'));
    this.table = new Table({
      name: 'Recorded calls',
      key: (record) => record.id,
      empty: 'No recorded call fits.',
      columns: [
        { head: 'Began', cell: (record) => ({ key: record.id, node: () => el('a', { href: `#/record/${record.id}` }, moment(record.started_at)) }) },
        { head: 'From', kind: 'wide', cell: (record) => foreign(callerOf(record)) },
        { head: 'To', cell: (record) => foreign(record.called) },
        { head: 'Trunk', cell: (record) => foreign(record.source) },
        { head: 'Out by', cell: (record) => foreign(record.out_trunk ?? '') },
        { head: 'Agent', cell: (record) => foreign(record.agent) },
        { head: 'Queue', cell: (record) => foreign(record.queue ?? '') },
        { head: 'Result', cell: (record) => ({ key: `${record.ended_at} ${record.result}`, node: () => resultOf(record) }) },
        { head: 'Reason', cell: (record) => record.reason?.replaceAll('-', ' ') ?? UNKNOWN },
        { head: 'Talked', kind: 'number', cell: (record) => span(seconds(record.talk_millis)) },
        { head: 'Sound', cell: (record) => (record.mos === null ? UNKNOWN
          : { key: String(record.mos), node: () => pill(`MOS ${number(record.mos, 1)}`, mosTone(record.mos)) }) },
        { head: 'Verdict', cell: (record) => (record.verdict === null ? UNKNOWN
          : { key: record.verdict, node: () => pill(record.verdict, LEVELS[record.verdict]) }) },
        { head: 'Why', kind: 'wide', cell: (record) => verdictText(record.verdict_text ?? '') || UNKNOWN },
      ],
    });
    this.table.node.hidden = true;
    this.node = el('section', { id: 'section-archive' },
      el('h2', {}, 'Archive ', this.#count), this.#form.node, this.#why, this.#files, this.table.node,
      el('div.buttons.after', {}, this.#more));
  }

  /** Asks once the gateway is known to answer; records do not change while one reads them. */
  show(now) {
    this.#form.suggest(now);
    if (!this.#asked) {
      this.#asked = true;
      this.#load();
    }
  }

  #search(wanted) {
    const query = wanted.toString();
    const address = query === '' ? '#/archive' : `#/archive?${query}`;
    if (location.hash === address) {
      this.#wanted = wanted;
      this.#after = '';
      this.#load();
    } else {
      location.hash = address;
    }
  }

  async #load() {
    const mine = ++this.#asking;
    const first = this.#after === '';
    const terms = new URLSearchParams(this.#wanted);
    if (!first) terms.set('after', this.#after);
    this.#more.disabled = true;
    try {
      const page = await read(`records?${terms}`, { patience: 60_000 });
      if (mine !== this.#asking) return;
      this.#records = first ? page.list : [...this.#records, ...page.list];
      this.#after = page.after ?? '';
      if (first) setText(this.#count, page['more-than-total'] ? `more than ${page.total.toLocaleString()}` : page.total.toLocaleString());
      this.table.show(this.#records);
      this.table.node.hidden = false;
      this.#files.hidden = this.#records.length === 0;
      this.#more.hidden = this.#after === '';
      this.#say('');
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (mine !== this.#asking) return;
      // Who has to sign in first is asked to, and then looks again.
      if (refusal.status === 401) this.#asked = false;
      else this.#say(refusal.message);
    } finally {
      this.#more.disabled = false;
    }
  }

  #say(text) {
    this.#why.hidden = text === '';
    setText(this.#why, text);
  }

  async #download(kind) {
    for (const button of this.#files.children) button.disabled = true;
    try {
      const answer = await ask(`records.${kind}?${this.#wanted}`, { patience: 600_000 });
      save(await answer.blob(), `calls.${kind}`);
      this.#say('');
    } catch (refusal) {
      this.#say(refusal instanceof Refusal ? refusal.message : 'The file did not come whole: try again.');
    } finally {
      for (const button of this.#files.children) button.disabled = false;
    }
  }
}
