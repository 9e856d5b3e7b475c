package offhook.sdp;

/// The extended RTCP reports that a section asks for by `a=rtcp-xr` (RFC 3611 §5.1), as far as we
/// know them.
///
/// @param voipMetrics `voip-metrics`
/// @param receiverRoundTrip `rcvr-rtt`
public record ExtendedReportFormats(boolean voipMetrics, boolean receiverRoundTrip) {

    /// None.
    public static final ExtendedReportFormats NONE = new ExtendedReportFormats(false, false);

    /// Reads the attribute's value; formats that we do not know are of no use to us.
    static ExtendedReportFormats parse(String value) {
        boolean metrics = false;
        boolean roundTrip = false;
        for (String format : value.split(" +", -1)) {
            String name = format.split("[=:]", 2)[0];
            metrics |= name.equals("voip-metrics");
            roundTrip |= name.equals("rcvr-rtt");
        }
        return new ExtendedReportFormats(metrics, roundTrip);
    }

    /// Whether there is any.
    public boolean isAny() {
        return voipMetrics || receiverRoundTrip;
    }

    /// The attribute's value.
    String value() {
        return (receiverRoundTrip ? "rcvr-rtt=all" : "")
                + (receiverRoundTrip && voipMetrics ? " " : "")
                + (voipMetrics ? "voip-metrics" : "");
    }
}
