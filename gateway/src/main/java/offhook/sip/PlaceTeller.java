package offhook.sip;

import offhook.call.CallEvent;
import offhook.call.CallWatcher;
import offhook.call.LegId;
import offhook.runtime.NanoClock;

/// Tells which places a call that goes out asks, one after the other, and what each says: its first
/// word and its refusals, however much it says. Used by whoever dials and whoever hears, of whom
/// one acts at a time.
final class PlaceTeller {

    private static final int REFUSALS = 300;

    private final LegId leg;
    private final CallWatcher watcher;
    private final NanoClock clock;

    /// Written by whoever dials, read and written by JAIN-SIP's threads.
    private volatile boolean heard;

    PlaceTeller(LegId leg, CallWatcher watcher, NanoClock clock) {
        this.leg = leg;
        this.watcher = watcher;
        this.clock = clock;
    }

    /// It is asked now.
    void asks(TrunkTarget place) {
        heard = false;
        tell(new CallEvent.PlaceAsked(leg, place.where()));
    }

    /// It answers.
    void heard(int status) {
        if (!heard || status >= REFUSALS) {
            heard = true;
            tell(new CallEvent.PlaceAnswered(leg, status));
        }
    }

    /// It said nothing in its time.
    void silent() {
        lost("");
    }

    /// It cannot be reached, or no longer.
    void lost(String why) {
        tell(new CallEvent.PlaceLost(leg, why));
    }

    private void tell(CallEvent event) {
        watcher.happened(leg.call(), event, clock.nanoTime());
    }
}
