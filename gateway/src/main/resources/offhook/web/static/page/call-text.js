/** What is said of a call, in words. */

export function clockText(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** The other side: who calls, or who is called. */
export function partyOf(call) {
  return call.direction === 'outgoing' ? { name: '', number: call.to } : call.callerInfo;
}

export function partyText(call) {
  const { name, number, isWithheld } = partyOf(call);
  return name || number || nobodyText(isWithheld);
}

export function nobodyText(isWithheld) {
  return isWithheld ? 'Withheld number' : 'Unknown caller';
}

/** Why a call went on, by the words of RFC 5806. */
const DIVERSION_REASONS = {
  'user-busy': 'busy',
  'no-answer': 'no answer',
  unavailable: 'not reachable',
  unconditional: 'always',
  'time-of-day': 'time of day',
  'do-not-disturb': 'do not disturb',
  deflection: 'passed on',
  'follow-me': 'follow me',
  'out-of-service': 'out of service',
  away: 'away',
};

function diversionText({ name, number, reason }) {
  const who = [name, number].filter((part) => part !== '').join(' ') || 'withheld';
  const why = Object.hasOwn(DIVERSION_REASONS, reason) ? ` (${DIVERSION_REASONS[reason]})` : '';
  return `${who}${why}`;
}

/** What is known of a call besides who calls, as pairs of a title and a text. */
export function factsOf(call) {
  const facts = [];
  if (call.direction === 'incoming' && call.to !== '' && !call.visitor) {
    facts.push(['Called', call.to]);
  }
  for (const diversion of call.diversions) {
    facts.push(['Diverted from', diversionText(diversion)]);
  }
  if (call.userToUser) {
    facts.push(['Message', call.userToUser.text || call.userToUser.data]);
  }
  if (call.visitor) {
    facts.push(['Visitor of', call.visitor.site], ...call.visitor.fields);
  }
  return [...facts, ...call.customParameters];
}

/** Why a call is over, in a sentence. */
export function outcomeText(call, event, cause) {
  if (event === 'reject') {
    return 'Declined';
  }
  if (cause.text && cause.by !== 'page') {
    return cause.text;
  }
  if (event === 'cancel') {
    return cause.by === 'caller' ? 'Missed: the caller gave up' : 'Missed';
  }
  const isOutgoing = call.direction === 'outgoing';
  if (isOutgoing && cause.reason === 'cancelled') {
    return 'You gave up';
  }
  const texts = {
    caller: isOutgoing ? 'You hung up' : 'The caller hung up',
    callee: isOutgoing ? 'The other side hung up' : 'You hung up',
    gateway: 'Ended by the gateway',
    operator: 'Ended by an operator',
    page: 'Ended by a failure',
  };
  return texts[cause.by] ?? 'Call ended';
}
