package offhook.media;

import offhook.call.LegQuality.Audio;

/// Says whether a leg is heard. One-way audio is what users complain of most, and what they say of
/// it is of little use; here it shows within seconds, with the leg that it comes from.
///
/// A leg is silent when nothing but digital silence, or nothing at all, has come from it for a
/// while in which the other side spoke: somebody who is spoken to answers, breathes, or sits in a
/// room. A leg that was heard before gets longer, because phones pause and people mute themselves.
/// Where neither side says anything nothing is said of either. Fed once a second, on the loop.
final class OneWayWatch {

    /// How long a leg may be silent that was never heard.
    static final long FIRST_LIMIT_NANOS = 5_000_000_000L;

    /// How long a leg may be silent that was heard before.
    static final long LIMIT_NANOS = 10_000_000_000L;

    /// How long the other side must have spoken in that time.
    static final long SPOKEN_NANOS = 2_000_000_000L;

    private Audio state = Audio.WAITING;
    private long sinceNanos;
    private boolean everHeard;
    private long silentSinceNanos;
    private long packetNanos;
    private boolean packetsSinceSilent;
    private long spokenNanos;
    private long lastNanos;

    OneWayWatch(long nowNanos) {
        sinceNanos = nowNanos;
        silentSinceNanos = nowNanos;
        lastNanos = nowNanos;
        packetNanos = nowNanos;
    }

    /// Takes in what a second brought.
    ///
    /// @param wanted whether the leg is to be heard: it is joined, and nobody holds the call
    /// @param packets whether packets came from it
    /// @param audible whether any of them was more than digital silence
    /// @param otherSpeaks whether the other side spoke
    void onSecond(
            boolean wanted, boolean packets, boolean audible, boolean otherSpeaks, long nowNanos) {
        long elapsed = nowNanos - lastNanos;
        lastNanos = nowNanos;
        if (!wanted || audible) {
            silentSinceNanos = nowNanos;
            packetsSinceSilent = false;
            spokenNanos = 0;
            everHeard |= audible;
            become(wanted ? Audio.HEARD : Audio.HELD, nowNanos);
            return;
        }
        if (state == Audio.HELD) {
            become(Audio.WAITING, nowNanos);
        }
        if (packets) {
            packetNanos = nowNanos;
            packetsSinceSilent = true;
        }
        spokenNanos += otherSpeaks ? elapsed : 0;
        long limit = everHeard ? LIMIT_NANOS : FIRST_LIMIT_NANOS;
        if (nowNanos - silentSinceNanos >= limit && spokenNanos >= SPOKEN_NANOS) {
            boolean away = !packetsSinceSilent || nowNanos - packetNanos >= limit;
            become(away ? Audio.NO_PACKETS : Audio.DIGITAL_SILENCE, silentSinceNanos);
        }
    }

    private void become(Audio next, long whenNanos) {
        if (state != next) {
            state = next;
            sinceNanos = whenNanos;
        }
    }

    Audio state() {
        return state;
    }

    /// Since when, by the loop's clock.
    long sinceNanos() {
        return sinceNanos;
    }
}
