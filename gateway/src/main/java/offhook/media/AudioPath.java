package offhook.media;

import offhook.codec.AudioCodec;
import offhook.rtp.RtpPacket;

/// The way of audio from one leg to another, in one direction. On the call's loop only.
interface AudioPath {

    /// Takes a packet that the source leg received, checked and, where it was, decrypted.
    void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos);

    /// Takes a comfort noise packet (RFC 3389) of the source leg: it pauses, and says how loud its
    /// silence is. Where the receiver is silent by itself there is nothing to do.
    default void onComfortNoise(RtpPacket packet, long nowNanos) {}

    /// Adds what became of the packets so far.
    default void figures(PathFigures into) {
        // A path that only passes packets on has nothing to tell.
    }

    /// Takes note of a packet of the source leg that is no audio, such as a digit, but has a number
    /// of the same sequence: it is not lost.
    default void onOther(RtpPacket packet, long nowNanos) {}

    /// Ends the path and gives back its codecs.
    void close();

    /// Nobody hears: audio of a leg that is joined to none.
    AudioPath NONE =
            new AudioPath() {
                @Override
                public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
                    // Nobody hears it.
                }

                @Override
                public void close() {
                    // Holds nothing.
                }
            };
}
