package offhook.call;

import java.util.List;

/// How a call sounds at the page of the agent who holds it, as the page tells: what the gateway
/// cannot see, for the last metres are behind the browser. Said by the page and proved by nothing;
/// figures that it did not tell are [Double#NaN].
///
/// @param codec what the browser sends, by its encoding name; or empty
/// @param candidate how the browser reaches us, as ICE names it: `host`, `srflx`, `prflx`, `relay`
/// @param roundTripMillis to us and back
/// @param jitterMillis of what we send, as it arrives (RFC 3550 A.8)
/// @param lossPercent of what we sent lately
/// @param bufferMillis the mean delay of the browser's jitter buffer
/// @param mos the mean opinion of talking over it, 1 to 4.5
/// @param received packets, of the call's life
/// @param lost packets of ours that did not arrive
/// @param sent packets
/// @param farLost packets of the browser that we said did not arrive
/// @param warnings that are up: a name, and what it is about
/// @param warned how many were raised so far
/// @param atNanos when the page said so last, by the gateway's monotonic clock
public record BrowserView(
        String codec,
        String candidate,
        double roundTripMillis,
        double jitterMillis,
        double lossPercent,
        double bufferMillis,
        double mos,
        double received,
        double lost,
        double sent,
        double farLost,
        List<String> warnings,
        long warned,
        long atNanos) {

    public BrowserView {
        warnings = List.copyOf(warnings);
    }
}
