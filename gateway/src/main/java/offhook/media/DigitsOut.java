package offhook.media;

import java.util.OptionalInt;
import offhook.call.DigitPath;
import offhook.codec.AudioCodec;
import offhook.codec.telephony.DtmfEvent;
import offhook.config.TrunkConfig.Dtmf;
import offhook.net.PacketBuffer;
import offhook.rtp.DtmfSender;
import offhook.rtp.RtpSender;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The digits that a trunk leg sends, each by the path that the trunk's setting and what the peer
/// agreed to lead to. On the leg's loop only.
///
/// | setting | path |
/// |---|---|
/// | `rfc4733` | events where the peer agreed to them, otherwise none |
/// | `info` | INFO |
/// | `inband` | tones |
/// | `auto` | events where agreed; else INFO where the peer's Allow names it; else tones, except in Opus, which does not keep them |
final class DigitsOut {

    private static final Logger LOG = LogManager.getLogger(DigitsOut.class);
    private static final int TICKS_PER_SECOND = 50;

    private final Dtmf setting;
    private final LegEvents events;
    private final Counters counters;
    private final DigitTones tones = new DigitTones();
    private @Nullable DtmfSender sender;
    private boolean eventsAgreed;
    private AudioCodec codec;
    private boolean warned;

    /// @param codec what is sent until more is agreed
    DigitsOut(Dtmf setting, AudioCodec codec, LegEvents events, Counters counters) {
        this.setting = setting;
        this.codec = codec;
        this.events = events;
        this.counters = counters;
    }

    /// What the peer agreed to, the first time or anew. A digit that is being sent goes on.
    ///
    /// @param eventsPayloadType of telephone events
    /// @param eventsClockHz units of their durations a second
    void agree(OptionalInt eventsPayloadType, int eventsClockHz, AudioCodec newCodec) {
        codec = newCodec;
        eventsAgreed = eventsPayloadType.isPresent();
        if (eventsPayloadType.isEmpty()) {
            sender = null;
            return;
        }
        int payloadType = eventsPayloadType.getAsInt();
        int tickUnits = eventsClockHz / TICKS_PER_SECOND;
        DtmfSender present = sender;
        if (present == null) {
            sender = new DtmfSender(payloadType, tickUnits);
        } else {
            present.retarget(payloadType, tickUnits);
        }
    }

    /// Sends a digit after those before it.
    void send(char digit, int durationMillis, boolean peerTakesInfo) {
        DigitPath path = path(peerTakesInfo);
        if (path == DigitPath.INFO) {
            events.digitForSignalling(digit, durationMillis);
            return;
        }
        DtmfEvent event = DtmfEvent.ofDigit(digit).orElse(null);
        DtmfSender ours = sender;
        boolean taken =
                event != null
                        && switch (path) {
                            case EVENTS -> ours != null && ours.offer(event.code(), durationMillis);
                            case INBAND -> tones.offer(event, durationMillis);
                            case null, default -> false;
                        };
        if (!taken) {
            unsent(path);
        }
    }

    /// The path of the next digit; null when there is none.
    private @Nullable DigitPath path(boolean peerTakesInfo) {
        return switch (setting) {
            case RFC4733 -> eventsAgreed ? DigitPath.EVENTS : null;
            case INFO -> DigitPath.INFO;
            case INBAND -> DigitPath.INBAND;
            case AUTO -> {
                if (eventsAgreed) {
                    yield DigitPath.EVENTS;
                }
                if (peerTakesInfo) {
                    yield DigitPath.INFO;
                }
                yield codec == AudioCodec.OPUS ? null : DigitPath.INBAND;
            }
        };
    }

    private void unsent(@Nullable DigitPath path) {
        counters.increment(Counter.DIGITS_UNSENT);
        if (!warned) {
            warned = true;
            LOG.warn(
                    "digits cannot be sent leg={} dtmf={} because={}",
                    events.leg(),
                    setting,
                    path == null ? "the peer agreed to no telephone-event" : "too many wait");
        }
    }

    /// Whether events are being sent or wait.
    boolean hasEvents() {
        DtmfSender ours = sender;
        return ours != null && ours.isActive();
    }

    /// Writes this tick's event packet, if there is one: then it goes out instead of audio.
    boolean step(PacketBuffer out, RtpSender stream, int clockTicks, long nowNanos) {
        DtmfSender ours = sender;
        return ours != null && ours.step(out, stream, clockTicks, nowNanos);
    }

    /// Puts the tones in place of what would be heard.
    AudioHook tones() {
        return tones;
    }
}
