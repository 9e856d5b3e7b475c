import {
  callerInfoOf, diversionsOf, parametersOf, userToUserOf, visitorOf,
} from './caller.js';
import { Emitter } from './emitter.js';
import { plainText } from './text.js';

// For Call: what becomes known later.
export const nameIt = Symbol('nameIt');
export const setParty = Symbol('setParty');

/** What is known of a call whatever becomes of it: its names, who calls whom, and what goes along. */
export class CallFacts extends Emitter {
  #id;
  #request;
  #callerInfo;
  #to;
  #source;
  #diversions;
  #userToUser;
  #visitor;
  #customParameters;

  constructor({ id, request, from, to, source, diversions, userToUser, headers, visitor }) {
    super();
    this.#id = id;
    this.#request = request;
    this.#callerInfo = callerInfoOf(from);
    this.#to = plainText(to);
    this.#source = plainText(source);
    this.#diversions = diversionsOf(diversions);
    this.#userToUser = userToUserOf(userToUser);
    this.#visitor = visitorOf(visitor);
    this.#customParameters = parametersOf(headers);
  }

  /** The gateway's name of the call; of an outgoing one empty until the gateway has taken it. */
  get id() {
    return this.#id;
  }

  /** The page's own name of an outgoing call; empty for others. */
  get request() {
    return this.#request;
  }

  /** `incoming` or `outgoing`. */
  get direction() {
    return this.#request === '' ? 'incoming' : 'outgoing';
  }

  /**
   * `{number, name, isWithheld, isVerified}` of the caller, of an outgoing call this agent; each
   * text may be empty. `isVerified`: true when somebody whom the gateway trusts vouches for the
   * number, false when the number failed, null when nothing is known. Text from outside: show it as
   * text only.
   */
  get callerInfo() {
    return this.#callerInfo;
  }

  /** The number or agent that is called, and the trunk the call came from, if it did. */
  get to() {
    return this.#to;
  }

  get source() {
    return this.#source;
  }

  /** Who was called before, `{number, name, reason}`, the first one first; empty: not diverted. */
  get diversions() {
    return this.#diversions;
  }

  /** What the caller's system tells: `{data, encoding, content, purpose, text}`; null: nothing. */
  get userToUser() {
    return this.#userToUser;
  }

  /** The visitor of a web site who calls, `{site, fields}`; null: another caller. */
  get visitor() {
    return this.#visitor;
  }

  /**
   * Header fields by name: those of the caller's side that the gateway lets in, or those that
   * connect() sent along. Text from outside: show it as text only.
   */
  get customParameters() {
    return this.#customParameters;
  }

  /** The call in one object of texts. */
  get parameters() {
    return Object.freeze({
      CallSid: this.#id,
      Direction: this.direction,
      From: this.#callerInfo.number,
      CallerName: this.#callerInfo.name,
      To: this.#to,
      ForwardedFrom: this.#diversions[0]?.number ?? '',
      Trunk: this.#source,
    });
  }

  /** What was dialled has become the call of that name. */
  [nameIt](id) {
    this.#id = id;
  }

  /** Somebody else is at the other end. */
  [setParty](party) {
    this.#callerInfo = callerInfoOf(party);
  }
}
