package offhook.media;

import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.DigitPath;
import offhook.call.EndCause;
import offhook.call.HoldSign;
import offhook.call.LegId;
import offhook.call.TransportFact;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What a leg's media tells its call, and who else wants to know.
///
/// @param watchers who else is told
record LegEvents(LegId leg, CallInbox call, MediaWatchers watchers) {

    private static final Logger LOG = LogManager.getLogger(LegEvents.class);

    /// Nobody else is told.
    LegEvents(LegId leg, CallInbox call) {
        this(leg, call, new MediaWatchers());
    }

    /// Something became known of the way to the peer.
    void note(TransportFact fact, long nowNanos) {
        watchers.transports().noted(leg, fact, nowNanos);
    }

    /// Media can flow.
    void connected() {
        call.offer(new CallInput.MediaConnected(leg));
    }

    /// Media is gone for good.
    ///
    /// @param reason a stable key
    /// @param detail a sentence for people
    void failed(String reason, String detail) {
        call.offer(new CallInput.MediaFailed(leg, EndCause.gateway(reason, 480, 41, detail)));
    }

    /// Our own code has thrown: the call ends, nothing else does.
    void defect(RuntimeException defect) {
        LOG.error("media of leg {} ended by a defect of the gateway", leg, defect);
        call.offer(
                new CallInput.MediaFailed(
                        leg, EndCause.gateway("internal-error", 500, 41, "internal error")));
    }

    /// The peer is kept from the talk, or is back.
    void hold(HoldSign sign) {
        call.offer(new CallInput.HoldChanged(leg, sign));
    }

    /// The peer pressed a key.
    void digit(char digit, int durationMillis, DigitPath path) {
        call.offer(new CallInput.DigitReceived(leg, digit, durationMillis, path));
    }

    /// A digit must go out by signalling.
    void digitForSignalling(char digit, int durationMillis) {
        call.offer(new CallInput.DigitForSignalling(leg, digit, durationMillis));
    }
}
