import { el, bdi, pill } from './dom.js';
import { caller, moment, span, UNKNOWN, verdictText } from './format.js';
import { read, Refusal } from './api.js';
import { Table } from './table.js';

export const LEVELS = { good: 'good', fair: 'fair', bad: 'bad', failed: 'bad', unknown: 'plain' };

/** The calls that are over, the latest first. */
export class LastCalls {
  constructor() {
    this.table = new Table({
      name: 'Last calls',
      key: (call) => call.id,
      empty: 'No call is over yet since the gateway started.',
      columns: [
        { head: 'Began', cell: (call) => ({ key: call.id, node: () => el('a', { href: `#/last/${call.id}` }, moment(call.began)) }) },
        { head: 'Verdict', cell: (call) => ({ key: call.verdict.level, node: () => pill(call.verdict.level, LEVELS[call.verdict.level]) }) },
        { head: 'From', kind: 'wide', cell: (call) => ({ key: caller(call), node: () => bdi(caller(call)) }) },
        { head: 'To', cell: (call) => ({ key: call.to, node: () => bdi(call.to || UNKNOWN) }) },
        { head: 'Trunk', cell: (call) => call.trunk || UNKNOWN },
        { head: 'Out by', cell: (call) => call['out-trunk'] || UNKNOWN },
        { head: 'Agent', cell: (call) => call.agent || UNKNOWN },
        { head: 'Talked', kind: 'number', cell: (call) => span(call['talk-seconds']) },
        { head: 'Why', kind: 'wide', cell: (call) => verdictText(call.verdict.text) },
      ],
    });
    this.node = el('section', {}, el('h2', {}, 'Last calls'), this.table.node);
    this.looked = '';
  }

  /** Asks again when a call came or went. */
  show(now) {
    const mark = `${now.calls.total} ${now.gateway['calls-total']}`;
    if (mark !== this.looked) {
      this.looked = mark;
      this.#load();
    }
  }

  async #load() {
    try {
      this.table.show((await read('last-calls'))['last-calls']);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.looked = '';
    }
  }
}
