package offhook.media;

import java.util.ArrayList;
import java.util.List;
import offhook.call.CodecPreference;
import offhook.codec.AudioCodec;

/// Decides which of the codecs that were agreed with a browser it is sent, packet by packet: a
/// function of the preference, of what the far side of the call speaks, and of the loss that the
/// browser reports. On the leg's loop only; asking it allocates nothing.
///
/// A change needs no renegotiation: the answer lists all codecs, and each packet names its own (RFC
/// 3264 §7). [CodecPreference#AUTO] goes to Opus when two reports in a row say 2 % or more in the
/// mean, so that one bad report counts when it is bad enough. It comes back when no report has said
/// 1 % or more for 30 s; twice as long, up to 4 minutes, when the path was bad again within a
/// minute of coming back.
final class CodecChoice {

    /// 2 %, as the sum of two fractions in 1/256 (RFC 3550 §6.4.1).
    private static final double LOSSY_SUM = 2 * 256 * 0.02;

    /// 1 %, in 1/256.
    private static final double NOT_CLEAN = 256 * 0.01;

    private static final long SHORTEST_PATIENCE_NANOS = 30_000_000_000L;
    private static final long LONGEST_PATIENCE_NANOS = 240_000_000_000L;
    private static final long RELAPSE_NANOS = 60_000_000_000L;

    private final CodecPreference preference;
    private List<AudioCodec> codecs;
    private boolean lossy;
    private int fractionBefore;
    private long lastLossNanos;
    private long patienceNanos = SHORTEST_PATIENCE_NANOS;
    private boolean cameBack;
    private long cameBackNanos;

    /// @param allowed what the browser may be sent, in the operator's order
    CodecChoice(CodecPreference preference, List<AudioCodec> allowed) {
        this.preference = preference;
        this.codecs = List.copyOf(allowed);
    }

    /// In which order the allowed codecs are answered; the browser sends the first.
    ///
    /// @param far what the far side of the call speaks
    List<AudioCodec> answerOrder(AudioCodec far) {
        AudioCodec first = preferred(far);
        List<AudioCodec> order = new ArrayList<>(List.of(first));
        codecs.stream().filter(codec -> codec != first).forEach(order::add);
        return order;
    }

    /// Takes note of what the browser has of them.
    void agree(List<AudioCodec> agreed) {
        codecs = List.copyOf(agreed);
    }

    /// What is sent now.
    ///
    /// @param far what the far side of the call speaks
    AudioCodec codec(AudioCodec far) {
        return lossy && codecs.contains(AudioCodec.OPUS) ? AudioCodec.OPUS : preferred(far);
    }

    /// Whether loss is why.
    boolean isLossy() {
        return lossy;
    }

    private AudioCodec preferred(AudioCodec far) {
        boolean opus = codecs.contains(AudioCodec.OPUS);
        if (opus && preference == CodecPreference.QUALITY) {
            return AudioCodec.OPUS;
        }
        if (codecs.contains(far)) {
            return far;
        }
        AudioCodec like = like(far);
        return like != AudioCodec.OPUS || opus ? like : codecs.getFirst();
    }

    /// A codec that costs next to nothing to make from another and loses no bandwidth, as one law
    /// of G.711 from the other; else Opus.
    private AudioCodec like(AudioCodec far) {
        for (int i = 0; i < codecs.size(); i++) {
            AudioCodec codec = codecs.get(i);
            if (codec != AudioCodec.OPUS && codec.sampleRateHz() == far.sampleRateHz()) {
                return codec;
            }
        }
        return AudioCodec.OPUS;
    }

    /// Takes a report of the browser.
    ///
    /// @param fractionLost of our packets since its report before, in 1/256
    void onReport(int fractionLost, long nowNanos) {
        if (preference != CodecPreference.AUTO) {
            return;
        }
        int sum = fractionBefore + fractionLost;
        fractionBefore = fractionLost;
        if (!lossy && sum >= LOSSY_SUM) {
            lossy = true;
            lastLossNanos = nowNanos;
            boolean relapse = cameBack && nowNanos - cameBackNanos <= RELAPSE_NANOS;
            patienceNanos =
                    relapse
                            ? Math.min(2 * patienceNanos, LONGEST_PATIENCE_NANOS)
                            : SHORTEST_PATIENCE_NANOS;
        } else if (lossy && fractionLost >= NOT_CLEAN) {
            lastLossNanos = nowNanos;
        } else if (lossy && nowNanos - lastLossNanos >= patienceNanos) {
            lossy = false;
            cameBack = true;
            cameBackNanos = nowNanos;
        }
    }
}
