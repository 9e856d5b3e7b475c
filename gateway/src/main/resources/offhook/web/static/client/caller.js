/** What the messages of the gateway and the page tell of a call and of who calls. */

import { failure } from './errors.js';
import { plainText } from './text.js';

/** What the gateway reads as one number or name. */
export const MAX_DIALLED_CHARS = 64;

/** What may go along with a dialled call; the gateway takes no more. */
const MAX_PARAMS = 16;
export const MAX_PARAM_CHARS = 512;
const PARAM_NAME = /^[A-Za-z0-9.!%_+~-]{1,64}$/;
const PARAM_VALUE = /^[!-~]([ -~]{0,510}[!-~])?$/;

/** The header fields of a message, as a Map from name to value; empty when there are none. */
export function parametersOf(headers) {
  const parameters = new Map();
  if (headers !== null && typeof headers === 'object') {
    for (const [name, value] of Object.entries(headers).slice(0, MAX_PARAMS)) {
      parameters.set(plainText(name), plainText(value, MAX_PARAM_CHARS));
    }
  }
  return parameters;
}

/** Who calls, as the gateway tells it. */
export function callerInfoOf(from) {
  return Object.freeze({
    number: plainText(from?.number),
    name: plainText(from?.name),
    isWithheld: from?.withheld === true,
    isVerified: typeof from?.verified === 'boolean' ? from.verified : null,
  });
}

export function diversionsOf(given) {
  return Object.freeze((Array.isArray(given) ? given : []).slice(0, 8).map((one) => Object.freeze({
    number: plainText(one?.number), name: plainText(one?.name), reason: plainText(one?.reason),
  })));
}

export function userToUserOf(given) {
  if (given === null || typeof given !== 'object') {
    return null;
  }
  const text = (name) => plainText(given[name], MAX_PARAM_CHARS);
  return Object.freeze({
    data: text('data'),
    encoding: text('encoding'),
    content: text('content'),
    purpose: text('purpose'),
    text: text('text'),
  });
}

/** The visitor of a web site who calls: `{site, fields}`, a Map of texts; null: it is none. */
export function visitorOf(given) {
  if (given === null || typeof given !== 'object') {
    return null;
  }
  return Object.freeze({ site: plainText(given.site), fields: parametersOf(given.fields) });
}

/** `params` of connect(), transfer() or consult() as header fields; throws when one cannot go along. */
export function checkedParams(params) {
  if (params === null || typeof params !== 'object') {
    throw failure('InvalidArgument', { detail: "'params' is an object of texts." });
  }
  const entries = Object.entries(params).map(([name, value]) => [name, String(value)]);
  const wrong = entries.find(
    ([name, value]) => !PARAM_NAME.test(name) || !PARAM_VALUE.test(value));
  if (wrong || entries.length > MAX_PARAMS) {
    throw failure('InvalidArgument', {
      detail: wrong
        ? `'params': '${plainText(wrong[0])}' is no header field of one line of ASCII.`
        : `'params' has at most ${MAX_PARAMS} entries.`,
    });
  }
  return Object.fromEntries(entries);
}

/**
 * What is said to dial a call, but for the offer.
 *
 * @param dialling `{headers, isWithheld, isEcho}`: what goes along, whether the number is kept back,
 *     whether the gateway itself is called and echoes
 */
export function dialMessage({ request, to }, { headers, isWithheld, isEcho }) {
  const message = isEcho ? { type: 'echo', request } : { type: 'dial', request, to };
  if (isWithheld) {
    message.withheld = true;
  }
  return Object.keys(headers).length > 0 ? { ...message, headers } : message;
}
