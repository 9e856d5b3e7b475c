import { actionButton } from './actions.js';
import { read, Refusal } from './api.js';
import { bdi, el, keepingFocus, pill } from './dom.js';
import { called, caller, exact, moment, span, UNKNOWN, verdictText } from './format.js';
import { LEVELS } from './last.js';
import { plot } from './plot.js';

const FIGURES = [
  { key: 'loss', name: 'Loss', unit: ' %', digits: 1, least: 2, tone: 'loss' },
  { key: 'jitter-ms', name: 'Jitter', unit: ' ms', digits: 0, least: 20, tone: 'jitter' },
  { key: 'delay-ms', name: 'Delay', unit: ' ms', digits: 0, least: 50, tone: 'delay' },
];
const SEVERITIES = { info: 'plain', warning: 'fair', error: 'bad', good: 'good', fair: 'fair', bad: 'bad', failed: 'bad' };

/** One call: what it was, what went wrong, what happened, and how it sounded. */
export class CallView {
  constructor(id) {
    this.id = id;
    this.node = el('article.call', {}, el('p.empty', {}, 'Asking for the call ...'));
    this.over = false;
    this.asking = false;
    this.parts = new Map();
  }

  /** Looks again for as long as the call lives. */
  show() {
    if (this.over || this.asking) return;
    this.asking = true;
    this.#load().finally(() => {
      this.asking = false;
    });
  }

  async #load() {
    try {
      const call = await read(`calls/${this.id}`);
      this.over = call.ended !== null;
      this.#draw(call);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status !== 404) return;
      this.over = true;
      // The story of a call is kept for a while, its record for longer.
      location.replace(`#/record/${this.id}`);
    }
  }

  /** Part by part, and only what changed: the focus and an opened time line stay as they are. */
  #draw(call) {
    if (this.parts.size === 0) this.node.replaceChildren();
    this.#part('head', [call.from, call.to, call.verdict, call.state, call.agent, call.ended], () => [
      el('p.crumb', {}, el('a', { href: this.over ? '#/last' : '#/calls' }, this.over ? 'Last calls' : 'Calls'),
        this.over ? ' · ' : null, this.over ? el('a', { href: `#/record/${this.id}` }, 'Record') : null),
      el('h2', {}, bdi(caller(call)), ' → ', bdi(call.to || UNKNOWN)),
      el('p.verdict', {}, pill(call.verdict.level, LEVELS[call.verdict.level]), ' ', verdictText(call.verdict.text)),
      facts(call),
    ]);
    this.#part('actions', [this.over], () => [this.#actions(call)]);
    this.#part('findings', call.findings, () => [el('h3', {}, 'Findings'), findings(call)]);
    this.#part('sounds', [call.series, standstills(call)], () => [el('h3', {}, 'How it sounded'), sounds(call)]);
    this.#part('events', [call.events.length, call.events.at(-1)], () => [el('h3', {}, 'Time line'), timeLine(call)]);
  }

  #part(name, of, make) {
    let part = this.parts.get(name);
    if (part === undefined) {
      part = { node: el('div'), key: '' };
      this.parts.set(name, part);
      this.node.append(part.node);
    }
    const key = JSON.stringify(of);
    if (part.key !== key) {
      part.key = key;
      keepingFocus(part.node, () => part.node.replaceChildren(...make()));
    }
  }

  #actions(call) {
    return el('div.act.buttons', {}, actionButton({
      label: 'Black box',
      path: `calls/${this.id}/box`,
      file: `call-${this.id}.zip`,
      question: `Pack all that is known of the call from ${caller(call)}?`,
      consequence: 'One file with the messages of both sides drawn as a ladder, descriptions and figures, without secrets. Names and numbers are in it.',
    }), this.over ? null : actionButton({
      label: 'Hang up',
      path: `calls/${this.id}/hangup`,
      question: `Hang up the call from ${caller(call)} to ${called(call)}?`,
      consequence: 'Both sides are hung up at once.',
      danger: true,
    }));
  }
}

function facts(call) {
  const cause = call.cause;
  const all = [
    ['State', call.state],
    ['Direction', call.direction],
    ['Trunk', call.trunk],
    ['Agent', call.agent],
    ['Began', moment(call.began)],
    ['Answered', call.answered && moment(call.answered)],
    ['Ended', call.ended && moment(call.ended)],
    ['Talked', call.ended === null ? null : span(call['talk-seconds'])],
    ['Ended by', cause === null ? null : `${cause.by}: ${cause.text || cause.reason.replaceAll('-', ' ')} (SIP ${cause['sip-code']}, Q.850 ${cause['q850-cause']})`],
    ['Id', call.id],
  ];
  return el('dl.facts', {}, ...all.filter(([, value]) => value !== null && value !== '').map(([name, value]) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, bdi(value)))));
}

function findings(call) {
  if (call.findings.length === 0) {
    return el('p.empty', {}, call.answered === null ? 'Nothing was found wrong.' : 'Nothing was found wrong with how it sounded.');
  }
  return el('ul.findings', {}, ...call.findings.map((each) => el('li', {},
    pill(each.severity, SEVERITIES[each.severity]), ' ', each.text,
    el('span.when', {}, ` ${legOf(each)}${moment(each.from)}–${moment(each.to)}`))));
}

const legOf = (finding) => (finding.leg === null ? '' : `leg ${finding.leg}, `);

function timeLine(call) {
  const dropped = call['events-dropped'] ?? 0;
  return el('div', {}, el('ol.timeline', {}, ...call.events.map((event) => el('li', {},
    el('time', { datetime: event.at }, exact(event.at)),
    el('span.leg', {}, event.leg === null ? '' : `leg ${event.leg}`),
    el('span', {}, event.text)))),
  dropped > 0 ? el('p.more', {}, `${dropped} more are not kept.`) : null);
}

function sounds(call) {
  const { legs, 'step-seconds': step } = call.series;
  const stood = standstills(call);
  if (legs.length === 0) return el('p.empty', {}, 'No leg had audio.');
  const length = Math.max(...legs.flatMap((leg) =>
    ['heard-by-us', 'heard-by-peer'].flatMap((side) => FIGURES.map(({ key }) => leg[side][key].length))));
  return el('div.sounds', {}, ...legs.flatMap((leg) => [
    side(leg, 'heard-by-us', `What we hear of ${whoIs(leg)}`, step, length, stood),
    side(leg, 'heard-by-peer', `What ${whoIs(leg)} hears of us`, step, length, stood),
  ]));
}

const whoIs = (leg) => leg.who || (leg.kind === 'trunk' ? 'the trunk side' : 'the browser');

/** When the gateway stood still, in seconds of the call. */
function standstills(call) {
  const began = Date.parse(call.began);
  return call.findings.filter((each) => each.rule === 'stood-still').map(({ from, to }) => ({
    from: (Date.parse(from) - began) / 1000,
    to: (Date.parse(to) - began) / 1000,
  }));
}

/** Of the whole call when it is over, as its record has it; else of the last steps, if anything came in them. */
function opinion(leg, name) {
  const whole = leg['whole-call'];
  if (whole !== null) return whole[name === 'heard-by-us' ? 'mos' : 'peer-mos'] ?? undefined;
  return leg[name].mos.slice(-3).findLast((value) => value !== null);
}

const delayKnown = (leg) => (leg['whole-call'] === null
  ? leg['heard-by-peer']['delay-ms'].some((value) => value !== null)
  : leg['whole-call']['round-trip-ms'] !== null);

function side(leg, name, title, step, length, stood) {
  const heard = leg[name];
  const mos = opinion(leg, name);
  const caption = el('figcaption', {}, el('strong', {}, bdi(title)), ` leg ${leg.leg}, ${leg.kind}`);
  caption.append(' ', el('span.mos', {}, mos === undefined ? 'MOS unknown' : `MOS ${mos.toFixed(1)}${delayKnown(leg) ? '' : ', delay unknown'}`));
  const silent = mos === undefined && FIGURES.every(({ key }) => heard[key].every((value) => value === null));
  if (silent) {
    return el('figure', {}, caption, el('p.empty', {}, name === 'heard-by-us' ? 'Unknown: nothing was measured.' : 'Unknown: no reports (RTCP) came from there.'));
  }
  return el('figure', {}, caption, ...FIGURES.map((figure) => plot(figure, heard[figure.key], step, length, stood)));
}
