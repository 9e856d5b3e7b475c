package offhook.media;

import offhook.codec.AudioCodec;

/// The time of a path, in units of 48 kHz: all RTP clocks and sample rates of audio divide it, so
/// that codecs of different clocks can follow each other on one line.
final class MediaClock {

    static final int HZ = 48_000;

    /// 20 ms: what a packet of ours holds.
    static final int FRAME = HZ / 50;

    private MediaClock() {}

    /// So many units of the codec's RTP clock.
    static long ofRtp(long units, AudioCodec codec) {
        return units * (HZ / codec.rtpClockHz());
    }

    /// A time in units of the codec's RTP clock, modulo 2^32 as RTP counts.
    static int rtp(long time, AudioCodec codec) {
        return (int) (time / (HZ / codec.rtpClockHz()));
    }

    static long ofSamples(long samples, int sampleRateHz) {
        return samples * (HZ / sampleRateHz);
    }

    static int samples(long time, int sampleRateHz) {
        return (int) (time / (HZ / sampleRateHz));
    }
}
