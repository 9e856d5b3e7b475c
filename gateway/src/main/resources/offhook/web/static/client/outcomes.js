/** How dialled calls end without a conversation. */

import { failure, OffhookError } from './errors.js';

/** Ways in which a dialled call ends that are nobody's failure. */
export const USUAL_OUTCOMES = new Set(
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
export function notPossible({ text, reason }) {
  const usual = failure('CallNotPossible');
  return new OffhookError({
    code: usual.code,
    name: usual.name,
    message: text || usual.message,
    solutions: [...(OUTCOME_SOLUTIONS[reason] ?? OUTCOME_SOLUTIONS.default)],
  });
}
