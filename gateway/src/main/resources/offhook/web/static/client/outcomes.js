/** How calls end. */

import { failure, OffhookError } from './errors.js';
import { plainText } from './text.js';

/** Ways in which a dialled call ends that are nobody's failure. */
const USUAL_OUTCOMES = new Set(
  ['busy', 'agent-busy', 'declined', 'no-answer', 'unavailable', 'hang-up', 'cancelled']);

/** What to do about the others; without an entry, what stands under `default`. */
const OUTCOME_SOLUTIONS = {
  'unknown-number': ['Check the number.'],
  'no-route': ['Check the number.', 'Ask the administrator which numbers may be called.'],
  forbidden: ['Ask the administrator whether this number may be called.'],
  redirected: ['Ask for the new number.'],
  default: ['Try again in a moment.', 'Tell the administrator if it goes on.'],
};

/** Why nothing came of a dialled call, with what can be done. */
function notPossible({ text, reason }) {
  const usual = failure('CallNotPossible');
  return new OffhookError({
    code: usual.code,
    name: usual.name,
    message: text || usual.message,
    solutions: [...(OUTCOME_SOLUTIONS[reason] ?? OUTCOME_SOLUTIONS.default)],
  });
}

/** Why a call ended, as the gateway tells it. */
export function causeOf(given, parameters) {
  return {
    by: plainText(given?.by) || 'gateway',
    reason: plainText(given?.reason),
    sip: Number.isInteger(given?.sip) ? given.sip : null,
    q850: Number.isInteger(given?.q850) ? given.q850 : null,
    text: plainText(given?.text, 500),
    parameters,
  };
}

/**
 * What is to be told of an end beside the end itself; null: nothing, it is nobody's failure.
 *
 * @param isDialled whether it is an outgoing call that nobody answered
 * @param rang whether it only rang here
 */
export function troubleOf(cause, { isDialled, rang }) {
  if (isDialled && cause.by !== 'operator') {
    return USUAL_OUTCOMES.has(cause.reason) ? null : notPossible(cause);
  }
  if (rang) {
    return null;
  }
  switch (cause.by) {
    case 'gateway':
      return failure('CallEndedByGateway', { detail: cause.text || cause.reason });
    case 'operator':
      return failure('CallEndedByOperator', { detail: cause.text });
    default:
      return null;
  }
}
