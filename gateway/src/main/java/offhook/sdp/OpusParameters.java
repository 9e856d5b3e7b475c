package offhook.sdp;

/// Parameters of `opus` in our descriptions (RFC 7587 §6.1): what we like to receive.
///
/// @param maxRateHz highest sampling rate worth sending, and the one we send
/// @param maxAverageBitrate bits per second
/// @param inbandFec we make use of in-band forward error correction
/// @param dtx we like silence not to be sent
public record OpusParameters(int maxRateHz, int maxAverageBitrate, boolean inbandFec, boolean dtx) {

    /// The same for another sampling rate.
    public OpusParameters at(int rateHz) {
        return new OpusParameters(rateHz, maxAverageBitrate, inbandFec, dtx);
    }

    /// The value of `a=fmtp`.
    String fmtp() {
        return "minptime=10;useinbandfec="
                + (inbandFec ? 1 : 0)
                + ";maxplaybackrate="
                + maxRateHz
                + ";sprop-maxcapturerate="
                + maxRateHz
                + ";maxaveragebitrate="
                + maxAverageBitrate
                + ";stereo=0"
                + (dtx ? ";usedtx=1" : "");
    }
}
