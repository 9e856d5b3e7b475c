package offhook.web;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import offhook.config.AgentsConfig;
import offhook.guard.SignInGuard;
import offhook.http.ClientAddress;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// `POST /api/token`: changes name and password into a token. Runs on a virtual thread a request.
final class TokenHandler extends Handler.Abstract {

    static final String PATH = "/api/token";

    private static final int MAX_NAME_CHARS = 128;
    private static final int MAX_PASSWORD_CHARS = 1_024;

    private final Staff passwords;
    private final AgentTokens tokens;
    private final Origins origins;
    private final SignInGuard guard;
    private final RefusalLog refusals;
    private final Counters counters;

    TokenHandler(
            Staff passwords,
            AgentTokens tokens,
            Origins origins,
            SignInGuard guard,
            RefusalLog refusals,
            Counters counters) {
        this.passwords = passwords;
        this.tokens = tokens;
        this.origins = origins;
        this.guard = guard;
        this.refusals = refusals;
        this.counters = counters;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!PATH.equals(Request.getPathInContext(request))) {
            return false;
        }
        Optional<String> origin = Optional.ofNullable(request.getHeaders().get(HttpHeader.ORIGIN));
        if (origin.isPresent() && !origins.allows(origin)) {
            counters.increment(Counter.WEB_REFUSED_ORIGIN);
            refusals.refused(
                    RefusalLog.Kind.ORIGIN, ClientAddress.of(request), "origin", origin.get());
            HttpAnswer.error(response, callback, HttpStatus.FORBIDDEN_403, WebError.FORBIDDEN);
            return true;
        }
        if (JsonPost.isReady(request, response, callback, origin)) {
            signIn(request, response, callback);
        }
        return true;
    }

    private void signIn(Request request, Response response, Callback callback) {
        String address = ClientAddress.of(request);
        try {
            JsonFields fields = JsonFields.read(JsonPost.body(request));
            fields.allowOnly(Set.of("name", "password"));
            String name = fields.text("name", MAX_NAME_CHARS);
            String password = fields.text("password", MAX_PASSWORD_CHARS);
            long blockedNanos = guard.blockedNanos(name, address);
            if (blockedNanos > 0) {
                refuse(response, callback, blockedNanos);
            } else {
                Threads.pause(guard.delayNanos(name));
                answer(response, callback, address, name, password);
            }
        } catch (MessageException e) {
            JsonPost.malformed(response, callback, e);
        }
    }

    private static void refuse(Response response, Callback callback, long blockedNanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(blockedNanos) + 1;
        response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds);
        HttpAnswer.error(response, callback, HttpStatus.TOO_MANY_REQUESTS_429, WebError.TOO_MANY);
    }

    private void answer(
            Response response, Callback callback, String address, String name, String password) {
        Staff.Checked checked = passwords.check(name, password);
        switch (checked.result()) {
            case RIGHT -> {
                AgentsConfig.User user = checked.user().orElseThrow();
                String grant = granted(user);
                // Passwords take a while: the token may be younger than the end of what was shown
                // for it. One that is made before that end is revoked with it.
                if (passwords.stillKnows(user)) {
                    refusals.granted("agent:" + user.name(), "sign-in", address);
                    HttpAnswer.json(response, callback, HttpStatus.OK_200, grant);
                } else {
                    refuse(response, callback, address, name);
                }
            }
            case WRONG -> {
                guard.failed(name, address);
                refuse(response, callback, address, name);
            }
            case OVERLOADED -> {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, 5);
                HttpAnswer.error(
                        response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, WebError.BUSY);
            }
        }
    }

    private void refuse(Response response, Callback callback, String address, String name) {
        counters.increment(Counter.WEB_REFUSED_TOKEN);
        refusals.refused(RefusalLog.Kind.PASSWORD, address, "name", name);
        HttpAnswer.error(response, callback, HttpStatus.UNAUTHORIZED_401, WebError.BAD_CREDENTIALS);
    }

    private String granted(AgentsConfig.User user) {
        return MessageWriter.object(json -> {
            json.writeStringField("token", tokens.issue(user));
            json.writeNumberField("expires-in", tokens.lifetime().toSeconds());
            json.writeStringField("agent", user.name());
            json.writeStringField("display-name", user.displayName());
        });
    }
}
