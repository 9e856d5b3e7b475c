// Figures and times for people. What is unknown is a dash.

export const UNKNOWN = '–';

const known = (value) => value !== null && value !== undefined && value !== '';

/** 75 -> '1:15', 3675 -> '1:01:15'. */
export function span(seconds) {
  if (!known(seconds)) return UNKNOWN;
  const whole = Math.max(0, Math.floor(seconds));
  const rest = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** 93784 -> '1 d 2 h'. */
export function age(seconds) {
  if (!known(seconds)) return UNKNOWN;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

/** A time of ISO 8601 by the clock of who looks, with the date unless it is of today, with the year unless it is of this one. */
export function moment(text) {
  if (!known(text)) return UNKNOWN;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return UNKNOWN;
  const clock = time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const now = new Date();
  if (time.toDateString() === now.toDateString()) return clock;
  const year = time.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return `${time.toLocaleDateString([], { year, month: 'short', day: 'numeric' })} ${clock}`;
}

/** How long ago that was by the gateway's clock. */
export function since(text, now) {
  return known(text) ? age((new Date(now) - new Date(text)) / 1000) : UNKNOWN;
}

/** The time of an event within its second, as the gateway has it. */
export function exact(text) {
  return known(text) ? `${moment(text)}.${text.slice(20, 23)}` : UNKNOWN;
}

export function number(value, digits = 0, unit = '') {
  return known(value) ? `${value.toFixed(digits)}${unit}` : UNKNOWN;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** A verdict without the time by the gateway's clock that it begins with: those who look have another. */
export const verdictText = (text) => text.replace(/^\d\d:\d\d:\d\d(?:[-–]\d\d:\d\d:\d\d)? /, '');

/** How a mean opinion score is to be taken. */
export function mosTone(mos) {
  if (!known(mos)) return 'plain';
  if (mos >= 3.6) return 'good';
  return mos >= 3.1 ? 'fair' : 'bad';
}

/**
 * Text of the network within a sentence: its direction of writing ends with it (first strong isolate,
 * pop), and what would end that before, or write letters in another order, is shown as \ufffd. ASCII
 * needs nothing: numbers are copied as they are.
 */
const isolated = (text) => (/^[ -~]*$/.test(text) ? text
  : `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd')}\u2069`);

/** A name and a number, as far as they are known: the one cannot change how the other reads. */
export const person = (name, number) => [name === number ? '' : name, number]
  .filter((text) => known(text)).map(isolated).join(' ') || UNKNOWN;

/** Who calls: the name, the number, and what is known besides. */
export const caller = (call) => person(call['from-name'], call.from || (call.withheld ? 'withheld' : ''));

/** Who is called. */
export const called = (call) => person('', call.to);
