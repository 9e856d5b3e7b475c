package offhook.telemetry;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Holds the counters. Any thread adds, any thread reads; adding takes no lock and makes no
/// garbage.
public final class Counters {

    private final LongAdder[] adders = new LongAdder[Counter.values().length];
    private final SipTraffic sip = new SipTraffic();

    public Counters() {
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
    }

    /// Adds one.
    public void increment(Counter counter) {
        adders[counter.ordinal()].increment();
    }

    /// The count so far.
    public long get(Counter counter) {
        return adders[counter.ordinal()].sum();
    }

    /// SIP messages, by method and status.
    public SipTraffic sip() {
        return sip;
    }

    /// All counts at about one moment, but for those of SIP messages.
    public Map<Counter, Long> snapshot() {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counts.put(counter, get(counter));
        }
        return counts;
    }
}
