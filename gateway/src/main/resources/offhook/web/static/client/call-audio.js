import { failure, OffhookError } from './errors.js';
import { MediaLink } from './media-link.js';
import { Recovery } from './recovery.js';
import { summary } from './stats.js';

const DIGIT_MILLIS = 120;
const DIGIT_GAP_MILLIS = 70;

const NO_EDGES = { iceMillis: null, dtlsMillis: null };

/**
 * The audio of one call: the connection in use, the one that is to take its place when the network
 * has changed, and what is heard.
 */
export class CallAudio {
  #device;
  #owner;
  #link = null;
  #linkFailure = null;
  #comingLink = null;
  #comingTrack = null;
  #hasStood = false;
  #isClosed = false;
  #offer = '';
  #line = null;
  #meter = null;
  #recovery;

  /**
   * @param owner the call: isMuted(), reoffer(name, sdp), onError(error), onInterrupted(),
   *     onRecovered(), onLost()
   */
  constructor(device, owner) {
    this.#device = device;
    this.#owner = owner;
    this.#recovery = new Recovery({
      clock: device.clock,
      call: {
        restart: () => this.#restartOffer(),
        renew: () => this.#renewalOffer(),
        send: (name, sdp) => owner.reoffer(name, sdp),
        recovered: () => this.#onRecovered(),
        exhausted: () => owner.onLost(),
      },
    });
    this.#prepare();
  }

  /** What was offered last; empty before. */
  get offer() {
    return this.#offer;
  }

  /** How long ICE and DTLS took; null: did not succeed. */
  get edges() {
    return this.#link?.edges ?? NO_EDGES;
  }

  /** Level of what the far side says, 0 to 1. */
  level() {
    return this.#meter?.read() ?? 0;
  }

  /** Root mean square of it; null while nothing is heard. */
  rms() {
    return this.#meter?.rms() ?? null;
  }

  async stats() {
    return summary(this.#link ? await this.#link.stats() : new Map());
  }

  /** Opens the microphone and has the offer ready; throws an OffhookError. */
  async makeOffer() {
    this.#device.audio.resume();
    try {
      await this.#device.audio.open();
      this.#requireAlive();
      if (this.#linkFailure) {
        this.#prepare();
      }
      if (this.#linkFailure) {
        throw this.#linkFailure;
      }
      const track = this.#newTrack();
      if (!track) {
        throw failure('MicrophoneLost');
      }
      await this.#send(this.#link, track);
      const sdp = await this.#link.offer();
      this.#requireAlive();
      this.#offer = sdp;
    } catch (thrown) {
      throw thrown instanceof OffhookError
        ? thrown
        : failure('NegotiationFailed', { detail: String(thrown?.message ?? thrown), cause: thrown });
    }
  }

  async answer(sdp) {
    await this.#link.answer(sdp);
  }

  /** The gateway's answer to an offer of a running call. */
  onReanswer(request, sdp) {
    this.#recovery.onAnswer(request, sdp);
  }

  /** @return whether it was an offer of ours that was refused */
  onRefused(request) {
    return this.#recovery.onRefused(request);
  }

  /** Looks for other paths, or makes a new connection where there is none yet. */
  restore(how) {
    this.#recovery.start(how);
  }

  /** Also on the connection that is being made: what is said while it is counts for it. */
  mute(muted) {
    for (const link of [this.#link, this.#comingLink]) {
      if (link?.track) {
        link.track.enabled = !muted;
      }
    }
  }

  /** Another microphone is in use. */
  use(track) {
    if (!track || this.#offer === '' || this.#isClosed) {
      track?.stop();
      return;
    }
    track.enabled = !this.#owner.isMuted();
    this.#send(this.#comingLink ?? this.#link, track).catch((thrown) =>
      this.#owner.onError(failure('MicrophoneBusy', { cause: thrown })));
  }

  /** Sends keys; @return false when none can be sent now */
  sendDigits(digits) {
    const sender = this.#link?.digits;
    if (!sender?.canInsertDTMF) {
      return false;
    }
    sender.insertDTMF(sender.toneBuffer + digits.toUpperCase(), DIGIT_MILLIS, DIGIT_GAP_MILLIS);
    return true;
  }

  close() {
    this.#isClosed = true;
    this.#meter?.close();
    this.#meter = null;
    this.#recovery.close();
    this.#link?.close();
    this.#link = null;
    this.#line?.close();
    this.#line = null;
  }

  #prepare() {
    this.#linkFailure = null;
    try {
      this.#link = this.#makeLink();
    } catch (thrown) {
      this.#link = null;
      this.#linkFailure = thrown instanceof OffhookError
        ? thrown
        : failure('BrowserUnsupported', { cause: thrown });
    }
  }

  #makeLink() {
    return new MediaLink({
      codecPreferences: this.#device.codecPreferences,
      ice: this.#device.ice(),
      onState: (state, link) => this.#onLinkState(state, link),
      onTrack: (track, link) => this.#onTrack(track, link),
    });
  }

  #newTrack() {
    const track = this.#device.audio.track();
    if (track) {
      track.enabled = !this.#owner.isMuted();
    }
    return track;
  }

  /** Until the connection has the track, nobody can mute it there. */
  async #send(link, track) {
    await link.send(track);
    track.enabled = !this.#owner.isMuted();
  }

  /** Other paths for the connection there is; without one that ever stood, a new one. */
  async #restartOffer() {
    const link = this.#link;
    if (!link || link.state === 'failed' || link.state === 'closed' || link.state === 'new') {
      return this.#renewalOffer();
    }
    return {
      sdp: await link.restart(),
      answer: (sdp) => link.answer(sdp),
      discard: () => {},
      isUp: () => link.state === 'connected',
    };
  }

  /** A new connection, beside the one in use until it stands. */
  async #renewalOffer() {
    const link = this.#makeLink();
    try {
      await this.#device.audio.open();
    } catch (thrown) {
      this.#owner.onError(thrown); // The far side is heard all the same.
    }
    const track = this.#newTrack();
    if (track) {
      await this.#send(link, track);
    }
    this.#offer = await link.offer();
    this.#comingLink = link;
    this.mute(this.#owner.isMuted());
    return {
      sdp: this.#offer,
      answer: (sdp) => link.answer(sdp),
      discard: () => this.#dropComing(link),
      isUp: () => link.state === 'connected',
    };
  }

  #dropComing(link) {
    if (link !== this.#link) {
      link.close();
    }
    if (link === this.#comingLink) {
      this.#comingLink = null;
      this.#comingTrack = null;
    }
  }

  #onLinkState(state, link) {
    if (this.#isClosed) {
      return;
    }
    if (link === this.#comingLink) {
      this.#onComingState(state);
    } else if (link !== this.#link) {
      return;
    } else if (state === 'connected') {
      this.#onRecovered();
    } else if (state === 'disconnected' || state === 'failed') {
      this.#onInterrupted(state);
    }
  }

  #onComingState(state) {
    if (state === 'failed') {
      this.#recovery.onFailed();
    } else if (state === 'connected') {
      const before = this.#link;
      this.#link = this.#comingLink;
      this.#comingLink = null;
      if (this.#comingTrack) {
        this.#play(this.#comingTrack);
        this.#comingTrack = null;
      }
      before?.close();
      this.#onRecovered();
    }
  }

  /** A connection that never stood will not; one that did may come back on other paths. */
  #onInterrupted(state) {
    if (!this.#hasStood) {
      if (state === 'failed' && !this.#recovery.isRunning) {
        this.#owner.onLost();
      }
      return;
    }
    this.#owner.onInterrupted();
    if (state === 'failed' || !this.#recovery.isRunning) {
      this.#recovery.start({ needsNew: state === 'failed' });
    }
  }

  #onRecovered() {
    this.#hasStood = true;
    this.#recovery.done();
    this.#owner.onRecovered();
  }

  #onTrack(track, link) {
    if (link === this.#comingLink) {
      this.#comingTrack = track;
    } else if (link === this.#link) {
      this.#play(track);
    }
  }

  #play(track) {
    const stream = new MediaStream([track]);
    this.#meter?.close();
    this.#meter = this.#device.audio.meterOf(stream);
    this.#line ??= this.#device.audio.line({ onBlocked: (error) => this.#owner.onError(error) });
    this.#line.play(stream);
  }

  #requireAlive() {
    if (this.#isClosed) {
      throw failure('InvalidState', { detail: 'The call is over.' });
    }
  }
}
