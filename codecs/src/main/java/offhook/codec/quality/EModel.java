package offhook.codec.quality;

/// The E-model (ITU-T G.107): rates a telephone conversation from what is known of its path, on a
/// scale where 93.2 is the best that narrow-band telephony gets. Everything but delay, codec and
/// loss has the default of G.107 Table 2: handsets of ordinary loudness, a quiet room, an echo
/// control that works (TELR 65 dB).
///
/// Pure; allocates nothing.
public final class EModel {

    // G.107 Table 2; dB unless said otherwise.
    private static final double SLR = 8;
    private static final double RLR = 2;
    private static final double OLR = SLR + RLR;
    private static final double STMR = 15;
    private static final double LSTR = 18;
    private static final double DS = 3;
    private static final double TELR = 65;
    private static final double WEPL = 110;
    private static final double QDU = 1;
    private static final double NC_DBM0P = -70;
    private static final double NFOR_DBMP = -64;
    private static final double PS_DB_A = 35;
    private static final double PR_DB_A = 35;

    /// The sensitivity to delay of ordinary conversations, and the delay that nobody notices.
    private static final double DELAY_SENSITIVITY = 1;

    private static final double UNNOTICED_DELAY_MILLIS = 100;

    private static final double NOISE = noise();
    private static final double RO = 15 - 1.5 * (SLR + NOISE);

    private EModel() {}

    /// The transmission rating R (G.107 §7.1) where talker and listener are equally far away.
    ///
    /// @param delayMillis mouth to ear, one way
    /// @param lossPercent of packets that were not played, 0 to 100, after the jitter buffer
    /// @param burstRatio 1 for losses by chance, more where they come together (G.107 §7.5)
    /// @return about 93.2 at best; may be negative
    public static double rating(
            double delayMillis, CodecImpairment codec, double lossPercent, double burstRatio) {
        return RO
                - simultaneousImpairment(delayMillis)
                - delayImpairment(delayMillis)
                - codec.effective(lossPercent, burstRatio);
    }

    /// The mean opinion that people would have of a connection with this rating, 1 to 4.5 (G.107
    /// Annex B).
    public static double mos(double rating) {
        if (rating <= 0) {
            return 1;
        }
        if (rating >= 100) {
            return 4.5;
        }
        // The cubic dips below 1 near 0, where nobody can think any worse of it.
        return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
    }

    /// All noise, as if it came from the circuit (G.107 §7.2).
    private static double noise() {
        double nos = PS_DB_A - SLR - DS - 100 + 0.004 * square(PS_DB_A - OLR - DS - 14);
        double pre = PR_DB_A + 10 * Math.log10(1 + power((10 - LSTR) / 10));
        double nor = RLR - 121 + pre + 0.008 * square(pre - 35);
        double nfo = NFOR_DBMP + RLR;
        return 10
                * Math.log10(
                        power(NC_DBM0P / 10) + power(nos / 10) + power(nor / 10) + power(nfo / 10));
    }

    /// Is: what disturbs while one speaks (G.107 §7.3).
    private static double simultaneousImpairment(double delayMillis) {
        double xolr = OLR + 0.2 * (64 + NOISE - RLR);
        double tooLoud = 20 * (root(1 + Math.pow(xolr / 8, 8), 8) - xolr / 8);
        double stmrO =
                -10
                        * Math.log10(
                                power(-STMR / 10) + Math.exp(-delayMillis / 4) * power(-TELR / 10));
        double sidetone =
                12 * root(1 + Math.pow((stmrO - 13) / 6, 8), 8)
                        - 28 * root(1 + Math.pow((stmrO + 1) / 19.4, 35), 35)
                        - 13 * root(1 + Math.pow((stmrO - 3) / 33, 13), 13)
                        + 29;
        double q = 37 - 15 * Math.log10(QDU);
        double g = 1.07 + 0.258 * q + 0.0602 * q * q;
        double y = (RO - 100) / 15 + 46 / 8.4 - g / 9;
        double z = 46.0 / 30 - g / 40;
        double quantizing = 15 * Math.log10(1 + power(y) + power(z));
        return tooLoud + sidetone + quantizing;
    }

    /// Id: what delay does by echo of the talker, echo of the listener, and by itself (G.107 §7.4).
    private static double delayImpairment(double delayMillis) {
        double t = delayMillis;
        double terv =
                TELR - 40 * Math.log10((1 + t / 10) / (1 + t / 150)) + 6 * Math.exp(-0.3 * t * t);
        double re = 80 + 2.5 * (terv - 14);
        double roe = -1.5 * (NOISE - RLR);
        double talkerEcho =
                t < 1
                        ? 0
                        : ((roe - re) / 2 + Math.sqrt(square(roe - re) / 4 + 100) - 1)
                                * (1 - Math.exp(-t));
        double roundTrip = 2 * t;
        double rle = 10.5 * (WEPL + 7) * Math.pow(roundTrip + 1, -0.25);
        double listenerEcho = (RO - rle) / 2 + Math.sqrt(square(RO - rle) / 4 + 169);
        return talkerEcho + listenerEcho + tooLong(t);
    }

    private static double tooLong(double delayMillis) {
        if (delayMillis <= UNNOTICED_DELAY_MILLIS) {
            return 0;
        }
        double x = Math.log(delayMillis / UNNOTICED_DELAY_MILLIS) / Math.log(2);
        double six = 6 * DELAY_SENSITIVITY;
        return 25 * (root(1 + Math.pow(x, six), six) - 3 * root(1 + Math.pow(x / 3, six), six) + 2);
    }

    private static double square(double value) {
        return value * value;
    }

    private static double power(double exponent) {
        return Math.pow(10, exponent);
    }

    private static double root(double value, double degree) {
        return Math.pow(value, 1 / degree);
    }
}
