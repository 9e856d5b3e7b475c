// Two SIP phones of one shape, each made of its library as npm has it, for tests to play.
import JsSIP from "jssip";
import * as SIP from "sip.js";

// The browser's own processing eats tones.
const AUDIO = {
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  video: false,
};
const DOMAIN = "desk.example.com";

// Sockets, so that a test can break them.
const sockets = [];
const Observed = window.WebSocket;
window.WebSocket = class extends Observed {
  constructor(...args) {
    super(...args);
    sockets.push(this);
  }
};

class Phone {
  state = "idle";
  registrations = 0;
  refused = "";
  caller = "";
  cause = "";
  digits = "";
  transfer = [];
  // How many calls the phone has.
  calls = 0;
  // When the last re-INVITE is answered: neither library takes another one before.
  settled = Promise.resolve();

  hold(on) {
    this.settled = this.settled.then(() => new Promise((done) => this.reinvite(on, done)));
  }

  // Calls somebody else while the call goes on.
  consult(number) {
    this.first = this.session;
    this.call(number);
  }

  // Joins the other parties of the first call and the one that followed it.
  join() {
    this.joins(this.first, this.session);
  }

  breakSocket() {
    sockets.at(-1).close(4000, "a test breaks it");
  }
}

class JsSipPhone extends Phone {
  constructor({ server, name, password, token }) {
    super();
    const socket = new JsSIP.WebSocketInterface(server);
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: `sip:${name}@${DOMAIN}`,
      password,
      authorization_jwt: token && `Bearer ${token}`,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 1,
    });
    this.ua.on("registered", () => this.registrations++);
    this.ua.on("registrationFailed", ({ response, cause }) => {
      this.refused = String(response?.status_code ?? cause);
    });
    this.ua.on("newRTCSession", ({ session, originator }) => this.take(session, originator));
    this.ua.start();
  }

  take(session, originator) {
    this.session = session;
    this.calls++;
    this.state = originator === "remote" ? "incoming" : "calling";
    this.caller = session.remote_identity.uri.user;
    session.on("progress", ({ originator: by, response }) => {
      if (by === "remote") this.state = response.status_code === 183 ? "early" : "ringing";
    });
    session.on("confirmed", () => (this.state = "open"));
    for (const over of ["failed", "ended"]) {
      session.on(over, ({ cause, message }) => {
        if (--this.calls === 0) this.state = "idle";
        this.cause = `${cause} ${message?.status_code ?? ""} ${message?.getHeader?.("Reason") ?? ""}`;
      });
    }
    session.on("newDTMF", ({ originator: by, dtmf }) => {
      if (by === "remote") this.digits += dtmf.tone;
    });
  }

  call(number) {
    this.ua.call(`sip:${number}@${DOMAIN}`, {
      mediaConstraints: AUDIO,
      extraHeaders: ["X-Ticket: 4711", "P-Asserted-Identity: <sip:boss@example.com>"],
    });
  }

  answer() {
    this.session.answer({ mediaConstraints: AUDIO });
  }

  hangUp() {
    this.session.terminate();
  }

  reinvite(hold, done) {
    if (hold) this.session.hold({}, done);
    else this.session.unhold({}, done);
  }

  press(digit, how) {
    const transportType =
      how === "info" ? JsSIP.C.DTMF_TRANSPORT.INFO : JsSIP.C.DTMF_TRANSPORT.RFC2833;
    this.session.sendDTMF(digit, { transportType, duration: 120 });
  }

  refer(target) {
    this.lead(this.session, `sip:${target}@${DOMAIN}`);
  }

  joins(first, second) {
    this.lead(first, second.remote_identity.uri, second);
  }

  lead(session, target, replaces) {
    const note = (what) => () => this.transfer.push(what);
    session.refer(target, {
      replaces,
      eventHandlers: {
        requestSucceeded: note("taken"),
        requestFailed: note("refused"),
        progress: note("rings"),
        accepted: note("done"),
        failed: note("failed"),
      },
    });
  }

  stop() {
    this.ua.stop();
  }
}

class SipJsPhone extends Phone {
  constructor({ server, name, password, token }) {
    super();
    this.ua = new SIP.UserAgent({
      uri: SIP.UserAgent.makeURI(`sip:${name}@${DOMAIN}`),
      transportOptions: { server },
      authorizationUsername: name,
      authorizationPassword: password,
      delegate: {
        onInvite: (session) => this.take(session, "incoming", session.remoteIdentity.uri.user),
        onDisconnect: (error) => error && this.comeBack(),
      },
      logLevel: "warn",
    });
    this.registerer = new SIP.Registerer(this.ua, {
      extraHeaders: token ? [`Authorization: Bearer ${token}`] : [],
    });
    this.start();
  }

  async start() {
    await this.ua.start();
    await this.register();
  }

  async register() {
    await this.registerer.register({
      requestDelegate: {
        onAccept: () => this.registrations++,
        onReject: ({ message }) => (this.refused = String(message.statusCode)),
      },
    });
  }

  async comeBack() {
    await this.ua.reconnect();
    await this.register();
  }

  take(session, state, caller) {
    this.session = session;
    this.calls++;
    this.state = state;
    this.caller = caller;
    session.stateChange.addListener((next) => {
      if (next === SIP.SessionState.Established) this.state = "open";
      if (next === SIP.SessionState.Terminated && --this.calls === 0) this.state = "idle";
    });
    session.delegate = {
      onBye: (bye) => (this.cause = bye.incomingByeRequest.message.getHeader("Reason") ?? ""),
      onCancel: (cancel) => (this.cause = cancel.getHeader?.("Reason") ?? ""),
      onInfo: (info) => {
        this.digits += /Signal=(.)/.exec(info.request.body)?.[1] ?? "";
        info.accept();
      },
    };
  }

  call(number) {
    const to = SIP.UserAgent.makeURI(`sip:${number}@${DOMAIN}`);
    const inviter = new SIP.Inviter(this.ua, to, {
      sessionDescriptionHandlerOptions: { constraints: AUDIO },
    });
    this.take(inviter, "calling", number);
    inviter.invite({
      requestDelegate: {
        onProgress: ({ message }) => (this.state = message.statusCode === 183 ? "early" : "ringing"),
        onReject: ({ message }) => (this.cause = String(message.statusCode)),
      },
    });
  }

  answer() {
    this.session.accept({ sessionDescriptionHandlerOptions: { constraints: AUDIO } });
  }

  hangUp() {
    const open = this.session.state === SIP.SessionState.Established;
    if (open) this.session.bye();
    else if (this.session instanceof SIP.Invitation) this.session.reject();
    else this.session.cancel();
  }

  reinvite(hold, done) {
    this.session.sessionDescriptionHandlerOptionsReInvite = { hold };
    this.session.invite({ requestDelegate: { onAccept: done } });
  }

  press(digit, how) {
    if (how !== "info") {
      this.session.sessionDescriptionHandler.sendDtmf(digit);
      return;
    }
    this.session.info({
      requestOptions: {
        body: {
          contentDisposition: "render",
          contentType: "application/dtmf-relay",
          content: `Signal=${digit}\r\nDuration=120`,
        },
      },
    });
  }

  refer(target) {
    this.joins(this.session, SIP.UserAgent.makeURI(`sip:${target}@${DOMAIN}`));
  }

  joins(session, target) {
    session.refer(target, {
      requestDelegate: {
        onAccept: () => this.transfer.push("taken"),
        onReject: () => this.transfer.push("refused"),
      },
      onNotify: (notify) => {
        const status = Number(/SIP\/2.0 (\d+)/.exec(notify.request.body)?.[1]);
        notify.accept();
        if (status >= 200) this.transfer.push(status < 300 ? "done" : "failed");
        else if (status > 100) this.transfer.push("rings");
      },
    });
  }

  async stop() {
    await this.registerer.unregister();
    await this.ua.stop();
  }
}

window.makePhone = (library, options) => {
  window.phone = library === "JsSIP" ? new JsSipPhone(options) : new SipJsPhone(options);
};
