import { bdi, el, pill } from './dom.js';
import { called, caller, mosTone, moment, number, since, span, UNKNOWN } from './format.js';
import { actionButton } from './actions.js';
import { Table } from './table.js';

// What the gateway has, kind by kind: each section is a heading, a table, and what is said while the
// table is empty.

const SHORT = 8;

/** A cell with a coloured word. */
const tagged = (text, tone) => ({ key: `${text} ${tone}`, node: () => pill(text, tone) });

/** A cell with text of the network. */
const foreign = (text) => ({ key: text, node: () => bdi(text === '' ? UNKNOWN : text) });

const button = (key, action) => ({ key, node: () => actionButton(action) });

const buttons = (key, ...actions) => ({ key, node: () => el('div.buttons', {}, ...actions.map(actionButton)) });

class Section {
  constructor(name, path, table, rowsOf) {
    this.name = name;
    this.path = path;
    this.table = table;
    this.rowsOf = rowsOf;
    this.count = el('span.count');
    this.node = el('section', { id: `section-${name.toLowerCase().replaceAll(' ', '-')}` },
      el('h2', {}, el('a', { href: path }, name), ' ', this.count), table.node);
  }

  /** @param {boolean} short only the first rows, and where there are more */
  show(now, short) {
    const { total, list } = this.rowsOf(now);
    const shown = short ? list.slice(0, SHORT) : list;
    this.count.textContent = total > 0 ? String(total) : '';
    this.table.show(shown, total > shown.length
      ? `${total - shown.length} more${short ? ` under ${this.name}` : ' are not shown'}.`
      : '');
  }
}

const STATES = { active: 'good', ringing: 'fair', waiting: 'fair', ended: 'plain' };

/** The worst of a call's figures: what one side hears of the other. */
function worst(call) {
  const heard = call.legs.flatMap((leg) => [leg['heard-by-us'], leg['heard-by-peer']]);
  const of = (name, pick) => {
    const values = heard.map((each) => each[name]).filter((value) => value !== null);
    return values.length === 0 ? null : pick(...values);
  };
  const deaf = call.legs.find((leg) => leg.audio === 'no-packets' || leg.audio === 'digital-silence');
  return { mos: of('mos', Math.min), loss: of('loss-percent', Math.max), jitter: of('jitter-ms', Math.max), deaf };
}

function sound(call) {
  const { mos, deaf } = worst(call);
  if (deaf !== undefined) return tagged(`one way: ${deaf.kind} not heard`, 'bad');
  return mos === null ? UNKNOWN : tagged(`MOS ${number(mos, 1)}`, mosTone(mos));
}

const hangUp = (id, from, to) => ({
  label: 'Hang up',
  of: from,
  path: `calls/${id}/hangup`,
  question: `Hang up the call from ${from} to ${to}?`,
  consequence: 'Both sides are hung up at once.',
  danger: true,
});

export function calls() {
  const table = new Table({
    name: 'Live calls',
    key: (call) => call.id,
    empty: 'No call is live.',
    columns: [
      { head: 'From', kind: 'wide', cell: (call) => ({
        key: caller(call),
        node: () => el('a', { href: `#/call/${call.id}` }, bdi(caller(call))),
      }) },
      { head: 'To', cell: (call) => foreign(call.to) },
      { head: 'Trunk', cell: (call) => foreign(call.trunk) },
      { head: 'Agent', cell: (call) => foreign(call.agent) },
      { head: 'State', cell: (call) => tagged(call.state, STATES[call.state]) },
      { head: 'In state', kind: 'number', cell: (call) => span(call['state-seconds']) },
      { head: 'Lasts', kind: 'number', cell: (call) => span(call.seconds) },
      { head: 'Codecs', cell: (call) => call.legs.map((leg) => leg.codec).join(' / ') || UNKNOWN },
      { head: 'Sound', cell: sound },
      { head: 'Loss', kind: 'number', cell: (call) => number(worst(call).loss, 1, ' %') },
      { head: 'Jitter', kind: 'number', cell: (call) => number(worst(call).jitter, 0, ' ms') },
      { head: 'Action', kind: 'act', cell: (call) => button(call.id, hangUp(call.id, caller(call), called(call))) },
    ],
  });
  return new Section('Calls', '#/calls', table, (now) => now.calls);
}

const PLACES = { up: 'good', new: 'plain', down: 'bad', avoided: 'fair', unlocated: 'bad' };
const REGISTRATIONS = { registered: 'good', registering: 'fair', unregistered: 'plain', refused: 'bad', failing: 'bad' };

function targets(trunk, now) {
  const key = trunk.targets.map((each) => `${each.address} ${each.state} ${each['last-error']}`).join();
  if (trunk.targets.length === 0) return 'none: it only calls in, or DNS has not answered';
  return {
    key,
    node: () => el('ul.plain', {}, ...trunk.targets.map((each) => el('li', {},
      pill(each.state, PLACES[each.state]), ' ', bdi(each.address), ` ${each.transport}`,
      each.state === 'up' || each['last-error'] === '' ? null
        : el('span.why', {}, ` ${each['last-error']}, ${since(each.since, now)}`)))),
  };
}

function registration(trunk) {
  if (trunk.registrars.length === 0) return 'none asked for';
  return {
    key: JSON.stringify(trunk.registrars),
    node: () => el('ul.plain', {}, ...trunk.registrars.map((each) => el('li', {},
      pill(each.state, REGISTRATIONS[each.state]), ' ', bdi(each.name),
      each.until === '' ? null : ` until ${moment(each.until)}`,
      each.state === 'registered' || each['last-error'] === '' ? null
        : el('span.why', {}, ` ${each['last-error']}`)))),
  };
}

export function trunks() {
  let at = null;
  const table = new Table({
    name: 'Trunks',
    key: (trunk) => trunk.name,
    empty: 'No trunk is configured: no calls come from or go to telephones. List them under trunks in the configuration.',
    columns: [
      { head: 'Trunk', cell: (trunk) => foreign(trunk.name) },
      { head: 'New calls', cell: (trunk) => (trunk.enabled ? tagged('taken', 'good') : tagged('disabled', 'bad')) },
      { head: 'Targets', kind: 'wide', cell: (trunk) => targets(trunk, at) },
      { head: 'Registration', kind: 'wide', cell: registration },
      { head: 'Calls', kind: 'number', cell: (trunk) => String(trunk['calls-now']) },
      { head: 'Out', kind: 'number', cell: (trunk) => String(trunk['calls-out']) },
      { head: 'Refused', kind: 'number', cell: (trunk) => String(trunk['calls-refused']) },
      { head: 'Last INVITE', kind: 'wide', cell: (trunk) => foreign(trunk['last-invite']) },
      { head: 'Action', kind: 'act', cell: (trunk) => button(`${trunk.name} ${trunk.enabled}`, trunk.enabled
        ? {
          label: 'Disable', of: trunk.name, path: `trunks/${encodeURIComponent(trunk.name)}/disable`, danger: true,
          question: `Disable the trunk ${trunk.name}?`,
          consequence: 'No calls begin on it, in or out, until it is enabled or the gateway starts again. Emergency calls go all the same; calls that are live go on.',
        }
        : {
          label: 'Enable', of: trunk.name, path: `trunks/${encodeURIComponent(trunk.name)}/enable`,
          question: `Enable the trunk ${trunk.name}?`,
          consequence: 'Calls begin on it again.',
        }) },
    ],
  });
  return new Section('Trunks', '#/trunks', table, (now) => {
    at = now.at;
    return now.trunks;
  });
}

const closing = (queue) => (queue.closed
  ? {
    label: 'Open', of: queue.name, path: `queues/${encodeURIComponent(queue.name)}/open`,
    question: `Open the queue ${queue.name}?`,
    consequence: 'Callers wait in it again.',
  }
  : {
    label: 'Close', of: queue.name, path: `queues/${encodeURIComponent(queue.name)}/close`, danger: true,
    question: `Close the queue ${queue.name}?`,
    consequence: 'Until it is opened or the gateway starts again, who comes and who waits goes on to its overflow, and is let go where there is none. For whom an agent rings, it rings to the end.',
  });

/** The agents of a queue, and who of them is offered no caller of it. */
const serving = (queue) => queue.agents.map((agent) => (queue['paused-agents'].includes(agent) ? `${agent} (paused)` : agent)).join(', ');

export function queues() {
  const table = new Table({
    name: 'Queues',
    key: (queue) => queue.name,
    empty: 'No queue is configured: callers ring agents directly. List them under queues in the configuration.',
    columns: [
      { head: 'Queue', cell: (queue) => foreign(queue.name) },
      { head: 'State', cell: (queue) => (queue.closed ? tagged('closed', 'bad') : tagged('open', 'good')) },
      { head: 'Waiting', kind: 'number', cell: (queue) => (queue.waiting > 0
        ? tagged(String(queue.waiting), queue['agents-free'] > 0 ? 'plain' : 'fair') : '0') },
      { head: 'Longest wait', kind: 'number', cell: (queue) => (queue.waiting > 0 ? span(queue['longest-wait-seconds']) : UNKNOWN) },
      { head: 'Agents free', kind: 'number', cell: (queue) => `${queue['agents-free']} of ${queue.agents.length}` },
      { head: 'Rings', cell: (queue) => queue.strategy },
      { head: 'Answered', kind: 'number', cell: (queue) => String(queue.answered) },
      { head: 'Hung up', kind: 'number', cell: (queue) => String(queue.abandoned) },
      { head: 'Not served', kind: 'number', cell: (queue) => String(queue.overflowed) },
      { head: 'Agents', kind: 'wide', cell: (queue) => foreign(serving(queue)) },
      { head: 'Action', kind: 'act', cell: (queue) => button(`${queue.name} ${queue.closed}`, closing(queue)) },
    ],
  });
  return new Section('Queues', '#/queues', table, (now) => now.queues);
}

const sendOn = (waits) => ({
  label: 'Send on',
  of: caller(waits),
  path: `calls/${waits.call}/send-on`,
  question: `Send ${caller(waits)} on from the queue ${waits.queue}?`,
  consequence: 'It waits no longer, and goes on to the overflow of the queue; it is let go where there is none.',
  danger: true,
});

/** What is done to who waits; for whom an agent rings, it rings to the end. */
const ofWaiting = (waits) => [...(waits['offered-to'].length === 0 ? [sendOn(waits)] : []), hangUp(waits.call, caller(waits), waits.queue)];

/** Who waits in the queues, the first of each first. */
export function waiting() {
  const table = new Table({
    name: 'Waiting callers',
    key: (caller) => caller.call,
    empty: 'Nobody waits.',
    columns: [
      { head: 'From', kind: 'wide', cell: (waits) => ({
        key: caller(waits),
        node: () => el('a', { href: `#/call/${waits.call}` }, bdi(caller(waits))),
      }) },
      { head: 'Queue', cell: (waits) => foreign(waits.queue) },
      { head: 'Position', kind: 'number', cell: (waits) => String(waits.position) },
      { head: 'Waits', kind: 'number', cell: (waits) => span(waits['wait-seconds']) },
      { head: 'Offered to', kind: 'wide', cell: (waits) => (waits['offered-to'].length === 0
        ? 'nobody yet' : foreign(waits['offered-to'].join(', '))) },
      { head: 'Action', kind: 'act', cell: (waits) => buttons(`${waits.call} ${waits['offered-to'].length}`, ...ofWaiting(waits)) },
    ],
  });
  return new Section('Waiting callers', '#/queues', table, ({ queues }) => ({
    total: queues.list.reduce((sum, queue) => sum + queue.waiting, 0),
    list: queues.list.flatMap((queue) => queue.callers.map((each, i) => ({ ...each, queue: queue.name, position: i + 1 }))),
  }));
}

const PRESENCES = { available: 'good', busy: 'busy', away: 'fair', unreachable: 'bad', offline: 'plain' };

export function agents() {
  let at = null;
  const table = new Table({
    name: 'Agents',
    key: (agent) => agent.name,
    empty: 'No agent is known: nobody can answer. List them under agents.users in the configuration, or take tokens of an issuer.',
    columns: [
      { head: 'Agent', cell: (agent) => foreign(agent.name) },
      { head: 'State', cell: (agent) => tagged(agent.state, PRESENCES[agent.state]) },
      { head: 'Why', cell: (agent) => (agent.reason === '' ? UNKNOWN : agent.reason.replaceAll('-', ' ')) },
      { head: 'For', kind: 'number', cell: (agent) => since(agent.since, at) },
      { head: 'Calls', kind: 'number', cell: (agent) => String(agent.calls) },
      { head: 'Answered', kind: 'number', cell: (agent) => String(agent['calls-answered']) },
      { head: 'Missed', kind: 'number', cell: (agent) => String(agent['calls-missed']) },
      { head: 'Devices', kind: 'number', cell: (agent) => (agent.devices === agent['reachable-devices']
        ? String(agent.devices) : `${agent['reachable-devices']} of ${agent.devices} reachable`) },
      { head: 'Action', kind: 'act', cell: (agent) => (agent.state === 'offline' ? '' : button(agent.name, {
        label: 'Sign out', of: agent.name, path: `agents/${encodeURIComponent(agent.name)}/signout`, danger: true,
        question: `Sign ${agent.name} out?`,
        consequence: 'Its pages are closed and have to sign in anew. Calls that they hold wait for that as long as for a page that lost its connection.',
      })) },
    ],
  });
  return new Section('Agents', '#/agents', table, (now) => {
    at = now.at;
    return now.agents;
  });
}

export function loops() {
  const table = new Table({
    name: 'Media loops',
    key: (loop) => loop.index,
    empty: 'No media loop runs: the gateway is starting or stopping.',
    columns: [
      { head: 'Loop', cell: (loop) => String(loop.index) },
      { head: 'New calls', cell: (loop) => (loop['refusing-calls'] ? tagged('refused', 'bad') : tagged('taken', 'good')) },
      { head: 'Busy', kind: 'number', cell: (loop) => number(loop['utilisation-percent'], 0, ' %') },
      { head: 'Late', kind: 'number', cell: (loop) => number(loop['lateness-millis'], 1, ' ms') },
      { head: 'Late ticks', kind: 'number', cell: (loop) => String(loop['late-ticks']) },
      { head: 'Calls', kind: 'number', cell: (loop) => String(loop.calls) },
      { head: 'Legs', kind: 'number', cell: (loop) => String(loop.legs) },
      { head: 'Opus complexity', kind: 'number', cell: (loop) => String(loop.complexity) },
      { head: 'Trunk ports', kind: 'number', cell: (loop) => `${loop['ports-used']} of ${loop.ports}` },
      { head: 'Packets in', kind: 'number', cell: (loop) => loop['packets-in'].toLocaleString() },
      { head: 'Packets out', kind: 'number', cell: (loop) => loop['packets-out'].toLocaleString() },
    ],
  });
  return new Section('Media loops', '#/loops', table, (now) => now.loops);
}

/** What somebody should look at; the table is not there while all is well. */
export function alarms() {
  let at = null;
  const table = new Table({
    name: 'Alarms',
    key: (alarm) => `${alarm.kind} ${alarm.subject}`,
    empty: 'No alarm.',
    columns: [
      { head: 'Alarm', cell: (alarm) => tagged(alarm.kind.replaceAll('-', ' '), alarm.severity === 'critical' ? 'bad' : 'fair') },
      { head: 'Of', cell: (alarm) => (/^[0-9a-f]{24}$/.test(alarm.subject)
        ? { key: alarm.subject, node: () => el('a', { href: `#/call/${alarm.subject}` }, `call ${alarm.subject.slice(0, 8)}`) }
        : foreign(alarm.subject)) },
      { head: 'What', kind: 'wide', cell: (alarm) => foreign(alarm.text) },
      { head: 'What to do', kind: 'wide', cell: (alarm) => foreign(alarm.remedy) },
      { head: 'For', kind: 'number', cell: (alarm) => since(alarm.since, at) },
    ],
  });
  return new Section('Alarms', '#/', table, (now) => {
    at = now.at;
    return { total: now.alarms.length, list: now.alarms };
  });
}

