import { byId } from './dom.js';

/** What the gateway finds wrong with the call, on either side of it; nothing while all is well. */
export function showTrouble(gateway) {
  const text = gateway?.trouble ?? '';
  const line = byId('trouble');
  if (line.textContent !== text) {
    line.textContent = text;
  }
}
