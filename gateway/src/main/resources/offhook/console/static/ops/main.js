import { read } from './api.js';
import { CallView } from './call.js';
import { el, pill, setText } from './dom.js';
import { age, moment, plural } from './format.js';
import { LastCalls } from './last.js';
import * as sections from './sections.js';
import { gatewayActions, session } from './actions.js';

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

/** All at a glance. */
class Overview extends Tables {
  constructor() {
    super([sections.alarms(), sections.calls(), sections.queues(), sections.trunks(), sections.agents(), sections.loops()], true);
    this.actions = gatewayActions();
    this.node.append(this.actions.node);
  }

  show(now) {
    super.show(now);
    this.sections[0].node.hidden = now.alarms.length === 0;
    this.actions.show(now.gateway);
  }
}

const VIEWS = [
  ['', 'Overview', () => new Overview()],
  ['calls', 'Calls', () => new Tables([sections.calls()])],
  ['queues', 'Queues', () => new Tables([sections.queues()])],
  ['trunks', 'Trunks', () => new Tables([sections.trunks()])],
  ['agents', 'Agents', () => new Tables([sections.agents()])],
  ['loops', 'Media loops', () => new Tables([sections.loops()])],
  ['last', 'Last calls', () => new LastCalls()],
];

let view = null;
let now = null;
let heardAt = 0;
let trouble = null;

function go() {
  const [name, id] = location.hash.replace(/^#\/?/, '').split('/');
  view?.leave?.();
  view = name === 'call' && /^[0-9a-f]{24}$/.test(id ?? '')
    ? new CallView(id)
    : (VIEWS.find(([path]) => path === name) ?? VIEWS[0])[2]();
  at('view').replaceChildren(view.node);
  for (const link of at('nav').children) {
    const here = link.getAttribute('href') === `#/${name}` || (name === 'call' && link.getAttribute('href') === '#/calls');
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (now !== null) view.show?.(now);
}

function showStatus() {
  const stale = trouble !== null && performance.now() - heardAt > STALE_MS;
  document.body.classList.toggle('stale', stale);
  const notice = at('notice');
  if (trouble !== null && (stale || trouble.status !== 0)) {
    notice.hidden = false;
    notice.className = 'notice bad';
    setText(notice, now === null
      ? trouble.message
      : `${trouble.message} What you see is of ${moment(now.at)}.`);
  } else if (trouble === null && notice.classList.contains('bad')) {
    notice.hidden = true;
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
    trouble = refusal;
    if (refusal.status === 401) session.needed();
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
session.start({ button: at('sign'), user: at('user'), dialog: at('dialog'), notice: at('notice'), changed: look });
go();
watch();
