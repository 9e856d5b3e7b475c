/** Types of the Offhook client library; reference: gateway/docs/client-library.md. */

export type DeviceState = 'unregistered' | 'registering' | 'registered' | 'reconnecting';
export type Presence = 'available' | 'away';
export type GatewayPresence = Presence | 'busy' | 'offline' | 'unreachable';
export type PresenceReason =
  '' | 'missed-calls' | 'page-asleep' | 'microphone-denied' | 'microphone-missing';
/** `unknown`: only asking the user would tell. */
export type MicrophoneState = 'ready' | 'denied' | 'missing' | 'unknown';
export type CallStatus = 'pending' | 'connecting' | 'ringing' | 'open' | 'reconnecting' | 'closed';

/** A token, or a function that gives one whenever the device signs in. */
export type TokenSource = string | (() => string | Promise<string>);

export interface DeviceOptions {
  /** The gateway: `https://gw.example.com` or `wss://gw.example.com/agent`. Default: where this file came from. */
  url?: string;
  /** State to sign in with. Default: `away`. */
  presence?: Presence;
  /** Codecs to offer, best first. Default: `['opus', 'G722', 'PCMU', 'PCMA']`. */
  codecPreferences?: string[];
  /** `relay`: through the TURN server that the gateway names, and no other way. */
  iceTransportPolicy?: RTCIceTransportPolicy;
  /** Where the far side is heard. Default: an element of the library's own. */
  audioElement?: HTMLAudioElement;
  /** Microphone to begin with. Default: the browser's default one. */
  inputDeviceId?: string;
  /** Over the defaults: echoCancellation, noiseSuppression, autoGainControl on, one channel. */
  audioConstraints?: MediaTrackConstraints;
  /** Whether the browser asks before the page is closed during a call. Default: false. */
  closeProtection?: boolean;
  /** Interval of the own heartbeat. Default: what the gateway says. */
  heartbeatSeconds?: number;
}

export interface CallerInfo {
  /** Empty when withheld. Text from outside: show it as text, never as markup. */
  readonly number: string;
  readonly name: string;
  /** The caller does not want to be known; number and name are empty then. */
  readonly isWithheld: boolean;
  /** True: the number was verified by whom the gateway trusts. False: it failed. Null: not known. */
  readonly isVerified: boolean | null;
}

/** One way that a call went on instead of ringing where it was sent. Text from outside. */
export interface Diversion {
  /** Who was called; empty when withheld. */
  readonly number: string;
  readonly name: string;
  /** `user-busy`, `no-answer`, `unconditional`, ... as RFC 5806 has them; or `unknown`. */
  readonly reason: string;
}

/** User-to-user information (RFC 7433). Text from outside; what was not said is empty. */
export interface UserToUser {
  /** As it came. */
  readonly data: string;
  readonly encoding: string;
  readonly content: string;
  readonly purpose: string;
  /** What `data` says to people. */
  readonly text: string;
}

/** A visitor of a web site who calls. Text from outside. */
export interface Visitor {
  /** As the gateway's configuration names it. */
  readonly site: string;
  /** What the site or its page says of the visitor, as `page`, `name`. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A call in texts; what is not known is empty. */
export interface CallParameters {
  readonly CallSid: string;
  readonly Direction: 'incoming' | 'outgoing';
  readonly From: string;
  readonly CallerName: string;
  readonly To: string;
  /** The number that was called first, of a diverted call. */
  readonly ForwardedFrom: string;
  readonly Trunk: string;
}

export interface EndCause {
  /** Who ended the call: the side that called or was called, or `page` for a failure here. */
  readonly by: 'caller' | 'callee' | 'gateway' | 'operator' | 'page' | (string & {});
  /** Stable lower-case key such as `hang-up`, `cancelled`, `media-failed`. */
  readonly reason: string;
  /** SIP status and Q.850 cause; null when not known. */
  readonly sip: number | null;
  readonly q850: number | null;
  /** A sentence for people; may be empty. */
  readonly text: string;
  /** Header fields of the message that ended the call, as far as the gateway lets them in. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** One end of the way that the audio takes. */
export interface Candidate {
  /** `host`, `srflx`, `prflx`, `relay`; empty when not known. */
  readonly type: string;
  readonly protocol: string;
  /** Empty where the browser keeps it to itself. */
  readonly address: string;
  readonly port: number | null;
  /** How a TURN server is reached: `udp`, `tcp`, `tls`; else empty. */
  readonly relayProtocol: string;
}

/** What the gateway measures of this call; null stands for what is not known. */
export interface GatewayView {
  /** `heard`, `waiting`, `no-packets`, `digital-silence` or `held`. */
  readonly audio: string;
  /** What the gateway gets from here and sends here. */
  readonly codecIn: string;
  readonly codecOut: string;
  /** What is wrong with the call now, in words, of either side; empty: nothing that is known. */
  readonly trouble: string;
  readonly rttMillis: number | null;
  /** Of what this browser sends. */
  readonly inJitterMillis: number | null;
  readonly inLossPercent: number | null;
  readonly inMos: number | null;
  readonly bufferMillis: number | null;
  /** Of what this browser gets, as it reports. */
  readonly outJitterMillis: number | null;
  readonly outLossPercent: number | null;
  readonly outMos: number | null;
}

export type WarningName =
  'high-rtt' | 'high-jitter' | 'packet-loss' | 'low-mos' | 'constant-audio-level';

/** Null stands for what is not known; counts are of the call's life. */
export interface CallStats {
  codec: string | null;
  rttMillis: number | null;
  jitterMillis: number | null;
  packetsReceived: number | null;
  packetsLost: number | null;
  packetsSent: number | null;
  bytesReceived: number | null;
  bytesSent: number | null;
  /** Packets of ours that the far end of the media, the gateway, missed, and their jitter there. */
  farPacketsLost: number | null;
  farJitterMillis: number | null;
  /** Mean delay of the browser's jitter buffer. */
  bufferMillis: number | null;
  candidatePair: { readonly local: Candidate; readonly remote: Candidate } | null;
  /** Packets lost in the last second, and since the call began, percent. */
  lossPercent: number | null;
  averageLossPercent: number | null;
  /** Mean opinion of talking over it, 1 to 4.5. */
  mos: number | null;
  /** Level of the microphone and of what is heard, 0 to 1. */
  levelIn: number;
  levelOut: number;
  /** Those that are up. */
  warnings: WarningName[];
  /** What the gateway said last of its side. */
  gateway: GatewayView | null;
}

export interface CallSample extends CallStats {
  readonly timestamp: Date;
}

export interface WarningData {
  /** The figure that is bad: `rttMillis`, `lossPercent`, `averageLossPercent`, `levelIn`, ... */
  readonly of: string;
  readonly value: number | null;
  /** The samples it was judged by. */
  readonly values: readonly number[];
}

export interface AudioDevice {
  readonly deviceId: string;
  /** Empty until the permission was given. */
  readonly label: string;
}

export class OffhookError extends Error {
  readonly code: number;
  /** One of `ErrorName`, or a name that a later gateway has. */
  readonly name: ErrorName | (string & {});
  readonly causes: string[];
  readonly solutions: string[];
}

export type ErrorName =
  'InvalidState' | 'InvalidArgument' | 'BrowserUnsupported' | 'GatewayUnreachable' |
  'ConnectionLost' | 'GatewayBusy' | 'ReconnectExhausted' | 'ProtocolError' | 'TokenRefused' | 'TokenUnavailable' |
  'Replaced' | 'TooManyAttempts' | 'MicrophoneDenied' | 'MicrophoneMissing' | 'MicrophoneBusy' |
  'MicrophoneLost' | 'SpeakerUnavailable' | 'PlaybackBlocked' | 'MediaFailed' |
  'MediaInterrupted' | 'NegotiationFailed' | 'CallLost' | 'CallEndedByGateway' |
  'CallEndedByOperator' | 'CallRefused' | 'TransferFailed' | 'CallNotPossible' |
  'MalformedMessage' | 'SignInFailed' | 'TokenInvalid' | 'TokenExpired' | 'TokenRevoked' | 'TooMany' |
  'TooManyPages' | 'NotPermitted' | 'Forbidden' | 'UnknownCall' | 'NotFound' | 'WrongState' | 'BadNumber' |
  'InCall' | 'HeadersRefused' | 'SessionDescriptionRefused' | 'TryLater';

/** Name to number of all errors that there are: 31xxx are the gateway's, 32xxx the library's. */
export const errorCodes: Readonly<Record<ErrorName, number>>;

declare class Emitter<Events extends { [name in keyof Events]: unknown[] }> {
  on<Name extends keyof Events>(name: Name, listener: (...values: Events[Name]) => void): this;
  once<Name extends keyof Events>(name: Name, listener: (...values: Events[Name]) => void): this;
  /** Without a listener: all of that name. */
  off<Name extends keyof Events>(name: Name, listener?: (...values: Events[Name]) => void): this;
}

export interface DeviceEvents {
  registered: [];
  unregistered: [];
  /** Seconds that are left. With a function that gives tokens the device renews it by itself. */
  tokenWillExpire: [secondsLeft: number];
  /** Seconds that the new token holds. */
  tokenRenewed: [secondsLeft: number];
  reconnecting: [error: OffhookError];
  reconnected: [];
  incoming: [call: Call];
  /** A call from before the page was reloaded; its audio is on its way back. Pages that do not
   * listen hang up their calls when they go. */
  resumed: [call: Call];
  presence: [presence: GatewayPresence];
  elsewhere: [calls: CallElsewhere[]];
  error: [error: OffhookError];
}

export type TransferState =
  'none' | 'trying' | 'ringing' | 'consulting' | 'done' | 'failed' | 'refused';

/** The latest transfer that was asked for here. */
export interface TransferInfo {
  state: TransferState;
  target: string;
  /** Whether the target is talked to first; false once complete() was called. */
  consult: boolean;
}

export interface CallEvents {
  /** Incoming: the gateway knows that the call is shown. Outgoing: it rings at the far side. */
  ringing: [];
  /** Outgoing: not answered yet, but the far side sends sound, which is heard. */
  progress: [];
  /** Incoming: the gateway took the answer. Outgoing: the far side answered, with
   * these header fields. */
  accept: [parameters: ReadonlyMap<string, string>];
  /** Both sides hear each other. */
  connected: [];
  /** The audio is interrupted, and back. */
  reconnecting: [error: OffhookError];
  reconnected: [];
  mute: [muted: boolean];
  /** The call is held here (`mine`) or at the far side (`theirs`), or no longer. */
  hold: [hold: { mine: boolean; theirs: boolean }];
  /** The far side pressed a key. */
  digit: [digit: string];
  /** How a transfer goes that was asked for here; `text` says why one came to nothing. */
  transfer: [info: TransferInfo & { text: string }];
  /** The other side is somebody else from now on. */
  party: [party: CallerInfo];
  /** Ten times a second while connected: microphone and far side, 0 to 1. */
  volume: [microphone: number, farSide: number];
  /** How the call sounds, once a second while connected. */
  sample: [sample: CallSample];
  /** Something about the call is bad, and is well again. */
  warning: [name: WarningName, data: WarningData];
  'warning-cleared': [name: WarningName, data: WarningData];
  error: [error: OffhookError];
  /** The end, exactly one of: an answered or outgoing call, one that only rang, one declined here. */
  disconnect: [cause: EndCause];
  cancel: [cause: EndCause];
  reject: [cause: EndCause];
}

export interface AudioEvents {
  /** Something was plugged in or out. */
  deviceschange: [];
  /** This microphone is in use from now on. */
  input: [label: string];
  /** This speaker is in use from now on; empty: the default one. */
  output: [deviceId: string];
  /** Ten times a second while the microphone is open: its level, 0 to 1. */
  volume: [level: number];
}

export interface DeviceAudio extends Emitter<AudioEvents> {
  readonly inputDevice: string;
  readonly inputLabel: string;
  readonly isOpen: boolean;
  inputDevices(): Promise<AudioDevice[]>;
  setInputDevice(deviceId: string): Promise<void>;
  /** Id of the chosen speaker; empty: the default one. */
  readonly outputDevice: string;
  /** Whether this browser lets pages choose a speaker. */
  readonly canSelectOutput: boolean;
  outputDevices(): Promise<AudioDevice[]>;
  setOutputDevice(deviceId: string): Promise<void>;
  /** Opens the microphone ahead of the first call; asks for permission if there is none. */
  open(): Promise<void>;
  /** The same, but only if no question to the user is needed. */
  openIfAllowed(): Promise<void>;
  close(): void;
  /** Level of the microphone, 0 to 1. */
  level(): number;
  /** To be called on a click or key if the page was loaded without one. */
  resume(): void;
}

export interface ConnectOptions {
  to: string;
  /** Header fields that go along as far as the gateway lets them out: at most 16, one line of ASCII
   * each, 512 characters at most, 2048 all together. */
  params?: Record<string, string>;
  /** Those who are called are not told who calls. */
  withholdNumber?: boolean;
}

/** Smallest, largest and mean of a figure. */
export interface Figures {
  readonly min: number;
  readonly max: number;
  readonly average: number;
}

/** What a test found; what was not reached is null. */
export interface PreflightReport {
  readonly isPassed: boolean;
  /** Where it ended: `echo` when all went well. */
  readonly stage: PreflightStage | 'ice' | 'dtls';
  /** How long the stages took, milliseconds; `ice` and `dtls` are parts of `negotiation`. */
  readonly timing: Readonly<Partial<Record<PreflightStage | 'ice' | 'dtls' | 'total', number | null>>>;
  readonly mos: Figures | null;
  readonly rttMillis: Figures | null;
  readonly jitterMillis: Figures | null;
  readonly lossPercent: number | null;
  /** By the mean MOS. */
  readonly rating: 'excellent' | 'good' | 'fair' | 'poor' | 'bad' | null;
  readonly codec: string | null;
  readonly candidatePair: CallStats['candidatePair'];
  readonly isTurnUsed: boolean;
  /** The loudest of the microphone and of its echo, 0 to 1. */
  readonly levels: { readonly microphone: number; readonly echo: number };
  readonly warnings: readonly WarningName[];
  readonly gateway: GatewayView | null;
  readonly samples: readonly CallSample[];
}

export type PreflightStage = 'microphone' | 'signalling' | 'negotiation' | 'echo';

export interface PreflightEvents {
  progress: [stage: PreflightStage];
  sample: [sample: CallSample];
  warning: [name: WarningName, data: WarningData];
  completed: [report: PreflightReport];
  failed: [error: OffhookError, report: PreflightReport];
}

/** A running test of microphone, network and gateway; made by Device.runPreflight(). */
export class Preflight extends Emitter<PreflightEvents> {
  private constructor();
  readonly status: 'running' | 'completed' | 'failed';
  /** Null before the end. */
  readonly report: PreflightReport | null;
  /** Ends the test; `failed` follows. */
  stop(): void;
}

export interface PreflightOptions extends Omit<DeviceOptions, 'presence' | 'audioElement'> {
  /** How long the test call lasts, 3 to 50. Default: 10. */
  seconds?: number;
}

export class CallElsewhere {
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly callerInfo: CallerInfo;
  readonly to: string;
  pull(): Promise<Call>;
}

export class Device extends Emitter<DeviceEvents> {
  constructor(token: TokenSource, options?: DeviceOptions);
  /** Tests whether calls work from here. Rings nobody, and leaves the agent's presence alone. */
  static runPreflight(token: TokenSource, options?: PreflightOptions): Preflight;
  readonly state: DeviceState;
  /** What was asked for last, here or on another page of the same agent. */
  readonly presence: Presence;
  readonly gatewayPresence: GatewayPresence;
  readonly presenceReason: PresenceReason;
  /** What the gateway is told: with `denied` and `missing` no calls ring here. */
  readonly microphone: MicrophoneState;
  readonly callsElsewhere: CallElsewhere[];
  readonly identity: { readonly agent: string; readonly displayName: string } | null;
  readonly calls: Call[];
  /** The call that the agent talks in, or is about to; null when there is none or all are held. */
  readonly activeCall: Call | null;
  readonly audio: DeviceAudio;
  register(): Promise<void>;
  setPresence(presence: Presence): void;
  updateToken(token: TokenSource): void;
  /** Calls a number or an agent; resolves when it was dialled. */
  connect(options: ConnectOptions): Promise<Call>;
  unregister(): void;
  destroy(): void;
}

export interface TransferOptions {
  /** As of ConnectOptions. */
  params?: Record<string, string>;
}

export class Call extends Emitter<CallEvents> {
  private constructor();
  /** Of an outgoing call empty until the gateway has taken it. */
  readonly id: string;
  /** The page's own name of an outgoing call; empty for others. */
  readonly request: string;
  readonly direction: 'incoming' | 'outgoing';
  /** Of an outgoing call this agent; `to` is who is called. */
  readonly callerInfo: CallerInfo;
  readonly to: string;
  readonly source: string;
  /** Who was called before, the first one first. */
  readonly diversions: readonly Diversion[];
  readonly userToUser: UserToUser | null;
  readonly visitor: Visitor | null;
  /** Header fields by name: of the caller's side, or those that connect() sent along. */
  readonly customParameters: ReadonlyMap<string, string>;
  readonly parameters: CallParameters;
  readonly startedAt: Date | null;
  /** The keys that the far side pressed, at most the last 64. */
  readonly digitsReceived: string;
  readonly isMuted: boolean;
  status(): CallStatus;
  accept(): Promise<void>;
  reject(): void;
  disconnect(): void;
  mute(muted?: boolean): void;
  /** The far side hears music until unhold(), and nothing is heard here. */
  hold(): void;
  unhold(): void;
  readonly isOnHold: boolean;
  readonly isHeldByFarSide: boolean;
  sendDigits(digits: string): void;
  readonly transferInfo: TransferInfo;
  /** Resolves when the other side and the target have each other; rejects when both talk again. */
  transfer(target: string, options?: TransferOptions): Promise<void>;
  /** Resolves when the target can be talked to. The other side waits. */
  consult(target: string, options?: TransferOptions): Promise<void>;
  complete(): Promise<void>;
  cancel(): void;
  /** At most 1000 characters, in place of the note before; also for half an hour after the call. */
  setNote(text: string): Promise<void>;
  localLevel(): number;
  remoteLevel(): number;
  getStats(): Promise<CallStats>;
  /** Names of the warnings that are up. */
  readonly warnings: WarningName[];
}

export interface SignedIn {
  token: string;
  expiresInSeconds: number;
  agent: string;
  displayName: string;
}

/** Gets a token for a user of the gateway's own list. */
export function signIn(
  name: string, password: string, options?: { url?: string }): Promise<SignedIn>;
