import { byId } from './dom.js';

/**
 * Keys that do what buttons do.
 *
 * @param actions by `code` of the key that is pressed with Alt
 * @param onDigit a key of a telephone was pressed in a call
 */
export function watchKeys(actions, onDigit) {
  document.addEventListener('keydown', (event) => {
    const { altKey, ctrlKey, metaKey, shiftKey, code, key, repeat, target } = event;
    if (repeat || ctrlKey || metaKey) {
      return; // Also AltGr, which is Ctrl and Alt.
    }
    if (altKey && !shiftKey && Object.hasOwn(actions, code)) {
      event.preventDefault();
      actions[code]();
    } else if (!altKey && /^[0-9*#]$/.test(key) && !target.closest?.('input, select, textarea')
      && !byId('in-call').hidden) {
      event.preventDefault();
      onDigit(key);
    }
  });
}
