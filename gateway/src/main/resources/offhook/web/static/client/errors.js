/** What goes wrong, in words for people: every failure of the library with its remedy. */

import { plainText } from './text.js';

/** Every failure that this library itself reports, 32xxx; 31xxx are the gateway's own. */
const FAILURES = {
  InvalidState: [32001, 'This is not possible now.', ['The call or the device is in another state.'],
    ['Look at status() or state before the call of the method.']],
  InvalidArgument: [32002, 'A value given to the library is not valid.', [], ['Correct the value.']],
  BrowserUnsupported: [32003, 'This browser or page cannot make calls.',
    ['The page was not loaded over HTTPS or from localhost.', 'The browser has no WebRTC.'],
    ['Open the page over HTTPS.', 'Use a current Chrome, Edge, Firefox or Safari.']],
  GatewayUnreachable: [32005, 'The gateway cannot be reached.',
    ['The network is down.', 'The gateway is down or restarts.',
      'A proxy or firewall blocks WebSockets.'],
    ['Check the network connection.', 'The page goes on trying by itself.']],
  ConnectionLost: [32006, 'The connection to the gateway was lost.',
    ['The network changed or is down.', 'The gateway restarts.'],
    ['Nothing to do: the page reconnects by itself, a running call goes on meanwhile.']],
  ReconnectExhausted: [32008, 'The gateway could not be reached in many attempts.',
    ['The network is down.', 'The gateway is down.'],
    ['Check the network connection.', 'The page goes on trying, but less often.']],
  GatewayBusy: [32007, 'The gateway takes no connections at the moment.',
    ['It is being restarted.', 'It is at its limit.'], ['The page tries again by itself.']],
  ProtocolError: [32100, 'The gateway and this page do not understand each other.',
    ['The page is older or newer than the gateway.'], ['Reload the page.']],
  TokenRefused: [32201, 'The sign-in was refused or has expired.',
    ['Wrong name or password.', 'The sign-in is too old.'], ['Sign in again.']],
  TokenUnavailable: [32202, 'No sign-in could be obtained.',
    ['The server that issues tokens cannot be reached.'],
    ['Check the network connection.', 'Sign in again.']],
  Replaced: [32204, 'Another page took over from this one.',
    ['The same agent signed in elsewhere in a way that ends this page\'s connection.'],
    ['Use the other page, or sign in again here.']],
  TooManyAttempts: [32203, 'There were too many attempts to sign in.', [],
    ['Wait a minute, then sign in again.']],
  MicrophoneDenied: [32401, 'The browser does not let this page use the microphone.',
    ['The permission was denied for this page.', 'The operating system denies it to the browser.'],
    ['Click the icon left of the address, allow the microphone, then try again.',
      'Allow the browser in the privacy settings of the operating system.']],
  MicrophoneMissing: [32402, 'No microphone was found.', ['None is plugged in or switched on.'],
    ['Plug in a headset or microphone, then try again.']],
  MicrophoneBusy: [32403, 'The microphone cannot be opened.', ['Another program uses it.'],
    ['Close the other program, or choose another microphone, then try again.']],
  MicrophoneLost: [32404, 'The microphone was unplugged or taken away.', [],
    ['Plug it in again or choose another one. Until then the default microphone is used.']],
  SpeakerUnavailable: [32406, 'The speaker cannot be used.',
    ['It was unplugged.', 'The browser does not let this page use it.'],
    ['Choose another speaker.']],
  PlaybackBlocked: [32405, 'The browser does not let this page play sound yet.',
    ['Pages may play sound only after a click or key.'], ['Click anywhere on the page.']],
  MediaFailed: [32501, 'The audio connection could not be made or broke.',
    ['A firewall blocks UDP to the gateway.', 'The network was gone for too long.'],
    ['Ask the administrator to allow UDP to the gateway\'s media port.',
      'Try another network, without VPN.']],
  MediaInterrupted: [32502, 'The audio is interrupted.', ['The network changed or is weak.'],
    ['Wait some seconds: it often comes back by itself.']],
  NegotiationFailed: [32503, 'Gateway and browser found no way to exchange audio.',
    ['They share no codec.', 'The gateway did not answer in time.'],
    ['Ask the administrator to look at the codecs of the gateway.']],
  CallLost: [32600, 'The call was lost.',
    ['The gateway was restarted.', 'The connection to it was gone for too long.'],
    ['Call back.']],
  CallEndedByGateway: [32601, 'The gateway ended the call.', [], []],
  CallEndedByOperator: [32602, 'An operator ended the call.', [], []],
  CallRefused: [32603, 'The gateway refused what was asked for the call.', [], []],
  TransferFailed: [32605, 'The call could not be transferred.',
    ['The one it was to go to is busy, did not answer, or may not be reached from here.'],
    ['Go on talking, and try somebody else.']],
  CallNotPossible: [32604, 'The call could not be made.', [], []],
};

/** Codes that mean: this token will never do (gateway: wrong, invalid, expired; ours). */
export const REFUSAL_CODES = new Set([31201, 31204, 31205, 31207, 32201]);

/** The gateway's own errors; their words come with them. */
const GATEWAY_ERRORS = {
  MalformedMessage: 31100,
  SignInFailed: 31201,
  TokenInvalid: 31204,
  TokenExpired: 31205,
  TokenRevoked: 31207,
  TooMany: 31206,
  TooManyPages: 31208,
  NotPermitted: 31402,
  Forbidden: 31403,
  UnknownCall: 31404,
  NotFound: 31405,
  WrongState: 31409,
  BadNumber: 31484,
  InCall: 31486,
  HeadersRefused: 31487,
  SessionDescriptionRefused: 31488,
  TryLater: 31503,
};

/** Name to number of all errors that there are. */
export const errorCodes = Object.freeze({
  ...GATEWAY_ERRORS,
  ...Object.fromEntries(Object.entries(FAILURES).map(([name, [code]]) => [name, code])),
});

/** What goes wrong, with the remedy: `{code, name, message, causes, solutions}`. */
export class OffhookError extends Error {
  constructor({ code, name, message, causes = [], solutions = [], cause }) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.name = name;
    this.causes = causes;
    this.solutions = solutions;
  }
}

export function failure(name, { detail = '', cause, causes, solutions } = {}) {
  const [code, message, usualCauses, usualSolutions] = FAILURES[name];
  return new OffhookError({
    code,
    name,
    message: detail ? `${message} ${detail}` : message,
    causes: causes ?? [...usualCauses],
    solutions: solutions ?? [...usualSolutions],
    cause,
  });
}

/** An error object of the gateway; what is missing in it comes from `fallbackName`. */
export function failureFromGateway(object, fallbackName) {
  const fallback = failure(fallbackName);
  if (object === null || typeof object !== 'object') {
    return fallback;
  }
  const text = (value, otherwise) =>
    typeof value === 'string' && value !== '' ? plainText(value, 500) : otherwise;
  const texts = (value, otherwise) =>
    Array.isArray(value) ? value.filter((line) => typeof line === 'string').slice(0, 8) : otherwise;
  return new OffhookError({
    code: Number.isInteger(object.code) ? object.code : fallback.code,
    name: text(object.name, fallback.name),
    message: text(object.message, fallback.message),
    causes: texts(object.causes, fallback.causes),
    solutions: texts(object.solutions, fallback.solutions),
  });
}

/** What getUserMedia threw, in our words. */
export function microphoneFailure(thrown) {
  switch (thrown?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return failure('MicrophoneDenied', { cause: thrown });
    case 'NotFoundError':
    case 'OverconstrainedError':
      return failure('MicrophoneMissing', { cause: thrown });
    default:
      return failure('MicrophoneBusy', { cause: thrown });
  }
}
