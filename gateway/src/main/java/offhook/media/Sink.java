package offhook.media;

import offhook.codec.AudioCodec;

/// Where a path or a player sends audio: a leg, or what stands before it. On the call's loop only.
interface Sink extends Guarded {

    /// Whether we pace what goes out here: a packet each 20 ms whatever comes in. Otherwise packets
    /// go out as they arrive.
    boolean isClocked();

    /// What we send here.
    AudioCodec sendCodec();

    /// What the peer is expected to lose of what we send here, in percent, by what it reported.
    default int expectedLossPercent() {
        return 0;
    }

    /// Whether audio is wanted here now.
    boolean isSending();

    /// Whether coded audio may go out as it is; otherwise it is to be coded anew.
    default boolean relays() {
        return true;
    }

    /// Sends one frame.
    ///
    /// @param clockTicks how far media time has moved since the frame before, in RTP clock ticks of
    ///   [#sendCodec]
    /// @param talkStart whether it is the first after silence
    void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart);

    /// Sees what is about to be encoded for this leg, and may overwrite it.
    default AudioHook outgoing() {
        return AudioHook.NONE;
    }
}
