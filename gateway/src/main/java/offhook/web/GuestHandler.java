package offhook.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import offhook.config.GuestSite;
import offhook.http.ClientAddress;
import offhook.http.FailureLimiter;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// `POST /api/guest`: gives a visitor of a site a token, where the site has no server of its own
/// that does. Runs on a virtual thread a request.
final class GuestHandler extends Handler.Abstract {

    static final String PATH = "/api/guest";

    private static final int MAX_SITE_CHARS = 64;
    private static final int MAX_FIELDS = 8;

    /// A page asks once a call; behind one address there may be an office.
    private static final int PER_ADDRESS = 30;

    private final GuestTokens tokens;
    private final FailureLimiter addresses;
    private final RefusalLog refusals;
    private final Counters counters;

    GuestHandler(GuestTokens tokens, NanoClock clock, RefusalLog refusals, Counters counters) {
        this.tokens = tokens;
        this.addresses = new FailureLimiter(PER_ADDRESS, TimeUnit.MINUTES.toNanos(1), clock);
        this.refusals = refusals;
        this.counters = counters;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!PATH.equals(Request.getPathInContext(request))) {
            return false;
        }
        List<String> origins = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
        String origin = origins.size() == 1 ? origins.getFirst() : "";
        if (!tokens.allows(origin)) {
            counters.increment(Counter.WEB_REFUSED_ORIGIN);
            refusals.refused(RefusalLog.Kind.ORIGIN, ClientAddress.of(request), "origin", origin);
            HttpAnswer.error(response, callback, HttpStatus.FORBIDDEN_403, WebError.FORBIDDEN);
        } else if (JsonPost.isReady(request, response, callback, Optional.of(origin))) {
            give(request, response, callback, origin);
        }
        return true;
    }

    private void give(Request request, Response response, Callback callback, String origin) {
        String address = ClientAddress.of(request);
        try {
            JsonFields fields = JsonFields.read(JsonPost.body(request));
            fields.allowOnly(Set.of("site", "fields"));
            Optional<GuestSite> site =
                    tokens.site(fields.text("site", MAX_SITE_CHARS), origin)
                            .filter(s -> s.key().isEmpty());
            Map<String, String> said = fields.texts("fields", MAX_FIELDS);
            long blockedNanos = addresses.blockedNanos(address);
            if (blockedNanos > 0) {
                response.getHeaders()
                        .put(
                                HttpHeader.RETRY_AFTER,
                                TimeUnit.NANOSECONDS.toSeconds(blockedNanos) + 1);
                HttpAnswer.error(
                        response, callback, HttpStatus.TOO_MANY_REQUESTS_429, WebError.TOO_MANY);
            } else if (site.isEmpty()) {
                addresses.failed(address);
                HttpAnswer.error(response, callback, HttpStatus.FORBIDDEN_403, WebError.FORBIDDEN);
            } else {
                addresses.failed(address);
                refusals.granted(address, "guest-token", "site=" + site.get().name());
                HttpAnswer.json(response, callback, HttpStatus.OK_200, granted(site.get(), said));
            }
        } catch (MessageException e) {
            JsonPost.malformed(response, callback, e);
        }
    }

    private String granted(GuestSite site, Map<String, String> said) {
        return MessageWriter.object(json -> {
            json.writeStringField(
                    "token", tokens.issue(site, GuestFields.fit(said, site.fields())));
            json.writeNumberField("expires-in", site.tokenLifetime().toSeconds());
        });
    }
}
