/** Longest number or name that is handed on; both come from outside. */
const MAX_CALLER_TEXT_CHARS = 120;

/** Text from outside without control and direction-changing characters (RFC 8264 leaves them in). */
export function plainText(value, maxChars = MAX_CALLER_TEXT_CHARS) {
  if (typeof value !== 'string') {
    return '';
  }
  return value
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ')
    .trim()
    .slice(0, maxChars);
}
