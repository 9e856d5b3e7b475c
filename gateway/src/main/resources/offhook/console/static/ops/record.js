import { callerOf, resultOf } from './archive.js';
import { read, Refusal } from './api.js';
import { bdi, el, pill } from './dom.js';
import { moment, mosTone, number, span, UNKNOWN, verdictText } from './format.js';
import { LEVELS } from './last.js';

/** One recorded call, also long after the gateway forgot its story. */
export class RecordView {
  #asked = false;

  constructor(id) {
    this.id = id;
    this.node = el('article.call', {}, el('p.empty', {}, 'Asking for the call ...'));
  }

  show() {
    if (this.#asked) return;
    this.#asked = true;
    this.#load();
  }

  async #load() {
    try {
      const record = await read(`records/${this.id}`);
      const story = await read(`calls/${this.id}`).then(() => true, () => false);
      this.node.replaceChildren(...view(record, story));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status === 401) this.#asked = false;
      else this.node.replaceChildren(el('h2', {}, 'Call ', el('code', {}, this.id)), el('p.empty', {}, refusal.message));
    }
  }
}

function view(record, story) {
  return [
    el('p.crumb', {}, el('a', { href: '#/archive' }, 'Archive')),
    el('h2', {}, bdi(callerOf(record)), ' → ', bdi(record.called || UNKNOWN)),
    el('p.verdict', {}, resultOf(record), ' ',
      record.verdict === null ? null : pill(record.verdict, LEVELS[record.verdict]), ' ', verdictText(record.verdict_text ?? '')),
    facts(record),
    story ? el('p.link', {}, el('a', { href: `#/call/${record.id}` }, 'Time line and how it sounded')) : null,
    ...part('Legs', record.legs.map(leg)),
    ...part('Heard at pages', Object.entries(record.pages).map(page)),
    ...part('Transfers', record.transfers.map(transfer)),
    ...part('Notes of agents', Object.entries(record.notes).map(([agent, text]) => el('li.note', {}, el('strong', {}, bdi(agent)), ' ', bdi(text)))),
    ...part('Header fields', Object.entries(record.headers).map(([name, value]) => el('li', {}, el('strong', {}, bdi(name)), ' ', bdi(value)))),
  ].filter((each) => each !== null);
}

function part(name, items) {
  return items.length === 0 ? [] : [el('h3', {}, name), el('ul.details', {}, ...items)];
}

function facts(record) {
  const all = [
    ['Direction', record.direction],
    ['Trunk', record.source],
    ['Out by', record.out_trunk],
    ['Placed by', record.placed_by],
    ['Agent', record.agent],
    ['Caller', record.withheld ? 'wants to be known to nobody' : ''],
    ['Queue', record.queue === null ? '' : `${record.queue}, waited ${span(record.queue_millis / 1000)}`],
    ['Began', moment(record.started_at)],
    ['Rang', record.ringing_at && moment(record.ringing_at)],
    ['Answered', record.answered_at && moment(record.answered_at)],
    ['Ended', record.ended_at && moment(record.ended_at)],
    ['Talked', record.talk_millis === null ? '' : span(record.talk_millis / 1000)],
    ['Ended by', record.ended_by && `${record.ended_by}: ${record.detail || record.reason.replaceAll('-', ' ')} (SIP ${record.sip_code}, Q.850 ${record.q850_cause})`],
    ['Gateway', record.node],
    ['Id', record.id],
  ];
  return el('dl.facts', {}, ...all.filter(([, value]) => value).map(([name, value]) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, bdi(value)))));
}

const mos = (value) => (value === null || value === undefined ? 'MOS unknown' : pill(`MOS ${number(value, 1)}`, mosTone(value)));

function leg(each) {
  return el('li', {}, el('strong', {}, `Leg ${each.leg}, ${each.kind}`, ...(each.trunk ? [' ', bdi(each.trunk)] : [])), ` ${each.codec}: heard by us `, mos(each.mos),
    `, by them `, mos(each.peerMos),
    ` – ${each.received.toLocaleString()} packets in, ${each.sent.toLocaleString()} out, ${each.lost} lost, ${each.unplayed} too late;`
      + ` jitter ${number(each.jitterMillis, 0, ' ms')}, round trip ${number(each.roundTripMillis, 0, ' ms')}`
      + (each.mos !== null && each.roundTripMillis === null ? ' and not in MOS' : ''));
}

function page([index, said]) {
  return el('li', {}, el('strong', {}, `Leg ${index}`), ` ${said.codec}, ${said.candidate}: `, mos(said.mos),
    ` – loss ${number(said.lossPercent, 1, ' %')}, jitter ${number(said.jitterMillis, 0, ' ms')},`
      + ` round trip ${number(said.roundTripMillis, 0, ' ms')}, buffer ${number(said.bufferMillis, 0, ' ms')}`);
}

function transfer(each) {
  return el('li', {}, el('strong', {}, moment(each.at)), ` ${each.way} to `, bdi(each.target),
    each.by === '' ? ' by the gateway' : ' by ', each.by === '' ? null : bdi(each.by), ': ',
    pill(each.outcome, each.outcome === 'done' ? 'good' : 'bad'), each.reason === '' ? null : ` ${each.reason.replaceAll('-', ' ')}`);
}
