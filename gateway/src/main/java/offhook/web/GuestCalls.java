package offhook.web;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.config.GuestSite;
import offhook.http.FailureLimiter;
import offhook.runtime.NanoClock;

/// How many calls the visitors of each site have and began. Owned by the desk's owner.
final class GuestCalls {

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final NanoClock clock;
    private final Map<String, OfSite> sites = new HashMap<>();

    GuestCalls(NanoClock clock) {
        this.clock = clock;
    }

    /// @param running calls that live
    private record OfSite(Set<CallId> running, FailureLimiter ofAll, FailureLimiter ofAddress) {}

    /// A visitor calls.
    ///
    /// @return why it may not; empty: it may, and the call counts from now on
    Optional<WebError.ErrorObject> begin(GuestSite site, String address, CallId call) {
        OfSite calls = of(site);
        if (calls.running().size() >= site.maxCalls()) {
            return Optional.of(WebError.BUSY.object("All lines are busy. Try again in a moment."));
        }
        if (calls.ofAll().blockedNanos(site.name()) > 0
                || calls.ofAddress().blockedNanos(address) > 0) {
            return Optional.of(
                    WebError.TOO_MANY.object("There were too many calls. Try again in a minute."));
        }
        calls.ofAll().failed(site.name());
        calls.ofAddress().failed(address);
        calls.running().add(call);
        return Optional.empty();
    }

    /// The call is over.
    void over(GuestSite site, CallId call) {
        of(site).running().remove(call);
    }

    private OfSite of(GuestSite site) {
        return sites.computeIfAbsent(
                site.name(),
                _ ->
                        new OfSite(
                                new HashSet<>(),
                                new FailureLimiter(site.callsPerMinute(), MINUTE_NANOS, clock),
                                new FailureLimiter(site.callsPerAddress(), MINUTE_NANOS, clock)));
    }
}
