import { read } from './api.js';
import { Archive } from './archive.js';
import { CallView } from './call.js';
import { el, pill, setText } from './dom.js';
import { age, moment, plural } from './format.js';
import { LastCalls } from './last.js';
import { RecordView } from './record.js';
import * as sections from './sections.js';
import { gatewayActions } from './actions.js';
import { session } from './session.js';

// Looks at the gateway once a second while somebody looks at the page, and shows the view that the
// address names.

const LOOK_MS = 1000;
const STALE_MS = 4000;

const at = (id) => document.getElementById(id);

/** Several sections, one below the other. */
class Tables {
  constructor(made, short = false) {
    this.sections = made;
    this.short = short;
    this.node = el('div', {}, ...made.map((section) => section.node));
  }

  show(now) {
    this.sections.forEach((section) => section.show(now, this.short));
  }
}

/** Where among the sections of the overview those are that are there only when there is something to see. */
const ALARMS = 0;
const WAITING = 2;

/** All at a glance. */
class Overview extends Tables {
  constructor() {
    super([sections.alarms(), sections.calls(), sections.waiting(), sections.queues(), sections.trunks(), sections.agents(), sections.loops()], true);
    this.actions = gatewayActions();
    this.node.prepend(this.actions.node);
  }

  show(now) {
    super.show(now);
    this.sections[ALARMS].node.hidden = now.alarms.length === 0;
    this.sections[WAITING].node.hidden = now.queues.list.every((queue) => queue.callers.length === 0);
    this.actions.show(now.gateway);
  }
}

const VIEWS = [
  ['', 'Overview', () => new Overview()],
  ['calls', 'Calls', () => new Tables([sections.calls()])],
  ['queues', 'Queues', () => new Tables([sections.queues(), sections.waiting()])],
  ['trunks', 'Trunks', () => new Tables([sections.trunks()])],
  ['agents', 'Agents', () => new Tables([sections.agents()])],
  ['loops', 'Media loops', () => new Tables([sections.loops()])],
  ['last', 'Last calls', () => new LastCalls()],
  ['archive', 'Archive', (query) => new Archive(query)],
];

/** Views of one thing, and the view that leads there. */
const ONE = { call: { View: CallView, below: 'calls' }, last: { View: CallView, below: 'last' }, record: { View: RecordView, below: 'archive' } };

let view = null;
let now = null;
let heardAt = 0;
let trouble = null;

function go() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [name, id = ''] = path.split('/');
  view = ONE[name] !== undefined && /^[0-9A-Za-z-]{1,64}$/.test(id)
    ? new ONE[name].View(id)
    : (VIEWS.find(([each]) => each === name) ?? VIEWS[0])[2](query);
  at('view').replaceChildren(view.node);
  for (const link of at('nav').children) {
    if (link.getAttribute('href') === `#/${ONE[name]?.below ?? name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (now !== null) view.show?.(now);
}

function showStatus() {
  const stale = trouble !== null && performance.now() - heardAt > STALE_MS;
  document.body.classList.toggle('stale', stale);
  at('trouble').hidden = trouble === null || (!stale && trouble.status === 0);
  if (trouble !== null) {
    setText(at('trouble'), now === null ? trouble.message : `${trouble.message} What you see is of ${moment(now.at)}.`);
  }
}

function showGateway({ gateway, alarms }) {
  setText(at('node'), gateway.node);
  document.title = `${alarms.length > 0 ? `(${alarms.length}) ` : ''}${gateway.node} – Offhook operations`;
  const reasons = Object.values(gateway.reasons).flat();
  const ready = gateway.status === 'ready';
  const key = JSON.stringify([gateway.status, reasons, gateway['calls-active'], gateway['agents-online'], alarms.length]);
  if (at('status').dataset.key !== key) {
    at('status').dataset.key = key;
    at('status').replaceChildren(
      pill(ready ? 'ready' : gateway.draining ? 'draining' : 'not ready', ready ? 'good' : gateway.draining ? 'fair' : 'bad'),
      el('span', {}, plural(gateway['calls-active'], 'call')),
      el('span', {}, `${plural(gateway['agents-online'], 'agent')} online`),
      alarms.length > 0 ? pill(plural(alarms.length, 'alarm'), 'bad') : '',
      ready ? '' : el('span.why', {}, reasons.join('; ')));
  }
  setText(at('foot'), `Offhook ${gateway.version}, up ${age(gateway['uptime-seconds'])}, ${plural(gateway['calls-total'], 'call')} since the start`);
}

/** Who may not look any more leaves nothing behind for whoever comes next. */
function forget() {
  if (now === null) return;
  now = null;
  at('status').replaceChildren();
  delete at('status').dataset.key;
  go();
}

async function look() {
  if (document.hidden) return;
  try {
    now = await read('now');
    trouble = null;
    heardAt = performance.now();
    showGateway(now);
    view.show?.(now);
  } catch (refusal) {
    if (refusal.status === undefined) throw refusal;
    if (refusal.overtaken) return;
    trouble = refusal;
    if (refusal.status === 401) {
      forget();
      session.needed();
    }
  } finally {
    showStatus();
  }
}

async function watch() {
  const begun = performance.now();
  try {
    await look();
  } finally {
    // A gateway that is asked too much is asked less.
    const pause = trouble?.status === 429 ? 5 * LOOK_MS : LOOK_MS;
    setTimeout(watch, Math.max(200, pause - (performance.now() - begun)));
  }
}

at('nav').append(...VIEWS.map(([path, name]) => el('a', { href: `#/${path}` }, name)));
window.addEventListener('hashchange', go);
document.addEventListener('visibilitychange', look);
session.start({ button: at('sign'), user: at('user'), dialog: at('dialog'), view: at('view'), notice: at('notice'), said: at('said'), seen: at('seen'), changed: look });
go();
watch();
