/**
 * Offhook client library: calls of a telephone system in a browser tab.
 *
 * ES modules without dependencies; this one is the entry. `Device` holds the connection to the
 * gateway and the microphone, `Call` is one call. Reference: gateway/docs/client-library.md; types:
 * offhook.d.ts; the messages on the wire: gateway/docs/agent-protocol.md.
 *
 * Signalling and media live apart: a lost WebSocket is opened again under the same instance name
 * while the audio of running calls goes on.
 */

export { Call } from './call.js';
export { Device } from './device.js';
export { CallElsewhere } from './elsewhere.js';
export { errorCodes, OffhookError } from './errors.js';
export { Preflight } from './preflight.js';
export { signIn } from './sign-in.js';
