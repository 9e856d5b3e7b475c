package offhook.rtp;

/// What one side says of how a call sounds to it (RFC 3611 §4.7). Reused, filled by
/// [ExtendedReports] or read from the peer's packet.
public final class VoipMetrics {

    /// Bytes of the block behind its header.
    static final int LENGTH_BYTES = 32;

    /// What a side does not know (RFC 3611 §4.7.4, §4.7.5).
    public static final int UNKNOWN = 127;

    /// Losses are heard as silence (RFC 3611 §4.7.6).
    private static final int CONCEALMENT_OFF = 1;

    int ssrc;
    int lossRate;
    int discardRate;
    int burstDensity;
    int gapDensity;
    int burstMillis;
    int gapMillis;
    int roundTripMillis;
    int endSystemMillis;
    int signalDbm0 = UNKNOWN;
    int noiseDbm0 = UNKNOWN;
    int echoReturnLoss = UNKNOWN;
    int gmin = LossBursts.GMIN;
    int rating = UNKNOWN;
    int externalRating = UNKNOWN;
    int listeningMosTenths = UNKNOWN;
    int mosTenths = UNKNOWN;
    int configuration;
    int bufferMillis;
    int bufferMostMillis;
    int bufferLimitMillis;

    /// What is known of the sound of the call, by the scales of RFC 3611 §4.7.4 and §4.7.5. NaN is
    /// unknown.
    public void opinion(double levelDbm0, double r, double listeningMos, double mos) {
        signalDbm0 = known(levelDbm0, -127, 126);
        rating = known(r, 0, 100);
        listeningMosTenths = known(listeningMos * 10, 10, 50);
        mosTenths = known(mos * 10, 10, 50);
    }

    private static int known(double figure, int least, int most) {
        return Double.isNaN(figure) ? UNKNOWN : Math.clamp(Math.round(figure), least, most);
    }

    private static double figure(int value, int most, double scale) {
        return value < 0 || value > most ? Double.NaN : value / scale;
    }

    /// Whose packets the block is about.
    public int ssrc() {
        return ssrc;
    }

    /// R, 0 to 100; NaN when the side does not know.
    public double rating() {
        return figure(rating, 100, 1);
    }

    /// MOS of listening, 1 to 5; NaN when the side does not know.
    public double listeningMos() {
        return figure(listeningMosTenths, 50, 10);
    }

    /// MOS of a conversation, 1 to 5; NaN when the side does not know.
    public double mos() {
        return figure(mosTenths, 50, 10);
    }

    /// Packets lost, in percent.
    public double lossPercent() {
        return lossRate * 100 / 256.0;
    }

    /// Packets that came too late for the side's buffer, in percent.
    public double discardPercent() {
        return discardRate * 100 / 256.0;
    }

    /// What the side's jitter buffer holds back; NaN when it does not say.
    public double bufferMillis() {
        return bufferMillis == 0 ? Double.NaN : bufferMillis;
    }

    /// Whether the side makes up for losses; taken for granted unless it says no.
    public boolean isConcealing() {
        return configuration >> 6 != CONCEALMENT_OFF;
    }

    void read(byte[] b, int at) {
        ssrc = Wire.i32(b, at);
        lossRate = b[at + 4] & 0xff;
        discardRate = b[at + 5] & 0xff;
        burstDensity = b[at + 6] & 0xff;
        gapDensity = b[at + 7] & 0xff;
        burstMillis = Wire.u16(b, at + 8);
        gapMillis = Wire.u16(b, at + 10);
        roundTripMillis = Wire.u16(b, at + 12);
        endSystemMillis = Wire.u16(b, at + 14);
        signalDbm0 = b[at + 16];
        noiseDbm0 = b[at + 17];
        echoReturnLoss = b[at + 18] & 0xff;
        gmin = b[at + 19] & 0xff;
        rating = b[at + 20] & 0xff;
        externalRating = b[at + 21] & 0xff;
        listeningMosTenths = b[at + 22] & 0xff;
        mosTenths = b[at + 23] & 0xff;
        configuration = b[at + 24] & 0xff;
        bufferMillis = Wire.u16(b, at + 26);
        bufferMostMillis = Wire.u16(b, at + 28);
        bufferLimitMillis = Wire.u16(b, at + 30);
    }

    void write(byte[] b, int at) {
        Wire.put32(b, at, ssrc);
        b[at + 4] = (byte) lossRate;
        b[at + 5] = (byte) discardRate;
        b[at + 6] = (byte) burstDensity;
        b[at + 7] = (byte) gapDensity;
        Wire.put16(b, at + 8, burstMillis);
        Wire.put16(b, at + 10, gapMillis);
        Wire.put16(b, at + 12, roundTripMillis);
        Wire.put16(b, at + 14, endSystemMillis);
        b[at + 16] = (byte) signalDbm0;
        b[at + 17] = (byte) noiseDbm0;
        b[at + 18] = (byte) echoReturnLoss;
        b[at + 19] = (byte) gmin;
        b[at + 20] = (byte) rating;
        b[at + 21] = (byte) externalRating;
        b[at + 22] = (byte) listeningMosTenths;
        b[at + 23] = (byte) mosTenths;
        b[at + 24] = (byte) configuration;
        b[at + 25] = 0;
        Wire.put16(b, at + 26, bufferMillis);
        Wire.put16(b, at + 28, bufferMostMillis);
        Wire.put16(b, at + 30, bufferLimitMillis);
    }
}
