import { session } from './session.js';
import { el, keepingFocus } from './dom.js';

// What those who are signed in may do. Each action asks first and says what it does.

/**
 * @param action `label` of the button, `of` whom for those who only hear it, `path` of the API,
 *   `question` and `consequence` in words; `danger`; `file` the name of a file that comes of it
 */
export function actionButton(action) {
  return el('button.act', {
    type: 'button',
    'aria-label': action.of === undefined ? undefined : `${action.label}: ${action.of}`,
    on: { click: () => session.confirm(action) },
  }, action.label);
}

/** What is done to the gateway as a whole. */
export function gatewayActions() {
  const drain = el('span');
  const node = el('div.act.buttons.gateway', {}, drain, actionButton({
    label: 'Reload', path: 'gateway/reload',
    question: 'Reload the configuration?',
    consequence: 'The file is read again. Calls that are live are not touched; a file with an error changes nothing.',
  }));
  let was = null;
  return {
    node,
    show: ({ draining, node: name }) => {
      if (was === draining) return;
      was = draining;
      keepingFocus(drain, () => drain.replaceChildren(actionButton(draining
        ? { label: 'Take calls again', path: 'gateway/undrain', question: `Let ${name} take calls again?`, consequence: 'New calls are taken from now on.' }
        : { label: 'Drain', path: 'gateway/drain', danger: true, question: `Drain ${name}?`, consequence: 'New calls are refused from now on, and agents are told. Calls that are live go on, emergency calls are taken.' })));
    },
  };
}
