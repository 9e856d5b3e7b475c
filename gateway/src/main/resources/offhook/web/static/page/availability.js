/** Whether calls can reach the agent here, as the page shows it, and the wish for them. */

import { byId, setText } from './dom.js';

const CONNECTION_TEXTS = {
  unregistered: 'Signed out',
  registering: 'Connecting…',
  registered: 'Connected',
  reconnecting: 'Reconnecting…',
};

const PRESENCE_TEXTS = {
  available: 'Available',
  away: 'Away',
  busy: 'Busy',
  offline: 'Not reachable',
  unreachable: 'Not reachable',
};

/** What an idle desk says. */
const IDLE_TEXTS = {
  available: 'Calls will ring here.',
  away: 'You are away: no calls ring here.',
  busy: 'You are busy: no calls ring here.',
  offline: 'Not signed in any more: no calls ring here.',
  unreachable: 'This page cannot take calls now: none ring here.',
  unconnected: 'Not connected: no calls can ring here.',
};

/**
 * @param device null: signed out
 * @return what an idle desk says of it
 */
export function showAvailability(device) {
  const state = device?.state ?? 'unregistered';
  byId('connection').dataset.state = state;
  setText('connection', CONNECTION_TEXTS[state]);
  const wanted = device?.presence ?? 'away';
  const seen = state === 'registered' ? device.gatewayPresence : 'unreachable';
  byId('presence').setAttribute('aria-checked', String(wanted === 'available'));
  byId('presence-state').dataset.state = seen;
  setText('presence-state', PRESENCE_TEXTS[seen]);
  return IDLE_TEXTS[state === 'registered' ? seen : 'unconnected'];
}

/**
 * Opens the microphone for calls that are to come.
 *
 * @return the presence that can be had
 */
export async function preparedPresence(device, notice) {
  const asking = setTimeout(() => notice.show('The browser asks for the microphone.',
    ['Choose "Allow" so that callers can hear you.'], 'asking'), 400);
  try {
    await device.audio.open();
    notice.clearIf('MicrophoneDenied', 'MicrophoneMissing', 'MicrophoneBusy', 'InvalidState');
    return 'available';
  } catch (error) {
    if (isAwaited(error)) {
      return 'available';
    }
    notice.showError(error);
    return 'away'; // A caller must not reach someone who cannot be heard.
  } finally {
    clearTimeout(asking);
    notice.clearIf('asking');
  }
}

/** The gateway knows and lets nothing ring here; calls come once there is a microphone. */
function isAwaited(error) {
  return error.name === 'MicrophoneDenied' || error.name === 'MicrophoneMissing';
}
