package offhook.call;

/// How one leg sounds, at one moment. Figures that nobody has measured are [Double#NaN]: they are
/// unknown, and no good value stands in for them. Counts are of the call's life, shares of the last
/// seconds.
///
/// What we hear of the peer and what the peer hears of us are two things, and mostly only one of
/// them is bad.
///
/// @param codecIn what the peer sends, by its encoding name; empty before its first packet
/// @param codecOut what we send
/// @param protection the SRTP suite of both directions; empty: in the clear, or not agreed yet
/// @param inbound what came from the peer
/// @param outbound what went to the peer, as it reports (RFC 3550 §6.4, RFC 3611 §4.7)
/// @param roundTripMillis to the peer and back, the latest that RTCP showed
/// @param speech what the peer's audio is like
/// @param audio whether the peer is heard at all
/// @param audioMillis how long it has been so
public record LegQuality(
        String codecIn,
        String codecOut,
        String protection,
        Inbound inbound,
        Outbound outbound,
        double roundTripMillis,
        Speech speech,
        Audio audio,
        long audioMillis) {

    /// Whether the network's delay is in the opinions of both directions, or nobody measured it.
    public boolean isDelayKnown() {
        return !Double.isNaN(roundTripMillis);
    }

    /// Of a leg whose media has not begun.
    public static LegQuality unmeasured(String codecOut) {
        return new LegQuality(
                "",
                codecOut,
                "",
                Inbound.NONE,
                Outbound.NONE,
                Double.NaN,
                Speech.UNKNOWN,
                Audio.WAITING,
                0);
    }

    /// Whether the peer is heard.
    public enum Audio {
        /// Too early to say.
        WAITING,
        /// Audio comes, if only noise.
        HEARD,
        /// One way: the other side speaks, and no packet comes from here.
        NO_PACKETS,
        /// One way: the other side speaks, and the packets from here hold digital silence.
        DIGITAL_SILENCE,
        /// Nobody is to be heard: the call is on hold, or the leg is joined to none.
        HELD
    }

    /// What came from the peer.
    ///
    /// @param packets that came, copies not counted
    /// @param bytes of their payloads
    /// @param lost packets that the network lost, by their sequence numbers (RFC 3550 A.3)
    /// @param lossPercent that share lately
    /// @param unplayed packets of which nothing was played: lost, late or dropped, and not rebuilt
    /// @param unplayedPercent that share lately
    /// @param late packets that came after their time
    /// @param concealedMillis audio that was made up for missing packets
    /// @param fecRecovered lost packets that were rebuilt from the redundancy of the next
    /// @param duplicates copies
    /// @param reordered packets that came after a later one
    /// @param malformed packets that could not be read
    /// @param wrongSource packets from somebody else
    /// @param strayFrom where the latest of those came from; or empty
    /// @param notAuthentic SRTP packets that the agreed key does not open
    /// @param replayed SRTP packets that were seen before, or are too old to tell
    /// @param jitterMillis interarrival jitter (RFC 3550 A.8)
    /// @param bufferMillis the delay of what the jitter buffer plays now; unknown where there is
    ///   none
    /// @param bufferTargetMillis the delay that the buffer aims at
    /// @param buffer95Millis what 95 of 100 packets are late at most
    /// @param opinion of how the peer is heard, as far as this leg is to blame
    public record Inbound(
            long packets,
            long bytes,
            long lost,
            double lossPercent,
            long unplayed,
            double unplayedPercent,
            long late,
            long concealedMillis,
            long fecRecovered,
            long duplicates,
            long reordered,
            long malformed,
            long wrongSource,
            String strayFrom,
            long notAuthentic,
            long replayed,
            double jitterMillis,
            double bufferMillis,
            double bufferTargetMillis,
            double buffer95Millis,
            Opinion opinion) {

        static final Inbound NONE =
                new Inbound(
                        0,
                        0,
                        0,
                        Double.NaN,
                        0,
                        Double.NaN,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        "",
                        0,
                        0,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Opinion.UNKNOWN);
    }

    /// What went to the peer.
    ///
    /// @param packets we sent
    /// @param bytes of their payloads
    /// @param peerLost packets of ours that the peer says it lost
    /// @param peerLossPercent that share between its last two reports
    /// @param peerJitterMillis the jitter that the peer sees
    /// @param opinion of how the peer hears us, as far as this leg is to blame
    /// @param peerOpinion the peer's own (RFC 3611 §4.7.5)
    public record Outbound(
            long packets,
            long bytes,
            long peerLost,
            double peerLossPercent,
            double peerJitterMillis,
            Opinion opinion,
            Opinion peerOpinion) {

        static final Outbound NONE =
                new Outbound(0, 0, 0, Double.NaN, Double.NaN, Opinion.UNKNOWN, Opinion.UNKNOWN);
    }

    /// What people would think of it (ITU-T G.107), as far as its delay is known: buffers and
    /// packets always, the network's where RTCP measured it ([LegQuality#isDelayKnown]).
    ///
    /// @param rating R, 93.2 at best; of delay, codec and loss
    /// @param mos the mean opinion of talking over it, 1 to 4.5
    /// @param listeningMos the mean opinion of listening to it: delay does not count
    public record Opinion(double rating, double mos, double listeningMos) {

        /// Nothing was measured.
        public static final Opinion UNKNOWN = new Opinion(Double.NaN, Double.NaN, Double.NaN);
    }

    /// What audio is like.
    ///
    /// @param levelDbov active speech level (ITU-T P.56), 0 is the loudest there is
    /// @param clippedShare of the samples, 0 to 1; unknown where audio passes encoded
    /// @param silentShare of the audio that came, 0 to 1; what a pausing sender leaves out is none
    public record Speech(double levelDbov, double clippedShare, double silentShare) {

        /// No audio came.
        public static final Speech UNKNOWN = new Speech(Double.NaN, Double.NaN, Double.NaN);
    }
}
